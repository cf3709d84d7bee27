"""People of a unit that ends keep their roles at the unit that carries it on."""

from datetime import timedelta
from typing import Any

from khue.accounts.models import Invitation, Role
from khue.core.said import Said, said
from khue.units.models import UnitGroup
from khue.units.reorganise.heirs import Room
from khue.units.reorganise.spells import Change


def count(units: list[int]) -> list[tuple[Said, int]]:
    """Roles that hold, and invitations that are open, at units that end."""
    return [
        (said("vai trò của người dùng"), Role.objects.filter(unit_id__in=units, valid_to__isnull=True).count()),
        (said("lời mời chưa nhận"), Invitation.objects.filter(unit_id__in=units, accepted_at=None, revoked_at=None).count()),
    ]


def inherit(change: Change) -> dict[str, Any]:
    """{"roles": [[old, new or None, valid_to before]], "invitations": [[id, unit]], "groups": [[id, unit]]}."""
    record: dict[str, Any] = {"roles": [], "invitations": [], "groups": []}
    last = change.day - timedelta(days=1)
    for role in Role.objects.select_for_update().filter(unit_id__in=change.closed, valid_to__isnull=True).order_by("id"):
        heir = change.heirs.get(role.unit_id)
        new = _role_at(role, heir, change) if heir else None
        record["roles"].append([role.pk, new, None])
        Role.objects.filter(pk=role.pk).update(valid_to=max(last, role.valid_from))
    for model, name, field in ((Invitation, "invitations", "unit_id"), (UnitGroup, "groups", "owner_id")):
        moved: Any = model._default_manager.filter(**{f"{field}__in": list(change.heirs)})
        for thing in moved.filter(accepted_at=None) if name == "invitations" else moved:
            before = getattr(thing, field)
            if name == "groups" and UnitGroup.objects.filter(owner_id=change.heirs[before], name=thing.name).exists():
                continue
            record[name].append([thing.pk, before])
            model._default_manager.filter(pk=thing.pk).update(**{field: change.heirs[before]})
    return record


def _role_at(role: Role, heir: int, change: Change) -> int | None:
    if Role.objects.filter(user_id=role.user_id, unit_id=heir, role=role.role, valid_to__isnull=True).exists():
        return None
    return Role.objects.create(user_id=role.user_id, unit_id=heir, role=role.role, valid_from=change.day, granted_by=role.granted_by).pk


def give_back(record: dict[str, Any]) -> None:
    """Roles, invitations and groups stand where they stood."""
    Role.objects.filter(pk__in=[new for _old, new, _to in record["roles"] if new]).delete()
    Role.objects.filter(pk__in=[old for old, _new, _to in record["roles"]]).update(valid_to=None)
    for pk, unit_id in record["invitations"]:
        Invitation.objects.filter(pk=pk).update(unit_id=unit_id)
    for pk, unit_id in record["groups"]:
        UnitGroup.objects.filter(pk=pk).update(owner_id=unit_id)


def depends(record: dict[str, Any], mine: dict[str, Any]) -> Said | None:
    """Whether people were given roles at, or asked to join, a unit that the undo would take away."""
    kept = [new for _old, new, _to in mine["roles"] if new]
    roles = Role.objects.filter(unit_id__in=record["made_units"]).exclude(pk__in=kept).count()
    asked = Invitation.objects.filter(unit_id__in=record["made_units"]).exclude(pk__in=[p for p, _ in mine["invitations"]]).count()
    return said("{n} vai trò, lời mời ở đơn vị mới", n=roles + asked) if roles + asked else None


ROOM = Room("accounts", count, inherit, give_back, depends)
