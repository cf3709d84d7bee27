"""How sign-in behaves here: nobody signs up alone; wrong passwords lock; single sign-on finds people by their verified address."""

import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khue.accounts import lockout
from khue.accounts.models import User
from khue.accounts.people import first_unit_id
from khue.core.log import log_action

log = logging.getLogger("khue.mail")
JUST_NOW = 300
# one sentence for a wrong name and for a wrong password, so that nobody learns which names exist
MISMATCH = gettext_lazy("Tên đăng nhập hoặc mật khẩu không đúng.")


def display_name(user: User) -> str:
    """How a person is called on screen and in letters."""
    return user.full_name or user.username


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "too_many_login_attempts": gettext_lazy("Đã nhập sai quá nhiều lần. Đợi 10 phút rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Never reached by signing up; kept so that a signup by mistake makes nobody."""
        raise NotImplementedError("people come by invitation")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses while the account is locked, says until when; else takes one of the five tries."""
        key = self._lock = lockout.key_of(credentials.get("username") or credentials.get("email") or "")
        if (until := lockout.locked_until(key)) or not lockout.take(key):
            raise _locked(until or lockout.locked_until(key))
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """A right password gives the tries back."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            lockout.right(self._lock)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The fifth wrong password locks the account; its log says so."""
        if lockout.wrong(self._lock):
            name = (credentials.get("username") or credentials.get("email") or "").strip().lower()
            user = User.objects.filter(username=name).first() or User.objects.filter(email=name).exclude(email="").first()
            if user:
                log_action("person.locked_out", user, by=None, unit_id=first_unit_id(user))
            raise _locked(lockout.locked_until(self._lock))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in: who has just given their password is not asked again."""
        done = context.request.session.get("account_authentication_methods", [])
        if any(time.time() - record.get("at", 0) < JUST_NOW for record in done):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def set_password(self, user: Any, password: str) -> None:
        """A new password opens a locked account."""
        super().set_password(user, password)
        lockout.right(lockout.key_of(user.username))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not stop somebody from changing a password."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.error("letter not sent", extra={"letter": template_prefix, "error": f"{type(error).__name__}: {error}"})


def _locked(until: Any) -> ValidationError:
    if until is None:
        return ValidationError(_("Tài khoản tạm khóa vì nhập sai mật khẩu 5 lần. Đợi 10 phút rồi thử lại."))
    at = timezone.localtime(until).strftime("%H:%M:%S")
    return ValidationError(_("Tài khoản tạm khóa vì nhập sai mật khẩu 5 lần. Thử lại sau {time}.").format(time=at), code="locked")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """How Khuê is called in an authenticator and on a passkey."""

    def _get_site_name(self) -> str:
        return "Khuê"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on lets in those whom Khuê knows already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """No new people; a verified e-mail address that Khuê knows is joined to its user before this is asked."""
        return False
