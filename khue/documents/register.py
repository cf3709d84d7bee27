"""The registers: numbers in order, documents entered, mended, taken out and put back; what is there already is noticed."""

from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import differences, log_action
from khue.core.said import said
from khue.core.search import forget, index
from khue.core.text import squeeze
from khue.documents.frozen import is_issued, refuse_frozen, refuse_issued
from khue.documents.models import Direction, Document, Reading, Status, StoredFile
from khue.files.check import check_upload, clean_name
from khue.files.store import digest, keep
from khue.units.models import Unit
from khue.units.tree import today

FIELDS = (
    "direction",
    "kind",
    "number",
    "signed_on",
    "issuer",
    "subject",
    "signer",
    "signer_title",
    "place",
    "school_year",
    "arrived_on",
    "urgency",
    "recipients",
    "copies",
    "handler_unit_id",
    "handler_id",
    "forwarded_on",
    "note",
    "book_number",
)


@dataclass(frozen=True, slots=True)
class Same:
    """A document that is there already, and why it seems the same: "file", "number" or "text"."""

    document: Document
    why: str


def next_number(unit: Unit, direction: str, year: int) -> int:
    """The next free number of a register. Call it in a transaction that holds the unit's row."""
    book = Document.objects.filter(unit=unit, direction=direction, book_year=year)
    return (book.aggregate(last=Max("book_number"))["last"] or 0) + 1


@transaction.atomic
def register(unit: Unit, *, by: Any, file: StoredFile | None = None, read: bool = True, **fields: Any) -> Document:
    """Enters a document into the unit's register of its year and, where it has a file, asks for it to be read.

    Raises KhueError where the register's number is taken.
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    direction = fields.pop("direction", Direction.INCOMING)
    incoming = direction == Direction.INCOMING
    day = fields.get("arrived_on" if incoming else "signed_on") or today()
    number = fields.pop("book_number", None) or next_number(unit, direction, day.year)
    if incoming:
        fields["arrived_on"] = day
    _refuse_taken(Document(unit=unit, direction=direction, book_year=day.year), number)
    document = Document.objects.create(
        unit=unit,
        direction=direction,
        book_year=day.year,
        book_number=number,
        file=file,
        status=Status.WAITING if file and read else Status.REGISTERED,
        created_by=by,
        **fields,
    )
    log_action("document.registered", document, by=by, changes={"book_number": [None, number]})
    index_document(document)
    if file and read:
        ask_reading(document)
    return document


def ask_reading(document: Document) -> None:
    """Puts the reading into the queue as soon as the transaction holds."""
    from khue.documents.files.reading import read_document

    transaction.on_commit(lambda: read_document.enqueue(document.pk))


def take_in(unit: Unit, file: IO[bytes], name: str, size: int, *, by: Any, **fields: Any) -> Document | Same:
    """Checks, keeps and enters one file; `Same` where its very bytes are in the unit's register already.

    Raises InputError for a file that is refused.
    """
    name = clean_name(name)
    kind = check_upload(file, name, size)
    there = _entry_of(unit, file)
    if there:
        return Same(there, "file")
    with transaction.atomic():
        return register(unit, by=by, file=keep(file, name=name, kind=kind, by=by), **fields)


def attach(document_id: int, file: IO[bytes], name: str, size: int, *, by: Any) -> Document:
    """Checks and keeps the file of a document that was entered without one, and asks for it to be read.

    Raises InputError for a file that is refused, KhueError where there is one already or its bytes are another entry.
    """
    name = clean_name(name)
    kind = check_upload(file, name, size)
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if not takes_file(document):
            raise KhueError("document.file", said("Văn bản này đã có tệp."), said("Tải tệp khác lên thành văn bản riêng."))
        refuse_known(document.unit, file)
        document.file, document.status = keep(file, name=name, kind=kind, by=by), Status.WAITING
        document.version += 1
        document.save()
        log_action("document.filed", document, by=by, changes={"file": ["", name]})
        ask_reading(document)
    return document


def takes_file(document: Document) -> bool:
    """Whether it was entered without a file and may be given one."""
    return not (document.file_id or document.status != Status.REGISTERED or is_issued(document))


def refuse_known(unit: Unit, file: IO[bytes]) -> None:
    """Raises KhueError where the very same bytes are an entry of the unit's registers."""
    if there := _entry_of(unit, file):
        number, year = there.book_number, there.book_year
        message = said("Tệp này đã có trong sổ, số {number}/{year}.", number=number, year=year)
        raise KhueError("document.same_file", message, said("Nếu là một, hãy bỏ bản thừa."))


def _entry_of(unit: Unit, file: IO[bytes]) -> Document | None:
    """The entry of the unit's registers that has the very same bytes."""
    return live().filter(unit=unit, file__sha256=digest(file)).first()


def live() -> QuerySet[Document]:
    """Documents that were not taken out."""
    return Document.objects.filter(removed_at__isnull=True)


def same_as(document: Document) -> list[Same]:
    """Other documents of the unit that seem to be this one: the same bytes, the same number and date, the same words."""
    # each sign by its own index: joined, every text of the unit would be read for it
    wanted = Q()
    if document.file_id:
        wanted |= Q(file__in=StoredFile.objects.filter(sha256=document.file.sha256))  # type: ignore[union-attr]
    if document.number and document.signed_on:
        wanted |= Q(number_key=document.number_key, signed_on=document.signed_on)
    reading = getattr(document, "reading", None)
    if reading:
        wanted |= Q(pk__in=Reading.objects.filter(fingerprint=reading.fingerprint).values("document"))
    if not wanted:
        return []
    others = live().filter(wanted, unit=document.unit).exclude(pk=document.pk)
    return [Same(o, _why(document, o)) for o in others.select_related("file")[:5]]


def _why(document: Document, other: Document) -> str:
    if document.file_id and other.file_id and document.file.sha256 == other.file.sha256:  # type: ignore[union-attr]
        return "file"
    if document.number and document.number_key == other.number_key:
        return "number"
    return "text"


class Stale(KhueError):
    """Somebody else has changed the thing meanwhile; `theirs` holds the fields as they are now."""

    def __init__(self, theirs: dict[str, Any]) -> None:
        super().__init__(
            "stale", said("Người khác vừa sửa cùng chỗ này."), said("So hai bên rồi chọn giữ bên nào; chữ của bạn vẫn còn trên trang.")
        )
        self.theirs = theirs


@transaction.atomic
def change(document_id: int, *, by: Any, base: dict[str, Any], said_now: dict[str, Any]) -> Document:
    """Changes fields of the register. `base` is what the person saw; a field that another changed meanwhile to
    something else raises Stale and nothing is changed. Raises KhueError where the register's number is taken, and for what an
    issued report fixed.
    """
    document = Document.objects.select_for_update().get(pk=document_id)
    mine = {name: value for name, value in said_now.items() if value != base.get(name)}
    refuse_frozen(document, mine)
    theirs = {n: getattr(document, n) for n in mine if getattr(document, n) not in (base.get(n), mine[n])}
    if theirs:
        raise Stale(theirs)
    before = {name: getattr(document, name) for name in mine}
    for name, value in mine.items():
        setattr(document, name, value)
    if mine.keys() & {"book_number", "direction"}:
        _refuse_taken(document, document.book_number)
    if mine:
        document.version += 1
        document.save()
        log_action("document.changed", document, by=by, changes=differences(before, mine))
        index_document(document)
    return document


def _refuse_taken(document: Document, number: int) -> None:
    """Raises KhueError where another document has that number in the document's register of its year."""
    book = Document.objects.filter(unit=document.unit, direction=document.direction, book_year=document.book_year)
    if book.filter(book_number=number).exclude(pk=document.pk).exists():
        message = said("Số {number} của sổ năm {year} đã dùng.", number=number, year=document.book_year)
        raise KhueError("document.book_number", message, said("Chọn số khác."))


@transaction.atomic
def remove(document_id: int, *, by: Any, why: str) -> Document:
    """Takes a document out of the lists; its number in the register stays taken, and it can be put back.

    Raises KhueError for an issued report, and without a reason: the gap in the numbers is asked about one day.
    """
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.removed_at is None:
        refuse_issued(document)
        why = squeeze(why)
        if not why:
            raise KhueError("document.why", said("Ghi lý do bỏ khỏi sổ."))
        document.removed_at = timezone.now()
        document.save(update_fields=["removed_at"])
        log_action("document.removed", document, by=by, changes={"why": ["", why]})
        forget("document", document.pk)
    return document


@transaction.atomic
def restore(document_id: int, *, by: Any) -> Document:
    """Puts a document back that was taken out."""
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.removed_at is not None:
        document.removed_at = None
        document.save(update_fields=["removed_at"])
        log_action("document.restored", document, by=by)
        index_document(document)
    return document


def index_document(document: Document) -> None:
    """Puts a document into the search index: the fields of the register and, once read, its whole text."""
    reading = getattr(document, "reading", None)
    texts = [document.kind, document.number, document.issuer, document.subject, document.signer, document.note]
    title = squeeze(f"{document.called}: {document.subject}" if document.subject and document.number else document.called)
    report = getattr(document, "report", None)
    texts += [reading.text if reading else "", report.text if report else ""]
    index("document", document.pk, unit_id=document.unit_id, title=title, texts=texts)
