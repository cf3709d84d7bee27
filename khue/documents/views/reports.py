"""Reports: the list, a new one, the sheet with its pieces, issuing, the files."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts.person import PersonRequest, get_for
from khue.core.errors import KhueError, MissingTool
from khue.core.once import once
from khue.documents.forms_report import NewReportForm, ReportHeadForm, field_of
from khue.documents.models import Report
from khue.documents.register import Stale
from khue.documents.report.compose import compose
from khue.documents.report.editing import HEAD_FIELDS, StaleBlock, add_block, change_head, edit_block, move_block, remove_block
from khue.documents.report.gather import Matter
from khue.documents.report.issuing import file_name, is_signer, issue, missing, proposed_number, unfilled, written
from khue.documents.report.kept import number_of, with_numbers
from khue.documents.report.letterhead import COUNTRY, KIND, MOTTO, letter_of
from khue.documents.report.replacing import beside, replace
from khue.documents.report.screen import pieces
from khue.documents.report.service import make_draft, refresh
from khue.documents.views.common import attachment, words
from khue.tasks.addressing import one_unit

PER_PAGE = 50
FORMATS = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}


def report_for(request: PersonRequest, pk: int, need: str = "documents.view") -> Report:
    """The report, where the person may do `need` with it; 404 outside what they see."""
    reports = Report.objects.select_related("unit", "document", "about_unit", "issued_as", "created_by", "issued_by")
    return get_for(request.person, reports, pk, see="documents.view", need=need)


@require_GET
def reports(request: PersonRequest) -> HttpResponse:
    """The reports of the units one sees, the newest first."""
    found = Report.objects.filter(unit_id__in=request.person.scope("documents.view"))
    state, about, q = request.GET.get("state", ""), request.GET.get("about", ""), request.GET.get("q", "").strip()
    if state in Report.State.values:
        found = found.filter(state=state)
    if about in Report.About.values:
        found = found.filter(about=about)
    found = with_numbers(found)
    if q:
        found = found.filter(Q(title__icontains=q) | Q(said_number__icontains=q))
    page = Paginator(found.select_related("unit", "issued_as").defer("blocks", "figures"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "abouts": Report.About.choices, "states": Report.State.choices, "state": state, "about": about, "q": q}
    return render(
        request,
        "documents/reports.html",
        context | {"may_make": request.person.can("documents.report"), "filtered": bool(state or about or q)},
    )


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """What to report on; the draft is composed at once."""
    initial = {"document": request.GET.get("document"), "about": request.GET.get("about") or Report.About.DOCUMENT}
    form = NewReportForm(request.POST or None, person=request.person, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = once(
                request.POST.get("_once", ""), "report.new", by=request.user, do=lambda: {"id": _make(request, form.cleaned_data).pk}
            )
        except KhueError as error:
            form.add_error(field_of(error.code), words(error))
        else:
            return redirect("documents:report", made["id"])
    return render(request, "documents/report_new.html", {"form": form, "once": uuid.uuid4().hex}, status=422 if form.errors else 200)


def _make(request: PersonRequest, data: dict[str, Any]) -> Report:
    about_unit = one_unit(data["where"], data["ref"], data["unit"]) if data["about"] == Report.About.UNIT else None
    if about_unit and not request.person.can_at("tasks.view", about_unit.pk):
        raise PermissionDenied
    return make_draft(
        data["unit"],
        data["about"],
        by=request.user,
        document=data["document"],
        about_unit=about_unit,
        starts_on=data["starts_on"],
        as_of=data["as_of"],
    )


@require_GET
def report(request: PersonRequest, pk: int) -> HttpResponse:
    """The report as a sheet of paper; `sua` names the piece that is open for editing."""
    return _show(request, report_for(request, pk), opened=request.GET.get("sua", ""))


def _show(
    request: PersonRequest,
    found: Report,
    *,
    opened: str = "",
    mine: str | None = None,
    form: Any = None,
    theirs: Any = None,
    status: int = 200,
) -> HttpResponse:
    draft = found.state == Report.State.DRAFT
    may_edit = draft and request.person.can_at("documents.report", found.unit_id)
    base = {name: getattr(found, name) for name in HEAD_FIELDS}
    context = {
        **_sheet(found),
        "may_edit": may_edit,
        "may_issue": draft and request.person.can_at("documents.issue", found.unit_id),
        "opened": opened if may_edit else "",
        "mine": mine,
        "theirs": theirs,
        "head_form": form or (ReportHeadForm(instance=found) if may_edit and opened == "head" else None),
        "base": json.dumps(base, ensure_ascii=False),
        "moves": (("up", _("Lên")), ("down", _("Xuống")), ("remove", _("Bỏ đoạn này"))),
        "once": uuid.uuid4().hex,
        "dropped": len(found.figures.get("dropped", [])),
        "may_replace": not draft and request.person.can_at("documents.report", found.unit_id),
        **beside(found),
    }
    return render(request, "documents/report.html", context, status=status)


def _sheet(found: Report) -> dict[str, Any]:
    """What the sheet of paper shows."""
    shown = pieces(found)
    return {
        "report": found,
        "letter": letter_of(found),
        "pieces": shown,
        "appendices": sum(p.number > 0 for p in shown),
        "country": COUNTRY,
        "motto": MOTTO,
        "kind_word": KIND,
    }


@require_POST
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """One change of one piece, or of the fields around the text. What another person changed meanwhile is shown beside."""
    found = report_for(request, pk, "documents.report")
    do, block = request.POST.get("do", ""), request.POST.get("block", "")
    if do == "head":
        return _edit_head(request, found)
    try:
        _carry_out(pk, do, block, request)
    except StaleBlock as error:
        messages.error(request, words(error))
        found.refresh_from_db()
        gone = error.theirs is None
        return _show(request, found, opened="" if gone else block, mine=request.POST.get("text", ""), theirs=error.theirs or "", status=409)
    except KhueError as error:
        messages.error(request, words(error))
        return redirect(f"{reverse('documents:report', args=[pk])}?sua={block}#b-{block}")
    return redirect(f"{reverse('documents:report', args=[pk])}#b-{block}")


def _carry_out(pk: int, do: str, block: str, request: PersonRequest) -> None:
    rev = int(request.POST.get("rev") or 0) if (request.POST.get("rev") or "0").isdigit() else 0
    text = request.POST.get("text", "")
    if do == "edit":
        edit_block(pk, block, text, rev=rev, by=request.user)
    elif do == "add":
        kind = "heading" if request.POST.get("kind") == "heading" else "text"

        def add() -> dict[str, Any]:
            add_block(pk, text, after=block, kind=kind, by=request.user)
            return {}

        once(request.POST.get("_once", ""), "report.add", by=request.user, do=add)
    elif do == "remove":
        remove_block(pk, block, rev=rev, by=request.user)
    elif do in ("up", "down"):
        move_block(pk, block, -1 if do == "up" else 1, rev=rev, by=request.user)


def _edit_head(request: PersonRequest, found: Report) -> HttpResponse:
    seen = {name: getattr(found, name) for name in HEAD_FIELDS}
    try:
        base = seen | {n: str(v) for n, v in json.loads(request.POST.get("_base", "{}")).items() if n in HEAD_FIELDS}
    except (ValueError, AttributeError):
        base = seen
    form = ReportHeadForm(request.POST, instance=Report.objects.get(pk=found.pk))
    if not form.is_valid():
        return _show(request, found, opened="head", form=form, status=422)
    now = {n: form.cleaned_data[n].replace("\r\n", "\n") for n in HEAD_FIELDS}
    try:
        change_head(found.pk, by=request.user, base=base, said_now=now)
    except Stale as error:
        form.add_error(None, words(error))
        found.refresh_from_db()
        return _show(request, found, opened="head", form=form, theirs=error.theirs, status=409)
    except KhueError as error:
        messages.error(request, words(error))
    return redirect("documents:report", found.pk)


@require_POST
def refresh_report(request: PersonRequest, pk: int) -> HttpResponse:
    """The figures and sentences anew; what people changed stays and is named."""
    report_for(request, pk, "documents.report")
    try:
        day = parse_date(request.POST.get("as_of", ""))
    except ValueError:
        day = None
    try:
        done = refresh(pk, by=request.user, as_of=day, bring_back=bool(request.POST.get("bring_back")))
    except KhueError as error:
        messages.error(request, words(error))
        return redirect("documents:report", pk)
    text = ngettext("Đã cập nhật: %(n)s đoạn đổi theo số liệu mới.", "Đã cập nhật: %(n)s đoạn đổi theo số liệu mới.", done.changed)
    messages.success(request, text % {"n": done.changed})
    if done.kept:
        kept = ngettext(
            "%(n)s đoạn bạn đã sửa được giữ nguyên dù số liệu đã đổi; xem lại các đoạn có dấu.",
            "%(n)s đoạn bạn đã sửa được giữ nguyên dù số liệu đã đổi; xem lại các đoạn có dấu.",
            len(done.kept),
        )
        messages.warning(request, kept % {"n": len(done.kept)})
    return redirect("documents:report", pk)


@require_POST
def replace_report(request: PersonRequest, pk: int) -> HttpResponse:
    """A draft that takes the place of one that was issued."""
    report_for(request, pk, "documents.report")
    try:
        pk = replace(pk, by=request.user).pk
    except KhueError as error:
        messages.error(request, words(error))
    return redirect("documents:report", pk)


@require_http_methods(["GET", "POST"])
def issue_report(request: PersonRequest, pk: int) -> HttpResponse:
    """The last look, the number, then it goes out."""
    found = report_for(request, pk, "documents.issue")
    if found.state == Report.State.ISSUED:
        return redirect("documents:report", pk)
    error = ""
    if request.method == "POST":
        version = request.POST.get("version", "")

        def do() -> dict[str, Any]:
            asked: dict[str, Any] = {"number": request.POST.get("number", ""), "signed": bool(request.POST.get("signed"))}
            done = issue(pk, by=request.user, version=int(version) if version.isdigit() else None, **asked)
            return {"number": number_of(done)}

        try:
            made = once(request.POST.get("_once", ""), "report.issue", by=request.user, do=do)
        except KhueError as problem:
            error = words(problem)
            found.refresh_from_db()
        else:
            messages.success(request, _("Đã ban hành báo cáo số %(number)s; báo cáo đã vào sổ văn bản đi.") % made)
            return redirect("documents:report", pk)
    now = compose(Matter.of(found)).figures()["numbers"]
    context = {
        **_sheet(found),
        "number": request.POST.get("number") or proposed_number(found.unit),
        "missing": missing(found),
        "unfilled": unfilled(found),
        "is_signer": is_signer(found, request.user),
        "signed": bool(request.POST.get("signed")),
        "old_figures": now != found.figures.get("numbers"),
        "error": error,
        "once": uuid.uuid4().hex,
    }
    return render(request, "documents/report_issue.html", context, status=422 if error else 200)


@require_GET
def report_file(request: PersonRequest, pk: int, kind: str) -> HttpResponse:
    """The report as .docx or .pdf."""
    found = report_for(request, pk)
    if kind not in FORMATS:
        raise Http404
    try:
        data = written(found, kind)
    except MissingTool as error:
        messages.error(request, words(error))
        return redirect("documents:report", pk)
    return attachment(data, file_name(found, kind), FORMATS[kind])
