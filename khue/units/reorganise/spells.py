"""Changes of spells that remember how it was, so that an undo gives back the very state."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from khue.core.errors import KhueError
from khue.core.said import said
from khue.units.gone import Gone
from khue.units.history import Reorganisation, Succession
from khue.units.models import Place, Unit, UnitIdentifier, UnitSpell, holds_on
from khue.units.tree import index_unit

SPELL = ("unit_id", "name", "short_name", "kind", "parent_id", "guide_id", "place_id", "is_public", "valid_from", "valid_to", "basis")
UNIT = ("name", "short_name", "kind", "closed_on")


@dataclass(slots=True)
class Change:
    """What one reorganisation does to the tree on its day; `record` is what an undo needs."""

    event: Reorganisation
    day: date
    made_units: list[int] = field(default_factory=list)
    made_spells: list[int] = field(default_factory=list)
    spells: dict[int, dict[str, Any]] = field(default_factory=dict)
    units: dict[int, dict[str, Any]] = field(default_factory=dict)
    # units closed and who carries them on, for the rooms above; numbers that ended with their units
    closed: list[int] = field(default_factory=list)
    heirs: dict[int, int] = field(default_factory=dict)
    identifiers: list[int] = field(default_factory=list)

    def copy(self) -> "Change":
        """As it is now, for going back to where a step fails."""
        kept: dict[str, Any] = {n: type(v)(v) for n in self.__slots__ if isinstance(v := getattr(self, n), list | dict)}
        return replace(self, **kept)

    def open_spell(self, unit_id: int) -> UnitSpell:
        """What holds of a unit now. Raises KhueError where it does not exist on the day, or later changes stand already."""
        spell = UnitSpell.objects.select_for_update().filter(unit_id=unit_id, valid_to__isnull=True).select_related("unit").first()
        if spell is None:
            name = Unit.objects.get(pk=unit_id).name
            why = Gone(self.day).told_of(unit_id, name) or said("{unit} đã thôi hoạt động.", unit=name)
            raise KhueError("reorganise.closed", why, said("Chọn đơn vị còn hoạt động vào ngày có hiệu lực."))
        if spell.valid_from > self.day and not UnitSpell.objects.filter(unit_id=unit_id, valid_from__lte=self.day).exists():
            day = f"{self.day:%d/%m/%Y}"
            raise KhueError(
                "reorganise.early",
                said("{unit} chưa có vào ngày {day}.", unit=spell.name, day=day),
                said("Chọn đơn vị khác, hoặc sửa ngày có hiệu lực."),
            )
        if spell.valid_from > self.day:
            raise KhueError(
                "reorganise.later",
                said("{unit} đã có thay đổi từ {day}, sau ngày có hiệu lực.", unit=spell.name, day=f"{spell.valid_from:%d/%m/%Y}"),
                said("Hoàn tác thay đổi sau trước, hoặc chọn ngày khác."),
            )
        return spell

    def remember(self, thing: UnitSpell | Unit) -> None:
        """Keeps how a thing was before its first change."""
        if isinstance(thing, UnitSpell):
            self.spells.setdefault(thing.pk, {n: _json(getattr(thing, n)) for n in SPELL})
        else:
            self.units.setdefault(thing.pk, {n: _json(getattr(thing, n)) for n in UNIT})

    def alter(self, unit_id: int, **said_now: Any) -> None:
        """From the day on the unit is as said; before, as it was."""
        spell = self.open_spell(unit_id)
        if all(getattr(spell, n) == v for n, v in said_now.items()):
            return
        if spell.pk in self.made_spells or spell.valid_from == self.day:
            self.remember(spell) if spell.pk not in self.made_spells else None
        else:
            self.remember(spell)
            UnitSpell.objects.filter(pk=spell.pk).update(valid_to=self.day - timedelta(days=1))
            spell.pk, spell._state.adding, spell.valid_from, spell.valid_to = None, True, self.day, None
        for name, value in said_now.items():
            setattr(spell, name, value)
        spell.basis = self.event.decision[:200]
        spell.save()
        if spell.pk not in self.spells and spell.pk not in self.made_spells:
            self.made_spells.append(spell.pk)
        self._follow(spell)

    def _follow(self, spell: UnitSpell) -> None:
        unit = Unit.objects.get(pk=spell.unit_id)
        if unit.pk not in self.made_units:
            self.remember(unit)
        unit.name, unit.short_name, unit.kind, unit.closed_on = spell.name, spell.short_name, spell.kind, None
        unit.save(update_fields=list(UNIT))
        index_unit(unit)

    def found(self, facts: dict[str, Any]) -> Unit:
        """A new unit from the day on."""
        unit = Unit.objects.create(name=facts["name"], short_name=facts.get("short_name", ""), kind=facts["kind"])
        spell = UnitSpell.objects.create(unit=unit, valid_from=self.day, basis=self.event.decision[:200], **_spell_facts(facts))
        self.made_units.append(unit.pk)
        self.made_spells.append(spell.pk)
        index_unit(unit)
        return unit

    def close(self, unit_id: int) -> None:
        """The unit's last day is the day before; a change that an earlier step made from the day on falls away."""
        if unit_id in self.made_units:
            raise KhueError("reorganise.made", said("Đơn vị lập trong quyết định này không thể thôi hoạt động cùng ngày."))
        spell = self.open_spell(unit_id)
        if spell.pk in self.made_spells:
            self.made_spells.remove(spell.pk)
            spell.delete()
        elif spell.valid_from == self.day:
            raise KhueError("reorganise.same_day", said("{unit} mới thay đổi đúng ngày này.", unit=spell.name), said("Chọn ngày sau đó."))
        else:
            self.remember(spell)
            UnitSpell.objects.filter(pk=spell.pk).update(valid_to=self.day - timedelta(days=1))
        self.remember(Unit.objects.get(pk=unit_id))
        Unit.objects.filter(pk=unit_id).update(closed_on=self.day)
        numbers = UnitIdentifier.objects.filter(unit_id=unit_id, valid_to__isnull=True, valid_from__lt=self.day)
        self.identifiers += numbers.values_list("pk", flat=True)
        numbers.update(valid_to=self.day - timedelta(days=1))
        self.closed.append(unit_id)

    def hand_down(self, unit_id: int, to: int | None, *, stay: tuple[int, ...] = ()) -> None:
        """What belongs to a unit, and what it guides, is `to`'s from the day on; `stay` are units that end along with it."""
        for child in self.children(unit_id):
            if child != to and child not in stay:
                self.alter(child, parent_id=to)
        for guided in self.guided(unit_id):
            if guided != to and guided not in stay:
                spell = self.open_spell(guided)
                self.alter(guided, guide_id=None if to == spell.parent_id else to)

    def heir_of(self, unit_id: int) -> int | None:
        """Who carries a unit on in the end, where an heir ends in the same decision; None for nobody."""
        seen = {unit_id}
        found = self.heirs.get(unit_id)
        while found in self.heirs and found not in seen:
            seen.add(found)
            found = self.heirs[found]
        return found if found not in self.closed else None

    def succeed(self, before: int, after: int, *, main: bool = True) -> None:
        """`after` carries on `before`."""
        Succession.objects.create(before_id=before, after_id=after, effective_on=self.day, reorganisation=self.event, is_main=main)
        if main:
            self.heirs[before] = after

    def children(self, unit_id: int) -> list[int]:
        """Units that belong to one on the day."""
        return list(
            UnitSpell.objects.filter(parent_id=unit_id, valid_to__isnull=True).order_by("unit_id").values_list("unit_id", flat=True)
        )

    def guided(self, unit_id: int) -> list[int]:
        """Units whose work one guides on the day."""
        return list(UnitSpell.objects.filter(guide_id=unit_id, valid_to__isnull=True).order_by("unit_id").values_list("unit_id", flat=True))

    def above(self, unit_id: int) -> int | None:
        """The unit that one belongs to, else the one that guides it, on the day before."""
        before = self.day - timedelta(days=1)
        spell = UnitSpell.objects.filter(holds_on(before), unit_id=unit_id).first()
        return (spell.parent_id or spell.guide_id) if spell else None

    def names_before(self, units: Iterable[int]) -> dict[int, str]:
        """{unit: what it was called on the day before}, of those that were there."""
        return names_on(units, self.day - timedelta(days=1))

    def names_now(self, units: Iterable[int]) -> dict[int, str]:
        """{unit: what it is called from the day on}."""
        return dict(Unit.objects.filter(pk__in=list(units)).values_list("pk", "name"))

    def altered(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Units that go on otherwise: how each was and how it is."""
        return altered(self.as_record())

    def as_record(self) -> dict[str, Any]:
        """What an undo needs, as JSON."""
        after = {
            pk: {n: _json(getattr(s, n)) for n in SPELL} for pk, s in UnitSpell.objects.in_bulk([*self.spells, *self.made_spells]).items()
        }
        return {
            "made_units": self.made_units,
            "made_spells": self.made_spells,
            "spells": {str(k): v for k, v in self.spells.items()},
            "after": {str(k): v for k, v in after.items()},
            "units": {str(k): v for k, v in self.units.items()},
            "closed": self.closed,
            "identifiers": self.identifiers,
        }


def names_on(units: Iterable[int], day: date) -> dict[int, str]:
    """{unit: what it was called on a day}, of those that were there."""
    return dict(UnitSpell.objects.filter(holds_on(day), unit_id__in=list(units)).values_list("unit_id", "name"))


def altered(record: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Of a decision's record, the units that neither end nor begin: how each was and how it is, by the name it had."""
    gone = {*record["closed"], *record["made_units"]}
    first = {b["unit_id"]: b for b in reversed(list(record["spells"].values()))}
    last = {a["unit_id"]: a for a in record["after"].values() if a["valid_to"] is None}
    return [(first[u], last[u]) for u in sorted((first.keys() & last.keys()) - gone, key=lambda u: first[u]["name"])]


def _spell_facts(facts: dict[str, Any]) -> dict[str, Any]:
    known = {n: facts.get(n) for n in ("parent_id", "guide_id", "place_id")}
    if known["place_id"] is not None:
        Place.objects.get(pk=known["place_id"])
    return {
        "name": facts["name"],
        "short_name": facts.get("short_name", ""),
        "kind": facts["kind"],
        "is_public": facts.get("is_public", True),
        **known,
    }


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def given_back(thing: dict[str, Any]) -> dict[str, Any]:
    """A remembered thing as the database takes it."""
    return {n: date.fromisoformat(v) if v and n in ("valid_from", "valid_to", "closed_on") else v for n, v in thing.items()}
