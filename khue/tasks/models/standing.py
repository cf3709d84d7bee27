"""How each share stood at the end of every day of its way, so that any list or figure can be asked for as of an earlier day.

Derived from the events (tasks/standing.py) and never written by hand: it can be thrown away and made again.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from khue.tasks.models.task import OPEN, Assignment, Stage, Task
from khue.units.models import Unit


class Standing(models.Model):
    """A share as it stood from one day until another; none for the days on which it was not there, passed on or taken back.

    Its fields are called as those of `Assignment` and mean the same, so that filters, states and numbers work on either.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="standings", db_index=False)
    since = models.DateField(help_text="the first day at whose end it stood so")
    until = models.DateField(null=True, help_text="the first day at whose end it no longer did")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_partner = models.BooleanField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    due_on = models.DateField(null=True)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    started_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    figure = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    latest = models.TextField(blank=True)
    times_returned = models.PositiveSmallIntegerField(default=0)
    times_extended = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["is_partner", "due_on", "id"]
        indexes = [
            # what is counted stands in the index itself
            models.Index(fields=["unit", "since", "until", "stage", "due_on", "done_on", "is_partner", "task"], name="standing_unit"),
            models.Index(fields=["task", "since", "until", "stage", "due_on", "done_on", "is_partner", "unit"], name="standing_task"),
            models.Index(
                fields=["due_on", "task", "unit", "since", "until", "is_partner"], condition=Q(stage__in=OPEN), name="standing_open"
            ),
            models.Index(fields=["person", "since"], condition=Q(person__isnull=False), name="standing_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "since"], name="standing_day_once"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=models.F("since")), name="standing_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.stage} {self.since} - {self.until or ''}"

    @property
    def share_id(self) -> int:
        """The id of the share itself."""
        return int(self.assignment_id)

    @property
    def owes(self) -> str:
        """What a partner owes; it is said once, when the task is given."""
        return str(self.assignment.owes)


class Unplayed(models.Model):
    """A share to which something happened since its standings were made; written in the transaction in which it happened."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="+", db_index=False)

    def __str__(self) -> str:
        return str(self.assignment_id)
