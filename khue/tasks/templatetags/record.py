"""How a unit's record is shown: percentages with a comma, the spread of like units as a drawing."""

from django import template
from django.utils.safestring import SafeString

from khue.tasks.likeness import Spread
from khue.tasks.spread import drawn

register = template.Library()


@register.filter
def percent(value: float) -> str:
    """At most one decimal, as it is written in Vietnamese."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + "%"


@register.simple_tag
def spread(found: Spread) -> SafeString:
    """The quartiles and the own value on one line."""
    return drawn(found)
