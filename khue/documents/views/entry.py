"""The entry of a document in the register: its fields, its file, out of the register and back."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from khue.accounts.person import PersonRequest
from khue.core.errors import KhueError
from khue.core.models import Action
from khue.core.once import once
from khue.core.said import said
from khue.documents.forms import DocumentForm, RemoveForm
from khue.documents.frozen import FROZEN, frozen_values, in_words, is_issued, refuse_issued
from khue.documents.models import Document
from khue.documents.register import FIELDS, Stale, attach, change, remove, restore, takes_file
from khue.documents.replacing import replace_file, replaceable
from khue.documents.views.common import document_for, tabs, words
from khue.files.check import ACCEPT, clean_name, too_large
from khue.tasks.models import Task


def adding(document: Document) -> dict[str, Any]:
    """What the form for adding a file needs; {} where there is one or none may be added."""
    return _file_form() if takes_file(document) else {}


def _file_form() -> dict[str, Any]:
    return {"accept": ACCEPT, "max_upload_mb": settings.MAX_UPLOAD_BYTES // 1_000_000, "once": uuid.uuid4().hex}


@require_http_methods(["GET", "POST"])
def attach_file(request: PersonRequest, pk: int) -> HttpResponse:
    """The file of a document that was entered without one; it is read as one that is uploaded."""
    return _with_file(request, pk, "document.attach", attach, takes_file)


@require_http_methods(["GET", "POST"])
def replace(request: PersonRequest, pk: int) -> HttpResponse:
    """Another file instead of a broken or wrong one, under the same number."""
    return _with_file(request, pk, "document.replace", replace_file, replaceable)


def _with_file(request: PersonRequest, pk: int, act: str, do: Callable[..., Document], may: Callable[[Document], bool]) -> HttpResponse:
    """The page with the field for one file; the page of the document where it takes none, or has it now."""
    document = document_for(request, pk, "documents.register")
    error = ""
    if request.method == "POST":
        try:
            once(request.POST.get("_once", ""), act, by=request.user, do=lambda: _take(request, pk, do))
        except KhueError as refused:
            error = words(refused)
        else:
            return redirect("documents:show", pk)
    if not may(document):
        if error:
            messages.error(request, error)
        return redirect("documents:show", pk)
    context = {"document": document, "tabs": tabs(document, request.person), "error": error, **_file_form()}
    context |= {"replaces": document.file_id, "decided": document.events.exists()}
    return render(request, "documents/attach.html", context, status=422 if error else 200)


def _take(request: PersonRequest, pk: int, do: Callable[..., Document]) -> dict[str, Any]:
    sent = request.FILES.get("file")
    for name in getattr(request, "too_large", []):
        raise too_large(clean_name(name))
    if sent is None:
        raise KhueError("document.no_file", said("Chưa chọn tệp nào."))
    return {"id": do(pk, sent, sent.name or "", sent.size or 0, by=request.user).pk}


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The fields of the register. What another person changed meanwhile is shown beside, nothing is lost."""
    document = document_for(request, pk, "documents.register")
    form = DocumentForm(request.POST or None, instance=Document.objects.get(pk=pk), person=request.person)
    theirs: list[tuple[str, Any]] = []
    base = {name: getattr(document, name) for name in FIELDS if name.removesuffix("_id") in form.fields}
    if request.method == "POST" and form.is_valid():
        try:
            change(pk, by=request.user, base=_base(request, base), said_now=_said_now(form, document))
        except Stale as error:
            theirs = in_words(Document.objects.get(pk=pk), error.theirs)
            form.add_error(None, words(error))
        except KhueError as error:
            form.add_error("book_number" if error.code == "document.book_number" else None, words(error))
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("documents:show", pk)
    context = {
        "document": document,
        "form": form,
        "base": json.dumps(base, default=str),
        "theirs": theirs,
        "tabs": tabs(document, request.person),
        "frozen": frozen_values(document) if is_issued(document) else [],
    }
    return render(request, "documents/edit.html", context, status=409 if theirs else 422 if form.errors else 200)


def _said_now(form: DocumentForm, document: Document) -> dict[str, Any]:
    now = {n: form.cleaned_data.get(n.removesuffix("_id")) for n in FIELDS if n.removesuffix("_id") in form.fields}
    now = {n: v.pk if n.endswith("_id") and v is not None else v for n, v in now.items()}
    if "book_number" in now:
        now["book_number"] = now["book_number"] or document.book_number
    return now


def _base(request: PersonRequest, now: dict[str, Any]) -> dict[str, Any]:
    """What the person saw when the page was opened, from the form; anything unreadable counts as what is there now."""
    try:
        seen = json.loads(request.POST.get("_base", "{}"))
    except ValueError:
        return now
    return {n: v if str(seen.get(n)) == str(v) else seen.get(n, v) for n, v in now.items()}


@require_http_methods(["GET", "POST"])
def remove_document(request: PersonRequest, pk: int) -> HttpResponse:
    """Out of the register, with a reason; the next page offers to put it back."""
    document = document_for(request, pk, "documents.remove")
    try:
        refuse_issued(document)
    except KhueError as error:
        messages.error(request, words(error))
        return redirect("documents:show", pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remove(pk, by=request.user, why=form.cleaned_data["why"])
        except KhueError as error:
            form.add_error("why", words(error))
        else:
            messages.warning(request, _("Đã bỏ %(name)s khỏi sổ. Có thể đưa trở lại ở trang này.") % {"name": document.called})
            return redirect("documents:show", pk)
    given = Task.objects.filter(document_id=pk, withdrawn_at__isnull=True, series__isnull=True).count()
    context = {"document": document, "tabs": tabs(document, request.person), "form": form, "given": given}
    return render(request, "documents/remove.html", context, status=422 if form.errors else 200)


@require_POST
def restore_document(request: PersonRequest, pk: int) -> HttpResponse:
    """Back into the lists."""
    restore(document_for(request, pk, "documents.remove", removed=True).pk, by=request.user)
    messages.success(request, _("Đã đưa trở lại sổ."))
    return redirect("documents:show", pk)


def restorable(action: Action, document: Document) -> list[tuple[str, str]]:
    """(field, its word) of each value of the register that the action changed and that may be taken back."""
    if action.verb != "document.changed":
        return []
    known: Any = Document._meta
    open_ones = [n for n in FIELDS if not (is_issued(document) and n in FROZEN)]
    return [(n, str(known.get_field(n.removesuffix("_id")).verbose_name)) for n in action.changes if n in open_ones]


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
