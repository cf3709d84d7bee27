"""Words of the review, for its templates."""

from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from khue.core.spoken import speak
from khue.documents.export.words import slip_name
from khue.documents.models import Obligation
from khue.documents.reasons import DOUBTS, reason
from khue.tasks.recurring import beginning
from khue.units.tree import today

register = template.Library()


@register.simple_tag
def item_acts() -> SafeString:
    """The buttons of an obligation, which are the same for all."""
    return _acts(get_language() or "")


@lru_cache(maxsize=8)
def _acts(_language: str) -> SafeString:
    return mark_safe(render_to_string("documents/_item_acts.html").strip())


@register.filter
def why(rule: str) -> Any:
    """Why a field was found."""
    return reason(rule)


@register.filter
def doubt(name: str) -> Any:
    """Why a person should look."""
    return DOUBTS.get(name, name)


@register.filter
def slip_word(kind: str) -> str:
    """What a kind of question is called."""
    return speak(slip_name(kind))


@register.filter
def suggested(obligation: Obligation) -> date | None:
    """The day that the school year's plan gives."""
    return date.fromisoformat(obligation.suggestion["date"]) if obligation.suggestion else None


@register.filter
def first_due(obligation: Obligation) -> date:
    """When the first period of what comes round falls due, were it given today."""
    due: date = beginning(obligation.recurs, obligation.due_quote, today(), obligation.due)["due_on"]
    return due
