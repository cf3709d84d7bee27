"""Words of the review, for its templates."""

from datetime import date
from typing import Any

from django import template

from khue.core.spoken import speak
from khue.documents.export.words import slip_name
from khue.documents.models import Obligation
from khue.documents.reasons import DOUBTS, reason

register = template.Library()


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
