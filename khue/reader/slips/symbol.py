"""Symbols whose agency or kind is misspelt: BDGĐT for BGDĐT, QD for QĐ, UNBD for UBND."""

import re
from collections.abc import Iterator
from functools import lru_cache

from khue.core.said import said
from khue.core.text import plain
from khue.reader.lexicon import Lexicon
from khue.reader.model import Slip
from khue.reader.slips.base import Look

_PART = re.compile(r"[/\-]")


def misspelt_symbols(look: Look) -> Iterator[Slip]:
    """A part of a symbol that is a known code with its letters mixed up or without its marks."""
    for citation, mention in look.cited:
        if mention.short:
            continue
        for part in _PART.split(citation.symbol)[1:]:
            right = right_code(look.lex, part)
            if right:
                at = citation.quote.find(citation.symbol)
                quote = citation.quote[: at + len(citation.symbol)] if at != -1 else citation.quote
                fixed = citation.symbol.replace(part, right)
                yield Slip("misspelt_symbol", quote, said("Ký hiệu viết sai: “{part}”.", part=part), citation.span, None, fixed)
                break


@lru_cache(maxsize=512)
def right_code(lex: Lexicon, part: str) -> str | None:
    """The code that was meant, or None where `part` is right or unknown."""
    data = lex.data["citations"]
    known = [*data["agencies"], *(a for k in lex.data["kinds"]["kinds"] for a in k["abbr"])]
    if part in known or len(part) < 2:
        return None
    listed = {**data["misspelt"], **data["misspelt_kinds"]}.get(part)
    if listed:
        return str(listed)
    letters = sorted(plain(part.replace("&", "")))
    if len(letters) < 4:
        return None
    return next((k for k in data["agencies"] if len(k) >= 4 and sorted(plain(k.replace("&", ""))) == letters and "&" not in k), None)
