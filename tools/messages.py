"""Collects every message of the pages into khue/locale/en/LC_MESSAGES/django.po and says which have no English yet.

`python tools/messages.py` adds what is new and drops what is gone; translations that are there stay. Exit code 1 where
something has no English. Needs no gettext programs.
"""

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "khue/locale/en/LC_MESSAGES/django.po"
HEADER = "# English of the pages. tools/messages.py collects the messages; the English is written here."
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def _templatize(path: Path) -> bytes:
    from django.utils.translation.template import templatize

    return templatize(path.read_text("utf-8"), origin=str(path)).encode()


Message = tuple[str | None, str | tuple[str, str]]


def messages() -> set[Message]:
    """Every (context, msgid) of Python files and templates; a plural is a pair."""
    found: set[Message] = set()
    for path in sorted((ROOT / "khue").rglob("*.py")):
        if "cli" not in path.parts and "migrations" not in path.parts:
            found |= _of(path.read_bytes())
    for path in sorted((ROOT / "khue").rglob("templates/**/*.*")):
        if path.suffix in {".html", ".txt"}:
            found |= _of(_templatize(path))
    # where one message is used with and without a plural, the plural stands for both
    plurals = {(context, message[0]) for context, message in found if isinstance(message, tuple)}
    return {m for m in found if m[1] and m not in plurals}


def _of(source: bytes) -> set[Message]:
    found: set[Message] = set()
    for _line, message, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS, options={"encoding": "utf-8"}):
        found.add((context, tuple(message) if isinstance(message, list | tuple) else message))  # type: ignore[arg-type]
    return found


def merged() -> tuple[Catalog, list[str]]:
    """The catalog with today's messages and the translations that were there; and the messages without one."""
    old = read_po(PO.open("rb"), locale="en") if PO.exists() else Catalog(locale="en")
    new = Catalog(locale="en", header_comment=HEADER, project="Khuê", version="pages", fuzzy=False, msgid_bugs_address="-", charset="utf-8")
    new.last_translator = new.language_team = "-"
    missing = []
    new.creation_date = new.revision_date = old.creation_date
    for context, message in sorted(messages(), key=str):
        before = old.get(message, context)
        # a message that became a plural, or stopped being one, needs its English anew
        string = before.string if before and before.id == message else ""
        new.add(message, string, context=context)
        if not string or (isinstance(string, tuple | list) and not all(string)):
            missing.append(message if isinstance(message, str) else message[0])
    return new, missing


def main() -> int:
    """Writes .po and .mo; prints what has no English."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    django.setup()
    catalog, missing = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=120, omit_header=False, sort_output=True)
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    for message in missing:
        print(repr(message))
    print(f"{len(list(catalog)) - 1} messages, {len(missing)} without English")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
