"""How often: "hằng tháng", "định kỳ hằng quý", "vào ngày 28 hằng tháng", "trước 31/5 hằng năm"."""

import re
from collections.abc import Iterable
from functools import lru_cache

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon, alternation
from khue.reader.model import Due
from khue.reader.rules.rhythm import named_days

# "hai năm một lần" comes back, but not each year
_ONCE = re.compile(r"(?:tuần|tháng|quí|học kì|năm)(?:\s+một lần|/lần)")
_SEVERAL = re.compile(r"(?<![\w/])(?:\d{1,2}|hai|ba|bốn|năm|sáu)$")


@lru_cache(maxsize=4)
def _rhythms(lex: Lexicon) -> "re.Pattern[str]":
    groups = "|".join(f"(?P<{name}>{alternation(words)})" for name, words in lex.data["deadlines"]["recurs"].items())
    return re.compile(rf"(?<![\w/])(?:{groups})(?![\w/])")


def find_recurrence(lex: Lexicon, para: Para, start: int, end: int, masked: Iterable[tuple[int, int]] = ()) -> Due | None:
    """The rhythm of a task that comes back, or None. "02 lần/tháng" is a target and no rhythm."""
    hidden = list(masked)
    for match in _rhythms(lex).finditer(para.low, start, end):
        a, b = match.span()
        if any(x < b and a < y for x, y in hidden):
            continue
        before = para.low[start:a].rstrip()
        if lex["deadlines.recurs_not_after"].ends(before):
            continue
        if _ONCE.fullmatch(para.low, a, b) and _SEVERAL.search(before):
            continue
        a, b = _with_its_day(match.lastgroup or "", para.low, (start, end), (a, b))
        return Due(None, match.lastgroup, para.quote(a, b), para.span(a, b), "recurrence")
    return None


def _with_its_day(recurs: str, low: str, within: tuple[int, int], rhythm: tuple[int, int]) -> tuple[int, int]:
    """The place of a rhythm together with the day of the period that stands beside it."""
    a, b = rhythm
    beside = [day for day in named_days(recurs, low, *within) if day.start < b and a < day.end]
    return min((a, *(day.start for day in beside))), max((b, *(day.end for day in beside)))
