"""From the higher document to the lower one: which obligation is carried on, whole or in part, and which by nobody."""

from dataclasses import dataclass, field

from khue.reader.compare.features import Bag, features, heading_features, weigh
from khue.reader.compare.index import Index
from khue.reader.compare.reasons import reason
from khue.reader.lexicon import lexicon
from khue.reader.model import Reading

# shares of an obligation's weight; chosen on the province's and the city's directive of 2023-24, see docs/decisions.md
WHOLE = 0.5
PART = 0.27
MORE = 0.15
OWN = 0.1
# the share covered and (at 0.6) the lower one's own share must together reach this
BOTH = 0.46
# what a heading says counts this much of what the clause itself would
HEADING = 0.6


@dataclass(slots=True)
class Link:
    """One obligation of the higher document and those of the lower one that carry it, best first."""

    upper: int
    lower: list[int]
    strength: str
    why: str
    covered: float


@dataclass(slots=True)
class Cascade:
    """Every obligation of the higher document once; `orphans` are those of the lower one without a parent."""

    links: list[Link] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)


def cascade(upper: Reading, lower: Reading) -> Cascade:
    """Links the obligations of two readings. Indexes are places in `Reading.tasks`."""
    lex = lexicon()
    above, below = weigh(lex, [[features(lex, t) for t in r.tasks] for r in (upper, lower)])
    for bag, task in zip(below, lower.tasks, strict=True):
        bag.around = heading_features(lex, task)
    index = Index(below, with_headings=True)
    result = Cascade()
    carried: set[int] = set()
    for i, bag in enumerate(above):
        lowers, covered = _carriers(bag, below, index)
        strength = "whole" if covered >= WHOLE else "part" if lowers else "none"
        why = reason(upper.tasks[i], [lower.tasks[j] for j in lowers])
        result.links.append(Link(i, lowers, strength, why, round(covered, 3)))
        carried.update(lowers)
    result.orphans = [j for j in range(len(below)) if j not in carried]
    return result


def _carriers(bag: Bag, below: list[Bag], index: Index) -> tuple[list[int], float]:
    """The lower obligations that together cover a higher one, and the share of it they cover."""
    total = bag.total
    if not total:
        return [], 0.0
    chosen: list[int] = []
    left = dict(bag.items)
    for j, _ in index.candidates(bag):
        gains = {f: _gain(f, w, below[j]) for f, w in left.items()}
        gain, own = sum(gains.values()) / total, _own_share(bag, below[j])
        needed = PART if not chosen else MORE
        if gain < needed or own < OWN or gain + 0.6 * own < BOTH:
            continue
        chosen.append(j)
        left = {f: w - gains[f] for f, w in left.items() if w - gains[f] > 0.01}
        if len(chosen) == 4:
            break
    return chosen, 1 - sum(left.values()) / total if chosen else 0.0


def _gain(feature: str, weight: float, other: Bag) -> float:
    if feature in other.items:
        return weight
    return weight * HEADING if feature in other.around else 0.0


def _own_share(bag: Bag, other: Bag) -> float:
    """How much of the lower obligation speaks of the same; a long one that only touches the matter stays out."""
    both = sum(w for f, w in other.items.items() if f in bag.items)
    own = both / other.total if other.total else 0.0
    around = sum(f in bag.items for f in other.around) / len(other.around) if other.around else 0.0
    return max(own + (0.1 if bag.names & other.names else 0.0), HEADING * around)
