"""Changes of spells that remember how it was, so that an undo gives back the very state."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from khue.core.errors import KhueError
from khue.core.said import said
from khue.units.history import Reorganisation, Succession
from khue.units.models import Place, Unit, UnitSpell
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
    # units closed and who carries them on, for the rooms above
    closed: list[int] = field(default_factory=list)
    heirs: dict[int, int] = field(default_factory=dict)

    def open_spell(self, unit_id: int) -> UnitSpell:
        """What holds of a unit now. Raises KhueError where it does not exist on the day, or later changes stand already."""
        spell = UnitSpell.objects.select_for_update().filter(unit_id=unit_id, valid_to__isnull=True).select_related("unit").first()
        if spell is None:
            raise KhueError("reorganise.closed", said("Đơn vị đã thôi hoạt động."), said("Chọn đơn vị còn hoạt động vào ngày có hiệu lực."))
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
        """The unit's last day is the day before."""
        spell = self.open_spell(unit_id)
        if spell.valid_from == self.day:
            raise KhueError("reorganise.same_day", said("{unit} mới thay đổi đúng ngày này.", unit=spell.name), said("Chọn ngày sau đó."))
        self.remember(spell)
        self.remember(spell.unit)
        UnitSpell.objects.filter(pk=spell.pk).update(valid_to=self.day - timedelta(days=1))
        Unit.objects.filter(pk=unit_id).update(closed_on=self.day)
        self.closed.append(unit_id)

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
        }


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
