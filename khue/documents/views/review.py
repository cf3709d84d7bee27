"""The workbench: the text beside what was found in it, and the door for every step."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts.person import PersonRequest
from khue.core.errors import KhueError
from khue.core.text import number_key, squeeze
from khue.documents.confirm import what_is_left
from khue.documents.links import link_by_hand
from khue.documents.models import CitedDocument, Document, Obligation, Slip, State, Status
from khue.documents.register import live
from khue.documents.review import Refused, apply
from khue.documents.review.drawing import data_script, paragraph
from khue.documents.review.page import item_data, page_text, sections
from khue.documents.review.plain import field_steps
from khue.documents.views.common import document_for, tabs, words


def _open(request: PersonRequest, pk: int) -> Document:
    return document_for(request, pk, "documents.review")


@require_GET
def review(request: PersonRequest, pk: int) -> HttpResponse:
    """The whole workbench in one page; without JavaScript each obligation has a page of its own."""
    document = _open(request, pk)
    if not hasattr(document, "reading"):
        return redirect("documents:show", pk)
    standing = list(document.obligations.exclude(state=State.REPLACED).select_related("changed_by"))
    slips = list(document.slips.select_related("answered_by"))
    cited = list(document.cited.select_related("linked"))
    context = {
        "document": document,
        "tabs": tabs(document, request.person),
        "paragraphs": list(map(paragraph, page_text(document, standing, slips, cited))),
        "sections": sections(standing),
        "unnamed": sum(not o.owners for o in standing if o.state != State.REJECTED),
        "items": standing,
        "slips": slips,
        "cited": cited,
        "left": what_is_left(document),
        "data": data_script("review-data", _data(request, document, standing)),
        "answers": Slip.Answer,
        "may_confirm": request.person.can_at("documents.confirm", document.unit_id),
    }
    return render(request, "documents/review.html", context)


def _data(request: PersonRequest, document: Document, standing: list[Obligation]) -> dict[str, Any]:
    """What the workbench's script begins with."""
    items = {o.pk: item_data(o) for o in standing}
    return {"revision": document.revision, "open": document.status == Status.REVIEW, "me": request.user.pk, "items": items}


@require_POST
def ops(request: PersonRequest, pk: int) -> JsonResponse:
    """One step: {"op", "key", ...} in, what it touched out, drawn anew."""
    document = _open(request, pk)
    try:
        data = json.loads(request.body)
        assert isinstance(data, dict)
    except (ValueError, AssertionError):
        return JsonResponse({"error": _("Yêu cầu không đúng dạng.")}, status=400)
    try:
        done = apply(pk, str(data.get("op")), data, by=request.user, key=str(data.get("key") or ""))
    except Refused as error:
        return JsonResponse({"error": words(error)}, status=422)
    return JsonResponse({**done, **_changed(document, done["items"], done["slips"])})


@require_GET
def changes(request: PersonRequest, pk: int) -> JsonResponse:
    """What changed since a revision, by whom; asked every few seconds."""
    document = _open(request, pk)
    since = int(request.GET.get("since") or 0) if (request.GET.get("since") or "0").isdigit() else 0
    events = document.events.filter(revision__gt=since).select_related("by")
    items = list(document.obligations.filter(revision__gt=since).values_list("pk", flat=True))
    slips = list(document.slips.filter(revision__gt=since).values_list("pk", flat=True))
    others = sorted({str(e.by) for e in events if e.by_id != request.user.pk})
    return JsonResponse(
        {"revision": document.revision, "open": document.status == Status.REVIEW, "others": others, **_changed(document, items, slips)}
    )


def _changed(document: Document, items: list[int], slips: list[int]) -> dict[str, Any]:
    """The things as they are now: cards to put in place, data for the form, paragraphs whose colours changed."""
    found = list(document.obligations.filter(pk__in=items).select_related("changed_by"))
    answered = list(document.slips.filter(pk__in=slips).select_related("answered_by"))
    shown = [o for o in found if o.state != State.REPLACED]
    cards = {o.pk: render_to_string("documents/_item.html", {"item": o, "document": document}) for o in shown}
    asked = {s.pk: render_to_string("documents/_slip.html", {"slip": s, "document": document, "answers": Slip.Answer}) for s in answered}
    return {
        "cards": cards,
        "slip_cards": asked,
        "data": {o.pk: item_data(o) for o in shown},
        "gone": [o.pk for o in found if o.state == State.REPLACED],
        "paragraphs": _paragraphs(document, found) if items else {},
        "left": what_is_left(document),
    }


def _paragraphs(document: Document, touched: list[Obligation]) -> dict[int, str]:
    """The paragraphs that the touched obligations stand in, drawn anew."""
    standing = list(document.obligations.exclude(state=State.REPLACED))
    drawn = page_text(document, standing, list(document.slips.all()), list(document.cited.all()), only=touched)
    return {p.number: paragraph(p) for p in drawn}


@require_http_methods(["GET", "POST"])
def obligation(request: PersonRequest, pk: int, item: int) -> HttpResponse:
    """One obligation on a page of its own, for a browser without JavaScript."""
    document = _open(request, pk)
    found = document.obligations.filter(pk=item).exclude(state=State.REPLACED).first()
    if found is None:
        return redirect("documents:review", pk)
    error = ""
    if request.method == "POST":
        try:
            for op, data in field_steps(found, request.POST):
                apply(pk, op, data, by=request.user)
        except Refused as refused:
            error = words(refused)
        else:
            after = document.obligations.filter(state=State.PROPOSED, start__gt=found.start).first()
            return redirect("documents:obligation", pk, after.pk) if after else redirect("documents:review", pk)
    context = {"document": document, "item": found, "data": item_data(found), "error": error, "tabs": tabs(document, request.person)}
    return render(request, "documents/obligation.html", context, status=422 if error else 200)


@require_POST
def slip(request: PersonRequest, pk: int, slip_id: int) -> HttpResponse:
    """An answer to a question, for a browser without JavaScript."""
    _open(request, pk)
    data = {"slip": slip_id, "answer": request.POST.get("answer", ""), "value": request.POST.get("value", "")}
    try:
        apply(pk, "answer", data, by=request.user)
    except Refused as error:
        messages.error(request, words(error))
    return redirect("documents:review", pk)


@require_POST
def link(request: PersonRequest, pk: int, cited_id: int) -> HttpResponse:
    """Says which entry of the register a cited document is."""
    document = _open(request, pk)
    cited = CitedDocument.objects.filter(document=document, pk=cited_id).first()
    asked = squeeze(request.POST.get("target") or "")
    if cited is None:
        return redirect("documents:show", pk)
    seen = live().filter(unit_id__in=request.person.scope("documents.view")).exclude(pk=pk)
    target = seen.filter(number_key=number_key(asked)).order_by("-signed_on").first() if asked else None
    if asked and target is None:
        messages.error(request, _("Sổ không có văn bản số %(number)s.") % {"number": asked})
    else:
        link_by_hand(cited.pk, target, by=request.user)
    return redirect("documents:show", pk)


@require_POST
def owners(request: PersonRequest, pk: int) -> HttpResponse:
    """Who acts where a clause names nobody."""
    from khue.documents.owners import set_default_owner

    document = _open(request, pk)
    try:
        set_default_owner(document.pk, json.loads(request.POST.get("ref") or "null"), by=request.user, label=request.POST.get("label", ""))
    except (ValueError, KhueError) as error:
        messages.error(request, words(error) if isinstance(error, KhueError) else _("Chọn một đơn vị hoặc nhóm trong danh sách."))
    return redirect("documents:review", pk)
