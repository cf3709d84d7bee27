"""Every error of the API as {"code", "message", "remedy"}: what services refuse, what a request lacks, what is not there."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
        "take_back.last",
        "extension.open",
        "extension.none",
        "transfer.there",
        "review.not_open",
        "review.left",
        "review.decided",
        "give.unsettled",
    }
)
# what was expected, by the names that pydantic gives its errors; anything rarer is told in its own words
_WHOLE, _NUMBER, _DAY = gettext_lazy("một số nguyên"), gettext_lazy("một số"), gettext_lazy("một ngày, như 2026-11-26")
EXPECTED: dict[str, Promise] = {
    "missing": gettext_lazy("phải có"),
    "one_of": gettext_lazy("một trong: {names}"),
    "unknown": gettext_lazy("không có tên này; ở đây có: {names}"),
    "nothing": gettext_lazy("không có tên này; ở đây không nhận gì thêm"),
    "file_expected": gettext_lazy("một tệp"),
    "text_expected": gettext_lazy("chữ, không phải tệp"),
    "model_type": gettext_lazy("một đối tượng JSON"),
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "decimal_parsing": _NUMBER,
    "float_parsing": _NUMBER,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "bool_parsing": gettext_lazy("true hoặc false"),
    "string_type": gettext_lazy("chữ"),
    "list_type": gettext_lazy("một danh sách"),
    "greater_than_equal": gettext_lazy("từ {ge} trở lên"),
    "less_than_equal": gettext_lazy("không quá {le}"),
    "string_too_long": gettext_lazy("không quá {max_length} ký tự"),
    "string_too_short": gettext_lazy("ít nhất {min_length} ký tự"),
    "string_pattern_mismatch": gettext_lazy("chữ theo mẫu {pattern}"),
}
TOO_LARGE = frozenset({"input.huge"})


def _expected(error: Any) -> str:
    words = EXPECTED.get(error.get("type", ""))
    return str(words).format(**error.get("ctx", {})) if words else str(error["msg"])


def _where(loc: Sequence[Any]) -> str:
    """A place in the words of whoever sent it: without the part of the request, and without the name that a whole body has inside."""
    part, *names = loc
    return ".".join(map(str, names[1:] if part == "body" and len(names) > 1 else names))


def answer(api: NinjaAPI, request: HttpRequest, status: int, code: str, message: str, remedy: str = "", fields: Any = None) -> HttpResponse:
    """One error."""
    data = {"code": code, "message": message, "remedy": remedy} | ({"fields": fields} if fields else {})
    return api.create_response(request, data, status=status)


def method_told(api: NinjaAPI, view: Callable[..., Any]) -> Callable[..., Any]:
    """The view of an address, which answers a method that it does not take in the shape of every error, not in ninja's English."""

    @functools.wraps(view)
    def told(request: HttpRequest, **path: Any) -> Any:
        response = view(request, **path)
        if response.status_code != 405:
            return response
        allow = response["Allow"]
        said = answer(
            api,
            request,
            405,
            "method",
            _("Địa chỉ này không nhận {method}.").format(method=request.method),
            _("Dùng {methods}.").format(methods=allow),
        )
        said["Allow"] = allow
        return said

    return told


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
        fields = [{"where": _where(e["loc"]), "expected": _expected(e)} for e in error.errors]
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
