"""Territories: provinces, districts until 2025, communes, before and after the reform."""

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from khue.core.text import key, nfc, plain
from khue.units.kinds import PlaceLevel
from khue.units.models import Place, UnitSpell, holds_on
from khue.units.tree import today
from khue.units.views.common import PER_PAGE, UnitsRequest, day_of, number_of, reach


@require_GET
def place_list(request: UnitsRequest) -> HttpResponse:
    """The territories of a day: provinces, or what lies in one, or those with a name or code."""
    on, word = day_of(request), request.GET.get("q", "").strip()[:100]
    within = number_of(request, "thuoc")
    inside = get_object_or_404(Place.objects.select_related("parent__parent"), pk=within) if within else None
    places = Place.objects.filter(holds_on(on)).select_related("parent__parent")
    if word:
        places = _named(places, word)
    elif inside:
        places = places.filter(parent=inside)
    else:
        places = places.filter(level=PlaceLevel.PROVINCE)
    page = Paginator(places.order_by("level", "name", "code"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "units/places.html",
        {
            "on": on,
            "other_day": on != today(),
            "word": word,
            "inside": inside,
            "page_obj": page,
            "any": bool(word) or Place.objects.exists(),
        },
    )


def _named(places: QuerySet[Place], word: str) -> QuerySet[Place]:
    """Those whose code is the word, or whose name begins or goes on with it, with or without diacritics."""
    wanted, bare = key(nfc(word)), plain(nfc(word))
    marks = wanted != bare

    def fits(name: str) -> bool:
        folded = key(name) if marks else plain(name)
        return f" {folded}".find(f" {wanted if marks else bare}") >= 0

    found = [pk for pk, kind, name in places.values_list("pk", "kind", "name") if fits(f"{kind} {name}")]
    return places.filter(Q(pk__in=found[:1000]) | Q(code=word))


@require_GET
def place(request: UnitsRequest, pk: int) -> HttpResponse:
    """One territory: its codes, what it came from and became, what lies in it, the units there that one may see."""
    found = get_object_or_404(Place.objects.select_related("parent__parent"), pk=pk)
    units = UnitSpell.objects.filter(holds_on(today()), unit_id__in=reach(request.person, "units.view", today()))
    lying = Q(place=found) | Q(place__parent=found) | Q(place__parent__parent=found)
    return render(
        request,
        "units/place.html",
        {
            "place": found,
            "predecessors": found.predecessors.select_related("parent__parent").order_by("name"),
            "successors": found.successors.select_related("parent__parent").order_by("name"),
            "children": found.children.order_by("name"),
            "unit_count": units.filter(lying).count(),
        },
    )
