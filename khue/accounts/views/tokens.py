"""My tokens: the list, a new one with its secret shown once, revoking."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from khue.accounts import tokens
from khue.accounts.access import SCOPES
from khue.accounts.forms import day_field
from khue.accounts.models import Token
from khue.accounts.person import PersonRequest
from khue.accounts.views.common import fresh, save_once, told
from khue.units.tree import today


class TokenForm(forms.Form):
    """What for, within which scopes, until when."""

    name = forms.CharField(label=gettext_lazy("Dùng cho"), max_length=120, help_text=gettext_lazy("Tên chương trình hoặc nơi dùng mã."))
    expires_on = day_field(gettext_lazy("Dùng đến hết ngày"), help_text=gettext_lazy("Không quá một năm."))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Phạm vi"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một phạm vi.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].wide = True  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def tokens_page(request: PersonRequest) -> HttpResponse:
    """The list and the form; after making one, its secret, this once."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        made: list[str] = []

        def do() -> None:
            made.append(tokens.make(request.user, **form.cleaned_data)[1])

        if save_once(request, form, "token", do):
            if not made:
                messages.warning(request, _("Mã này đã được tạo và chỉ hiện một lần. Nếu chưa ghi lại, hãy thu hồi rồi tạo mã khác."))
                return redirect("people:tokens")
            secret, form = made[0], TokenForm()
    context: dict[str, Any] = {"form": form, "secret": secret, "once": fresh(), "scopes": SCOPES, "today": today()}
    context["rows"] = [(t, t.holds(today()), [SCOPES[s] for s in t.scopes if s in SCOPES]) for t in Token.objects.filter(user=request.user)]
    context["may_hook"] = request.person.can("webhooks.manage")
    context["acting"] = request.person.giver is not None
    response = render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def token_revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """Revokes one of mine."""
    mine = get_object_or_404(Token, pk=pk, user=request.user)
    told(request, _("Đã thu hồi mã."), lambda: tokens.revoke(mine, by=request.user))
    return redirect("people:tokens")
