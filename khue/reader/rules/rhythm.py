"""Which day of each period: "vào ngày 25 hằng tháng", "trước ngày 20 của tháng cuối quý", "thứ Sáu hằng tuần"."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from khue.core.text import key

_EVERY = r"(?:hằng|hàng|mỗi|từng)"
_UNTIL = r"(?:(?:vào|trước|đến|chậm nhất|muộn nhất)(?: là| vào| trước| đến)* )"
# "từ ngày 20", "sau ngày 20" begin something; "lần thứ hai" counts
_OPEN = r"(?<!từ\s)(?<!sau\s)(?<!lần\s)"
_NUMBERED = r"(?:ngày|mùng|mồng) "
_DAY = rf"{_OPEN}(?:{_UNTIL}?{_NUMBERED}|{_UNTIL})(?P<day>\d{{1,2}})"
_DATE = rf"{_OPEN}{_UNTIL}?(?:{_NUMBERED}|(?<!ngày\s)(?<!mùng\s)(?<!mồng\s))(?P<day>\d{{1,2}})(?:\s?[/\-]\s?| tháng )(?P<month>\d{{1,2}})"
_WEEKDAY = rf"{_OPEN}{_UNTIL}?(?:(?:sáng|chiều|ngày) )*(?:thứ (?P<weekday>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])(?!\w)|(?P<sunday>chủ nhật))"
_ONCE = r"(?: một lần| 1 lần)?"
# between a rhythm and its day; "mỗi tuần thứ hai của tháng" names a week, "hằng tháng, trước ngày 15/10" a day of the year
_THEN = r"(?=\s?[,(:]|\s(?:vào|trước|chậm nhất|muộn nhất|sáng|chiều)\s)\s?[,(:]?\s?"
_ALONE = r"(?!\d|\s*[/.\-]\s*\d|\s*(?:của )?tháng)"
_PLACES = {"đầu": 1, "giữa": 2, "thứ hai": 2, "cuối": 3}
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5, **{str(n): n - 2 for n in range(2, 8)}}
_PHRASES = {
    "weekly": (rf"{_WEEKDAY}(?: của)?,? {_EVERY} tuần", rf"{_EVERY} tuần{_ONCE}{_THEN}{_WEEKDAY}(?!\s*,?\s*ngày)"),
    "monthly": (
        rf"{_DAY}(?: của)?,? {_EVERY} tháng",
        rf"{_EVERY} tháng{_ONCE}{_THEN}{_UNTIL}?{_NUMBERED}(?P<day>\d{{1,2}}){_ALONE}",
    ),
    "quarterly": (
        rf"{_DAY}(?: của)?,? tháng (?P<place>đầu|giữa|thứ hai|cuối)(?: cùng)?(?: của)?(?: {_EVERY})? quí(?! (?:sau|tiếp|kế|tới|[ivx\d]))",
    ),
    "yearly": (
        rf"{_DATE},? {_EVERY} năm(?! học)",
        rf"{_EVERY} năm{_ONCE}{_THEN}{_DATE}(?![\d/]|-\d| năm)",
        rf"(?P<before>trước )?tháng (?P<month>\d{{1,2}}),? {_EVERY} năm(?! học)",
    ),
}
_COMPILED = {name: [re.compile(rf"(?<![\w/.\-]){p}(?!\w)".replace(" ", r"\s+")) for p in patterns] for name, patterns in _PHRASES.items()}


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of every period: a weekday (0 is Monday), or a day of a month; day 0 is the last day.

    `month` is the month of the year, or the first to third of a quarter; 0 where the period is one month or one week.
    """

    start: int
    end: int
    day: int
    month: int = 0


def named_days(recurs: str, low: str, start: int = 0, end: int | None = None) -> Iterator[NamedDay]:
    """The days that a folded text names for a rhythm, with their places."""
    for pattern in _COMPILED.get(recurs, ()):
        for match in pattern.finditer(low, start, len(low) if end is None else end):
            found = _day(recurs, match)
            if found is not None:
                yield found


def _day(recurs: str, match: "re.Match[str]") -> NamedDay | None:
    said = match.groupdict()
    a, b = match.span()
    if recurs == "weekly":
        return NamedDay(a, b, 6 if said["sunday"] else _WEEKDAYS[said["weekday"]])
    month = int(said.get("month") or 0) or _PLACES.get(said.get("place") or "", 0)
    if said.get("before"):
        month = (month - 2) % 12 + 1
    day = int(said.get("day") or 0)
    real = day <= 31 and month <= 12 and (month or recurs == "monthly") and (day or "day" not in said)
    return NamedDay(a, b, day, month) if real else None


def named_day(recurs: str, words: str) -> NamedDay | None:
    """The day that words name for each period of a rhythm; the last where they name several; None where they name none."""
    return max(named_days(recurs, key(words)), key=lambda found: found.end, default=None)


def day_within(named: NamedDay, recurs: str, first: date) -> date:
    """That day of the period that begins with `first`; the last of the month where it has fewer days."""
    if recurs == "weekly":
        return first + timedelta(days=named.day)
    if recurs == "quarterly":
        year, month = first.year, first.month + named.month - 1
    elif recurs == "yearly":
        year, month = first.year + (named.month < first.month), named.month
    else:
        year, month = first.year, first.month
    last = monthrange(year, month)[1]
    return date(year, month, min(named.day or last, last))


def words_for(recurs: str, day: date) -> str:
    """The words by which each period has its deadline where this one has it; none where that is the period's last day."""
    if recurs == "weekly":
        names = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]
        return f"{names[day.weekday()]} hằng tuần"
    is_end = day.day == monthrange(day.year, day.month)[1]
    if recurs == "monthly" and not is_end:
        return f"ngày {day.day} hằng tháng"
    if recurs == "quarterly" and not (is_end and day.month % 3 == 0):
        return f"ngày {day.day} tháng {['đầu', 'giữa', 'cuối'][(day.month - 1) % 3]} quý"
    if recurs == "yearly" and (day.day, day.month) != (31, 8):
        return f"ngày {day.day}/{day.month} hằng năm"
    return ""
