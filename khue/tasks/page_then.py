"""The page of one task as it stood at the end of an earlier day: the same shares, numbers and ways, nothing to be done."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from khue.accounts.person import Person
from khue.tasks.dues import due_then
from khue.tasks.evidence import told
from khue.tasks.lists import by_page, me, own_units
from khue.tasks.models import Addressed, Task
from khue.tasks.page import MOST_OPEN, MOST_PARTNERS, PER_PAGE
from khue.tasks.reach import is_giver, standing_on
from khue.tasks.states import Numbers, numbers, with_state
from khue.units.then import called_then, unit_then


@dataclass(slots=True)
class TaskThen:
    """The whole page; the names are those of `TaskPage`."""

    due: date | None
    giver: bool
    addressed: list[Addressed]
    partners: list[Any]
    numbers: Numbers
    opened: list[Any]
    table: Page[Any]


def build_then(person: Person, task: Task, on: date, *, open_id: int = 0, number: str = "1") -> TaskThen:
    """The page as of a day before today; `open_id` is a share to show in full beside the person's own."""
    giver = is_giver(person, task)
    task.unit = unit_then(task.unit, on)
    standing = standing_on(on).filter(task=task)
    seen = standing if giver else standing.filter(unit_id__in=person.scope("tasks.view"))
    table = Paginator(by_page(seen, {"on": on}, on), PER_PAGE).get_page(number)
    table.object_list = list(called_then(table.object_list, on, "unit"))
    full = seen.select_related("task", "task__unit", "unit", "person", "assignment")
    own = with_state(full.filter(Q(unit_id__in=own_units(person)) | Q(person_id=me(person))).exclude(assignment_id=open_id), on)
    asked_for = with_state(full.filter(assignment_id=open_id), on)
    return TaskThen(
        due=Task.objects.annotate(due=due_then(on)).values_list("due", flat=True).get(pk=task.pk),
        giver=giver,
        addressed=_addressed(task, standing, on),
        partners=list(called_then(standing.filter(is_partner=True).select_related("unit", "assignment")[:MOST_PARTNERS], on, "unit")),
        numbers=numbers(seen, on),
        opened=list(told([*asked_for, *own[:MOST_OPEN]], on)),
        table=table,
    )


def _addressed(task: Task, standing: QuerySet[Any], on: date) -> list[Addressed]:
    """To whom it had been given, with how many units had it of each."""
    units = dict(standing.order_by().values_list("assignment__addressed_id").annotate(n=Count("pk")))
    found = list(task.addressed.filter(expanded_on__lte=on))
    for addressed in found:
        addressed.units = units.get(addressed.pk, 0)  # type: ignore[attr-defined]
    return found
