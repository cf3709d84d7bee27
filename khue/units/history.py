"""How the tree changes: a reorganisation is a decision with an effective day and one or more steps."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from khue.units.models import Unit


class Reorganisation(models.Model):
    """One decision that changes the tree. `record` keeps what applying it changed, so that it can be undone."""

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", _("Dự thảo")
        SCHEDULED = "scheduled", _("Chờ đến ngày")
        APPLIED = "applied", _("Đã áp dụng")
        UNDONE = "undone", _("Đã hoàn tác")

    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reorganisations")
    title = models.CharField(_("nội dung"), max_length=300)
    decision = models.CharField(_("số quyết định"), max_length=120)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True)
    effective_on = models.DateField(_("có hiệu lực từ"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=State.choices, default=State.DRAFT)
    # [{"kind": "found|rename|transfer|merge|split|dissolve", ...}]; see khue/units/reorganise/steps.py
    steps = models.JSONField(default=list)
    record = models.JSONField(default=dict)
    # every unit that it ended, made, changed or made an heir, once it is applied: whose people may read it
    touched = models.ManyToManyField(Unit, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-effective_on", "-id"]
        indexes = [models.Index(fields=["state", "effective_on"], name="reorganisation_due")]

    def __str__(self) -> str:
        return f"{self.title} ({self.decision})" if self.decision else self.title

    @property
    def unit_id(self) -> Any:
        """The unit that keeps it, for scope and log."""
        return self.owner_id


class Succession(models.Model):
    """One unit carries on another from a day: it sees the other's past and has what was open."""

    before = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="heirs")
    after = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="ancestors")
    effective_on = models.DateField()
    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="successions")
    # in a split, the one that gets what was open
    is_main = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after", "reorganisation"], name="succession_once")]
        indexes = [models.Index(fields=["after", "effective_on"], name="succession_after")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"

    @property
    def last_day(self) -> date:
        """The last day of the one that is carried on."""
        return self.effective_on - timedelta(days=1)
