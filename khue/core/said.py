"""Sentences for people: written once in Vietnamese, kept with their parts so that another language can say them.

`said("Dài {n} trang.", n=3)` is the string "Dài 3 trang." and remembers template and parts; `in_language` says it
again in another language. The pure parts of Khuê make sentences this way and need no language setting.
"""

from collections.abc import Callable, Iterable
from typing import Any


class Said(str):
    """A Vietnamese sentence that can be said in another language. `pieces` are set where it is several, joined."""

    template: str
    parts: dict[str, Any]
    pieces: tuple[str, ...]
    between: str


def said(template: str, **parts: Any) -> Said:
    """The sentence with its parts filled in."""
    sentence = Said(template.format(**parts) if parts else template)
    sentence.template, sentence.parts, sentence.pieces, sentence.between = template, parts, (), ""
    return sentence


def joined(pieces: Iterable[str], between: str = "; ", end: str = "") -> Said:
    """Several sentences as one, the first letter made large where an `end` makes it a full sentence."""
    kept = tuple(pieces)
    sentence = Said(_together(kept, between, end))
    sentence.template, sentence.parts, sentence.pieces, sentence.between = "", {"end": end}, kept, between
    return sentence


def _together(pieces: Iterable[str], between: str, end: str) -> str:
    text = between.join(pieces)
    return text[:1].upper() + text[1:] + end if end and text else text


def in_language(text: str, translate: Callable[[str], str]) -> str:
    """`text` said with the templates of `translate`; a plain string stays as it is."""
    if not isinstance(text, Said):
        return text
    if text.pieces:
        return _together((in_language(p, translate) for p in text.pieces), text.between, text.parts["end"])
    parts = {name: in_language(part, translate) if isinstance(part, str) else part for name, part in text.parts.items()}
    return translate(text.template).format(**parts) if parts else translate(text.template)


def template(text: str) -> str:
    """Marks a template that is filled in elsewhere, so that it is found for translation."""
    return text


def as_data(text: str | None) -> Any:
    """A sentence as JSON can hold it, with its parts; a plain string stays one."""
    if not isinstance(text, Said):
        return text
    if text.pieces:
        return {"pieces": [as_data(p) for p in text.pieces], "between": text.between, "end": text.parts["end"]}
    return {"say": text.template, "parts": {n: as_data(v) if isinstance(v, str) else _json(v) for n, v in text.parts.items()}}


def _json(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | None) else str(value)


def from_data(data: Any) -> str:
    """The sentence that `as_data` kept."""
    if not isinstance(data, dict):
        return data or ""
    if "pieces" in data:
        return joined([from_data(p) for p in data["pieces"]], data["between"], data["end"])
    sentence = data["say"]
    return said(sentence, **{n: from_data(v) if isinstance(v, dict) else v for n, v in data["parts"].items()})
