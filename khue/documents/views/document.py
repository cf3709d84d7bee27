"""Pages of one document: what it is, its file, its fields, its history."""

import json
import re
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts.person import PersonRequest
from khue.accounts.telling import Told, told
from khue.core.errors import KhueError
from khue.core.models import Action
from khue.core.once import once
from khue.core.said import said
from khue.documents.as_reading import read_file
from khue.documents.confirm import confirm, reopen, reread, what_is_left
from khue.documents.export import WRITERS
from khue.documents.forms import DocumentForm
from khue.documents.gold import gold
from khue.documents.models import Document, Obligation, State, Status
from khue.documents.reach import readable, received
from khue.documents.register import FIELDS, Stale, attach, change, remove, restore, same_as
from khue.documents.views.common import attachment, document_for, tabs, words
from khue.documents.views.giving import giving_link
from khue.files.check import ACCEPT, clean_name, too_large
from khue.files.store import path_of
from khue.tasks.models import Assignment
from khue.tasks.reach import outward
from khue.tasks.states import numbers
from khue.units.tree import today

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
    if not keeper:
        return render(request, "documents/received.html", {"document": document, "page": received(request.person, document)})
    obligations = list(document.obligations.exclude(state=State.REPLACED))
    context = {
        "document": document,
        "tabs": tabs(document, request.person),
        "obligations": [o for o in obligations if o.state != State.REJECTED],
        "rejected": sum(o.state == State.REJECTED for o in obligations),
        "left": what_is_left(document),
        "cited": document.cited.select_related("linked"),
        "cited_by": _seen(request, Document.objects.filter(cited__linked=document).distinct()),
        "numbers": numbers(outward(Assignment.objects.filter(task__document_id=pk)), today()),
        "lower": _seen(request, document.lower.all()),
        "reports": _reports(request, document),
        "same": [s for s in same_as(document) if request.person.can_at("documents.view", s.document.unit_id)],
        "may": {c: request.person.can_at(f"documents.{c}", document.unit_id) for c in ("register", "review", "confirm", "remove", "report")}
        | {"give": request.person.can_at("tasks.give", document.unit_id)},
    }
    if document.status == Status.REGISTERED and not document.file_id:
        context |= {"accept": ACCEPT, "max_upload_mb": settings.MAX_UPLOAD_BYTES // 1_000_000, "once": uuid.uuid4().hex}
    return render(request, "documents/show.html", context)


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
    document, _keeper = readable(request.person, pk)
    if document.file is None or not path_of(document.file.sha256).is_file():
        raise Http404
    response = FileResponse(path_of(document.file.sha256).open("rb"), as_attachment=True, filename=document.file.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def attach_file(request: PersonRequest, pk: int) -> HttpResponse:
    """The file of a document that was entered without one; it is read as one that is uploaded."""
    document_for(request, pk, "documents.register")
    sent = request.FILES.get("file")

    def do() -> dict[str, Any]:
        for name in getattr(request, "too_large", []):
            raise too_large(clean_name(name))
        if sent is None:
            raise KhueError("document.no_file", said("Chưa chọn tệp nào."))
        return {"id": attach(pk, sent, sent.name or "", sent.size or 0, by=request.user).pk}

    try:
        once(request.POST.get("_once", ""), "document.attach", by=request.user, do=do)
    except KhueError as error:
        messages.error(request, words(error))
    return redirect("documents:show", pk)


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


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The fields of the register. What another person changed meanwhile is shown beside, nothing is lost."""
    document = document_for(request, pk, "documents.register")
    form = DocumentForm(request.POST or None, instance=Document.objects.get(pk=pk), person=request.person)
    theirs: dict[str, Any] = {}
    base = {name: getattr(document, name) for name in FIELDS}
    if request.method == "POST" and form.is_valid():
        now = {n: form.cleaned_data.get(n.removesuffix("_id")) for n in FIELDS}
        now = {n: v.pk if n.endswith("_id") and v is not None else v for n, v in now.items()}
        now["book_number"] = now["book_number"] or document.book_number
        try:
            change(pk, by=request.user, base=_base(request, base), said_now=now)
        except Stale as error:
            theirs = error.theirs
            form.add_error(None, words(error))
        except KhueError as error:
            form.add_error("book_number", words(error))
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("documents:show", pk)
    context = {
        "document": document,
        "form": form,
        "base": json.dumps(base, default=str),
        "theirs": theirs,
        "tabs": tabs(document, request.person),
    }
    return render(request, "documents/edit.html", context, status=409 if theirs else 422 if form.errors else 200)


def _base(request: PersonRequest, now: dict[str, Any]) -> dict[str, Any]:
    """What the person saw when the page was opened, from the form; anything unreadable counts as what is there now."""
    try:
        seen = json.loads(request.POST.get("_base", "{}"))
    except ValueError:
        return now
    return {n: v if str(seen.get(n)) == str(v) else seen.get(n, v) for n, v in now.items()}


@require_POST
def remove_document(request: PersonRequest, pk: int) -> HttpResponse:
    """Out of the lists; the next page offers to put it back."""
    document = remove(document_for(request, pk, "documents.remove").pk, by=request.user, why=request.POST.get("why", "")[:300])
    messages.warning(request, _("Đã bỏ %(name)s khỏi danh sách. Có thể đưa trở lại ở trang này.") % {"name": document.called})
    return redirect("documents:show", pk)


@require_POST
def restore_document(request: PersonRequest, pk: int) -> HttpResponse:
    """Back into the lists."""
    restore(document_for(request, pk, "documents.remove", removed=True).pk, by=request.user)
    messages.success(request, _("Đã đưa trở lại sổ."))
    return redirect("documents:show", pk)


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
    for action in actions:
        action.lines = [_named(line, quotes) for line in told(action)]  # type: ignore[attr-defined]
        action.restorable = _restorable(action)  # type: ignore[attr-defined]
    context = {"document": document, "actions": actions, "tabs": tabs(document, request.person)}
    context["may_restore"] = request.person.can_at("documents.register", document.unit_id) and document.removed_at is None
    return render(request, "documents/history.html", context)


def _named(line: Told, quotes: dict[int, str]) -> Told:
    """A step of the review says its sentence; the log itself knows only a number."""

    def quote(number: re.Match[str]) -> str:
        text = quotes.get(int(number[1]))
        return f"“{Truncator(text).chars(110)}”" if text else number[0]

    return line._replace(name=re.sub(r"#(\d+)", quote, line.name, count=1))


def _restorable(action: Action) -> list[tuple[str, str]]:
    """(field, its word) of each value of the register that the action changed."""
    if action.verb != "document.changed":
        return []
    known: Any = Document._meta
    return [(n, str(known.get_field(n.removesuffix("_id")).verbose_name)) for n in action.changes if n in FIELDS]


@require_POST
def take_back(request: PersonRequest, pk: int, action: int) -> HttpResponse:
    """One field of the register gets the value it had before a change of the history."""
    document = document_for(request, pk, "documents.register")
    name = request.POST.get("field", "")
    done = Action.objects.filter(pk=action, target_type="document", target_id=pk, verb="document.changed").first()
    if done is None or name not in FIELDS or name not in done.changes:
        raise Http404
    known: Any = Document._meta.get_field(name.removesuffix("_id"))
    before = known.to_python(done.changes[name][0])
    try:
        change(pk, by=request.user, base={name: getattr(document, name)}, said_now={name: before})
    except KhueError as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("Đã lấy lại giá trị cũ."))
    return redirect("documents:history", pk)


@require_GET
def gold_export(request: PersonRequest, pk: int) -> HttpResponse:
    """What people corrected, for bettering the reader."""
    document = document_for(request, pk, "documents.review")
    data = json.dumps(gold(document), ensure_ascii=False, indent=1).encode()
    return attachment(data, f"{document.called.replace('/', '-')}.json", "application/json")
