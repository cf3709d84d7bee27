"""Roles at units: given and ended by the admins of the subtree."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from khue.accounts.models import Role, RoleName, User
from khue.accounts.people import current_roles, index_person
from khue.accounts.person import Person
from khue.core.log import log_action
from khue.units.models import Unit
from khue.units.tree import today


@transaction.atomic
def add_role(user: User, *, unit: Unit, role: str, by: Person, starts: date | None = None, ends: date | None = None) -> Role:
    """Gives `user` a role at `unit`.

    PermissionDenied outside the admin's subtree, and for oneself while acting for somebody. ValidationError where the
    person has that role there already or the dates are the wrong way round.
    """
    if not by.can_at("people.manage", unit.pk) or (by.giver and user.pk == by.user.pk):
        raise PermissionDenied
    return grant(user, unit=unit, role=role, by=by.user, starts=starts, ends=ends)


@transaction.atomic
def grant(user: User, *, unit: Unit, role: str, by: User | None, starts: date | None = None, ends: date | None = None) -> Role:
    """Writes the role; who may is decided before (an admin's page, an invitation, the first steps)."""
    starts = starts or today()
    if ends is not None and ends < starts:
        raise ValidationError({"ends": _("Ngày kết thúc phải từ ngày bắt đầu trở đi.")})
    list(User.objects.select_for_update().filter(pk=user.pk))
    standing = Role.objects.filter(user=user, unit=unit, role=role)
    if any(r.valid_to is None or r.valid_to >= starts for r in standing):
        words = _("{name} đã có vai trò {role} tại {unit}.")
        raise ValidationError(words.format(name=user.full_name, role=RoleName(role).label, unit=unit.called))
    made = Role.objects.create(user=user, unit=unit, role=RoleName(role), granted_by=by, valid_from=starts, valid_to=ends)
    changes = {"role": ["", made.role], "valid_from": [None, starts], "valid_to": [None, ends]}
    log_action("role.granted", made, by=by, changes=changes)
    index_person(user)
    return made


def other_admins(role: Role) -> bool:
    """Whether somebody else who can sign in is admin at the same unit today."""
    admins = current_roles().filter(unit_id=role.unit_id, role=RoleName.ADMIN, user__is_active=True)
    return admins.exclude(user_id=role.user_id).exists()


@transaction.atomic
def end_role(role: Role, *, by: Person) -> Role:
    """Ends a role: yesterday was its last day; one that began today is as if it had held until today.

    The last admin of a unit cannot end their own admin role: nobody there could give it back.
    """
    if not by.can_at("people.manage", role.unit_id):
        raise PermissionDenied
    list(Unit.objects.select_for_update().filter(pk=role.unit_id))
    locked = Role.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=role.pk)
    if not locked.holds(today()) and locked.valid_from <= today():
        raise ValidationError(_("Vai trò này đã kết thúc."))
    if locked.role == RoleName.ADMIN and locked.user_id == by.user.pk and not other_admins(locked):
        words = _("Bạn là người quản trị cuối cùng của {unit}. Hãy giao vai trò quản trị cho người khác trước.")
        raise ValidationError(words.format(unit=locked.unit.called))
    before = locked.valid_to
    if locked.valid_from >= today():
        _take_back(locked, by.user)
        return locked
    locked.valid_to = today() - timedelta(days=1)
    locked.save(update_fields=["valid_to"])
    log_action("role.ended", locked, by=by.user, changes={"role": [locked.role, ""], "valid_to": [before, locked.valid_to]})
    index_person(locked.user)
    return locked


def _take_back(role: Role, by: User) -> None:
    """A role of today or of the future never held a full day: it goes, the log keeps it."""
    log_action("role.ended", role, by=by, changes={"role": [role.role, ""], "valid_from": [role.valid_from, None]})
    user = role.user
    role.delete()
    index_person(user)
