"""Many phrases looked up at once: by how they begin, so that the cost does not grow with their number."""

import re
from collections.abc import Iterable, Iterator

from khue.core.text import key, squeeze

WORD = re.compile(r"[^\W_]+", re.UNICODE)
FEW = 40
# phrases are kept by their first letters
START = 5


class Phrases:
    """A set of phrases matched as whole words in text that `core.text.key` has folded."""

    __slots__ = ("_firsts", "_long", "_ones", "_scan", "_short")

    def __init__(self, items: Iterable[str]) -> None:
        known = sorted({squeeze(key(item)) for item in items} - {""}, key=len, reverse=True)
        short = [p for p in known if len(p) < START]
        # under each start its own phrases and the shorter ones that it begins with, the longest first
        self._long = _by_start(known, short, START)
        self._short = _by_start(short, [p for p in short if len(p) == 1], 2)
        self._ones = [p for p in short if len(p) == 1]
        self._firsts = frozenset(first.group() for p in known if (first := WORD.match(p)))
        # a few first words are found faster by one expression than by looking every word up
        few = 0 < len(self._firsts) <= FEW
        self._scan = re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, sorted(self._firsts))) + r")(?![^\W_])") if few else WORD

    def match(self, low: str, at: int = 0) -> int:
        """The end of the longest phrase that begins at `at`, or -1."""
        candidates = self._long.get(low[at : at + START])
        if candidates is None:
            candidates = self._short.get(low[at : at + 2], self._ones)
        for phrase in candidates:
            if low.startswith(phrase, at):
                end = at + len(phrase)
                if not _inside_word(low, end):
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
            if word.start() < skip or word.group() not in self._firsts:
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


def _by_start(known: list[str], shorter: list[str], size: int) -> dict[str, list[str]]:
    """The phrases of at least `size` letters by their first letters, each list with the shorter ones behind."""
    found: dict[str, list[str]] = {}
    for phrase in known:
        if len(phrase) >= size:
            found.setdefault(phrase[:size], []).append(phrase)
    for start, phrases in found.items():
        phrases += [p for p in shorter if start.startswith(p)]
    return found


def _inside_word(low: str, end: int) -> bool:
    return end < len(low) and low[end].isalnum() and low[end - 1].isalnum()
