"""The list of tasks, its export, kept filters, and one action on many ticked rows."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khue.accounts.person import PersonRequest
from khue.core.models import SavedFilter
from khue.core.once import once
from khue.core.paging import Listed
from khue.core.said import as_data
from khue.tasks import bulk
from khue.tasks.filters import ALL, GIVEN, MINE, PAGE, VIEWS, FilterForm, SaveFilterForm
from khue.tasks.followed import CHUNK, followed, in_parts, tasks
from khue.tasks.followed import by_page as tasks_by_page
from khue.tasks.lists import by_page, first_view, is_named, keeping, own_units, saved_filters, shares
from khue.tasks.reach import tasks_for
from khue.tasks.sheet import shares_xlsx, tasks_xlsx
from khue.tasks.views.common import XLSX, attachment, day_in, fresh_key, number_in, words_in
from khue.units.models import Unit
from khue.units.then import called_then
from khue.units.tree import today

PER_PAGE = 50
MOST_EXPORTED = 20_000


def _asked(request: PersonRequest) -> tuple[FilterForm, dict[str, Any]]:
    form = FilterForm(request.GET, person=request.person)
    asked = form.asked
    if "view" not in asked:
        # a link that names a unit or a task means its shares
        asked["view"] = ALL if asked.get("unit") or asked.get("task") else first_view(request.person)
    return form, asked


@require_GET
def task_list(request: PersonRequest) -> HttpResponse:
    """The shares or tasks one may see, filtered by the address; late ones first."""
    form, asked = _asked(request)
    by_task, on = asked["view"] == GIVEN, asked.get("on") or today()
    rows = (tasks if by_task else shares)(request.person, asked, on)
    listed = _listed(request, rows, asked, on, by_task=by_task)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    if by_task:
        page.object_list = followed(page.object_list, on)
    elif on < today():
        page.object_list = list(called_then(page.object_list, on, "unit", "task.unit"))
    kept = {k: v for k, v in request.GET.items() if v and k != "page"}
    filters = {k: v for k, v in kept.items() if k not in ("view", "sort")}
    query = urlencode(kept)
    context = {
        "form": form,
        "view": asked["view"],
        "by_task": by_task,
        "tabs": [(name, word, urlencode(filters | {"view": name})) for name, word in VIEWS.items()],
        "page_obj": page,
        "on": asked.get("on"),
        "as_of": on if on < today() else None,
        "day_query": f"&on={on:%Y-%m-%d}" if asked.get("on") else "",
        "query": urlencode({"view": asked["view"]} | kept),
        "saved": saved_filters(request.person),
        "save": SaveFilterForm(initial={"query": query}),
        "filtered": bool(filters),
        "conditions": form.conditions,
        "unit": next(called_then(Unit.objects.filter(pk=asked["unit"]), on, ""), None) if asked.get("unit") else None,
        "task": tasks_for(request.person, past=True).filter(pk=asked["task"]).first() if asked.get("task") else None,
        "actions": [] if on < today() else bulk.offered(request.person, asked["view"]),
        "show_unit": asked["view"] != MINE or len(own_units(request.person)) > 1,
        "may_give": request.person.can("tasks.give"),
    }
    return render(request, "tasks/list.html", context)


def _listed(request: PersonRequest, rows: Any, asked: dict[str, Any], on: date, *, by_task: bool) -> Listed:
    keep = keeping(request.person, asked, on)
    if by_task:
        return tasks_by_page(request.person, rows, asked, keep)
    return by_page(rows, asked, on, named=is_named(request.person, asked), keep=keep)


@require_GET
def export(request: PersonRequest) -> HttpResponse:
    """Exactly the list on screen, all pages of it, as a spreadsheet."""
    _form, asked = _asked(request)
    on = asked.get("on") or today()
    if asked["view"] == GIVEN:
        found = tasks(request.person, asked, on)[:MOST_EXPORTED]
        return attachment(tasks_xlsx(in_parts(found, on)), _("viec-theo-doi.xlsx"), XLSX)
    rows = shares(request.person, asked, on)[:MOST_EXPORTED].iterator(CHUNK)
    return attachment(shares_xlsx(called_then(rows, on, "unit", "task.unit"), on), _("cong-viec.xlsx"), XLSX)


@require_POST
def save_filter(request: PersonRequest) -> HttpResponse:
    """Keeps the filters of the list under a name, or drops a kept one."""
    if request.POST.get("drop"):
        SavedFilter.objects.filter(pk=number_in(request.POST["drop"]), by=request.user, page=PAGE).delete()
        return redirect(PAGE)
    form = SaveFilterForm(request.POST)
    if form.is_valid():
        unit = request.person.home_unit
        shared = unit.pk if form.cleaned_data["shared"] and unit else None
        SavedFilter.objects.update_or_create(
            page=PAGE, by=request.user, name=form.cleaned_data["name"], defaults={"query": form.cleaned_data["query"], "unit_id": shared}
        )
    return redirect(f"{reverse(PAGE)}?{request.POST.get('query', '')}")


@require_POST
def bulk_action(request: PersonRequest) -> HttpResponse:
    """First says what would happen to which rows; confirmed, does it and names what was passed over and why."""
    view = request.POST.get("view", "")
    action = bulk.actions(view).get(request.POST.get("action", ""))
    ids = [n for n in map(number_in, request.POST.getlist("row")) if n]
    back = f"{reverse(PAGE)}?{request.POST.get('query', '')}"
    if action is None:
        raise Http404
    if not ids:
        messages.warning(request, _("Chưa chọn dòng nào."))
        return redirect(back)
    context = {"action": action, "view": view, "query": request.POST.get("query", ""), "back": back, "once": fresh_key()}
    asked = _typed(request)
    missing = (action.needs == "text" and not asked.text) or (action.needs == "day" and asked.day is None)
    if not request.POST.get("confirmed") or missing:
        will, skipped = bulk.plan(request.person, action, bulk.ticked(request.person, view, ids))
        context |= {"will": will, "skipped": skipped, "asked": asked, "missing": missing and bool(request.POST.get("confirmed"))}
        return render(request, "tasks/bulk.html", context, status=422 if context["missing"] else 200)

    def do() -> dict[str, Any]:
        done, skipped = bulk.carry_out(request.person, action, bulk.ticked(request.person, view, ids), asked)
        return {"done": [r.name for r in done], "skipped": [{"name": r.name, "why": as_data(r.why)} for r in skipped]}

    context |= once(request.POST.get("_once", ""), f"task.bulk.{action.name}", by=request.user, do=do)
    return render(request, "tasks/bulk_done.html", context)


def _typed(request: PersonRequest) -> bulk.Asked:
    bases = {number_in(k[5:]): day_in(str(v)) for k, v in request.POST.items() if k.startswith("base-")}
    return bulk.Asked(words_in(request.POST.get("text", "")), day_in(request.POST.get("day", "")), bases)
