"""Fields in which a unit is typed or chosen from the picker (static/khue/pick.js): the words, and beside them the reference."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from khue.core.spoken import speak
from khue.core.text import key, squeeze
from khue.units.gone import Gone
from khue.units.groups import unit_ref
from khue.units.models import Unit, UnitSpell, holds_on
from khue.units.resolve import resolve
from khue.units.tree import subtree_ids

LINES = 3
# from this score on a unit is called by its own name, not by a part of it or by one that is alike
OWN = 0.95


@dataclass
class Picker:
    """Who is meant on a day, seen from a unit; `made` are names of units that earlier steps found."""

    at: Unit
    on: date
    made: list[str] = field(default_factory=list)

    def one(self, words: str, ref: str) -> Any:
        """The unit's id, or {"made": n}. Raises ValidationError with what the words may mean.

        Without JavaScript the reference stays when other words are typed: the words count.
        """
        if (chosen := _chosen(ref)) is not None and _called_so(chosen, words) and _stands(chosen, self.on):
            return chosen
        for number, name in enumerate(self.made):
            if key(name) == key(words):
                return {"made": number}
        same = UnitSpell.objects.filter(holds_on(self.on), name__iexact=words).values_list("unit_id", flat=True)[:2]
        if len(same) == 1:
            return same[0]
        found = [c for c in resolve(words, at=self.at, on=self.on) if c.ref["type"] == "unit"]
        if not (found and found[0].score >= OWN) and (gone := self._gone(words)):
            raise ValidationError(gone)
        if found and (found[0].exact or len(found) == 1):
            return found[0].ref["id"]
        if other := self._other_days(words):
            raise ValidationError(other)
        if not found:
            raise ValidationError(_("Không tìm thấy đơn vị nào là “{words}”. Gõ đủ tên, hoặc chọn trong gợi ý.").format(words=words))
        names = "; ".join(c.label for c in found)
        raise ValidationError(_("“{words}” có thể là: {names}. Ghi rõ tên một đơn vị.").format(words=words, names=names))

    def _gone(self, words: str) -> str:
        """That units of this name ended or are called otherwise, and who they are now: to be chosen, never taken for it; "" for none."""
        told = Gone(self.on, subtree_ids([self.at.pk], self.on)).told(words)
        return " ".join([*map(speak, told), _("Ghi tên đơn vị đang hoạt động.")]) if told else ""

    def _other_days(self, words: str) -> str:
        """That a unit of this name was there on other days than this one; "" for none."""
        spell = UnitSpell.objects.filter(name__iexact=words).order_by("-valid_from").first()
        if spell is None:
            return ""
        day = f"{self.on:%d/%m/%Y}"
        if spell.valid_from > self.on:
            first = f"{UnitSpell.objects.filter(unit_id=spell.unit_id).order_by('valid_from')[0].valid_from:%d/%m/%Y}"
            return _("{unit} chưa có vào ngày {day}: có tên này từ {first}.").format(unit=spell.name, day=day, first=first)
        return _("{unit} không còn vào ngày {day}.").format(unit=spell.name, day=day)

    def shown(self, given: Any) -> dict[str, str] | None:
        """A unit as the field shows it."""
        if isinstance(given, dict) and "made" in given:
            return {"words": self.made[given["made"]] if given["made"] < len(self.made) else "", "ref": ""}
        unit = Unit.objects.filter(pk=given).first() if isinstance(given, int) else None
        return {"words": unit.name, "ref": json.dumps({"type": "unit", "id": unit.pk})} if unit else None


def _chosen(ref: str) -> int | None:
    try:
        found = json.loads(ref or "null")
    except ValueError:
        return None
    if isinstance(found, dict) and found.get("type") == "unit" and type(found.get("id")) is int:
        return int(found["id"]) if Unit.objects.filter(pk=found["id"]).exists() else None
    return None


def _stands(unit_id: int, on: date) -> bool:
    """Whether the unit is there on the day: a step that was written before may name one that has ended since."""
    return UnitSpell.objects.filter(holds_on(on), unit_id=unit_id).exists()


def _called_so(unit_id: int, words: str) -> bool:
    unit = Unit.objects.get(pk=unit_id)
    names = {unit.name, unit.short_name, *unit.spells.values_list("name", flat=True)}
    return key(squeeze(words)) in {key(squeeze(name)) for name in names}


class PickInput(forms.MultiWidget):
    """The words, and hidden beside them what was chosen."""

    use_fieldset = False

    def __init__(self) -> None:
        super().__init__({"": forms.TextInput(attrs={"autocomplete": "off", "data-pick": "unit"}), "ref": forms.HiddenInput()})

    def decompress(self, value: Any) -> list[str]:
        """Words and reference."""
        return [value["words"], value["ref"]] if value else ["", ""]

    def id_for_label(self, id_: str) -> str:
        """The words' own."""
        return f"{id_}_0" if id_ else id_


class UnitPick(forms.Field):
    """One unit."""

    widget = PickInput
    picker: Picker

    def clean(self, value: Any) -> Any:
        """The unit's id, {"made": n}, or None for no words."""
        words, ref = [*(value or []), "", ""][:2]
        words = squeeze(words or "")[:300]
        if not words:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        return self.picker.one(words, ref or "")


class PickAmongInput(PickInput):
    """As PickInput; the reference has the field's own name, so that a form may be sent with the unit's number alone."""

    def __init__(self) -> None:
        words = forms.TextInput(attrs={"autocomplete": "off", "data-pick": "unit"})
        super(PickInput, self).__init__({"words": words, "": forms.HiddenInput()})


class UnitAmong(UnitPick):
    """One of the units that a person may choose from (`units`); the value is the unit itself."""

    widget = PickAmongInput
    units: QuerySet[Unit]

    def prepare_value(self, value: Any) -> Any:
        """A unit or its id as the widget shows it; what was sent stays as it was typed."""
        return value if isinstance(value, list) else self.picker.shown(value.pk if isinstance(value, Unit) else value)

    def clean(self, value: Any) -> Unit | None:
        """The unit, or None for no words. Raises ValidationError for a unit that may not be chosen here."""
        words, ref = [*(value or []), None, None][:2]
        ref = json.dumps(unit_ref(int(ref))) if (ref or "").isdecimal() else ref or ""
        if words is None and (chosen := _chosen(ref)) is not None:
            words = Unit.objects.get(pk=chosen).name
        words = squeeze(words or "")[:300]
        same = list(self.units.filter(Q(name=words) | Q(short_name=words)).values_list("pk", flat=True)[:2]) if words else []
        pk = same[0] if len(same) == 1 else super().clean([words, ref])
        unit = self.units.filter(pk=pk).first() if isinstance(pk, int) else None
        if unit is None and words:
            raise ValidationError(_("Bạn không chọn được “{words}” ở đây. Chọn một đơn vị trong gợi ý.").format(words=words))
        return unit


class PickLines(forms.Widget):
    """Several units, one a line, and always an empty line more."""

    template_name = "units/pick_lines.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The lines that are filled, and empty ones."""
        lines = [v if isinstance(v, dict) else {"words": v[0], "ref": v[1]} for v in value or []]
        blank = max(LINES - len(lines), 1)
        return super().get_context(name, None, attrs) | {
            "name": name,
            # the lines that hold words are marked where something is wrong, the first where none does
            "wrong_lines": max(len(lines), 1) if attrs and attrs.get("aria-invalid") else 0,
            "pick_lines": [*lines, *({"words": "", "ref": ""} for _n in range(blank))],
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:
        """[(words, reference), ...] of the lines that hold words."""
        get = data.getlist if hasattr(data, "getlist") else lambda n: data.get(n, [])
        words, refs = get(name), get(f"{name}_ref")
        return [(w, r) for w, r in zip(words, [*refs, *[""] * len(words)], strict=False) if w.strip()]


class UnitPicks(forms.Field):
    """Several units, each once."""

    widget = PickLines
    picker: Picker

    def clean(self, value: Any) -> list[Any]:
        """Ids and {"made": n}; every line that names none is told."""
        found, wrong = [], []
        for words, ref in value or []:
            try:
                unit = self.picker.one(squeeze(words)[:300], ref)
            except ValidationError as error:
                wrong += error.messages
            else:
                found += [] if unit in found else [unit]
        if wrong:
            raise ValidationError(wrong)
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        return found
