"""How a unit's record is shown: percentages as they are written in its language, the spread of like units as a drawing."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from khue.tasks.likeness import Spread
from khue.tasks.spread import drawn

register = template.Library()


@register.filter
def percent(value: float) -> str:
    """At most one decimal, after a comma in Vietnamese and a point in English."""
    written = f"{value:.1f}".removesuffix(".0")
    return f"{written if (get_language() or 'vi').startswith('en') else written.replace('.', ',')}%"


@register.simple_tag
def spread(found: Spread) -> SafeString:
    """The quartiles and the own value on one line."""
    return drawn(found)
