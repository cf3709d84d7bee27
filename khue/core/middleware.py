"""Every request has a number, a line in the log, and a clear page when the database or the disk fails."""

import errno
import logging
import sqlite3
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from khue.core.current import on_behalf_of, request_id
from khue.core.errors import NotYet
from khue.core.spoken import speak

log = logging.getLogger("khue.request")
MOST_FILES_AT_ONCE = 10
_BROKEN = ("database disk image is malformed", "file is not a database")
Answer = Callable[[HttpRequest], HttpResponse]
_SECRETS = frozenset({"key", "uidb36", "secret", "token"})
_FULL = ("database or disk is full", "No space left on device", "could not extend file", "disk I/O error")


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: by what it accepts, or at an address of the API."""
    return "application/json" in request.headers.get("Accept", "") or request.path.startswith("/api/")


def problem(code: str, message: str, remedy: str, status: int) -> JsonResponse:
    """An error for a program. `error` is what pages' scripts look at, the rest what the API promises."""
    return JsonResponse({"error": code, "code": code, "message": message, "remedy": remedy, "request": request_id.get()}, status=status)


class RequestLog:
    """Gives the request a number, measures it, writes one line."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers with the number in X-Request-Id, so that a person can name it."""
        token = request_id.set(uuid.uuid4().hex[:16])
        behalf = on_behalf_of.set(None)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            # the line below says it; Django's own would come later, without the number
            response._has_been_logged = True  # type: ignore[attr-defined]
            if not request.path.startswith("/static/"):
                took = round((time.perf_counter() - started) * 1000, 1)
                match = request.resolver_match
                # an invitation's or a new password's address holds its secret
                secret = match is not None and not _SECRETS.isdisjoint(match.kwargs)
                log.info(
                    "request",
                    extra={
                        "method": request.method,
                        "path": f"/{match.route}" if secret and match else request.path,
                        "page": match.view_name if match else "",
                        "status": response.status_code,
                        "ms": took,
                        "user": getattr(getattr(request, "user", None), "pk", None),
                    },
                )
            return response
        finally:
            on_behalf_of.reset(behalf)
            request_id.reset(token)


class BodyLimit:
    """A request that announces more than any allowed set of files is refused before a byte of it is read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413 with a page that says how large a file may be."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdigit() and int(announced) > settings.MAX_UPLOAD_BYTES * MOST_FILES_AT_ONCE:
            megabytes = settings.MAX_UPLOAD_BYTES // 1_000_000
            if wants_json(request):
                response: HttpResponse = problem("request.large", _("Nội dung yêu cầu quá lớn."), _("Gửi ít hơn trong một lần."), 413)
            else:
                context = {"mb": megabytes, "all_mb": megabytes * MOST_FILES_AT_ONCE}
                response = render(request, "errors/too_large.html", context, status=413)
            response["Connection"] = "close"
            return response
        return self.get_response(request)


class ClearErrors:
    """A lost database and a full disk get a page that says so; what was typed stays in the browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Goes on. Django itself turns the errors of the middlewares below into handler500, which asks storage_page too."""
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not wants_json(request):
            page = render(request, "errors/only_sent.html", {"request_number": request_id.get()}, status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error of storage and for what is not ready yet, None for any other error."""
        return not_yet_page(request, error) if isinstance(error, NotYet) else storage_page(request, error)


def not_yet_page(request: HttpRequest, error: NotYet) -> HttpResponse:
    """What is not ready yet, and when to come again."""
    message, remedy = speak(error.message), speak(error.remedy)
    if wants_json(request):
        response: HttpResponse = problem(error.code, message, remedy, 503)
    else:
        response = render(request, "errors/not_yet.html", {"message": message, "remedy": remedy}, status=503)
    response["Retry-After"] = "60"
    return response


def storage_page(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """What the person is told where the database or the disk failed; None where it was something else."""
    reason = storage_reason(error)
    if reason is None:
        return None
    log.error("storage", extra={"reason": reason, "error": f"{type(error).__name__}: {error}"})
    if wants_json(request):
        response: HttpResponse = problem(reason, _("Kho dữ liệu đang không dùng được."), _("Chờ ít phút rồi gửi lại."), 503)
    else:
        # without the request: the frame's own context might ask the database again
        response = HttpResponse(render_to_string("errors/storage.html", {"reason": reason}), status=503)
    response["Retry-After"] = "30"
    return response


def storage_reason(error: BaseException) -> str | None:
    """ "full" (no room on the disk), "database" (cannot be reached or opened), None (something else)."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return "full"
        if isinstance(seen, DatabaseError | sqlite3.Error) and any(words in str(seen) for words in _FULL):
            return "full"
        if isinstance(seen, OperationalError | InterfaceError):
            return "database"
        if isinstance(seen, DatabaseError | sqlite3.Error) and any(words in str(seen) for words in _BROKEN):
            return "database"
        seen = seen.__cause__ or seen.__context__
    return None
