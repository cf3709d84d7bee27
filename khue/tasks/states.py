"""The states of government practice, and the numbers every office reports. Derived here and nowhere else.

| state        | rule (`on` is the day asked about)                                      |
|--------------|-------------------------------------------------------------------------|
| done_in_time | verified, done on or before the deadline, or without one                |
| done_late    | verified, done after the deadline                                       |
| doing        | not verified, something was reported, deadline not passed or none       |
| doing_late   | the same, deadline passed                                               |
| waiting      | nothing was reported yet, deadline not passed or none                   |
| waiting_late | the same, deadline passed                                               |

Source: Quyết định 42/2014/QĐ-TTg as amended by 23/2018/QĐ-TTg (states of tasks given by the Government).
Asked about a day that is past, they are asked of the standings of that day (tasks/standing.py), which have the same fields:
who had the share then, with the deadline that held, and done only if somebody had said so by then.
What was transferred or withdrawn, and the shares of partners, count in none of the numbers; what a unit gave its own people of
what it was given itself is left out of the sets that are reported (`outward` in tasks/reach.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.tasks.models import Assignment, Stage, Standing
from khue.tasks.models.task import OUT, STILL_OPEN
from khue.units.tree import today

NAMES: dict[str, Promise] = {
    "waiting": _("Chưa thực hiện, trong hạn"),
    "waiting_late": _("Chưa thực hiện, quá hạn"),
    "doing": _("Đang thực hiện, trong hạn"),
    "doing_late": _("Đang thực hiện, quá hạn"),
    "done_in_time": _("Hoàn thành đúng hạn"),
    "done_late": _("Hoàn thành quá hạn"),
}
OPEN_IN_TIME, OVERDUE, DONE = ("waiting", "doing"), ("waiting_late", "doing_late"), ("done_in_time", "done_late")
_DONE_LATE = Q(done_on__gt=F("due_on"))


def state_of(assignment: Assignment | Standing, on: date) -> str:
    """The state of one unit's share on a day; "" for what was transferred or withdrawn."""
    if assignment.stage in OUT:
        return ""
    if assignment.stage == Stage.VERIFIED and (assignment.done_on is None or assignment.done_on <= on or on >= today()):
        late = assignment.due_on is not None and assignment.done_on is not None and assignment.done_on > assignment.due_on
        return "done_late" if late else "done_in_time"
    begun = "doing" if assignment.started_on and assignment.started_on <= on else "waiting"
    return f"{begun}_late" if assignment.due_on is not None and assignment.due_on < on else begun


def with_state(assignments: QuerySet[Assignment], on: date) -> QuerySet[Any]:
    """Adds `state`, by the same rules, in the database."""
    done, late, begun = _done(on), Q(due_on__lt=on), Q(started_on__lte=on)
    return assignments.annotate(
        state=Case(
            When(stage__in=OUT, then=Value("")),
            When(done & _DONE_LATE, then=Value("done_late")),
            When(done, then=Value("done_in_time")),
            When(late & begun, then=Value("doing_late")),
            When(late, then=Value("waiting_late")),
            When(begun, then=Value("doing")),
            default=Value("waiting"),
            output_field=CharField(),
        )
    )


def in_states(on: date, states: tuple[str, ...]) -> Q:
    """The shares in one state or in the states of OPEN_IN_TIME, OVERDUE, DONE or OPEN, said of the columns themselves.

    An index can find them so; the annotation of `with_state` has to be worked out row by row.
    """
    left, done = _open(on), _done(on)
    in_time, late = Q(due_on__isnull=True) | Q(due_on__gte=on), Q(due_on__lt=on)
    idle, begun = Q(started_on__isnull=True) | Q(started_on__gt=on), Q(started_on__lte=on)
    not_late = Q(done_on__isnull=True) | Q(due_on__isnull=True) | Q(done_on__lte=F("due_on"))
    return {
        OPEN_IN_TIME + OVERDUE: left,
        OPEN_IN_TIME: left & in_time,
        OVERDUE: left & late,
        DONE: done,
        ("waiting",): left & in_time & idle,
        ("waiting_late",): left & late & idle,
        ("doing",): left & in_time & begun,
        ("doing_late",): left & late & begun,
        ("done_in_time",): done & not_late,
        ("done_late",): done & _DONE_LATE,
    }[states]


def _done(on: date) -> Q:
    """Verified by the end of the day; whatever was verified counts today."""
    verified = Q(stage=Stage.VERIFIED)
    return verified if on >= today() else verified & (Q(done_on__isnull=True) | Q(done_on__lte=on))


def _open(on: date) -> Q:
    """Standing and not done by the end of the day."""
    return STILL_OPEN if on >= today() else STILL_OPEN | Q(stage=Stage.VERIFIED, done_on__gt=on)


_VALUES = attrgetter("given", "done_in_time", "done_late", "open_in_time", "overdue", "no_deadline")


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a set of shares: given = done_in_time + done_late + open_in_time + overdue."""

    given: int = 0
    done_in_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    overdue: int = 0
    # of open_in_time: how many have no deadline
    no_deadline: int = 0

    @property
    def done(self) -> int:
        """Done, in time or late."""
        return self.done_in_time + self.done_late

    @classmethod
    def sum(cls, parts: Iterable["Numbers"]) -> "Numbers":
        """The numbers of sets that have nothing in common, together."""
        found = [_VALUES(p) for p in parts]
        return cls(*map(sum, zip(*found, strict=True)))

    def __sub__(self, part: "Numbers") -> "Numbers":
        """The numbers of the set without a part of it."""
        return Numbers(*map(int.__sub__, _VALUES(self), _VALUES(part)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Short and quick where many are kept (core/kept.py)."""
        return Numbers, _VALUES(self)

    @property
    def in_time_percent(self) -> int | None:
        """Of what was done or is overdue, how much was done in time; None where there is nothing yet."""
        due = self.done + self.overdue
        return round(100 * self.done_in_time / due) if due else None


def counted(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """The shares that count: those of leading units that still stand."""
    return assignments.filter(is_partner=False).exclude(stage__in=OUT)


def _counts(on: date) -> dict[str, Count]:
    """What is counted in the database; the other numbers follow from these.

    Rows are counted, not ids: an index that has all the columns but the id is then enough for PostgreSQL.
    """
    row = Value(1)
    return {
        "given": Count(row),
        "done": Count(row, filter=_done(on)),
        "done_late": Count(row, filter=_done(on) & _DONE_LATE),
        "overdue": Count(row, filter=_open(on) & Q(due_on__lt=on)),
        "no_deadline": Count(row, filter=_open(on) & Q(due_on__isnull=True)),
    }


def _numbers(row: dict[str, int]) -> Numbers:
    open_in_time = row["given"] - row["done"] - row["overdue"]
    return Numbers(row["given"], row["done"] - row["done_late"], row["done_late"], open_in_time, row["overdue"], row["no_deadline"])


def numbers(assignments: QuerySet[Assignment], on: date) -> Numbers:
    """The numbers of a set of shares on a day; one query. No row may stand in the set twice."""
    return _numbers(counted(assignments).order_by().aggregate(**_counts(on)))


def numbers_by(assignments: QuerySet[Assignment], on: date, *fields: str) -> list[tuple[dict[str, Any], Numbers]]:
    """The numbers for each value of some fields ("unit_id", "task__document_id", ...); one query."""
    rows = counted(assignments).order_by().values(*fields).annotate(**_counts(on)).order_by(*fields)
    return [({name: row[name] for name in fields}, _numbers(row)) for row in rows]
