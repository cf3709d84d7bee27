"""Lines of two columns (letterhead, "Nơi nhận" beside the signature) cut into their parts."""

import re
from dataclasses import dataclass

from khue.reader.lines import Line
from khue.reader.model import Span

_PART = re.compile(r"\S(?:.*?\S)??(?=\s{3,}|\t|\s*\||\s*$)")
# where a PDF gave two columns with a single blank between them, the right one is known by its words
_RIGHT = re.compile(
    r"\s(?=CỘNG H[OÒ][AÀ] XÃ HỘI|CỘNG HOÀ XÃ HỘI|Độc lập\s*[-–]|ĐẢNG CỘNG SẢN)|(?<=[A-ZĐ])\s(?=[^\s,;:\d][^,;:\d]{1,30},\s*ngày\s)"
)
SEPARATOR = re.compile(r"[\s\-–—_*=.~─━|]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line that stands apart from the rest of it."""

    text: str
    column: int
    line: Line
    width: int
    beside: bool = False

    @property
    def span(self) -> Span:
        """Where it stands in the source."""
        last = self.column + len(self.text) - 1
        return Span(self.line.at(self.column), self.line.at(last) + 1)


def parts(line: Line) -> list[Part]:
    """The parts of a line: what three blanks, a tab or a `|` keep apart. Rules of dashes are left out."""
    found = []
    at = 0
    text = line.text.rstrip()
    while at < len(text):
        if text[at] in " \t|":
            at += 1
            continue
        match = _PART.match(text, at)
        if not match:
            break
        if not SEPARATOR.fullmatch(match.group()):
            found += _columns(Part(match.group(), match.start(), line, len(text)))
        at = match.end()
    return found


def _columns(part: Part) -> list[Part]:
    """A part cut before the nation's name, its motto, or the place and date that follow a number."""
    cut = _RIGHT.search(part.text)
    if not cut or (cut.group() == " " and ", " in part.text[cut.end() :] and not part.text.lstrip().startswith(("Số", "SỐ"))):
        return [part]
    left, right = part.text[: cut.start()].rstrip(), part.text[cut.end() :]
    return [Part(left, part.column, part.line, part.width), Part(right, part.column + cut.end(), part.line, part.width)]
