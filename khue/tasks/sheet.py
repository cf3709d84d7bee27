"""The list of tasks as a spreadsheet: text stays text, dates are dates, numbers are numbers."""

import io
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from khue.tasks.filters import RECURS
from khue.tasks.followed import Followed
from khue.tasks.models import Assignment
from khue.tasks.states import NAMES, state_of

Column = tuple[str, int, Callable[[Any], Any]]


def shares_xlsx(rows: Iterable[Assignment], on: date) -> bytes:
    """One row a share."""

    def state(share: Assignment) -> str:
        found = state_of(share, on)
        return str(NAMES[found]) if found else str(share.get_stage_display())

    columns: list[Column] = [
        (_("Tình trạng"), 24, state),
        (_("Bước"), 14, lambda s: str(s.get_stage_display())),
        (_("Nhiệm vụ"), 70, lambda s: s.task.quote),
        (_("Văn bản"), 30, lambda s: s.task.document_name),
        (_("Mục"), 8, lambda s: s.task.section),
        (_("Đơn vị giao"), 30, lambda s: s.task.unit.name),
        (_("Đơn vị thực hiện"), 34, lambda s: s.unit.name),
        (_("Vai trò"), 10, lambda s: _("Phối hợp") if s.is_partner else _("Chủ trì")),
        (_("Phần việc"), 30, lambda s: s.owes),
        (_("Người làm"), 22, lambda s: str(s.person or "")),
        (_("Ngày giao"), 12, lambda s: s.task.given_on),
        (_("Thời hạn"), 12, lambda s: s.due_on),
        (_("Ngày hoàn thành"), 12, lambda s: s.done_on),
        (_("Phần trăm"), 10, lambda s: s.percent),
        (_("Con số đạt được"), 14, lambda s: s.figure),
        (_("Báo cáo gần nhất"), 50, lambda s: s.latest),
    ]
    return _written(_("Công việc"), columns, rows)


def tasks_xlsx(rows: Iterable[Followed]) -> bytes:
    """One row a task, with the numbers of its units."""
    columns: list[Column] = [
        (_("Nhiệm vụ"), 70, lambda f: f.task.quote),
        (_("Văn bản"), 30, lambda f: f.task.document_name),
        (_("Mục"), 8, lambda f: f.task.section),
        (_("Đơn vị giao"), 30, lambda f: f.task.unit.name),
        (_("Ngày giao"), 12, lambda f: f.task.given_on),
        (_("Thời hạn"), 12, lambda f: f.task.due),
        (_("Lặp lại"), 12, lambda f: str(RECURS.get(f.task.recurs, ""))),
        (_("Số đơn vị"), 9, lambda f: f.numbers.given),
        (_("Hoàn thành đúng hạn"), 10, lambda f: f.numbers.done_in_time),
        (_("Hoàn thành quá hạn"), 10, lambda f: f.numbers.done_late),
        (_("Chưa xong, trong hạn"), 10, lambda f: f.numbers.open_in_time),
        (_("Chưa xong, quá hạn"), 10, lambda f: f.numbers.overdue),
        (_("Chờ duyệt"), 9, lambda f: f.submitted),
        (_("Xin gia hạn"), 9, lambda f: f.wishes),
    ]
    return _written(_("Công việc theo dõi"), columns, rows)


def _written(name: str, columns: list[Column], rows: Iterable[Any]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True, "bg_color": "#F3EEE2", "text_wrap": True, "valign": "top"})
        day, wrap = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        for i, (heading, width, _value) in enumerate(columns):
            sheet.set_column(i, i, width)
            sheet.write_string(0, i, heading, bold)
        for number, row in enumerate(rows, start=1):
            for i, (_heading, _width, value_of) in enumerate(columns):
                value = value_of(row)
                if isinstance(value, date):
                    sheet.write_datetime(number, i, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number, i, value, wrap)
                elif value is not None:
                    sheet.write_number(number, i, value)
    return buffer.getvalue()
