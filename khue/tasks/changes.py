"""What changed between two days among the shares that a person sees: told from what happened and from what fell due."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.accounts.person import Person
from khue.core.kept import kept
from khue.tasks.models import Assignment, Event, Task
from khue.tasks.models.task import OUT
from khue.tasks.reach import events_for, shares_for
from khue.units.tree import day_end, today

K = Event.Kind
LATE, FIGURES, PERCENT = "late", "figures", "percent"
# group -> (its name, the events that make it); those without events are told in other ways
GROUPS: dict[str, tuple[Promise | str, tuple[str, ...]]] = {
    LATE: (_("Mới quá hạn"), ()),
    "given": (_("Mới giao"), (K.GIVEN,)),
    "submitted": (_("Trình duyệt"), (K.SUBMITTED,)),
    "done": (_("Hoàn thành"), (K.VERIFIED,)),
    "returned": (_("Trả lại, mở lại"), (K.RETURNED, K.REOPENED)),
    "extended": (_("Gia hạn, dời hạn"), (K.EXTENDED, K.DUE_MOVED)),
    "transferred": (_("Chuyển đơn vị"), (K.TRANSFERRED,)),
    "withdrawn": (_("Thu hồi"), (K.WITHDRAWN,)),
    FIGURES: (_("Con số thay đổi"), ()),
    PERCENT: (_("Tiến độ thay đổi"), ()),
}
COLUMN = {FIGURES: "figure", PERCENT: "percent"}
SHOWN = 30
# the same change of so many units is one line
MANY = 3


@dataclass(frozen=True, slots=True)
class Between:
    """Two days, both included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return day_end(self.first - timedelta(days=1))

    @property
    def end(self) -> datetime:
        """The first moment after."""
        return day_end(self.last)


@dataclass(slots=True)
class Change:
    """One line: the share, when, what was before and is now, the words that go with it."""

    share: Assignment
    at: date
    before: Any = ""
    now: Any = ""
    text: str = ""


@dataclass(slots=True)
class Group:
    """The changes of one kind: how many, and those that are shown."""

    name: str
    label: Promise | str
    count: int = 0
    changes: list[Change] = field(default_factory=list)

    @property
    def by_task(self) -> list[tuple[Task, list[list[Change]]]]:
        """The changes that are shown, those of one task together; the same one of many units on one day is one line."""
        found: dict[int, tuple[Task, dict[Any, list[Change]]]] = {}
        for change in self.changes:
            lines = found.setdefault(change.share.task_id, (change.share.task, {}))[1]
            same = (change.at, change.before, change.now, change.share.done_on if self.name == LATE else None)
            lines.setdefault(same, []).append(change)
        return [(task, _lines(lines.values())) for task, lines in found.values()]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.changes)


def _lines(same: Iterable[list[Change]]) -> list[list[Change]]:
    """Those of few units stand one by one."""
    return [line for changes in same for line in ([changes] if len(changes) >= MANY else [[c] for c in changes])]


@dataclass(slots=True)
class _Found:
    """Of each group how many changes there are and the ids of the first: of shares for LATE, of events for the others."""

    counts: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many changes there are."""
        return sum(self.counts.values())


def changes(person: Person, between: Between, *, only: str = "", most: int = SHOWN) -> list[Group]:
    """The groups in which something changed; `only` one of them, `most` lines of each."""
    about = (sorted(u.pk for u in person.units("tasks.view")), between, only, most, today())
    _at, found = kept("since", about, lambda: _find(person, between, only, most), lambda found: found.size)
    groups = []
    for name, (label, _kinds) in GROUPS.items():
        if found.counts.get(name):
            groups.append(Group(name, label, found.counts[name], _changes(name, found.ids[name], between)))
    return groups


def _find(person: Person, between: Between, only: str, most: int) -> _Found:
    shares = shares_for(person, past=True)
    happened = events_for(person).filter(at__gte=between.start, at__lt=between.end).order_by()
    found = _Found()
    for name, (_label, kinds) in GROUPS.items():
        if only and name != only:
            continue
        if name == LATE:
            rows: QuerySet[Any] = _late(shares, between).order_by("due_on", "pk")
        elif name in COLUMN:
            rows = _moved(happened, between, COLUMN[name]).order_by("-pk")
        else:
            rows = _last(happened.filter(kind__in=kinds)).order_by("-pk")
        found.counts[name] = rows.count()
        found.ids[name] = list(rows.values_list("pk", flat=True)[:most]) if found.counts[name] else []
    return found


def _late(shares: QuerySet[Assignment], between: Between) -> QuerySet[Assignment]:
    """Shares whose deadline passed between the days and that were not done by then; those still late, and done late since.

    A share is late from the day after its deadline.
    """
    passed = Q(due_on__gte=between.first - timedelta(days=1), due_on__lt=between.last)
    in_time = Q(done_on__isnull=False, done_on__lte=F("due_on"))
    return shares.filter(passed, is_partner=False).exclude(stage__in=OUT).exclude(in_time)


def _last(events: QuerySet[Event]) -> QuerySet[Event]:
    """The last of these events of each share."""
    return Event.objects.filter(pk__in=events.values("assignment").annotate(last=Max("pk")).values("last"))


def _moved(happened: QuerySet[Event], between: Between, column: str) -> QuerySet[Any]:
    """The last reports that told another figure (or percentage) than the share's report before those days."""
    told = {f"{column}__isnull": False}
    last = _last(happened.filter(kind__in=(K.REPORT, K.SUBMITTED), **told))
    return last.annotate(before=_earlier(between, column)).exclude(before=F(column), before__isnull=False)


def _earlier(between: Between, column: str) -> Subquery:
    earlier = Event.objects.filter(assignment=OuterRef("assignment"), at__lt=between.start, **{f"{column}__isnull": False})
    return Subquery(earlier.order_by("-pk").values(column)[:1])


# what is told of a share, its task and their units: of a page of changes thousands of fields would be read for nothing
_WITH = ("task", "task__unit", "unit")
_NAMES = ("task__quote", "task__unit__name", "unit__name", "unit__short_name")


def _changes(name: str, ids: list[int], between: Between) -> list[Change]:
    """The changes of one group as they are told, in the order of their ids."""
    if name == LATE:
        shares = Assignment.objects.select_related(*_WITH).only("due_on", "done_on", *_NAMES).in_bulk(ids)
        return [Change(s, s.due_on + timedelta(days=1), now=s.due_on) for pk in ids if (s := shares.get(pk)) and s.due_on]
    events: QuerySet[Any] = Event.objects.select_related(*(f"assignment__{path}" for path in _WITH))
    events = events.only("at", "kind", "text", "data", "percent", "figure", *(f"assignment__{path}" for path in _NAMES))
    if name in COLUMN:
        events = events.annotate(before=_earlier(between, COLUMN[name]))
    known = events.in_bulk(ids)
    return [_told(known[pk], COLUMN.get(name, "")) for pk in ids if pk in known]


def _told(event: Any, column: str) -> Change:
    day = timezone.localdate(event.at)
    if column:
        return Change(event.assignment, day, event.before, getattr(event, column), event.text)
    moved = event.kind in (K.EXTENDED, K.DUE_MOVED)
    now = _day(event.data.get("to")) if moved else event.data.get("to", "")
    return Change(event.assignment, day, _day(event.data.get("from")) if event.kind == K.DUE_MOVED else "", now, event.text)


def _day(text: Any) -> Any:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return ""
