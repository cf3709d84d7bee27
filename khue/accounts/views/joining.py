"""The page behind an invitation's link."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from khue.accounts import joining
from khue.accounts.forms import JoinForm, put_errors
from khue.accounts.models import Invitation, User


@sensitive_post_parameters("password1", "password2")
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """A new account, or a further role for the account that has the address already."""
    invitation = joining.invitation_of(secret)
    if invitation is None or not invitation.open:
        status = 404 if invitation is None else 410
        return render(request, "accounts/join_closed.html", {"invitation": invitation}, status=status)
    account = joining.account_of(invitation)
    if account is None:
        return _new(request, invitation)
    if isinstance(request.user, User) and request.user.pk == account.pk:
        return _known(request, invitation, account)
    sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    return render(request, "accounts/join_known.html", {"invitation": invitation, "sign_in": sign_in})


def _new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.user.is_authenticated:
        return render(request, "accounts/join_known.html", {"invitation": invitation, "other": True})
    form = JoinForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        try:
            joining.join_new(invitation, username=form.cleaned_data["username"], password=form.cleaned_data["password1"])
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Tài khoản đã sẵn sàng. Hãy đăng nhập."))
            return redirect("account_login")
    return render(request, "accounts/join.html", {"form": form, "invitation": invitation})


def _known(request: HttpRequest, invitation: Invitation, account: User) -> HttpResponse:
    if request.method == "POST":
        try:
            joining.join_as(invitation, account)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Đã nhận vai trò mới."))
        return redirect("people:me")
    return render(request, "accounts/join_known.html", {"invitation": invitation, "mine": True})
