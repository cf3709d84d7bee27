"""How sign-in behaves here: nobody signs up alone; single sign-on finds people by their verified address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Never reached by signing up; kept so that a signup by mistake makes nobody."""
        raise NotImplementedError("people come by invitation")


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on lets in those whom Khuê knows already."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """No new people; a verified e-mail address that Khuê knows is joined to its user before this is asked."""
        return False
