"""The plan as a spreadsheet: tasks, questions, cited documents; filters on, the header kept in sight, ready to print."""

import io
from typing import Any

import xlsxwriter

from khue.documents.export import ReadFile
from khue.documents.export.words import cited, due_words, names, slip_name

TASKS = [
    ("STT", 5), ("Văn bản", 14), ("Mục", 8), ("Nhiệm vụ", 58), ("Chủ trì", 24), ("Phối hợp", 22), ("Thời hạn", 12),
    ("Lặp lại", 10), ("Gợi ý hạn", 12), ("Chỉ tiêu", 22), ("Căn cứ", 20), ("Đề mục", 24), ("Vị trí", 9),
]  # fmt: skip
SLIPS = [("STT", 6), ("Văn bản", 18), ("Loại", 18), ("Trích", 60), ("Vì sao", 60), ("Có lẽ là", 30), ("Vị trí", 12)]
DOCUMENTS = [("STT", 6), ("Văn bản", 18), ("Loại", 18), ("Ký hiệu", 26), ("Ngày", 13), ("Cơ quan ban hành", 36), ("Số lần dẫn", 12)]


def make(files: list[ReadFile]) -> bytes:
    """The workbook's bytes. Text cells are never formulas, whatever the document holds."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    styles = {
        "head": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1, "bg_color": "#F3EFE4"}
        ),
        "cell": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1, "align": "center"}),
        "ask": book.add_format(
            {"num_format": "dd/mm/yyyy", "valign": "top", "border": 1, "align": "center", "italic": True, "font_color": "#8A6D00"}
        ),
    }
    for style in styles.values():
        style.set_font_name("Times New Roman")
        style.set_font_size(12)
    _tasks(book, styles, files)
    _slips(book, styles, files)
    _documents(book, styles, files)
    book.close()
    return buffer.getvalue()


def _sheet(book: Any, styles: dict[str, Any], name: str, columns: list[tuple[str, int]], rows: int) -> Any:
    sheet = book.add_worksheet(name)
    for i, (title, width) in enumerate(columns):
        sheet.set_column(i, i, width)
        sheet.write_string(0, i, title, styles["head"])
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, rows, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(rows, 1), min(len(columns), 11) - 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P/&N")
    return sheet


def _write(sheet: Any, styles: dict[str, Any], row: int, values: list[Any], columns: list[tuple[str, int]]) -> None:
    """A row of cells, high enough for its longest text (programs that read the file do not all work it out)."""
    lines = max(-(-len(v) // width) for v, (_, width) in zip(values, columns, strict=True) if isinstance(v, str)) if values else 1
    sheet.set_row(row, min(400, 16.5 * max(1, lines) + 2))
    for column, value in enumerate(values):
        if value is None or value == "":
            sheet.write_blank(row, column, None, styles["cell"])
        elif isinstance(value, int):
            sheet.write_number(row, column, value, styles["cell"])
        elif isinstance(value, str):
            sheet.write_string(row, column, value[:32000], styles["cell"])
        else:
            sheet.write_datetime(row, column, value, styles["date"])


def _tasks(book: Any, styles: dict[str, Any], files: list[ReadFile]) -> None:
    rows = [(f, t) for f in files for t in f.reading.tasks]
    sheet = _sheet(book, styles, "Kế hoạch", TASKS, len(rows))
    for row, (file, task) in enumerate(rows, 1):
        day = task.due.day if task.due else None
        rhythm = due_words(task) if task.due and task.due.recurs else ""
        values = [
            row, file.reading.header.number or file.name, task.section, task.quote, names(task.owners), names(task.partners), day,
            rhythm, None, "; ".join(t.quote for t in task.targets), cited(task), task.heading, str(file.loaded.where(task.span.start)),
        ]  # fmt: skip
        _write(sheet, styles, row, values, TASKS)
        if task.suggestion:
            sheet.write_datetime(row, 8, task.suggestion.day, styles["ask"])


def _slips(book: Any, styles: dict[str, Any], files: list[ReadFile]) -> None:
    rows = [(f, s) for f in files for s in f.reading.slips]
    sheet = _sheet(book, styles, "Cần hỏi lại", SLIPS, len(rows))
    for row, (file, slip) in enumerate(rows, 1):
        where = str(file.loaded.where(slip.span.start))
        number = file.reading.header.number or file.name
        _write(sheet, styles, row, [row, number, slip_name(slip.kind), slip.quote, str(slip.why), str(slip.probably or ""), where], SLIPS)


def _documents(book: Any, styles: dict[str, Any], files: list[ReadFile]) -> None:
    rows = [(f, d) for f in files for d in f.reading.documents]
    sheet = _sheet(book, styles, "Văn bản được dẫn", DOCUMENTS, len(rows))
    for row, (file, document) in enumerate(rows, 1):
        number = file.reading.header.number or file.name
        values = [row, number, document.kind, document.symbol or document.title, document.day, document.issuer, len(document.mentions)]
        _write(sheet, styles, row, values, DOCUMENTS)
