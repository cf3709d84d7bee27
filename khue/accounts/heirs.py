"""People of a unit that ends keep their roles at the unit that carries it on.

Where a unit above carries it on, they come there as viewers, and whom they invited is not asked any more: a
reorganisation gives nobody power upwards, whoever administers the unit above decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import override

from khue.accounts.models import Invitation, Role, RoleName, User
from khue.accounts.people import index_person
from khue.core.said import Said, said
from khue.units.models import Unit
from khue.units.reorganise.heirs import Moved, Room, Touched, touched
from khue.units.reorganise.spells import Change, given_back
from khue.units.tree import ancestor_ids


def _held(units: list[int], change: Change | None = None) -> QuerySet[Role]:
    """Roles that hold at units, for good or until a later day."""
    later = Q(valid_to__isnull=True) | (Q(valid_to__gte=change.day) if change else Q())
    return Role.objects.filter(later, unit_id__in=units)


def _open(units: list[int]) -> QuerySet[Invitation]:
    return Invitation.objects.filter(unit_id__in=units, accepted_at=None, revoked_at=None)


def count(units: list[int]) -> list[Touched]:
    """Roles that hold, and invitations that are open, at units that end."""
    return [
        touched(said("vai trò của người dùng"), _held(units), "/nguoi/?don_vi={unit}"),
        touched(said("lời mời chưa nhận"), _open(units), "/nguoi/loi-moi/"),
    ]


@dataclass(frozen=True, slots=True)
class Passing:
    """What becomes of a role whose unit ends: `name` at `heir`, which the person may have `there` already; without an heir it ends."""

    role: Role
    heir: int | None
    name: str
    there: bool
    # it began after the unit had ended: it was the heir's from its first day
    moves: bool


def passing(change: Change, held: Iterable[Role]) -> list[Passing]:
    """What becomes of every role; a query for each unit that ends, whatever the number of people."""
    held, last = list(held), change.day - timedelta(days=1)
    heirs = {u: change.heir_of(u) for u in {r.unit_id for r in held}}
    upwards = {u for u, heir in heirs.items() if heir in ancestor_ids([u], last)}
    standing = Role.objects.filter(
        user_id__in={r.user_id for r in held}, unit_id__in={h for h in heirs.values() if h}, valid_to__isnull=True
    )
    have = set(standing.values_list("user_id", "unit_id", "role"))
    found = []
    for role in held:
        heir, name = heirs[role.unit_id], RoleName.VIEWER if role.unit_id in upwards else role.role
        there = (role.user_id, heir, name) in have
        moves = bool(heir) and not there and name == role.role and role.valid_from > last
        found.append(Passing(role, heir, name, there, moves))
        if heir and role.valid_to is None:
            have.add((role.user_id, heir, name))
    return found


def people(change: Change) -> list[Moved]:
    """The same in words, of those who may sign in, by unit and name."""
    held = _held(change.closed, change).filter(user__is_active=True).select_related("user", "unit").order_by("id")
    told = passing(change, held)
    units = dict(Unit.objects.filter(pk__in={p.heir for p in told if p.heir}).values_list("pk", "name"))
    names = change.names_before([*change.closed])
    found = [_moved(p, names.get(p.role.unit_id, p.role.unit.name), units) for p in told]
    return sorted(found, key=lambda m: (m.unit, m.name))


def _moved(p: Passing, unit: str, units: dict[int, str]) -> Moved:
    became: dict[str, Any] = {"now": _word(p.name), "heir": units[p.heir], "heir_id": p.heir} if p.heir else {}
    return Moved(p.role.user_id, p.role.user.full_name, _word(p.role.role), unit, **became)


def _word(role: str) -> str:
    """A role's name as it stands in the catalogue; pages say it in their language."""
    with override("vi"):
        return str(RoleName(role).label)


def inherit(change: Change) -> dict[str, Any]:
    """{"roles": [[old, new or None, valid_to before]], "moved": [[role, unit]], "invitations": [[id, unit]]}."""
    record: dict[str, Any] = {"roles": [], "moved": [], "invitations": []}
    told = passing(change, _held(change.closed, change).select_for_update().order_by("id"))
    for p in told:
        _pass_on(p, change, record)
    for asked in _open(change.closed):
        heir = change.heir_of(asked.unit_id)
        record["invitations"].append([asked.pk, asked.unit_id])
        if heir and heir not in ancestor_ids([asked.unit_id], change.day - timedelta(days=1)):
            Invitation.objects.filter(pk=asked.pk).update(unit_id=heir)
        else:
            Invitation.objects.filter(pk=asked.pk).update(revoked_at=timezone.now())
    _index({p.role.user_id for p in told})
    return record


def _pass_on(p: Passing, change: Change, record: dict[str, Any]) -> None:
    role, last = p.role, change.day - timedelta(days=1)
    if p.moves:
        record["moved"].append([role.pk, role.unit_id])
        Role.objects.filter(pk=role.pk).update(unit_id=p.heir)
        return
    new = None
    if p.heir and not p.there:
        said_then = {"user_id": role.user_id, "role": p.name, "granted_by_id": role.granted_by_id, "valid_to": role.valid_to}
        new = Role.objects.create(unit_id=p.heir, valid_from=change.day, **said_then).pk
    record["roles"].append([role.pk, new, role.valid_to.isoformat() if role.valid_to else None])
    Role.objects.filter(pk=role.pk).update(valid_to=max(last, role.valid_from))


def _index(users: set[int]) -> None:
    for user in User.objects.filter(pk__in=users).order_by("pk"):
        index_person(user)


def give_back(record: dict[str, Any]) -> None:
    """Roles and invitations stand where they stood."""
    old = [pk for pk, _new, _to in record["roles"]] + [pk for pk, _unit in record["moved"]]
    Role.objects.filter(pk__in=[new for _old, new, _to in record["roles"] if new]).delete()
    for pk, _new, valid_to in record["roles"]:
        Role.objects.filter(pk=pk).update(**given_back({"valid_to": valid_to}))
    for pk, unit_id in record["moved"]:
        Role.objects.filter(pk=pk).update(unit_id=unit_id)
    for pk, unit_id in record["invitations"]:
        Invitation.objects.filter(pk=pk).update(unit_id=unit_id, revoked_at=None)
    _index(set(Role.objects.filter(pk__in=old).values_list("user_id", flat=True)))


def depends(record: dict[str, Any], mine: dict[str, Any]) -> Said | None:
    """Whether people were given roles at, or asked to join, a unit that the undo would take away, or left an heir since."""
    kept = {new: to for _old, new, to in mine["roles"] if new}
    moved = [pk for pk, _unit in mine["moved"]]
    roles = Role.objects.filter(unit_id__in=record["made_units"]).exclude(pk__in=[*kept, *moved]).count()
    asked = Invitation.objects.filter(unit_id__in=record["made_units"]).exclude(pk__in=[p for p, _ in mine["invitations"]]).count()
    still = {r.pk: r.valid_to.isoformat() if r.valid_to else None for r in Role.objects.filter(pk__in=kept)}
    ended = sum(1 for pk, to in kept.items() if still.get(pk, "gone") != to)
    joined = Invitation.objects.filter(pk__in=[p for p, _ in mine["invitations"]], accepted_at__isnull=False).count()
    changed = roles + asked + ended + joined
    return said("{n} vai trò, lời mời đã thay đổi ở đơn vị kế thừa", n=changed) if changed else None


ROOM = Room("accounts", 0, count, inherit, give_back, depends, people=people)
