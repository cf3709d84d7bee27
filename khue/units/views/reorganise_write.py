"""Writing a decision: its head and its steps, one page each."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khue.core.errors import KhueError
from khue.core.once import once
from khue.units.forms_reorganise import HeadForm, StepForm
from khue.units.forms_steps import FORMS
from khue.units.history import Reorganisation
from khue.units.models import Unit
from khue.units.picking import Picker
from khue.units.reorganise import drafting
from khue.units.reorganise.previewing import refused
from khue.units.reorganise.words import KIND_HELP, KIND_WORDS
from khue.units.tree import ancestor_ids, today
from khue.units.views.common import UnitsRequest, words_of
from khue.units.views.edit import places_near
from khue.units.views.reorganise import event_for, out_of_reach, seen_by


@require_http_methods(["GET", "POST"])
def new(request: UnitsRequest) -> HttpResponse:
    """The head of a new decision; its steps follow on its page."""
    owners = Unit.objects.filter(pk__in=[u.pk for u in request.person.units("units.edit")]).order_by("name")
    form = HeadForm(request.POST or None, owners=owners, initial={"effective_on": today()})
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]

        def do() -> dict[str, Any]:
            return {"pk": drafting.begin(owner, by=request.user, **form.facts()).pk}

        made = once(request.POST.get("_once", ""), "reorganisation.new", by=request.user, do=do)
        return redirect("units:reorganisation", pk=made["pk"])
    key = request.POST.get("_once") or uuid.uuid4().hex
    return render(request, "units/reorganisation_head.html", {"form": form, "once": key}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: UnitsRequest, pk: int) -> HttpResponse:
    """The head; with ?buoc= a step of it, with ?loai= a new step."""
    event = event_for(request, pk, need="units.edit")
    number, kind = request.GET.get("buoc", ""), request.GET.get("loai", "")
    if event.state not in drafting.WRITABLE:
        messages.error(request, _("Quyết định đã hẹn hoặc đã áp dụng thì không sửa được; hoàn tác trước."))
        return redirect("units:reorganisation", pk=pk)
    if number.isdecimal() and len(number) < 5 and 0 < int(number) <= len(event.steps):
        return _step(request, event, int(number) - 1, event.steps[int(number) - 1]["kind"])
    if kind in FORMS:
        return _step(request, event, None, kind)
    return _head(request, event)


def _head(request: UnitsRequest, event: Reorganisation) -> HttpResponse:
    initial = {n: getattr(event, n) for n in drafting.HEAD}
    form = HeadForm(request.POST or None, owners=None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.change_head(event.pk, by=request.user, seen=seen_by(request), **form.facts())
        except KhueError as error:
            form.add_error(None, words_of(error))
        else:
            return redirect("units:reorganisation", pk=event.pk)
    return render(request, "units/reorganisation_head.html", {"form": form, "event": event}, status=422 if form.errors else 200)


def _step(request: UnitsRequest, event: Reorganisation, number: int | None, kind: str) -> HttpResponse:
    if request.method == "POST" and "remove" in request.POST and number is not None:
        try:
            drafting.remove_step(event.pk, number, by=request.user, seen=seen_by(request))
        except KhueError as error:
            messages.error(request, words_of(error))
        return redirect("units:reorganisation", pk=event.pk)
    form = _step_form(request, event, number, kind)
    if request.method == "POST" and form.is_valid() and _put(request, event, number, form):
        return redirect("units:reorganisation", pk=event.pk)
    earlier = drafting.made_names(event.steps[:number])
    return render(
        request,
        "units/reorganisation_step.html",
        {
            "event": event,
            "form": form,
            "number": number,
            "word": KIND_WORDS[kind],
            "help": KIND_HELP.get(kind, ""),
            "earlier": earlier,
            "once": uuid.uuid4().hex,
        },
        status=422 if form.errors else 200,
    )


def _step_form(request: UnitsRequest, event: Reorganisation, number: int | None, kind: str) -> StepForm:
    picker = Picker(event.owner, event.effective_on, drafting.made_names(event.steps[:number]))
    places = list(places_near([u.pk for u in request.person.units("units.edit")]))
    step = event.steps[number] if number is not None else None
    return FORMS[kind](request.POST if request.method == "POST" else None, picker=picker, places=places, step=step)


def _put(request: UnitsRequest, event: Reorganisation, number: int | None, form: StepForm) -> bool:
    step = form.step()
    guides = {step.get("guide"), (step.get("unit") or {}).get("guide_id") if isinstance(step.get("unit"), dict) else None}
    near = ancestor_ids([event.owner_id])
    missing = out_of_reach(request, drafting.changed_units(step) | {g for g in guides if isinstance(g, int) and g not in near})
    if missing:
        form.add_error(None, _("Bạn không quản trị: {names}.").format(names=missing))
        return False
    if wrong := refused(event, number, step):
        field = wrong.code.removeprefix("step.")
        form.add_error(field if field in form.fields else None, words_of(wrong))
        return False

    def do() -> dict[str, Any]:
        drafting.put_step(event.pk, number, step, by=request.user, seen=seen_by(request))
        return {}

    try:
        once(request.POST.get("_once", ""), "reorganisation.step", by=request.user, do=do)
    except KhueError as error:
        form.add_error(None, words_of(error))
        return False
    return True
