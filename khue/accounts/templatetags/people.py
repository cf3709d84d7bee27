"""Tags of the people's room."""

from typing import Any

from django import template
from django.conf import settings

from khue.accounts.verbs import field_words, verb_words

register = template.Library()


@register.simple_tag
def demo_sign_ins() -> dict[str, Any]:
    """The demo's accounts, where this is the demo."""
    if not settings.DEMO:
        return {}
    from khue.accounts.demo import PASSWORD, sign_ins

    return {"rows": sign_ins(), "password": PASSWORD}


@register.filter
def in_words(verb: str) -> str:
    """A verb of the action log in words."""
    return verb_words(verb)


@register.filter
def field_name(name: str) -> str:
    """A changed field's name in words."""
    return field_words(name)


@register.filter
def shown(value: Any) -> str:
    """A value before or after a change; what was empty is a dash."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return str(value)
