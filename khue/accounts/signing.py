"""The sign-in library's forms without the placeholders that only repeat the label."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HELP = _("Ít nhất 10 ký tự, không chỉ gồm chữ số, không phải mật khẩu quen thuộc.")


class Quiet:
    """Drops placeholders, and helps that stand elsewhere on the page."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name == "password1":
                field.help_text = PASSWORD_HELP


class LoginForm(Quiet, account.LoginForm):  # type: ignore[misc]
    """Username or e-mail address, password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Tên đăng nhập hoặc thư điện tử")
        self.fields["login"].widget.attrs |= {"autocomplete": "username webauthn", "autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].help_text = ""


class ReauthenticateForm(Quiet, account.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class ChangePasswordForm(Quiet, account.ChangePasswordForm):  # type: ignore[misc]
    """Old and new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(Quiet, account.SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class ResetPasswordForm(Quiet, account.ResetPasswordForm):  # type: ignore[misc]
    """The address to send the link to."""


class ResetPasswordKeyForm(Quiet, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password by the link."""


class AuthenticateForm(Quiet, mfa.AuthenticateForm):  # type: ignore[misc]
    """A code of the authenticator or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autofocus": True, "inputmode": "numeric"}


class CodeAgainForm(Quiet, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code once more."""


class ActivateTOTPForm(Quiet, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}
