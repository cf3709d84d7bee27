"""Whose roles a reorganisation ends or carries on, told before it does."""

from typing import Any

from django.db import transaction
from django.utils import translation

from khue.accounts import heirs as accounts
from khue.accounts.models import Role, RoleName
from khue.units.reorganise.heirs import Moved
from khue.units.reorganise.spells import Change


def people(change: Change) -> list[Moved]:
    """The roles as accounts will have them: it is done, read and taken back, so that one place says what becomes of them."""
    if not change.closed:
        return []
    with transaction.atomic():
        found = _read(change, accounts.inherit(change))
        transaction.set_rollback(True)
    return found


def _read(change: Change, done: dict[str, Any]) -> list[Moved]:
    began = {old: new for old, new, _until in done["roles"]}
    came_from = dict(done["moved"])
    before = Role.objects.filter(pk__in=[*began, *came_from], user__is_active=True).select_related("user", "unit")
    now = Role.objects.select_related("unit").in_bulk([*filter(None, began.values()), *came_from])
    names = change.names_before([*change.closed])
    held = _held(change, [r.user_id for r in before])
    found = []
    for role in before.order_by("unit__name", "user__full_name", "pk"):
        unit_id = came_from.get(role.pk, role.unit_id)
        new = now.get(began.get(role.pk) or role.pk) or _had(held, role, change.heir_of(unit_id))
        became: dict[str, Any] = {"now": _word(new.role), "heir": new.unit.name, "heir_id": new.unit_id} if new else {}
        found.append(Moved(role.user_id, role.user.full_name, _word(role.role), names.get(unit_id, role.unit.name), **became))
    return found


def _held(change: Change, users: list[int]) -> dict[tuple[int, int], list[Role]]:
    """The roles that those people have at the heirs anyway."""
    heirs = {heir for u in change.closed if (heir := change.heir_of(u))}
    found: dict[tuple[int, int], list[Role]] = {}
    for role in Role.objects.filter(user_id__in=users, unit_id__in=heirs, valid_to__isnull=True).select_related("unit"):
        found.setdefault((role.user_id, role.unit_id), []).append(role)
    return found


def _had(held: dict[tuple[int, int], list[Role]], role: Role, heir: int | None) -> Role | None:
    """The one that the person has there already: the same, else as a viewer."""
    there = held.get((role.user_id, heir), []) if heir else []
    return next((r for name in (role.role, RoleName.VIEWER) for r in there if r.role == name), None)


def _word(role: str) -> str:
    """A role's name as it stands in the catalogue; pages say it in their language."""
    with translation.override("vi"):
        return str(RoleName(role).label)
