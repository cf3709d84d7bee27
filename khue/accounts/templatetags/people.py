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


@register.simple_tag
def second_factor_asked() -> bool:
    """Whether no page opens before a second factor is there."""
    return bool(settings.REQUIRE_MFA)


@register.simple_tag(takes_context=True)
def passkeys_work(context: dict[str, Any]) -> bool:
    """Browsers keep passkeys for names only, never for an address of numbers, and only where the line is private."""
    request = context["request"]
    host = request.get_host().rpartition(":")[0] or request.get_host()
    is_name = any(c.isalpha() for c in host) and not host.startswith("[")
    return is_name and (request.is_secure() or host == "localhost" or host.endswith(".localhost"))


# what a browser calls itself -> its name; the first that fits, because most call themselves Chrome and Safari, too
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


@register.filter
def browser(agent: str) -> str:
    """A browser and its system by the names that people know; its own words where it is none of those."""
    name = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (name, system) if part) or agent[:60]


@register.filter
def told_in_words(action: Action) -> list[Told]:
    """An action's changes, line by line."""
    return told(action)
