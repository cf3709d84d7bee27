"""What the giving unit changes of a whole task: more units, another deadline, taking it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from khue.accounts.person import PersonRequest
from khue.core.errors import KhueError
from khue.core.once import once
from khue.core.said import said
from khue.tasks.addressing import Typed, meant
from khue.tasks.dues import not_past
from khue.tasks.give import add_receivers, move_due, offers
from khue.tasks.give import withdraw as take_back
from khue.tasks.models import Task
from khue.tasks.reach import task_for
from khue.tasks.views.common import day_in, number_in, words, words_in
from khue.tasks.views.show import task_page
from khue.units.groups import members
from khue.units.tree import today


@require_http_methods(["GET", "POST"])
def add(request: PersonRequest, pk: int) -> HttpResponse:
    """Gives the task to units that were founded since, or to others that are named."""

    def do(task: Task) -> None:
        wanted = _units(request, task)
        made = once(request.POST.get("_once", ""), "task.add", by=request.user, do=lambda: _added(task.pk, wanted, request.user))["made"]
        if made:
            messages.success(request, ngettext("Đã giao thêm %(n)s đơn vị.", "Đã giao thêm %(n)s đơn vị.", made) % {"n": made})
        else:
            messages.warning(request, _("Các đơn vị này đã có việc; không giao thêm đơn vị nào."))

    return _changed(request, pk, "add", do)


def _added(task_id: int, units: list[int], by: Any) -> dict[str, int]:
    return {"made": len(add_receivers(task_id, units, by=by))}


def _units(request: PersonRequest, task: Task) -> list[int]:
    """Those ticked among the units offered, and those that the typed name means."""
    ticked = {number_in(u) for u in request.POST.getlist("unit")}
    wanted = [u.pk for u in offers(task) if u.pk in ticked]
    if named := words_in(request.POST.get("where", "")):
        address = meant(Typed(named, request.POST.get("ref", "")), task.unit)
        wanted += list(members(address.ref, today()).values_list("pk", flat=True))
    if not wanted:
        raise KhueError("task.add", said("Chưa chọn đơn vị nào."), said("Chọn đơn vị, hoặc gõ tên đơn vị hay nhóm."))
    return wanted


@require_http_methods(["GET", "POST"])
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes the task back from everybody who has not finished it."""

    def do(task: Task) -> None:
        why = words_in(request.POST.get("why", ""))
        if not why.strip():
            raise KhueError("task.why", said("Chưa ghi lý do."), said("Các đơn vị cần biết vì sao việc không phải làm nữa."))
        take_back(task.pk, by=request.user, why=why)
        messages.warning(request, _("Đã thu hồi việc này; các đơn vị chưa xong được báo."))

    return _changed(request, pk, "withdraw", do)


@require_http_methods(["GET", "POST"])
def due(request: PersonRequest, pk: int) -> HttpResponse:
    """Moves the deadline of the whole task."""

    def do(task: Task) -> None:
        day = day_in(request.POST.get("due_on", ""))
        if day is None:
            raise KhueError("task.day", said("Chưa chọn ngày."), said("Chọn hạn mới."))
        move_due(task.pk, not_past(day), by=request.user, base=day_in(request.POST.get("base", "")))
        messages.success(request, _("Đã dời hạn sang %(day)s.") % {"day": f"{day:%d/%m/%Y}"})

    return _changed(request, pk, "due", do)


def _changed(request: PersonRequest, pk: int, name: str, do: Callable[[Task], None]) -> HttpResponse:
    """Does it and shows the task; what could not be done stands in its form again, with why. A form that was refused leaves its
    address behind: asked for again, it is the task's page.
    """
    task = task_for(request.person, pk, "tasks.give")
    if request.method == "POST":
        try:
            do(task)
        except KhueError as error:
            return task_page(request, task, wrong=request.POST.dict() | {"name": name, "error": words(error)})
    return redirect("tasks:show", pk)
