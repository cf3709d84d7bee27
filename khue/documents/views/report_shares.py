"""The list of shares that a figure of a report counts."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khue.accounts.person import PersonRequest
from khue.documents.report.shares import FIGURES, counted, row
from khue.documents.views.reports import report_for
from khue.tasks.filters import GROUPS
from khue.tasks.states import NAMES
from khue.units.tree import today

PER_PAGE = 50


@require_GET
def report_shares(request: PersonRequest, pk: int) -> HttpResponse:
    """What a figure counts, for reports that no list of tasks shows exactly; `state` is the figure."""
    report, figure = report_for(request, pk), request.GET.get("state", "")
    if figure not in FIGURES:
        raise Http404
    matter, found = counted(report, figure)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    day = f"&on={report.as_of:%Y-%m-%d}" if report.as_of != today() else ""
    said = report.figures.get("numbers", {}).get(figure or "given")
    context = {
        "report": report,
        "page_obj": page,
        "rows": [row(matter, then, day) for then in page.object_list],
        "figures": [(name, (NAMES | GROUPS).get(name) or _("Tất cả")) for name in FIGURES],
        "figure": figure,
        "said": said if said != len(found) else None,
    }
    return render(request, "documents/report_shares.html", context)
