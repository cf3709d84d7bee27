"""What the rooms above do when units end, and undo again. Each room registers itself; units know none of them.

`count(units)` -> what is touched; `inherit(change)` -> a record; `give_back(record)`;
`depends(record)` -> what came after and would be lost by an undo (in words, or an `Obstacle` with what was done), None where
nothing. A room whose things fare differently by who carries the unit on tells them by `foresee(change)` instead of `count`;
one that knows the people tells by `people(change)` whose roles change, and `tell(change)` once everything has passed on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from khue.core.said import Said, as_data, from_data
from khue.units.reorganise.spells import Change


@dataclass(frozen=True, slots=True)
class Line:
    """One of the things by name: what it is called, its page, the day by which it is owed and whether that has passed."""

    name: str
    address: str
    due_on: date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Touched:
    """Something that units have: how many each, and the address (with {unit}) of the list that holds them."""

    words: Said
    by_unit: dict[int, int] = field(default_factory=dict)
    address: str = ""
    # whether it passes to whoever carries the unit on; without anybody it waits
    passes_on: bool = False
    # whether it is a part of what was told before it, of which these are overdue and these the first by name
    is_part: bool = False
    late: dict[int, int] = field(default_factory=dict)
    lines: dict[int, list[Line]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How many in all."""
        return sum(self.by_unit.values())

    @property
    def overdue(self) -> int:
        """How many of them are overdue."""
        return sum(self.late.values())

    def at(self, unit_id: int) -> str:
        """The address for one unit."""
        return self.address.format(unit=unit_id)

    def as_data(self) -> dict[str, Any]:
        """As a decision keeps it; no address for what has passed on: the list there is empty from then on."""
        return {
            "words": as_data(self.words),
            "by_unit": self.by_unit,
            "address": "" if self.passes_on else self.address,
            "is_part": self.is_part,
            "late": self.late,
            "lines": {
                u: [[n.name, n.address, n.due_on.isoformat() if n.due_on else None, n.late] for n in found]
                for u, found in self.lines.items()
            },
        }


def from_kept(data: dict[str, Any]) -> Touched:
    """What `as_data` kept."""
    lines = {
        int(u): [Line(n, a, date.fromisoformat(d) if d else None, late) for n, a, d, late in found] for u, found in data["lines"].items()
    }
    by_unit, late = ({int(u): n for u, n in data[name].items()} for name in ("by_unit", "late"))
    return Touched(from_data(data["words"]), by_unit, data["address"], False, data["is_part"], late, lines)  # type: ignore[arg-type]


def touched(words: Said, things: QuerySet[Any], address: str = "", *, passes_on: bool = False) -> Touched:
    """Counts things by the unit that they name."""
    return Touched(words, dict(things.order_by().values_list("unit_id").annotate(n=Count("pk"))), address, passes_on)


@dataclass(frozen=True, slots=True)
class Moved:
    """A person's role that ends with its unit, and what it is from then on: another unit's, perhaps another role; "" for none."""

    user_id: int
    name: str
    role: str
    unit: str
    now: str = ""
    heir: str = ""
    heir_id: int | None = None

    def as_data(self) -> list[Any]:
        """As a decision keeps it."""
        return [getattr(self, n) for n in self.__slots__]


@dataclass(frozen=True, slots=True)
class Done:
    """Something that somebody did since: what it is about and its page, what was done, by whom, on which day."""

    name: str
    address: str = ""
    what: str = ""
    who: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that keeps an undo back: in words, how much there is of it, and the newest of it by name."""

    words: Said
    lines: list[Done] = field(default_factory=list)
    number: int = 0

    @property
    def more(self) -> int:
        """How many there are beside those that are named."""
        return self.number - len(self.lines)


@dataclass(frozen=True, slots=True)
class Room:
    """One room's part in a reorganisation. `name` is its key in the record; lower ranks come first, last when undoing."""

    name: str
    rank: int
    count: Callable[[list[int]], list[Touched]]
    inherit: Callable[[Change], Any]
    give_back: Callable[[Any], None]
    depends: Callable[[dict[str, Any], Any], Said | Obstacle | list[Obstacle] | None]
    foresee: Callable[[Change], list[Touched]] | None = None
    people: Callable[[Change], list[Moved]] | None = None
    tell: Callable[[Change, Any, list[Moved]], None] | None = None


ROOMS: list[Room] = []


def obstacles(record: dict[str, Any]) -> list[Obstacle]:
    """What every room has built on a decision."""
    found: list[Obstacle] = []
    for room in ROOMS:
        why = room.depends(record, record["rooms"][room.name]) if room.name in record["rooms"] else None
        found += why if isinstance(why, list) else [why] if isinstance(why, Obstacle) else [Obstacle(why)] if why else []
    return found


def people_moved(change: Change) -> list[Moved]:
    """Whose roles the decision ends or carries on, before it does."""
    return [m for room in ROOMS if room.people for m in room.people(change)]


def foreseen(change: Change) -> list[Touched]:
    """What every room has of the units that end, before anything of it is passed on."""
    told = (t for room in ROOMS for t in (room.foresee(change) if room.foresee else room.count(change.closed)))
    return [t for t in told if t.number]


def register(room: Room) -> None:
    """Adds a room, once."""
    if room.name not in {r.name for r in ROOMS}:
        ROOMS.append(room)
        ROOMS.sort(key=lambda r: r.rank)
