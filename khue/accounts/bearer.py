"""The door of the API: a bearer token in the Authorization header, no session, answers in JSON."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from khue.accounts import tokens
from khue.accounts.access import Page
from khue.accounts.models import Token
from khue.accounts.person import Person


def refused(status: int, code: str, message: str, remedy: str) -> JsonResponse:
    """An error as every answer of the API tells it."""
    response = JsonResponse({"code": code, "message": message, "remedy": remedy}, status=status)
    response["Cache-Control"] = "no-store"
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="khue"'
    return response


def enter(request: HttpRequest, page: Page) -> JsonResponse | None:
    """Puts the token's person into the request, or says why not. Who is signed in in the browser does not count."""
    request.user = AnonymousUser()
    token = _token(request)
    if token is None:
        message = _("Thiếu mã truy cập, hoặc mã sai, hết hạn, đã thu hồi.")
        return refused(401, "token.unknown", message, _("Gửi tiêu đề «Authorization: Bearer …» với mã tạo ở trang Mã truy cập."))
    request.user = token.user
    request.token = token  # type: ignore[attr-defined]
    request.person = person = Person(token.user)  # type: ignore[attr-defined]
    if token.user.language and "Accept-Language" not in request.headers:
        translation.activate(token.user.language)
    if tokens.lacks_second_factor(token.user):
        return refused(403, "token.second_factor", _("Người có mã này chưa có lớp xác thực thứ hai."), _("Thiết lập ở trang Tài khoản."))
    if page.scope and page.scope not in token.scopes:
        message = _("Mã này không có phạm vi {scope}.").format(scope=page.scope)
        return refused(403, "token.scope", message, _("Tạo mã mới với phạm vi đó."))
    if page.can and not person.can(page.can) and not (page.share and person.can(page.share)):
        return refused(403, "forbidden", _("Vai trò của bạn không cho phép việc này."), _("Hỏi người quản trị của đơn vị."))
    tokens.used(token)
    return None


def _token(request: HttpRequest) -> Token | None:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return tokens.found(secret.strip()) if kind.lower() == "bearer" else None
