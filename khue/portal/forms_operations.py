"""What the figures of leaders may be narrowed to; each is a parameter of the address."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from khue.accounts.forms import day_field
from khue.accounts.person import Person
from khue.portal.operations import Operations
from khue.tasks.filters import KINDS


class OperationsForm(forms.Form):
    """document (id, 0 for none), year ("2023-2024", of the deadline), kind (of unit), on (the day that counts as today)."""

    document = forms.TypedChoiceField(required=False, label=_("Văn bản"), coerce=int, empty_value=None)
    year = forms.ChoiceField(required=False, label=_("Năm học"))
    kind = forms.ChoiceField(required=False, label=_("Loại đơn vị"), choices=[("", _("Mọi loại")), *KINDS.items()])
    on = day_field(_("Tính đến ngày"), required=False)

    def __init__(self, data: Any, *, operations: Operations) -> None:
        super().__init__(data)
        documents = [(0, _("Không theo văn bản nào")), *operations.documents()]
        self.fields["document"].choices = [("", _("Mọi văn bản")), *documents]  # type: ignore[attr-defined]
        years = [y for y in operations.years() if re.fullmatch(r"\d{4}-\d{4}", y)]
        self.fields["year"].choices = [("", _("Mọi năm học")), *((y, y) for y in years)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for; a value that cannot be read counts as not asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def operations_of(person: Person, data: Any) -> tuple[OperationsForm, Operations]:
    """The filters and the figures that the parameters of an address ask for."""
    form = OperationsForm(data, operations=Operations(person))
    return form, Operations(person, form.asked, "all_documents" in data)
