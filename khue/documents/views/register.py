"""The register: the list, the export, entering with and without a file."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts.person import PersonRequest
from khue.core.errors import KhueError
from khue.core.models import SavedFilter
from khue.core.once import once
from khue.core.paging import Listed
from khue.documents.forms import FilterForm, NewDocumentForm, SaveFilterForm, UploadForm
from khue.documents.lists import PAGE, as_xlsx, filtered, saved_filters, with_counts
from khue.documents.models import Document
from khue.documents.reach import documents_asking
from khue.documents.register import Same, register, take_in
from khue.documents.then import as_then
from khue.documents.views.common import attachment, document_for, words
from khue.files.check import ACCEPT, too_large
from khue.tasks.views.common import earlier_day
from khue.units.tree import today

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: PersonRequest) -> tuple[FilterForm, dict[str, Any]]:
    form = FilterForm(request.GET)
    form.is_valid()
    return form, form.cleaned_data | {"on": earlier_day(str(form.cleaned_data.get("on") or ""))}


@require_GET
def register_list(request: PersonRequest) -> HttpResponse:
    """The documents one may see, filtered by the address."""
    form, asked = _asked(request)
    page = Paginator(Listed(with_counts(filtered(request.person, asked))), PER_PAGE).get_page(request.GET.get("page"))
    if on := asked["on"]:
        page.object_list = list(as_then(page.object_list, on, "unit"))
    query = urlencode({k: v for k, v in request.GET.items() if v and k != "page"})
    save = SaveFilterForm(initial={"query": query})
    return render(
        request,
        "documents/register.html",
        {
            "form": form,
            "page_obj": page,
            "query": query,
            "saved": saved_filters(request.person),
            "save": save,
            "filtered": bool(query),
            "direction": asked.get("direction"),
            "as_of": on,
            "more": any(asked.get(name) for name in ("on", "since", "until", "booked_since", "booked_until", "removed")),
            "may_register": request.person.can("documents.register"),
            "asked_elsewhere": request.person.can("tasks.view") and documents_asking(request.person, today()).exists(),
        },
    )


@require_GET
def export(request: PersonRequest) -> HttpResponse:
    """Exactly the list on screen, all pages of it, as a spreadsheet."""
    _form, asked = _asked(request)
    return attachment(as_xlsx(with_counts(filtered(request.person, asked)), asked["on"]), _("so-van-ban.xlsx"), XLSX)


@require_POST
def save_filter(request: PersonRequest) -> HttpResponse:
    """Keeps the filters of the list under a name, or drops a kept one."""
    if request.POST.get("drop"):
        SavedFilter.objects.filter(pk=request.POST["drop"], by=request.user).delete()
        return redirect(PAGE)
    form = SaveFilterForm(request.POST)
    if form.is_valid():
        unit = request.person.home_unit
        shared = unit.pk if form.cleaned_data["shared"] and unit else None
        SavedFilter.objects.update_or_create(
            page=PAGE, by=request.user, name=form.cleaned_data["name"], defaults={"query": form.cleaned_data["query"], "unit_id": shared}
        )
    query = request.POST.get("query", "")
    return redirect(f"{reverse(PAGE)}?{query}")


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """A document without a file."""
    form = NewDocumentForm(request.POST or None, person=request.person)
    if request.method == "POST" and form.is_valid():
        data = {k: v for k, v in form.cleaned_data.items() if v not in (None, "")}
        unit = data.pop("unit")

        def make() -> dict[str, Any]:
            return {"id": register(unit, by=request.user, read=False, **data).pk}

        try:
            made = once(request.POST.get("_once", ""), "document.new", by=request.user, do=make)
        except KhueError as error:
            form.add_error("book_number" if error.code == "document.book_number" else None, words(error))
        else:
            return redirect("documents:show", made["id"])
    return render(request, "documents/new.html", {"form": form, "once": uuid.uuid4().hex}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def upload(request: PersonRequest) -> HttpResponse:
    """Files come in, many at once; each is told what became of it."""
    form = UploadForm(request.POST or None, person=request.person)
    no_files = ""
    if request.method == "POST":
        if request.POST.get("again"):
            return _again(request)
        too_big = getattr(request, "too_large", [])
        files = request.FILES.getlist("files")
        if form.is_valid() and (files or too_big):
            return _take_all(request, form, files, too_big)
        if not files:
            no_files = _("Chưa chọn tệp nào.")
    context = {"form": form, "accept": ACCEPT, "once": uuid.uuid4().hex, "max_upload_mb": settings.MAX_UPLOAD_BYTES // 1_000_000}
    context["no_files"] = no_files
    return render(request, "documents/upload.html", context, status=422 if form.errors or no_files else 200)


def _take_all(request: PersonRequest, form: UploadForm, files: list[Any], too_big: list[str]) -> HttpResponse:
    unit, direction = form.cleaned_data["unit"], form.cleaned_data["direction"]
    if not request.person.can_at("documents.register", unit.pk):
        raise PermissionDenied
    key = request.POST.get("_once", "")

    def one(n: int, file: Any) -> dict[str, Any]:
        def do() -> dict[str, Any]:
            taken = take_in(unit, file, file.name or "", file.size, by=request.user, direction=direction)
            if isinstance(taken, Same):
                return {"name": file.name, "same": taken.document.pk}
            return {"name": file.name, "id": taken.pk}

        try:
            return once(f"{key}-{n}" if key else "", "document.upload", by=request.user, do=do)
        except KhueError as error:
            return {"name": file.name, "error": words(error)}

    outcome: list[dict[str, Any]] = [{"name": name, "error": words(too_large(name))} for name in too_big]
    outcome += [one(n, file) for n, file in enumerate(files)]
    made = [o for o in outcome if "id" in o]
    if len(outcome) == 1 and made:
        return redirect("documents:show", made[0]["id"])
    there = Document.objects.in_bulk([o.get("id") or o.get("same") for o in outcome if "id" in o or "same" in o])
    for o in outcome:
        o["document"] = there.get(o.get("id") or o.get("same") or 0)
    if made:
        messages.success(request, ngettext("Đã nhận %(n)s văn bản.", "Đã nhận %(n)s văn bản.", len(made)) % {"n": len(made)})
    context = {
        "outcome": outcome,
        "once": uuid.uuid4().hex,
        "unit": unit,
        "direction": direction,
        "any_same": any("same" in o for o in outcome),
    }
    return render(request, "documents/uploaded.html", context, status=200 if made or not any("error" in o for o in outcome) else 422)


def _again(request: PersonRequest) -> HttpResponse:
    """A file that is there already is entered once more, because the person says that it is another document."""
    there = document_for(request, int(request.POST["again"]), "documents.register")

    def do() -> dict[str, Any]:
        return {"id": register(there.unit, by=request.user, file=there.file, direction=there.direction).pk}

    made = once(request.POST.get("_once", ""), "document.again", by=request.user, do=do)
    return redirect("documents:show", made["id"])
