"""What belongs to the page and not to the text: page numbers and running headers."""

import re
from collections import Counter

from khue.core.text import key
from khue.reader.lines import Line

PAGE_NUMBER = re.compile(r"\s*(?:[-–—]\s*)?\d{1,3}(?:\s*[-–—])?\s*|\s*(?:trang|page)\s*\d{1,3}(?:\s*/\s*\d{1,3})?\s*", re.I)
_DIGITS = re.compile(r"\d+")


def drop_furniture(lines: list[Line]) -> list[Line]:
    """`lines` without lone page numbers and the header lines that come back beside them.

    The line after a dropped number is marked as the first of a page.
    """
    numbers = {i for i, line in enumerate(lines) if not line.blank and PAGE_NUMBER.fullmatch(line.text)}
    dropped = numbers | _running(lines, numbers)
    kept: list[Line] = []
    feed = False
    for i, line in enumerate(lines):
        if i in dropped:
            feed = feed or line.feed or i in numbers
            continue
        if feed and not line.blank:
            line.feed, feed = True, False
        kept.append(line)
    return kept


def _running(lines: list[Line], numbers: set[int]) -> set[int]:
    """Lines equal but for their digits that stand within two lines of at least half of the page breaks."""
    solid = [i for i, line in enumerate(lines) if not line.blank]
    place = {line: n for n, line in enumerate(solid)}
    near: dict[int, str] = {}
    breaks = 0
    for i in solid:
        if i not in numbers and not lines[i].feed:
            continue
        breaks += 1
        around = solid[max(0, place[i] - 2) : place[i] + 3]
        near.update({j: _DIGITS.sub("#", key(lines[j].text).strip()) for j in around if j not in numbers})
    counts = Counter(near.values())
    running = {text for text, count in counts.items() if len(text) > 3 and count >= max(2, breaks // 2)}
    return {j for j in solid if running and _DIGITS.sub("#", key(lines[j].text).strip()) in running}
