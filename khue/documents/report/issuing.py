"""Issuing: the report gets its number, its text and figures are fixed, and it stands in the outgoing register with its file."""

import io
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import said
from khue.core.text import key, number_key, squeeze
from khue.documents.models import Direction, Document, Report
from khue.documents.register import index_document, next_number, register
from khue.documents.report import docx
from khue.documents.report.ahead import is_blank, without_blank
from khue.documents.report.blocks import blocks_of
from khue.documents.report.kept import KEPT, file_of, number_of
from khue.documents.report.letterhead import letter_of, letterhead, symbol_of
from khue.files.store import keep
from khue.units.models import Unit
from khue.units.tree import today

KIND = "Báo cáo"
NEEDED = {"title": said("trích yếu"), "signer_title": said("chức vụ người ký"), "signer": said("người ký"), "place": said("địa danh")}


def proposed_number(unit: Unit) -> str:
    """The next number of the outgoing register with the unit's letters: 07/BC-PGDĐT."""
    return f"{next_number(unit, Direction.OUTGOING, today().year):02d}/BC-{symbol_of(unit)}"


def missing(report: Report) -> list[str]:
    """What a report still lacks before it can be issued, in words."""
    return [str(words) for name, words in NEEDED.items() if not squeeze(getattr(report, name))]


def unfilled(report: Report) -> bool:
    """Whether the line for proposals is still empty; a report without any can go out, but whoever issues it should know."""
    return any(is_blank(b) for b in blocks_of(report.blocks))


@transaction.atomic
def issue(report_id: int, *, by: Any, number: str = "", version: int | None = None, signed: bool = False) -> Report:
    """Issues the draft today. It never changes again; a new report replaces it. A second time changes nothing.

    `version` is the one the person looked at, `signed` that the signer has signed it, which the signer need not say. Raises
    KhueError where something is missing or not signed, the number is taken, or the draft was changed after the preview.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("unit", "document").get(pk=report_id)
    if report.state == Report.State.ISSUED:
        return report
    Unit.objects.select_for_update().get(pk=report.unit_id)
    _refuse(report, by, version, signed)
    number = squeeze(number) or proposed_number(report.unit)
    _check_number(report, number)
    report.blocks = [b.data() for b in without_blank(blocks_of(report.blocks))]
    report.figures = report.figures | {
        "letterhead": letterhead(report.unit, report.as_of),
        KEPT: {"number": number, "signed_on": today().isoformat()},
    }
    report.issued_as = _enter(report, number, by)
    report.state, report.issued_by, report.issued_at = Report.State.ISSUED, by, timezone.now()
    report.version += 1
    report.figures[KEPT]["file"] = _attach(report, by)
    report.save()
    # read anew, so that the entry knows its report
    index_document(Document.objects.get(pk=report.issued_as.pk))
    log_action("report.issued", report, by=by, changes={"number": [None, number], "signer": [None, report.signer]})
    return report


def _refuse(report: Report, by: Any, version: int | None, signed: bool) -> None:
    """Raises KhueError for a draft that cannot go out as it is."""
    if version is not None and version != report.version:
        raise KhueError("report.version", said("Dự thảo vừa được sửa sau khi bạn xem."), said("Xem lại bản mới rồi ban hành."))
    if lacks := missing(report):
        raise KhueError("report.missing", said("Còn thiếu: {what}.", what=", ".join(lacks)), said("Bổ sung ở phần đầu và phần ký."))
    if not signed and not is_signer(report, by):
        raise KhueError(
            "report.unsigned", said("Chưa xác nhận {who} đã ký bản này.", who=report.signer), said("Đánh dấu khi đã có chữ ký.")
        )


def is_signer(report: Report, person: Any) -> bool:
    """Whether the person is the one named as signer, who needs not say of the own signature that it was given."""
    return bool(report.signer) and key(squeeze(report.signer)) == key(squeeze(person.full_name))


def _check_number(report: Report, number: str) -> None:
    """The pair of number and symbol is used once a year (Nghị định 30/2020/NĐ-CP, Điều 15)."""
    if "/" not in number or len(number) > 80:
        raise KhueError("report.number", said("{number}: số, ký hiệu không đúng dạng.", number=number), said("Ghi như 07/BC-PGDĐT."))
    year = today().year
    book = Document.objects.filter(unit=report.unit, direction=Direction.OUTGOING, book_year=year)
    if book.filter(number_key=number_key(number)[:80]).exists():
        raise KhueError("report.taken", said("Số {number} của năm {year} đã dùng.", number=number, year=year), said("Chọn số khác."))


def _enter(report: Report, number: str, by: Any) -> Document:
    return register(
        report.unit,
        by=by,
        read=False,
        direction=Direction.OUTGOING,
        kind=KIND,
        number=number,
        signed_on=today(),
        issuer=report.figures["letterhead"]["called"].upper()[:300],
        issuer_unit=report.unit,
        subject=report.title,
        signer=report.signer,
        signer_title=report.signer_title.replace("\n", " - ")[:200],
        place=report.place,
        recipients=report.recipients,
        school_year=report.document.school_year if report.document else _school_year(report.as_of),
    )


def _school_year(day: date) -> str:
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}-{first + 1}"


def _attach(report: Report, by: Any) -> str:
    """The .docx as it was issued is the file of the register's entry; its hash."""
    entry = report.issued_as
    assert entry is not None
    entry.file = keep(io.BytesIO(docx.make(letter_of(report))), name=file_name(report, "docx"), kind="docx", by=by)
    entry.save(update_fields=["file"])
    return entry.file.sha256


def file_name(report: Report, kind: str) -> str:
    """07-BC-PGDĐT.docx; a draft is called by its subject."""
    said_of = number_of(report) or f"Du thao {report.title}"[:120]
    return f"{said_of.replace('/', '-')}.{kind}"


def written(report: Report, kind: str) -> bytes:
    """The report as a file; of one that was issued the .docx is the very one that went out. Raises MissingTool."""
    from khue.documents.report import pdf

    if kind == "pdf":
        return pdf.make(letter_of(report))
    return file_of(report) or docx.make(letter_of(report))
