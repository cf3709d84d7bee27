"""Small things that many tests use."""

from datetime import date

from khue.reader import read
from khue.reader.clean.paragraph import Para, build
from khue.reader.lexicon import lexicon
from khue.reader.lines import split_lines

LEX = lexicon()


def para(text: str) -> Para:
    """A text as one paragraph, hard line wraps joined."""
    return build([(line, 0, len(line.text)) for line in split_lines(text) if not line.blank])


def day(iso: str | None) -> date | None:
    """A date from ISO, None from None."""
    return date.fromisoformat(iso) if iso else None


def directive(*lines: str, head: str = "CHỈ THỊ\nVề nhiệm vụ năm học 2024-2025\n\nI. NHIỆM VỤ\n") -> str:
    """A short directive with these lines under its first heading."""
    return head + "\n".join(lines) + "\n"


def quotes(*lines: str) -> list[str]:
    """The quotes of the tasks found in a short directive."""
    return [t.quote for t in read(directive(*lines)).tasks]
