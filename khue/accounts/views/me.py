"""Oneself: details, roles, sessions, second factor; standing in while somebody is away."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from khue.accounts import delegation, people
from khue.accounts.forms import DelegationForm, MeForm
from khue.accounts.middleware import ACTING, has_second_factor
from khue.accounts.models import Delegation, User
from khue.accounts.person import PersonRequest
from khue.accounts.views.common import fresh, save_once, told
from khue.units.tree import today


@require_http_methods(["GET", "POST"])
def me(request: PersonRequest) -> HttpResponse:
    """My details, roles, sessions, second factor."""
    from allauth.usersessions.models import UserSession

    user = User.objects.get(pk=request.user.pk)
    form = MeForm(request.POST or None, instance=user, initial={"language": user.language or translation.get_language()})
    if request.method == "POST" and form.is_valid():
        if save_once(request, form, "me.edit", lambda: people.edit_person(user, by=request.user, **form.cleaned_data)):
            messages.success(request, _("Đã lưu."))
            answer = redirect("people:me")
            answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
            return answer
    context = {
        "form": form,
        "me": request.user,
        "roles": people.current_roles().filter(user=request.user).select_related("unit").order_by("unit_id", "id"),
        "session_count": UserSession.objects.filter(user=request.user).count(),
        "second_factor": has_second_factor(request.user),
        "once": fresh(),
    }
    return render(request, "accounts/me.html", context)


@require_http_methods(["GET", "POST"])
def delegations(request: PersonRequest) -> HttpResponse:
    """What I gave, what was given to me, and a new one."""
    form = DelegationForm(request.POST or None, giver=request.user)
    if request.method == "POST" and form.is_valid():
        if save_once(request, form, "delegation", lambda: delegation.give(giver=request.user, **form.cleaned_data)):
            messages.success(request, _("Đã ủy quyền."))
            return redirect("people:delegations")
    context = {
        "form": form,
        "given": Delegation.objects.filter(giver=request.user).select_related("taker"),
        "taken": Delegation.objects.filter(taker=request.user).select_related("giver"),
        "now": {d.pk for d in delegation.taken_now(request.user)},
        "today": today(),
        "acting": request.person.giver is not None,
        "has_roles": bool(request.person.roles),
        "once": fresh(),
    }
    return render(request, "accounts/delegations.html", context)


@require_POST
def delegation_end(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends what I gave or took."""
    mine = Delegation.objects.filter(giver=request.user) | Delegation.objects.filter(taker=request.user)
    found = get_object_or_404(mine, pk=pk)
    told(request, _("Đã chấm dứt ủy quyền."), lambda: delegation.end(found, by=request.user))
    return redirect("people:delegations")


@require_POST
def act_for(request: PersonRequest) -> HttpResponse:
    """Begins to act for somebody, or stops with an empty `giver`."""
    giver_id = request.POST.get("giver", "")
    if not giver_id.isdigit():
        if request.person.giver:
            delegation.leave_acting(user=request.user, giver=request.person.giver)
        request.session.pop(ACTING, None)
        return redirect("home")
    found = delegation.begin_acting(user=request.user, giver_id=int(giver_id[:18]))
    request.session[ACTING] = found.giver_id
    return redirect("home")
