"""What the list of tasks may be filtered by; each is a parameter of the address, so that any page can link to a list."""

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.accounts.forms import day_field
from khue.accounts.models import User
from khue.accounts.person import Person
from khue.core.models import SavedFilter
from khue.tasks.reach import documents_for
from khue.tasks.states import DONE, NAMES, OPEN_IN_TIME, OVERDUE
from khue.units.kinds import SCHOOLS, UnitKind

PAGE = "tasks:list"
# an id beyond it is in no database
MOST_ID = 10**15
MOST_DOCUMENTS = 300
MINE, GIVEN, ALL = "mine", "given", "all"
VIEWS: dict[str, Promise] = {MINE: _("Giao cho đơn vị tôi"), GIVEN: _("Tôi theo dõi"), ALL: _("Từng đơn vị")}
RECURS: dict[str, Promise] = {
    "weekly": _("Hằng tuần"),
    "monthly": _("Hằng tháng"),
    "quarterly": _("Hằng quý"),
    "semester": _("Mỗi học kỳ"),
    "yearly": _("Mỗi năm học"),
}
# what counts in the figures: led, and no sub-task of a unit's own
REPORTED = "reported"
ROLES: dict[str, Promise] = {
    "": _("Mọi vai trò"),
    "lead": _("Chủ trì"),
    "partner": _("Phối hợp"),
    REPORTED: _("Chủ trì, tính vào số liệu"),
}
# words for several states, or for a step on the way, besides the six states themselves
GROUPS: dict[str, Promise] = {
    "open": _("Chưa xong"),
    "open_in_time": _("Chưa xong, trong hạn"),
    "overdue": _("Quá hạn"),
    "done": _("Hoàn thành"),
    "submitted": _("Chờ duyệt"),
    "returned": _("Bị trả lại"),
    "given": _("Chưa nhận"),
    "wishes": _("Xin gia hạn, chờ trả lời"),
    "no_deadline": _("Không có hạn"),
}
STATES_OF = {"open": OPEN_IN_TIME + OVERDUE, "open_in_time": OPEN_IN_TIME, "overdue": OVERDUE, "done": DONE}
KINDS: dict[str, Any] = {"schools": _("Các trường"), **dict(UnitKind.choices)}
SORTS: dict[str, Promise] = {"": _("Việc gấp trước"), "unit": _("Đơn vị"), "document": _("Văn bản, mục"), "changed": _("Mới cập nhật")}

# the boxes under "more conditions"
FOLDED = {"where", "kind", "person", "document", "section", "role", "recurs", "since", "until", "undated", "on"}


class FilterForm(forms.Form):
    """The parameters: view, q, state, unit (id), where (words of a unit), person ("me" or id), document (id), section,
    role (lead, partner, reported), recurs, since, until, task (id), kind (of unit, or "schools"), undated, on (the day that counts
    as today), sort. Document 0 is what no document asks for; section "-" is what stands in none.
    """

    view = forms.ChoiceField(required=False, choices=list(VIEWS.items()), widget=forms.HiddenInput)
    q = forms.CharField(required=False, label=_("Có chữ"), max_length=200)
    state = forms.ChoiceField(required=False, label=_("Tình trạng"))
    where = forms.CharField(required=False, label=_("Đơn vị"), max_length=120)
    unit = forms.IntegerField(required=False, max_value=MOST_ID, widget=forms.HiddenInput)
    person = forms.ChoiceField(required=False, label=_("Người làm"))
    # any document may be asked for, also one that is too old for the choices
    document = forms.IntegerField(required=False, max_value=MOST_ID, label=_("Văn bản"), widget=forms.Select)
    section = forms.CharField(required=False, label=_("Mục"), max_length=60)
    role = forms.ChoiceField(required=False, label=_("Vai trò"), choices=list(ROLES.items()))
    recurs = forms.ChoiceField(required=False, label=_("Lặp lại"), choices=[("", _("Mọi việc")), ("any", _("Có lặp lại")), *RECURS.items()])
    since = day_field(_("Hạn từ ngày"), required=False)
    until = day_field(_("Hạn đến ngày"), required=False)
    task = forms.IntegerField(required=False, max_value=MOST_ID, widget=forms.HiddenInput)
    kind = forms.ChoiceField(required=False, label=_("Loại đơn vị"), choices=[("", _("Mọi loại")), *KINDS.items()])
    undated = forms.BooleanField(required=False, label=_("Chỉ việc không có hạn"))
    on = day_field(_("Tính đến ngày"), required=False)
    sort = forms.ChoiceField(required=False, label=_("Xếp theo"), choices=list(SORTS.items()))

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", _("Mọi tình trạng")), *GROUPS.items(), *NAMES.items()]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", _("Mọi người")), ("me", _("Tôi")), *_people(person)]  # type: ignore[attr-defined]
        self.fields["document"].widget.choices = [("", _("Mọi văn bản")), (0, _("Không theo văn bản nào")), *_documents(person)]

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for; a value that cannot be read counts as not asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "") and value is not False}

    @property
    def conditions(self) -> list[str]:
        """What is asked for in the folded boxes, in words: the page says it without unfolding them."""
        return [self._in_words(name, value) for name, value in self.asked.items() if name in FOLDED]

    def _in_words(self, name: str, value: Any) -> str:
        """One condition: the name of its box and what stands in it."""
        field = self.fields[name]
        if value is True:
            return str(field.label)
        if isinstance(value, date):
            return f"{field.label}: {value:%d/%m/%Y}"
        choices = dict(getattr(field.widget, "choices", ()))
        return f"{field.label}: {choices.get(value, value)}"


def kinds_of(value: str) -> list[str]:
    """The kinds of unit that a value of `kind` means."""
    return [str(k) for k in SCHOOLS] if value == "schools" else [value]


def _people(person: Person) -> list[tuple[str, str]]:
    """Those of one's own units to whom something was handed."""
    units = person.own("tasks.view")
    found = User.objects.filter(assignments__unit_id__in=units).order_by("full_name").distinct()
    return [(str(pk), name) for pk, name in found.values_list("pk", "full_name")]


def _documents(person: Person) -> list[tuple[int, str]]:
    """The documents that the tasks one may see come from."""
    return documents_for(person)[:MOST_DOCUMENTS]


class SaveFilterForm(forms.ModelForm[SavedFilter]):
    """A name for the filters of the list on screen."""

    shared = forms.BooleanField(required=False, label=_("Cả đơn vị cùng dùng"))

    class Meta:
        model = SavedFilter
        fields = ("name", "query")
        labels = {"name": _("Tên bộ lọc")}
        widgets = {"query": forms.HiddenInput()}
