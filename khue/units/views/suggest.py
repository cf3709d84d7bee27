"""What pickers ask for while somebody types."""

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from khue.units import suggest as offers
from khue.units.views.common import UnitsRequest, day_of, number_of, unit_for


@require_GET
def suggest(request: UnitsRequest) -> JsonResponse:
    """[{ref, label, kind}] for ?q=, seen from ?tai= or one's own unit; with ?pham_vi=1 only units that the person may see."""
    seen_from = number_of(request, "tai")
    at = unit_for(request, seen_from) if seen_from else request.person.home_unit
    scope = request.person.scope("units.view") if request.GET.get("pham_vi") else None
    found = offers.suggest(request.GET.get("q", ""), at=at, on=day_of(request), scope=scope) if at else []
    return JsonResponse([{"ref": o.ref, "label": o.label, "kind": o.kind} for o in found], safe=False)
