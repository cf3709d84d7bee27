"""What a task is recognised by: its words and word pairs, names, figures, grades and cited documents.

Each feature has a weight: how rare it is in the documents compared (stock phrases such as "tiếp tục nâng cao" weigh
next to nothing), times how telling its kind is.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log

from khue.core.text import key, plain
from khue.reader.lexicon import Lexicon
from khue.reader.model import Task
from khue.reader.register import normal_symbol

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"[“\"„«]([^“”\"«»]{6,160})[”\"»]")
_NAME = re.compile(r"(?<![.;:“\"]\s)(?<=\s)(?:[A-ZÀ-ỸĐ][^\W\d_]*)(?:\s+[A-ZÀ-ỸĐ][^\W\d_]*)+")
_GRADE = re.compile(r"lớp\s+(\d{1,2})(?!\d)")
_PERCENT = re.compile(r"\d+(?:,\d+)?\s?%")
# how telling a kind of feature is, beside how rare the feature is
KINDS = {"w": 0.4, "b": 1.0, "n": 1.6, "q": 2.0, "c": 3.0, "f": 1.5}
_GRAMMAR = frozenset(
    [
        "và",
        "của",
        "các",
        "những",
        "cho",
        "với",
        "trong",
        "theo",
        "về",
        "để",
        "từ",
        "đến",
        "tại",
        "là",
        "có",
        "được",
        "đối",
        "trên",
        "do",
        "như",
        "khi",
        "vào",
        "bằng",
        "thì",
        "mà",
        "này",
        "đó",
        "ở",
        "ra",
        "lên",
    ]
)


@dataclass(slots=True)
class Bag:
    """The features of one task. `items` maps a feature to its weight; `around` are those of its heading."""

    names: frozenset[str]
    items: dict[str, float]
    around: frozenset[str] = frozenset()

    @property
    def total(self) -> float:
        """The weight of everything in it."""
        return sum(self.items.values())


def features(lex: Lexicon, task: Task) -> set[str]:
    """The features of a task: "w:" words, "b:" pairs, "n:" names, "q:" quoted titles, "c:" documents, "f:" figures."""
    low = key(task.quote)
    for citation in task.cites:
        low = low.replace(key(citation.quote), " ")
    low = same_words(lex, low)
    words = _WORD.findall(low)
    found = {f"w:{w}" for w in words if w not in _GRAMMAR and len(w) > 1}
    found |= {f"b:{a} {b}" for a, b in itertools.pairwise(words) if a not in _GRAMMAR and b not in _GRAMMAR}
    found |= {f"c:{normal_symbol(lex, c.symbol)}" for c in task.cites}
    found |= {f"q:{plain(q)}" for q in _QUOTED.findall(task.quote)}
    found |= {f"n:{n}" for n in named(task.quote)}
    found |= {f"f:lớp {g}" for g in _GRADE.findall(low)} | {f"f:{p.replace(' ', '')}" for p in _PERCENT.findall(low)}
    return found


def heading_features(lex: Lexicon, task: Task) -> frozenset[str]:
    """Words and pairs of the heading a task stands under: its matter, though not its own words."""
    words = _WORD.findall(same_words(lex, key(task.heading)))
    found = {f"w:{w}" for w in words if w not in _GRAMMAR and len(w) > 1}
    return frozenset(found | {f"b:{a} {b}" for a, b in itertools.pairwise(words) if a not in _GRAMMAR and b not in _GRAMMAR})


def same_words(lex: Lexicon, low: str) -> str:
    """Folded text with short forms written out and verbs of one meaning made one."""
    pattern, words = _synonyms(lex)
    return pattern.sub(lambda m: words[m.group()], low)


@lru_cache(maxsize=4)
def _synonyms(lex: Lexicon) -> tuple["re.Pattern[str]", dict[str, str]]:
    data = lex.data["compare"]
    words = {key(short): key(full) for short, full in data["short"].items()}
    words |= {key(other): key(group[0]) for group in data["same"] for other in group[1:]}
    longest = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<![\w&])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w&])"), words


def named(text: str) -> set[str]:
    """Proper names in a clause, folded; the words of a school's level before them are left out."""
    found = set()
    for match in _NAME.finditer(f" {text}"):
        words = [w for w in match.group().split() if not (w.isupper() and len(w) > 1)]
        if len(words) > 1:
            found.add(plain(" ".join(words)))
    return found


def weigh(lex: Lexicon, groups: Iterable[list[set[str]]]) -> list[list[Bag]]:
    """Bags for the tasks of several documents, weighed by how rare each feature is in them and in official texts."""
    documents = list(groups)
    count = Counter(f for tasks in documents for task in tasks for f in task)
    size = sum(len(tasks) for tasks in documents) or 1
    # a feature of one task alone can match nothing; it still counts against being covered, but no more than a pair
    top = max(0.3, log((size + 1) / 2.5))
    stock, tasks = lex.data["stock"]["counts"], lex.data["stock"]["tasks"]
    capped = {}
    for feature, n in count.items():
        here = min(top, log((size + 1) / (n + 0.5)))
        everywhere = top * log((tasks + 1) / (stock.get(feature, 1) + 0.5)) / log((tasks + 1) / 1.5) if tasks > 1 else here
        capped[feature] = max(0.05, min(here, everywhere)) * KINDS[feature[0]]
    return [[Bag(frozenset(f for f in task if f[0] in "nqc"), {f: capped[f] for f in task}) for task in tasks] for tasks in documents]


def shared(a: Bag, b: Bag) -> float:
    """The weight of what two tasks have in common."""
    small, large = (a, b) if len(a.items) < len(b.items) else (b, a)
    return sum(w for f, w in small.items.items() if f in large.items)


def likeness(a: Bag, b: Bag) -> float:
    """How alike two tasks are, 0 to 1: twice what they share over what both weigh."""
    both = a.total + b.total
    return 2 * shared(a, b) / both if both else 0.0
