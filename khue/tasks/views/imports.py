"""Plans from spreadsheets: upload, look at every row, import all or the good ones, undo."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts.person import PersonRequest, get_for
from khue.accounts.views.common import page_of, workbook
from khue.core.errors import KhueError
from khue.core.once import once
from khue.core.spoken import speak
from khue.tasks.imports.batch import carry_out, undo, with_counts
from khue.tasks.imports.forms import PlanFileForm
from khue.tasks.imports.kept import Kept, kept_of, take
from khue.tasks.imports.layout import error_file, template_file
from khue.tasks.imports.owners import Unsure
from khue.tasks.imports.rows import PlanRow, check
from khue.tasks.models import ImportBatch
from khue.units.models import Unit
from khue.units.tree import today


@require_GET
def template(request: PersonRequest) -> HttpResponse:
    """The workbook to fill in."""
    return workbook(template_file(request.person.units("tasks.give")[0]), "mau-ke-hoach.xlsx")


@require_http_methods(["GET", "POST"])
def import_plan(request: PersonRequest) -> HttpResponse:
    """Upload; `?xem=<token>` shows what every row will become, and posting there imports it."""
    token = request.GET.get("xem", "")
    if token:
        return _with_plan(request, token)
    form = PlanFileForm(request.POST or None, request.FILES or None, person=request.person)
    if request.method == "POST" and form.is_valid():
        if token := _take(request, form):
            return redirect(f"{request.path}?xem={token}")
    return render(request, "tasks/import.html", {"form": form}, status=422 if form.errors else 200)


def _take(request: PersonRequest, form: PlanFileForm) -> str:
    file, unit = form.cleaned_data["file"], form.cleaned_data["unit"]
    try:
        return take(file, file.name, file.size, unit_id=unit.pk, since=form.cleaned_data["since"], by=request.user)
    except KhueError as error:
        form.add_error("file", f"{speak(error.message)} {speak(error.remedy)}".strip())
        return ""


def _kept(request: PersonRequest, token: str) -> tuple[Kept, Unit] | None:
    kept = kept_of(token, by=request.user)
    if kept is None:
        messages.error(request, _("Lượt xem trước này không còn; tải tệp lên lại."))
        return None
    if not request.person.can_at("tasks.give", kept.unit_id):
        raise PermissionDenied
    return kept, Unit.objects.get(pk=kept.unit_id)


def _chosen(request: PersonRequest) -> Mapping[str, str]:
    return {name: value for name, value in request.POST.items() if name.startswith("chon-") and isinstance(value, str)}


def _checked(request: PersonRequest, kept: Kept, unit: Unit) -> list[PlanRow]:
    return check(kept.rows(), unit=unit, since=kept.since, on=today(), chosen=_chosen(request))


def _with_plan(request: PersonRequest, token: str) -> HttpResponse:
    found = _kept(request, token)
    if found is None:
        return redirect("tasks:import")
    kept, unit = found
    rows = _checked(request, kept, unit)
    choice = request.POST.get("choice", "") if request.method == "POST" else ""
    if choice in ("all", "good"):
        if choice == "all" and any(row.wrong for row in rows):
            messages.error(request, _("Chưa giao việc nào: còn dòng cần sửa."))
            return _preview(request, kept, unit, rows, token, status=409)
        return _carry_out(request, kept, unit, rows)
    return _preview(request, kept, unit, rows, token)


def _preview(request: PersonRequest, kept: Kept, unit: Unit, rows: list[PlanRow], token: str, status: int = 200) -> HttpResponse:
    unsure: dict[str, Unsure] = {}
    at: dict[str, list[int]] = {}
    for row in rows:
        for one in row.unsure:
            if one.offers:
                unsure.setdefault(one.words, one)
                at.setdefault(one.words, []).append(row.number)
    context = {
        "unit": unit,
        "name": kept.file.name,
        "token": token,
        "new": [row for row in rows if row.new],
        "bad": [row for row in rows if row.wrong],
        "already": [row for row in rows if row.already],
        "warned": [row for row in rows if row.new and row.warns],
        "unsure": [(one, list(dict.fromkeys(at[one.words]))) for one in unsure.values()],
        "to_choose": any(one.chosen is None for one in unsure.values()),
        "once": uuid.uuid4().hex,
    }
    return render(request, "tasks/import_preview.html", context, status=status)


def _carry_out(request: PersonRequest, kept: Kept, unit: Unit, rows: list[PlanRow]) -> HttpResponse:
    drafts = [row.draft for row in rows if row.draft and row.new]

    def do() -> dict[str, Any]:
        batch = carry_out(drafts, unit=unit, by=request.user, file_name=kept.file.name)
        return {"id": batch.pk if batch else None, "count": batch.tasks.count() if batch else 0}

    try:
        made = once(request.POST.get("_once", ""), "plan.import", by=request.user, do=do)
    except KhueError as error:
        messages.error(request, f"{speak(error.message)} {speak(error.remedy)}".strip())
        return redirect(request.get_full_path())
    count = made["count"]
    if count:
        words = ngettext("Đã giao {n} việc từ tệp «{name}».", "Đã giao {n} việc từ tệp «{name}».", count)
        messages.success(request, words.format(n=count, name=kept.file.name))
    else:
        messages.info(request, _("Không có việc nào mới trong tệp «{name}».").format(name=kept.file.name))
    return redirect("tasks:batches")


@require_http_methods(["GET", "POST"])
def import_errors(request: PersonRequest) -> HttpResponse:
    """The rows to mend as a file, with what was chosen on the page taken into account."""
    found = _kept(request, request.GET.get("xem", ""))
    if found is None:
        return redirect("tasks:import")
    return workbook(error_file(_checked(request, *found)), "dong-can-sua.xlsx")


@require_GET
def batches(request: PersonRequest) -> HttpResponse:
    """The plans that were imported, newest first."""
    found = ImportBatch.objects.filter(unit_id__in=request.person.scope("tasks.give")).select_related("by", "unit")
    return render(request, "tasks/batches.html", {"page_obj": page_of(request, with_counts(found))})


@require_POST
def batch_undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes a whole plan back; names the tasks that stay because somebody has begun with them."""
    batch = get_for(request.person, ImportBatch.objects.all(), pk, see="tasks.view", need="tasks.give")
    try:
        gone, kept = undo(batch.pk, by=request.user)
    except KhueError as error:
        messages.error(request, f"{speak(error.message)} {speak(error.remedy)}".strip())
        return redirect("tasks:batches")
    words = ngettext("Đã thu hồi {n} việc của tệp «{name}».", "Đã thu hồi {n} việc của tệp «{name}».", gone)
    messages.success(request, words.format(n=gone, name=batch.file_name))
    if kept:
        named = "; ".join(f"«{task.quote[:80]}»" for task in kept[:10]) + ("; …" if len(kept) > 10 else "")
        words = ngettext("Giữ lại {n} việc vì đã có người làm: {names}.", "Giữ lại {n} việc vì đã có người làm: {names}.", len(kept))
        messages.warning(request, words.format(n=len(kept), names=named))
    return redirect(reverse("tasks:batches"))
