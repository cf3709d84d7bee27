"""Many phrases looked up at once: by the first word, so that the cost does not grow with their number."""

import re
from collections.abc import Iterable, Iterator

from khue.core.text import key, squeeze

WORD = re.compile(r"[^\W_]+", re.UNICODE)
FEW = 40


class Phrases:
    """A set of phrases matched as whole words in text that `core.text.key` has folded."""

    __slots__ = ("_by_word", "_odd", "_scan")

    def __init__(self, items: Iterable[str]) -> None:
        by_word: dict[str, set[str]] = {}
        odd: set[str] = set()
        for item in items:
            folded = squeeze(key(item))
            first = WORD.match(folded)
            if first:
                by_word.setdefault(first.group(), set()).add(folded)
            elif folded:
                odd.add(folded)
        self._by_word = {w: sorted(s, key=len, reverse=True) for w, s in by_word.items()}
        self._odd = sorted(odd, key=len, reverse=True)
        # a few first words are found faster by one expression than by looking every word up
        few = 0 < len(by_word) <= FEW
        self._scan = re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, by_word)) + r")(?![^\W_])") if few else WORD

    def match(self, low: str, at: int = 0) -> int:
        """The end of the longest phrase that begins at `at`, or -1."""
        first = WORD.match(low, at)
        candidates = self._by_word.get(first.group(), ()) if first else self._odd
        for phrase in candidates:
            end = at + len(phrase)
            if low.startswith(phrase, at) and not _inside_word(low, end):
                return end
        return -1

    def full(self, low: str) -> bool:
        """Whether the whole of `low` is one of the phrases."""
        return bool(low) and self.match(low) == len(low)

    def find(self, low: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """(start, end) of every phrase, left to right, not overlapping."""
        stop = len(low) if end is None else end
        skip = start
        for word in self._scan.finditer(low, start, stop):
            if word.start() < skip or word.group() not in self._by_word:
                continue
            found = self.match(low, word.start())
            if found != -1 and found <= stop:
                yield word.start(), found
                skip = found

    def first(self, low: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """The first phrase in the stretch, or None."""
        return next(self.find(low, start, end), None)

    def ends(self, low: str) -> bool:
        """Whether `low` ends with one of the phrases."""
        return any(end == len(low) for _, end in self.find(low))


def _inside_word(low: str, end: int) -> bool:
    return end < len(low) and low[end].isalnum() and low[end - 1].isalnum()
