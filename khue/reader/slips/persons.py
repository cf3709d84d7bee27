"""One person with two names: "Phan Thị Lụa" at the top, "Phạm Thị Lụa" at the end."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from khue.core.said import said
from khue.core.text import plain
from khue.reader.clean.paragraph import Para
from khue.reader.model import Slip
from khue.reader.slips.base import Look, slip

# a range of letters would hold small ones too
_CAPITAL = "A-Z" + "".join(c for c in map(chr, range(0xC0, 0x1EFA)) if c.isupper())
_NAME = re.compile(rf"[{_CAPITAL}][^\W\d_]{{1,6}} [{_CAPITAL}][^\W\d_]{{0,6}} [{_CAPITAL}]")
_TITLED = re.compile(
    r"(?:[Đđ]ồng chí|[Ôô]ng|[Bb]à|[Gg]iám đốc(?: Sở)?|[Cc]hủ tịch|[Tt]rưởng phòng|[Hh]iệu trưởng|[Bb]í thư|UBND (?:tỉnh|xã|quận|huyện|phường|thành phố))\s+"
    rf"(?P<name>[{_CAPITAL}][^\W\d_]{{1,6}}(?: [{_CAPITAL}][^\W\d_]{{0,6}}){{2,4}})(?!\w)"
)
Found = tuple[Para, "re.Match[str]"]


def persons(look: Look) -> Iterator[Slip]:
    """Of two names that differ in one syllable that looks or sounds alike, the one that comes more seldom or later."""
    found: dict[str, list[Found]] = {}
    for para in look.paras():
        if not _NAME.search(para.text):
            continue
        for match in _TITLED.finditer(para.text):
            found.setdefault(match["name"], []).append((para, match))
    counts = Counter({name: len(places) for name, places in found.items()})
    if look.header.signer:
        counts[look.header.signer] += 1
    for first, second in itertools.combinations(list(counts)[:200], 2):
        if _one_person(first, second):
            right, wrong = (second, first) if counts[second] > counts[first] or first not in found else (first, second)
            for para, match in found.get(wrong, []):
                why = said("Họ tên không khớp: chỗ khác ghi {name}.", name=right)
                yield slip("person", para, match.start(), match.end(), why, right, right)


def _one_person(first: str, second: str) -> bool:
    """The same given name, as many syllables, one of them nearly alike."""
    a, b = first.split(), second.split()
    if len(a) != len(b) or a[-1] != b[-1]:
        return False
    other = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(other) == 1 and _alike(*other[0])


def _alike(x: str, y: str) -> bool:
    x, y = plain(x), plain(y)
    return x[0] == y[0] and SequenceMatcher(None, x, y, autojunk=False).ratio() >= 0.7
