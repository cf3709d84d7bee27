"""Template tags of the design system; available in every template without loading."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from khue.accounts.verbs import VERBS
from khue.core.casing import ordinary_case
from khue.core.spoken import speak, speak_data
from khue.core.text import short
from khue.portal.forms import option

register = template.Library()

# drawn for Khuê on a 24-unit grid, strokes of 1.7
ICONS = {
    "pavilion": "M12 3v1.6M4.5 9c3-.4 6-2 7.5-4.300C13.500 7 16.500 8.600 19.500 9M6.500 9.200v3.300M17.500 9.200v3.300M4 14.500c1-.2 2-.9 2.500-2h11c.5 1.100 1.500 1.800 2.500 2M7 14.700V20M17 14.700V20M5 20h14M14 16.500a2 2 0 1 1-4 0 2 2 0 0 1 4 0",
    "bell": "M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500H4.500zM10 20.500a2.200 2.200 0 0 0 4 0M12 5V3.500",
    "person": "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0M4.500 20c.8-4 4-6 7.500-6s6.700 2 7.500 6",
    "check": "M5 12.500l4.500 4.500L19 7.500",
    "cross": "M6 6l12 12M18 6L6 18",
    "question": "M9 9a3 3 0 1 1 4.200 2.800c-.8.400-1.200 1-1.200 2V14.500M12 18v.2",
    "clock": "M20 12a8 8 0 1 1-16 0 8 8 0 0 1 16 0M12 7.500V12l3 2",
    "file": "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
    "upload": "M12 16V5M7.500 9L12 4.500 16.500 9M5 19.500h14",
    "download": "M12 4v11M7.500 11L12 15.500 16.500 11M5 19.500h14",
    "print": "M7 9V4h10v5M7 17H4.500v-7h15v7H17M7 14.500h10V20H7z",
    "link": "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.600-5.600l-1.200 1.200M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.600 5.600l1.200-1.200",
    "edit": "M5 19l1-4L15.500 5.500l3 3L9 18z",
    "undo": "M8 5L4 9l4 4M4.500 9H14a5 5 0 0 1 0 10h-3",
    "search": "M17 11a6 6 0 1 1-12 0 6 6 0 0 1 12 0M15.500 15.500L20 20",
}


@register.simple_tag
@cache
def icon(name: str, size: int = 18) -> SafeString:
    """A drawing beside a word; it says nothing to a screen reader, so the word must stand beside it."""
    return format_html(
        '<svg width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="{1}"/></svg>',
        size,
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "", most: int = 0) -> SafeString:
    """The options of a select; `most` characters of each text, 0 for all."""
    found = ((value, short(str(label), most) if most else label) for value, label in choices)
    return mark_safe("".join(option(value, label, " selected" if str(value) == str(chosen) else "") for value, label in found))


@register.filter
def room_of(name: str) -> str:
    """The room of a page name: "documents" of "documents:register"."""
    return name.split(":")[0]


@register.filter
def say(data: Any) -> str:
    """A sentence kept as data, in the current language."""
    return speak_data(data)


@register.filter
def day(value: date | None) -> str:
    """dd/mm/yyyy, in either language, because the documents beside it are Vietnamese."""
    return f"{value:%d/%m/%Y}" if value else ""


@register.filter
def iso(value: date | None) -> str:
    """A day as a browser's field and an address take it."""
    return value.isoformat() if value else ""


# much quicker than Django's truncatechars, which looks at each character
register.filter("short", stringfilter(short), is_safe=True)


@register.filter
def item(mapping: dict[Any, Any], name: Any) -> Any:
    """One entry of a mapping."""
    return mapping.get(name)


@register.filter
def said(text: str) -> str:
    """A sentence that a pure part made, in the current language."""
    return speak(text)


@register.filter
def sign(comparator: str) -> str:
    """≥ and ≤ as they are written."""
    return {">=": "≥", "<=": "≤"}.get(comparator, comparator)


@register.filter
def words(text: str) -> list[str]:
    """The words of a constant, to loop over."""
    return text.split()


@register.filter
def shown(value: Any) -> str:
    """A value of the action log for a person: nothing is a dash, a list is its names, long text is cut."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, list):
        return "; ".join(shown(v) for v in value)
    if isinstance(value, dict):
        return str(value.get("label") or value.get("quote") or value.get("value") or value)
    text = str(value)
    return short(text, 160)


@register.filter
def ordinary(text: str) -> str:
    """Printed capitals in ordinary case."""
    return ordinary_case(text or "")


def thousands() -> str:
    """What stands between thousands in the language of the page."""
    return str(get_format("THOUSAND_SEPARATOR"))


def whole_number(number: int, apart: str) -> str:
    """A count with its thousands apart: 1.045."""
    return f"{number:,}".replace(",", apart) if number > 999 else str(number)


class Whole(int):
    """A count that is written with its thousands apart."""

    def __str__(self) -> str:
        return whole_number(int(self), thousands()) if self > 999 else int.__repr__(self)


@register.filter
def whole(number: Any) -> Any:
    """A count with its thousands apart, which still counts for the plural; what is no number stays."""
    return Whole(number) if isinstance(number, int) and not isinstance(number, bool) else number


@register.filter
def verb(name: str) -> Any:
    """What the action log's verb is called."""
    return VERBS.get(name, name)
