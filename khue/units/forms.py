"""The forms of this room. A unit or place is typed by its name; what is meant is found among those within reach."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.core.text import key, nfc, squeeze
from khue.units.editing import UNIT_SCHEMES
from khue.units.kinds import ContactKind, UnitKind
from khue.units.models import Place, Unit

MOST_NAMES = 400


class DayInput(forms.DateInput):
    """A calendar of the browser; the value goes over the line as yyyy-mm-dd."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _Named(forms.CharField):
    """Text that names one of several things; `choices_of` are the things."""

    things: list[Any]
    missing = gettext_lazy("Không có mục nào tên như vậy trong phạm vi của bạn.")

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=300, **options)
        self.things = []

    def offer(self, things: list[Any], list_id: str) -> None:
        """Sets what may be named, and the list that the browser offers."""
        self.things = things
        self.widget.attrs |= {"list": list_id, "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """The thing that the text names; None for no text."""
        text = squeeze(nfc(super().clean(value)))
        if not text:
            return None
        found = [t for t in self.things if key(str(t)) == key(text)] or [t for t in self.things if key(text) in self.others(t)]
        if not found:
            raise ValidationError(str(self.missing))
        if len(found) > 1:
            raise ValidationError(_("Có {n} mục cùng tên này; hãy ghi tên đầy đủ hoặc mã.").format(n=len(found)))
        return found[0]

    def others(self, thing: Any) -> set[str]:
        """Further texts that name the thing."""
        return set()


class UnitField(_Named):
    """A unit by its name or short name."""

    missing = gettext_lazy("Không có đơn vị nào tên như vậy trong phạm vi của bạn.")

    def others(self, thing: Unit) -> set[str]:
        """The short name."""
        return {key(thing.short_name)} if thing.short_name else set()


class PlaceField(_Named):
    """A territory by its name ("Phường Bắc Cường") or its code."""

    missing = gettext_lazy("Không có địa bàn nào tên như vậy trong phạm vi của bạn.")

    def others(self, thing: Place) -> set[str]:
        """The bare name and the code."""
        return {key(thing.name), thing.code}


class UnitForm(forms.Form):
    """All that is said of a unit; what holds from a day on needs the day and its legal basis."""

    name = forms.CharField(label=gettext_lazy("Tên đơn vị"), max_length=300)
    short_name = forms.CharField(label=gettext_lazy("Tên gọn"), max_length=120, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=UnitKind.choices)
    is_public = forms.BooleanField(label=gettext_lazy("Công lập"), required=False, initial=True)
    parent = UnitField(label=gettext_lazy("Trực thuộc"), required=False)
    guide = UnitField(
        label=gettext_lazy("Hướng dẫn chuyên môn"),
        required=False,
        help_text=gettext_lazy("Cơ quan chỉ đạo chuyên môn mà không quản lý trực tiếp."),
    )
    place = PlaceField(label=gettext_lazy("Địa bàn"), required=False, help_text=gettext_lazy("Gõ tên xã, phường hoặc mã."))
    on = forms.DateField(label=gettext_lazy("Có hiệu lực từ ngày"), widget=DayInput(), required=False)
    basis = forms.CharField(
        label=gettext_lazy("Căn cứ"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Số, ký hiệu và ngày của quyết định; cần khi có thay đổi ở phần này."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, parents: QuerySet[Unit], guides: QuerySet[Unit], places: QuerySet[Place], facts: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for kind in ContactKind:
            self.fields[f"contact_{kind.value}"] = forms.CharField(label=kind.label, max_length=300, required=False)
        for scheme in UNIT_SCHEMES:
            self.fields[f"id_{scheme.value}"] = forms.CharField(label=scheme.label, max_length=60, required=False)
        for name, things in (("parent", parents), ("guide", guides), ("place", places)):
            field = self.fields[name]
            assert isinstance(field, _Named)
            field.offer(list(things), f"names-{name}")
        if not facts:
            # the facts of a unit are changed from above; its own administrator keeps contacts and numbers
            for name in ("name", "short_name", "kind", "is_public", "parent", "guide", "place", "on", "basis"):
                del self.fields[name]

    def offered(self, name: str) -> list[str]:
        """The names that the browser offers for a field."""
        field = self.fields.get(name)
        return [str(t) for t in field.things[:MOST_NAMES]] if isinstance(field, _Named) else []

    def facts(self) -> dict[str, Any]:
        """The cleaned facts, none where the form does not hold them."""
        names = ("name", "short_name", "kind", "parent", "guide", "place", "is_public")
        return {n: self.cleaned_data[n] for n in names if n in self.fields}

    def contacts(self) -> dict[str, str]:
        """The contact texts by kind."""
        return {k: self.cleaned_data[f"contact_{k}"] for k in ContactKind.values}

    def identifiers(self) -> dict[str, str]:
        """The numbers by scheme."""
        return {s.value: self.cleaned_data[f"id_{s.value}"] for s in UNIT_SCHEMES}

    def _group(self, prefix: str) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(prefix)]

    def contact_fields(self) -> list[Any]:
        """The bound fields of the contacts."""
        return self._group("contact_")

    def identifier_fields(self) -> list[Any]:
        """The bound fields of the numbers."""
        return self._group("id_")


class GroupForm(forms.Form):
    """A group by rule or by list."""

    name = forms.CharField(
        label=gettext_lazy("Tên nhóm"), max_length=200, help_text=gettext_lazy("Đúng như văn bản vẫn gọi, ví dụ: các trường vùng cao.")
    )
    owner = UnitField(label=gettext_lazy("Đơn vị giữ nhóm"), help_text=gettext_lazy("Mọi đơn vị cấp dưới dùng được nhóm này."))
    by_rule = forms.TypedChoiceField(
        label=gettext_lazy("Cách lập nhóm"),
        choices=[
            ("1", gettext_lazy("Theo quy tắc: mọi đơn vị thuộc các loại dưới đây")),
            ("0", gettext_lazy("Theo danh sách: chỉ các đơn vị được liệt kê")),
        ],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="1",
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Loại đơn vị"), choices=UnitKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    within = UnitField(label=gettext_lazy("Trong đơn vị"), required=False, help_text=gettext_lazy("Bỏ trống là đơn vị giữ nhóm."))
    place = PlaceField(label=gettext_lazy("Trên địa bàn"), required=False)
    public_only = forms.BooleanField(label=gettext_lazy("Chỉ đơn vị công lập"), required=False)
    listed = forms.CharField(
        label=gettext_lazy("Các đơn vị"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Mỗi dòng một tên."),
    )

    def __init__(self, *args: Any, owners: QuerySet[Unit], units: QuerySet[Unit], places: QuerySet[Place], **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = list(units)
        tops = [u for u in self.units if u.kind != UnitKind.SITE]
        for name, things in (("owner", list(owners)), ("within", tops), ("place", list(places))):
            field = self.fields[name]
            assert isinstance(field, _Named)
            field.offer(things, f"names-{name}")

    def offered(self, name: str) -> list[str]:
        """The names that the browser offers for a field."""
        field = self.fields[name]
        return [str(t) for t in field.things[:MOST_NAMES]] if isinstance(field, _Named) else []

    def clean_listed(self) -> list[Unit]:
        """The units of the list; each line that names none is told."""
        found, wrong = [], []
        named = UnitField(required=False)
        named.things = self.units
        for line in filter(None, map(squeeze, self.cleaned_data["listed"].splitlines())):
            try:
                found.append(named.clean(line))
            except ValidationError as error:
                wrong.append(f"“{line}”: {' '.join(error.messages)}")
        if wrong:
            raise ValidationError(wrong)
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """A rule needs a kind, a list a unit."""
        data = super().clean() or self.cleaned_data
        if data.get("by_rule") and not data.get("kinds") and "kinds" not in self.errors:
            self.add_error("kinds", _("Chọn ít nhất một loại đơn vị."))
        if data.get("by_rule") is False and not data.get("listed") and "listed" not in self.errors:
            self.add_error("listed", _("Ghi ít nhất một đơn vị."))
        return data

    def rule(self) -> dict[str, Any]:
        """What services/save_group takes as the rule."""
        data = self.cleaned_data
        if not data["by_rule"]:
            return {"name": data["name"], "by_rule": False, "kinds": [], "within": None, "place": None, "public_only": False}
        return {n: data[n] for n in ("name", "by_rule", "kinds", "within", "place", "public_only")}
