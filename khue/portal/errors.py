"""Error pages: what happened, what to do, the number of the request."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from khue.accounts.middleware import attach_person
from khue.core.current import request_id
from khue.core.middleware import storage_page


def _page(request: HttpRequest, template: str, status: int, code: str) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": code, "request": request_id.get()}, status=status)
    if getattr(getattr(request, "user", None), "is_authenticated", False):
        attach_person(request)
    return render(request, f"errors/{template}.html", {"request_number": request_id.get()}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or not this person's."""
    return _page(request, "not_found", 404, "not-found")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person's roles do not allow it."""
    return _page(request, "forbidden", 403, "forbidden")


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed that should not; a lost database and a full disk are told as such, wherever they struck."""
    error = sys.exc_info()[1]
    if error is not None and (page := storage_page(request, error)):
        return page
    return _page(request, "broken", 500, "broken")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old or comes from another site."""
    return _page(request, "csrf", 403, "csrf")
