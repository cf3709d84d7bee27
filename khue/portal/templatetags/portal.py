"""Tags of the home and operations pages."""

from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khue.portal.operations_rows import COLUMNS, Row
from khue.portal.templatetags.khue import thousands
from khue.portal.templatetags.khue import whole_number as whole

register = template.Library()


@register.simple_tag
def bar(row: Row, most: int) -> SafeString:
    """A row's numbers as a bar."""
    return row.bar(most)


@register.simple_tag
def cells(row: Row, receiver: bool) -> SafeString:
    """A row's numbers, each with its list. Drawn here and not by a template: a page of a province has thousands of them."""
    heads = _headings(get_language() or "", bool(receiver))
    apart = heads["apart"]
    drawn = [
        f'<td class="num {cell.name}" data-label="{heads[cell.name]}">'
        + (f'<a href="{escape(cell.address)}">{whole(cell.number, apart)}</a>' if cell.number else '<span class="quiet">0</span>')
        + "</td>"
        for cell in row.cells
    ]
    percent = row.numbers.in_time_percent
    told = '<span class="quiet">—</span>' if percent is None else f"{percent}%"
    return mark_safe("".join(drawn) + f'<td class="num" data-label="{heads["percent"]}">{told}</td>')


@lru_cache(maxsize=8)
def _headings(_language: str, receiver: bool) -> dict[str, str]:
    """What a phone shows before each number, in the language of the page; `apart` is what stands between thousands."""
    words = {name: str(heading) for name, _state, heading in COLUMNS} | {"percent": _("% đúng hạn")}
    words |= {"given": _("Được giao")} if receiver else {}
    return {name: escape(word) for name, word in words.items()} | {"apart": thousands()}


@register.simple_tag
def narrowed(query: str, more: dict[str, Any]) -> str:
    """The address of this page with further parameters."""
    return "?" + urlencode(dict(parse_qsl(query)) | more)
