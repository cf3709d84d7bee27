"""The spreadsheet of people to invite: its columns, and what each row lacks (how it is read: khue/files/sheet.py)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from khue.accounts.choosing import UnitNames, units_to_manage
from khue.accounts.invitations import Guest, accounts_of, of_others, why_not_each
from khue.accounts.models import RoleName
from khue.accounts.person import Person
from khue.core.text import key, plain, squeeze
from khue.files.sheet import MOST_BYTES, Layout, Rows, Wrong, read_rows
from khue.units.models import Unit

__all__ = ["MOST_BYTES", "Wrong"]
MOST_ROWS = 2000
COLUMNS = ("Họ và tên", "Thư điện tử", "Chức vụ", "Điện thoại", "Đơn vị", "Vai trò")
NAME, EMAIL, TITLE, PHONE, UNIT, ROLE = COLUMNS
_NEEDED = (NAME, EMAIL, ROLE)
LAYOUT = Layout("people", COLUMNS, _NEEDED, gettext_noop("Điền mỗi người một dòng dưới tiêu đề."), most_rows=MOST_ROWS)
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


@dataclass(slots=True)
class Row:
    """One row: its number in the file, its cells, what is wrong; `guest` where it is good, `already` where nobody need be asked,
    `known` where the address has an account."""

    number: int
    cells: dict[str, str]
    wrong: list[Wrong] = field(default_factory=list)
    guest: Guest | None = None
    already: str = ""
    known: bool = False


def read(name: str, data: bytes) -> Rows:
    """(row number, cells by column) of every row that is not empty. InputError says why a file cannot be read."""
    return read_rows(LAYOUT, name, data)


def check(rows: Iterable[tuple[int, dict[str, str]]], *, by: Person, unit: Unit) -> list[Row]:
    """Every row with what is wrong in it. `unit` stands where a row names none."""
    units = UnitNames(units_to_manage(by))
    checked = [_check_row(number, cells, units, unit) for number, cells in rows]
    _one_name_each(checked)
    seen: Counter[tuple[str, int, str]] = Counter()
    for row in (r for r in checked if r.guest):
        assert row.guest is not None
        same = (row.guest.email, row.guest.unit.pk, row.guest.role)
        seen[same] += 1
        if seen[same] > 1:
            row.wrong.append(Wrong(EMAIL, row.guest.email, _("mỗi người một dòng cho một vai trò; dòng này trùng với dòng trước")))
            row.guest = None
    _known(checked, by)
    good = [r for r in checked if r.guest]
    for row, reason in zip(good, why_not_each([r.guest for r in good if r.guest]), strict=True):
        row.already = reason
    return checked


def _known(rows: Iterable[Row], by: Person) -> None:
    """Rows whose address has an account: a further role for it, where the name is that of the account; else wrong."""
    good = [(r, r.guest) for r in rows if r.guest]
    guests = [guest for _row, guest in good]
    accounts = accounts_of(guests)
    for (row, guest), whose in zip(good, of_others(guests, accounts, by=by), strict=True):
        row.known = guest.email.lower() in accounts
        if whose:
            row.wrong.append(Wrong(EMAIL, guest.email, whose))
            row.guest = None


def _one_name_each(rows: Iterable[Row]) -> None:
    """An address belongs to one person: a later row that gives it another name is wrong, whatever else the first one lacks."""
    named: dict[str, Row] = {}
    for row in rows:
        email, name = row.cells[EMAIL].lower(), row.cells[NAME]
        if not email or not name:
            continue
        first = named.setdefault(email, row)
        if key(squeeze(first.cells[NAME])) != key(squeeze(name)):
            expected = _("địa chỉ riêng của {name}; dòng {number} đã ghi địa chỉ này cho {other}")
            row.wrong.append(Wrong(EMAIL, row.cells[EMAIL], expected.format(name=name, number=first.number, other=first.cells[NAME])))
            row.guest = None


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
    elif gone := units.gone(words):
        wrong.append(Wrong(UNIT, words, _("một đơn vị đang hoạt động. {why}").format(why=gone)))
    else:
        wrong.append(Wrong(UNIT, words, _("tên hoặc mã của một đơn vị mà bạn quản trị")))
    return None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
