"""The forms of a decision: its head, why it is undone, and what the forms of its steps (forms_steps.py) have in common."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.core.spoken import speak
from khue.core.text import squeeze
from khue.units.forms import MOST_NAMES, DayInput, PlaceField
from khue.units.kinds import UnitKind
from khue.units.models import Place, Unit, UnitSpell, holds_on
from khue.units.picking import Picker, PickInput, UnitPick, UnitPicks
from khue.units.reorganise.drafting import wrong_days, wrong_span

Step = dict[str, Any]


class HeadForm(forms.Form):
    """What the decision is called, its number and its days."""

    owner = forms.ModelChoiceField(label=gettext_lazy("Đơn vị giữ quyết định"), queryset=Unit.objects.none(), empty_label=None)
    title = forms.CharField(
        label=gettext_lazy("Nội dung"), max_length=300, help_text=gettext_lazy("Ví dụ: Sáp nhập Trường Tiểu học A vào Trường Tiểu học B.")
    )
    decision = forms.CharField(label=gettext_lazy("Số quyết định"), max_length=120, required=False)
    decided_on = forms.DateField(label=gettext_lazy("Ngày ký"), widget=DayInput(), required=False)
    effective_on = forms.DateField(
        label=gettext_lazy("Có hiệu lực từ ngày"),
        widget=DayInput(),
        help_text=gettext_lazy("Trước ngày này mọi trang vẫn thấy tổ chức cũ."),
    )

    def __init__(self, *args: Any, owners: QuerySet[Unit] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if owners is None:
            del self.fields["owner"]
            return
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = owners
        if owners.count() == 1:
            field.initial = owners.get()
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A decision is signed before it holds, and not on a day to come."""
        data = super().clean() or self.cleaned_data
        if wrong := wrong_span(data.get("effective_on")):
            self.add_error("effective_on", speak(wrong))
        elif wrong := wrong_days(data.get("decided_on"), data.get("effective_on")):
            self.add_error("decided_on", speak(wrong))
        return data

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {n: self.cleaned_data[n] for n in ("title", "decision", "decided_on", "effective_on")}


class StepForm(forms.Form):
    """A step; `picker` knows who may be meant, `places` the territories."""

    kind = ""
    rare: tuple[str, ...] = ()

    def __init__(self, *args: Any, picker: Picker, places: list[Place], step: Step | None = None, **options: Any) -> None:
        self.picker, self.places = picker, places
        options["initial"] = self.read(step) if step else self.first()
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, UnitPick | UnitPicks):
                field.picker = picker
                field.widget.attrs["aria_label"] = str(field.label)
                first = field.widget.widgets[0] if isinstance(field.widget, PickInput) else field.widget
                first.attrs["placeholder"] = _("Gõ tên trường, xã…")
            elif isinstance(field, PlaceField):
                field.offer(places, "names-place")

    @property
    def place_names(self) -> list[str]:
        """What the browser offers for a territory."""
        asked = any(isinstance(f, PlaceField) for f in self.fields.values())
        return [str(p) for p in self.places[:MOST_NAMES]] if asked else []

    def first(self) -> dict[str, Any]:
        """What an empty form shows."""
        return {"is_public": True}

    def read(self, step: Step) -> dict[str, Any]:
        """A step as the form shows it."""
        raise NotImplementedError

    def step(self) -> Step:
        """The step that was typed."""
        raise NotImplementedError

    def _one(self, given: Any) -> Any:
        return self.picker.shown(given)

    def _all(self, given: list[Any]) -> list[Any]:
        return [s for s in map(self._one, given) if s]

    @property
    def main_fields(self) -> list[Any]:
        """What is asked of everybody."""
        return [f for f in self.visible_fields() if f.name not in self.rare]

    @property
    def rare_fields(self) -> list[Any]:
        """What is asked where it differs from what is usual; folded away."""
        return [f for f in self.visible_fields() if f.name in self.rare]

    @property
    def rare_open(self) -> bool:
        """Whether something of it was said, or is wrong."""
        return any(f.errors or _is_said(f.value()) for f in self.rare_fields)

    def _like(self, unit: Any) -> Step:
        """Kind, parent, guide, territory of a unit on the day: what a new one takes after."""
        spell = UnitSpell.objects.filter(holds_on(self.picker.on), unit_id=unit).first() if isinstance(unit, int) else None
        names = ("kind", "parent_id", "guide_id", "place_id", "is_public")
        return {n: getattr(spell, n) for n in names} if spell else {}

    def _place(self, pk: Any) -> Place | None:
        return next((p for p in self.places if p.pk == pk), None)


def _is_said(value: Any) -> bool:
    """Whether a field holds something; one with a picker is sent as its words and its reference, both perhaps empty."""
    return any(value) if isinstance(value, list | tuple) else bool(value)


class NewUnitMixin(StepForm):
    """A new unit described in place."""

    name = forms.CharField(label=gettext_lazy("Tên đơn vị mới"), max_length=300, required=False)
    short_name = forms.CharField(label=gettext_lazy("Tên gọn"), max_length=120, required=False)
    unit_kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=[("", "—"), *UnitKind.choices], required=False)
    parent = UnitPick(label=gettext_lazy("Trực thuộc"), required=False)
    guide = UnitPick(label=gettext_lazy("Hướng dẫn chuyên môn"), required=False)
    place = PlaceField(label=gettext_lazy("Địa bàn"), required=False)
    is_public = forms.BooleanField(label=gettext_lazy("Công lập"), required=False)

    NEW = ("name", "short_name", "unit_kind", "parent", "guide", "place", "is_public")

    def read_new(self, unit: Step) -> dict[str, Any]:
        """A new unit's facts as the form shows them."""
        return {
            "name": unit["name"],
            "short_name": unit.get("short_name", ""),
            "unit_kind": unit["kind"],
            "parent": self._one(unit.get("parent_id")),
            "guide": self._one(unit.get("guide_id")),
            "place": self._place(unit.get("place_id")),
            "is_public": unit.get("is_public", True),
        }

    def new_unit(self) -> Step:
        """The facts that were typed."""
        data = self.cleaned_data
        place = data.get("place")
        return {
            "name": squeeze(data["name"]),
            "short_name": squeeze(data["short_name"]),
            "kind": data["unit_kind"],
            "parent_id": data["parent"],
            "guide_id": data["guide"],
            "place_id": place.pk if place else None,
            "is_public": data.get("is_public"),
        }


class UndoForm(forms.Form):
    """Why a decision is taken back."""

    why = forms.CharField(label=gettext_lazy("Lý do"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
