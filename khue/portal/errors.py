"""Error pages: what happened, what to do, the number of the request."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from khue.accounts.middleware import attach_person
from khue.core.current import request_id
from khue.core.middleware import problem, storage_page, wants_json

WORDS = {
    "not-found": (_("Không có, hoặc không thuộc phạm vi của bạn."), _("Xem lại địa chỉ.")),
    "forbidden": (_("Vai trò của bạn không cho phép việc này."), _("Hỏi người quản trị của đơn vị.")),
    "broken": (_("Máy chủ gặp lỗi."), _("Gửi lại sau; nếu vẫn lỗi, báo số của yêu cầu cho người quản trị.")),
    "csrf": (_("Biểu mẫu quá cũ hoặc đến từ trang khác."), _("Tải lại trang rồi gửi lại.")),
}


def _page(request: HttpRequest, template: str, status: int, code: str) -> HttpResponse:
    if wants_json(request):
        message, remedy = WORDS[code]
        return problem(code, str(message), str(remedy), status)
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
