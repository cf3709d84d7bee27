"""Founding a unit and changing what is said of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khue.core.errors import KhueError
from khue.core.once import once
from khue.units.editing import FACTS, contact_texts, edit_unit, new_unit
from khue.units.forms import UnitForm
from khue.units.kinds import PlaceLevel, UnitKind
from khue.units.models import BEGINNING, Place, Unit, UnitSpell, holds_on
from khue.units.tree import ancestor_ids, today
from khue.units.views.common import UnitsRequest, number_of, unit_for, words_of


def _form(request: UnitsRequest, *, initial: dict[str, Any] | None = None, facts: bool = True) -> UnitForm:
    """A form that may name parents within reach, guides also above it, territories of the same province."""
    own = Unit.objects.filter(pk__in=request.person.scope("units.edit")).exclude(kind=UnitKind.SITE).order_by("name")
    tops = [u.pk for u in request.person.units("units.edit")]
    guides = Unit.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=ancestor_ids(tops))).order_by("name")
    data = request.POST if request.method == "POST" else None
    return UnitForm(data, initial=initial, parents=own, guides=guides, places=places_near(tops), facts=facts)


def places_near(unit_ids: list[int]) -> QuerySet[Place]:
    """The territories of the provinces in which some units lie, those of today and those before; all provinces without any."""
    spells = UnitSpell.objects.filter(holds_on(today()), unit_id__in=unit_ids, place__isnull=False)
    paths = spells.values_list("place_id", "place__parent_id", "place__parent__parent_id")
    provinces = {next(p for p in reversed(path) if p) for path in paths}
    if not provinces:
        return Place.objects.filter(level=PlaceLevel.PROVINCE).order_by("name")
    several = Q(pk__in=provinces) | Q(predecessors__in=provinces) | Q(successors__in=provinces)
    around = Place.objects.filter(several).values("pk")
    inside = Q(pk__in=around) | Q(parent__in=around) | Q(parent__parent__in=around)
    return Place.objects.filter(inside).distinct().order_by("-valid_from", "level", "name")


@require_http_methods(["GET", "POST"])
def new(request: UnitsRequest) -> HttpResponse:
    """A new unit; ?thuoc= says below which."""
    if request.method == "POST":
        form = _new_form(request)
        if form.is_valid() and (made := _make(request, form)):
            messages.success(request, _("Đã thêm đơn vị."))
            return redirect("units:show", pk=made)
        return _page(request, form, None, request.POST.get("_once", ""))
    under = number_of(request, "thuoc")
    parent = unit_for(request, under, need="units.edit") if under else None
    place = _place_of(parent)
    tops = request.person.units("units.edit")
    above = parent or (tops[0] if len(tops) == 1 else None)
    form = _new_form(request, initial={"parent": above, "place": place, "on": today(), "is_public": True})
    return _page(request, form, None, uuid.uuid4().hex)


def _new_form(request: UnitsRequest, **options: Any) -> UnitForm:
    """A new unit always stands below another; the form says so before it is sent."""
    form = _form(request, **options)
    form.fields["parent"].required = True
    form.fields["parent"].error_messages["required"] = _("Chọn đơn vị cấp trên trực tiếp.")
    return form


def _place_of(unit: Unit | None) -> Place | None:
    spell = unit.spells.filter(holds_on(today())).select_related("place").first() if unit else None
    return spell.place if spell else None


def _make(request: UnitsRequest, form: UnitForm) -> int | None:
    data = form.cleaned_data

    def do() -> dict[str, Any]:
        told = {"contacts": form.contacts(), "identifiers": form.identifiers()}
        return {"pk": new_unit(facts=form.facts(), on=data["on"] or BEGINNING, basis=data["basis"], by=request.user, **told).pk}

    try:
        answer = once(request.POST.get("_once", ""), "unit.new", by=request.user, do=do)
    except KhueError as error:
        form.add_error(None, words_of(error))
        return None
    return int(answer["pk"])


@require_http_methods(["GET", "POST"])
def edit(request: UnitsRequest, pk: int) -> HttpResponse:
    """Changes a unit from a day on; its own administrator keeps contacts and numbers, the rest is said from above."""
    unit = unit_for(request, pk, need="units.edit")
    spell = unit.spells.filter(valid_to__isnull=True).select_related("parent", "guide", "place").first()
    if spell is None:
        raise PermissionDenied
    facts = _may_change_facts(request, spell)
    if request.method == "POST":
        form = _form(request, facts=facts)
        _keep_outside(form, spell)
        if form.is_valid() and _save(request, unit, form):
            return redirect("units:show", pk=unit.pk)
        return _page(request, form, unit, "")
    form = _form(request, initial=_initial(unit, spell), facts=facts)
    _keep_outside(form, spell)
    return _page(request, form, unit, "")


def _may_change_facts(request: UnitsRequest, spell: UnitSpell) -> bool:
    return spell.parent_id is None or request.person.can_at("units.edit", spell.parent_id)


def _keep_outside(form: UnitForm, spell: UnitSpell) -> None:
    """What stands already may stay, although it lies outside one's reach."""
    for name in ("parent", "guide", "place"):
        thing, field = getattr(spell, name), form.fields.get(name)
        if thing and field and thing not in field.things:  # type: ignore[attr-defined]
            field.things.append(thing)  # type: ignore[attr-defined]


def _initial(unit: Unit, spell: UnitSpell) -> dict[str, Any]:
    contacts = {f"contact_{k}": v for k, v in contact_texts(unit).items()}
    numbers = {f"id_{i.scheme}": i.value for i in unit.identifiers.filter(valid_to__isnull=True)}
    return {n: getattr(spell, n) for n in FACTS} | {"on": today(), "seen": spell.pk} | contacts | numbers


def _save(request: UnitsRequest, unit: Unit, form: UnitForm) -> bool:
    data = form.cleaned_data
    try:
        changed = edit_unit(
            unit,
            facts=form.facts(),
            on=data.get("on"),
            basis=data.get("basis", ""),
            contacts=form.contacts(),
            identifiers=form.identifiers(),
            seen=data["seen"],
            by=request.user,
        )
    except KhueError as error:
        form.add_error(None, words_of(error))
        return False
    messages.success(request, _("Đã ghi thay đổi.") if changed else _("Không có gì thay đổi."))
    return True


def _page(request: UnitsRequest, form: UnitForm, unit: Unit | None, key: str) -> HttpResponse:
    lists = {name: form.offered(name) for name in ("parent", "guide", "place")}
    return render(request, "units/form.html", {"form": form, "unit": unit, "once": key, "lists": lists}, status=422 if form.errors else 200)
