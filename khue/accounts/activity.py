"""When and from where a session was last used, written down now and then."""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# what is looked at needs no writing: every page would wait for its turn to write, and on SQLite there is one writer
NOTED_EVERY = timedelta(minutes=5)


class SessionActivity:
    """Keeps allauth's list of a person's sessions: at once where one is new or comes from elsewhere, else every five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Notes the session of a signed-in person, then goes on."""
        if request.session.session_key and request.user.is_authenticated:
            _note(request)
        return self.get_response(request)


def _note(request: HttpRequest) -> None:
    from allauth.usersessions.models import UserSession

    longest = UserSession._meta.get_field("user_agent").max_length
    there = UserSession.objects.filter(
        session_key=request.session.session_key,
        user=request.user,
        ip=get_adapter().get_client_ip(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:longest],
        last_seen_at__gte=timezone.now() - NOTED_EVERY,
    )
    if not there.exists():
        UserSession.objects.create_from_request(request)
