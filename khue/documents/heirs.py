"""Registers stay with the unit that kept them; whoever carries the unit on sees them and goes on with its plans."""

from typing import Any

from django.db.models import Q

from khue.core.said import Said, said
from khue.documents.models import Document, Report
from khue.units.reorganise.heirs import Room, Touched, touched
from khue.units.reorganise.spells import Change


def count(units: list[int]) -> list[Touched]:
    """Documents in the registers of units that end, and reports that they have not issued yet."""
    kept = Document.objects.filter(unit_id__in=units, removed_at__isnull=True)
    drafts = Report.objects.filter(unit_id__in=units, state=Report.State.DRAFT)
    return [
        touched(said("văn bản trong sổ, giữ nguyên và đơn vị kế thừa xem được"), kept, "/van-ban/?unit={unit}"),
        touched(said("báo cáo chưa ban hành"), drafts),
    ]


def inherit(change: Change) -> None:
    """Nothing moves."""


def give_back(record: Any) -> None:
    """Nothing moved."""


def depends(record: dict[str, Any], mine: Any) -> Said | None:
    """Whether a unit that the undo would take away has begun a register or a report, or handles a document."""
    units = record["made_units"]
    made = Document.objects.filter(Q(unit_id__in=units) | Q(handler_unit_id__in=units)).count()
    made += Report.objects.filter(Q(unit_id__in=units) | Q(about_unit_id__in=units)).count()
    return said("{n} văn bản, báo cáo của đơn vị mới", n=made) if made else None


ROOM = Room("documents", 1, count, inherit, give_back, depends)
