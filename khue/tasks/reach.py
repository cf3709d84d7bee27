"""Who sees which tasks and shares. This is the only place that says so.

A task is seen where one sees (tasks.view) the unit that gave it, or the unit of a share of it. Whoever sees the giving
unit sees all its shares; everybody else those of the own subtree only.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from khue.accounts.person import Person
from khue.core.kept import kept
from khue.core.models import StoredFile
from khue.tasks.models import Assignment, Event, Task
from khue.tasks.models.task import OUT
from khue.tasks.standing import stood_on
from khue.units.tree import today

M = TypeVar("M", Task, Assignment)
# units in reach from which on one is at the top
WIDE = 200
# roughly; tells from how many documents on their shares are very many
SHARES_OF_A_DOCUMENT = 50
# capabilities that are held at the giving unit; tasks.report is held at the unit that has the share
_GIVERS = ("tasks.give", "tasks.verify")


def shares_for(person: Person, *, past: bool = False) -> QuerySet[Assignment]:
    """The shares one may see. Without `past` those that stand; with it those that were passed on or taken back, too."""
    shares = Assignment.objects.filter(_seen(person))
    return shares if past else shares.exclude(stage__in=OUT)


def shares_on(person: Person, on: date) -> QuerySet[Any]:
    """The shares one may see that stood at the end of a day: as they are, or for an earlier day as they were (`Standing`)."""
    return stood_on(on).filter(_seen(person)) if on < today() else shares_for(person)


def outward(shares: QuerySet[Any]) -> QuerySet[Any]:
    """Without the inward tasks of units (models/task.py): those are how, not what, and are not reported."""
    return shares.exclude(task_id__in=Task.objects.filter(inward=True).order_by().values("pk"))


def standing_on(on: date) -> QuerySet[Any]:
    """Everybody's, in the same way; for those of tasks that were found by who may see them."""
    return stood_on(on) if on < today() else Assignment.objects.exclude(stage__in=OUT)


def events_for(person: Person) -> QuerySet[Event]:
    """What happened to the shares one may see, also to those that were passed on or taken back."""
    if is_wide(person):
        return Event.objects.filter(_seen(person, "assignment__"))
    return Event.objects.filter(assignment__in=shares_for(person, past=True).order_by().values("pk"))


def _seen(person: Person, prefix: str = "") -> Q:
    """The shares within one's reach, said of the table of shares alone: a condition on two tables leaves no index of use.

    Somebody at the top sees nearly everything, and is told by what is left out: what others gave to others.
    """
    seen = person.scope("tasks.view")
    own = Q(**{f"{prefix}unit_id__in": seen})
    if is_wide(person):
        return own | ~Q(**{f"{prefix}task_id__in": Task.objects.exclude(unit_id__in=seen).order_by().values("pk")})
    return own | among(f"{prefix}task_id", Task.objects.filter(unit_id__in=seen))


def is_wide(person: Person) -> bool:
    """Whether the person sees the tasks of so many units that most of what there is lies within reach."""
    return len(person.reach("tasks.view")) > WIDE


def among(field: str, objects: QuerySet[Any]) -> Q:
    """`field` is the id of one of the objects; PostgreSQL uses an index for this within an OR only where it is an array."""
    ids = objects.order_by().values("pk")
    return Q(_InArray(F(field), Subquery(ids))) if connection.vendor == "postgresql" else Q(**{f"{field}__in": ids})


class _InArray(Func):
    """field = ANY(ARRAY(SELECT …)), as one condition: an operator's right side would be put into brackets of its own."""

    arg_joiner, template, output_field = " = ANY(ARRAY", "%(expressions)s)", BooleanField()


def tasks_for(person: Person, *, past: bool = False) -> QuerySet[Task]:
    """The tasks one may see: given in one's subtree, or with a share there (with `past`, one that ended there, too)."""
    return Task.objects.filter(_task_seen(person, past=past, each=is_wide(person)))


def _task_seen(person: Person, *, past: bool, each: bool) -> Q:
    """`each`: whether tasks are looked at one by one, which is quick for one and where most of them are seen."""
    seen = person.scope("tasks.view")
    shares = Assignment.objects.filter(unit_id__in=seen).order_by()
    if not past:
        shares = shares.exclude(stage__in=OUT)
    given = Q(unit_id__in=seen)
    return given | Q(Exists(shares.filter(task=OuterRef("pk")))) if each else given | Q(pk__in=shares.values("task_id"))


def documents_for(person: Person) -> list[tuple[int, str]]:
    """(id, name) of the documents that the tasks one may see come from, by name; a long list is kept for minutes."""

    def find() -> list[tuple[int, str]]:
        found = tasks_for(person).filter(document_id__isnull=False).order_by()
        rows = set(found.values_list("document_id", "document_name").distinct())
        return sorted(((pk, name) for pk, name in rows if pk is not None), key=lambda row: (row[1], row[0]))

    return kept("documents", sorted(u.pk for u in person.units("tasks.view")), find, lambda found: len(found) * SHARES_OF_A_DOCUMENT)[1]


def task_for(person: Person, pk: int, need: str = "tasks.view", tasks: QuerySet[Task] | None = None) -> Task:
    """The task. Http404 where the person does not see it; PermissionDenied without `need` at the giving unit.

    What was withdrawn or passed on stays readable for those who had it: notices lead there.
    """
    found = (tasks if tasks is not None else Task.objects.select_related("unit")).filter(_task_seen(person, past=True, each=True), pk=pk)
    return _allowed(person, found.first(), need, lambda task: task.unit_id)


def share_for(person: Person, pk: int, need: str = "tasks.view", *, at_unit: bool | None = None) -> Assignment:
    """The share with its task and units. Http404 where the person does not see it; PermissionDenied without `need`.

    `need` is held at the giving unit for tasks.give and tasks.verify, else at the share's own; `at_unit` says otherwise.
    """
    found = shares_for(person, past=True).select_related("task", "task__unit", "unit").filter(pk=pk).first()
    own = need not in _GIVERS if at_unit is None else at_unit
    return _allowed(person, found, need, lambda share: share.unit_id if own else share.task.unit_id)


def _allowed(person: Person, found: M | None, need: str, unit_of: Callable[[M], int]) -> M:
    if found is None:
        raise Http404
    if need != "tasks.view" and not person.can_at(need, unit_of(found)):
        raise PermissionDenied
    return found


def is_giver(person: Person, task: Task) -> bool:
    """Whether the person sees the unit that gave the task, and so all its shares."""
    return person.can_at("tasks.view", task.unit_id)


def evidence_of(share: Assignment, file_id: int) -> StoredFile | None:
    """The file, where it was sent with an event of this share."""
    return StoredFile.objects.filter(pk=file_id, pk__in=share.events.filter(files__isnull=False).values("files")).first()
