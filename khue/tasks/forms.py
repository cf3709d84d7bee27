"""Forms of one share: what is typed beside a button. Rules live in the services; a form only reads."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.accounts.forms import day_field
from khue.accounts.models import User
from khue.core.errors import KhueError
from khue.core.spoken import speak
from khue.tasks.models import Assignment, Stage
from khue.tasks.models.task import MOST_FIGURE
from khue.tasks.targets import in_percent, refuse_impossible

_GROUPED = re.compile(r"^-?\d{1,3}(\.\d{3})+(,\d+)?$")
# a blank parts thousands as a point does, and nothing else: "9 8" may be 98 or 9,8
_BLANKS = re.compile(r"^-?\d{1,3}(\s\d{3})+([.,]\d+)?$")
MOST_WORDS = 4000


def read_number(text: str, *, percent: bool = False) -> Decimal:
    """A number as Vietnamese write it: "98,5", "1.234,5"; a point that parts no thousands is a decimal point.

    In a percentage a point alone parts none: whoever writes "97.555" does not mean 97555%.
    """
    said = text.strip().removesuffix("%").rstrip()
    said = re.sub(r"\s", "", said) if _BLANKS.match(said) else said
    grouped = _GROUPED.match(said) and not (percent and said.count(".") == 1 and "," not in said)
    said = said.replace(".", "").replace(",", ".") if grouped else said.replace(",", ".")
    try:
        found = Decimal("NaN") if re.search(r"\s", said) else Decimal(said)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= MOST_FIGURE:
        raise ValidationError(_("%(said)s: phải là một con số, ví dụ 98,5."), params={"said": text.strip()[:40]})
    return round(found, 3)


class Lenient(forms.Field):
    """Marked as needed on the page, but left to the service: it says what is missing and what to do about it."""

    def validate(self, value: Any) -> None:
        """Nothing is refused here."""


class Words(Lenient, forms.CharField):
    """Some lines of text."""


class PercentField(Lenient, forms.IntegerField):
    """A percentage; the service says which ones there are."""


class NumberField(Lenient, forms.CharField):
    """A number with a comma; `percent` says that it is a percentage."""

    percent = False
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        """A Decimal, or None for nothing."""
        text = super().clean(value)
        return read_number(text, percent=self.percent) if text else None


def _words(label: Any, *, rows: int = 3, needed: bool = True) -> Words:
    return Words(label=label, required=needed, max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": rows}))


class ShareForm(forms.Form):
    """A form of one share; the names of its fields are told apart on the page by the share. `ask` is asked before it goes."""

    ask: Any = ""

    def __init__(self, data: Any = None, *, share: Assignment, people: Iterable[User] = (), name: str = "") -> None:
        super().__init__(data, auto_id=f"p{share.pk}-{name}-%s")
        self.share, self.people = share, list(people)
        self.prepare()

    def prepare(self) -> None:
        """Fits the form to its share."""


class ReceiveForm(ShareForm):
    """Nothing to type."""


class DropForm(ShareForm):
    """Nothing to type."""


class ReportForm(ShareForm):
    """What was done: a figure where the task has a target, else a percentage; words; files come beside."""

    # one of them is enough: the service says so
    use_required_attribute = False

    figure = NumberField(max_length=30)
    percent = PercentField(label=gettext_lazy("Đã làm được bao nhiêu phần trăm"), widget=forms.NumberInput(attrs={"min": 0, "max": 100}))
    text = _words(gettext_lazy("Nội dung báo cáo"))

    def prepare(self) -> None:
        """One number only: the one that the task asks for."""
        targets = self.share.task.targets
        del self.fields["percent" if targets else "figure"]
        if targets:
            unit = targets[0].get("unit") or ""
            self.fields["figure"].percent = in_percent(self.share.task)  # type: ignore[attr-defined]
            self.fields["figure"].label = _("Con số đạt được (%(unit)s)") % {"unit": unit} if unit else _("Con số đạt được")
        elif self.share.percent is not None and self.share.stage != Stage.RETURNED:
            self.fields["percent"].initial = self.share.percent

    def clean_figure(self) -> Decimal | None:
        """What cannot be is said at the number itself."""
        figure: Decimal | None = self.cleaned_data["figure"]
        try:
            refuse_impossible(self.share.task, figure)
        except KhueError as error:
            raise ValidationError(f"{speak(error.message)} {speak(error.remedy)}") from error
        return figure


class CommentForm(ShareForm):
    """A word to the other side."""

    text = _words(gettext_lazy("Nội dung trao đổi"), rows=2)


class ReasonForm(ShareForm):
    """A step that needs its reason."""

    text = _words(gettext_lazy("Lý do"), rows=2)


class VerifyForm(ShareForm):
    """A word along with the verification, if any."""

    text = _words(gettext_lazy("Nhận xét"), rows=2, needed=False)


class ExtendForm(ShareForm):
    """A later day, and why."""

    wanted_on = day_field(gettext_lazy("Xin đến ngày"))
    text = _words(gettext_lazy("Lý do"), rows=2)


class GrantForm(ShareForm):
    """The day granted: the one asked for unless another is chosen."""

    granted_on = day_field(gettext_lazy("Gia hạn đến ngày"))
    text = _words(gettext_lazy("Lời nhắn"), rows=2, needed=False)
    extension = forms.IntegerField(max_value=10**15, widget=forms.HiddenInput)


class RefuseForm(ShareForm):
    """Why not."""

    text = _words(gettext_lazy("Lý do không đồng ý"), rows=2)
    extension = forms.IntegerField(max_value=10**15, widget=forms.HiddenInput)


class _PersonMixin(ShareForm):
    def prepare(self) -> None:
        """The people of the unit who report."""
        self.fields["person"].choices = [("", _("Không giao riêng ai")), *((p.pk, p.full_name) for p in self.people)]  # type: ignore[attr-defined]

    def chosen(self) -> User | None:
        """The person of the unit who was chosen."""
        return next((p for p in self.people if str(p.pk) == str(self.cleaned_data.get("person"))), None)


class HandForm(_PersonMixin):
    """Who of the unit does it."""

    person = forms.ChoiceField(label=gettext_lazy("Người làm"), required=False)

    def prepare(self) -> None:
        """The one who has it now is chosen."""
        super().prepare()
        self.fields["person"].initial = self.share.person_id


class SubtaskForm(_PersonMixin):
    """A unit's own task under what it was given."""

    quote = _words(gettext_lazy("Việc cần làm"), rows=2)
    person = forms.ChoiceField(label=gettext_lazy("Giao cho"), required=False)
    due_on = day_field(gettext_lazy("Hạn"), required=False)


class UnitField(Lenient, forms.CharField):
    """A unit by its name; where the page's script chose it, the hidden field beside holds its reference."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "data-pick": "unit"})


class TransferForm(ShareForm):
    """To whom the task belongs, and why; asked once before, as it cannot be taken back by the one who did it."""

    ask = gettext_lazy("Chuyển việc này đi? Đơn vị bạn thôi làm việc này; đơn vị giao được báo.")
    where = UnitField(label=gettext_lazy("Chuyển cho đơn vị"), max_length=300)
    ref = forms.CharField(required=False, widget=forms.HiddenInput)
    text = _words(gettext_lazy("Lý do"), rows=2)


def read_ref(text: str) -> dict[str, Any] | None:
    """A reference as a picker sends it; None for anything else."""
    try:
        found = json.loads(text or "null")
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    match found.get("type"):
        case "unit" | "group":
            return {"type": found["type"], "id": found["id"]} if _is_id(found.get("id")) else None
        case "rule":
            return _rule(found)
    return None


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 < value < 10**15


def _rule(found: dict[str, Any]) -> dict[str, Any] | None:
    kinds, numbers = found.get("kinds"), [found.get("within"), found.get("place")]
    if not isinstance(kinds, list) or not all(isinstance(k, str) for k in kinds):
        return None
    if not all(n is None or _is_id(n) for n in numbers):
        return None
    ref = {"type": "rule", "kinds": kinds, "within": numbers[0], "place": numbers[1], "public": bool(found.get("public"))}
    flags = {name: True for name in ("private", "direct") if found.get(name) is True}
    return ref | {"label": str(found.get("label") or "")[:300]} | flags
