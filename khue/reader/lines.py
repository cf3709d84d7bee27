"""The source as lines: characters made uniform, every one still knowing where it came from."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from khue.core.text import nfc

# every kind of blank is a blank; nothing else is changed, so that quotes stay word for word
_OTHER_BLANKS = "\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\x0b\x1c\x1d\x1e\x1f"
_BLANKS = str.maketrans(dict.fromkeys(_OTHER_BLANKS, " "))
_HAS_BLANKS = re.compile(f"[{_OTHER_BLANKS}]")
_DROP = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1b\x7f]")
_CLUSTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]+")


@dataclass(slots=True)
class Line:
    """One line. `origin[i]` is where `text[i]` stands in the source; None means `start + i`."""

    text: str
    start: int
    origin: list[int] | None
    page: int
    feed: bool  # a page of the source ends just before this line
    tails: dict[int, int] | None = None  # where a letter with combining marks ends in the source, by where it begins

    def at(self, i: int) -> int:
        """Where `text[i]` stands in the source."""
        return self.start + i if self.origin is None else self.origin[i]

    def where(self, i: int, j: int) -> range | list[int]:
        """The places of `text[i:j]` in the source."""
        return range(self.start + i, self.start + j) if self.origin is None else self.origin[i:j]

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space on it."""
        return not self.text.strip()


def split_lines(source: str) -> list[Line]:
    """The lines of `source`; a form feed ends a page and a line."""
    lines: list[Line] = []
    page, feed, start = 1, False, 0
    for piece in re.split(r"(\r\n|[\n\r\f\x85\u2028\u2029])", source):
        if piece in ("\n", "\r", "\r\n", "\x85", "\u2028", "\u2029"):
            start += len(piece)
        elif piece == "\f":
            start, page, feed = start + 1, page + 1, True
        else:
            lines.append(_line(piece, start, page, feed))
            start += len(piece)
            feed = False
    return lines


def _line(raw: str, start: int, page: int, feed: bool) -> Line:
    text, origin = raw.translate(_BLANKS) if _HAS_BLANKS.search(raw) else raw, None
    tails = None
    if not unicodedata.is_normalized("NFC", text):
        text, origin, tails = _compose(text, start)
    if _DROP.search(text):
        places = origin if origin is not None else list(range(start, start + len(text)))
        kept = [i for i, c in enumerate(text) if not _DROP.match(c)]
        text, origin = "".join(text[i] for i in kept), [places[i] for i in kept]
    return Line(text, start, origin, page, feed, tails)


def _compose(text: str, start: int) -> tuple[str, list[int], dict[int, int]]:
    """Letters and their combining marks as one letter each, with the place of the letter and where its marks end."""
    tails: dict[int, int] = {}
    out: list[str] = []
    origin: list[int] = []
    bounds = [0]
    for cluster in _CLUSTER.finditer(text):
        bounds += [cluster.start(), cluster.end()]
    bounds.append(len(text))
    for i, (a, b) in enumerate(pairwise(bounds)):
        piece = text[a:b]
        if i % 2:
            piece = nfc(piece)
            origin += [start + a] * len(piece)
            tails[start + a] = start + b
        else:
            origin += range(start + a, start + b)
        out.append(piece)
    return "".join(out), origin, tails
