"""Holds every request against the access table before its view runs."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from khue.accounts.access import PAGES
from khue.accounts.bearer import enter
from khue.accounts.models import Delegation, User
from khue.accounts.person import Person
from khue.core.current import on_behalf_of
from khue.units.tree import today

ACTING = "acting_for"


class Access:
    """Signed out: to the sign-in page. Signed in without the capability: 403. No entry in the table: 404.

    The API knows no sessions: accounts/bearer.py answers there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Goes on; the decision is taken in process_view, when the page is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """None lets the view run."""
        page = PAGES.get(request.resolver_match.view_name if request.resolver_match else "")
        if page is None:
            raise Http404
        if page.need == "token":
            return enter(request, page)
        user = request.user
        if isinstance(user, AnonymousUser) or not user.is_authenticated:
            return None if page.need == "public" else _sign_in(request)
        assert isinstance(user, User)
        person = attach_person(request)
        if user.language and user.language != translation.get_language() and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
        if page.need in ("public", "half"):
            return None
        if settings.REQUIRE_MFA and not came_by_single_sign_on(request) and not has_second_factor(user):
            return redirect("mfa_index")
        if page.need != "signed-in" and not person.can(page.need) and not (page.share and person.can(page.share)):
            raise PermissionDenied
        return None


def attach_person(request: HttpRequest) -> Person:
    """Who acts in a signed-in request; also for the page of an address that does not exist, which no view answers."""
    assert isinstance(request.user, User)
    person: Person = getattr(request, "person", None) or _person_of(request, request.user)
    request.person = person  # type: ignore[attr-defined]
    return person


def _person_of(request: HttpRequest, user: User) -> Person:
    giver_id = request.session.get(ACTING)
    if giver_id:
        given = Delegation.objects.filter(giver_id=giver_id, taker=user).select_related("giver")
        active = next((d for d in given if d.active(today()) and d.giver.is_active), None)
        if active:
            on_behalf_of.set(active.giver_id)
            return Person(user, active.giver)
        del request.session[ACTING]
    return Person(user)


def has_second_factor(user: User) -> bool:
    """Whether the user has a TOTP device or a passkey."""
    from allauth.mfa.models import Authenticator

    found: bool = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
    return found


def came_by_single_sign_on(request: HttpRequest) -> bool:
    """Whether this session began at the single sign-on, which asks for its own second factor."""
    done = request.session.get("account_authentication_methods", [])
    return any(record.get("method") == "socialaccount" for record in done)


def _sign_in(request: HttpRequest) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": "signed-out"}, status=401)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': _comes_back_to(request)})}")


def _comes_back_to(request: HttpRequest) -> str:
    """The page that was asked for; of a form that was sent the page it stood on, where what was typed is kept."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    own = came.netloc == request.get_host() and came.path.startswith("/")
    return f"{came.path}?{came.query}" if own and came.query else came.path if own else reverse("home")
