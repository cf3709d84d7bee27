"""References to one unit or to many at once, and which units they mean on a day.

A reference is a dict that documents and tasks keep as JSON:

    {"type": "unit", "id": 12}
    {"type": "group", "id": 3}                    a UnitGroup that an office has named
    {"type": "rule", "kinds": ["primary"],        every unit of these kinds ...
     "within": 7, "place": None,                  ... below a unit and in a territory, where given
     "direct": True,                              ... only those that belong to it directly
     "public": True,                              ... only public ones; without it both
     "private": True,                             ... only those that are not public
     "label": "Các trường tiểu học"}

What is named may have ended since: on a later day a reference means whoever carries the unit on, and the territories
that came of the one that is named.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from khue.units.kinds import UnitKind
from khue.units.models import Place, Unit, UnitGroup, UnitSpell, holds_on
from khue.units.tree import below_heirs, heirs

Ref = dict[str, Any]


class Member(NamedTuple):
    """A unit that a reference means, as far as giving out needs it: thousands of them are read for one plan."""

    pk: int
    name: str
    short_name: str

    @property
    def called(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


def unit_ref(unit_id: int) -> Ref:
    """A reference to one unit."""
    return {"type": "unit", "id": unit_id}


def group_ref(group_id: int) -> Ref:
    """A reference to a named group."""
    return {"type": "group", "id": group_id}


def rule_ref(
    kinds: Iterable[UnitKind | str],
    *,
    label: str,
    within: int | None = None,
    place: int | None = None,
    public: bool = False,
    private: bool = False,
    direct: bool = False,
) -> Ref:
    """A reference to every unit of some kinds."""
    names = [UnitKind(k).value for k in kinds]
    ref: Ref = {"type": "rule", "kinds": names, "within": within, "place": place, "public": public, "label": label}
    return ref | {name: True for name, said in (("private", private), ("direct", direct)) if said}


def members(ref: Ref, on: date, within_scope: RawSQL | None = None) -> QuerySet[Unit]:
    """The units that a reference means on a day, by name; none for a reference that names nothing any more.

    `within_scope` (of Person.scope) leaves out those that a person may not see.
    """
    spells = _spells(ref, on)
    if within_scope is not None:
        spells = spells.filter(unit_id__in=within_scope)
    return Unit.objects.filter(pk__in=spells.values("unit_id")).order_by("name", "pk")


def named_members(ref: Ref, on: date) -> list[Member]:
    """The same units, by name."""
    return [Member(*row) for row in members(ref, on).values_list(*Member._fields)]


def member_ids(refs: list[Ref], on: date) -> list[set[int]]:
    """The ids alone, for each reference; one query for all the rules below one unit, whose tree is then walked once."""
    found: list[set[int]] = [set() for _ref in refs]
    below: dict[int, list[int]] = {}
    for n, ref in enumerate(refs):
        if ref.get("type") == "rule" and ref.get("within") and not ref.get("direct"):
            below.setdefault(ref["within"], []).append(n)
        else:
            found[n] = set(_spells(ref, on).order_by().values_list("unit_id", flat=True))
    for within, numbers in below.items():
        spells = UnitSpell.objects.filter(holds_on(on), unit_id__in=below_heirs(within, on)).order_by()
        spells = spells.annotate(**{f"in_{n}": Case(When(_fits(refs[n], on), then=True), default=False) for n in numbers})
        for unit, *fits in spells.values_list("unit_id", *(f"in_{n}" for n in numbers)):
            for n, fit in zip(numbers, fits, strict=True):
                if fit:
                    found[n].add(unit)
    return found


def named_units(unit_ids: Iterable[int]) -> list[Member]:
    """Units by name; one query."""
    rows = Unit.objects.filter(pk__in=list(unit_ids)).order_by("name", "pk").values_list(*Member._fields)
    return [Member(*row) for row in rows]


def _spells(ref: Ref, on: date) -> QuerySet[UnitSpell]:
    holding = UnitSpell.objects.filter(holds_on(on))
    match ref.get("type"):
        case "unit":
            return holding.filter(unit_id__in=heirs([ref["id"]], on))
        case "group":
            group = UnitGroup.objects.filter(pk=ref["id"]).first()
            return group_spells(group, on) if group else holding.none()
        case "rule":
            return _by_rule(holding, ref, on)
    return holding.none()


def group_spells(group: UnitGroup, on: date) -> QuerySet[UnitSpell]:
    """The spells of a named group's members on a day."""
    holding = UnitSpell.objects.filter(holds_on(on))
    if group.by_rule:
        return _by_rule(holding, group_rule(group), on)
    listed = f"SELECT unit_id FROM units_unitgroup_members WHERE unitgroup_id = {int(group.pk)}"
    return holding.filter(unit_id__in=heirs(listed, on))


def group_rule(group: UnitGroup) -> Ref:
    """The rule of a group as a reference; `within` is its keeper where nothing else is said."""
    within = group.within_id or (None if group.place_id else group.owner_id)
    return rule_ref(group.kinds, label=group.name, within=within, place=group.place_id, public=group.public_only)


def _by_rule(holding: QuerySet[UnitSpell], ref: Ref, on: date) -> QuerySet[UnitSpell]:
    spells = holding.filter(_fits(ref, on))
    if (within := ref.get("within")) and ref.get("direct"):
        return spells.filter(parent_id__in=heirs([within], on))
    return spells.filter(unit_id__in=below_heirs(within, on)) if within else spells


def _fits(ref: Ref, on: date) -> Q:
    """What a rule says of a unit itself: its kind, its place, whose it is."""
    fits = Q(kind__in=ref.get("kinds") or [])
    if place := ref.get("place"):
        fits &= _lies_in(place, on)
    if ref.get("public"):
        fits &= Q(is_public=True)
    return fits & Q(is_public=False) if ref.get("private") else fits


def _lies_in(place: int, on: date) -> Q:
    """Lying in a territory; in what came of it (or of its parts), where it has ended before that day."""
    found = Q(place=place) | Q(place__parent=place) | Q(place__parent__parent=place)
    if Place.objects.filter(pk=place, valid_to__lt=on).exists():
        old = Q(predecessors=place) | Q(predecessors__parent=place) | Q(predecessors__parent__parent=place)
        now = Place.objects.filter(old).values("pk")
        found |= Q(place__in=now) | Q(place__parent__in=now)
    return found


def label(ref: Ref) -> str:
    """What a reference is called on screen."""
    return labels([ref])[0]


def labels(refs: Iterable[Ref]) -> list[str]:
    """What references are called, in their order; two queries for any number."""
    wanted = list(refs)
    ids = {kind: {r["id"] for r in wanted if r.get("type") == kind} for kind in ("unit", "group")}
    units = dict(Unit.objects.filter(pk__in=ids["unit"]).values_list("pk", "name")) if ids["unit"] else {}
    groups = dict(UnitGroup.objects.filter(pk__in=ids["group"]).values_list("pk", "name")) if ids["group"] else {}
    names = {"unit": units, "group": groups}
    return [_label(ref, names) for ref in wanted]


def _label(ref: Ref, names: dict[str, dict[int, str]]) -> str:
    kind = ref.get("type", "")
    if kind in names:
        return names[kind].get(ref["id"], _("Không còn trong danh mục"))
    return ref.get("label") or ", ".join(str(UnitKind(k).label) for k in ref.get("kinds", []))
