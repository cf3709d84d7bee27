"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from khue.accounts.person import Person
from khue.units.kinds import SCHOOLS

# (address, word, capability); on a phone those of MORE stand behind one button
NAV = (
    ("home", _("Hôm nay"), ""),
    ("tasks:list", _("Công việc"), "tasks.view"),
    ("documents:register", pgettext_lazy("nhiều", "Văn bản"), "documents.view"),
    ("operations", _("Điều hành"), "operations.view"),
)
MORE = (
    ("units:list", pgettext_lazy("nhiều", "Đơn vị"), "units.view"),
    ("people:list", _("Người dùng"), "people.view"),
)
OWN = frozenset(f"people:{name}" for name in ("me", "tokens", "token-revoke", "delegations", "delegation-end", "act-for"))


def page(request: HttpRequest) -> dict[str, Any]:
    """The person acting, and the rooms open to them."""
    person: Person | None = getattr(request, "person", None)
    match = request.resolver_match
    return {
        "person": person,
        "nav": [(name, word) for name, word, need in NAV if person and (not need or person.can(need))],
        "nav_more": [(name, word) for name, word, need in MORE if person and person.can(need)],
        "view_name": match.view_name if match else "",
        # pages on oneself lie in the room of people, but are not about them
        "own_page": match is not None and match.view_name in OWN,
        "room": (match.view_name.split(":")[0] if match else ""),
        "receiver": person is not None and is_receiver(person),
        "demo": settings.DEMO,
    }


def is_receiver(person: Person) -> bool:
    """Whether tasks come to this person's units and do not go out from them: schools."""
    return bool(person.roles) and all(role.unit.kind in SCHOOLS for role in person.roles)
