"""Tags of the home and operations pages."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import template
from django.utils.safestring import SafeString

from khue.portal.operations_rows import Row

register = template.Library()


@register.simple_tag
def bar(row: Row, most: int) -> SafeString:
    """A row's numbers as a bar."""
    return row.bar(most)


@register.simple_tag
def narrowed(query: str, more: dict[str, Any]) -> str:
    """The address of this page with further parameters."""
    return "?" + urlencode(dict(parse_qsl(query)) | more)
