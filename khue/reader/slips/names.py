"""Names that are nearly, but not quite, what they should be: a year's theme, a contest."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from khue.core.said import said
from khue.core.text import key, squeeze
from khue.reader.model import Slip
from khue.reader.slips.base import Look, slip

_QUOTED = re.compile(r"[“\"„«]([^“”\"«»]{12,200})[”\"»]")
_LATIN = re.compile(r"[A-Z](?<![\w@./].)[A-Za-z]{5,}(?![\w@/])")
_EDGES = " .,;:-"


def names(look: Look) -> Iterator[Slip]:
    """A quoted theme that drops or changes a word; a well-known name with a letter wrong."""
    known = [(squeeze(key(n["text"])).strip(_EDGES), n) for n in look.lex.data["citations"]["names"]]
    spellings: list[str] = list(look.lex.data["citations"]["spellings"])
    for para in look.paras():
        for match in _QUOTED.finditer(para.low):
            entry = _nearly(squeeze(match[1]).strip(_EDGES), known)
            if entry:
                why = said("Trích chưa đúng {what}.", what=entry["what"])
                yield slip("name", para, match.start(), match.end(), why, entry["source"], entry["text"])
        for match in _LATIN.finditer(para.text):
            right = _misspelt(match.group(), spellings)
            if right:
                why = said("Tên riêng viết sai: “{name}”.", name=match.group())
                yield slip("name", para, match.start(), match.end(), why, None, right)


def _nearly(text: str, known: list[tuple[str, dict[str, str]]]) -> dict[str, str] | None:
    for name, entry in known:
        if text == name or abs(len(text) - len(name)) > 0.2 * len(name):
            continue
        if SequenceMatcher(None, text, name, autojunk=False).ratio() >= 0.88 and _words(text) != _words(name):
            return entry
    return None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _misspelt(word: str, spellings: list[str]) -> str | None:
    if any(word.lower().startswith(s.lower()) for s in spellings):
        return None
    for right in spellings:
        if len(right) >= 6 and word[0] == right[0] and abs(len(word) - len(right)) <= 1:
            if SequenceMatcher(None, word.lower(), right.lower(), autojunk=False).ratio() >= 0.85:
                return right
    return None
