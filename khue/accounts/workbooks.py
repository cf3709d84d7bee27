"""Workbooks that the rooms of people write: the template of invitations, the rows to mend, the list of people."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from khue.accounts.models import RoleName
from khue.accounts.sheet import COLUMNS, EMAIL, LAYOUT, MOST_ROWS, NAME, PHONE, ROLE, ROLE_NAMES, TITLE, UNIT, Row
from khue.files.sheet import guide_sheet, head_of, new_book, rows_to_mend
from khue.units.models import Unit
from khue.units.then import called_then

# people that are in memory at once
CHUNK = 500


def template_file(unit: Unit) -> bytes:
    """The workbook to fill in, with the roles to choose from and one example in a second sheet."""
    book, output = new_book()
    head = head_of(book)
    sheet = book.add_worksheet("Danh sách")
    sheet.set_column(0, len(COLUMNS) - 1, 26)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name, head)
    choices = ROLE_NAMES.split(", ")
    sheet.data_validation(1, COLUMNS.index(ROLE), MOST_ROWS, COLUMNS.index(ROLE), {"validate": "list", "source": choices})
    sheet.set_column(COLUMNS.index(PHONE), COLUMNS.index(PHONE), 18, book.add_format({"num_format": "@"}))
    lines = {
        NAME: "Bắt buộc. Ví dụ: Nguyễn Thị Lan",
        EMAIL: "Bắt buộc. Lời mời gửi đến địa chỉ này; mỗi người một địa chỉ riêng.",
        TITLE: "Không bắt buộc. Ví dụ: Phó Hiệu trưởng",
        PHONE: "Không bắt buộc.",
        UNIT: f"Tên hoặc mã đơn vị; để trống là {unit.name}",
        ROLE: f"Bắt buộc. Một trong: {ROLE_NAMES}",
    }
    guide_sheet(book, lines)
    book.close()
    return output.getvalue()


def error_file(rows: Iterable[Row]) -> bytes:
    """The rows that were not taken, as they were, each with what is wrong: mend them here and upload this file."""
    return rows_to_mend(LAYOUT, ((r.number, r.cells, r.wrong) for r in rows if r.wrong), "Cần sửa")


def people_file(people: QuerySet[Any], on: date) -> bytes:
    """The list of people with their roles of a day, as a workbook; read a few hundred at a time."""
    book, output = new_book()
    head = head_of(book)
    sheet = book.add_worksheet("Người dùng")
    sheet.set_column(0, 7, 26)
    sheet.freeze_panes(1, 0)
    columns = (NAME, "Tên đăng nhập", EMAIL, PHONE, TITLE, UNIT, ROLE, "Trạng thái")
    for column, name in enumerate(columns):
        sheet.write_string(0, column, name, head)
    number = 0
    for user in people.iterator(CHUNK):
        for role in list(called_then(user.now_roles, on, "unit")) or [None]:
            number += 1
            unit, word = (role.unit.name, ROLE_NAMES.split(", ")[RoleName.values.index(role.role)]) if role else ("", "")
            state = "Đang hoạt động" if user.is_active else "Đã khóa"
            own = (user.username, user.email, user.phone) if user.seen else ("", "", "")
            for column, text in enumerate((user.full_name, *own, user.title, unit, word, state)):
                sheet.write_string(number, column, text)
    book.close()
    return output.getvalue()
