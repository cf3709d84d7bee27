"""The marks that open a heading or an item: A. I. 1. 1.1. a) - + • Điều 1. Tháng 9/2024 Phụ lục."""

import re
from dataclasses import dataclass

_ROMAN = r"(?=[IVXivx])X{0,3}(?:IX|IV|V?I{0,3})"
_RULES = [
    ("article", re.compile(r"(?:Điều|ĐIỀU)\s+(\d{1,3})\s*[.:]\s*")),
    (
        "part",
        re.compile(
            r"(?:Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC)\s+(?:thứ\s+|THỨ\s+)?([IVX]{1,6}|\d{1,2}|nhất|hai|ba|tư|năm|sáu|NHẤT|HAI|BA|TƯ|NĂM|SÁU)(?=[\s.:]|$)\s*[.:]?\s*"
        ),
    ),
    ("dotted", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})(?:[.)]\s*|\s+)(?=[A-ZÀ-ỸĐ“\"(*])")),
    ("dotted", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,4})[.)]\s*(?=\w)")),
    ("roman", re.compile(rf"({_ROMAN})(?:\s*[.)]\s*|/(?!v)\s*|\s*[-–:]\s+)(?=[^\W\d_]|[“\"(\d])")),
    ("number", re.compile(r"(\d{1,2})\s*[.)](?!\d)\s*(?=[^\W\d_]|[“\"(\[]|\d{1,3}%)")),
    ("number", re.compile(r"(\d{1,2})\s*[/\-–](?!\d)\s*(?=[A-ZÀ-ỸĐ“\"])")),
    ("paren", re.compile(r"\((\d{1,2}|[a-zđ])\)\s*(?=\S)")),
    ("letter", re.compile(r"([A-HĐ])\s*[.)/]\s+(?=[A-ZÀ-ỸĐ])")),
    ("item", re.compile(r"([a-zđ]\d{0,2})\s*\)\s*(?=\S)|([a-eđg-i])\.\s+(?=[^\W\d_])")),
    ("dash", re.compile(r"[-–—\u2010\u2011\u2212\uf02d\uf0be](?!\d|\s?(?:19|20)\d\d\b)\s*(?=\S)")),
    ("plus", re.compile(r"\+\s*(?=\S)")),
    ("dot", re.compile(r"[•●▪◦*·§o\uf0b7\uf0a7\uf0d8\uf0fc](?:\s+|(?<=[•●▪\uf0b7\uf0a7\uf0d8\uf0fc]))(?=\S)")),
]
_ORDINALS = {"nhất": "I", "hai": "II", "ba": "III", "tư": "IV", "năm": "V", "sáu": "VI"}
BULLETS = {"dash", "plus", "dot"}
_FIRST = frozenset("ĐđPCMABCDEFGHIVX0123456789(abcdefghijklmnopqrstuvwxyz-–—+•●▪◦*·§\u2010\u2011\u2212\uf02d\uf0be\uf0b7\uf0a7\uf0d8\uf0fc")


@dataclass(frozen=True, slots=True)
class Marker:
    """`style` tells siblings from children; `label` is what a section path shows, "" for bullets."""

    style: str
    label: str
    end: int

    @property
    def bullet(self) -> bool:
        """Whether it is a mark without a number."""
        return self.style in BULLETS


def marker(text: str, at: int = 0) -> Marker | None:
    """The marker that opens `text` at `at`, or None."""
    if at >= len(text) or text[at] not in _FIRST:
        return None
    for style, rule in _RULES:
        found = rule.match(text, at)
        if found:
            label = next((g for g in found.groups() if g), "") if found.groups() else ""
            return Marker(_style(style, label), _ORDINALS.get(label.lower(), label), found.end())
    return None


def _style(style: str, label: str) -> str:
    if style == "dotted":
        return f"dotted{label.count('.')}"
    if style == "paren":
        return "paren1" if label.isdigit() else "parena"
    return style


_VALUES = {"i": 1, "v": 5, "x": 10}


def ordinal(style: str, label: str) -> int:
    """The place of a label among its siblings, from 1; 0 where it has none."""
    if style in ("roman", "part") and re.fullmatch(r"[IVX]+", label):
        digits = [_VALUES[c] for c in label.lower()]
        return sum(-d if i + 1 < len(digits) and d < digits[i + 1] else d for i, d in enumerate(digits))
    last = label.rsplit(".", 1)[-1]
    if last.isdigit():
        return int(last)
    if len(label) == 1 and label.isalpha():
        order = "aăâbcdđeêghiklmnoôơpqrstuưvxy" if style == "item" else "ABCDEFGH"
        place = "abcdđeghiklmnopqrstuvxy".find(label.lower())
        return place + 1 if place >= 0 else order.lower().find(label.lower()) + 1
    return 0
