"""Forms of the register."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from khue.accounts.models import User
from khue.accounts.person import Person
from khue.core.errors import KhueError
from khue.core.models import SavedFilter
from khue.core.spoken import speak
from khue.documents.frozen import FROZEN, is_issued, refuse_frozen
from khue.documents.models import Direction, Document, Status
from khue.units.models import Unit
from khue.units.picking import Picker, UnitAmong
from khue.units.tree import today

DAY = {"type": "date"}


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


class DayInput(forms.DateInput):
    """A date field that browsers give a calendar."""

    input_type = "date"

    def format_value(self, value: Any) -> Any:
        """ISO, as the browser's field wants it."""
        return value.isoformat() if hasattr(value, "isoformat") else super().format_value(value)


def _choose(form: forms.BaseForm, name: str, person: Person, units: QuerySet[Unit]) -> None:
    """Makes a field of the form a picker of these units, seen from the person's own."""
    field = form.fields[name]
    assert isinstance(field, UnitAmong)
    assert person.home_unit is not None
    field.units, field.picker = units, Picker(person.home_unit, today())


class DocumentForm(forms.ModelForm[Document]):
    """The fields of the register (Nghị định 30/2020/NĐ-CP, Phụ lục IV)."""

    handler_unit = UnitAmong(required=False)

    class Meta:
        model = Document
        fields = (
            "direction",
            "book_number",
            "kind",
            "number",
            "signed_on",
            "issuer",
            "subject",
            "signer",
            "signer_title",
            "place",
            "school_year",
            "arrived_on",
            "urgency",
            "recipients",
            "copies",
            "handler_unit",
            "handler",
            "forwarded_on",
            "note",
        )
        widgets = {
            "signed_on": DayInput(),
            "arrived_on": DayInput(),
            "forwarded_on": DayInput(),
            "subject": forms.Textarea(attrs={"rows": 2}),
            "recipients": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "kind": _("Chỉ thị, Kế hoạch, Công văn…"),
            "number": _("Ghi đúng như văn bản, ví dụ 11/CT-UBND"),
            "school_year": _("Ví dụ 2023-2024"),
            "arrived_on": _("Chỉ ghi cho văn bản đến"),
            "recipients": _("Mỗi nơi một dòng"),
        }

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = Q(pk=self.instance.handler_unit_id)
        _choose(self, "handler_unit", person, Unit.objects.filter(kept | Q(pk__in=person.scope("documents.register"))))
        self.fields["handler_unit"].label = capfirst(Document._meta.get_field("handler_unit").verbose_name)
        people = User.objects.filter(is_active=True, roles__unit_id__in=person.scope("documents.register")).distinct()
        self.fields["handler"].queryset = people  # type: ignore[attr-defined]
        self.fields["book_number"].required = False
        for name in ("book_number", "copies"):
            # what is too small is said below, in other words than those of the framework
            self.fields[name].widget.attrs["min"], self.fields[name].validators = 1, []
        self.fields["book_number"].help_text = _("Để trống thì lấy số tiếp theo của sổ")
        self.fields["handler"].empty_label = _("Chưa ghi")  # type: ignore[attr-defined]
        for name in ("subject", "recipients", "note"):
            self.fields[name].wide = True  # type: ignore[attr-defined]
        for field in self.fields.values():
            # nearly every field may stay empty: the page says so once
            field.unmarked = True  # type: ignore[attr-defined]

        self.locked = is_issued(self.instance)
        for name in FROZEN if self.locked else ():
            del self.fields[name]

    def clean_recipients(self) -> str:
        """Browsers send lines with CR LF; kept so, a form that nobody touched would count as a change."""
        return _lines(self.cleaned_data["recipients"])

    def clean_note(self) -> str:
        """As the recipients."""
        return _lines(self.cleaned_data["note"])

    def clean_school_year(self) -> str:
        """Two years, one after the other."""
        said = str(self.cleaned_data["school_year"]).replace("–", "-").replace(" ", "")
        if said:
            first, _dash, second = said.partition("-")
            if not (first.isdigit() and second.isdigit() and int(second) == int(first) + 1 and len(said) == 9):
                raise forms.ValidationError(_("%(said)s: năm học gồm hai năm liền nhau, ví dụ 2023-2024."), params={"said": said})
        return said

    def clean_book_number(self) -> int | None:
        """Numbers of a register begin with 1."""
        number: int | None = self.cleaned_data["book_number"]
        if number is not None and number < 1:
            raise forms.ValidationError(_("%(number)s: số trong sổ bắt đầu từ 1."), params={"number": number})
        return number

    def clean_copies(self) -> int | None:
        """Empty where nobody counted them."""
        number: int | None = self.cleaned_data["copies"]
        if number is not None and number < 1:
            raise forms.ValidationError(_("%(number)s: số lượng bản ít nhất là 1."), params={"number": number})
        return number

    def clean(self) -> dict[str, Any]:
        """What goes out has no day of arrival; the other days are checked against each other."""
        data = super().clean() or self.cleaned_data
        if self.locked:
            self._refuse_locked()
        if data.get("direction") == Direction.OUTGOING:
            data["arrived_on"] = None
        self._check_days(data)
        return data

    def _check_days(self, data: dict[str, Any]) -> None:
        """Nothing arrives before it is issued or after today, nothing is handed on before it is issued and there."""
        signed, arrived = (data[n] if n in data else getattr(self.instance, n) for n in ("signed_on", "arrived_on"))
        if arrived and arrived > today():
            self._refuse_day("arrived_on", _("Ngày đến %(arrived)s ở sau hôm nay."), arrived=arrived)
        elif signed and arrived and arrived < signed:
            self._refuse_day("arrived_on", _("Ngày đến %(arrived)s ở trước ngày ban hành %(signed)s."), arrived=arrived, signed=signed)
        moved = data.get("forwarded_on")
        if moved and arrived and moved < arrived:
            self._refuse_day("forwarded_on", _("Ngày chuyển %(moved)s ở trước ngày đến %(arrived)s."), moved=moved, arrived=arrived)
        elif moved and signed and moved < signed:
            self._refuse_day("forwarded_on", _("Ngày chuyển %(moved)s ở trước ngày ban hành %(signed)s."), moved=moved, signed=signed)

    def _refuse_day(self, name: str, words: Any, **days: date) -> None:
        if name in self.fields:
            self.add_error(name, forms.ValidationError(words, params={n: f"{day:%d/%m/%Y}" for n, day in days.items()}))

    def _refuse_locked(self) -> None:
        try:
            refuse_frozen(self.instance, self.data)
        except KhueError as error:
            self.add_error(None, f"{speak(error.message)} {speak(error.remedy)}")

    def clean_signed_on(self) -> Any:
        """Not after today."""
        day = self.cleaned_data["signed_on"]
        if day and day > today():
            raise forms.ValidationError(_("Ngày ban hành %(day)s ở sau hôm nay."), params={"day": f"{day:%d/%m/%Y}"})
        return day


class NewDocumentForm(DocumentForm):
    """A document that comes without a file."""

    unit = UnitAmong(label=_("Vào sổ của"))
    field_order = ("unit", "direction")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        _choose(self, "unit", person, own_units(person))
        self.fields["unit"].initial = next(iter(person.units("documents.register")), None)

    def clean(self) -> dict[str, Any]:
        """Something must say what the document is."""
        data = super().clean() or self.cleaned_data
        if not (data.get("number") or data.get("subject")):
            self.add_error("subject", _("Cần có số, ký hiệu hoặc trích yếu."))
        return data


def own_units(person: Person) -> QuerySet[Unit]:
    """The units in whose registers the person may write."""
    return Unit.objects.filter(pk__in=person.scope("documents.register"))


class RemoveForm(forms.Form):
    """Why a document goes out of the register."""

    why = forms.CharField(label=_("Lý do bỏ khỏi sổ"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class UploadForm(forms.Form):
    """Where the files go; the files themselves are checked one by one."""

    unit = UnitAmong(label=_("Vào sổ của"))
    direction = forms.ChoiceField(choices=Direction.choices, label=_("Sổ"), initial=Direction.INCOMING)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "unit", person, own_units(person))
        self.fields["unit"].initial = next(iter(person.units("documents.register")), None)


class FilterForm(forms.Form):
    """What the register may be filtered by; each is a parameter of the address."""

    q = forms.CharField(required=False, label=_("Có chữ"), max_length=200)
    direction = forms.ChoiceField(required=False, label=_("Sổ"), choices=[("", _("Cả hai sổ")), *Direction.choices])
    status = forms.ChoiceField(required=False, label=_("Tình trạng"), choices=[("", _("Mọi tình trạng")), *Status.choices])
    year = forms.IntegerField(required=False, label=_("Năm"), min_value=1945, max_value=2100)
    kind = forms.CharField(required=False, label=_("Tên loại"), max_length=60)
    unit = forms.IntegerField(required=False, widget=forms.HiddenInput)
    since = forms.DateField(required=False, label=_("Ban hành từ ngày"), widget=DayInput())
    until = forms.DateField(required=False, label=_("Ban hành đến ngày"), widget=DayInput())
    booked_since = forms.DateField(required=False, label=_("Vào sổ từ ngày"), widget=DayInput())
    booked_until = forms.DateField(required=False, label=_("Vào sổ đến ngày"), widget=DayInput())
    on = forms.DateField(required=False, label=_("Tính đến ngày"), widget=DayInput())
    removed = forms.BooleanField(required=False, label=_("Đã bỏ khỏi sổ"))

    def clean(self) -> dict[str, Any]:
        """A stretch of days that ends before it begins holds nothing: that is said, not shown as an empty register."""
        data = super().clean() or self.cleaned_data
        for first, last in (("since", "until"), ("booked_since", "booked_until")):
            if data.get(first) and data.get(last) and data[first] > data[last]:
                named = {"first": self.fields[first].label, "last": self.fields[last].label}
                self.add_error(None, forms.ValidationError(_("“%(first)s” ở sau “%(last)s”: đổi lại hai ngày."), params=named))
        return data


class SaveFilterForm(forms.ModelForm[SavedFilter]):
    """A name for the filters of the list on screen."""

    shared = forms.BooleanField(required=False, label=_("Cả đơn vị cùng dùng"))

    class Meta:
        model = SavedFilter
        fields = ("name", "query")
        labels = {"name": _("Tên bộ lọc")}
        widgets = {"query": forms.HiddenInput()}
