"""The numbers that Word draws itself (1., a), -): they are not in the text of a file, so they are counted again."""

from typing import Any

from docx.oxml.ns import qn

_ROMAN = [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]


class Numbering:
    """Counts list paragraphs in reading order."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[str, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles = document.styles
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {a.get(qn("w:abstractNumId")): _levels(a) for a in root.iter(qn("w:abstractNum"))}
        for num in root.iter(qn("w:num")):
            link = num.find(qn("w:abstractNumId"))
            if link is not None:
                self._levels[num.get(qn("w:numId"))] = abstract.get(link.get(qn("w:val")), {})

    def label(self, paragraph: Any) -> str:
        """The number in front of a paragraph as Word shows it, "" where there is none."""
        found = self._number(paragraph)
        if found is None:
            return ""
        num_id, level = found
        levels = self._levels.get(num_id, {})
        if str(level) not in levels:
            return ""
        kind, text, _ = levels[str(level)]
        counts = self._counts.setdefault(num_id, {})
        counts[level] = counts.get(level, levels[str(level)][2] - 1) + 1
        for deeper in [d for d in counts if d > level]:
            del counts[deeper]
        if kind == "bullet":
            return "-"
        for i in range(level + 1):
            shape, _, start = levels.get(str(i), ("decimal", "", 1))
            text = text.replace(f"%{i + 1}", _shape(shape, counts.get(i, start)))
        return "" if kind == "none" else text

    def _number(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None
        num = properties.find(qn("w:numPr"))
        if num is None:
            style = properties.find(qn("w:pStyle"))
            num = self._style_number(style.get(qn("w:val"))) if style is not None else None
        if num is None or num.find(qn("w:numId")) is None:
            return None
        level = num.find(qn("w:ilvl"))
        num_id = num.find(qn("w:numId")).get(qn("w:val"))
        return None if num_id == "0" else (num_id, int(level.get(qn("w:val"))) if level is not None else 0)

    def _style_number(self, style_id: str) -> Any:
        style = next((s for s in self._styles.element.iter(qn("w:style")) if s.get(qn("w:styleId")) == style_id), None)
        return style.find(f"{qn('w:pPr')}/{qn('w:numPr')}") if style is not None else None


def _levels(abstract: Any) -> dict[str, tuple[str, str, int]]:
    found = {}
    for level in abstract.iter(qn("w:lvl")):
        kind, text, start = (level.find(qn(f"w:{name}")) for name in ("numFmt", "lvlText", "start"))
        found[level.get(qn("w:ilvl"))] = (
            kind.get(qn("w:val")) if kind is not None else "decimal",
            text.get(qn("w:val")) if text is not None else "",
            int(start.get(qn("w:val"))) if start is not None else 1,
        )
    return found


def _shape(kind: str, value: int) -> str:
    if kind == "lowerLetter":
        return chr(ord("a") + (value - 1) % 26)
    if kind == "upperLetter":
        return chr(ord("A") + (value - 1) % 26)
    if kind in ("lowerRoman", "upperRoman"):
        digits = ""
        for amount, sign in _ROMAN:
            while value >= amount:
                digits, value = digits + sign, value - amount
        return digits.upper() if kind == "upperRoman" else digits
    return f"{value:02d}" if kind == "decimalZero" else str(value)
