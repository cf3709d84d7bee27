"""A leader's table as a spreadsheet."""

import io
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from khue.portal.operations import Table
from khue.portal.operations_rows import COLUMNS, Row


def as_xlsx(tables: list[Table], on: date) -> bytes:
    """Rows under each other, each kind with its sum; text stays text, numbers are numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("Điều hành")[:31])
        bold = book.add_format({"bold": True, "bg_color": "#F3EEE2", "text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 8, 12)
        sheet.freeze_panes(1, 0)
        heads = [_("Nhóm"), _("Tên"), *(str(heading) for _n, _s, heading in COLUMNS), _("Trong đó không có hạn"), _("% đúng hạn")]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        line = 1
        for table in tables:
            for row in table.rows:
                _write(sheet, line, str(table.title), f"{row.name} {row.note}".strip(), row)
                line += 1
            _write(sheet, line, str(table.title), _("Cộng"), table.total, bold)
            line += 1
        sheet.write_string(line + 1, 0, _("Tính đến ngày %(day)s") % {"day": f"{on:%d/%m/%Y}"})
    return buffer.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", line: int, title: str, name: str, row: Row, style: object = None) -> None:
    sheet.write_string(line, 0, title, style)
    sheet.write_string(line, 1, name, style)
    values = [getattr(row.numbers, field) for field, _state, _heading in COLUMNS] + [row.numbers.no_deadline]
    for column, value in enumerate(values, start=2):
        sheet.write_number(line, column, value, style)
    if row.numbers.in_time_percent is not None:
        sheet.write_number(line, len(values) + 2, row.numbers.in_time_percent, style)
