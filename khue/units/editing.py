"""What may be said of a unit, and by whom: founding, changing from a day on, contacts, identifiers."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from khue.core.errors import InputError
from khue.core.log import log_action
from khue.core.said import said
from khue.units.kinds import ContactKind, Scheme
from khue.units.models import Unit, UnitContact, UnitIdentifier, UnitSpell
from khue.units.tree import change_unit, found_unit, index_unit, subtree_ids, today

FACTS = ("name", "short_name", "kind", "parent", "guide", "place", "is_public")
# the schemes that number units; the others number places
UNIT_SCHEMES = (Scheme.MOET, Scheme.TAX, Scheme.EDOC, Scheme.LOCAL)


@transaction.atomic
def new_unit(
    *, facts: Mapping[str, Any], on: date, basis: str, contacts: Mapping[str, str], identifiers: Mapping[str, str], by: Any
) -> Unit:
    """A new unit with all that is known of it."""
    unit = found_unit(**{n: facts[n] for n in FACTS}, valid_from=on, basis=basis, by=by)
    set_contacts(unit, contacts, by=by)
    set_identifiers(unit, identifiers, by=by)
    return unit


@transaction.atomic
def edit_unit(
    unit: Unit,
    *,
    facts: Mapping[str, Any],
    on: date | None,
    basis: str,
    contacts: Mapping[str, str],
    identifiers: Mapping[str, str],
    seen: int | None,
    by: Any,
) -> bool:
    """Changes what differs; True where anything did. `seen` is the spell that the editor had before them.

    Raises InputError where somebody else changed the unit meanwhile, the day is too early or the parent lies below it.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    spell = UnitSpell.objects.filter(unit=unit, valid_to__isnull=True).first()
    if spell is None or (seen is not None and spell.pk != seen):
        raise InputError(
            "unit.changed", said("Đơn vị này vừa được người khác sửa."), said("Mở lại trang để xem nội dung mới, rồi sửa tiếp.")
        )
    changed = {n: v for n, v in facts.items() if getattr(spell, n) != v}
    if changed:
        _check_change(unit, spell, changed, on, basis)
        change_unit(unit, by=by, on=on or today(), basis=basis, **changed)
    told = set_contacts(unit, contacts, by=by)
    numbered = set_identifiers(unit, identifiers, by=by)
    return bool(changed) or told or numbered


def _check_change(unit: Unit, spell: UnitSpell, changed: Mapping[str, Any], on: date | None, basis: str) -> None:
    if on is None or not basis:
        raise InputError(
            "unit.basis", said("Thay đổi này cần ngày có hiệu lực và căn cứ."), said("Ghi ngày và số, ký hiệu của quyết định.")
        )
    if on < spell.valid_from:
        start = f"{spell.valid_from:%d/%m/%Y}"
        raise InputError(
            "unit.day",
            said("Ngày {day} sớm hơn lần thay đổi gần nhất ({start}).", day=f"{on:%d/%m/%Y}", start=start),
            said("Chọn ngày {start} hoặc sau đó.", start=start),
        )
    below = subtree_ids([unit.pk], on) if changed.get("parent") or changed.get("guide") else set()
    for role in ("parent", "guide"):
        upper = changed.get(role)
        if upper and upper.pk in below:
            raise InputError("unit.circle", said("{name} nằm dưới đơn vị này.", name=upper.name), said("Chọn một đơn vị cấp trên khác."))


def set_contacts(unit: Unit, contacts: Mapping[str, str], *, by: Any) -> bool:
    """The ways to reach a unit, one text a kind; several values are separated by semicolons."""
    before = contact_texts(unit)
    after = {k: "; ".join(_several(contacts.get(k, ""))) for k in ContactKind.values}
    changes = {k: [before.get(k, ""), after[k]] for k in after if after[k] != before.get(k, "")}
    for kind in changes:
        UnitContact.objects.filter(unit=unit, kind=kind).delete()
        UnitContact.objects.bulk_create([UnitContact(unit=unit, kind=kind, value=v) for v in _several(after[kind])])
    if changes:
        log_action("unit.contacts", unit, by=by, changes=changes)
    return bool(changes)


def contact_texts(unit: Unit) -> dict[str, str]:
    """The contacts as a form shows them."""
    texts: dict[str, list[str]] = {}
    for kind, value in UnitContact.objects.filter(unit=unit).order_by("kind", "pk").values_list("kind", "value"):
        texts.setdefault(kind, []).append(value)
    return {kind: "; ".join(values) for kind, values in texts.items()}


def _several(text: str) -> list[str]:
    return [v for part in text.split(";") if (v := " ".join(part.split()))]


def set_identifiers(unit: Unit, identifiers: Mapping[str, str], *, by: Any) -> bool:
    """The unit's numbers by scheme; a number that is taken by another unit is refused by name."""
    now = UnitIdentifier.objects.filter(unit=unit, valid_to__isnull=True).select_for_update()
    before = {i.scheme: i for i in now}
    changes: dict[str, list[str]] = {}
    for scheme in UNIT_SCHEMES:
        old, new = before.get(scheme), " ".join(identifiers.get(scheme, "").split())
        if new == (old.value if old else ""):
            continue
        taken = (
            UnitIdentifier.objects.filter(scheme=scheme, value=new, valid_to__isnull=True).select_related("unit").first() if new else None
        )
        if taken:
            raise InputError(
                "unit.identifier",
                said("{scheme} {value} đang là của {name}.", scheme=str(scheme.label), value=new, name=taken.unit.name),
                said("Kiểm tra lại mã."),
            )
        _renumber(unit, scheme, old, new)
        changes[scheme.value] = [old.value if old else "", new]
    if changes:
        log_action("unit.identifiers", unit, by=by, changes=changes)
        index_unit(unit)
    return bool(changes)


def _renumber(unit: Unit, scheme: Scheme, old: UnitIdentifier | None, new: str) -> None:
    day = today()
    if old and old.valid_from < day:
        UnitIdentifier.objects.filter(pk=old.pk).update(valid_to=day - timedelta(days=1))
    elif old:
        old.delete()
    if new:
        # a first number is not known to have begun today
        start = {"valid_from": day} if old else {}
        UnitIdentifier.objects.create(unit=unit, scheme=scheme, value=new, **start)
