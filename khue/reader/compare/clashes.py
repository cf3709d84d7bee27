"""Two documents on the same matter that do not agree: another day, another figure."""

import re
from dataclasses import dataclass
from itertools import combinations

from khue.core.said import said, template
from khue.core.text import plain
from khue.reader.compare.features import Bag, features, likeness, named, weigh
from khue.reader.compare.index import Index
from khue.reader.compare.reasons import number
from khue.reader.lexicon import lexicon
from khue.reader.model import Reading, Task

# without names in common two obligations must be this alike to be the same matter
ALIKE = 0.6
_ACTION = re.compile(
    r"\b(?:sap nhap|thanh lap|giai the|xay moi|sua chua|tuyen sinh|tuyen dung|khai giang|tong ket|so ket|khao sat|kiem tra|cong nhan|bo nhiem|dieu dong|ban giao|nghiem thu|cap phep)\b"
)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two tasks, each (document, task) by index, and what they disagree on."""

    first: tuple[int, int]
    second: tuple[int, int]
    kind: str
    why: str


def clashes(readings: list[Reading]) -> list[Clash]:
    """Every pair of obligations of different documents on one matter whose dates or figures differ."""
    lex = lexicon()
    bags = weigh(lex, [[features(lex, t) for t in r.tasks] for r in readings])
    found: list[Clash] = []
    for a, b in combinations(range(len(readings)), 2):
        index = Index(bags[b])
        for i, bag in enumerate(bags[a]):
            for j, _ in index.candidates(bag, most=6):
                clash = _clash(readings[a].tasks[i], readings[b].tasks[j], bag, bags[b][j])
                if clash:
                    found.append(Clash((a, i), (b, j), *clash))
    return found


def _clash(one: Task, two: Task, a: Bag, b: Bag) -> tuple[str, str] | None:
    matter = _same_matter(one, two, a, b)
    if not matter:
        return None
    if one.due and two.due and one.due.day and two.due.day and one.due.day != two.due.day:
        first, second = (f"“{d.quote}” ({d.day:%d/%m/%Y})" for d in (one.due, two.due))
        return "due", said("Cùng việc ({matter}) nhưng hai thời hạn: {first} và {second}.", matter=matter, first=first, second=second)
    for unit in sorted({t.unit for t in one.targets} & {t.unit for t in two.targets}):
        ours, theirs = ({t.value for t in task.targets if t.unit == unit} for task in (one, two))
        if ours.isdisjoint(theirs) and likeness(a, b) >= ALIKE:
            first, second = (", ".join(number(v) for v in sorted(values)) for values in (ours, theirs))
            words = template("Cùng việc ({matter}) nhưng hai con số: {first} và {second} {unit}.")
            return "target", said(words, matter=matter, first=first, second=second, unit=unit)
    return None


def _same_matter(one: Task, two: Task, a: Bag, b: Bag) -> str:
    """The matter two obligations share: two proper names, or one with the same action, or nearly the same words."""
    names = named(one.quote) & named(two.quote)
    actions = set(_ACTION.findall(plain(one.quote))) & set(_ACTION.findall(plain(two.quote)))
    if len(names) >= 2 and actions:
        return ", ".join(_printed(one.quote, n) for n in sorted(names))
    return one.quote[:60] if likeness(a, b) >= ALIKE else ""


def _printed(text: str, name: str) -> str:
    """A folded name as the text writes it."""
    size = len(name.split())
    words = text.split()
    for i in range(len(words) - size + 1):
        words_here = " ".join(words[i : i + size]).strip(" ,.;:()")
        if plain(words_here) == name:
            return words_here
    return name
