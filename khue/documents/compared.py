"""Two reviewed documents beside each other: who carries what, what changed, where they do not agree."""

from dataclasses import dataclass, field
from typing import Any

from khue.documents.as_reading import SHOWN, reading_of
from khue.documents.models import Document, Obligation
from khue.reader.compare import cascade, changes, clashes


@dataclass(slots=True)
class Carried:
    """One obligation of the higher document, what carries it below, and why that was found."""

    upper: Obligation
    lower: list[Obligation]
    strength: str
    why: str


@dataclass(slots=True)
class Coverage:
    """Every obligation above once; `orphans` below have no parent; counts by strength."""

    rows: list[Carried] = field(default_factory=list)
    orphans: list[Obligation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    percent: int = 0


def _both(one: Document, two: Document) -> tuple[list[Obligation], list[Obligation], Any, Any]:
    a = list(one.obligations.filter(state__in=SHOWN))
    b = list(two.obligations.filter(state__in=SHOWN))
    return a, b, reading_of(one, a), reading_of(two, b)


def coverage(upper: Document, lower: Document) -> Coverage:
    """How the lower document carries the higher one."""
    above, below, first, second = _both(upper, lower)
    result = cascade(first, second)
    rows = [Carried(above[x.upper], [below[j] for j in x.lower], x.strength, x.why) for x in result.links]
    counts = {s: sum(r.strength == s for r in rows) for s in ("whole", "part", "none")}
    percent = round(100 * (counts["whole"] + counts["part"]) / len(rows)) if rows else 0
    return Coverage(rows, [below[j] for j in result.orphans], counts, percent)


@dataclass(slots=True)
class Changed:
    """One obligation of the old document and what became of it."""

    old: Obligation
    new: list[Obligation]
    change: str
    what: str


@dataclass(slots=True)
class YearOnYear:
    """Every old obligation once, and those that are new; counts by kind of change."""

    rows: list[Changed] = field(default_factory=list)
    new_only: list[Obligation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def year_on_year(old: Document, new: Document) -> YearOnYear:
    """What the new document keeps, changes, drops and adds."""
    before, after, first, second = _both(old, new)
    result = changes(first, second)
    rows = [Changed(before[p.old], [after[j] for j in p.new], p.change, p.what) for p in result.pairs]
    counts = {c: sum(r.change == c for r in rows) for c in ("kept", "changed", "dropped")}
    counts["new"] = len(result.new_only)
    return YearOnYear(rows, [after[j] for j in result.new_only], counts)


@dataclass(slots=True)
class Disagreement:
    """Two obligations of different documents on one matter that do not agree."""

    mine: Obligation
    other: Obligation
    why: str


def disagreements(document: Document, others: list[Document]) -> list[Disagreement]:
    """Where the document clashes with others of the same unit."""
    mine = list(document.obligations.filter(state__in=SHOWN))
    theirs = [list(o.obligations.filter(state__in=SHOWN)) for o in others]
    readings = [reading_of(document, mine)] + [reading_of(o, t) for o, t in zip(others, theirs, strict=True)]
    found = []
    for clash in clashes(readings):
        if clash.first[0] == 0 and clash.second[0] > 0:
            found.append(Disagreement(mine[clash.first[1]], theirs[clash.second[0] - 1][clash.second[1]], clash.why))
    return found
