"""Figures and lists that do not come out: a grade left out, a sum that is wrong, a goal the wrong way round."""

import re
from collections.abc import Iterator

from khue.core.said import said
from khue.reader.model import Slip
from khue.reader.slips.base import Look, slip

_GRADE = re.compile(r"lớp\s+(\d{1,2})(?!\d|[./]\d|\s*[a-zđ]\d)")
_TOTAL = re.compile(r"(?<![\d.,/])(\d{1,4})\s+([^\W\d_]+(?:\s[^\W\d_]+)?)\s*\((?!trong đó|hiện)(?:gồm\s*:?\s*)?([^()]{8,160})\)")
_CEILING = re.compile(r"nhỏ hơn|ít hơn|thấp hơn|dưới")
_REVERSED = re.compile(
    r"(?:bảo đảm|đảm bảo|phấn đấu|nâng)\b[^.;]{0,90}?(?P<q>(?:đạt|lên)(?:\s+(?:tỉ lệ|mức))?\s+(?:nhỏ hơn|ít hơn|thấp hơn|dưới)\s+\d+(?:,\d+)?\s?%)"
)


def figures(look: Look) -> Iterator[Slip]:
    """All of the three kinds."""
    yield from _grades(look)
    yield from _sums(look)
    yield from _reversed(look)


def _grades(look: Look) -> Iterator[Slip]:
    """A paragraph that goes through the grades 1 to 12 and leaves one or two out."""
    for item in look.items:
        found = [m for m in _GRADE.finditer(item.para.low) if 1 <= int(m[1]) <= 12]
        grades = {int(m[1]) for m in found}
        missing = sorted(set(range(1, 13)) - grades)
        if len(grades) >= 9 and 1 <= len(missing) <= 2:
            words = " và ".join(f"lớp {g}" for g in missing)
            yield slip(
                "missing_grade", item.para, found[0].start(), found[-1].end(), said("Liệt kê các lớp nhưng thiếu {words}.", words=words)
            )


def _sums(look: Look) -> Iterator[Slip]:
    """ "24 trường (mầm non 09 trường, tiểu học 08 trường, …)": the parts do not add up."""
    for item in look.items:
        for match in _TOTAL.finditer(item.para.low) if "(" in item.para.low else ():
            head = match[2].split()[0]
            chunks = re.split(r"[,;]|\bvà\b", match[3])
            parts = [re.findall(rf"(?<![\d.,])(\d{{1,4}})\s+{re.escape(head)}\b", c) for c in chunks]
            if len(parts) < 2 or any(len(p) != 1 for p in parts):
                continue
            total = sum(int(p[0]) for p in parts)
            if total != int(match[1]):
                why = said("Cộng lại được {total}, không phải {given}.", total=total, given=int(match[1]))
                yield slip("sum", item.para, match.start(), match.end(), why, None, str(total))


def _reversed(look: Look) -> Iterator[Slip]:
    """ "bảo đảm … đạt tỷ lệ nhỏ hơn 19%": a goal to reach is given as an upper limit."""
    for item in look.items:
        for match in _REVERSED.finditer(item.para.low):
            if look.task_at(item.para.span(match.start("q"), match.end("q")).start):
                why = said("Yêu cầu phải đạt nhưng lại ghi mức trần: có thể ngược nghĩa.")
                likely = _CEILING.sub("không dưới", item.para.text[match.start("q") : match.end("q")])
                yield slip("reversed_goal", item.para, match.start("q"), match.end("q"), why, None, likely)
