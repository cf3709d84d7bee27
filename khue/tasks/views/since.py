"""What changed between two days: page and export."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khue.accounts.person import PersonRequest
from khue.accounts.views.common import workbook
from khue.files.sheet import head_of, new_book
from khue.tasks.changes import GROUPS, SHOWN, Between, Change, Group, changes
from khue.tasks.views.common import day_in
from khue.units.tree import today

WEEK = timedelta(days=7)
MOST_EXPORTED = 20_000


def _asked(data: Any) -> tuple[Between, str]:
    """The days of the address, the earlier first; a week up to today without any."""
    last = _sane(day_in(data.get("den", ""))) or today()
    first = _sane(day_in(data.get("tu", ""))) or last - WEEK
    group = data.get("nhom", "")
    return Between(min(first, last), max(first, last)), group if group in GROUPS else ""


def _sane(day: date | None) -> date | None:
    return day if day and 1990 <= day.year <= 2200 else None


@require_GET
def since(request: PersonRequest) -> HttpResponse:
    """Grouped and counted; `nhom` shows all of one group."""
    between, only = _asked(request.GET)
    days = {"tu": between.first.isoformat(), "den": between.last.isoformat()}
    now = today()
    context = {
        "between": between,
        "only": only,
        "label": GROUPS[only][0] if only else "",
        "groups": changes(request.person, between, only=only, most=1000 if only else SHOWN),
        "query": urlencode(days),
        "query_group": urlencode(days | ({"nhom": only} if only else {})),
        "shortcuts": [
            (_("Từ hôm qua"), urlencode({"tu": (now - timedelta(days=1)).isoformat(), "den": now.isoformat()})),
            (_("Tuần qua"), urlencode({"tu": (now - WEEK).isoformat(), "den": now.isoformat()})),
            (_("Từ đầu tháng"), urlencode({"tu": now.replace(day=1).isoformat(), "den": now.isoformat()})),
        ],
    }
    return render(request, "tasks/since.html", context)


@require_GET
def export(request: PersonRequest) -> HttpResponse:
    """Every change, one row each."""
    between, only = _asked(request.GET)
    data = _xlsx(changes(request.person, between, only=only, most=MOST_EXPORTED))
    return workbook(data, f"thay-doi-{between.first}-{between.last}.xlsx")


def _xlsx(groups: list[Group]) -> bytes:
    book, output = new_book()
    sheet, head = book.add_worksheet(_("Thay đổi")[:31]), head_of(book)
    wrap, day = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    columns = (
        (_("Loại"), 20), (_("Ngày"), 12), (_("Nhiệm vụ"), 70), (_("Đơn vị"), 34), (_("Đơn vị giao"), 30), (_("Trước"), 14), (_("Sau"), 14), (_("Ghi chú"), 50),
    )  # fmt: skip
    for column, (name, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    rows = [(group, change) for group in groups for change in group.changes]
    for number, (group, change) in enumerate(rows, 1):
        for column, value in enumerate(_cells(group, change)):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, str) or value is None:
                sheet.write_string(number, column, (value or "")[:32000], wrap)
            else:
                sheet.write_number(number, column, value)
    sheet.freeze_panes(1, 0)
    book.close()
    return output.getvalue()


def _cells(group: Group, change: Change) -> tuple[Any, ...]:
    share = change.share
    return (str(group.label), change.at, share.task.quote, share.unit.name, share.task.unit.name, change.before, change.now, change.text)
