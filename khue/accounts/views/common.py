"""What the pages of this room share."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from khue.accounts.forms import put_errors
from khue.core.once import once
from khue.core.paging import Keep

PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fresh() -> str:
    """The key of a form that must not be carried out twice."""
    return str(uuid.uuid4())


def page_of(request: HttpRequest, rows: Any, keep: Keep | None = None) -> Page[Any]:
    """The page of a list that the address asks for; `keep` may know how many rows there are."""
    pages = Paginator(rows, PER_PAGE)
    if keep:
        pages.count = keep(rows.count)
    return pages.get_page(request.GET.get("page"))


def save_once(request: HttpRequest, form: BaseForm, what: str, do: Callable[[], Any]) -> bool:
    """Carries out a form that makes something, once however often it is sent. False puts what was wrong into the form."""

    def answer() -> dict[str, Any]:
        do()
        return {}

    try:
        once(request.POST.get("_once", ""), what, by=request.user, do=answer)
    except ValidationError as error:
        put_errors(form, error)
        return False
    return True


def told(request: HttpRequest, words: str, do: Callable[[], Any]) -> bool:
    """Does it and says so; says what stood in the way where a rule refuses it."""
    try:
        do()
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return False
    if words:
        messages.success(request, words)
    return True


def workbook(data: bytes, name: str) -> HttpResponse:
    """A workbook to download."""
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
