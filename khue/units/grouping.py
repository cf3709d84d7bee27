"""Groups that an office names: making, changing, deleting, and the groups a unit is in."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from khue.core.errors import InputError
from khue.core.log import differences, log_action
from khue.core.said import said
from khue.core.text import key
from khue.units.models import Place, Unit, UnitGroup, UnitSpell
from khue.units.tree import ancestor_ids, with_past

_FIELDS = ("name", "by_rule", "kinds", "within", "place", "public_only")


@transaction.atomic
def save_group(group: UnitGroup | None, *, owner: Unit, rule: Mapping[str, Any], members: Iterable[Unit], by: Any) -> UnitGroup:
    """A group as it is wanted: `rule` holds name, by_rule, kinds, within, place, public_only; `members` those of a list.

    Raises InputError where the keeper has another group of that name.
    """
    Unit.objects.select_for_update().get(pk=owner.pk)
    others = UnitGroup.objects.filter(owner=owner)
    if group:
        others = others.exclude(pk=group.pk)
    if any(key(name) == key(rule["name"]) for name in others.values_list("name", flat=True)):
        raise InputError("group.name", said("{owner} đã có nhóm tên này.", owner=owner.name), said("Đặt tên khác, hoặc sửa nhóm đã có."))
    before = _facts(group) if group else {}
    saved = group or UnitGroup(owner=owner)
    for name in _FIELDS:
        setattr(saved, name, rule[name])
    saved.save()
    saved.members.set([] if saved.by_rule else members)
    changes = differences(before, _facts(saved))
    if changes:
        log_action("group.changed" if group else "group.made", saved, by=by, changes=changes)
    return saved


def _facts(group: UnitGroup) -> dict[str, Any]:
    facts = {n: getattr(group, n) for n in _FIELDS}
    return {**facts, "members": sorted(group.members.values_list("pk", flat=True))}


@transaction.atomic
def delete_group(group: UnitGroup, *, by: Any) -> None:
    """Deletes a group; what it held stays in the action log."""
    log_action("group.deleted", group, by=by, changes={n: [v, None] for n, v in _facts(group).items()})
    group.delete()


def groups_holding(spell: UnitSpell, on: date) -> list[UnitGroup]:
    """The groups of a unit's own office and of those above that hold it on a day; six queries for any number of groups."""
    above = with_past(ancestor_ids([spell.unit_id], on), on)
    kept: QuerySet[UnitGroup] = UnitGroup.objects.filter(owner_id__in=above).select_related("owner")
    listed = set(UnitGroup.objects.filter(members__in=with_past([spell.unit_id], on)).values_list("pk", flat=True))
    place = spell.place
    around = {p.pk for p in (place, place and place.parent, place and place.parent and place.parent.parent) if p}
    old = Place.objects.filter(successors__in=around, valid_to__lt=on).values_list("pk", "parent_id", "parent__parent_id")
    places = around | {p for path in old for p in path if p}
    return [g for g in kept if (_holds(g, spell, above, places) if g.by_rule else g.pk in listed)]


def _holds(group: UnitGroup, spell: UnitSpell, above: set[int], places: set[int]) -> bool:
    within = group.within_id or (None if group.place_id else group.owner_id)
    return (
        spell.kind in group.kinds
        and (within is None or within in above)
        and (group.place_id is None or group.place_id in places)
        and (spell.is_public or not group.public_only)
    )
