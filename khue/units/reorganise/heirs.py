"""What the rooms above do when units end, and undo again. Each room registers itself; units know none of them.

`count(units)` -> what is touched; `inherit(change)` -> a record; `give_back(record)`;
`depends(record)` -> words for what came after and would be lost by an undo, None where nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from khue.core.said import Said
from khue.units.reorganise.spells import Change


@dataclass(frozen=True, slots=True)
class Touched:
    """Something that units have: how many each, and the address (with {unit}) of the list that holds them."""

    words: Said
    by_unit: dict[int, int] = field(default_factory=dict)
    address: str = ""
    # whether it passes to whoever carries the unit on; without anybody it waits
    passes_on: bool = False

    @property
    def number(self) -> int:
        """How many in all."""
        return sum(self.by_unit.values())

    def at(self, unit_id: int) -> str:
        """The address for one unit."""
        return self.address.format(unit=unit_id)


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


ROOMS: list[Room] = []


def register(room: Room) -> None:
    """Adds a room, once."""
    if room.name not in {r.name for r in ROOMS}:
        ROOMS.append(room)
        ROOMS.sort(key=lambda r: r.rank)
