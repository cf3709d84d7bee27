"""A paragraph: text with single spaces, each character knowing its place in the source."""

import itertools
import re
from array import array
from dataclasses import dataclass, field

from khue.core.text import key
from khue.reader.clean.repair import stray_spaces
from khue.reader.lines import Line
from khue.reader.model import Span

# words with single blanks between them stay as they are and are taken in one piece
_RUN = re.compile(r"\S+(?: \S+)*")


@dataclass(slots=True)
class Para:
    """`text` is what rules read; `breaks` are the places in it where a stray space was taken out."""

    text: str
    origin: "array[int]"
    breaks: list[int] = field(default_factory=list)
    cells: list[tuple[int, int]] | None = None
    appendix: bool = False
    page: int = 1
    low: str = ""
    tails: dict[int, int] = field(default_factory=dict)

    def span(self, i: int, j: int) -> Span:
        """Where `text[i:j]` stands in the source."""
        if i >= j or not self.origin:
            at = self.origin[min(i, len(self.origin) - 1)] if self.origin else 0
            return Span(at, at)
        last = self.origin[j - 1]
        return Span(self.origin[i], self.tails.get(last, last + 1))

    def quote(self, i: int, j: int) -> str:
        """`text[i:j]` word for word as in the source, with the stray spaces the rules do not see."""
        inner = [b for b in self.breaks if i < b < j]
        if not inner:
            return self.text[i:j]
        cuts = [i, *inner, j]
        return " ".join(self.text[a:b] for a, b in itertools.pairwise(cuts))


def build(pieces: list[tuple[Line, int, int]]) -> Para:
    """One paragraph from stretches of lines, white space folded, broken words mended."""
    words: list[str] = []
    origin: array[int] = array("I")
    tails: dict[int, int] = {}
    for line, start, end in pieces:
        if line.tails:
            tails.update(line.tails)
        for token in _RUN.finditer(line.text, start, end):
            if words:
                origin.append(origin[-1] + 1)
            words.append(token.group())
            origin.extend(line.where(token.start(), token.end()))
    text = " ".join(words)
    para = Para(text, origin, tails=tails, page=pieces[0][0].page if pieces else 1)
    if strays := stray_spaces(text):
        _mend(para, strays)
    para.low = key(para.text)
    return para


def _mend(para: Para, strays: list[int]) -> None:
    cuts = [0, *(s + 1 for s in strays)]
    ends = [*strays, len(para.text)]
    origin: array[int] = array("I")
    text = ""
    for a, b in zip(cuts, ends, strict=True):
        if text:
            para.breaks.append(len(text))
        text += para.text[a:b]
        origin.extend(para.origin[a:b])
    para.text, para.origin = text, origin
