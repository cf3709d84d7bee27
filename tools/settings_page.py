"""Writes the table of khue/config.py into docs/settings.md; a test holds the two together.

python -m tools.settings_page
"""

from pathlib import Path

from khue.config import as_markdown

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
BEGIN, END = "<!-- made by tools/settings_page.py -->\n", "<!-- end -->\n"


def renewed(page: str) -> str:
    """The page with the table of today between its markers."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n{as_markdown()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
