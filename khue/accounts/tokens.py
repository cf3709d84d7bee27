"""Tokens: a program acts as a person, within scopes, until a day. What the person may not do, the token may not do."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from khue.accounts.access import SCOPES
from khue.accounts.invitations import hash_of
from khue.accounts.models import Token, User
from khue.accounts.people import first_unit_id
from khue.core.current import on_behalf_of
from khue.core.log import log_action
from khue.units.tree import today

PREFIX = "khue_"
LONGEST = timedelta(days=366)
MOST = 50
# the last use is written down once a minute, so that reading does not write all the time
USED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make(user: User, *, name: str, scopes: Iterable[str], expires_on: date) -> tuple[Token, str]:
    """A new token and its secret, which nobody can see again."""
    if on_behalf_of.get():
        raise PermissionDenied
    wanted = [s for s in SCOPES if s in set(scopes)]
    if not name.strip():
        raise ValidationError({"name": _("Ghi tên chương trình hoặc nơi dùng mã.")})
    if not wanted:
        raise ValidationError({"scopes": _("Chọn ít nhất một phạm vi.")})
    if not today() <= expires_on <= today() + LONGEST:
        raise ValidationError({"expires_on": _("Ngày hết hạn phải từ hôm nay và không quá một năm.")})
    list(User.objects.select_for_update().filter(pk=user.pk))
    if Token.objects.filter(user=user, revoked_at=None, expires_on__gte=today()).count() >= MOST:
        raise ValidationError(_("Mỗi người có nhiều nhất 50 mã. Hãy thu hồi mã không còn dùng."))
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Token.objects.create(
        user=user, name=name.strip()[:120], scopes=wanted, hint=secret[:9], secret_hash=hash_of(secret), expires_on=expires_on
    )
    changes = {"name": ["", made.name], "scopes": [None, wanted], "valid_to": [None, expires_on]}
    log_action("token.made", made, by=user, unit_id=first_unit_id(user), changes=changes)
    return made, secret


@transaction.atomic
def revoke(token: Token, *, by: User) -> None:
    """The token opens nothing any more."""
    locked = Token.objects.select_for_update().get(pk=token.pk)
    if locked.revoked_at is None:
        Token.objects.filter(pk=locked.pk).update(revoked_at=timezone.now())
        log_action("token.revoked", locked, by=by, unit_id=first_unit_id(locked.user))


def found(secret: str) -> Token | None:
    """The token with that secret, where it holds today and its person is active."""
    if not secret.startswith(PREFIX) or not secret.isascii():
        return None
    token = Token.objects.select_related("user").filter(secret_hash=hash_of(secret)).first()
    if token is None or not token.holds(today()) or not token.user.is_active:
        return None
    return token


def used(token: Token) -> None:
    """Remembers that it was used; a disk that is full does not stop a reader."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        with suppress(DatabaseError), transaction.atomic():
            Token.objects.filter(pk=token.pk).update(last_used_at=now)


def lacks_second_factor(user: User) -> bool:
    """Whether pages are closed to the person until a second factor is set up; then tokens are, too."""
    if not settings.REQUIRE_MFA:
        return False
    from allauth.socialaccount.models import SocialAccount

    from khue.accounts.middleware import has_second_factor

    return not has_second_factor(user) and not SocialAccount.objects.filter(user=user).exists()
