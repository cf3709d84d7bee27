"""Every error of the API as {"code", "message", "remedy"}: what services refuse, what a request lacks, what is not there."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from khue.core.errors import KhueError, NotYet
from khue.core.spoken import speak
from khue.files.check import clean_name, too_large

# what a request asks for does not fit how the thing stands now; everything else that a service refuses is 422
CONFLICTS = frozenset(
    {
        "stale",
        "request.key_used",
        "task.closed",
        "task.moved",
        "task.withdrawn",
        "return.stage",
        "extension.open",
        "extension.none",
        "transfer.there",
        "review.not_open",
        "review.left",
        "review.decided",
        "give.unsettled",
    }
)
TOO_LARGE = frozenset({"input.huge"})


def answer(api: NinjaAPI, request: HttpRequest, status: int, code: str, message: str, remedy: str = "", fields: Any = None) -> HttpResponse:
    """One error."""
    data = {"code": code, "message": message, "remedy": remedy} | ({"fields": fields} if fields else {})
    return api.create_response(request, data, status=status)


def handle(api: NinjaAPI) -> None:
    """Makes the API tell every error in this way."""

    @api.exception_handler(KhueError)
    def khue(request: HttpRequest, error: Any) -> HttpResponse:
        status = 503 if isinstance(error, NotYet) else 413 if error.code in TOO_LARGE else 409 if error.code in CONFLICTS else 422
        return answer(api, request, status, error.code, speak(error.message), speak(error.remedy))

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(api, request, 404, "not-found", _("Không có, hoặc không thuộc phạm vi của bạn."), _("Xem lại địa chỉ."))

    @api.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, error: Any) -> HttpResponse:
        remedy = _("Hỏi người quản trị của đơn vị.")
        return answer(api, request, 403, "forbidden", _("Vai trò của bạn không cho phép việc này."), remedy)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        for name in getattr(request, "too_large", []):
            return khue(request, too_large(clean_name(name)))
        fields = [{"where": ".".join(map(str, e["loc"])), "expected": str(e["msg"])} for e in error.errors]
        message = _("Yêu cầu có chỗ không đúng: {where}.").format(where=", ".join(f["where"] for f in fields))
        return answer(api, request, 422, "request.invalid", message, _("Sửa theo «fields»; mỗi địa chỉ có mô tả ở /api/."), fields)

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(
            api, request, error.status_code, "request.unreadable", _("Không đọc được nội dung yêu cầu."), _("Gửi JSON đúng dạng.")
        )

    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(SuspiciousOperation)
    def broken(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(api, request, 400, "request.unreadable", _("Không đọc được nội dung yêu cầu."), _("Xem lại cách gửi."))

    @api.exception_handler(RequestDataTooBig)
    def big(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(api, request, 413, "request.large", _("Nội dung yêu cầu quá lớn."), _("Gửi ít hơn trong một lần."))
