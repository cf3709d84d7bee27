"""A period that is not the one the document's subject names: "6 tháng cuối năm 2025", "Chương trình giai đoạn 2022-2026"."""

import re
from collections.abc import Iterator

from khue.core.said import said
from khue.core.text import key, squeeze
from khue.reader.clean.paragraph import Para
from khue.reader.model import Slip
from khue.reader.slips.base import Look, slip

_HALF = re.compile(r"(?:0?6|sáu) tháng (?P<half>đầu|cuối) năm\s+(?P<year>20\d\d)")
_STAGE = re.compile(
    r"(?P<kind>chương trình|đề án|kế hoạch|chiến lược|dự án)(?P<name>(?:\s[^\s,;.:()“”\"]+){0,24}?)\s+giai đoạn\s+(?P<a>20\d\d)\s*[-–]\s*(?P<b>20\d\d)"
)
_PERIOD = re.compile(r"giai đoạn\s+(20\d\d)\s*[-–]\s*(20\d\d)")
# so many words of a name tell that the same plan is meant
_NEARLY = 4


def subject_periods(look: Look) -> Iterator[Slip]:
    """Half years with another year, and stages with another end, than the subject's."""
    subject = key(squeeze(f"{look.header.kind or ''} {look.header.subject or ''}"))
    halves = {m["half"]: m["year"] for m in _HALF.finditer(subject)}
    stage = _PERIOD.search(subject)
    for item in look.items:
        if item.zone in ("review", "basis"):
            continue
        if halves:
            yield from _halves(item.para, halves)
        if stage:
            yield from _stages(item.para, subject, stage)


def _halves(para: Para, own: dict[str, str]) -> Iterator[Slip]:
    for match in _HALF.finditer(para.low):
        year = own.get(match["half"])
        if year and match["year"] != year and "so với" not in para.low[max(0, match.start() - 40) : match.start()]:
            why = said("Không khớp trích yếu: văn bản này về năm {year}.", year=year)
            yield slip("subject_period", para, match.start(), match.end(), why, year, year)


def _stages(para: Para, subject: str, own: "re.Match[str]") -> Iterator[Slip]:
    for match in _STAGE.finditer(para.low):
        words = " ".join(match["name"].split()[:_NEARLY])
        same = not words or f"{match['kind']} {words}" in subject
        one_end = (match["a"] == own[1]) != (match["b"] == own[2])
        if same and one_end:
            why = said("Giai đoạn không khớp trích yếu: {own}.", own=f"{own[1]}-{own[2]}")
            yield slip("subject_period", para, match.start(), match.end(), why, own.group(), f"{own[1]}-{own[2]}")
