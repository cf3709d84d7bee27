"""What becomes of the open shares of a unit that ends, and how many of each kind there are, for whoever decides on it.

A unit has a task once. So an open share either moves to the unit that carries it on, or joins the share that this one has
open itself; but what this one has finished is not what the other still owes: such a share stays where it is, overdue if it
is, and the people of the heir, whose past it is, go on with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from khue.core.said import Said, said
from khue.core.text import short
from khue.tasks.models import Assignment, Stage, Task
from khue.tasks.models.task import CLOSED, OUT
from khue.tasks.reach import outward
from khue.units.reorganise.heirs import Line, Touched, touched
from khue.units.reorganise.spells import Change
from khue.units.tree import today

# so many are named for one unit, and in all: a reform ends hundreds of units
MOST_LINES, MOST_LINES_IN_ALL = 60, 400
CUT = 90


class Fate(Enum):
    """What becomes of an open share."""

    MOVES = "moves"
    JOINS = "joins"
    STAYS = "stays"


_WORDS: dict[Fate, Said] = {
    Fate.MOVES: said("phần chuyển sang đơn vị kế thừa"),
    Fate.JOINS: said("phần gộp vào việc đơn vị kế thừa đang làm, theo hạn của đơn vị kế thừa"),
    Fate.STAYS: said("phần mà đơn vị kế thừa đã xong việc của mình: vẫn ghi tên đơn vị cũ, đơn vị kế thừa làm tiếp"),
}


@dataclass(slots=True)
class Had:
    """As much of a share that stands as decides what becomes of another."""

    is_partner: bool
    stage: str


def fate(old: Assignment | Had, there: Assignment | Had | None) -> Fate:
    """What becomes of an open share where the heir has this one of the same task, or None."""
    if there is None or leads_now(old, there):
        return Fate.MOVES
    return Fate.STAYS if there.stage == Stage.VERIFIED else Fate.JOINS


def leads_now(old: Assignment | Had, there: Assignment | Had) -> bool:
    """Whether an heir that was only a partner comes to lead what the ended unit led."""
    return there.is_partner and not old.is_partner


def count(units: list[int]) -> list[Touched]:
    """Shares of units that end, open and done, and the tasks that they gave and that are still open somewhere.

    What is reported (led, for somebody above) is told apart from the rest, so that the numbers are those of every page.
    """
    shares = Assignment.objects.filter(unit_id__in=units)
    left, done = shares.exclude(stage__in=CLOSED), shares.filter(stage=Stage.VERIFIED)
    given = Task.objects.filter(unit_id__in=units, withdrawn_at__isnull=True)
    follows = given.filter(pk__in=Assignment.objects.exclude(stage__in=CLOSED).order_by().values("task_id"))
    return [
        touched(said("phần việc đang mở"), _reported(left), _list("open"), passes_on=True),
        touched(said("phần phối hợp, việc nội bộ đang mở"), _rest(left), passes_on=True),
        touched(said("phần việc đã xong, giữ nguyên"), _reported(done), _list("done")),
        touched(said("phần phối hợp, việc nội bộ đã xong, giữ nguyên"), _rest(done)),
        touched(said("việc đã giao cho nơi khác, còn theo dõi"), follows),
        touched(said("việc lặp lại còn tiếp tục"), given.exclude(recurs="").filter(series__isnull=True)),
    ]


def _list(state: str) -> str:
    return "/viec/?view=all&unit={unit}&role=reported&state=" + state


def _reported(shares: Any) -> Any:
    return outward(shares.filter(is_partner=False))


def _rest(shares: Any) -> Any:
    return shares.exclude(pk__in=_reported(shares).order_by().values("pk"))


def foresee(change: Change) -> list[Touched]:
    """The same, and after what is open what becomes of it where somebody carries the unit on."""
    found = count(change.closed)
    return [*found[:2], *_fates(change), *found[2:]]


def _fates(change: Change) -> list[Touched]:
    told = {f: Touched(_WORDS[f], is_part=True) for f in Fate}
    named = 0
    for old, kind in _by_urgency(_with_fate(change)):
        t, late = told[kind], bool(old.due_on and old.due_on < today())
        t.by_unit[old.unit_id] = t.by_unit.get(old.unit_id, 0) + 1
        if late:
            t.late[old.unit_id] = t.late.get(old.unit_id, 0) + 1
        lines = t.lines.setdefault(old.unit_id, [])
        if kind != Fate.MOVES and len(lines) < MOST_LINES and named < MOST_LINES_IN_ALL:
            lines.append(Line(short(old.task.quote, CUT), f"/viec/{old.task_id}/?phan={old.pk}#p{old.pk}", old.due_on, late))
            named += 1
    return list(told.values())


def _with_fate(change: Change) -> Iterable[tuple[Assignment, Fate]]:
    """Every open share that somebody comes to have, in the order in which they are passed on."""
    heirs = {u: heir for u in change.closed if (heir := change.heir_of(u))}
    left = Assignment.objects.filter(unit_id__in=list(heirs)).exclude(stage__in=CLOSED).select_related("task").order_by("id")
    standing = Assignment.objects.filter(unit_id__in=set(heirs.values()), task_id__in=left.order_by().values("task_id"))
    rows = standing.exclude(stage__in=OUT).values_list("task_id", "unit_id", "is_partner", "stage")
    there = {(task, unit): Had(partner, stage) for task, unit, partner, stage in rows}
    for old in left:
        place = (old.task_id, heirs[old.unit_id])
        kind = fate(old, there.get(place))
        if kind == Fate.MOVES:
            there[place] = Had(old.is_partner, old.stage)
        yield old, kind


def _by_urgency(found: Iterable[tuple[Assignment, Fate]]) -> list[tuple[Assignment, Fate]]:
    return sorted(found, key=lambda row: (row[0].due_on is None, row[0].due_on or today(), row[0].pk))
