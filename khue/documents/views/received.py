"""The list of documents that ask something of one's own units and stand in another's register."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khue.accounts.person import PersonRequest
from khue.documents.reach import asked_of, documents_asking
from khue.tasks.views.common import earlier_day, words_in
from khue.units.tree import today

PER_PAGE = 50


@require_GET
def received_list(request: PersonRequest) -> HttpResponse:
    """Who asked, for what, and how far one's own units are with it, or were on an earlier day; the newest first."""
    q, as_of = words_in(request.GET.get("q", ""))[:200], earlier_day(request.GET.get("on", ""))
    on = as_of or today()
    page = Paginator(documents_asking(request.person, on, q), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(document, *asked) for document, asked in asked_of(request.person, page.object_list, on)]
    return render(request, "documents/received_list.html", {"page_obj": page, "rows": rows, "q": q, "as_of": as_of})
