"""The plan as an appendix in the layout of Nghị định 30/2020/NĐ-CP: A4, Times New Roman, page number on top."""

import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from khue.documents.export import ReadFile
from khue.documents.export.words import cited, due_words, names
from khue.reader.model import Task

FONT = "Times New Roman"
COLUMNS = [("STT", 12), ("Nhiệm vụ", 92), ("Chủ trì", 38), ("Phối hợp", 38), ("Thời hạn", 24), ("Chỉ tiêu", 30), ("Căn cứ", 30)]


def make(files: list[ReadFile]) -> bytes:
    """The document's bytes: an appendix for each document read."""
    document = docx.Document()
    _page(document)
    for i, file in enumerate(files):
        if i:
            document.add_page_break()
        _appendix(document, file, number=i + 1 if len(files) > 1 else 0)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Any) -> None:
    """A4 on its side with the margins of the decree; the page number in the middle on top, not on the first page."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(18), Mm(15)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(number.add_run(), "PAGE")


def _field(run: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _line(document: Any, text: str, *, bold: bool = False, italic: bool = False, size: int = 13, after: int = 0) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(after)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _appendix(document: Any, file: ReadFile, number: int) -> None:
    header = file.reading.header
    _line(document, f"PHỤ LỤC {_roman(number)}".strip(), bold=True, size=14)
    _line(document, "KẾ HOẠCH THỰC HIỆN NHIỆM VỤ", bold=True, size=14)
    source = " ".join(p for p in ((header.kind or "Công văn").capitalize(), f"số {header.number}" if header.number else "") if p)
    if header.day:
        source += f" ngày {header.day:%d} tháng {_month(header.day.month)} năm {header.day.year}"
    by = f" của {header.issuer}" if header.issuer else ""
    _line(document, f"(Theo {source}{by}{'' if header.number else f', {header.subject}' if header.subject else ''})", italic=True, after=8)
    _table(document, file.reading.tasks)
    note = document.add_paragraph()
    note.paragraph_format.space_before = Pt(6)
    run = note.add_run(
        f"Tổng số: {len(file.reading.tasks)} nhiệm vụ. Ngày trong ngoặc có dấu hỏi là gợi ý theo kế hoạch thời gian năm học."
    )
    run.italic, run.font.size = True, Pt(11)


def _table(document: Any, tasks: list[Task]) -> None:
    table = document.add_table(rows=1, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for cell, (title, _) in zip(table.rows[0].cells, COLUMNS, strict=True):
        _cell(cell, title, bold=True, center=True)
    _repeat(table.rows[0])
    for row in _rows(tasks):
        cells = table.add_row().cells
        if isinstance(row, str):
            merged = cells[0].merge(cells[-1])
            _cell(merged, row, bold=True)
            merged.paragraphs[0].paragraph_format.keep_with_next = True
            continue
        for i, text in enumerate(row):
            _cell(cells[i], text, center=i in (0, 4))
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        if len(row._tr.tc_lst) == len(COLUMNS):
            for cell, (_, width) in zip(row.cells, COLUMNS, strict=True):
                cell.width = Mm(width)
        _keep_together(row)


def _rows(tasks: list[Task]) -> Iterator[str | list[str]]:
    """A heading's line before its tasks, then the cells of each task."""
    for section, group in groupby(enumerate(tasks, 1), key=lambda pair: pair[1].section):
        rows = list(group)
        heading = rows[0][1].heading
        yield f"{section}. {heading}" if section and heading else f"Mục {section}" if section else "Tổ chức thực hiện chung"
        for number, task in rows:
            targets = "; ".join(t.quote for t in task.targets)
            yield [str(number), task.quote, names(task.owners), names(task.partners), due_words(task), targets, cited(task)]


def _cell(cell: Any, text: str, *, bold: bool = False, center: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_printable(text))
    run.bold, run.font.size = bold, Pt(12)


def _printable(text: str) -> str:
    """Characters that XML cannot hold are left out."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF)))


def _repeat(row: Any) -> None:
    element = OxmlElement("w:tblHeader")
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _month(month: int) -> str:
    """Days below 10 and the months 1 and 2 are written with a leading zero (Nghị định 30/2020/NĐ-CP)."""
    return f"{month:02d}" if month < 3 else str(month)


def _roman(number: int) -> str:
    signs = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    text = ""
    for value, sign in signs:
        while number >= value:
            text, number = text + sign, number - value
    return text
