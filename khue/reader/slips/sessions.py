"""The session that passed a resolution: "KỲ HỌP THỨ TƯ" at its head, "kỳ họp thứ Năm … thông qua" at its end."""

import re
from collections.abc import Iterator

from khue.core.said import said
from khue.core.text import key
from khue.reader.model import Slip
from khue.reader.slips.base import Look, slip

_WORDS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
_SESSION = (
    r"kì họp thứ\s+(?P<n>\d{1,2}|[ivx]{1,6}(?!\w)|mười(?:\s(?:một|hai|ba|bốn|tư|lăm|sáu|bảy|tám|chín))?|" + "|".join(_WORDS) + r")(?!\w)"
)
_HEAD = re.compile(rf"{key('khóa')}\s+[^\s,]{{1,8}},?\s+{_SESSION}\W*")
_PASSED = re.compile(rf"{_SESSION}(?=[^.;]{{0,30}}\bthông qua\b)")
_TENS = {"một": 11, "hai": 12, "ba": 13, "bốn": 14, "tư": 14, "lăm": 15, "sáu": 16, "bảy": 17, "tám": 18, "chín": 19}
_ROMAN = {"i": 1, "v": 5, "x": 10}


def sessions(look: Look) -> Iterator[Slip]:
    """The session in the sentence on its being passed, where the head of the resolution names another."""
    head = next((m for item in look.items if (m := _HEAD.fullmatch(item.para.low))), None)
    if head is None:
        return
    for item in look.items:
        match = _PASSED.search(item.para.low) if "nghị quyết này" in item.para.low else None
        if match and _number(match["n"]) != _number(head["n"]):
            yield slip("session", item.para, match.start(), match.end(), said("Số không khớp: chỗ khác ghi số {usual}.", usual=head["n"]))


def _number(words: str) -> int:
    """The number that figures, a Roman numeral or words name."""
    if words.isdigit():
        return int(words)
    if words in _WORDS:
        return _WORDS.index(words) + 1
    if words.startswith("mười "):
        return _TENS[words.split()[1]]
    values = [_ROMAN[letter] for letter in words]
    return sum(-v if any(w > v for w in values[i + 1 :]) else v for i, v in enumerate(values))
