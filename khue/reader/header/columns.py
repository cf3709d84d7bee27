"""Lines of two columns (letterhead, "Nơi nhận" beside the signature) cut into their parts."""

import re
from dataclasses import dataclass

from khue.reader.lines import Line
from khue.reader.model import Span

_PART = re.compile(r"\S(?:.*?\S)?(?=\s{3,}|\t|\s*\||\s*$)")
SEPARATOR = re.compile(r"[\s\-–—_*=.~─━|]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a line that stands apart from the rest of it."""

    text: str
    column: int
    line: Line
    width: int

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
            found.append(Part(match.group(), match.start(), line, len(text)))
        at = match.end()
    return found
