"""Home by role, search over what one may see, help, health, the reference page of the design system."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khue.accounts.person import PersonRequest
from khue.portal import finding
from khue.portal import health as health_state
from khue.portal.today import today_for


@require_GET
def home(request: PersonRequest) -> HttpResponse:
    """What waits for this person."""
    return render(request, "portal/home.html", today_for(request.person))


@require_GET
def search(request: PersonRequest) -> HttpResponse:
    """Documents, units and people that hold every word."""
    query = request.GET.get("q", "").strip()[:200]
    return render(request, "portal/search.html", {"search_query": query, "found": finding.find(request.person, query) if query else None})


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """What Khuê is, and how to get help."""
    return render(request, "portal/about.html")


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every part of the design system on one page."""
    return render(request, "portal/design.html")


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """For a monitor: 200 where everything works, 503 with the failing check where not."""
    state = health_state.state()
    return JsonResponse(state, status=200 if state["ok"] else 503)
