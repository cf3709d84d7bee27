"""Registers stay with the unit that kept them; whoever carries the unit on sees them."""

from typing import Any

from khue.core.said import Said, said
from khue.documents.models import Document
from khue.units.reorganise.heirs import Room
from khue.units.reorganise.spells import Change


def count(units: list[int]) -> list[tuple[Said, int]]:
    """Documents in the registers of units that end."""
    return [(said("văn bản trong sổ, giữ nguyên và đơn vị kế thừa xem được"), Document.objects.filter(unit_id__in=units).count())]


def inherit(change: Change) -> None:
    """Nothing moves."""


def give_back(record: Any) -> None:
    """Nothing moved."""


def depends(record: dict[str, Any], mine: Any) -> Said | None:
    """Whether a unit that the undo would take away has begun a register."""
    made = Document.objects.filter(unit_id__in=record["made_units"]).count()
    return said("{n} văn bản đã vào sổ của đơn vị mới", n=made) if made else None


ROOM = Room("documents", count, inherit, give_back, depends)
