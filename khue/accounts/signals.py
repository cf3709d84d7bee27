"""Signing in and out, failures and changes of the second factor go to the action log."""

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from khue.accounts.models import User
from khue.accounts.people import first_unit_id
from khue.core.log import log_action


def _log(verb: str, user: Any, **changes: Any) -> None:
    if isinstance(user, User):
        log_action(verb, user, by=user, unit_id=first_unit_id(user), changes=changes)


@receiver(user_logged_in)
def signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Writes the sign-in."""
    _log("person.signed_in", user)


@receiver(user_logged_out)
def signed_out(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Writes the sign-out."""
    _log("person.signed_out", user)


@receiver([password_changed, password_reset])
def new_password(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Writes that the password was changed, never the password."""
    _log("person.password", user)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def second_factor(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    """Writes which kind of second factor came or went."""
    _log("person.second_factor", user, kind=["", str(authenticator.type)])
