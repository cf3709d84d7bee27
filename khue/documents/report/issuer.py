"""Who issued a document: whom a report on it names, and to whom it goes."""

from datetime import date

from khue.documents.models import Direction, Document
from khue.units.models import Unit
from khue.units.resolve import resolve
from khue.units.tree import spell_of, subtree_ids


def issuer_of(document: Document, on: date) -> tuple[int, str] | None:
    """(id, name on the day) of the unit that issued it: as it was chosen, else as its printed name is understood."""
    if unit := document.issuer_unit:
        spell = spell_of(unit, on)
        return unit.pk, spell.name if spell else unit.name
    printed = document.issuer.strip()
    if not printed and document.direction != Direction.OUTGOING:
        return None
    spell = spell_of(document.unit, on)
    own = spell.name if spell else document.unit.name
    # a letterhead leaves out the place of the office: PHÒNG GIÁO DỤC VÀ ĐÀO TẠO
    if own.upper().startswith(printed.upper()):
        return document.unit_id, own
    found = resolve(printed, at=document.unit, on=on)
    return next(((int(c.ref["id"]), c.label) for c in found if c.exact and c.ref.get("type") == "unit"), None)


def from_below(document: Document, unit: Unit, on: date) -> bool:
    """Whether a unit below this one issued it: that is followed, not carried out, and nobody reports down."""
    issuer = issuer_of(document, on)
    return issuer is not None and issuer[0] != unit.pk and issuer[0] in subtree_ids([unit.pk], on)
