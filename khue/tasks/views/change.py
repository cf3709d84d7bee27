"""What the giving unit changes of a whole task: more units, another deadline, taking it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

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
from khue.units.groups import members
from khue.units.tree import today


@require_POST
def add(request: PersonRequest, pk: int) -> HttpResponse:
    """Gives the task to units that were founded since, or to others that are named."""
    task = task_for(request.person, pk, "tasks.give")
    try:
        wanted = _units(request, task)

        def do() -> dict[str, int]:
            return {"made": len(add_receivers(pk, wanted, by=request.user))}

        made = once(request.POST.get("_once", ""), "task.add", by=request.user, do=do)["made"]
    except KhueError as error:
        messages.error(request, words(error))
    else:
        if made:
            messages.success(request, ngettext("Đã giao thêm %(n)s đơn vị.", "Đã giao thêm %(n)s đơn vị.", made) % {"n": made})
        else:
            messages.warning(request, _("Các đơn vị này đã có việc; không giao thêm đơn vị nào."))
    return redirect("tasks:show", pk)


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


@require_POST
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes the task back from everybody who has not finished it."""
    task_for(request.person, pk, "tasks.give")
    take_back(pk, by=request.user, why=words_in(request.POST.get("why", "")))
    messages.warning(request, _("Đã thu hồi việc này; các đơn vị chưa xong được báo."))
    return redirect("tasks:show", pk)


@require_POST
def due(request: PersonRequest, pk: int) -> HttpResponse:
    """Moves the deadline of the whole task."""
    task_for(request.person, pk, "tasks.give")
    day = day_in(request.POST.get("due_on", ""))
    try:
        if day is None:
            raise KhueError("task.day", said("Chưa chọn ngày."), said("Chọn hạn mới."))
        move_due(pk, not_past(day), by=request.user, base=day_in(request.POST.get("base", "")))
    except KhueError as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("Đã dời hạn sang %(day)s.") % {"day": f"{day:%d/%m/%Y}"})
    return redirect("tasks:show", pk)
