"""The spreadsheet of people to invite: how it is read, and what each row lacks."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from khue.accounts.choosing import UnitNames, units_to_manage
from khue.accounts.invitations import Guest, why_not_each
from khue.accounts.models import RoleName
from khue.accounts.person import Person
from khue.core.errors import InputError
from khue.core.text import nfc, plain, squeeze
from khue.units.models import Unit

MOST_ROWS = 2000
MOST_BYTES = 5_000_000
COLUMNS = ("Họ và tên", "Thư điện tử", "Chức vụ", "Điện thoại", "Đơn vị", "Vai trò")
NAME, EMAIL, TITLE, PHONE, UNIT, ROLE = COLUMNS
_NEEDED = (NAME, EMAIL, ROLE)
_LENGTHS = {NAME: 120, EMAIL: 254, TITLE: 120, PHONE: 30}
# the words of the template; a sheet is Vietnamese whatever the language of the screen
ROLE_WORDS = {
    "xem": RoleName.VIEWER,
    "nhap lieu": RoleName.ENTRY,
    "van thu": RoleName.CLERK,
    "chuyen vien": RoleName.SPECIALIST,
    "lanh dao": RoleName.LEADER,
    "quan tri": RoleName.ADMIN,
}
ROLE_NAMES = "Xem, Nhập liệu, Văn thư, Chuyên viên, Lãnh đạo, Quản trị"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong in a row: the column, what stands there, what was expected."""

    column: str
    value: str
    expected: str


@dataclass(slots=True)
class Row:
    """One row: its number in the file, its cells, what is wrong; `guest` where it is good, `already` where nobody need be asked."""

    number: int
    cells: dict[str, str]
    wrong: list[Wrong] = field(default_factory=list)
    guest: Guest | None = None
    already: str = ""


def read(name: str, data: bytes) -> list[tuple[int, dict[str, str]]]:
    """(row number, cells by column) of every row that is not empty. InputError says why a file cannot be read."""
    if len(data) > MOST_BYTES:
        raise InputError(
            "people.size", _("Tệp «{name}» lớn hơn 5 MB.").format(name=name), _("Chia tệp thành nhiều phần rồi tải lên lần lượt.")
        )
    table = _csv(name, data) if name.lower().endswith((".csv", ".txt")) else _workbook(name, data)
    start = next((i for i, row in enumerate(table) if any(row)), None)
    if start is None:
        raise InputError("people.empty", _("Tệp «{name}» không có dòng nào.").format(name=name), _("Tải tệp mẫu về và điền vào đó."))
    columns = _columns(name, table[start])
    found = []
    for number, row in enumerate(table[start + 1 :], start + 2):
        cells = {column: row[at] if at < len(row) else "" for column, at in columns.items()}
        if any(cells.values()):
            found.append((number, {column: cells.get(column, "") for column in COLUMNS}))
    if not found:
        raise InputError(
            "people.empty", _("Tệp «{name}» chỉ có dòng tiêu đề.").format(name=name), _("Điền mỗi người một dòng dưới tiêu đề.")
        )
    if len(found) > MOST_ROWS:
        words = _("Tệp «{name}» có {count} dòng; mỗi lần nhiều nhất {most} dòng.")
        raise InputError(
            "people.rows", words.format(name=name, count=len(found), most=MOST_ROWS), _("Chia tệp thành nhiều phần rồi tải lên lần lượt.")
        )
    return found


def _columns(name: str, header: Sequence[str]) -> dict[str, int]:
    at = {plain(cell).rstrip(" *"): i for i, cell in reversed(list(enumerate(header)))}
    found = {column: at[plain(column)] for column in COLUMNS if plain(column) in at}
    missing = [column for column in _NEEDED if column not in found]
    if missing:
        raise InputError(
            "people.columns",
            _("Tệp «{name}» thiếu cột: {columns}.").format(name=name, columns=", ".join(missing)),
            _("Dòng đầu phải là tiêu đề: {columns}. Tải tệp mẫu để có đúng các cột.").format(columns=", ".join(COLUMNS)),
        )
    return found


def _csv(name: str, data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = _("Tệp «{name}» không phải CSV mã UTF-8.").format(name=name)
        raise InputError("people.encoding", message, _("Lưu lại ở dạng «CSV UTF-8», hoặc dùng tệp .xlsx.")) from error
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    try:
        return [[_cell(c) for c in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    except csv.Error as error:
        raise InputError("people.csv", _("Tệp «{name}» không đúng dạng CSV.").format(name=name), _("Dùng tệp .xlsx theo mẫu.")) from error


def _workbook(name: str, data: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS * 3 or sheet.total_width > 200:
            words = _("Bảng trong tệp «{name}» quá lớn ({rows} dòng, {columns} cột).")
            raise InputError("people.rows", words.format(name=name, rows=sheet.total_height, columns=sheet.total_width), _("Dùng tệp mẫu."))
        return [[_cell(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError, IndexError, KeyError, OSError) as error:
        message = _("Tệp «{name}» không mở được như bảng tính.").format(name=name)
        raise InputError("people.workbook", message, _("Dùng tệp .xlsx hoặc .csv theo mẫu, không đặt mật khẩu.")) from error


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return squeeze(nfc(str(value).replace("\x00", ""))) if value is not None else ""


def check(rows: Iterable[tuple[int, dict[str, str]]], *, by: Person, unit: Unit) -> list[Row]:
    """Every row with what is wrong in it. `unit` stands where a row names none."""
    units = UnitNames(units_to_manage(by))
    checked = [_check_row(number, cells, units, unit) for number, cells in rows]
    seen: Counter[tuple[str, int, str]] = Counter()
    for row in (r for r in checked if r.guest):
        assert row.guest is not None
        same = (row.guest.email, row.guest.unit.pk, row.guest.role)
        seen[same] += 1
        if seen[same] > 1:
            row.wrong.append(Wrong(EMAIL, row.guest.email, _("mỗi người một dòng cho một vai trò; dòng này trùng với dòng trước")))
            row.guest = None
    good = [r for r in checked if r.guest]
    for row, reason in zip(good, why_not_each([r.guest for r in good if r.guest]), strict=True):
        row.already = reason
    return checked


def _check_row(number: int, cells: dict[str, str], units: UnitNames, unit: Unit) -> Row:
    row = Row(number, cells)
    wrong = row.wrong
    for column in _NEEDED:
        if not cells[column]:
            wrong.append(Wrong(column, "", _("ô này không được để trống")))
    for column, most in _LENGTHS.items():
        if len(cells[column]) > most:
            wrong.append(Wrong(column, cells[column], _("nhiều nhất {most} ký tự").format(most=most)))
    if cells[EMAIL] and not _is_email(cells[EMAIL]):
        wrong.append(Wrong(EMAIL, cells[EMAIL], _("một địa chỉ thư, như ten@coquan.gov.vn")))
    role = ROLE_WORDS.get(plain(cells[ROLE]))
    if cells[ROLE] and role is None:
        wrong.append(Wrong(ROLE, cells[ROLE], _("một trong: {names}").format(names=ROLE_NAMES)))
    at = _unit_of(cells[UNIT], units, unit, wrong)
    if not wrong and at and role:
        row.guest = Guest(cells[NAME], cells[EMAIL].lower(), at, role.value, cells[TITLE], cells[PHONE])
    return row


def _unit_of(words: str, units: UnitNames, unit: Unit, wrong: list[Wrong]) -> Unit | None:
    if not words:
        return unit
    found = units.find(words)
    if len(found) == 1:
        return found[0]
    if found:
        wrong.append(Wrong(UNIT, words, _("tên này có ở {count} đơn vị; hãy ghi mã đơn vị").format(count=len(found))))
    else:
        wrong.append(Wrong(UNIT, words, _("tên hoặc mã của một đơn vị mà bạn quản trị")))
    return None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
