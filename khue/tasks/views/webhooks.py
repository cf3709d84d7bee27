"""Webhooks of the units one administers: the list, a new one, its deliveries, switching on and off."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts.person import PersonRequest, get_for
from khue.core.errors import KhueError
from khue.core.once import once
from khue.tasks import webhooks
from khue.tasks.models import Delivery, Event, Webhook
from khue.tasks.views.common import fresh_key, words
from khue.units.models import Unit

NEED = "webhooks.manage"
PER_PAGE = 50


class WebhookForm(forms.Form):
    """Whose events, where to, which."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=gettext_lazy("Tin của đơn vị (và cấp dưới)"), empty_label=None)
    name = forms.CharField(label=gettext_lazy("Tên"), max_length=120)
    address = forms.CharField(
        label=gettext_lazy("Địa chỉ nhận"), max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"})
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Chỉ những tin này"),
        choices=Event.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Không chọn gì là mọi tin."),
    )


def _webhook(request: PersonRequest, pk: int) -> Webhook:
    return get_for(request.person, Webhook.objects.select_related("unit", "created_by"), pk, see="tasks.view", need=NEED)


@require_http_methods(["GET", "POST"])
def listing(request: PersonRequest) -> HttpResponse:
    """The list and the form; after making one, its secret, this once."""
    form, secret = _form(request, request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        made: list[Webhook] = []

        def do() -> dict[str, Any]:
            data = dict(form.cleaned_data)
            made.append(webhooks.make(data.pop("unit"), by=request.user, **data))
            return {"id": made[0].pk}

        try:
            kept = once(request.POST.get("_once", ""), "webhook", by=request.user, do=do)
        except KhueError as error:
            form.add_error("address", words(error))
        else:
            if not made:
                return redirect("tasks:webhook", kept["id"])
            secret, form = made[0].secret, _form(request, None)
    rows = Webhook.objects.filter(unit_id__in=request.person.scope(NEED)).select_related("unit")
    context = {"form": form, "rows": rows, "secret": secret, "once": fresh_key()}
    response = render(request, "tasks/webhooks.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def _form(request: PersonRequest, data: Any) -> WebhookForm:
    form = WebhookForm(data)
    units = request.person.units(NEED)
    form.fields["unit"].queryset = Unit.objects.filter(pk__in=request.person.scope(NEED)).order_by("name")  # type: ignore[attr-defined]
    form.fields["address"].wide = form.fields["events"].wide = True  # type: ignore[attr-defined]
    form.fields["unit"].initial = units[0] if units else None
    return form


@require_GET
def show(request: PersonRequest, pk: int) -> HttpResponse:
    """One webhook with its deliveries, newest first."""
    webhook = _webhook(request, pk)
    page = Paginator(webhook.deliveries.all(), PER_PAGE).get_page(request.GET.get("page"))
    kinds = [Event.Kind(k).label for k in webhook.events if k in Event.Kind.values]
    return render(request, "tasks/webhook.html", {"webhook": webhook, "page_obj": page, "kinds": kinds})


@require_POST
def act(request: PersonRequest, pk: int, action: str) -> HttpResponse:
    """Switches on or off, removes, or sends one delivery again."""
    webhook = _webhook(request, pk)
    if action in ("on", "off"):
        webhooks.switch(pk, action == "on", by=request.user)
    elif action == "remove":
        webhooks.remove(pk, by=request.user)
        messages.success(request, _("Đã bỏ nơi nhận tin."))
        return redirect("tasks:webhooks")
    elif action == "again":
        number = request.POST.get("delivery", "")
        found = Delivery.objects.filter(webhook=webhook, pk=int(number[:18])).first() if number.isdecimal() else None
        if found is None:
            raise Http404
        webhooks.again(found)
    else:
        raise Http404
    return redirect("tasks:webhook", pk)
