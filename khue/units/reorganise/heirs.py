"""What the rooms above do when units end, and undo again. Each room registers itself; units know none of them.

`count(units)` -> [(words, number)] of what is touched; `inherit(change)` -> a record; `give_back(record)`;
`depends(record)` -> words for what came after and would be lost by an undo, "" where nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from khue.core.said import Said
from khue.units.reorganise.spells import Change


@dataclass(frozen=True, slots=True)
class Room:
    """One room's part in a reorganisation. `name` is its key in the record."""

    name: str
    count: Callable[[list[int]], list[tuple[Said, int]]]
    inherit: Callable[[Change], Any]
    give_back: Callable[[Any], None]
    depends: Callable[[dict[str, Any], Any], Said | None]


ROOMS: list[Room] = []


def register(room: Room) -> None:
    """Adds a room, once."""
    if room.name not in {r.name for r in ROOMS}:
        ROOMS.append(room)
