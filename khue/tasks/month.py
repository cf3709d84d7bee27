"""The programme of a month: each task on its deadline, those that only name the month beside them; moving one and back.

As of an earlier day it is the programme as it stood that evening: what was given by then, on the deadlines that held.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from khue.accounts.person import Person
from khue.catalog.calendar import about
from khue.tasks.dues import due_between
from khue.tasks.give import move_due
from khue.tasks.lists import own_units
from khue.tasks.models import Addressed, Assignment, Event, Task
from khue.tasks.models.task import CLOSED
from khue.tasks.reach import documents_for, is_wide, shares_on, standing_on
from khue.tasks.states import Numbers, numbers_by
from khue.tasks.workdays import name_of
from khue.units.models import Unit
from khue.units.then import called_then, names_on
from khue.units.tree import day_end, today

MOST_TASKS = 300
MOST_UNITS = 500
# what is read of a task
_SHOWN = ("unit", "quote", "document_id", "document_name", "section", "due_on", "due_quote", "period", "version", "given_on")
# in the words of a deadline: a day of its own, not only "tháng 3/2024" or "Quý I"
_NAMES_A_DAY = re.compile(r"ngày\s+\d|\d{1,2}\s?[/.\-]\s?\d{1,2}(?!\d)|tuần|(?:đầu|giữa)\s+tháng", re.IGNORECASE)


# task, unit, deadline, whether the unit is a partner
_Share = tuple[int, int, date, bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which month, of which units ("" one's own, "all" every one that is seen, or one), which tasks; as of which earlier day."""

    year: int
    month: int
    unit: str = ""
    kind: str = ""
    document: int | None = None
    as_of: date | None = None

    @property
    def on(self) -> date:
        """The day that counts as today."""
        return self.as_of or today()

    @property
    def first(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day of the month."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])


@dataclass(slots=True)
class Entry:
    """A task in the programme: its day, how far it is, who leads and who helps."""

    task: Task
    day: date
    given: bool
    numbers: Numbers = field(default_factory=Numbers)
    leads: str = ""
    partners: str = ""
    movable: bool = False
    loose: bool = False
    # who gave it, where others did
    giver: str = ""

    @property
    def tone(self) -> str:
        """The colour of its sign."""
        return "now" if self.numbers.overdue else "done" if self.numbers.given and self.numbers.done == self.numbers.given else ""


@dataclass(slots=True)
class Cell:
    """One day of the grid."""

    day: date
    inside: bool
    working: bool
    name: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class Programme:
    """A month: its weeks, what only names the month, everything in order, and what it may be filtered by."""

    asked: Asked
    weeks: list[list[Cell]]
    loose: list[Entry]
    entries: list[Entry]
    units: list[tuple[int, str]]
    documents: list[tuple[int, str]]
    # there are more tasks than are read: the last ones of the month are not there
    cut: bool = False
    # there are too many units to list: `units` has only the one that was asked for, others are typed
    typed: bool = False

    @property
    def days(self) -> list[tuple[date, list[Entry]]]:
        """(day, its tasks) of the days that have any."""
        return [(cell.day, cell.entries) for week in self.weeks for cell in week if cell.entries]


def programme(person: Person, asked: Asked, shown: Callable[[Programme], Iterable[Entry]] = lambda month: month.entries) -> Programme:
    """The month as a person sees it; the number of queries does not grow with the tasks.

    Only what is `shown` has its numbers and may be moved: to count takes longer than all the rest.
    """
    tasks, shares = _seen(person, asked)
    given = list(tasks)
    cut = max(len(given), len(shares)) >= MOST_TASKS
    every = [Entry(t, t.due, True) for t in given] + _received(shares, asked.on)
    documents = {e.task.document_id: e.task.document_name for e in every if e.task.document_id}
    if is_wide(person):
        documents = dict(documents_for(person))
    entries = [e for e in every if asked.document is None or e.task.document_id == asked.document]
    _name(entries)
    entries.sort(key=lambda e: (e.loose, e.day, e.task.pk))
    loose = [e for e in entries if e.loose]
    listed = sorted(documents.items(), key=lambda d: d[1])
    month = Programme(asked, _weeks(asked, entries), loose, entries, _units(person, asked), listed, cut=cut, typed=is_wide(person))
    _count(person, list({id(e): e for e in shown(month)}.values()), asked)
    return month


def _unit_ids(person: Person, asked: Asked) -> Any:
    if asked.unit == "all":
        return person.scope("tasks.view")
    if asked.unit.isdigit():
        return Unit.objects.filter(pk=int(asked.unit), pk__in=person.scope("tasks.view")).values("pk")
    return own_units(person)


def _seen(person: Person, asked: Asked) -> tuple[QuerySet[Any], list[_Share]]:
    """(tasks that the units gave, each with its `due`, standing shares of theirs of tasks that others gave) of the month."""
    units = _unit_ids(person, asked)
    tasks = _given(asked, units).only(*_SHOWN).order_by("due", "pk")
    shares = shares_on(person, asked.on).filter(_due_in(asked), unit_id__in=units).exclude(task__unit_id__in=units)
    if asked.document is not None and is_wide(person):
        # of so many tasks only the first are read: those of the document must be among them
        tasks, shares = tasks.filter(document_id=asked.document), shares.filter(task__document_id=asked.document)
    rows = shares.order_by("due_on", "task_id", "pk").values_list("task_id", "unit_id", "due_on", "is_partner")
    return (
        tasks.none() if asked.kind == "mine" else tasks[:MOST_TASKS],
        [] if asked.kind == "given" else list(rows[:MOST_TASKS]),
    )


def _due_in(asked: Asked) -> Q:
    return Q(due_on__gte=asked.first, due_on__lte=asked.last)


def _given(asked: Asked, units: Any) -> QuerySet[Any]:
    """The tasks of some units in the month that were not withdrawn by the day, and that somebody had: one may be given later
    than the day that is written on it.
    """
    found = Task.objects.filter(unit_id__in=units, withdrawn_at__isnull=True)
    if asked.as_of:
        end = day_end(asked.as_of)
        standing = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=end)
        # what came into Khuê by then had its shares; of what came later each task is asked, not every share joined (Exists)
        share = Subquery(standing_on(asked.as_of).order_by().filter(task_id=OuterRef("pk")).values("pk")[:1])
        had = Q(created_at__lt=end) | Q(share__isnull=False)
        found = Task.objects.alias(share=share).filter(standing, had, unit_id__in=units, given_on__lte=asked.as_of)
    return due_between(found, asked.first, asked.last, asked.on)


def _received(shares: list[_Share], on: date) -> list[Entry]:
    """One entry a task on the earliest deadline of its shares."""
    tasks = Task.objects.only(*_SHOWN).in_bulk({task for task, *_rest in shares})
    wanted = {unit for _task, unit, *_rest in shares} | {t.unit_id for t in tasks.values()}
    names = {u.pk: u.called for u in called_then(Unit.objects.filter(pk__in=wanted), on, "")}
    found: dict[int, Entry] = {}
    for task, unit, due_on, is_partner in shares:
        entry = found.setdefault(task, Entry(tasks[task], due_on, False, giver=names[tasks[task].unit_id]))
        if is_partner:
            entry.partners = f"{entry.partners}; {names[unit]}".strip("; ")
        else:
            entry.leads = f"{entry.leads}; {names[unit]}".strip("; ")
    return list(found.values())


def _name(entries: list[Entry]) -> None:
    """Who leads and who helps, as the task was addressed, and whether its day is one."""
    given = [e.task.pk for e in entries if e.given]
    names: dict[tuple[int, bool], list[str]] = {}
    for task_id, label, partner in Addressed.objects.filter(task_id__in=given).values_list("task_id", "label", "is_partner"):
        names.setdefault((task_id, partner), []).append(label)
    for entry in entries:
        entry.loose = without_day(entry.task, entry.day)
        if entry.given:
            entry.leads = "; ".join(names.get((entry.task.pk, False), []))
            entry.partners = "; ".join(names.get((entry.task.pk, True), []))


def _count(person: Person, entries: list[Entry], asked: Asked) -> None:
    """How far each is, and whether the person may move it: not as of an earlier day."""
    every = standing_on(asked.on)
    ids = {is_given: [e.task.pk for e in entries if e.given is is_given] for is_given in (True, False)}
    given = _numbers(every.filter(task_id__in=ids[True]), asked.on)
    own = every.filter(task_id__in=ids[False], unit_id__in=_unit_ids(person, asked))
    received = _numbers(own, asked.on) if ids[False] else {}
    givers = set() if asked.as_of else person.reach("tasks.give")
    for entry in entries:
        entry.numbers = (given if entry.given else received).get(entry.task.pk, Numbers())
        entry.movable = entry.given and entry.task.unit_id in givers and entry.tone != "done"


def _numbers(shares: QuerySet[Any], on: date) -> dict[int, Numbers]:
    return {group["task_id"]: n for group, n in numbers_by(shares, on, "task_id")}


def without_day(task: Task, day: date) -> bool:
    """Whether the deadline is only a month, a quarter, a period: its last day stands there because nothing nearer was said."""
    if day.day != monthrange(day.year, day.month)[1]:
        return False
    return bool(task.period) if not task.due_quote else not _NAMES_A_DAY.search(task.due_quote)


def _weeks(asked: Asked, entries: Iterable[Entry]) -> list[list[Cell]]:
    """Whole weeks from Monday to Sunday that hold the month."""
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        if not entry.loose:
            by_day.setdefault(entry.day, []).append(entry)
    start = asked.first - timedelta(days=asked.first.weekday())
    count = ((asked.last - start).days // 7 + 1) * 7
    days = [start + timedelta(days=n) for n in range(count)]
    cells = [Cell(d, d.month == asked.month, about(d).working, name_of(d), by_day.get(d, [])) for d in days]
    return [cells[n : n + 7] for n in range(0, count, 7)]


def _units(person: Person, asked: Asked) -> list[tuple[int, str]]:
    """The units whose programme may be asked for: those with something in the month; of very many the one that was."""
    seen = person.scope("tasks.view")
    if is_wide(person):
        units = Unit.objects.filter(pk=int(asked.unit), pk__in=seen) if asked.unit.isdigit() else Unit.objects.none()
    else:
        givers = _given(asked, seen).order_by().values("unit_id")
        having = shares_on(person, asked.on).filter(_due_in(asked), unit_id__in=seen).order_by().values("unit_id")
        units = Unit.objects.filter(Q(pk__in=givers) | Q(pk__in=having))
    named = list(units.order_by("name").values_list("pk", "name")[:MOST_UNITS])
    then = names_on((pk for pk, _name in named), asked.as_of) if asked.as_of else {}
    return [(pk, then[pk][0] if pk in then else name) for pk, name in named]


@transaction.atomic
def move_back(task_id: int, due_on: date | None, *, by: Any, base: date | None) -> Task:
    """Undoes a move from `due_on` to `base`: the shares that it moved go back, those that had `base` already stay.

    Raises KhueError where somebody moved the task meanwhile.
    """
    Task.objects.select_for_update().get(pk=task_id)
    moved = {"from": str(due_on or ""), "to": str(base or "")}
    shares = Assignment.objects.filter(task_id=task_id, due_on=base).exclude(stage__in=CLOSED)
    last: dict[int, Event] = {}
    for event in Event.objects.filter(assignment__in=shares, kind__in=(Event.Kind.DUE_MOVED, Event.Kind.EXTENDED)).order_by("pk"):
        last[event.assignment_id] = event
    only = [pk for pk, event in last.items() if event.kind == Event.Kind.DUE_MOVED and event.data == moved]
    return move_due(task_id, due_on, by=by, base=base, only=only)
