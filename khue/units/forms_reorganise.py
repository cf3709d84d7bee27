"""The forms of a decision: its head, and one form for each kind of step. Each reads a step and makes one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.core.text import squeeze
from khue.units.forms import MOST_NAMES, DayInput, PlaceField
from khue.units.kinds import UnitKind
from khue.units.models import Place, Unit, UnitSpell, holds_on
from khue.units.picking import Picker, UnitPick, UnitPicks

Step = dict[str, Any]


class HeadForm(forms.Form):
    """What the decision is called, its number and its days."""

    owner = forms.ModelChoiceField(label=gettext_lazy("Đơn vị giữ quyết định"), queryset=Unit.objects.none(), empty_label=None)
    title = forms.CharField(
        label=gettext_lazy("Nội dung"), max_length=300, help_text=gettext_lazy("Ví dụ: Sáp nhập Trường Tiểu học A vào Trường Tiểu học B.")
    )
    decision = forms.CharField(label=gettext_lazy("Số, ký hiệu quyết định"), max_length=120, required=False)
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

    def facts(self) -> dict[str, Any]:
        """What the services take."""
        return {n: self.cleaned_data[n] for n in ("title", "decision", "decided_on", "effective_on")}


class StepForm(forms.Form):
    """A step; `picker` knows who may be meant, `places` the territories."""

    kind = ""

    def __init__(self, *args: Any, picker: Picker, places: list[Place], step: Step | None = None, **options: Any) -> None:
        self.picker, self.places = picker, places
        options["initial"] = self.read(step) if step else self.first()
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, UnitPick | UnitPicks):
                field.picker = picker
                field.widget.attrs["aria_label"] = str(field.label)
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

    def _place(self, pk: Any) -> Place | None:
        return next((p for p in self.places if p.pk == pk), None)


class NewUnitMixin(StepForm):
    """A new unit described in place."""

    name = forms.CharField(label=gettext_lazy("Tên đơn vị mới"), max_length=300, required=False)
    short_name = forms.CharField(label=gettext_lazy("Tên gọn"), max_length=120, required=False)
    unit_kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=UnitKind.choices, required=False)
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
            "is_public": data["is_public"],
        }


class FoundForm(NewUnitMixin):
    """A new unit."""

    kind = "found"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].required = self.fields["parent"].required = True

    def read(self, step: Step) -> dict[str, Any]:
        """The new unit."""
        return self.read_new(step["unit"])

    def step(self) -> Step:
        """Founding it."""
        return {"kind": "found", "unit": self.new_unit()}


class RenameForm(StepForm):
    """Another name."""

    kind = "rename"
    unit = UnitPick(label=gettext_lazy("Đơn vị"))
    name = forms.CharField(label=gettext_lazy("Tên mới"), max_length=300)
    short_name = forms.CharField(label=gettext_lazy("Tên gọn"), max_length=120, required=False)

    def read(self, step: Step) -> dict[str, Any]:
        """Who, and the name."""
        return {"unit": self._one(step["unit"]), "name": step["name"], "short_name": step.get("short_name", "")}

    def step(self) -> Step:
        """The renaming."""
        data = self.cleaned_data
        return {"kind": "rename", "unit": data["unit"], "name": squeeze(data["name"]), "short_name": squeeze(data["short_name"])}


class TransferForm(StepForm):
    """Another parent, guide or territory; what is left empty stays."""

    kind = "transfer"
    units = UnitPicks(label=gettext_lazy("Các đơn vị được chuyển"))
    parent = UnitPick(label=gettext_lazy("Về trực thuộc"), required=False, help_text=gettext_lazy("Bỏ trống thì giữ như cũ."))
    guide = UnitPick(label=gettext_lazy("Hướng dẫn chuyên môn"), required=False, help_text=gettext_lazy("Bỏ trống thì giữ như cũ."))
    no_guide = forms.BooleanField(label=gettext_lazy("Không còn đơn vị hướng dẫn chuyên môn"), required=False)
    place = PlaceField(label=gettext_lazy("Sang địa bàn"), required=False, help_text=gettext_lazy("Bỏ trống thì giữ như cũ."))

    def read(self, step: Step) -> dict[str, Any]:
        """Who goes where."""
        return {
            "units": self._all(step["units"]),
            "parent": self._one(step.get("parent")),
            "guide": self._one(step.get("guide")),
            "no_guide": "guide" in step and step["guide"] is None,
            "place": self._place(step.get("place")),
        }

    def clean(self) -> dict[str, Any]:
        """Something must change."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.get(n) for n in ("parent", "guide", "no_guide", "place")):
            raise forms.ValidationError(_("Chưa ghi chuyển đi đâu: chọn cấp trên, đơn vị hướng dẫn hoặc địa bàn mới."))
        return data

    def step(self) -> Step:
        """The transfer, with the keys that are said."""
        data = self.cleaned_data
        found: Step = {"kind": "transfer", "units": data["units"]}
        if data["parent"] is not None:
            found["parent"] = data["parent"]
        if data["no_guide"] or data["guide"] is not None:
            found["guide"] = None if data["no_guide"] else data["guide"]
        if data["place"]:
            found["place"] = data["place"].pk
        return found


class MergeForm(NewUnitMixin):
    """Several become one: one of them, perhaps under another name, or a new one."""

    kind = "merge"
    units = UnitPicks(label=gettext_lazy("Các đơn vị sáp nhập"))
    into = UnitPick(
        label=gettext_lazy("Vào đơn vị"),
        required=False,
        help_text=gettext_lazy("Một trong số đó, hoặc đơn vị khác. Bỏ trống nếu lập đơn vị mới."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Tên sau sáp nhập")
        self.fields["name"].help_text = _("Bỏ trống thì giữ tên của đơn vị ở trên.")

    def read(self, step: Step) -> dict[str, Any]:
        """Who, and into what."""
        into = step["into"]
        shown = {"units": self._all(step["units"])}
        if isinstance(into, dict) and "name" in into:
            return shown | self.read_new(into)
        return shown | {"into": self._one(into), "name": step.get("name", ""), "short_name": step.get("short_name", ""), "is_public": True}

    def clean(self) -> dict[str, Any]:
        """Into one that is there, or a new one with its name and place in the tree."""
        data = super().clean() or self.cleaned_data
        if not self.errors and data.get("into") is None:
            for name, words in (
                ("name", _("Ghi tên đơn vị mới, hoặc chọn đơn vị có sẵn ở trên.")),
                ("parent", _("Chọn cấp trên của đơn vị mới.")),
            ):
                if not data.get(name):
                    self.add_error(name, words)
        return data

    def step(self) -> Step:
        """The merger."""
        data = self.cleaned_data
        found: Step = {"kind": "merge", "units": data["units"]}
        if data["into"] is None:
            return found | {"into": self.new_unit()}
        renamed = {"name": squeeze(data["name"]), "short_name": squeeze(data["short_name"])} if data["name"] else {}
        return found | {"into": data["into"]} | renamed


class SplitForm(StepForm):
    """One becomes several; new ones take after the old one."""

    kind = "split"
    unit = UnitPick(label=gettext_lazy("Đơn vị chia, tách"))
    new = forms.CharField(
        label=gettext_lazy("Các đơn vị mới"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Mỗi dòng một tên, tên gọn sau dấu chấm phẩy. Loại, cấp trên và địa bàn theo đơn vị cũ; khác thì thêm bước thành lập trước bước này."
        ),
    )
    parts = UnitPicks(label=gettext_lazy("Hoặc các đơn vị có sẵn"), required=False)
    stays = forms.BooleanField(label=gettext_lazy("Đơn vị cũ vẫn hoạt động, giữ phần việc còn dở"), required=False)

    def read(self, step: Step) -> dict[str, Any]:
        """Who, and into what."""
        new = [p for p in step["parts"] if isinstance(p, dict) and "name" in p]
        lines = [p["name"] + (f"; {p['short_name']}" if p.get("short_name") else "") for p in new]
        return {
            "unit": self._one(step["unit"]),
            "new": "\n".join(lines),
            "parts": self._all([p for p in step["parts"] if p not in new]),
            "stays": step.get("stays", False),
        }

    def clean(self) -> dict[str, Any]:
        """At least one part."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("new", "").strip() and not data.get("parts"):
            self.add_error("new", _("Ghi ít nhất một đơn vị mới, hoặc chọn đơn vị có sẵn."))
        return data

    def step(self) -> Step:
        """The split; the first part takes over what is open, new ones first."""
        data = self.cleaned_data
        lines = [line for line in map(squeeze, data["new"].splitlines()) if line]
        parts = [*(self._like(data["unit"], line) for line in lines), *data["parts"]]
        return {"kind": "split", "unit": data["unit"], "parts": parts, "main": 0, "stays": data["stays"]}

    def _like(self, unit: Any, line: str) -> Step:
        name, _semicolon, short = line.partition(";")
        facts: Step = {"name": name.strip()[:300], "short_name": short.strip()[:120], "kind": UnitKind.OTHER.value}
        spell = UnitSpell.objects.filter(holds_on(self.picker.on), unit_id=unit).first() if isinstance(unit, int) else None
        if spell:
            facts |= {n: getattr(spell, n) for n in ("kind", "parent_id", "guide_id", "place_id", "is_public")}
        return facts


class DissolveForm(StepForm):
    """Units end."""

    kind = "dissolve"
    units = UnitPicks(label=gettext_lazy("Các đơn vị giải thể"))
    heir = UnitPick(
        label=gettext_lazy("Đơn vị tiếp nhận"),
        required=False,
        help_text=gettext_lazy(
            "Nhận đơn vị trực thuộc, phần việc còn dở và người dùng. Bỏ trống thì cấp trên xem được và quyết định từng việc."
        ),
    )

    def read(self, step: Step) -> dict[str, Any]:
        """Who, and who takes over."""
        return {"units": self._all(step["units"]), "heir": self._one(step.get("heir"))}

    def step(self) -> Step:
        """The dissolution."""
        return {"kind": "dissolve", "units": self.cleaned_data["units"], "heir": self.cleaned_data["heir"]}


FORMS: dict[str, type[StepForm]] = {f.kind: f for f in (FoundForm, RenameForm, TransferForm, MergeForm, SplitForm, DissolveForm)}


class UndoForm(forms.Form):
    """Why a decision is taken back."""

    why = forms.CharField(label=gettext_lazy("Lý do"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
