"""How close a reading comes to an annotation: one figure (F1) for each thing the guideline asks for.

A found task counts when its quote is that of the annotation, white space, case, tone placement and the signs at its
ends aside; its fields are compared over the matched tasks, citations and slips over the whole document.
"""

import re
from collections import Counter
from typing import Any

from khue.core.text import key, nfc, squeeze

FIELDS = ("tasks", "section", "owners", "with", "due", "recurs", "targets", "cites", "citations", "slips", "header")
Data = dict[str, Any]


class Tally:
    """Counts of what was right, wanted and found."""

    def __init__(self) -> None:
        self.hit = self.gold = self.found = 0

    def add(self, gold: list[Any], found: list[Any]) -> None:
        """Counts two lists of comparable things, repeats included."""
        wanted, had = Counter(map(str, gold)), Counter(map(str, found))
        self.hit += sum((wanted & had).values())
        self.gold += len(gold)
        self.found += len(found)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where nothing was wanted and nothing found."""
        return 2 * self.hit / (self.gold + self.found) if self.gold + self.found else 1.0


def folded(text: str | None) -> str:
    """A text as it is compared."""
    return squeeze(key(nfc(text or ""))).strip(' .;,:-–“”"…')


def names(units: list[str] | None) -> list[str]:
    """The units of a field one by one, however a list of them was cut."""
    return [folded(n) for unit in units or [] for n in re.split(r",|;| và | VÀ ", unit) if folded(n)]


def score(gold: Data, found: Data) -> dict[str, Tally]:
    """A tally for each of FIELDS."""
    tallies = {field: Tally() for field in FIELDS}
    pairs = _pairs(gold["tasks"], found["tasks"])
    tallies["tasks"].hit, tallies["tasks"].gold, tallies["tasks"].found = len(pairs), len(gold["tasks"]), len(found["tasks"])
    for g, f in pairs:
        tallies["section"].add([g.get("section", "")], [f.get("section", "")])
        for field in ("owners", "with"):
            tallies[field].add(names(g.get(field)), names(f.get(field)))
        for field in ("due", "recurs"):
            tallies[field].add([g[field]] if g.get(field) else [], [f[field]] if f.get(field) else [])
        tallies["cites"].add([folded(c) for c in g.get("cites") or []], [folded(c) for c in f.get("cites") or []])
        tallies["targets"].add([_target(t) for t in g.get("targets") or []], [_target(t) for t in f.get("targets") or []])
    tallies["citations"].add([_mention(c) for c in gold["citations"]], [_mention(c) for c in found["citations"]])
    slips = [folded(s["quote"]) for s in gold.get("slips") or []]
    mine = [folded(s["quote"]) for s in found.get("slips") or []]
    tallies["slips"].add(slips, [next((g for g in slips if g in f or f in g), f) for f in mine])
    tallies["header"].add(_flat(gold["header"]), _flat(found["header"]))
    return tallies


def _pairs(gold: list[Data], found: list[Data]) -> list[tuple[Data, Data]]:
    free: dict[str, list[Data]] = {}
    for task in found:
        free.setdefault(folded(task["quote"]), []).append(task)
    return [(g, free[q].pop(0)) for g in gold if free.get(q := folded(g["quote"]))]


def _target(target: Data) -> tuple[float, str, str]:
    way = "at most" if str(target.get("comparator", "=")).startswith("<") else "at least"
    return float(target["value"]), folded(target.get("unit")), way


def _mention(citation: Data) -> tuple[str, str | None]:
    return folded(citation["symbol"]).replace(" ", ""), citation.get("date")


def _flat(header: Data) -> list[tuple[str, str]]:
    return [(k, folded(v if isinstance(v, str) else " | ".join(map(folded, v)))) for k, v in header.items() if v]
