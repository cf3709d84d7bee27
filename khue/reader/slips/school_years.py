"""A school year that cannot be, or that disagrees with the one the document is about."""

import re
from collections.abc import Iterator

from khue.core.dates import is_school_year
from khue.core.said import said
from khue.reader.closing import ITSELF
from khue.reader.model import Slip
from khue.reader.outline import Item
from khue.reader.slips.base import Look, slip
from khue.reader.zones import NO_DUTIES

_YEAR = re.compile(r"năm học\s*:?\s*(\d{4})\s*[-–/]\s*(\d{4})(?!\d)")
_REVIEW = re.compile(
    r"sơ kết|tổng kết|đánh giá|kết quả|so với|báo cáo|từ năm học|đã|rút kinh nghiệm|cùng kì|căn cứ|khen thưởng|tuyên dương|số liệu|thành tích|giai đoạn|các năm học|quyết toán|năm trước"
)


def school_years(look: Look) -> Iterator[Slip]:
    """Two kinds: years that do not follow each other; the past year where the document speaks of its own."""
    own = _own_year(look)
    for item in look.items:
        for match in _YEAR.finditer(item.para.low):
            first, second = int(match[1]), int(match[2])
            if not is_school_year(first, second):
                why = said("Năm học ghi “{first}-{second}”: hai năm không liền nhau.", first=first, second=second)
                yield slip("school_year", item.para, match.start(), match.end(), why, None, f"{first}-{first + 1}")
            elif own and first != own and _speaks_of_own(look, item, match, first < own):
                why = said("Năm học không khớp: văn bản này về năm học {own}-{next}.", own=own, next=own + 1)
                clash = look.header.subject or None
                yield slip("school_year", item.para, match.start(), match.end(), why, clash, f"{own}-{own + 1}")


def _own_year(look: Look) -> int | None:
    """The school year of the subject, else the one in which the document was signed."""
    if look.header.school_year:
        return int(look.header.school_year[:4])
    day = look.header.day
    return None if day is None else day.year if day.month >= 8 else day.year - 1


def _speaks_of_own(look: Look, item: Item, match: "re.Match[str]", earlier: bool) -> bool:
    low = item.para.low
    start = max(low.rfind(c, 0, match.start()) for c in ".;") + 1
    sentence = low[start : match.start()]
    if item.kind == "closing":
        return (
            bool(ITSELF.search(low) or low.startswith("trên đây là"))
            and (earlier or "trên đây là" in sentence)
            and not _REVIEW.search(sentence.replace("báo cáo", "", 1) if "trên đây" in sentence else sentence)
        )
    if not earlier or item.zone in NO_DUTIES or _REVIEW.search(sentence):
        return False
    if item.kind == "heading":
        return item.zone not in NO_DUTIES
    inside = item.para.span(match.start(), match.end())
    return look.task_at(inside.start) is not None
