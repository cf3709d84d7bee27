"""Days that do not exist: 31/4, 29/02/2023, 30/5/20219."""

import re
from calendar import monthrange
from collections.abc import Iterator

from khue.core.said import said
from khue.reader.model import Slip, Span
from khue.reader.rules.times import times
from khue.reader.slips.base import Look, dated_quote, slip

# a day from the 29th on, a month beyond the 12th, a year that is none: no other date can be wrong
_SUSPECT = re.compile(
    r"(?:00?|29|[3-9]\d)(?:\s?[/.\-]\s?\d|\s+tháng)|(?:/|-|\.|tháng)\s*(?:00?|1[3-9]|[2-9]\d)(?!\d)"
    r"|[/\-.]\s?\d{1,2}\s?[/\-.]\s?(?:\d{2,3}|\d{5,6}|[03-9]\d{3}|1[0-8]\d\d)(?!\d)|năm\s+(?:[03-9]\d{3}|1[0-8]\d\d)"
)
_PARTS = re.compile(r"(\d{1,2})\D+(\d{1,2})(?:\D+(\d{2,6}))?")


def impossible_dates(look: Look) -> Iterator[Slip]:
    """A citation's date or any other date that no calendar has."""
    seen: list[Span] = []
    for citation, mention in look.cited:
        if mention.date_wrong:
            seen.append(citation.span)
            why, probably = _explain(citation.date_text or "")
            yield Slip("impossible_date", dated_quote(citation), why, citation.span, None, probably)
    year = look.header.day.year if look.header.day else 2000
    for para in look.paras():
        if not _SUSPECT.search(para.low):
            continue
        for time in times(para.low, 0, len(para.low), year):
            span = para.span(time.start, time.end)
            if time.wrong and time.kind in "DM" and not any(s.start <= span.start < s.end for s in seen):
                why, probably = _explain(para.text[time.start : time.end])
                yield slip("impossible_date", para, time.start, time.end, why, None, probably)


def _explain(text: str) -> tuple[str, str | None]:
    found = _PARTS.search(text)
    if not found:
        return said("Ngày không có thật."), None
    day, month, year = int(found[1]), int(found[2]), found[3]
    if year and len(year) != 4:
        likely = _likely_year(year)
        return said("Ngày không có thật: năm ghi “{year}”.", year=year), f"{day:02d}/{month:02d}/{likely}" if likely else None
    if not 1 <= month <= 12:
        return said("Ngày không có thật: không có tháng {month}.", month=month), None
    last = monthrange(int(year) if year else 2000, month)[1]
    return said("Ngày không có thật: tháng {month} chỉ có {last} ngày.", month=month, last=last), f"{last}/{month:02d}" + (
        f"/{year}" if year else ""
    )


def _likely_year(year: str) -> str | None:
    """A year with one figure too many: the one that is left when a repeated or stray figure goes."""
    choices = {year[:i] + year[i + 1 :] for i in range(len(year))} if len(year) == 5 else set()
    likely = sorted(c for c in choices if re.fullmatch(r"(?:19|20)[0-3]\d", c))
    return likely[0] if likely else None
