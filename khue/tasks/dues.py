"""The deadline that a task had on an earlier day. Its shares may have others, by an extension of their own: tasks/asof.py."""

from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When

from khue.core.errors import KhueError
from khue.core.said import said
from khue.tasks.models import FormerDue, Task
from khue.units.tree import today

# ids that are written into a query
MOST = 5000


def remember(task: Task, on: date | None = None) -> None:
    """The deadline of the task is about to be moved, today or on a day; of several moves on one day the first tells what held."""
    FormerDue.objects.get_or_create(task=task, until=on or today(), defaults={"due_on": task.due_on})


def not_past(day: date) -> date:
    """The day as a new deadline. Raises KhueError where it has gone by."""
    if day < today():
        raise KhueError("task.past", said("Ngày {day} đã qua.", day=f"{day:%d/%m/%Y}"), said("Chọn từ hôm nay trở đi."))
    return day


def due_then(on: date) -> Any:
    """The deadline at the end of a day, for a queryset of tasks."""
    if on >= today():
        return F("due_on")
    later = FormerDue.objects.filter(task=OuterRef("pk"), until__gt=on).order_by("until")
    return Case(When(Exists(later), then=Subquery(later.values("due_on")[:1])), default=F("due_on"))


def due_between(tasks: QuerySet[Task], first: date, last: date, on: date) -> QuerySet[Any]:
    """Those whose deadline on a day (`due`) lies between two days, both included."""
    days = (first, last)
    if on >= today():
        return tasks.filter(due_on__range=days).annotate(due=F("due_on"))
    own = Exists(tasks.order_by().filter(pk=OuterRef("task_id")))
    later = FormerDue.objects.filter(own, until__gt=on).order_by("-until")
    # few; asked of every task, or in a subquery within an OR, it would take longer than all the rest
    rows = list(later.values_list("task_id", "due_on")[: MOST + 1])
    if len(rows) > MOST:
        return tasks.annotate(due=due_then(on)).filter(due__range=days)
    moved = dict(rows)
    inside = [pk for pk, due_on in moved.items() if due_on and first <= due_on <= last]
    found = tasks.filter((Q(due_on__range=days) & ~Q(pk__in=moved.keys())) | Q(pk__in=inside))
    return found.annotate(due=Case(When(pk__in=inside, then=due_then(on)), default=F("due_on")) if inside else F("due_on"))
