"""What every operation of the API shares: the request, bounded values, pages of a list, one kind of error."""

from collections.abc import Iterable
from datetime import date
from mimetypes import guess_type
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from ninja import Header, Schema
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from khue.accounts.models import Token, User
from khue.accounts.person import Person
from khue.core.models import StoredFile
from khue.files.check import EXTENSIONS
from khue.files.store import path_of

T = TypeVar("T")
MOST_ROWS, MOST_OFFSET = 200, 100_000
# PostgreSQL has no place for this character
NO_NUL = r"^[^\x00]*$"

ANY = "application/octet-stream"
# ending of a kept file -> its kind, as the pages send it
TYPES = {end: guess_type(f"tep.{end}")[0] or ANY for ends in EXTENSIONS.values() for end in sorted(ends)}
KEPT = list(dict.fromkeys([*TYPES.values(), ANY]))

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Line = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Words = Annotated[str, Field(max_length=4000, pattern=NO_NUL)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=NO_NUL,
        description="Any text of your own. The same request with the same key is carried out once; the second time its answer comes again.",
    ),
]


class ApiRequest(HttpRequest):
    """A request that came through the door of the API (accounts/bearer.py)."""

    person: Person
    token: Token
    user: User


def one_of(names: Iterable[str]) -> Any:
    """A text that is one of some names."""
    known = [str(n) for n in names]
    told: dict[str, Any] = {"enum": known}

    def check(value: str) -> str:
        if value not in known:
            raise PydanticCustomError("one_of", "one of: {names}", {"names": ", ".join(filter(None, known))})
        return value

    return Annotated[str, AfterValidator(check), Field(json_schema_extra=told)]


class Paging(Schema):
    """Which rows of a list."""

    limit: int = Field(50, ge=1, le=MOST_ROWS)
    offset: int = Field(0, ge=0, le=MOST_OFFSET)


class Rows(Schema, Generic[T]):
    """Some rows of a list, and how many there are in all."""

    items: list[T]
    count: int
    limit: int
    offset: int


def rows(found: "QuerySet[Any]", page: Paging) -> dict[str, Any]:
    """The rows that were asked for, as `Rows` has them."""
    items = list(found[page.offset : page.offset + page.limit])
    return {"items": items, "count": found.count(), "limit": page.limit, "offset": page.offset}


class Wrong(Schema):
    """One value of a request that cannot be taken: where it stands, what was expected."""

    where: str
    expected: str


class Error(Schema):
    """`code` is stable, `message` says what is wrong, `remedy` what to do."""

    code: str
    message: str
    remedy: str = ""
    fields: list[Wrong] = []


def errors(*codes: int) -> dict[int, type[Error]]:
    """The answers of an operation that tell an error."""
    return dict.fromkeys(codes, Error)


# 503: an earlier day is being made up
LIST = errors(401, 403, 422, 503)
ONE = errors(401, 403, 404, 422)
WRITE = errors(400, 401, 403, 404, 409, 413, 422)


class UnitRef(Schema):
    """A unit as others name it."""

    id: int
    name: str


class PersonRef(Schema):
    """A person as others name them."""

    id: int
    full_name: str


class FileOut(Schema):
    """A file that was taken in."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str


def address_of(page: str, pk: int) -> str:
    """Where a person reads it."""
    return f"{settings.BASE_URL}{reverse(page, args=[pk])}"


def binary(*kinds: str) -> dict[str, Any]:
    """What the schema says of an operation that answers with a file of one of those kinds."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {200: {"description": "The file", "content": content}}}


def send(stored: StoredFile | None) -> FileResponse:
    """A kept file as a download; Http404 where it is gone."""
    if stored is None or not path_of(stored.sha256).is_file():
        raise Http404
    # its ending was held against its content when it came in
    kind = TYPES.get(stored.name.rpartition(".")[2].lower(), ANY)
    response = FileResponse(path_of(stored.sha256).open("rb"), as_attachment=True, filename=stored.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response
