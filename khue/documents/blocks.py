"""The paragraphs of a reading as data, and the way between places in a paragraph and places in the source text."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from khue.core.text import squeeze
from khue.reader.model import Block

Run = list[int]


def runs_of(block: Block) -> list[Run]:
    """[[at in the paragraph, at in the source, length], ...]: stretches where both run alike."""
    runs: list[Run] = []
    for i, at in enumerate(block.origin[: len(block.text)]):
        if runs and runs[-1][1] + (i - runs[-1][0]) == at:
            runs[-1][2] += 1
        else:
            runs.append([i, at, 1])
    return runs


def block_data(block: Block) -> dict[str, Any]:
    """A paragraph as JSON keeps it."""
    return {
        "kind": block.kind,
        "text": block.text,
        "section": block.section,
        "start": block.span.start,
        "end": block.span.end,
        "runs": runs_of(block),
    }


@dataclass(slots=True)
class Paragraph:
    """A paragraph of a kept reading."""

    number: int
    kind: str
    text: str
    section: str
    start: int
    end: int
    runs: list[Run]

    def inside(self, source: int) -> int:
        """The place in the paragraph of a place in the source, the nearest one before where it was dropped."""
        i = bisect_right([r[1] for r in self.runs], source) - 1
        if i < 0:
            return 0
        at, origin, length = self.runs[i]
        return min(at + source - origin, at + length)

    def source(self, inside: int) -> int:
        """The place in the source of a place in the paragraph."""
        i = max(bisect_right([r[0] for r in self.runs], inside) - 1, 0)
        at, origin, length = self.runs[i]
        return origin + min(inside - at, length)

    def source_end(self, inside: int) -> int:
        """The place in the source just behind the character before `inside`."""
        return self.source(inside - 1) + 1 if inside > 0 else self.source(0)


class Text:
    """A kept text with its paragraphs."""

    def __init__(self, text: str, blocks: list[dict[str, Any]]) -> None:
        self.text = text
        self.paragraphs = [
            Paragraph(n, b["kind"], b["text"], b["section"], b["start"], b["end"], b["runs"]) for n, b in enumerate(blocks) if b["runs"]
        ]
        self._starts = [p.start for p in self.paragraphs]

    def at(self, source: int) -> Paragraph | None:
        """The paragraph that holds a place of the source."""
        i = bisect_right(self._starts, source) - 1
        return self.paragraphs[i] if i >= 0 else None

    def quote(self, start: int, end: int) -> str:
        """The words between two places of the source, as the paragraphs have them; white space is one space."""
        pieces = []
        for p in self.paragraphs:
            if p.start < end and start < p.end:
                pieces.append(p.text[p.inside(max(start, p.start)) : p.inside(min(end, p.end))])
        return squeeze(" ".join(pieces)) if pieces else squeeze(self.text[start:end])
