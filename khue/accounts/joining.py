"""Coming in by an invitation's link: a new account, or a further role for the one that has the same e-mail address."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from khue.accounts.invitations import hash_of
from khue.accounts.models import Invitation, User
from khue.accounts.people import first_unit_id, index_person, keep_email
from khue.accounts.roles import grant
from khue.core.log import log_action

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


def invitation_of(secret: str) -> Invitation | None:
    """The invitation with that secret, whatever became of it."""
    return Invitation.objects.select_related("unit", "created_by").filter(secret_hash=hash_of(secret)).first()


def account_of(invitation: Invitation) -> User | None:
    """The account that has the invitation's address already."""
    return User.objects.filter(email=invitation.email.lower()).first()


@transaction.atomic
def make_user(
    *, username: str, full_name: str, email: str, password: str | None, by: User | None, title: str = "", phone: str = ""
) -> User:
    """A new account, in the log and in the search index. ValidationError where the username is taken."""
    try:
        with transaction.atomic():
            made = User.objects.create_user(username, password, full_name=full_name, email=email.strip().lower(), title=title, phone=phone)
    except IntegrityError as error:
        raise ValidationError({"username": _("Tên đăng nhập này đã có người dùng; hãy chọn tên khác.")}) from error
    keep_email(made)
    log_action("person.made", made, by=by or made, changes={"username": ["", made.username]})
    index_person(made)
    return made


@transaction.atomic
def join_new(invitation: Invitation, *, username: str, password: str) -> User:
    """Makes the account that the invitation is for, with its role."""
    locked = _open(invitation)
    if account_of(locked):
        raise ValidationError(_("Địa chỉ thư này đã có tài khoản. Hãy đăng nhập bằng tài khoản đó rồi mở lại đường dẫn."))
    user = make_user(
        username=username,
        full_name=locked.full_name,
        email=locked.email,
        password=password,
        by=None,
        title=locked.title,
        phone=locked.phone,
    )
    _accept(locked, user)
    return user


@transaction.atomic
def join_as(invitation: Invitation, user: User) -> None:
    """Gives the invitation's role to an account that has its address."""
    locked = _open(invitation)
    if user.email.lower() != locked.email.lower():
        raise PermissionDenied
    _accept(locked, user)


def _open(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("unit", "created_by").get(pk=invitation.pk)
    if not locked.open:
        raise ValidationError(_("Lời mời không còn hiệu lực. Hãy đề nghị người mời gửi lại."))
    return locked


def _accept(invitation: Invitation, user: User) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user, accepted_at=timezone.now())
    standing = user.roles.filter(unit=invitation.unit, role=invitation.role, valid_to=None).exists()
    if not standing:
        grant(user, unit=invitation.unit, role=invitation.role, by=invitation.created_by)
    log_action("invitation.accepted", invitation, by=user)
    log_action("person.joined", user, by=user, unit_id=first_unit_id(user))
