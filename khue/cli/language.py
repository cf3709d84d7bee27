"""The language of the command line: Vietnamese unless --lang or KHUE_LANG says English."""

import gettext
import os
import sys
from pathlib import Path

from khue.core.said import Said, in_language

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("vi", "en")


def chosen(arguments: list[str]) -> str:
    """The language asked for, found before the arguments are parsed, because help is written in it."""
    for i, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return _known(argument.removeprefix("--lang="))
        if argument == "--lang" and i + 1 < len(arguments):
            return _known(arguments[i + 1])
    return _known(os.environ.get("KHUE_LANG", "vi"))


def _known(language: str) -> str:
    return language if language in LANGUAGES else "vi"


def use(language: str) -> None:
    """Sets the language of this process: Khuê's own messages and those of the command-line library."""
    global _current
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("messages", str(LOCALE))
    gettext.textdomain("messages")
    _current = gettext.translation("khue", str(LOCALE), languages=[language], fallback=True)


_current: gettext.NullTranslations = gettext.NullTranslations()


def tr(text: str) -> str:
    """A message in the current language; sentences made by the pure parts are said again in it."""
    if isinstance(text, Said):
        return in_language(text, _current.gettext)
    return _current.gettext(text) if text else text


def fail(message: str) -> None:
    """One line on the error stream."""
    print(" ".join(message.split()), file=sys.stderr)
