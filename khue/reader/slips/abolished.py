"""Levels of government that no longer are: the district, after 2025-07-01."""

import re
from collections.abc import Iterator
from datetime import date

from khue.core.said import said
from khue.core.text import key
from khue.reader.lexicon import alternation
from khue.reader.model import Slip
from khue.reader.slips.base import Look, on, slip


def abolished_units(look: Look) -> Iterator[Slip]:
    """The first mention of each level that had been abolished when the document was signed."""
    day = look.header.day
    for level in look.lex.data["citations"]["abolished"]:
        ended = date.fromisoformat(level["ended_on"])
        if day is None or day < ended:
            continue
        pattern = re.compile(rf"(?<!\w){alternation(level['words'])}(?!\s*(?:cũ|trước đây|trước sáp nhập|\(cũ\)))(?!\w)")
        for item in look.items:
            match = pattern.search(item.para.low)
            if match and item.zone not in ("review", "basis") and key(level["except"]) not in item.para.low:
                why = said("Từ {day} không còn {level} ({source}).", day=on(ended), level=level["name"], source=level["source"])
                yield slip("abolished_unit", item.para, match.start(), match.end(), why, level["source"], level.get("now"))
                break
