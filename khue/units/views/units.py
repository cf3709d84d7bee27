"""The list of units on a day, its export, one unit."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khue.units.grouping import groups_holding
from khue.units.history import Reorganisation, Succession
from khue.units.kinds import UnitKind
from khue.units.lists import Asked, as_xlsx, ended, kinds_of, listing, path_to, places_of
from khue.units.models import Unit, holds_on
from khue.units.reorganise.drafting import concerned
from khue.units.tree import today
from khue.units.views.common import PER_PAGE, UnitsRequest, day_of, number_of, reach, root_units, unit_for
from khue.units.views.reorganise import seen

# so many units that ended, or decisions to come, a list names
MOST_ENDED = 5
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
    asked = _asked(request)
    roots = root_units(request.person, asked.on)
    under = unit_for(request, asked.under, on=asked.on) if asked.under else None
    page = Paginator(listing(roots, asked), PER_PAGE).get_page(request.GET.get("page"))
    kinds = kinds_of(roots, asked.on)
    gone = list(ended(roots, asked)[: MOST_ENDED + 1])
    return render(
        request,
        "units/list.html",
        {
            "asked": asked,
            "under": under,
            "path": path_to(under.pk, roots, asked.on) if under else [],
            "page_obj": page,
            "ended": gone[:MOST_ENDED],
            "more_ended": len(gone) > MOST_ENDED,
            "ahead": _ahead(request, asked.on),
            "kinds": kinds,
            "all": sum(n for _kind, _word, n in kinds),
            "places": places_of(roots, asked.on),
            "query": _query(request),
            "day_query": f"?ngay={asked.on:%Y-%m-%d}" if asked.on != today() else "",
            "other_day": asked.on != today(),
            "may_add": request.person.can("units.edit"),
        },
    )


def _ahead(request: UnitsRequest, on: date) -> list[Reorganisation]:
    """Decisions that wait for their day and hold by a day to come: the list does not know of them yet."""
    if on <= today():
        return []
    waiting = Reorganisation.objects.filter(state=Reorganisation.State.SCHEDULED, effective_on__lte=on)
    return list(waiting.filter(owner_id__in=request.person.scope("units.view")).order_by("effective_on", "pk")[:MOST_ENDED])


@require_GET
def export(request: UnitsRequest) -> HttpResponse:
    """Exactly the list on screen, all pages of it, as a spreadsheet."""
    asked = _asked(request)
    if asked.under:
        unit_for(request, asked.under, on=asked.on)
    content = as_xlsx(listing(root_units(request.person, asked.on), asked), asked.on)
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
    lines = Succession.objects.filter(Q(before=unit) | Q(after=unit)).select_related("before", "after", "reorganisation")
    every = list(lines.order_by("effective_on", "-is_main", "pk"))
    came_from, became = [x for x in every if x.after_id == unit.pk], [x for x in every if x.before_id == unit.pk]
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
            "path": path_to(unit.pk, root_units(request.person, on), on)[:-1],
            "visible": _visible(request, {*linked, *(g.owner_id for g in groups)} - {None}, on),
            "lower": lower[:PER_PAGE],
            "lower_count": lower.count(),
            "contacts": unit.contacts.all(),
            "identifiers": unit.identifiers.filter(holds_on(on)).order_by("scheme"),
            "came_from": came_from,
            "became": became,
            "seen_lines": _visible(request, {x.before_id for x in came_from} | {x.after_id for x in became}, today()),
            "waiting": _waiting(request, unit),
            "decisions": _decisions(request, [*came_from, *became]),
            "groups": groups,
            "may_edit": unit.closed_on is None and request.person.can_at("units.edit", unit.pk),
            "may_see_people": request.person.can("people.view"),
        },
    )


def _waiting(request: UnitsRequest, unit: Unit) -> list[tuple[Reorganisation, bool]]:
    """Decisions about the unit that wait for their day, each with whether one may open it; two queries however many wait."""
    scheduled = Reorganisation.objects.filter(state=Reorganisation.State.SCHEDULED).select_related("owner").order_by("effective_on", "pk")
    found = [e for e in scheduled if unit.pk in concerned(e)]
    open_ = set(seen(request).filter(pk__in=[e.pk for e in found]).values_list("pk", flat=True)) if found else set()
    return [(e, e.pk in open_) for e in found[:MOST_ENDED]]


def _decisions(request: UnitsRequest, lines: list[Succession]) -> list[tuple[Reorganisation, bool]]:
    """The decisions behind those lines, each with whether one may open it."""
    events = {x.reorganisation_id: x.reorganisation for x in lines}
    keepers = _visible(request, {e.owner_id for e in events.values()}, today())
    return [(e, e.owner_id in keepers) for e in events.values()]


def _visible(request: UnitsRequest, ids: Iterable[int | None], on: date) -> set[int]:
    """Those of the units that one may open, so that only they are links."""
    return set(
        Unit.objects.filter(pk__in=[i for i in ids if i])
        .filter(pk__in=reach(request.person, "units.view", on))
        .values_list("pk", flat=True)
    )
