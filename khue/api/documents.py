"""Documents: the registers, what was read, the plan. What is done with them: intake.py."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from ninja import Query, Router, Schema
from pydantic import Field

from khue.accounts.person import get_for
from khue.api.kit import KEPT, LIST, ONE, ApiRequest, Day, Id, Line, Paging, Rows, UnitRef, address_of, binary, one_of, rows, send
from khue.core.spoken import speak_data
from khue.documents.lists import filtered, with_counts
from khue.documents.models import Direction, Document, Slip, State, Status
from khue.documents.reach import readable

router = Router(tags=["documents"])


class StoredOut(Schema):
    """A file as it came in."""

    id: int
    name: str
    size: int
    sha256: str


class DocumentOut(Schema):
    """A document in a register (Nghị định 30/2020/NĐ-CP, Phụ lục IV). To whoever only has work from it `note` is empty, and
    `left` and `open_slips` are null.
    """

    id: int
    unit: UnitRef
    called: str
    direction: str
    book_year: int
    book_number: int
    kind: str
    number: str
    signed_on: date | None
    issuer: str
    subject: str
    signer: str
    signer_title: str
    school_year: str
    arrived_on: date | None
    urgency: str
    recipients: str
    note: str
    status: str = Field(description="registered, waiting (to be read), unreadable, review, confirmed")
    obligations: int = Field(description="obligations that stand in its plan")
    left: int | None = Field(description="of these: not yet looked at")
    open_slips: int | None = Field(description="questions without an answer")
    file: StoredOut | None
    removed: bool
    version: int
    created_at: datetime
    confirmed_at: datetime | None
    page: str

    @staticmethod
    def resolve_obligations(document: Any) -> int:
        """The plan's length."""
        return int(document.tasks)

    @staticmethod
    def resolve_removed(document: Any) -> bool:
        """Whether it was taken out of the lists."""
        return document.removed_at is not None

    @staticmethod
    def resolve_page(document: Any) -> str:
        """Where a person reads it."""
        return address_of("documents:show", document.pk)


class Asked(Paging):
    """The filters of the register."""

    q: Line = Field("", description="words, with or without diacritics")
    direction: one_of(["", *Direction.values]) = ""  # type: ignore[valid-type]
    status: one_of(["", *Status.values]) = ""  # type: ignore[valid-type]
    year: int | None = Field(None, ge=1945, le=2100, description="the year of the register")
    kind: Line = ""
    unit: Id | None = None
    since: Day | None = Field(None, description="signed on this day or later")
    until: Day | None = None
    removed: bool = False


@router.get("/documents", response={200: Rows[DocumentOut], **LIST}, url_name="documents", operation_id="documents")
def documents(request: ApiRequest, asked: Query[Asked]) -> Any:
    """The documents of the registers one may see, newest first."""
    return rows(with_counts(filtered(request.person, asked.dict())), asked)


@router.get("/documents/{int:pk}", response={200: DocumentOut, **ONE}, url_name="document", operation_id="document")
def document(request: ApiRequest, pk: Id) -> Any:
    """One document, of a register one sees or that one's units have work from."""
    found, keeper = readable(request.person, pk, _every())
    if not keeper:
        found.note, found.left, found.open_slips = "", None, None  # type: ignore[attr-defined]
    return found


def _every() -> QuerySet[Document]:
    return with_counts(Document.objects.select_related("unit", "file"))


def one(request: ApiRequest, pk: int, need: str = "documents.view") -> Document:
    """The document of a register one sees."""
    return get_for(request.person, _every(), pk, see="documents.view", need=need)


class ReadingOut(Schema):
    """What the reader made of a file: its text and its head."""

    text: str
    header: dict[str, Any]
    footnotes: list[Any]
    loaded_as: str
    note: str
    reader_version: str
    read_at: datetime


@router.get("/documents/{int:pk}/reading", response={200: ReadingOut, **ONE}, url_name="reading", operation_id="reading")
def reading(request: ApiRequest, pk: Id) -> Any:
    """The text that was read. 404 where the document has no reading (yet)."""
    found = getattr(readable(request.person, pk)[0], "reading", None)
    if found is None:
        raise Http404
    names = ("text", "header", "footnotes", "loaded_as", "reader_version", "read_at")
    return {n: getattr(found, n) for n in names} | {"note": speak_data(found.note)}


class ObligationOut(Schema):
    """One obligation as it stands: `quote` is a piece of the text, `start` and `end` its place."""

    id: int
    quote: str
    start: int
    end: int
    section: str
    heading: str
    owners: list[dict[str, Any]]
    partners: list[dict[str, Any]]
    due: date | None
    due_quote: str
    recurs: str
    targets: list[dict[str, Any]]
    cites: list[Any]
    product: str
    note: str
    state: str
    doubts: list[Any]
    version: int


@router.get("/documents/{int:pk}/plan", response={200: Rows[ObligationOut], **ONE}, url_name="plan", operation_id="plan")
def plan(request: ApiRequest, pk: Id, page: Query[Paging]) -> Any:
    """The obligations of a document in the order of its text; those that were split or merged are left out."""
    return rows(one(request, pk).obligations.exclude(state=State.REPLACED), page)


class SlipOut(Schema):
    """A question that the reading puts, and the answer."""

    id: int
    kind: str
    quote: str
    start: int
    end: int
    why: str
    clashes_with: str
    probably: str
    answer: str
    value: str
    note: str

    @staticmethod
    def resolve_why(slip: Any) -> str:
        """In the language asked for."""
        return speak_data(slip.why)

    @staticmethod
    def resolve_clashes_with(slip: Any) -> str:
        """In the language asked for."""
        return speak_data(slip.clashes_with)

    @staticmethod
    def resolve_probably(slip: Any) -> str:
        """In the language asked for."""
        return speak_data(slip.probably)


@router.get("/documents/{int:pk}/slips", response={200: Rows[SlipOut], **ONE}, url_name="slips", operation_id="slips")
def slips(request: ApiRequest, pk: Id, page: Query[Paging]) -> Any:
    """What the reading asks about: dates that do not exist, figures that do not add up, and the answers given."""
    found: QuerySet[Slip] = one(request, pk).slips.order_by("start", "pk")
    return rows(found, page)


@router.get(
    "/documents/{int:pk}/file",
    response=ONE,
    url_name="document-file",
    operation_id="document_file",
    openapi_extra=binary(*KEPT),
)
def document_file(request: ApiRequest, pk: Id) -> FileResponse:
    """The file as it came in."""
    return send(readable(request.person, pk)[0].file)
