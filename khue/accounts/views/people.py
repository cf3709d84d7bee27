"""The list of people, one person, their roles and their account."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts import people, roles
from khue.accounts.choosing import UnitNames, offered, units_to_view
from khue.accounts.forms import PersonForm, RoleForm
from khue.accounts.models import Role, RoleName, User
from khue.accounts.person import PersonRequest
from khue.accounts.views.common import fresh, page_of, save_once, told, workbook
from khue.accounts.workbooks import people_file
from khue.units.models import Unit
from khue.units.then import called_then
from khue.units.tree import today
from khue.units.views.common import day_of


def _filters(request: PersonRequest) -> tuple[dict[str, str], Unit | None, str]:
    """The filters of the address, the unit they name by id, code or name, and the words that name no unit."""
    filters = {name: request.GET.get(name, "").strip()[:200] for name in ("don_vi", "vai_tro", "trang_thai", "q")}
    words, units = filters["don_vi"], units_to_view(request.person)
    found = list(units.filter(pk=int(words))) if words.isdigit() and len(words) < 18 else []
    if words and not found:
        found = UnitNames(units).find(words)
    unit = found[0] if len(found) == 1 else None
    filters["don_vi"] = str(unit.pk) if unit else ""
    return filters, unit, words if words and not unit else ""


@require_GET
def listing(request: PersonRequest) -> HttpResponse:
    """People that one sees, fifty a page."""
    filters, unit, unknown = _filters(request)
    on = day_of(request)
    rows = page_of(request, people.list_people(request.person, filters, on), people.keeping(request.person, filters, on))
    rows.object_list = list(rows.object_list)
    held = [role for user in rows.object_list for role in user.now_roles]
    list(called_then(held, on, "unit"))
    context = {
        "page_obj": rows,
        "filters": filters,
        "unit": unit,
        "unknown": unknown,
        "filtered": any(filters.values()) or bool(unknown) or on != today(),
        "on": on if on != today() else None,
        "role_names": RoleName.choices,
        "offered": offered(units_to_view(request.person).values_list("name", flat=True)[:201]),
        "manages": request.person.can("people.manage"),
        "logs": request.person.can("log.view"),
    }
    return render(request, "accounts/list.html", context)


@require_GET
def export(request: PersonRequest) -> HttpResponse:
    """The same list as a workbook."""
    on = day_of(request)
    return workbook(people_file(people.list_people(request.person, _filters(request)[0], on), on), "nguoi-dung.xlsx")


@require_GET
def show(request: PersonRequest, pk: int) -> HttpResponse:
    """One person: details, roles, account."""
    person = request.person
    user = people.get_person(person, pk)
    scope = person.reach("people.manage") if person.can("people.manage") else set()
    now = [(role, role.unit_id in scope) for role in user.now_roles]  # type: ignore[attr-defined]
    past = user.roles.exclude(pk__in=[role.pk for role, _mine in now]).select_related("unit").order_by("-valid_from")
    context: dict[str, Any] = {
        "user_shown": user,
        "roles": now,
        "past": past,
        "touches": people.can_touch(person, user),
        "manages": people.can_manage(person, user),
        "myself": user.pk == person.user.pk,
        "logs": person.can("log.view"),
    }
    if context["manages"]:
        context |= _account(user)
    return render(request, "accounts/show.html", context)


def _account(user: User) -> dict[str, Any]:
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession

    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    return {"factors": set(kinds), "session_count": UserSession.objects.filter(user=user).count()}


@require_http_methods(["GET", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Name, title, e-mail, phone."""
    user = people.get_person(request.person, pk, need="manage")
    form = PersonForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        if save_once(request, form, "person.edit", lambda: people.edit_person(user, by=request.user, **form.cleaned_data)):
            return redirect("people:show", pk=pk)
    return render(request, "accounts/edit.html", {"form": form, "user_shown": User.objects.get(pk=pk), "once": fresh()})


@require_http_methods(["GET", "POST"])
def role_add(request: PersonRequest, pk: int) -> HttpResponse:
    """A further role."""
    user = people.get_person(request.person, pk, need="touch")
    form = RoleForm(request.POST or None, by=request.person, initial={"unit": people.unit_of(user, request.person)})
    if request.method == "POST" and form.is_valid():
        if save_once(request, form, "role.add", lambda: roles.add_role(user, by=request.person, **form.cleaned_data)):
            return redirect("people:show", pk=pk)
    return render(request, "accounts/role.html", {"form": form, "user_shown": user, "once": fresh()})


@require_POST
def role_end(request: PersonRequest, pk: int, role_id: int) -> HttpResponse:
    """Ends one role."""
    user = people.get_person(request.person, pk, need="touch")
    role = get_object_or_404(Role, pk=role_id, user=user)
    told(request, _("Đã kết thúc vai trò."), lambda: roles.end_role(role, by=request.person))
    seen = people.visible(request.person).filter(pk=pk).exists()
    return redirect("people:show", pk=pk) if seen else redirect("people:list")


@require_POST
def deactivate(request: PersonRequest, pk: int) -> HttpResponse:
    """Locks an account."""
    user = people.get_person(request.person, pk, need="manage")
    told(request, _("Đã khóa tài khoản và kết thúc các phiên đăng nhập."), lambda: people.deactivate(user, by=request.user))
    return redirect("people:show", pk=pk)


@require_POST
def activate(request: PersonRequest, pk: int) -> HttpResponse:
    """Opens an account again."""
    user = people.get_person(request.person, pk, need="manage")
    told(request, _("Đã mở lại tài khoản."), lambda: people.activate(user, by=request.user))
    return redirect("people:show", pk=pk)


@require_POST
def reset_mfa(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes away the second factor of somebody who lost it."""
    user = people.get_person(request.person, pk, need="manage")
    words = _("Đã đặt lại lớp xác thực thứ hai; người này sẽ thiết lập lại khi đăng nhập.")
    told(request, words, lambda: people.reset_second_factor(user, by=request.user))
    return redirect("people:show", pk=pk)


@require_POST
def end_sessions(request: PersonRequest, pk: int) -> HttpResponse:
    """Signs somebody out everywhere."""
    user = people.get_person(request.person, pk, need="manage")
    told(request, _("Đã kết thúc các phiên đăng nhập."), lambda: people.end_sessions(user, by=request.user))
    return redirect("people:show", pk=pk)
