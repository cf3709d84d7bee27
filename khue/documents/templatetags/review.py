"""Words of the review, for its templates."""

from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khue.core.spoken import speak
from khue.core.text import decimal
from khue.documents.export.words import RECURS, SIGNS, slip_name
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


@register.simple_tag
def due_of(obligation: Obligation, ahead: Any = False) -> SafeString:
    """The rhythm, the deadline or a suggested day; with `ahead` also when the first period of what comes round falls due."""
    if obligation.recurs:
        words = format_html("{}", speak(RECURS[obligation.recurs]))
        return words + _first_period(obligation) if ahead else words
    if obligation.due:
        return format_html('<span class="num">{}</span>', f"{obligation.due:%d/%m/%Y}")
    if day := suggested(obligation):
        title = _("Gợi ý theo kế hoạch năm học, không phải hạn ghi trong văn bản")
        return format_html('<span class="quiet num" title="{}">({}?)</span>', title, f"{day:%d/%m/%Y}")
    return mark_safe("")


def _first_period(obligation: Obligation) -> SafeString:
    """Were it given today."""
    day = beginning(obligation.recurs, obligation.due_quote, today(), obligation.due)["due_on"]
    return format_html('<br><span class="quiet small num">{}</span>', _("kỳ đầu hạn %(day)s") % {"day": f"{day:%d/%m/%Y}"})


@register.filter
def target_words(target: dict[str, Any]) -> str:
    """A target as sign, number and unit: ≥ 98,5%; 12 trường."""
    unit = target.get("unit") or ""
    return f"{SIGNS.get(target['comparator'], target['comparator'])} {decimal(target['value'])}{'' if unit in ('', '%') else ' '}{unit}"


@register.filter
def units_named(units: list[dict[str, Any]]) -> str:
    """Owners or partners in a row, as they are called or as the sentence names them."""
    return "; ".join(u.get("label") or u["quote"] for u in units)
