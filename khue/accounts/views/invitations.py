"""Invitations: the list, one, many from a spreadsheet, sent again, revoked, undone."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.accounts import invitations, sheet
from khue.accounts.choosing import units_to_manage
from khue.accounts.forms import InviteFileForm, InviteForm
from khue.accounts.models import Invitation, InvitationBatch
from khue.accounts.person import PersonRequest, get_for
from khue.accounts.views.common import fresh, page_of, save_once, told, workbook
from khue.accounts.workbooks import error_file, template_file
from khue.core.errors import InputError
from khue.core.once import once
from khue.units.models import Unit

KEPT = "invite_file"


def _of_state(found: QuerySet[Invitation], state: str) -> QuerySet[Invitation]:
    now = timezone.now()
    open_ = Q(accepted_at=None, revoked_at=None)
    by_state = {
        "cho": open_ & Q(expires_at__gt=now),
        "het-han": open_ & Q(expires_at__lte=now),
        "da-nhan": Q(accepted_at__isnull=False),
        "thu-hoi": Q(revoked_at__isnull=False, accepted_at=None),
    }
    return found.filter(by_state[state]) if state in by_state else found


@require_GET
def listing(request: PersonRequest) -> HttpResponse:
    """Invitations of one's units, and the spreadsheets they came with."""
    state = request.GET.get("trang_thai", "")
    found = _of_state(invitations.visible(request.person), state).select_related("unit", "created_by", "accepted_by", "batch")
    batches = InvitationBatch.objects.filter(unit_id__in=request.person.scope("people.manage")).select_related("by", "unit")
    joined = Count("invitations", filter=Q(invitations__accepted_at__isnull=False))
    batches = batches.annotate(count=Count("invitations"), joined=joined).order_by("-pk")[:10]
    context = {"page_obj": page_of(request, found), "batches": batches, "state": state, "now": timezone.now()}
    return render(request, "accounts/invitations.html", context)


def _sent(request: PersonRequest, made: list[Any], failed: list[str]) -> None:
    count = len(made) - len(failed)
    if count:
        messages.success(request, ngettext("Đã gửi {count} lời mời.", "Đã gửi {count} lời mời.", count).format(count=count))
    if failed:
        words = _("Lời mời đã tạo nhưng máy chủ thư chưa nhận thư gửi {emails}. Bấm «Gửi lại» khi máy chủ thư hoạt động.")
        more = ", …" if len(failed) > 5 else ""
        messages.warning(request, words.format(emails=", ".join(failed[:5]) + more))


@require_http_methods(["GET", "POST"])
def invite(request: PersonRequest) -> HttpResponse:
    """One person."""
    initial = {}
    asked = request.GET.get("don_vi", "")
    if asked.isdigit() and (unit := units_to_manage(request.person).filter(pk=int(asked[:18])).first()):
        initial["unit"] = unit.name
    form = InviteForm(request.POST or None, by=request.person, initial=initial)
    made: list[Any] = []
    if request.method == "POST" and form.is_valid():
        guest = invitations.Guest(**form.cleaned_data)
        if save_once(request, form, "invite", lambda: made.append(invitations.invite(guest, by=request.person))):
            if made:
                _sent(request, made, invitations.send(made))
            return redirect("people:invitations")
    return render(request, "accounts/invite.html", {"form": form, "once": fresh()})


@require_POST
def resend(request: PersonRequest, pk: int) -> HttpResponse:
    """A new link by a new letter."""
    invitation = _mine(request, pk)
    secrets: list[str] = []
    if told(request, "", lambda: secrets.append(invitations.renew(invitation, by=request.user))):
        made = [(Invitation.objects.select_related("unit", "created_by").get(pk=pk), secrets[0])]
        _sent(request, made, invitations.send(made))
    return redirect("people:invitations")


@require_POST
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """The link stops working."""
    invitation = _mine(request, pk)
    told(request, _("Đã thu hồi lời mời."), lambda: invitations.revoke(invitation, by=request.user))
    return redirect("people:invitations")


def _mine(request: PersonRequest, pk: int) -> Invitation:
    return get_for(request.person, Invitation.objects.all(), pk, see="people.view", need="people.manage")


@require_POST
def batch_undo(request: PersonRequest, pk: int) -> HttpResponse:
    """Revokes a whole spreadsheet; names those who joined already and stay."""
    batch = get_for(request.person, InvitationBatch.objects.all(), pk, see="people.view", need="people.manage")
    count, kept = invitations.undo_batch(batch, by=request.user)
    messages.success(request, _("Đã thu hồi {count} lời mời của tệp «{name}».").format(count=count, name=batch.file_name))
    if kept:
        messages.warning(request, _("Đã tham gia nên giữ lại: {names}.").format(names=", ".join(kept)))
    return redirect("people:invitations")


@require_GET
def template(request: PersonRequest) -> HttpResponse:
    """The workbook to fill in."""
    return workbook(template_file(request.person.units("people.manage")[0]), "mau-moi-nguoi-dung.xlsx")


@require_http_methods(["GET", "POST"])
def invite_file(request: PersonRequest) -> HttpResponse:
    """Upload, look at every row, then choose; `?xem=1` looks again, `?tep=loi` downloads the rows to mend."""
    if request.method == "POST" and "choice" in request.POST:
        return _carry_out(request)
    if request.method == "GET" and KEPT in request.session:
        if request.GET.get("tep") == "loi":
            return workbook(error_file(_checked(request)[1]), "dong-can-sua.xlsx")
        if "xem" in request.GET:
            return _preview(request)
    form = InviteFileForm(request.POST or None, request.FILES or None, by=request.person)
    if request.method == "POST" and form.is_valid() and _keep(request, form):
        return redirect(f"{request.path}?xem=1")
    return render(request, "accounts/invite_file.html", {"form": form})


def _keep(request: PersonRequest, form: InviteFileForm) -> bool:
    file = form.cleaned_data["file"]
    try:
        rows = sheet.read(file.name, file.read(sheet.MOST_BYTES + 1))
    except InputError as error:
        form.add_error("file", str(error))
        return False
    request.session[KEPT] = {"name": file.name, "unit": form.cleaned_data["unit"].pk, "rows": rows}
    return True


def _checked(request: PersonRequest) -> tuple[Unit, list[sheet.Row]]:
    kept = request.session[KEPT]
    unit = units_to_manage(request.person).filter(pk=kept["unit"]).first()
    if unit is None:
        raise Http404
    return unit, sheet.check(kept["rows"], by=request.person, unit=unit)


def _preview(request: PersonRequest, status: int = 200) -> HttpResponse:
    unit, rows = _checked(request)
    good = [row for row in rows if row.guest and not row.already]
    context = {
        "unit": unit,
        "name": request.session[KEPT]["name"],
        "good": good,
        "bad": [row for row in rows if row.wrong],
        "already": [row for row in rows if row.already],
        "once": fresh(),
    }
    return render(request, "accounts/invite_preview.html", context, status=status)


def _carry_out(request: PersonRequest) -> HttpResponse:
    """All rows or none; or the good ones, where the person chose so."""
    if KEPT not in request.session:
        return redirect("people:invitations")
    unit, rows = _checked(request)
    if request.POST["choice"] != "good" and any(row.wrong for row in rows):
        messages.error(request, _("Chưa mời ai: còn dòng cần sửa."))
        return _preview(request, status=409)
    guests = [row.guest for row in rows if row.guest and not row.already]
    made: list[Any] = []

    def do() -> dict[str, Any]:
        batch, invited = invitations.invite_all(guests, by=request.person, unit=unit, file_name=request.session[KEPT]["name"])
        made.extend(invited)
        return {"batch": batch.pk}

    if guests:
        try:
            once(request.POST.get("_once", ""), "invite.file", by=request.user, do=do)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return _preview(request, status=409)
        _sent(request, made, invitations.send(made) if made else [])
    del request.session[KEPT]
    return redirect("people:invitations")
