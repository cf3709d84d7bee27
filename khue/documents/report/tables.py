"""What .docx and .pdf share: how wide the columns of each table are, Roman numbers, which characters can be written."""

import re

# shares of the width, by the key of the table's block
COLUMNS: dict[str, tuple[float, ...]] = {
    "section-numbers": (38.5, 9.5, 9, 10, 10, 13, 10),
    "tasks": (8, 37, 20, 15, 20),
    "late": (8, 27, 12, 14, 16, 23),
}


def widths(key: str, columns: int, whole: float) -> list[float]:
    """The width of each column; equal ones where nothing else is said."""
    shares = COLUMNS.get(key, ())
    if len(shares) != columns:
        shares = (1.0,) * columns
    return [whole * s / sum(shares) for s in shares]


# so many rows at least stand together where a table goes over to another page
FIRST, LAST = 2, 4


def together(rows: list[list[str]]) -> list[int]:
    """For each row below the head 0, or how many rows up to it are kept with the row after it on one page.

    The first two stay with the head, the sum and the row above it with two others, a line across with what it is over.
    """
    found: list[int] = []
    for n, row in enumerate(rows):
        kept = n + 1 < len(rows) and (n + 1 < FIRST or n >= len(rows) - LAST or len(row) == 1)
        found.append((found[-1] if found else 0) + 1 if kept else 0)
    return found


def printable(text: str) -> str:
    """Characters that XML cannot hold are left out."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF)))


def unbroken(title: str) -> str:
    """A title whose years and numbers (2023-2024) are not broken between two lines."""
    return re.sub(r"(?<=\d)-(?=\d)", "\u2011", printable(title))


def roman(number: int) -> str:
    """I, II, III, …; nothing for 0."""
    signs = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    text = ""
    for value, sign in signs:
        while number >= value:
            text, number = text + sign, number - value
    return text


def centred(column: int, text: str) -> bool:
    """Figures, days and the running number stand in the middle of their cell."""
    return bool(re.fullmatch(r"[\d.,/ ]+", text)) or (column == 0 and len(text) < 4)
