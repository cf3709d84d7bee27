"""Money and shares that do not add up: "1.350 triệu đồng, gồm … 900 triệu đồng và … 550 triệu đồng", shares of 95%."""

import re
from collections.abc import Iterator

from khue.core.said import said
from khue.reader.clean.paragraph import Para
from khue.reader.model import Slip
from khue.reader.slips.base import Look, slip

_NUMBER = r"(?<![\d.,/])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)"
_WHOLE = re.compile(
    rf"{_NUMBER}\s+(?P<unit>triệu đồng|tỉ đồng|đồng|biên chế|phòng học)\s*[,:(]?\s*(?:bao\s+)?gồm\b\s*:?(?P<parts>[^.;]{{8,400}})"
)
_SHARE = re.compile(rf"(?:ngân sách|nguồn|vốn|đóng góp|xã hội hóa)[^,;:.%\d]{{0,60}}\s{_NUMBER}\s?%")
_SENTENCE = re.compile(r"(?:[^;.]|\.(?=\d)){1,2000}")
_NO_STOP = re.compile(r"[.;](?!\d)")


def sums(look: Look) -> Iterator[Slip]:
    """Parts of a sum that is told, and sources that should make 100%."""
    for item in look.items:
        low = item.para.low
        if "gồm" in low:
            yield from _money(item.para)
        if low.count("%") >= 3:
            yield from _shares(item.para)


def _value(number: str) -> float:
    return float(number.replace(".", "").replace(",", "."))


def _money(para: Para) -> Iterator[Slip]:
    for match in _WHOLE.finditer(para.low):
        stop = _NO_STOP.search(para.low, match.end())
        end = stop.start() if stop and stop.start() - match.end() < 400 else match.end()
        parts = [_value(n) for n in re.findall(rf"{_NUMBER}\s+{match['unit']}(?!\w)", para.low[match.start("parts") : end])]
        if len(parts) >= 2 and abs(sum(parts) - _value(match[1])) > 0.001:
            total = f"{sum(parts):,.10g}".replace(",", ".")
            why = said("Cộng lại được {total}, không phải {given}.", total=total, given=match[1])
            yield slip("sum", para, match.start(), end, why, None, total)


def _shares(para: Para) -> Iterator[Slip]:
    for sentence in _SENTENCE.finditer(para.low):
        found = list(_SHARE.finditer(para.low, *sentence.span()))
        total = sum(_value(m[1]) for m in found)
        if len(found) >= 3 and 80 <= total <= 120 and abs(total - 100) > 0.001:
            why = said("Các nguồn cộng lại được {total}%, không phải 100%.", total=f"{total:g}")
            yield slip("sum", para, found[0].start(), found[-1].end(), why, None, "100%")
