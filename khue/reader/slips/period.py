"""A time in a clause that does not fit the month it is put under, or its day of the week."""

import re
from collections.abc import Iterator
from datetime import date

from khue.core.said import said
from khue.reader.model import Slip
from khue.reader.slips.base import Look, on, slip

_WEEKDAY = re.compile(
    r"thứ\s+(hai|ba|tư|năm|sáu|bảy|[2-7])\s*,?\s*(?:\(\s*)?ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})|(chủ nhật)\s*,?\s*ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})"
)
_DAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5}
_NAMES = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]


def periods(look: Look) -> Iterator[Slip]:
    """Whole years under a month's heading, and days that fall on another weekday."""
    for task in look.tasks:
        if task.due is None or task.due.period != "year":
            continue
        item = look.item_at(task.span.start)
        month = item.due if item and item.due and item.due.rule == "deadline.M" else None
        if month and month.day and task.due.day and month.day != task.due.day:
            why = said("Đặt dưới “{month}” nhưng trong câu ghi “{due}”: cần hỏi hạn nào.", month=month.quote, due=task.due.quote)
            yield Slip("period", task.due.quote, why, task.due.span, month.quote)
    yield from _weekdays(look)


def _weekdays(look: Look) -> Iterator[Slip]:
    for para in look.paras():
        for match in _WEEKDAY.finditer(para.low):
            name = 6 if match[5] else _DAYS[match[1]]
            d, m, y = (int(x) for x in (match.group(6, 7, 8) if match[5] else match.group(2, 3, 4)))
            try:
                day = date(y, m, d)
            except ValueError:
                continue
            if day.weekday() != name:
                why = said("Ngày {ours} là {weekday}.", ours=on(day), weekday=_NAMES[day.weekday()])
                yield slip("weekday", para, match.start(), match.end(), why, None, _NAMES[day.weekday()])
