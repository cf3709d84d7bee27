"""`url` for addresses that hold numbers only: looked up once, not for each of the hundreds of rows of a list.

Every other use of the tag goes to Django's own.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, Token, Variable
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import conditional_escape

register = template.Library()
# numbers that stand for those to come; no address has them in its own words
_STANDS_FOR = (900000000000001, 900000000000002, 900000000000003)


class Numbered(Node):
    """The address of a page whose only changing parts are numbers."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self.node = node
        self.parts: dict[str, list[str] | None] = {}

    def render(self, context: Any) -> str:
        """The address, or nothing where it is kept under a name."""
        numbers = [arg.resolve(context) for arg in self.node.args]
        if not all(type(n) is int and n >= 0 for n in numbers):
            return str(self.node.render(context))
        parts = self._parts(get_script_prefix())
        if parts is None:
            return str(self.node.render(context))
        url = parts[0] + "".join(f"{n}{part}" for n, part in zip(numbers, parts[1:], strict=True))
        if self.node.asvar:
            context[self.node.asvar] = url
            return ""
        return conditional_escape(url) if context.autoescape else url

    def _parts(self, prefix: str) -> list[str] | None:
        """What stands around the numbers; None where the address is not made so."""
        if prefix not in self.parts:
            self.parts[prefix] = _around(str(self.node.view_name.var), len(self.node.args))
        return self.parts[prefix]


def _around(view: str, count: int) -> list[str] | None:
    wanted = _STANDS_FOR[:count]
    try:
        address = reverse(view, args=wanted)
    except NoReverseMatch:
        return None
    for n in wanted:
        address = address.replace(str(n), "\0")
    parts = address.split("\0")
    return parts if len(parts) == count + 1 else None


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """As Django's."""
    node = django_url(parser, token)
    return Numbered(node) if not node.kwargs and len(node.args) <= len(_STANDS_FOR) and _literal(node.view_name) else node


def _literal(found: FilterExpression) -> bool:
    return not isinstance(found.var, Variable) and not found.filters
