"""Forms of reports: a new one, and the fields around its text."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from khue.accounts.person import Person
from khue.documents.forms import DayInput
from khue.documents.models import Document, Report
from khue.documents.report.editing import HEAD_FIELDS
from khue.documents.report.tables import roman
from khue.tasks.reach import tasks_for
from khue.units.models import Unit
from khue.units.tree import today

MOST_DOCUMENTS = 300


def periods(day: date) -> list[tuple[str, str]]:
    """(first day/last day, its name) of the months, quarters and years an office reports on, the present ones until today."""
    month = day.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    last_quarter = date(quarter.year - (quarter.month == 1), quarter.month - 3 if quarter.month > 3 else 10, 1)
    school = date(day.year if day.month >= 9 else day.year - 1, 9, 1)
    named = [
        (month, day, _t("Tháng %(month)s/%(year)s") % {"month": month.month, "year": month.year}),
        (before, month - timedelta(days=1), _t("Tháng %(month)s/%(year)s") % {"month": before.month, "year": before.year}),
        (quarter, day, _t("Quý %(quarter)s/%(year)s") % {"quarter": roman((quarter.month + 2) // 3), "year": quarter.year}),
        (
            last_quarter,
            quarter - timedelta(days=1),
            _t("Quý %(quarter)s/%(year)s") % {"quarter": roman((last_quarter.month + 2) // 3), "year": last_quarter.year},
        ),
        (date(day.year, 1, 1), day, _t("Năm %(year)s") % {"year": day.year}),
        (school, day, _t("Năm học %(first)s-%(second)s") % {"first": school.year, "second": school.year + 1}),
    ]
    return [(f"{first}/{last}", name) for first, last, name in named]


class NewReportForm(forms.Form):
    """What the report is about, and until when."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Đơn vị báo cáo"), empty_label=None)
    about = forms.ChoiceField(choices=Report.About.choices, label=_("Báo cáo về"), widget=forms.RadioSelect, initial=Report.About.DOCUMENT)
    document = forms.ModelChoiceField(queryset=Document.objects.none(), label=_("Văn bản"), required=False, empty_label=_("Chọn văn bản"))
    where = forms.CharField(label=_("Đơn vị được báo cáo"), required=False, max_length=200, help_text=_("Khi báo cáo về một đơn vị"))
    ref = forms.CharField(required=False, widget=forms.HiddenInput)
    period = forms.ChoiceField(label=_("Kỳ"), required=False, help_text=_("Khi báo cáo tháng, quý, năm"))
    starts_on = forms.DateField(label=_("Từ ngày"), required=False, widget=DayInput(), help_text=_("Khi kỳ không có sẵn ở trên"))
    as_of = forms.DateField(label=_("Tính đến ngày"), required=False, widget=DayInput(), help_text=_("Để trống là hôm nay"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # the units one works at, not all below them: a report goes out under the name of who writes it
        own = person.units("documents.report")
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[u.pk for u in own])  # type: ignore[attr-defined]
        self.fields["unit"].initial = own[0] if own else None
        for name in ("document", "where", "period"):
            # asked for by what the report is about
            self.fields[name].unmarked = True  # type: ignore[attr-defined]
        with_tasks = tasks_for(person).filter(document_id__isnull=False).order_by().values("document_id")
        seen = Document.objects.filter(pk__in=with_tasks, unit_id__in=person.scope("documents.view"), removed_at__isnull=True)
        newest = seen.order_by("-signed_on", "-pk").values("pk")[:MOST_DOCUMENTS]
        self.fields["document"].queryset = Document.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))  # type: ignore[attr-defined]
        self.fields["period"].choices = [("", _("Chọn kỳ")), *periods(today())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A period that was chosen gives both days, unless a day was written, too."""
        data = super().clean() or self.cleaned_data
        if data.get("period") and data.get("about") in (Report.About.PERIOD, Report.About.UNIT):
            first, last = data["period"].split("/")
            data["starts_on"] = data.get("starts_on") or date.fromisoformat(first)
            data["as_of"] = data.get("as_of") or date.fromisoformat(last)
        return data


# the field at which an error of the service stands, by the code of the error
FIELDS = {
    "report.about": "about",
    "report.document": "document",
    "report.unit": "where",
    "report.period": "period",
    "report.order": "starts_on",
    "report.future": "as_of",
}


def field_of(code: str) -> str | None:
    """Where on the form an error is shown; None for the top of the page."""
    return "where" if code.startswith("address.") else FIELDS.get(code)


class ReportHeadForm(forms.ModelForm[Report]):
    """The fields around the text."""

    class Meta:
        model = Report
        fields = HEAD_FIELDS
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "addressee": forms.Textarea(attrs={"rows": 2}),
            "recipients": forms.Textarea(attrs={"rows": 4}),
            "signer_title": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "addressee": _("Mỗi nơi một dòng"),
            "recipients": _("Mỗi nơi một dòng; dòng cuối là nơi lưu"),
            "signer_title": _("Ký thay thì thêm một dòng, ví dụ KT. TRƯỞNG PHÒNG, dòng dưới PHÓ TRƯỞNG PHÒNG"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer_title"].widget.attrs.pop("maxlength", None)
        for name in ("title", "addressee"):
            self.fields[name].wide = True  # type: ignore[attr-defined]
