"""Giving out a settled plan: what will go to whom, then the tasks."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khue.accounts.person import PersonRequest
from khue.core.errors import KhueError
from khue.core.once import once
from khue.documents.giving import give_plan, plan_of
from khue.documents.models import Status
from khue.documents.views.common import document_for, tabs, words


@require_http_methods(["GET", "POST"])
def give(request: PersonRequest, pk: int) -> HttpResponse:
    """The preview with a tick before each obligation; the ticked ones go out."""
    document = document_for(request, pk, "tasks.give")
    if document.status != Status.CONFIRMED:
        messages.error(request, _("Kế hoạch chưa chốt. Soát xong và chốt rồi giao."))
        return redirect("documents:show", pk)
    if request.method == "POST":
        return _give(request, pk)
    planned = plan_of(document)
    ready = [p for p in planned if not p.given and not p.why_not]
    context = {
        "document": document,
        "tabs": tabs(document, request.person),
        "ready": ready,
        "blocked": [p for p in planned if p.why_not],
        "given": sum(p.given for p in planned),
        "units": len({u.pk for p in ready for e in p.expanded for u in e.units if not e.address.is_partner}),
        "once": uuid.uuid4().hex,
    }
    return render(request, "documents/give.html", context)


def _give(request: PersonRequest, pk: int) -> HttpResponse:
    chosen = [int(v) for v in request.POST.getlist("o") if v.isdigit()]
    if not request.person.can("tasks.give"):
        raise PermissionDenied

    def do() -> dict[str, Any]:
        made, _left = give_plan(pk, by=request.user, only=chosen)
        return {"made": len(made)}

    try:
        done = once(request.POST.get("_once", ""), "document.give", by=request.user, do=do)
    except KhueError as error:
        messages.error(request, words(error))
        return redirect("documents:give", pk)
    messages.success(request, _("Đã giao %(n)s việc.") % {"n": done["made"]})
    return redirect("documents:show", pk)
