"""What the rooms above do when units end, and undo again. Each room registers itself; units know none of them.

`count(units)` -> what is touched; `inherit(change)` -> a record; `give_back(record)`;
`depends(record)` -> words for what came after and would be lost by an undo, None where nothing.
A room whose things fare differently by who carries the unit on tells them by `foresee(change)` instead of `count`.
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
class Room:
    """One room's part in a reorganisation. `name` is its key in the record; lower ranks come first, last when undoing."""

    name: str
    rank: int
    count: Callable[[list[int]], list[Touched]]
    inherit: Callable[[Change], Any]
    give_back: Callable[[Any], None]
    depends: Callable[[dict[str, Any], Any], Said | None]
    foresee: Callable[[Change], list[Touched]] | None = None


ROOMS: list[Room] = []


def foreseen(change: Change) -> list[Touched]:
    """What every room has of the units that end, before anything of it is passed on."""
    told = (t for room in ROOMS for t in (room.foresee(change) if room.foresee else room.count(change.closed)))
    return [t for t in told if t.number]


def register(room: Room) -> None:
    """Adds a room, once."""
    if room.name not in {r.name for r in ROOMS}:
        ROOMS.append(room)
        ROOMS.sort(key=lambda r: r.rank)
