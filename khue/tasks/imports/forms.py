"""What is asked with a plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khue.accounts.forms import day_field
from khue.accounts.person import Person
from khue.tasks.imports.layout import MOST_ROWS
from khue.units.models import Unit
from khue.units.tree import today


class PlanFileForm(forms.Form):
    """A spreadsheet, who gives its tasks, and how days without a year are read."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Đơn vị giao"), empty_label=None)
    since = day_field(_("Kế hoạch bắt đầu từ"), help_text=_("Hạn không ghi năm (30/9, tháng 3) được hiểu là lần đầu tiên kể từ ngày này."))
    file = forms.FileField(
        label=_("Bảng tính"),
        help_text=_("Tệp .xlsx, .ods hoặc .csv, mỗi nhiệm vụ một dòng, nhiều nhất {most} dòng.").format(
            most=f"{MOST_ROWS:,}".replace(",", ".")
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [u.pk for u in person.units("tasks.give")]
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(pk__in=units).order_by("name")
        field.initial = units[0] if units else None
        if len(units) == 1:
            field.widget = forms.HiddenInput()
        self.fields["since"].initial = today().replace(day=1)
