"""Sentences of the pure parts in the language of the current page; their English stands in khue/locale beside the command line's."""

import gettext
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from khue.core.said import from_data, in_language

LOCALE = Path(__file__).resolve().parent.parent / "locale"


@lru_cache(maxsize=4)
def _catalog(language: str) -> gettext.NullTranslations:
    return gettext.translation("khue", str(LOCALE), languages=[language], fallback=True)


def speak(text: str) -> str:
    """A sentence made with `said`, or a template, in the language of the page."""
    catalog = _catalog((get_language() or "vi")[:2])
    return (
        in_language(text, lambda template: catalog.gettext(template) if template else "")
        if hasattr(text, "template")
        else catalog.gettext(text)
        if text
        else ""
    )


def speak_data(data: Any) -> str:
    """A sentence kept as data (core/said.py)."""
    return speak(from_data(data))
