"""Tags of the people's room."""

from typing import Any

from django import template
from django.conf import settings

from khue.accounts.telling import Told, told
from khue.accounts.verbs import verb_words
from khue.core.models import Action

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
def told_in_words(action: Action) -> list[Told]:
    """An action's changes, line by line."""
    return told(action)
