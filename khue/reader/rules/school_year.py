"""Words of the school year ("hết học kì I", "cuối năm học"): a date of its plan, only ever a suggestion."""

import re
from datetime import date
from functools import lru_cache

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon, alternation
from khue.reader.model import Suggestion

# "các chuyên đề đã được bồi dưỡng trong hè": past, no time to come
_DONE = re.compile(r"\bđã\b[^,;]{0,40}\Z")
_YEARS = re.compile(r"năm học\s+(\d{4})\s*[-–/]\s*(\d{4})")


@lru_cache(maxsize=4)
def _words(lex: Lexicon) -> list[tuple["re.Pattern[str]", str, int]]:
    rows = lex.data["deadlines"]["school_year"]
    return [(re.compile(rf"(?<!\w){alternation(r['words'])}(?!\w)"), r["at"], int(r["year"])) for r in rows]


def school_year_in(low: str) -> int | None:
    """The year in which the school year named in the text begins, or None."""
    found = _YEARS.search(low)
    return int(found[1]) if found and int(found[2]) == int(found[1]) + 1 else None


def find_suggestion(lex: Lexicon, para: Para, start: int, end: int, first_year: int | None) -> Suggestion | None:
    """The date that the plan of the school year gives for words like "hết học kì I"; None without a school year."""
    year = school_year_in(para.low[start:end]) or first_year
    if year is None:
        return None
    for pattern, at, which in _words(lex):
        match = pattern.search(para.low, start, end)
        if match and not _DONE.search(para.low[max(start, match.start() - 50) : match.start()]):
            month, day = (int(x) for x in at.split("-"))
            a, b = match.span()
            return Suggestion(date(year + which - 1, month, day), para.quote(a, b), para.span(a, b), "school_year")
    return None
