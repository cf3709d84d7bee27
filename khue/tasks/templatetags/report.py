"""What the form of a report says besides its fields."""

from collections.abc import Iterable

from django import template

from khue.tasks.models import Task
from khue.tasks.models.task import CLOSED

register = template.Library()


@register.filter
def unfinished(tasks: Iterable[Task]) -> int:
    """How many of a unit's own tasks under a share are not done by everybody; their shares come along."""
    return sum(any(share.stage not in CLOSED for share in task.assignments.all()) for task in tasks)
