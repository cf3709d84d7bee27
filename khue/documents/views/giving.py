"""Giving out a settled plan: what will go to whom, then the tasks."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from khue.accounts.person import PersonRequest
from khue.core.errors import KhueError
from khue.core.once import once
from khue.core.said import Said
from khue.documents.giving import Planned, give_plan, plan_of
from khue.documents.models import Document, Status
from khue.documents.views.common import document_for, tabs, words
from khue.tasks.models import Assignment


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
    blocked = [p for p in planned if p.why_not]
    context = {
        "document": document,
        "tabs": tabs(document, request.person),
        "ready": ready,
        "sure": sum(p.sure for p in ready),
        "withdrawn": sum(bool(p.withdrawn_on) for p in ready),
        "late": sum(p.past and not p.withdrawn_on for p in ready),
        "outside": sum(bool(p.outside) and not p.past and not p.withdrawn_on for p in ready),
        "blocked": blocked,
        "reasons": _by_reason(blocked),
        "given": sum(p.given for p in planned),
        "units": len({u.pk for p in ready if p.sure for e in p.expanded for u in e.units if not e.address.is_partner}),
        "once": uuid.uuid4().hex,
    }
    return render(request, "documents/give.html", context)


def _by_reason(blocked: list[Planned]) -> list[tuple[Said, list[Planned]]]:
    """What cannot go out by its reason, in the order of the plan: a reason that many share is said once."""
    found: dict[Said, list[Planned]] = {}
    for planned in blocked:
        if planned.why_not:
            found.setdefault(planned.why_not, []).append(planned)
    return list(found.items())


def _give(request: PersonRequest, pk: int) -> HttpResponse:
    chosen = [int(v) for v in request.POST.getlist("o") if v.isdigit()]
    if not request.person.can("tasks.give"):
        raise PermissionDenied

    if not chosen:
        messages.error(request, _("Chưa chọn việc nào để giao."))
        return redirect("documents:give", pk)

    def do() -> dict[str, Any]:
        made, _left = give_plan(pk, by=request.user, only=chosen)
        led = Assignment.objects.filter(task__in=made, is_partner=False)
        return {"made": len(made), "units": led.values("unit").distinct().count()}

    try:
        done = once(request.POST.get("_once", ""), "document.give", by=request.user, do=do)
    except KhueError as error:
        messages.error(request, words(error))
        return redirect("documents:give", pk)
    messages.success(request, " ".join(_given(done["made"], done["units"])))
    if rest := _rest(plan_of(Document.objects.get(pk=pk))):
        messages.warning(request, format_html("{} {}", " ".join(rest), giving_link(pk)))
    return redirect("documents:show", pk)


def _given(tasks: int, units: int) -> Iterator[str]:
    """What went out, to how many."""
    yield ngettext("Đã giao %(n)s việc,", "Đã giao %(n)s việc,", tasks) % {"n": tasks}
    yield ngettext("tới %(n)s đơn vị.", "tới %(n)s đơn vị.", units) % {"n": units}


def _rest(planned: list[Planned]) -> list[str]:
    """What of the plan is not out, and why."""
    ready = sum(not p.given and not p.why_not and not p.withdrawn_on for p in planned)
    blocked = sum(p.why_not is not None for p in planned)
    words = []
    if ready:
        words.append(ngettext("Còn %(n)s việc chưa chọn giao.", "Còn %(n)s việc chưa chọn giao.", ready) % {"n": ready})
    if blocked:
        why = ngettext("%(n)s việc chưa giao được vì chưa rõ đơn vị.", "%(n)s việc chưa giao được vì chưa rõ đơn vị.", blocked)
        words.append(why % {"n": blocked})
    return words


def giving_link(pk: int) -> SafeString:
    """The way to the page on which a plan is given out."""
    return format_html('<a href="{}">{}</a>', reverse("documents:give", args=[pk]), _("Xem ở trang Giao việc"))
