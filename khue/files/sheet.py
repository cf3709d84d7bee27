"""Spreadsheets that come in and go out: rows under known columns, whatever program wrote them; what is wrong in a row."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from khue.core.errors import InputError
from khue.core.text import nfc, plain, squeeze

MOST_BYTES = 5_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# titles may stand above the header
HEADER_WITHIN = 15


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a kind of spreadsheet: their names in order, which must be there, and what else each may be called.

    `kind` begins the codes of its errors; `fill` says what a row holds, where somebody uploads an empty template. Lines
    within a cell of the columns in `lists` are kept apart by ";".
    """

    kind: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    fill: str = ""
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)
    most_rows: int = 2000
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong in a row: the column, what stands there, what was expected."""

    column: str
    value: str
    expected: str


Rows = list[tuple[int, dict[str, str]]]


def read_rows(layout: Layout, name: str, data: bytes) -> Rows:
    """(row number, cells by column) of every row that is not empty. InputError says why a file cannot be read."""
    if len(data) > MOST_BYTES:
        message = _("Tệp «{name}» lớn hơn 5 MB.").format(name=name)
        raise InputError(f"{layout.kind}.size", message, _("Chia tệp thành nhiều phần rồi tải lên lần lượt."))
    table = _csv(layout, name, data) if name.lower().endswith((".csv", ".txt")) else _workbook(layout, name, data)
    start, columns = _header(layout, name, table)
    found = []
    for number, row in enumerate(table[start + 1 :], start + 2):
        cells = {column: _text(layout, column, row[at]) if at < len(row) else "" for column, at in columns.items()}
        if any(cells.values()):
            found.append((number, {column: cells.get(column, "") for column in layout.columns}))
    if not found:
        message = _("Tệp «{name}» chỉ có dòng tiêu đề.").format(name=name)
        raise InputError(f"{layout.kind}.empty", message, layout.fill and _(layout.fill))
    if len(found) > layout.most_rows:
        words = _("Tệp «{name}» có {count} dòng; mỗi lần nhiều nhất {most} dòng.")
        message = words.format(name=name, count=len(found), most=layout.most_rows)
        raise InputError(f"{layout.kind}.rows", message, _("Chia tệp thành nhiều phần rồi tải lên lần lượt."))
    return found


def _text(layout: Layout, column: str, cell: str) -> str:
    """The cell on one line."""
    if column not in layout.lists:
        return squeeze(cell)
    lines = (squeeze(line).strip("-–+• ").rstrip(";,") for line in cell.splitlines())
    return "; ".join(line for line in lines if line)


def _header(layout: Layout, name: str, table: list[list[str]]) -> tuple[int, dict[str, int]]:
    """(its row, where each column stands): the first row that names every column that must be there."""
    filled = [i for i, row in enumerate(table) if any(row)]
    if not filled:
        message = _("Tệp «{name}» không có dòng nào.").format(name=name)
        raise InputError(f"{layout.kind}.empty", message, _("Tải tệp mẫu về và điền vào đó."))
    rows = {i: _columns(layout, table[i]) for i in filled[:HEADER_WITHIN]}
    best = max(rows, key=lambda i: (sum(c in rows[i] for c in layout.needed), len(rows[i]), -i))
    missing = [column for column in layout.needed if column not in rows[best]]
    if missing:
        raise InputError(
            f"{layout.kind}.columns",
            _("Tệp «{name}» thiếu cột: {columns}.").format(name=name, columns=", ".join(missing)),
            _("Dòng đầu phải là tiêu đề: {columns}. Tải tệp mẫu để có đúng các cột.").format(columns=", ".join(layout.columns)),
        )
    return best, rows[best]


def _columns(layout: Layout, header: Sequence[str]) -> dict[str, int]:
    at = {plain(squeeze(cell)).strip(" *:."): i for i, cell in reversed(list(enumerate(header)))}
    found = {}
    for column in layout.columns:
        for called in (column, *layout.also.get(column, ())):
            if plain(called) in at:
                found[column] = at[plain(called)]
                break
    return found


def _csv(layout: Layout, name: str, data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("Tệp «{name}» không phải CSV mã UTF-8.").format(name=name)
        raise InputError(f"{layout.kind}.encoding", message, _("Lưu lại ở dạng «CSV UTF-8», hoặc dùng tệp .xlsx.")) from error
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    try:
        return [[cell_text(c) for c in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    except csv.Error as error:
        message = _("Tệp «{name}» không đúng dạng CSV.").format(name=name)
        raise InputError(f"{layout.kind}.csv", message, _("Dùng tệp .xlsx theo mẫu.")) from error


def _workbook(layout: Layout, name: str, data: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > layout.most_rows * 3 or sheet.total_width > 200:
            words = _("Bảng trong tệp «{name}» quá lớn ({rows} dòng, {columns} cột).")
            message = words.format(name=name, rows=sheet.total_height, columns=sheet.total_width)
            raise InputError(f"{layout.kind}.rows", message, _("Dùng tệp mẫu."))
        return [[cell_text(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError, IndexError, KeyError, OSError) as error:
        message = _("Tệp «{name}» không mở được như bảng tính.").format(name=name)
        raise InputError(f"{layout.kind}.workbook", message, _("Dùng tệp .xlsx hoặc .csv theo mẫu, không đặt mật khẩu.")) from error


def cell_text(value: Any) -> str:
    """A cell as text: composed, whole numbers without a point, days as yyyy-mm-dd."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return nfc(str(value).replace("\x00", "")).strip() if value is not None else ""


def new_book() -> tuple[Any, io.BytesIO]:
    """A workbook to write, and where its bytes will be. What looks like a formula or an address stays text."""
    import xlsxwriter

    output = io.BytesIO()
    return xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}), output


def head_of(book: Any) -> Any:
    """How a heading looks."""
    return book.add_format({"bold": True, "bg_color": "#F3EEE2", "border": 1})


def guide_sheet(book: Any, lines: Mapping[str, str]) -> None:
    """A second sheet that says of each column what goes there."""
    guide, head = book.add_worksheet("Hướng dẫn"), head_of(book)
    guide.set_column(0, 0, 20)
    guide.set_column(1, 1, 90)
    for number, (name, words) in enumerate(lines.items()):
        guide.write_string(number, 0, name, head)
        guide.write_string(number, 1, words)


def rows_to_mend(layout: Layout, rows: Iterable[tuple[int, Mapping[str, str], Iterable[Wrong]]], wrong_column: str) -> bytes:
    """The rows that were not taken, as they were, each with what is wrong: mend them here and upload this file."""
    book, output = new_book()
    sheet, head = book.add_worksheet("Dòng cần sửa"), head_of(book)
    sheet.set_column(0, len(layout.columns), 26)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate((*layout.columns, wrong_column, "Dòng trong tệp cũ")):
        sheet.write_string(0, column, name, head)
    for number, (row, cells, wrongs) in enumerate(rows, 1):
        for column, name in enumerate(layout.columns):
            sheet.write_string(number, column, cells[name])
        sheet.write_string(number, len(layout.columns), "; ".join(f"{w.column}: {w.expected}" for w in wrongs))
        sheet.write_number(number, len(layout.columns) + 1, row)
    book.close()
    return output.getvalue()
