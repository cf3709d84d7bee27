"""`translate` for words that stand in the template itself: looked up once for each language, not every time they are shown.

Everything else that the tag of Django can do (filters, variables, noop) goes to Django's own, as does `blocktranslate`.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Parser, Token, Variable
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()
# the language of a page while it is rendered; asking for it a thousand times would cost more than the words
_LANGUAGE = "words.language"


class Kept(Node):
    """Words of the template, with what they are in each language that was asked for."""

    child_nodelists = ()

    def __init__(self, node: TranslateNode) -> None:
        self.name, self.node = node.asvar, node
        node.asvar = None
        self.said: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Any) -> str:
        """The words, or nothing where they are kept under a name."""
        language = context.render_context.get(_LANGUAGE)
        if language is None:
            language = context.render_context[_LANGUAGE] = get_language() or ""
        key = (language, context.autoescape)
        words = self.said.get(key)
        if words is None:
            words = self.said[key] = self.node.render(context)
        if self.name:
            context[self.name] = words
            return ""
        return words


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """As Django's."""
    node = do_translate(parser, token)
    return Kept(node) if not node.noop and _literal(node.filter_expression) and _fixed(node.message_context) else node


def _literal(found: FilterExpression) -> bool:
    return isinstance(found.var, Variable) and found.var.literal is not None and not found.filters


def _fixed(context: FilterExpression | None) -> bool:
    return context is None or not isinstance(context.var, Variable)
