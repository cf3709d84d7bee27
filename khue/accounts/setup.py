"""The first unit and the first administrator of a new deployment."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from khue.accounts.joining import USERNAME, make_user
from khue.accounts.models import RoleName, User
from khue.accounts.roles import grant
from khue.units.kinds import UnitKind
from khue.units.models import Unit
from khue.units.tree import found_unit


@transaction.atomic
def first_steps(unit_name: str, kind: str, username: str, full_name: str, email: str, password: str) -> tuple[Unit, User]:
    """Makes the first unit and its administrator. ValidationError names the field; nothing is made then.

    `kind` is a value of UnitKind. Refused where there are units or people already.
    """
    if Unit.objects.exists() or User.objects.exists():
        raise ValidationError(_("Hệ thống đã có đơn vị hoặc người dùng; thêm người bằng lời mời trên trang Người dùng."))
    errors: dict[str, str | ValidationError] = {}
    if not unit_name.strip():
        errors["unit_name"] = _("Chưa có tên đơn vị.")
    if kind not in UnitKind.values:
        errors["kind"] = _("Loại đơn vị phải là một trong: {kinds}.").format(kinds=", ".join(UnitKind.values))
    if not full_name.strip():
        errors["full_name"] = _("Chưa có họ và tên.")
    if not USERNAME.fullmatch(username.strip().lower()):
        errors["username"] = _("Tên đăng nhập gồm 3 đến 60 chữ thường không dấu, chữ số, dấu chấm, gạch; bắt đầu bằng chữ hoặc số.")
    _check(errors, "email", lambda: validate_email(email) if email else None)
    _check(errors, "password", lambda: validate_password(password, User(username=username, full_name=full_name, email=email)))
    if errors:
        raise ValidationError(errors)
    user = make_user(username=username, full_name=full_name.strip(), email=email, password=password, by=None)
    unit = found_unit(name=unit_name.strip(), kind=kind, parent=None, by=user)
    grant(user, unit=unit, role=RoleName.ADMIN, by=user)
    return unit, user


def _check(errors: dict[str, str | ValidationError], name: str, check: object) -> None:
    try:
        check()  # type: ignore[operator]
    except ValidationError as error:
        errors[name] = error
