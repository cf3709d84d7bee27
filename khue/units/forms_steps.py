"""One form for each kind of step; each shows a step and makes one."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.core.text import key, squeeze
from khue.units.forms import PlaceField
from khue.units.forms_reorganise import NewUnitMixin, Step, StepForm
from khue.units.kinds import UnitKind
from khue.units.picking import UnitPick, UnitPicks

# as long as a unit's name may be
MOST_LETTERS = 300


class FoundForm(NewUnitMixin):
    """A new unit."""

    kind = "found"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("name", "unit_kind", "parent"):
            self.fields[name].required = True

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
    rare = ("unit_kind", "parent", "guide", "place")
    field_order = ("units", "into", "name", "short_name", *rare)
    units = UnitPicks(label=gettext_lazy("Các đơn vị sáp nhập"))
    into = UnitPick(
        label=gettext_lazy("Vào đơn vị"),
        required=False,
        help_text=gettext_lazy("Một trong số đó, hoặc đơn vị khác. Bỏ trống thì lập đơn vị mới."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # public or not as the first of them
        del self.fields["is_public"]
        self.fields["name"].label = _("Tên sau sáp nhập")
        self.fields["name"].help_text = _("Cần ghi khi lập đơn vị mới. Đã chọn đơn vị ở trên thì bỏ trống để giữ tên của đơn vị đó.")
        self.fields["name"].unmarked = True  # type: ignore[attr-defined]
        self.fields["short_name"].help_text = _("Đổi tên thì tên gọn cũ thôi dùng; ghi tên gọn mới nếu có.")

    def read(self, step: Step) -> dict[str, Any]:
        """Who, and into what."""
        into = step["into"]
        shown = {"units": self._all(step["units"])}
        if isinstance(into, dict) and "name" in into:
            return shown | self.read_new(into)
        return shown | {"into": self._one(into), "name": step.get("name", ""), "short_name": step.get("short_name", "")}

    def clean(self) -> dict[str, Any]:
        """Into one that is there, or a new one with its name and place in the tree."""
        data = super().clean() or self.cleaned_data
        if not self.errors and data.get("into") is None:
            if not data.get("name"):
                self.add_error("name", _("Ghi tên đơn vị mới, hoặc chọn đơn vị có sẵn ở trên."))
        return data

    def step(self) -> Step:
        """The merger."""
        data = self.cleaned_data
        found: Step = {"kind": "merge", "units": data["units"]}
        if data["into"] is None:
            typed = {n: v for n, v in self.new_unit().items() if v not in (None, "")}
            return found | {"into": {"kind": UnitKind.OTHER.value} | self._like(data["units"][0]) | typed}
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
    main = forms.CharField(
        label=gettext_lazy("Đơn vị nhận việc đang làm"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Ghi tên một trong các đơn vị ở trên. Bỏ trống thì là đơn vị đầu tiên."),
    )

    def read(self, step: Step) -> dict[str, Any]:
        """Who, and into what."""
        new = [p for p in step["parts"] if isinstance(p, dict) and "name" in p]
        lines = [p["name"] + (f"; {p['short_name']}" if p.get("short_name") else "") for p in new]
        return {
            "unit": self._one(step["unit"]),
            "new": "\n".join(lines),
            "parts": self._all([p for p in step["parts"] if p not in new]),
            "stays": step.get("stays", False),
            "main": self._called(step["parts"][step["main"]]) if step.get("main") else "",
        }

    def clean_new(self) -> str:
        """Names of which each can be kept, each once."""
        names = [name.strip() for name, _semicolon, _short in map(self._cut, self.cleaned_data["new"].splitlines())]
        wrong = [_("“{name}…” dài quá {n} ký tự.").format(name=n[:40], n=MOST_LETTERS) for n in names if len(n) > MOST_LETTERS]
        twice = dict.fromkeys(n for n in names if n and [key(o) for o in names].count(key(n)) > 1)
        wrong += [_("“{name}” ghi hai lần.").format(name=n) for n in twice]
        if wrong:
            raise forms.ValidationError(wrong)
        return str(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        """At least one part; what is open goes to one of them."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if not data.get("new", "").strip() and not data.get("parts"):
            self.add_error("new", _("Ghi ít nhất một đơn vị mới, hoặc chọn đơn vị có sẵn."))
        elif data["main"] and data["stays"]:
            self.add_error("main", _("Đơn vị cũ vẫn hoạt động thì giữ việc đang làm; bỏ trống ô này."))
        elif data["main"] and self._main() is None:
            self.add_error("main", _("Không có “{name}” trong các đơn vị ở trên.").format(name=squeeze(data["main"])))
        return data

    def _parts(self) -> list[Any]:
        lines = [line for line in map(squeeze, self.cleaned_data["new"].splitlines()) if line]
        return [*(self._new(self.cleaned_data["unit"], line) for line in lines), *self.cleaned_data["parts"]]

    def _main(self) -> int | None:
        """The number of the part that was named; the first without a name, None for a name that none has."""
        wanted = key(squeeze(self.cleaned_data["main"]))
        if not wanted:
            return 0
        named = [{key(self._called(p)), key(p.get("short_name", "")) if isinstance(p, dict) else ""} for p in self._parts()]
        return next((n for n, names in enumerate(named) if wanted in names), None)

    def _called(self, part: Any) -> str:
        return str(part["name"]) if isinstance(part, dict) and "name" in part else (self._one(part) or {"words": ""})["words"]

    def step(self) -> Step:
        """The split; new parts first."""
        data = self.cleaned_data
        return {"kind": "split", "unit": data["unit"], "parts": self._parts(), "main": self._main() or 0, "stays": data["stays"]}

    @staticmethod
    def _cut(line: str) -> tuple[str, str, str]:
        return squeeze(line).partition(";")

    def _new(self, unit: Any, line: str) -> Step:
        name, _semicolon, short = self._cut(line)
        facts: Step = {"name": name.strip(), "short_name": short.strip()[:120], "kind": UnitKind.OTHER.value}
        return facts | self._like(unit)


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
