"""The deadlines that tasks had before they were moved. Written once, when one is moved; nothing else tells them."""

from django.db import models

from khue.tasks.models.task import Task


class FormerDue(models.Model):
    """The deadline that a task had until it was moved; the task itself has only the newest (tasks/dues.py)."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="former_dues", db_index=False)
    due_on = models.DateField(null=True)
    until = models.DateField(help_text="the first day at whose end it no longer held")

    class Meta:
        indexes = [models.Index(fields=["due_on", "until"], name="former_due_day")]
        constraints = [models.UniqueConstraint(fields=["task", "until"], name="former_due_day_once")]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.due_on or ''} - {self.until}"
