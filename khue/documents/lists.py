"""The register as a list: filtered, counted, exported, with the filters people saved."""

import io
from datetime import timedelta
from typing import Any

import xlsxwriter
from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from khue.accounts.person import Person
from khue.core.models import SavedFilter
from khue.core.search import matching
from khue.documents.models import Document, Obligation, Slip, State
from khue.units.tree import day_end

PAGE = "documents:register"


def filtered(person: Person, asked: dict[str, Any]) -> QuerySet[Document]:
    """The documents one may see that fit every filter, newest first."""
    found = Document.objects.filter(unit_id__in=person.scope("documents.view"), removed_at__isnull=not asked.get("removed"))
    for name in ("direction", "status"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
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
        found = found.filter(Q(arrived_on__gte=day) | Q(arrived_on__isnull=True, created_at__gte=day_end(day - timedelta(days=1))))
    if day := asked.get("booked_until"):
        found = found.filter(Q(arrived_on__lte=day) | Q(arrived_on__isnull=True, created_at__lt=day_end(day)))
    if asked.get("q"):
        found = found.filter(pk__in=matching(asked["q"], "document").values("object_id"))
    return found.select_related("unit", "file").order_by("-book_year", "-book_number", "-id")


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


def columns() -> list[tuple[str, int, str]]:
    """Heading, width and field of the exported list."""
    return [
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
        (_("Ghi chú"), 30, "note"),
    ]


def _cell(document: Document, field: str) -> Any:
    if field in ("direction", "urgency", "status"):
        return str(getattr(document, f"get_{field}_display")())
    if field == "handlers":
        return "; ".join(str(x) for x in (document.handler_unit, document.handler) if x)
    if field == "unit":
        return document.unit.name
    return getattr(document, field)


def as_xlsx(documents: QuerySet[Document]) -> bytes:
    """The list as a spreadsheet: text stays text, dates are dates."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Sổ văn bản")[:31])
        bold, day, wrap = (
            book.add_format({"bold": True, "bg_color": "#F3EEE2"}),
            book.add_format({"num_format": "dd/mm/yyyy"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        sheet.freeze_panes(1, 0)
        for i, (name, width, _field) in enumerate(columns()):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, name, bold)
        for row, document in enumerate(documents.select_related("unit", "handler_unit", "handler").iterator(chunk_size=500), start=1):
            for i, (_name, _width, field) in enumerate(columns()):
                value = _cell(document, field)
                if hasattr(value, "year"):
                    sheet.write_datetime(row, i, value, day)
                elif isinstance(value, int):
                    sheet.write_number(row, i, value)
                elif value:
                    sheet.write_string(row, i, str(value), wrap)
    return buffer.getvalue()
