"""The register as a list: filtered, counted, exported, with the filters people saved."""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

import xlsxwriter
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from khue.accounts.person import Person
from khue.core.models import SavedFilter
from khue.core.search import ids_matching
from khue.documents.models import Document, Obligation, Slip, State
from khue.documents.then import as_then, booked_by, booked_since, standing_on, with_given
from khue.units.tree import today

PAGE = "documents:register"


def filtered(person: Person, asked: dict[str, Any]) -> QuerySet[Document]:
    """The documents one may see that fit every filter, newest first."""
    found, status = _standing(Document.objects.filter(unit_id__in=person.scope("documents.view")), asked)
    for name, field in (("direction", "direction"), ("status", status)):
        if asked.get(name):
            found = found.filter(**{field: asked[name]})
    if asked.get("unit"):
        found = found.filter(unit_id=asked["unit"])
    if asked.get("year"):
        found = found.filter(book_year=asked["year"])
    if asked.get("kind"):
        found = found.filter(kind__istartswith=asked["kind"])
    if asked.get("since"):
        found = found.filter(signed_on__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(signed_on__lte=asked["until"])
    if day := asked.get("booked_since"):
        found = found.filter(booked_since(day))
    if day := asked.get("booked_until"):
        found = found.filter(booked_by(day))
    if asked.get("q"):
        found = found.filter(pk__in=ids_matching(asked["q"], "document"))
    return found.select_related("unit", "file").order_by("-book_year", "-book_number", "-id")


def _standing(documents: QuerySet[Document], asked: dict[str, Any]) -> tuple[QuerySet[Any], str]:
    """Those in the register, or out of it, and the name of their status: of today, or at the end of the day asked about."""
    if asked.get("on"):
        return standing_on(documents, asked["on"], removed=bool(asked.get("removed"))), "status_then"
    return with_given(documents.filter(removed_at__isnull=not asked.get("removed")), today()), "status"


def with_counts(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Adds `tasks`, `left` and `open_slips` to each document."""
    standing = Obligation.objects.exclude(state__in=[State.REPLACED, State.REJECTED])
    return documents.annotate(
        tasks=_number(standing),
        left=_number(Obligation.objects.filter(state=State.PROPOSED)),
        open_slips=_number(Slip.objects.filter(answer=Slip.Answer.OPEN)),
    )


def _number(rows: QuerySet[Any]) -> Subquery:
    """How many of some rows each document has; counted for each by itself, so that one table does not multiply the other."""
    mine = rows.filter(document=OuterRef("pk")).order_by().annotate(n=Func(F("pk"), function="COUNT"))
    return Subquery(mine.values("n"), output_field=IntegerField())


def saved_filters(person: Person) -> QuerySet[SavedFilter]:
    """One's own filters and those shared by the units one belongs to."""
    units = [u.pk for u in person.units("documents.view")]
    return SavedFilter.objects.filter(Q(by=person.user) | Q(unit_id__in=units), page=PAGE)


def columns(on: date | None = None) -> list[tuple[str, int, str]]:
    """Heading, width and field of the exported list; what a plan held on an earlier day (`on`) nobody knows."""
    found = [
        (_("Số đến/đi"), 9, "book_number"),
        (_("Sổ"), 14, "direction"),
        (_("Ngày đến"), 12, "arrived_on"),
        (_("Tác giả"), 28, "issuer"),
        (_("Số, ký hiệu"), 18, "number"),
        (_("Ngày ban hành"), 12, "signed_on"),
        (_("Tên loại"), 14, "kind"),
        (_("Trích yếu"), 60, "subject"),
        (_("Người ký"), 22, "signer"),
        (_("Đơn vị, người nhận"), 28, "handlers"),
        (_("Ngày chuyển"), 12, "forwarded_on"),
        (_("Nơi nhận"), 36, "recipients"),
        (_("Số lượng bản"), 9, "copies"),
        (_("Mức độ khẩn"), 12, "urgency"),
        (_("Đơn vị giữ sổ"), 28, "unit"),
        (_("Tình trạng"), 14, "status"),
        (_("Nhiệm vụ"), 9, "tasks"),
        (_("Việc đã giao"), 9, "given"),
        (_("Ghi chú"), 30, "note"),
    ]
    return [c for c in found if on is None or c[2] != "tasks"]


def _cell(document: Document, field: str) -> Any:
    if field in ("direction", "urgency", "status"):
        return str(getattr(document, f"get_{field}_display")())
    if field == "handlers":
        return "; ".join(str(x) for x in (document.handler_unit, document.handler) if x)
    if field == "unit":
        return document.unit.name
    return getattr(document, field)


def as_xlsx(documents: QuerySet[Document], on: date | None = None) -> bytes:
    """The list as a spreadsheet, as of an earlier day where `on` says one: text stays text, dates are dates."""
    found = documents.select_related("unit", "handler_unit", "handler").iterator(chunk_size=500)
    rows: Iterable[Document] = as_then(found, on, "unit", "handler_unit") if on else found
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Sổ văn bản")[:31])
        bold, day, wrap = (
            book.add_format({"bold": True, "bg_color": "#F3EEE2"}),
            book.add_format({"num_format": "dd/mm/yyyy"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        sheet.freeze_panes(1, 0)
        for i, (name, width, _field) in enumerate(columns(on)):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, name, bold)
        for row, document in enumerate(rows, start=1):
            for i, (_name, _width, field) in enumerate(columns(on)):
                value = _cell(document, field)
                if hasattr(value, "year"):
                    sheet.write_datetime(row, i, value, day)
                elif isinstance(value, int):
                    sheet.write_number(row, i, value)
                elif value:
                    sheet.write_string(row, i, str(value), wrap)
    return buffer.getvalue()
