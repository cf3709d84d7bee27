"""What stands in a cell of a plan: deadlines in every usual writing, rhythms, targets. The reader's own rules read them."""

import re
from array import array
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from khue.core.text import key, plain
from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import lexicon
from khue.reader.rules.deadline import find_due
from khue.reader.rules.recurrence import find_recurrence
from khue.reader.rules.rhythm import named_day
from khue.reader.rules.target import find_targets

# day 1 of a spreadsheet is 1 January 1900, counted with a 29 February 1900 that never was
_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL = re.compile(r"[34567]\d{4}")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?")
_DAY = re.compile(r"(.*?)(\d{1,2})\s?[./\-]\s?(\d{1,2})\s?[./\-]\s?(\d{2}|\d{4})")
_MONTH = re.compile(r"(?:t\.?\s?)?(\d{1,2})\s?[/\-.]\s?(\d{4})|t\.?\s?(\d{1,2})")
_QUARTER = re.compile(r"(?:q|quí)\.?\s?(iv|i{1,3}|[1-4])(?:\s?[/\-.]\s?(?:năm\s)?(\d{4}))?")
_RANGE = re.compile(r"(?:từ\s)?(?:ngày\s)?\d{1,2}\s?(?:[-–]|đến)\s?(?:ngày\s)?(\d{1,2}\s?/.*)")
_DAY_LIKE = re.compile(r"\d{1,2}\s?[./\-]\s?\d{1,2}")
_NONE = {"thuong xuyen", "ca nam", "trong nam", "ca nam hoc", "trong nam hoc", "lien tuc", "khong", "khong co", "-", "x"}
_RHYTHMS = {
    "tuan": "weekly",
    "thang": "monthly",
    "qui": "quarterly",
    "hoc ki": "semester",
    "ki": "semester",
    "nam": "yearly",
    "nam hoc": "yearly",
}
_ONCE = {"", "khong", "khong lap", "mot lan", "1 lan", "-"}
_DAYS_YEARS = (2000, 2100)


@dataclass(frozen=True, slots=True)
class When:
    """A deadline: the last day, the words where they name no day ("Quý I/2024"), a rhythm, what was guessed or is wrong."""

    day: date | None = None
    quote: str = ""
    recurs: str = ""
    guessed: bool = False
    wrong: str = ""


def read_due(words: str, since: date) -> When:
    """What a cell says of the deadline. A day without a year is the first one on or after `since`."""
    text = words.strip(" .;")
    if not text or plain(text) in _NONE:
        return When()
    if exact := _exact(text):
        return exact
    if rhythm := read_recurs(text):
        return When(recurs=rhythm, quote=text if named_day(rhythm, text) else "")
    return _by_reader(text, since)


def _exact(text: str) -> When | None:
    """A day as programs write it."""
    if match := _ISO.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if _SERIAL.fullmatch(text):
        return When(_SERIAL_ZERO + timedelta(days=int(text)))
    if match := _DAY.fullmatch(text):
        before = key(match[1])
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        if not re.search(r"\d", before):
            return _day(year, int(match[3]), int(match[2]))
    return None


def written_day(cell: str) -> str:
    """A cell that a spreadsheet keeps as a day, as Vietnamese write it; anything else as it stands."""
    found = _exact(cell) if _ISO.fullmatch(cell) else None
    return f"{found.day:%d/%m/%Y}" if found and found.day else cell


def _day(year: int, month: int, day: int) -> When:
    try:
        return _sane(date(year, month, day))
    except ValueError:
        return When(wrong=_("một ngày có thật; tháng {month}/{year} không có ngày {day}").format(month=month, year=year, day=day))


def _sane(day: date, quote: str = "", guessed: bool = False) -> When:
    first, last = _DAYS_YEARS
    if not first <= day.year <= last:
        return When(wrong=_("một năm từ {first} đến {last}").format(first=first, last=last))
    return When(day, quote, guessed=guessed)


def _by_reader(text: str, since: date) -> When:
    low = key(text)
    if match := _MONTH.fullmatch(low):
        low = f"tháng {match[1]}/{match[2]}" if match[1] else f"tháng {match[3]}"
    elif match := _QUARTER.fullmatch(low):
        low = f"quí {match[1]}/{match[2]}" if match[2] else f"quí {match[1]}"
    elif match := _RANGE.fullmatch(low):
        low = match[1]
    para = _para(low)
    found = find_due(lexicon(), para, 0, len(low), since.year, heading=True, after=since)
    if found is None or found.day is None:
        if _DAY_LIKE.search(low):
            return When(wrong=_("một ngày có thật, như 30/9/2024"))
        return When(wrong=_("một ngày (30/9/2024), tháng (tháng 3/2024), quý (Quý I/2024), năm, hoặc để trống"))
    guessed = not re.search(r"\d{4}", low)
    return _sane(found.day, text if found.period != "day" else "", guessed)


def _para(text: str) -> Para:
    para = Para(text, array("I", range(len(text))))
    para.low = key(text)
    return para


def read_recurs(words: str) -> str | None:
    """The rhythm: "" for once, None for words that name none."""
    low = plain(words).strip(" .")
    if low in _ONCE:
        return ""
    bare = re.sub(r"^(?:dinh ki |theo |hang |moi |1 lan/|01 lan/|1 lan |mot lan moi )+", "", low)
    if bare in _RHYTHMS:
        return _RHYTHMS[bare]
    found = find_recurrence(lexicon(), _para(key(words)), 0, len(words))
    return found.recurs if found else None


def read_targets(words: str) -> list[dict[str, Any]]:
    """The numbers to be reached, as tasks keep them; none where the words hold none."""
    para = _para(words)
    found = find_targets(lexicon(), para, 0, len(words), "targets")
    return [{"value": t.value, "unit": t.unit, "comparator": t.comparator, "quote": t.quote} for t in found]
