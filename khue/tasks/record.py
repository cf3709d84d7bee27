"""A unit's record: what fell due in a period and what became of it, by month, quarter or school year and by head.

A share belongs to the day of its deadline, and to whoever was head on that day. The numbers are those of states.py, of
today or as of an earlier day; beside them stand how many were sent back or given more time. Every number opens the shares
it counts (evidence.py).

The record of a unit that has ended is that of its last day: what was passed on after its deadline was late at that head.
At the unit that carries it on it is nobody's of the heads, and stands in a row of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.accounts.models import Role, RoleName
from khue.accounts.person import Person
from khue.core.dates import month_end
from khue.tasks.models import UnitWord
from khue.tasks.record_shares import handed_over, shares_of, within
from khue.tasks.states import Numbers, counted, numbers_by
from khue.units.history import Reorganisation
from khue.units.models import Unit
from khue.units.tree import day_end, today

MONTH, QUARTER, YEAR = "thang", "quy", "nam"
STEPS: dict[str, Promise] = {MONTH: gettext_lazy("Từng tháng"), QUARTER: gettext_lazy("Từng quý"), YEAR: gettext_lazy("Từng năm học")}
FACETS: dict[str, Promise] = {
    "given": gettext_lazy("Được giao"),
    "done_in_time": gettext_lazy("Xong đúng hạn"),
    "done_late": gettext_lazy("Xong quá hạn"),
    "open_in_time": gettext_lazy("Chưa xong, trong hạn"),
    "overdue": gettext_lazy("Quá hạn"),
    "returned": gettext_lazy("Bị trả lại"),
    "extended": gettext_lazy("Được gia hạn"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of some shares, how many of them were sent back and how many were given more time."""

    numbers: Numbers = field(default_factory=Numbers)
    returned: int = 0
    extended: int = 0

    @classmethod
    def sum(cls, parts: Iterable["Tally"]) -> "Tally":
        """Sets that have nothing in common, together."""
        found = list(parts)
        return cls(Numbers.sum(t.numbers for t in found), sum(t.returned for t in found), sum(t.extended for t in found))

    def __sub__(self, part: "Tally") -> "Tally":
        """The set without a part of it."""
        return Tally(self.numbers - part.numbers, self.returned - part.returned, self.extended - part.extended)

    def of(self, facet: str) -> int:
        """One of its numbers."""
        return int(getattr(self if facet in ("returned", "extended") else self.numbers, facet))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which unit, which days, by which step; `as_of` an earlier day, or None for today."""

    unit: Unit
    first: date
    last: date
    step: str = MONTH
    as_of: date | None = None
    # whether the unit has ended and this is its last day; whether the days came the wrong way round and were turned
    ended: bool = False
    turned: bool = False

    @property
    def on(self) -> date:
        """The day that counts as today."""
        return self.as_of or today()

    def address(self, name: str = "tasks:record", **more: Any) -> str:
        """The page about this unit and these days."""
        said = {"don_vi": self.unit.pk, "tu": self.first, "den": self.last, "ky": self.step}
        said |= {"tinh_den": self.as_of} if self.as_of else {}
        return f"{reverse(name)}?{urlencode(said | more)}"


@dataclass(slots=True)
class Line:
    """One row: a period or a head, its days, its numbers, and what the unit said of exactly these days."""

    name: str
    first: date
    last: date
    tally: Tally
    asked: Asked
    undated: bool = False
    # only what was taken over after its deadline (True), only the rest (False), or all
    handed: bool | None = None
    words: list[UnitWord] = field(default_factory=list)

    @property
    def said(self) -> bool:
        """Whether anything fell due in it, or the unit spoke of it."""
        return bool(self.tally.numbers.given or self.words)

    @property
    def cells(self) -> list[tuple[str, Promise, int, str]]:
        """(facet, heading, number, address of its evidence)."""
        more = {"khong_han": 1} if self.undated else {}
        more |= {} if self.handed is None else {"ban_giao": int(self.handed)}
        days = {"tu": self.first, "den": self.last} | more
        return [
            (name, heading, self.tally.of(name), self.asked.address("tasks:record-evidence", so=name, **days))
            for name, heading in FACETS.items()
        ]


@dataclass(slots=True)
class Record:
    """The whole record of one unit between two days."""

    asked: Asked
    total: Line
    periods: list[Line]
    heads: list[Line]
    # what came from a unit that this one carries on when its deadline had passed: it counts for none of the heads
    handed: Line | None
    undated: Line | None
    words: list[UnitWord]
    # how many the unit has in all, whenever they are due: the page of leaders counts these
    everything: int

    @property
    def has_empty(self) -> bool:
        """Whether a page leaves out periods in which there was nothing."""
        return not all(line.said for line in self.periods)

    @property
    def own(self) -> Tally:
        """Without what was taken over late: for this no head of the unit, nor the unit beside others, has to answer."""
        return self.total.tally - self.handed.tally if self.handed else self.total.tally


def record(person: Person, asked: Asked) -> Record:
    """Seven queries, however long the time and however many the shares; two more where some were taken over late, a few more as
    of an earlier day.
    """
    shares = shares_of(person, asked.unit, asked.on)
    days = _by_day(shares, asked)
    loose = days.pop(None, Tally())
    words = list(_words(asked))
    late = within(handed_over(shares), asked.first, asked.last)
    came = tallies(late, asked.on, "due_on") if counted(late).exists() else {}
    own = {day: t - came[day] if day in came else t for day, t in days.items()}

    def line(name: str, first: date, last: date, days: dict[Any, Tally] = days, handed: bool | None = None) -> Line:
        found = Tally.sum(t for day, t in days.items() if day and first <= day <= last)
        said = [w for w in words if (w.first_on, w.last_on) == (first, last)]
        return Line(name, first, last, found, asked, handed=handed, words=said)

    undated = Line(_("Không có hạn, giao trong thời gian này"), asked.first, asked.last, loose, asked, True)
    return Record(
        asked,
        line(_("Cộng"), asked.first, asked.last),
        [line(*p) for p in periods(asked.first, asked.last, asked.step)],
        [line(*h, own, False if came else None) for h in _heads(asked)],
        line(_("Nhận bàn giao khi đã quá hạn"), asked.first, asked.last, came, True) if came else None,
        undated if loose.numbers.given else None,
        words,
        counted(shares).order_by().count(),
    )


def last_day(unit: Unit) -> date | None:
    """The last day on which a unit that has ended had its tasks; None for one that goes on.

    A decision that is applied after its day finds what the unit was given until then.
    """
    if unit.closed_on is None:
        return None
    applied = Reorganisation.objects.filter(successions__before=unit, state=Reorganisation.State.APPLIED, applied_at__isnull=False)
    days = [timezone.localdate(at) for at in applied.values_list("applied_at", flat=True) if at]
    return max([unit.closed_on, *days]) - timedelta(days=1)


def _words(asked: Asked) -> QuerySet[UnitWord]:
    """What the unit had said by then of any part of this time."""
    found = UnitWord.objects.filter(unit=asked.unit, first_on__lte=asked.last, last_on__gte=asked.first)
    return found.filter(at__lt=day_end(asked.on)).select_related("by")


def _by_day(shares: QuerySet[Any], asked: Asked) -> dict[date | None, Tally]:
    """{deadline: what fell due on it}; None for what has no deadline; two queries."""
    days = (asked.first, asked.last)
    wanted = Q(due_on__range=days) | Q(due_on__isnull=True, task__given_on__range=days)
    return tallies(shares.filter(wanted), asked.on, "due_on")


def tallies(shares: QuerySet[Any], on: date, by: str) -> dict[Any, Tally]:
    """{value of a field: the numbers on a day of the shares that have it}; two queries."""
    again = counted(shares).order_by().values(by).annotate(r=Count("pk", filter=Q(times_returned__gt=0)))
    again = again.annotate(e=Count("pk", filter=Q(times_extended__gt=0)))
    more = {row[by]: (row["r"], row["e"]) for row in again}
    return {group[by]: Tally(n, *more.get(group[by], (0, 0))) for group, n in numbers_by(shares, on, by)}


def periods(first: date, last: date, step: str) -> list[tuple[str, date, date]]:
    """(name, first day, last day) of the months, quarters or school years; the outer ones only as far as asked."""
    found = []
    day = first
    while day <= last:
        name, end = _period(day, step)
        found.append((name, day, min(end, last)))
        day = end + timedelta(days=1)
    return found


def _period(day: date, step: str) -> tuple[str, date]:
    if step == YEAR:
        year = day.year if day.month >= 9 else day.year - 1
        return _("Năm học {year}").format(year=f"{year}-{year + 1}"), date(year + 1, 8, 31)
    if step == QUARTER:
        quarter = (day.month + 2) // 3
        name = _("Quý {quarter}/{year}").format(quarter=("I", "II", "III", "IV")[quarter - 1], year=day.year)
        return name, month_end(day.year, quarter * 3) or day
    return f"{day:%m/%Y}", month_end(day.year, day.month) or day


def _heads(asked: Asked) -> list[tuple[str, date, date]]:
    """Who was head of the unit in that time, as far as anybody knew on the day: (name, from, to), the earliest first."""
    last = min(asked.last, asked.as_of) if asked.as_of else asked.last
    roles = Role.objects.filter(unit=asked.unit, role=RoleName.LEADER, valid_from__lte=last)
    roles = roles.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=asked.first)).select_related("user")
    return [
        (str(r.user), max(r.valid_from, asked.first), min(_until(r, asked.on) or asked.last, asked.last))
        for r in roles.order_by("valid_from", "user__full_name", "pk")
    ]


def _until(role: Role, on: date) -> date | None:
    """The last day of a head; on an earlier day nobody knew of one that came later."""
    return role.valid_to if role.valid_to and (on >= today() or role.valid_to <= on) else None


def school_year(day: date) -> tuple[date, date]:
    """First and last day of the school year of a day: 1 September to 31 August."""
    year = day.year if day.month >= 9 else day.year - 1
    return date(year, 9, 1), date(year + 1, 8, 31)
