"""Times as they are written: a day, a month, a week of it, a quarter, half a year, a year. No meaning yet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from khue.core.dates import QUARTERS, make_date, month_end, quarter_end

_Y = r"(?:\s*[/.\-]\s*|\s+năm\s+|\s*,\s*năm\s+)(?P<{0}>\d{{4}})(?!\d)"
_RULES: list[tuple[str, re.Pattern[str]]] = [
    (
        "W",
        re.compile(
            r"tuần\s+(?P<w>đầu tiên|đầu|thứ nhất|thứ hai|thứ ba|thứ tư|cuối cùng|cuối|[1-5]|i{1,3}|iv)(?:\s+của)?\s+tháng\s+(?P<m>\d{1,2})(?:"
            + _Y.format("y")
            + ")?"
        ),
    ),
    ("N", re.compile(r"(?P<n>\d{1,2})\s+ngày\s+đầu\s+(?:của\s+)?tháng(?:\s+(?P<m>\d{1,2})(?:" + _Y.format("y") + ")?)?(?![\\d/])")),
    ("W", re.compile(r"tuần\s+(?P<w>đầu tiên|đầu|thứ nhất|thứ hai|thứ ba|thứ tư|cuối cùng|cuối)\s+(?:của\s+)?tháng(?!\s*\d)")),
    (
        "W",
        re.compile(r"(?P<w>nửa đầu|nửa cuối|thượng tuần|trung tuần|hạ tuần|đầu|giữa)\s+tháng\s+(?P<m>\d{1,2})(?:" + _Y.format("y") + ")?"),
    ),
    ("D", re.compile(r"(?<![\d/])(?:ngày\s+)?(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?:\s+năm\s+(?P<y>\d{4}))?(?!\d)")),
    ("D", re.compile(r"(?<![\d/.\-])(?:ngày\s+)?(?P<d>\d{1,2})\s?[/]\s?(?P<m>\d{1,2})(?:\s?/\s?(?P<y>\d{2,5}))?(?![\d/%])")),
    ("D", re.compile(r"(?<![\d/.\-])(?:ngày\s+)(?P<d>\d{1,2})[.\-](?P<m>\d{1,2})[.\-](?P<y>\d{4})(?![\d/])")),
    ("M", re.compile(r"tháng\s+(?P<m>\d{1,2})(?:\s?[-–]\s?(?:tháng\s+)?(?P<to>\d{1,2})(?!\d))?(?:" + _Y.format("y") + r")?(?![\d/])")),
    ("Q", re.compile(r"quí\s+(?P<q>iv|i{1,3}|[1-4]|một|hai|ba|tư)(?:(?:" + _Y.format("y") + r"|\s+(?P<y2>20\d{2})))?(?!\w)")),
    ("H", re.compile(r"(?:0?6|sáu)\s+tháng\s+(?P<h>đầu|cuối)\s+năm(?:\s+(?P<y>\d{4}))?(?!\s*học)")),
    ("Y", re.compile(r"năm\s+(?P<y>\d{4})(?!\s*[-–/]\s*\d)(?!\d)")),
    ("Y", re.compile(r"(?<=đến )(?P<y>20\d{2})(?!\s*[-–/.]?\s*\d)")),
    ("Y", re.compile(r"(?<=hết )(?P<y>20\d{2})(?!\s*[-–/.]?\s*\d)")),
]
# a time of a kind holds one of these; looked for first, because most clauses hold no time at all
_SIGNS = {
    "D": re.compile(r"/\s?\d|tháng|ngày\s+\d"),
    "N": re.compile(r"ngày\s+đầu"),
    "W": re.compile(r"tuần|(?:đầu|giữa|cuối)\s+tháng"),
    "M": re.compile(r"tháng\s+\d"),
    "Q": re.compile(r"quí"),
    "H": re.compile(r"tháng\s+(?:đầu|cuối)"),
    "Y": re.compile(r"năm\s+\d|(?:đến|hết) 20"),
}
_ANY = re.compile(r"/\s?\d|quí|tháng|năm\s+\d|ngày\s+\d|(?:đến|hết) 20")
_WEEKS = {
    "đầu": 7,
    "đầu tiên": 7,
    "thứ nhất": 7,
    "1": 7,
    "i": 7,
    "thứ hai": 14,
    "2": 14,
    "ii": 14,
    "thứ ba": 21,
    "3": 21,
    "iii": 21,
    "thứ tư": 28,
    "4": 28,
    "iv": 28,
}

# halves and thirds of a month: first and last day
_PARTS = {"nửa đầu": (1, 15), "nửa cuối": (16, 31), "thượng tuần": (1, 10), "trung tuần": (11, 20), "hạ tuần": (21, 31)}


@dataclass(frozen=True, slots=True)
class Time:
    """A time in the text. `kind` is D, W, M, Q, H or Y; `first` and `last` are the days it covers.

    `dated` is False where the year was left out; `wrong` is True where there is no such day.
    """

    start: int
    end: int
    kind: str
    first: date | None
    last: date | None
    dated: bool
    wrong: bool = False


def times(low: str, start: int, end: int, year: int | None, after: date | None = None, month: int = 0) -> Iterator[Time]:
    """Every time in the stretch, left to right. A year left out is `year`; a day before `after` is a year later.

    `month` is that of the heading, for "tuần đầu của tháng".
    """
    if not _ANY.search(low, start, end):
        return
    taken: set[int] = set()
    found: list[Time] = []
    held = "".join([kind for kind, sign in _SIGNS.items() if sign.search(low, start, end)])
    for kind, rule in _RULES if held else ():
        if kind not in held:
            continue
        for match in rule.finditer(low, start, end):
            a, b = match.span()
            if not taken.isdisjoint(range(a, b)):
                continue
            time = _time(kind, match, year, after, month)
            if time:
                taken.update(range(a, b))
                found.append(time)
    yield from sorted(found, key=lambda t: t.start)


def _time(kind: str, match: "re.Match[str]", year: int | None, after: date | None, month: int) -> Time | None:
    parts = match.groupdict()
    if kind in "WN" and not parts.get("m"):
        parts["m"] = str(month)
    text_year = parts.get("y") or parts.get("y2")
    y = int(text_year) if text_year else year
    a, b = match.span()
    if text_year and kind == "D" and len(text_year) != 4:
        return Time(a, b, "D", None, None, True, wrong=True)
    if y is None:
        return Time(a, b, kind, None, None, False)
    first, last = _bounds(kind, parts, y)
    if last and not text_year and after and last < after and kind in "DWNMQ":
        first, last = _bounds(kind, parts, y + 1)
    if last is None:
        return Time(a, b, kind, None, None, bool(text_year), wrong=_is_wrong(kind, parts))
    return Time(a, b, kind, first, last, bool(text_year))


def _is_wrong(kind: str, parts: dict[str, str | None]) -> bool:
    """A day that cannot be; "05/40" or "21/22" is a share, not a date."""
    day, month = int(parts.get("d") or 1), int(parts.get("m") or 1)
    return kind == "M" or bool(parts.get("y")) or (day <= 31 and month <= 12)


def _bounds(kind: str, parts: dict[str, str | None], y: int) -> tuple[date | None, date | None]:
    if not 1900 <= y <= 2999:
        return None, None
    month = int(parts.get("m") or 0)
    if kind == "D":
        day = make_date(int(parts["d"] or 0), month, y)
        return day, day
    if kind == "N":
        return make_date(1, month, y), make_date(int(parts["n"] or 0), month, y)
    if kind == "W":
        return _week(str(parts["w"]), month, y)
    if kind == "M":
        to = int(parts.get("to") or month)
        return make_date(1, month, y), month_end(y, to) if to >= month else month_end(y + 1, to)
    if kind == "Q":
        quarter = QUARTERS[str(parts["q"])]
        return make_date(1, quarter * 3 - 2, y), quarter_end(y, quarter)
    if kind == "H":
        return (date(y, 1, 1), date(y, 6, 30)) if parts["h"] == "đầu" else (date(y, 7, 1), date(y, 12, 31))
    return date(y, 1, 1), date(y, 12, 31)


def _week(word: str, month: int, y: int) -> tuple[date | None, date | None]:
    end = month_end(y, month)
    if word in _PARTS and end is not None:
        return make_date(_PARTS[word][0], month, y), make_date(min(_PARTS[word][1], end.day), month, y)
    if end is None or word in ("cuối", "cuối cùng", "5"):
        return (end - timedelta(days=6) if end else None), end
    last = make_date(15 if word == "giữa" else _WEEKS.get(word, 7), month, y)
    return (last - timedelta(days=6) if last else None), last
