"""Error pages: what happened, what to do, the number of the request."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from khue.core.current import request_id


def _page(request: HttpRequest, template: str, status: int, code: str) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": code, "request": request_id.get()}, status=status)
    return render(request, f"errors/{template}.html", {"request_number": request_id.get()}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or not this person's."""
    return _page(request, "not_found", 404, "not-found")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person's roles do not allow it."""
    return _page(request, "forbidden", 403, "forbidden")


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed that should not."""
    return _page(request, "broken", 500, "broken")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old or comes from another site."""
    return _page(request, "csrf", 403, "csrf")
