"""A report as .docx in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I. Sizes and margins are named where they are used."""

import io
from collections.abc import Iterable
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from khue.documents.report.blocks import APPENDIX, HEADING, SUM, TABLE, Block
from khue.documents.report.letterhead import COUNTRY, KIND, MOTTO, Letter
from khue.documents.report.tables import centred, printable, roman, together, unbroken, widths

FONT = "Times New Roman"
BODY, SMALL, HEAD, CELL = 14, 13, 12, 12
LEFT, CENTRE, RIGHT, JUSTIFY = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
# A4 with 20 mm on top and below, 30 mm left, 20 mm right
WIDTH = 210 - 30 - 20


def make(letter: Letter) -> bytes:
    """The whole file."""
    document = docx.Document()
    _page(document)
    _head(document, letter)
    _title(document, letter)
    last = _body(document, letter.body, letter.small)
    if last is not None:
        # who signs does not stand alone on a page
        last.paragraph_format.keep_with_next = last.paragraph_format.keep_together = True
    _foot(document, letter)
    for number, blocks in enumerate(letter.appendices, 1):
        _appendix(document, letter, blocks, number if len(letter.appendices) > 1 else 0)
    document.core_properties.title = printable(letter.title)[:255]
    document.core_properties.author, document.core_properties.language = printable(letter.agency)[:255], "vi-VN"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    """A4 upright; the page number in the middle of the top margin from page 2 on."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY)
    fonts = style.element.rPr.rFonts
    for name in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(name), FONT)
    style.paragraph_format.space_after = Pt(0)
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    _field(number.add_run(), "PAGE")


def _field(run: Any, name: str) -> None:
    run.font.size = Pt(SMALL)
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _write(
    paragraph: Any, text: str, *, size: float = BODY, bold: bool = False, italic: bool = False, align: Any = None, after: float = 0
) -> Any:
    run = paragraph.add_run(printable(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


# --- the head: who issues it on the left, the country on the right


def _head(document: Any, letter: Letter) -> None:
    table = document.add_table(rows=2, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _widths(table, (68, WIDTH + 8 - 68))
    left, right = table.rows[0].cells
    if letter.parent:
        _write(left.paragraphs[0], letter.parent_lines, size=HEAD, align=CENTRE)
    _write(left.add_paragraph() if letter.parent else left.paragraphs[0], letter.agency_lines, size=HEAD, bold=True, align=CENTRE)
    _rule(left.add_paragraph(), 68, 26)
    _write(right.paragraphs[0], COUNTRY, size=SMALL, bold=True, align=CENTRE)
    _write(right.add_paragraph(), MOTTO, size=BODY, bold=True, align=CENTRE)
    _rule(right.add_paragraph(), WIDTH + 8 - 68, 58)
    left, right = table.rows[1].cells
    _write(left.paragraphs[0], f"Số: {letter.number}", size=SMALL, align=CENTRE)
    _write(right.paragraphs[0], letter.place_and_day, size=BODY, italic=True, align=CENTRE)
    # the longest line of the head stays on one line
    _no_cell_margins(table)


def _rule(paragraph: Any, column: float, length: float) -> None:
    """A line in the middle of a column, under what stands above it."""
    indent = Mm((column - length) / 2)
    form = paragraph.paragraph_format
    form.left_indent, form.right_indent = indent, indent
    form.line_spacing_rule, form.line_spacing, form.space_after = WD_LINE_SPACING.EXACTLY, Pt(3), Pt(6)
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _no_cell_margins(table: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), "0")
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    table._tbl.tblPr.append(margins)


def _title(document: Any, letter: Letter) -> None:
    first = _write(document.add_paragraph(), KIND, bold=True, align=CENTRE)
    first.paragraph_format.space_before = Pt(12)
    _write(document.add_paragraph(), unbroken(letter.title), bold=True, align=CENTRE)
    _rule(document.add_paragraph(), WIDTH, 56)
    if not letter.addressees:
        return
    if len(letter.addressees) == 1:
        _write(document.add_paragraph(), f"Kính gửi: {letter.addressees[0]}", align=CENTRE, after=12).paragraph_format.space_before = Pt(6)
        return
    _write(document.add_paragraph(), "Kính gửi:").paragraph_format.left_indent = Mm(38)
    for n, who in enumerate(letter.addressees, 1):
        end = "." if n == len(letter.addressees) else ";"
        _write(document.add_paragraph(), f"- {who}{end}", after=12 if end == "." else 0).paragraph_format.left_indent = Mm(60)


# --- the text


def _body(document: Any, blocks: Iterable[Block], small: bool = False) -> Any:
    """The pieces; returns the last paragraph, None where a table is the last."""
    last = None
    for block in blocks:
        if block.kind == TABLE:
            if last is not None:
                # the words that lead to a table stand above it
                last.paragraph_format.keep_with_next = True
            _table(document, block)
            last = None
            continue
        for line in block.text.split("\n"):
            if line.strip():
                last = _paragraph(document, block, line, small)
    return last


def _paragraph(document: Any, block: Block, line: str, small: bool) -> Any:
    """14 pt, justified, first line 1,27 cm in, 6 pt between paragraphs, line spacing 1,15; 13 pt and 1 where small."""
    size = SMALL if small else BODY
    paragraph = _write(document.add_paragraph(), line, size=size, bold=block.kind == HEADING, align=JUSTIFY, after=6)
    form = paragraph.paragraph_format
    form.first_line_indent, form.line_spacing = Mm(12.7), 1.0 if small else 1.15
    if block.kind == HEADING:
        form.keep_with_next = True
    return paragraph


def _table(document: Any, block: Block) -> None:
    if not block.rows:
        return
    columns = len(block.rows[0])
    table = document.add_table(rows=0, cols=columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    of = widths(block.key, columns, WIDTH)
    last = len(block.rows) - 1
    # the head stays with the first rows, the sum with the last ones
    kept = [1, *together(block.rows[1:])]
    for n, row in enumerate(block.rows):
        cells = table.add_row().cells
        if len(row) == 1:
            _write(cells[0].merge(cells[-1]).paragraphs[0], row[0], size=CELL, bold=True)
        else:
            sum_row = n == last and row[0] == SUM
            for i, (cell, text) in enumerate(zip(cells, row, strict=True)):
                _write(cell.paragraphs[0], text, size=CELL, bold=n == 0 or sum_row, align=CENTRE if n == 0 or centred(i, text) else LEFT)
        for cell in cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = kept[n] > 0
            cell.paragraphs[0].paragraph_format.space_before = cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        table.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _widths(table, of)
    _repeat(table.rows[0])
    document.add_paragraph().paragraph_format.line_spacing = 0.7


def _widths(table: Any, of: Iterable[float]) -> None:
    millimetres = [Mm(w) for w in of]
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = width
    for row in table.rows:
        if len(row._tr.tc_lst) == len(millimetres):
            for cell, width in zip(row.cells, millimetres, strict=True):
                cell.width = width


def _repeat(row: Any) -> None:
    element = OxmlElement("w:tblHeader")
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


# --- the foot: to whom on the left, who signs on the right


def _foot(document: Any, letter: Letter) -> None:
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _widths(table, (76, WIDTH - 76))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    left, right = table.rows[0].cells
    if letter.recipients:
        _write(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True)
        for n, who in enumerate(letter.recipients, 1):
            _write(left.add_paragraph(), f"- {who}{'.' if n == len(letter.recipients) else ';'}", size=11)
    for n, line in enumerate(letter.signer_title):
        _write(right.paragraphs[0] if n == 0 else right.add_paragraph(), line, bold=True, align=CENTRE)
    for _ in range(3 if letter.small else 4):
        _write(right.add_paragraph(), "", align=CENTRE)
    _write(right.add_paragraph(), letter.signer, bold=True, align=CENTRE)


def _appendix(document: Any, letter: Letter, blocks: list[Block], number: int) -> None:
    """Begins a page of its own; says which report it belongs to."""
    title, rest = (blocks[0], blocks[1:]) if blocks[0].kind == APPENDIX else (None, blocks)
    first = _write(document.add_paragraph(), f"PHỤ LỤC {roman(number)}".strip(), bold=True, align=CENTRE)
    first.paragraph_format.page_break_before = True
    if title:
        _write(document.add_paragraph(), title.text, bold=True, align=CENTRE)
    _write(document.add_paragraph(), letter.appendix_of, italic=True, align=CENTRE, after=8)
    _body(document, rest)
