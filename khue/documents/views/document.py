"""Pages of one document: what it is, its file, its plan, its history."""

import json
import re
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from khue.accounts.person import PersonRequest
from khue.accounts.telling import Told, told
from khue.accounts.verbs import FIELDS as LOGGED
from khue.core.errors import KhueError
from khue.core.models import Action
from khue.documents.as_reading import read_file
from khue.documents.confirm import confirm, reopen, reread, what_is_left
from khue.documents.export import WRITERS
from khue.documents.gold import gold
from khue.documents.models import Document, Obligation, State, Status
from khue.documents.reach import readable, received
from khue.documents.register import FIELDS, same_as
from khue.documents.replacing import replaceable
from khue.documents.views.common import attachment, document_for, tabs, words
from khue.documents.views.entry import adding, restorable
from khue.documents.views.giving import giving_link
from khue.files.store import path_of
from khue.tasks.reach import outward, standing_on
from khue.tasks.states import Numbers, numbers_by
from khue.tasks.views.common import earlier_day
from khue.units.tree import day_end, today

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


@require_GET
def show(request: PersonRequest, pk: int) -> HttpResponse:
    """The document: its fields, its plan, what it cites, what cites it; to those who have work from it, what was sent."""
    document, keeper = readable(request.person, pk)
    as_of = earlier_day(request.GET.get("on", ""))
    if not keeper:
        page = received(request.person, document, as_of or today())
        return render(request, "documents/received.html", {"document": document, "page": page, "as_of": as_of})
    obligations = list(document.obligations.exclude(state=State.REPLACED).defer("found", "cites", "doubts", "due_span"))
    work, total = _work(pk, as_of or today())
    day = f"?on={as_of:%Y-%m-%d}" if as_of else ""
    for o in obligations:
        task, n = work.get(o.pk, (0, Numbers()))
        o.work = (f"/viec/{task}/{day}", n) if task else None  # type: ignore[attr-defined]
        o.ahead = o.pk not in work  # type: ignore[attr-defined]
    context = {
        "document": document,
        "tabs": tabs(document, request.person),
        "obligations": [o for o in obligations if o.state != State.REJECTED],
        "rejected": sum(o.state == State.REJECTED for o in obligations),
        "left": what_is_left(document),
        "cited": document.cited.select_related("linked"),
        "cited_by": _seen(request, Document.objects.filter(cited__linked=document).distinct()),
        "work": work,
        "numbers": total,
        "as_of": as_of,
        "day_query": f"&on={as_of:%Y-%m-%d}" if as_of else "",
        "lower": _seen(request, document.lower.all()),
        "reports": _reports(request, document),
        "replaceable": replaceable(document),
        "same": [s for s in same_as(document) if request.person.can_at("documents.view", s.document.unit_id)],
        "may": {c: request.person.can_at(f"documents.{c}", document.unit_id) for c in ("register", "review", "confirm", "remove", "report")}
        | {"give": request.person.can_at("tasks.give", document.unit_id)},
    }
    return render(request, "documents/show.html", context | adding(document))


def _work(document_id: int, on: date) -> tuple[dict[int, tuple[int, Numbers]], Numbers]:
    """({obligation: (the newest task made of it, its numbers)}, the numbers of them all) on a day; one query."""
    shares = outward(standing_on(on).filter(task__document_id=document_id))
    rows = numbers_by(shares, on, "task_id", "task__obligation_id", "task__withdrawn_at")
    out = [(row, n) for row, n in rows if row["task__obligation_id"] and _stands(row["task__withdrawn_at"], on)]
    return {row["task__obligation_id"]: (row["task_id"], n) for row, n in out}, Numbers.sum(n for _row, n in rows)


def _stands(withdrawn_at: datetime | None, on: date) -> bool:
    return withdrawn_at is None or withdrawn_at >= day_end(on)


def _seen(request: PersonRequest, documents: Any) -> Any:
    return documents.filter(unit_id__in=request.person.scope("documents.view"), removed_at__isnull=True).select_related("unit")


def _reports(request: PersonRequest, document: Document) -> Any:
    """The reports on the document, of units one sees, the newest first."""
    seen = document.reports.filter(unit_id__in=request.person.scope("documents.view"))
    return seen.select_related("unit", "issued_as").defer("blocks", "figures")[:20]


@require_GET
def state(request: PersonRequest, pk: int) -> JsonResponse:
    """For a page that waits until a document is read."""
    document = document_for(request, pk)
    waiting = document.status == Status.WAITING
    return JsonResponse({"done": not waiting, "status": document.status, "words": _("Đang đọc văn bản…") if waiting else ""})


@require_GET
def file(request: PersonRequest, pk: int) -> FileResponse:
    """The file as it came in."""
    document, keeper = readable(request.person, pk)
    sha256, name = (document.file.sha256, document.file.name) if document.file else ("", "")
    if (was := request.GET.get("truoc", "")).isdigit() and keeper:
        sha256, name = _replaced(pk, int(was))
    if not sha256 or not path_of(sha256).is_file():
        raise Http404
    response = FileResponse(path_of(sha256).open("rb"), as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _replaced(pk: int, action: int) -> tuple[str, str]:
    """(hash, name) of the file that was replaced by that action of the log; empty where it replaced none."""
    done = Action.objects.filter(pk=action, target_type="document", target_id=pk, verb="document.refiled").first()
    return (done.changes["sha256"][0], done.changes["file"][0]) if done else ("", "")


@require_GET
def plan_export(request: PersonRequest, pk: int, kind: str) -> HttpResponse:
    """The plan as it was decided: .xlsx, .docx, .ics or .html."""
    document = document_for(request, pk)
    if kind not in WRITERS or not hasattr(document, "reading"):
        raise Http404
    from importlib import import_module

    data: bytes = import_module(WRITERS[kind]).make([read_file(document)])
    name = f"{document.called.replace('/', '-')}.{kind}"
    return attachment(data, name, KINDS[kind])


@require_POST
def confirm_document(request: PersonRequest, pk: int) -> HttpResponse:
    """Settles the plan."""
    document_for(request, pk, "documents.confirm")
    try:
        document = confirm(pk, by=request.user)
    except KhueError as error:
        messages.error(request, words(error))
        return redirect("documents:review", pk)
    accepted = Obligation.objects.filter(document=document, state=State.ACCEPTED).count()
    settled = ngettext("Đã chốt kế hoạch: %(n)s nhiệm vụ.", "Đã chốt kế hoạch: %(n)s nhiệm vụ.", accepted)
    messages.success(request, settled % {"n": accepted})
    if nobody := what_is_left(document)["nobody"]:
        where = giving_link(pk) if request.person.can_at("tasks.give", document.unit_id) else ""
        left = ngettext(
            "%(n)s nhiệm vụ chưa rõ đơn vị nào làm nên chưa giao được.", "%(n)s nhiệm vụ chưa rõ đơn vị nào làm nên chưa giao được.", nobody
        )
        messages.warning(request, format_html("{} {}", left % {"n": nobody}, where))
    return redirect("documents:show", pk)


@require_POST
def reopen_document(request: PersonRequest, pk: int) -> HttpResponse:
    """Opens a settled plan again."""
    reopen(document_for(request, pk, "documents.confirm").pk, by=request.user, why=request.POST.get("why", "")[:300])
    return redirect("documents:review", pk)


@require_POST
def reread_document(request: PersonRequest, pk: int) -> HttpResponse:
    """Reads the file again where nothing was decided yet."""
    document_for(request, pk, "documents.review")
    try:
        reread(pk, by=request.user)
    except KhueError as error:
        messages.error(request, words(error))
    return redirect("documents:show", pk)


@require_GET
def history(request: PersonRequest, pk: int) -> HttpResponse:
    """Every change of the document, field by field, newest first."""
    document = document_for(request, pk, removed=True)
    actions = Action.objects.filter(target_type="document", target_id=pk).select_related("by", "on_behalf_of").order_by("-id")[:300]
    quotes = dict(Obligation.objects.filter(document=document).values_list("pk", "quote"))
    own = _own_words()
    for action in actions:
        # a replaced file is a link; its hash is for the log of all actions
        lines = [line for line in told(action) if line.name != str(LOGGED["sha256"])]
        action.lines = [_named(line._replace(name=own.get(line.name, line.name)), quotes) for line in lines]  # type: ignore[attr-defined]
        action.restorable = restorable(action, document)  # type: ignore[attr-defined]
    context = {"document": document, "actions": actions, "tabs": tabs(document, request.person)}
    context["may_restore"] = request.person.can_at("documents.register", document.unit_id) and document.removed_at is None
    return render(request, "documents/history.html", context)


def _own_words() -> dict[str, str]:
    """What the form of the register calls those of its fields that the log names for every room: a place is a territory elsewhere."""
    meta: Any = Document._meta
    return {str(words): str(meta.get_field(name).verbose_name) for name, words in LOGGED.items() if name in FIELDS}


def _named(line: Told, quotes: dict[int, str]) -> Told:
    """A step of the review says its sentence; the log itself knows only a number."""

    def quote(number: re.Match[str]) -> str:
        text = quotes.get(int(number[1]))
        return f"“{Truncator(text).chars(110)}”" if text else number[0]

    return line._replace(name=re.sub(r"#(\d+)", quote, line.name, count=1))


@require_GET
def gold_export(request: PersonRequest, pk: int) -> HttpResponse:
    """What people corrected, for bettering the reader."""
    document = document_for(request, pk, "documents.review")
    data = json.dumps(gold(document), ensure_ascii=False, indent=1).encode()
    return attachment(data, f"{document.called.replace('/', '-')}.json", "application/json")
