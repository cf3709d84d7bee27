"""Lines that say something of the task above them: "- Chủ trì: …", "Phối hợp: …", "Thời gian thực hiện: …"."""

import re
from dataclasses import dataclass

from khue.reader.lexicon import Lexicon
from khue.reader.unitname import skip

ROLES = ("owner", "with", "due", "target")
_SIGN = re.compile(r"\s*(?:\([^()]*\)\s*)?:")


@dataclass(frozen=True, slots=True)
class Label:
    """What a line says: its role and where its value begins."""

    role: str
    value: int


def label_at(lex: Lexicon, low: str, at: int) -> Label | None:
    """The label that opens the text at `at`, or None."""
    at = skip(low, at)
    colon = low.find(":", at, at + 60)
    if colon == -1:
        return None
    name = low[at:colon].strip()
    for role in ROLES:
        if lex[f"lines.{role}"].full(name):
            return Label(role, skip(low, colon + 1))
    return None


def labels_inside(lex: Lexicon, low: str, start: int, end: int) -> list[tuple[int, Label]]:
    """(where it begins, label) of every label at the start of a sentence of a line."""
    found = []
    for at in [start, *(m.end() for m in re.finditer(r"[.;(]\s*", low[:end]) if m.end() > start)]:
        label = label_at(lex, low, at)
        if label:
            found.append((at, label))
    return found
