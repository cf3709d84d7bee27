"""A task that comes from no document: typed, previewed, given."""

import hashlib
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from khue.accounts.forms import day_field
from khue.accounts.person import Person, PersonRequest
from khue.core.errors import KhueError
from khue.core.once import once
from khue.tasks.addressing import Typed, meant
from khue.tasks.filters import RECURS
from khue.tasks.forms import NumberField
from khue.tasks.give import Address, Expanded, expand, give, refuse_outside
from khue.tasks.recurring import beginning
from khue.tasks.views.common import fresh_key, words, words_in
from khue.units.models import Unit
from khue.units.tree import today

COMPARATORS = ((">=", "≥"), ("<=", "≤"), ("=", "="), (">", ">"), ("<", "<"))
MOST_LINES = 30


class NewTaskForm(forms.Form):
    """What is to be done; to whom stands in lines of its own."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=gettext_lazy("Đơn vị giao"))
    quote = forms.CharField(label=gettext_lazy("Việc cần làm"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = day_field(gettext_lazy("Hạn"), required=False)
    recurs = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Lặp lại"),
        choices=[("", gettext_lazy("Làm một lần")), *RECURS.items()],
        help_text=gettext_lazy("Có ghi hạn thì các tuần, tháng, quý, năm sau cũng đến hạn vào ngày ấy; không ghi thì đến hạn cuối kỳ."),
    )
    comparator = forms.ChoiceField(required=False, label=gettext_lazy("So sánh"), choices=COMPARATORS)
    value = NumberField(required=False, label=gettext_lazy("Chỉ tiêu"), max_length=30, help_text=gettext_lazy("Ví dụ 98,5"))
    measure = forms.CharField(
        required=False, label=gettext_lazy("Đơn vị tính"), max_length=60, help_text=gettext_lazy("Ví dụ %, trường, học sinh")
    )
    product = forms.CharField(required=False, label=gettext_lazy("Sản phẩm"), max_length=500)
    note = forms.CharField(required=False, label=gettext_lazy("Hướng dẫn thêm"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = person.units("tasks.give")
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[u.pk for u in units])  # type: ignore[attr-defined]
        if units:
            self.fields["unit"].initial = units[0].pk
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()

    def task_fields(self) -> dict[str, Any]:
        """What `give` wants besides the sentence and the addresses."""
        data, more = self.cleaned_data, {}
        if recurs := data["recurs"]:
            more = {"recurs": recurs} | beginning(recurs, "", today(), data["due_on"])
        return {"due_on": data["due_on"], "product": data["product"], "note": data["note"], "targets": self._targets()} | more

    def _targets(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        if data["value"] is None:
            return []
        number = int(data["value"]) if data["value"] == int(data["value"]) else float(data["value"])
        return [{"value": number, "unit": data["measure"], "comparator": data["comparator"] or ">=", "quote": ""}]


@dataclass(slots=True)
class Line:
    """One line of the form: what was typed, and why it means nobody."""

    typed: Typed
    error: str = ""


@dataclass(slots=True)
class Lines:
    """All addresses of the form."""

    leads: list[Line] = field(default_factory=list)
    partners: list[Line] = field(default_factory=list)

    def addresses(self, at: Unit) -> list[Address]:
        """What the lines mean; a line that means nobody is told why."""
        found = []
        for line in [*self.leads, *self.partners]:
            try:
                found.append(meant(line.typed, at))
            except KhueError as error:
                line.error = words(error)
        return found

    @property
    def fine(self) -> bool:
        """Whether somebody leads and every line means something."""
        return bool(self.leads) and not any(line.error for line in [*self.leads, *self.partners])


def _lines(request: PersonRequest) -> Lines:
    def rows(name: str, partner: bool) -> list[Line]:
        got = [request.POST.getlist(f"{name}{part}")[:MOST_LINES] for part in ("", "_ref", "_owes")]
        lines = zip_longest(*got, fillvalue="")
        return [Line(Typed(words_in(w)[:300], ref, partner, words_in(owes))) for w, ref, owes in lines if words_in(w)]

    return Lines(rows("lead", False), rows("partner", True))


def _seen(expanded: list[Expanded]) -> str:
    """What the preview showed, so that what is given is what was seen."""
    shown = [(e.address.is_partner, e.address.owes, sorted(u.pk for u in e.units)) for e in expanded]
    return hashlib.sha256(repr(shown).encode()).hexdigest()


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """First shows to whom it would go; given only after that was seen."""
    form = NewTaskForm(request.POST or None, person=request.person)
    lines, expanded, none_named = _lines(request), [], False
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["unit"]
        addresses = lines.addresses(unit)
        none_named = not lines.leads
        expanded = _to_whom(form, unit, addresses) if lines.fine else []
        if expanded and request.POST.get("seen") == _seen(expanded):
            made = _given(request, form, unit, addresses)
            if made is not None:
                return redirect("tasks:show", made)
    units = sum(len(e.units) for e in expanded if not e.address.is_partner)
    context = {
        "form": form,
        "lines": lines,
        "none_named": none_named,
        "expanded": expanded,
        "units": units,
        "seen": _seen(expanded) if units else "",
        "past": bool(units) and (form.cleaned_data["due_on"] or today()) < today(),
        "blank": range(2),
        "once": request.POST.get("_once") or fresh_key(),
        "at": request.person.home_unit,
    }
    wrong = request.method == "POST" and not units
    return render(request, "tasks/new.html", context, status=422 if wrong else 200)


def _to_whom(form: NewTaskForm, unit: Unit, addresses: list[Address]) -> list[Expanded]:
    """The units that would get it; none, and the form says why, where the unit may not give it to them."""
    expanded = expand(addresses, today())
    try:
        refuse_outside(unit, expanded, today())
    except KhueError as error:
        form.add_error(None, words(error))
        return []
    return expanded


def _given(request: PersonRequest, form: NewTaskForm, unit: Unit, addresses: list[Address]) -> int | None:
    def do() -> dict[str, int]:
        task = give(unit, form.cleaned_data["quote"].strip(), addresses, by=request.user, **form.task_fields())
        return {"id": task.pk, "units": task.assignments.count()}

    try:
        made = once(request.POST.get("_once", ""), "task.give", by=request.user, do=do)
    except KhueError as error:
        form.add_error(None, words(error))
        return None
    messages.success(request, ngettext("Đã giao cho %(n)s đơn vị.", "Đã giao cho %(n)s đơn vị.", made["units"]) % {"n": made["units"]})
    return int(made["id"])
