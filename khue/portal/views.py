"""Home by role, search over what one may see, help, health, the reference page of the design system."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khue.accounts.person import Person, PersonRequest
from khue.portal import finding
from khue.portal import health as health_state
from khue.portal.forms_operations import operations_of
from khue.portal.operations import TABLES
from khue.portal.operations_sheet import as_xlsx
from khue.portal.today import today_for
from khue.tasks.views.common import XLSX, attachment


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
def operations(request: PersonRequest) -> HttpResponse:
    """What was asked of units and how far it has come, late first, each number with its list."""
    form, found = operations_of(request.person, request.GET)
    kept = {k: v for k, v in request.GET.items() if v}
    if not found.at_hand(urlencode(kept)):
        waiting = render(request, "portal/counting.html", status=202)
        waiting["Refresh"] = "2"
        return waiting
    total = found.total()
    tables: list[dict[str, Any]] = []
    if total.numbers.given:
        tables = [{"name": name, "tables": found.on_page(name)} for name in TABLES]
    context = {
        "form": form,
        "operations": found,
        "total": total,
        "tables": [t for t in tables if t["tables"]],
        "latest": found.latest() if total.numbers.overdue else [],
        "query": urlencode(kept),
        "filtered": bool(kept),
        "may_report": request.person.can("documents.report"),
        "records": _records(request.person, tables),
    }
    return render(request, "portal/operations.html", context)


def _records(person: Person, tables: list[dict[str, Any]]) -> set[int]:
    """Of the units in the tables those whose record the person may open."""
    shown = {row.link["unit"] for part in tables for table in part["tables"] for row in table.rows if "unit" in row.link}
    return shown & person.reach("tasks.view")


@require_GET
def operations_export(request: PersonRequest, table: str) -> HttpResponse:
    """One of the tables, all of its rows."""
    _form, found = operations_of(request.person, request.GET)
    if table not in TABLES:
        return redirect("operations")
    name = {"document": _("van-ban"), "section": _("muc"), "unit": _("don-vi"), "month": _("thang")}[table]
    return attachment(as_xlsx(found.table(table), found.on), f"dieu-hanh-{name}.xlsx", XLSX)


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
