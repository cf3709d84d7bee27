"""The list of what one's own units gave: a row a task, with the numbers of all who have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from khue.accounts.person import Person
from khue.core.paging import Keep, Listed
from khue.tasks.dues import due_then
from khue.tasks.lists import fitting, of_tasks, open_wishes, own_units
from khue.tasks.models import Stage, Task
from khue.tasks.models.task import STILL_OPEN
from khue.tasks.reach import is_wide, standing_on
from khue.tasks.states import Numbers, counted, numbers_by
from khue.units.then import called_then
from khue.units.tree import day_end, today

# rows that are in memory at once while a list is exported
CHUNK = 500
_BY_SHARES = ("unit", "where", "person", "role", "state", "kind", "undated")


def tasks(person: Person, asked: dict[str, Any], on: date) -> QuerySet[Any]:
    """The standing tasks that one's own units gave and that fit every filter, each with its `due` and whether it is `still` open.

    As of an earlier day: those that stood then, with the deadline that held; the very many of somebody at the top stand in the
    order of today's.
    """
    on = asked.get("on") or on
    found: QuerySet[Any] = Task.objects.filter(unit_id__in=own_units(person))
    if on < today():
        standing = found.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=day_end(on)))
        found = standing.filter(Exists(standing_on(on).filter(task=OuterRef("pk")))).annotate(due=due_then(on))
    else:
        found = found.filter(withdrawn_at__isnull=True).annotate(due=F("due_on"))
    if any(asked.get(name) for name in _BY_SHARES):
        # whoever gave a task sees all its shares
        found = found.filter(pk__in=fitting(person, standing_on(on), asked, on).order_by().values("task_id"))
    else:
        found = of_tasks(found.filter(pk=asked["task"]) if asked.get("task") else found, asked)
    limits = {"due__gte": asked.get("since"), "due__lte": asked.get("until")}
    found = found.filter(**{name: day for name, day in limits.items() if day})
    still = Exists(standing_on(on).filter(STILL_OPEN, task=OuterRef("pk")))
    first = {"document": ("document_name", "section"), "changed": ("-created_at",)}.get(asked.get("sort", ""), ("-still",))
    return found.select_related("unit").annotate(still=still).order_by(*first, *_by_due(person))


def _by_due(person: Person) -> tuple[Any, ...]:
    return F("due_on" if is_wide(person) else "due").asc(nulls_last=True), "pk"


def by_page(person: Person, rows: QuerySet[Any], asked: dict[str, Any], keep: Keep | None = None) -> Listed:
    """The tasks for a Paginator: in the usual order those that somebody still has to do come first."""
    if asked.get("sort"):
        return Listed(rows, keep=keep)
    return Listed(rows.order_by(*_by_due(person)), (Q(still=True), Q(still=False)), keep=keep)


@dataclass(slots=True)
class Followed:
    """A task with the numbers of its shares, how many wait for a word from the giver, and the unit where it is one."""

    task: Any
    numbers: Numbers
    submitted: int = 0
    wishes: int = 0
    name: str = ""


def followed(rows: Iterable[Task], on: date) -> list[Followed]:
    """Tasks with their numbers on a day; the number of queries does not grow with theirs."""
    found: list[Any] = list(rows)
    of_them = standing_on(on).filter(task__in=found)
    numbers = {group["task_id"]: n for group, n in numbers_by(of_them, on, "task_id")}
    waiting = dict(of_them.filter(stage=Stage.SUBMITTED).order_by().values_list("task_id").annotate(n=Count("pk")))
    asked = open_wishes(on).filter(assignment__task__in=found).order_by()
    wishes = dict(asked.values_list("assignment__task_id").annotate(n=Count("pk")))
    singles = [t.pk for t in found if numbers.get(t.pk, Numbers()).given == 1]
    alone = called_then(counted(of_them).filter(task_id__in=singles).select_related("unit"), on, "unit")
    names = {share.task_id: share.unit.called for share in alone}
    return [Followed(t, numbers.get(t.pk, Numbers()), waiting.get(t.pk, 0), wishes.get(t.pk, 0), name=names.get(t.pk, "")) for t in found]


def in_parts(rows: QuerySet[Task], on: date) -> Iterable[Followed]:
    """The same for very many, a few at a time, so that an export needs no more memory than a page."""
    found = rows.iterator(CHUNK)
    while part := list(islice(found, CHUNK)):
        yield from followed(part, on)
