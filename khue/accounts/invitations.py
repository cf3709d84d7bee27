"""Invitations: made, sent, sent again, revoked; many at once from a spreadsheet and undone as one."""

import hashlib
import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from khue.accounts.models import Invitation, InvitationBatch, Role, RoleName, User, _invitation_end
from khue.accounts.people import visible as visible_people
from khue.accounts.person import Person
from khue.core.log import log_action
from khue.core.text import key, squeeze
from khue.units.models import Unit

log = logging.getLogger("khue.mail")


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom to invite, to what."""

    full_name: str
    email: str
    unit: Unit
    role: str
    title: str = ""
    phone: str = ""


def hash_of(secret: str) -> str:
    """How a link's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def visible(person: Person) -> QuerySet[Invitation]:
    """The invitations to units that `person` administers."""
    return Invitation.objects.filter(unit_id__in=person.scope("people.manage"))


def why_not_each(guests: Sequence[Guest]) -> list[str]:
    """For each guest, why they need not be invited: they have the role, or an open invitation to it. Empty where they do.

    Two queries however many guests.
    """
    emails = {guest.email.lower() for guest in guests}
    roles = Role.objects.filter(user__email__in=emails, valid_to=None).values_list("user__email", "unit_id", "role")
    waiting = Invitation.objects.filter(email__in=emails, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    has, asked = set(roles), set(waiting.values_list("email", "unit_id", "role"))
    return [_reason(guest, has, asked) for guest in guests]


def _reason(guest: Guest, has: set[tuple[str, int, str]], asked: set[tuple[str, int, str]]) -> str:
    same = (guest.email.lower(), guest.unit.pk, str(guest.role))
    if same in has:
        return _("Người này đã có vai trò {role} tại {unit}.").format(role=RoleName(guest.role).label, unit=guest.unit.called)
    return _("Người này đã được mời và lời mời còn hiệu lực.") if same in asked else ""


def accounts_of(guests: Sequence[Guest]) -> dict[str, User]:
    """{address: the account that has it already}: an invitation gives it a further role and changes neither name nor phone."""
    return {u.email.lower(): u for u in User.objects.filter(email__in={g.email.lower() for g in guests})}


def of_others(guests: Sequence[Guest], known: dict[str, User], *, by: Person) -> list[str]:
    """For each guest, that the address is somebody else's: the role would go to them. Empty where it is not.

    Whom `by` does not see is not named.
    """
    differ = {g.email.lower() for g in guests if (u := known.get(g.email.lower())) and _name(u.full_name) != _name(g.full_name)}
    seen = set(visible_people(by).filter(email__in=differ).values_list("email", flat=True)) if differ else set()
    named = _("Địa chỉ này là của {name}. Ghi đúng họ tên đó để mời thêm vai trò, hoặc ghi địa chỉ khác.")
    hidden = _("Địa chỉ này là của một người khác. Kiểm tra lại địa chỉ và họ tên.")
    words = {e: named.format(name=known[e].full_name) if e in seen else hidden for e in differ}
    return [words.get(g.email.lower(), "") for g in guests]


def _name(words: str) -> str:
    return key(squeeze(words))


@transaction.atomic
def invite(guest: Guest, *, by: Person, batch: InvitationBatch | None = None) -> tuple[Invitation, str]:
    """Makes one invitation; returns it with the secret of its link, which is not kept. Sending is `send`."""
    if not by.can_at("people.manage", guest.unit.pk):
        raise PermissionDenied
    list(Unit.objects.select_for_update().filter(pk=guest.unit.pk))
    if reason := of_others([guest], accounts_of([guest]), by=by)[0]:
        raise ValidationError({"email": reason})
    if reason := why_not_each([guest])[0]:
        raise ValidationError(reason)
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        batch=batch,
        unit=guest.unit,
        role=RoleName(guest.role),
        full_name=guest.full_name,
        email=guest.email.lower(),
        title=guest.title,
        phone=guest.phone,
        secret_hash=hash_of(secret),
        created_by=by.user,
    )
    if batch is None:
        log_action("invitation.sent", made, by=by.user, changes={"role": ["", made.role], "email": ["", made.email]})
    return made, secret


@transaction.atomic
def invite_all(guests: Iterable[Guest], *, by: Person, unit: Unit, file_name: str) -> tuple[InvitationBatch, list[tuple[Invitation, str]]]:
    """Makes the invitations of one spreadsheet, all or none."""
    batch = InvitationBatch.objects.create(unit=unit, file_name=file_name[:200], by=by.user)
    made = [invite(guest, by=by, batch=batch) for guest in guests]
    log_action("batch.sent", batch, by=by.user, changes={"count": [0, len(made)]})
    return batch, made


@transaction.atomic
def renew(invitation: Invitation, *, by: User) -> str:
    """A new link and a new term for an invitation that was not accepted; the old link stops working."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        raise ValidationError(_("Lời mời này đã được nhận hoặc đã thu hồi."))
    secret = secrets.token_urlsafe(32)
    Invitation.objects.filter(pk=locked.pk).update(secret_hash=hash_of(secret), expires_at=_invitation_end())
    log_action("invitation.resent", locked, by=by)
    return secret


@transaction.atomic
def revoke(invitation: Invitation, *, by: User) -> None:
    """The link stops working."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at:
        raise ValidationError(_("Người này đã tham gia; hãy kết thúc vai trò của họ nếu cần."))
    if locked.revoked_at is None:
        Invitation.objects.filter(pk=locked.pk).update(revoked_at=timezone.now())
        log_action("invitation.revoked", locked, by=by)


@transaction.atomic
def undo_batch(batch: InvitationBatch, *, by: User) -> tuple[int, list[str]]:
    """Revokes what nobody accepted yet. Says how many, and the names of those who stay because they joined."""
    locked = InvitationBatch.objects.select_for_update().get(pk=batch.pk)
    rows = list(Invitation.objects.select_for_update().filter(batch=locked))
    waiting = [i.pk for i in rows if i.accepted_at is None and i.revoked_at is None]
    kept = [i.full_name for i in rows if i.accepted_at]
    Invitation.objects.filter(pk__in=waiting).update(revoked_at=timezone.now())
    InvitationBatch.objects.filter(pk=locked.pk).update(undone_at=timezone.now())
    log_action("batch.undone", locked, by=by, changes={"count": [len(rows), len(kept)]})
    return len(waiting), kept


def send(made: Sequence[tuple[Invitation, str]]) -> list[str]:
    """Sends the letters, in Vietnamese. Returns the addresses that the mail server did not take; they can be sent again."""
    failed: list[str] = []
    connection = get_connection(fail_silently=False)
    try:
        connection.open()
        for invitation, secret in made:
            try:
                _letter(invitation, secret, connection).send()
            except OSError as error:
                failed.append(invitation.email)
                log.error("invitation not sent", extra={"invitation": invitation.pk, "error": f"{type(error).__name__}: {error}"})
    except OSError as error:
        log.error("mail server not reached", extra={"error": f"{type(error).__name__}: {error}"})
        failed = [invitation.email for invitation, _secret in made]
    finally:
        connection.close()
    return failed


def _letter(invitation: Invitation, secret: str, connection: Any) -> EmailMessage:
    link = settings.BASE_URL + reverse("people:join", args=[secret])
    with translation.override("vi"):
        text = render_to_string("accounts/email/invitation.txt", {"invitation": invitation, "link": link})
        subject = _("Mời tham gia Khuê: {unit}").format(unit=invitation.unit.name)
    return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email], connection=connection)
