"""What changed between two days among the shares that a person sees: told from what happened and from what fell due."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.accounts.person import Person
from khue.tasks.models import Assignment, Event, Task
from khue.tasks.models.task import OUT
from khue.tasks.reach import shares_for

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
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Between:
    """Two days, both included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def end(self) -> datetime:
        """The first moment after."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))


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
    def by_task(self) -> list[tuple[Task, list[Change]]]:
        """The changes that are shown, those of one task together."""
        found: dict[int, tuple[Task, list[Change]]] = {}
        for change in self.changes:
            found.setdefault(change.share.task_id, (change.share.task, []))[1].append(change)
        return list(found.values())

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.changes)


def changes(person: Person, between: Between, *, only: str = "", most: int | None = SHOWN) -> list[Group]:
    """The groups in which something changed; `only` one of them, `most` lines of each (None for all)."""
    shares = shares_for(person, past=True)
    found = []
    for name, (label, kinds) in GROUPS.items():
        if only and name != only:
            continue
        group = Group(name, label)
        if name == LATE:
            _late(group, shares, between, most)
        elif name in (FIGURES, PERCENT):
            _moved(group, shares, between, "figure" if name == FIGURES else "percent", most)
        else:
            _events(group, shares, between, kinds, most)
        if group.count:
            found.append(group)
    return found


def _late(group: Group, shares: QuerySet[Assignment], between: Between, most: int | None) -> None:
    """Shares whose deadline passed between the days and that were not done by then; those still late, and done late since.

    A share is late from the day after its deadline.
    """
    passed = Q(due_on__gte=between.first - timedelta(days=1), due_on__lt=between.last)
    in_time = Q(done_on__isnull=False, done_on__lte=F("due_on"))
    late = shares.filter(passed, is_partner=False).exclude(stage__in=OUT).exclude(in_time)
    group.count = late.count()
    for share in _with_names(late.order_by("due_on", "pk"))[:most]:
        assert share.due_on is not None
        group.changes.append(Change(share, share.due_on + timedelta(days=1), now=share.due_on))


def _with_names(shares: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return shares.select_related("task", "task__unit", "unit")


def _within(shares: QuerySet[Assignment], between: Between) -> QuerySet[Event]:
    happened = Event.objects.filter(at__gte=between.start, at__lt=between.end)
    return happened.filter(assignment__in=shares.order_by().values("pk")).order_by()


def _events(group: Group, shares: QuerySet[Assignment], between: Between, kinds: Iterable[str], most: int | None) -> None:
    """The last event of these kinds of each share."""
    last = _within(shares, between).filter(kind__in=list(kinds)).values("assignment").annotate(last=Max("pk"))
    group.count = last.count()
    events = Event.objects.filter(pk__in=last.values("last")).order_by("-pk")
    for event in events.select_related("assignment__task", "assignment__task__unit", "assignment__unit")[:most]:
        now = _day(event.data.get("to")) if event.kind in (K.EXTENDED, K.DUE_MOVED) else event.data.get("to", "")
        before = _day(event.data.get("from")) if event.kind == K.DUE_MOVED else ""
        group.changes.append(Change(event.assignment, timezone.localdate(event.at), before, now, event.text))


def _moved(group: Group, shares: QuerySet[Assignment], between: Between, column: str, most: int | None) -> None:
    """Shares that reported another figure (or percentage) than before."""
    told = _within(shares, between).filter(**{f"{column}__isnull": False})
    last = told.values("assignment").annotate(last=Max("pk"))
    earlier = Event.objects.filter(assignment=OuterRef("assignment"), at__lt=between.start, **{f"{column}__isnull": False})
    events = Event.objects.filter(pk__in=last.values("last")).annotate(before=Subquery(earlier.order_by("-pk").values(column)[:1]))
    events = events.exclude(before=F(column), before__isnull=False)
    group.count = events.count()
    events = events.select_related("assignment__task", "assignment__task__unit", "assignment__unit").order_by("-pk")
    for event in events[:most]:
        before: Decimal | int | None = event.before
        group.changes.append(Change(event.assignment, timezone.localdate(event.at), before, getattr(event, column), event.text))


def _day(text: Any) -> Any:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return ""
