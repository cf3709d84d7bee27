"""The month's programme: page, export, moving a task to another day and back."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from khue.accounts.person import PersonRequest
from khue.accounts.views.common import workbook
from khue.core.errors import KhueError
from khue.core.spoken import speak
from khue.core.text import squeeze
from khue.tasks.dues import not_past
from khue.tasks.give import move_due
from khue.tasks.models import Task
from khue.tasks.month import Asked, Entry, Programme, move_back, programme
from khue.tasks.month_files import as_ics, as_xlsx, result, title, when
from khue.tasks.reach import task_for
from khue.tasks.views.common import earlier_day
from khue.tasks.workdays import why_not_working
from khue.units.models import Unit
from khue.units.picking import Picker
from khue.units.then import unit_then
from khue.units.tree import today

KINDS = ("", "mine", "given")
# rows of the page, fewer where the month does not fit it: a whole province; the spreadsheet has all
MOST_ROWS, ROWS_OF_MANY = 100, 60
# tasks that a day of the grid, and the strip of those without a day, show at once; fewer where the month does not fit the page
PER_DAY, PER_DAY_OF_MANY = 5, 3
LOOSE, LOOSE_OF_MANY = 40, 15


def _asked(data: Any) -> Asked:
    """What the address asks for; what cannot be read is this month (that of an earlier day), one's own units, every task."""
    match = re.fullmatch(r"(\d{4})-(\d\d?)", data.get("thang", ""))
    as_of = earlier_day(data.get("tinh_den", ""))
    now = as_of or today()
    year, month = (int(match[1]), int(match[2])) if match else (now.year, now.month)
    if not (1990 <= year <= 2200 and 1 <= month <= 12):
        year, month = now.year, now.month
    unit, document, kind = data.get("don_vi", ""), data.get("van_ban", ""), data.get("loai", "")
    return Asked(
        year,
        month,
        unit if unit == "all" or re.fullmatch(r"\d{1,15}", unit) else "",
        kind if kind in KINDS else "",
        int(document) if re.fullmatch(r"\d{1,15}", document) else None,
        as_of,
    )


def _step(asked: Asked, months: int) -> str:
    number = asked.year * 12 + asked.month - 1 + months
    return f"{number // 12}-{number % 12 + 1:02}"


def _query(asked: Asked, **more: str) -> str:
    said = {"thang": f"{asked.year}-{asked.month:02}", "don_vi": asked.unit, "loai": asked.kind, "van_ban": asked.document or ""}
    said["tinh_den"] = f"{asked.as_of or ''}"
    return urlencode({name: value for name, value in (said | more).items() if value})


@require_GET
def month(request: PersonRequest) -> HttpResponse:
    """A month of tasks: a grid on a desk, a list everywhere, the programme on paper."""
    asked = _asked(request.GET)
    chosen, wrong = _typed_unit(request, asked)
    if chosen:
        return redirect(f"{request.path}?{_query(asked, don_vi=str(chosen))}")
    found = programme(request.person, asked, _shown)
    most, per_day, most_loose = _most(found)
    left = max(0, len(found.entries) - most)
    context = {
        "p": found,
        "asked": asked,
        "title": title(found),
        "typed": request.GET.get("ten", "")[:300],
        "wrong": wrong,
        "rows": [(entry, when(entry), result(entry)) for entry in found.entries[:most]],
        "left": left,
        "per_day": per_day,
        "first": f":{per_day}",
        "rest": f"{per_day}:",
        "most_loose": most_loose,
        "loose": f":{most_loose}",
        "query": _query(asked),
        "before": _query(asked, thang=_step(asked, -1)),
        "after": _query(asked, thang=_step(asked, 1)),
        "now": _query(asked, thang=f"{today():%Y-%m}", tinh_den=""),
        "month_value": f"{asked.year}-{asked.month:02}",
        "today": asked.on,
        "unit_name": _unit_name(request, found),
        "moved": _moved(request),
        "may_import": request.person.can("tasks.give") and not asked.as_of,
        "may_move": any(entry.movable for entry in found.entries),
    }
    return render(request, "tasks/month.html", context)


def _typed_unit(request: PersonRequest, asked: Asked) -> tuple[int, str]:
    """(the unit that was typed or picked, what is wrong with the words); (0, "") where none was typed."""
    words, home = squeeze(request.GET.get("ten", ""))[:300], request.person.home_unit
    if not words or home is None:
        return 0, ""
    try:
        found = Picker(home, asked.on).one(words, request.GET.get("ten_ref", ""))
    except ValidationError as error:
        return 0, error.messages[0]
    if not Unit.objects.filter(pk=found, pk__in=request.person.scope("tasks.view")).exists():
        return 0, _("Bạn không xem được việc của “{words}”.").format(words=words)
    return int(found), ""


def _most(found: Programme) -> tuple[int, int, int]:
    """(rows, tasks of a day, tasks without a day) that the page shows at once."""
    if len(found.entries) > MOST_ROWS:
        return ROWS_OF_MANY, PER_DAY_OF_MANY, LOOSE_OF_MANY
    return MOST_ROWS, PER_DAY, LOOSE


def _shown(found: Programme) -> list[Entry]:
    """The rows, and of a month that does not fit the page those of the grid."""
    most, per_day, most_loose = _most(found)
    if len(found.entries) <= most:
        return found.entries
    grid = [entry for _day, entries in found.days for entry in entries[:per_day]]
    return [*found.entries[:most], *found.loose[:most_loose], *grid]


def _unit_name(request: PersonRequest, found: Programme) -> str:
    """Whose programme it is, for its head on paper."""
    if found.asked.unit.isdigit():
        return dict(found.units).get(int(found.asked.unit), "")
    home = request.person.home_unit
    return unit_then(home, found.asked.on).name if home else ""


def _moved(request: PersonRequest) -> dict[str, Any] | None:
    """The move that was just made without a script, so that it can be undone."""
    pk, came, went = (request.GET.get(name, "") for name in ("vua_doi", "tu", "den"))
    if not (re.fullmatch(r"\d{1,15}", pk) and _day(went)):
        return None
    task = Task.objects.filter(pk=int(pk), unit_id__in=request.person.scope("tasks.give")).first()
    if task is None or task.due_on != _day(went):
        return None
    return {"task": task, "from": came, "to": went}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


@require_GET
def export(request: PersonRequest, kind: str) -> HttpResponse:
    """The month on screen as a calendar or a spreadsheet."""
    asked = _asked(request.GET)
    found = programme(request.person, asked)
    name = f"chuong-trinh-{asked.year}-{asked.month:02}.{kind}"
    if kind == "xlsx":
        return workbook(as_xlsx(found, _unit_name(request, found)), name)
    if kind == "ics":
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(as_ics(found, settings.BASE_URL), content_type="text/calendar; charset=utf-8", headers=disposition)
    raise Http404


@require_POST
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Another day for a task; `base` is the day that was seen, `undo` takes a move back."""
    task = task_for(request.person, pk, "tasks.give")
    day, base = _day(request.POST.get("den", "")), _day(request.POST.get("base", ""))
    undo = bool(request.POST.get("undo"))
    if day is None and not (undo and not request.POST.get("den")):
        return _answer(request, _("Ngày chưa đúng; ghi một ngày như 15/3/2024."), status=422)
    try:
        if undo:
            move_back(task.pk, day, by=request.user, base=base)
        else:
            move_due(task.pk, day and not_past(day), by=request.user, base=base)
    except KhueError as error:
        return _answer(request, f"{speak(error.message)} {speak(error.remedy)}".strip(), status=409)
    if undo:
        return _answer(request, _("Đã trả lại thời hạn cũ."))
    return _answer(
        request, _words(day), moved={"vua_doi": str(pk), "tu": base.isoformat() if base else "", "den": day.isoformat() if day else ""}
    )


def _words(day: date | None) -> str:
    if day is None:
        return _("Đã bỏ thời hạn.")
    words = _("Đã dời sang {day}.").format(day=f"{day:%d/%m/%Y}")
    reason = why_not_working(day)
    return f"{words} {_('Ngày này là ngày nghỉ: {reason}.').format(reason=reason)}" if reason else words


def _answer(request: PersonRequest, words: str, *, status: int = 200, moved: dict[str, str] | None = None) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": status == 200, "words": words, "moved": moved}, status=status)
    (messages.success if status == 200 else messages.error)(request, words)
    query = _query(_asked(request.POST), **(moved or {}))
    return redirect(f"{reverse('tasks:month')}?{query}")
