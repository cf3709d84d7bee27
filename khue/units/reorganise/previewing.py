"""What a reorganisation would do, told before it is done: it is carried out, looked at, and rolled back."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from khue.core.errors import KhueError
from khue.units.history import Reorganisation
from khue.units.models import UnitSpell
from khue.units.reorganise.applying import run_steps
from khue.units.reorganise.heirs import ROOMS
from khue.units.reorganise.spells import Change


@dataclass(slots=True)
class Preview:
    """Units that end and who carries them on, units that begin, units that change, and what each room has of them."""

    ends: list[tuple[str, str]] = field(default_factory=list)
    begins: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    touched: list[tuple[str, int]] = field(default_factory=list)
    error: KhueError | None = None


def preview(event: Reorganisation) -> Preview:
    """Tells everything that applying the event would touch; nothing stays changed."""
    told = Preview()
    with transaction.atomic():
        try:
            change = run_steps(event)
        except KhueError as error:
            told.error = error
        else:
            _tell(told, change)
        transaction.set_rollback(True)
    return told


def _tell(told: Preview, change: Change) -> None:
    names = dict(UnitSpell.objects.order_by("valid_from").values_list("unit_id", "name"))
    told.ends = [(names[u], names.get(change.heirs.get(u, 0), "")) for u in change.closed]
    told.begins = [names[u] for u in change.made_units]
    for spell in UnitSpell.objects.filter(pk__in=change.made_spells).exclude(unit_id__in=change.made_units).select_related("parent"):
        before = next((b for b in change.spells.values() if b["unit_id"] == spell.unit_id), None)
        if before:
            told.changes.append((before["name"], spell.name, spell.parent.name if spell.parent else ""))
    touched: dict[str, Any] = {}
    for room in ROOMS:
        for words, number in room.count(change.closed):
            touched[words] = touched.get(words, 0) + number
    told.touched = [(w, n) for w, n in touched.items() if n]
