"""Year on year: what was kept, what was changed (which word, figure, grade, date), what was dropped, what is new."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from khue.core.said import joined, said
from khue.core.text import key
from khue.reader.compare.features import Bag, features, likeness, weigh
from khue.reader.compare.index import Index
from khue.reader.lexicon import lexicon
from khue.reader.model import Reading, Task

# two obligations are the same from this likeness on; a further part of a divided one from PART of its own weight on
SAME = 0.52
PART = 0.6
_WORD = re.compile(
    r"(?i:lớp|tháng|quý|mức độ)\s+(?:\d{1,2}|[IVX]{1,4})(?![\w/])|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d+(?:[.,/]\d+)*(?:\s?%|[-/][^\W\d_][\w&/-]*)?|[^\W_]+(?:[-/&][^\W_]+)*"
)
_SPACED = re.compile(r"(?<=[/\-]) (?=[A-ZĐ]{2})|(?<=QH) (?=\d\d)")
_SMALL = frozenset(["và", "các", "những", "của", "cho", "trong", "về", "thì", "là", "việc", "với", "công", "tác"])


@dataclass(slots=True)
class Change:
    """An obligation of the old document and what became of it: "kept", "changed" or "dropped"."""

    old: int
    new: list[int]
    change: str
    what: str
    likeness: float


@dataclass(slots=True)
class Changes:
    """Every old obligation once, and the new ones that had no like before."""

    pairs: list[Change] = field(default_factory=list)
    new_only: list[int] = field(default_factory=list)


def changes(old: Reading, new: Reading) -> Changes:
    """Aligns two readings. Indexes are places in `Reading.tasks`."""
    lex = lexicon()
    before, after = weigh(lex, [[features(lex, t) for t in r.tasks] for r in (old, new)])
    partner = _align(before, after)
    taken = set(partner.values())
    result = Changes()
    index = Index(after)
    for i, bag in enumerate(before):
        if i not in partner:
            result.pairs.append(_unpaired(i, bag, after, index, old, new))
            taken.update(result.pairs[-1].new)
            continue
        parts = [partner[i], *_further(bag, after, partner[i], taken)]
        taken.update(parts)
        texts = [new.tasks[j] for j in sorted(parts)]
        what = difference(old.tasks[i], texts)
        result.pairs.append(Change(i, sorted(parts), "changed" if what else "kept", what, round(likeness(bag, after[partner[i]]), 3)))
    result.new_only = [j for j in range(len(after)) if j not in taken]
    return result


def _align(before: list[Bag], after: list[Bag]) -> dict[int, int]:
    """The best pairs first, each obligation once; between equals the one at the like place wins."""
    index = Index(after)
    pairs = []
    for i, bag in enumerate(before):
        for j, _ in index.candidates(bag, most=8):
            alike = likeness(bag, after[j])
            if alike >= SAME:
                place = abs(i / max(1, len(before)) - j / max(1, len(after)))
                pairs.append((-alike, place, i, j))
    partner: dict[int, int] = {}
    used: set[int] = set()
    for _, _, i, j in sorted(pairs):
        if i not in partner and j not in used:
            partner[i] = j
            used.add(j)
    return partner


def _unpaired(i: int, bag: Bag, after: list[Bag], index: Index, old: Reading, new: Reading) -> Change:
    """An old obligation without a like: taken up into a longer new one, or dropped."""
    for j, common in index.candidates(bag, most=4):
        if bag.total and common / bag.total >= PART:
            what = joined([said("gộp vào một nhiệm vụ dài hơn"), *_differences(old.tasks[i], [new.tasks[j]])])
            return Change(i, [j], "changed", what, round(likeness(bag, after[j]), 3))
    return Change(i, [], "dropped", said("không còn trong văn bản mới"), 0.0)


def _further(bag: Bag, after: list[Bag], first: int, taken: set[int]) -> list[int]:
    """Neighbours of the partner that hold the rest of an obligation which was divided."""
    rest = {f for f in bag.items if f not in after[first].items}
    found = []
    for j in (first - 1, first + 1):
        if 0 <= j < len(after) and j not in taken and after[j].total:
            share = sum(w for f, w in after[j].items.items() if f in rest) / after[j].total
            if share >= PART:
                found.append(j)
    return found


def difference(old: Task, new: list[Task]) -> str:
    """What changed from one obligation to its like, in words; "" where only punctuation or small words did."""
    return joined(_differences(old, new))


def _differences(old: Task, new: list[Task]) -> list[str]:
    one, two = _SPACED.sub("", old.quote), _SPACED.sub("", " ; ".join(t.quote for t in new))
    a, b = list(_WORD.finditer(one)), list(_WORD.finditer(two))
    left_words, right_words = [key(w.group()) for w in a], [key(w.group()) for w in b]
    found = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left_words, right_words, autojunk=False).get_opcodes():
        if tag == "delete":
            i1, i2 = _slide(one, a, left_words, i1, i2)
        elif tag == "insert":
            j1, j2 = _slide(two, b, right_words, j1, j2)
        if tag == "equal" or not (_tells(left_words[i1:i2]) or _tells(right_words[j1:j2])):
            continue
        found.append(_said(_stretch(one, a[i1:i2]), _stretch(two, b[j1:j2])))
    due = _due_change(old, new)
    return [*due, *found]


def _slide(text: str, words: list["re.Match[str]"], folded: list[str], a: int, b: int) -> tuple[int, int]:
    """The same removal told by whole words: of "[giáo] dục, giáo" and "giáo dục," the one that ends at a comma."""
    first, last = a, b
    while not _ends_at_sign(text, words, last):
        if first == 0 or folded[first - 1] != folded[last - 1]:
            return a, b
        first, last = first - 1, last - 1
    return first, last


def _ends_at_sign(text: str, words: list["re.Match[str]"], end: int) -> bool:
    return end >= len(words) or bool(re.search(r"[,;:.]", text[words[end - 1].end() : words[end].start()]))


def _stretch(text: str, words: list["re.Match[str]"]) -> str:
    """The text from the first of the words to the last."""
    return text[words[0].start() : words[-1].end()] if words else ""


def _tells(words: list[str]) -> bool:
    return any(w not in _SMALL for w in words)


def _said(left: str, right: str) -> str:
    kind = _kind(left, right)
    if left and right:
        return said("{kind}: “{left}” → “{right}”", kind=kind, left=left, right=right)
    return said("thêm {kind}: “{right}”", kind=kind, right=right) if right else said("bỏ {kind}: “{left}”", kind=kind, left=left)


def _kind(left: str, right: str) -> str:
    """What sort of thing changed."""
    text = key(f"{left} {right}")
    if re.search(r"\d+(?:/\d{4})?[/\-][a-zđ]{2}", text):
        return said("văn bản dẫn")
    if re.search(r"\d{1,2}/\d{1,2}|ngày \d|tháng \d|quí |năm \d{4}|năm học", text):
        return said("thời gian")
    if re.search(r"lớp \d|lớp$", text):
        return said("lớp")
    if re.search(r"\d", text):
        return said("số liệu")
    return said("chữ")


def _due_change(old: Task, new: list[Task]) -> list[str]:
    before = old.due.day if old.due else None
    after = next((t.due.day for t in new if t.due and t.due.day), None)
    if before and after and before != after:
        return [said("hạn: {before} → {after}", before=f"{before:%d/%m/%Y}", after=f"{after:%d/%m/%Y}")]
    return []
