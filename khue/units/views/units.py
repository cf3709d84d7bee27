"""The list of units on a day, its export, one unit."""

from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khue.units.grouping import groups_holding
from khue.units.kinds import UnitKind
from khue.units.lists import Asked, as_xlsx, kinds_of, listing, path_to, places_of
from khue.units.models import Unit
from khue.units.tree import today
from khue.units.views.common import PER_PAGE, UnitsRequest, day_of, number_of, reach, unit_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: UnitsRequest) -> Asked:
    kind = request.GET.get("loai", "")
    return Asked(
        on=day_of(request),
        word=request.GET.get("q", "").strip()[:200],
        kind=kind if kind in UnitKind.values else "",
        place=number_of(request, "dia_ban"),
        under=number_of(request, "thuoc"),
    )


def _query(request: UnitsRequest, *, without: tuple[str, ...] = ("page",)) -> str:
    return urlencode({k: v for k, v in request.GET.items() if v and k not in without})


@require_GET
def unit_list(request: UnitsRequest) -> HttpResponse:
    """The tree of a day, one step at a time; with a filter, everything below that fits."""
    asked, roots = _asked(request), request.person.units("units.view")
    under = unit_for(request, asked.under, on=asked.on) if asked.under else None
    page = Paginator(listing(roots, asked), PER_PAGE).get_page(request.GET.get("page"))
    kinds = kinds_of(roots, asked.on)
    return render(
        request,
        "units/list.html",
        {
            "asked": asked,
            "under": under,
            "path": path_to(under.pk, roots, asked.on) if under else [],
            "page_obj": page,
            "kinds": kinds,
            "all": sum(n for _kind, _word, n in kinds),
            "places": places_of(roots, asked.on),
            "query": _query(request),
            "day_query": f"?ngay={asked.on:%Y-%m-%d}" if asked.on != today() else "",
            "other_day": asked.on != today(),
            "may_add": request.person.can("units.edit"),
        },
    )


@require_GET
def export(request: UnitsRequest) -> HttpResponse:
    """Exactly the list on screen, all pages of it, as a spreadsheet."""
    asked = _asked(request)
    if asked.under:
        unit_for(request, asked.under, on=asked.on)
    content = as_xlsx(listing(request.person.units("units.view"), asked), asked.on)
    name = _("don-vi-{day}.xlsx").format(day=f"{asked.on:%Y-%m-%d}")
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_GET
def show(request: UnitsRequest, pk: int) -> HttpResponse:
    """What is true of a unit on a day, what was before, who stands below it, which groups hold it."""
    on = day_of(request)
    unit = unit_for(request, pk, on=on)
    spells = list(unit.spells.select_related("parent", "guide", "place__parent__parent").order_by("-valid_from"))
    now = next((s for s in spells if s.holds(on)), None)
    lower = listing([unit], Asked(on=on, under=unit.pk))
    groups = groups_holding(now, on) if now else []
    linked = {now.parent_id, now.guide_id} if now else set()
    return render(
        request,
        "units/show.html",
        {
            "unit": unit,
            "on": on,
            "other_day": on != today(),
            "day_query": f"?ngay={on:%Y-%m-%d}" if on != today() else "",
            "now": now,
            "spells": spells,
            "path": path_to(unit.pk, request.person.units("units.view"), on)[:-1],
            "visible": _visible(request, {*linked, *(g.owner_id for g in groups)} - {None}, on),
            "lower": lower[:PER_PAGE],
            "lower_count": lower.count(),
            "contacts": unit.contacts.all(),
            "identifiers": unit.identifiers.filter(valid_to__isnull=True).order_by("scheme"),
            "groups": groups,
            "may_edit": request.person.can_at("units.edit", unit.pk),
            "may_see_people": request.person.can("people.view"),
        },
    )


def _visible(request: UnitsRequest, ids: set[int | None], on: date) -> set[int]:
    """Those of the units that one may open, so that only they are links."""
    return set(
        Unit.objects.filter(pk__in=[i for i in ids if i])
        .filter(pk__in=reach(request.person, "units.view", on))
        .values_list("pk", flat=True)
    )
