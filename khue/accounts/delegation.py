"""Standing in for somebody while they are away."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from khue.accounts.models import Delegation, User
from khue.accounts.people import current_roles, first_unit_id
from khue.core.current import on_behalf_of
from khue.core.log import log_action
from khue.units.tree import ancestor_ids, subtree, today

LONGEST = timedelta(days=366)


def possible_takers(giver: User) -> QuerySet[User]:
    """Who can stand in: active people of the same units, of those above and of those below."""
    units = set(current_roles().filter(user=giver).values_list("unit_id", flat=True))
    if not units:
        return User.objects.none()
    roles = current_roles().filter(user=OuterRef("pk"))
    near = Exists(roles.filter(unit_id__in=subtree(units))) | Exists(roles.filter(unit_id__in=ancestor_ids(units)))
    return User.objects.filter(near, is_active=True).exclude(pk=giver.pk)


def wrong_end(starts_on: date | None, ends_on: date | None) -> str:
    """What is wrong with the last day, as far as the days are known; "" for nothing."""
    if ends_on is None:
        return ""
    if starts_on is not None and ends_on < starts_on:
        return _("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
    if ends_on < today():
        return _("Ngày kết thúc đã qua.")
    return _("Một lần ủy quyền dài nhất là một năm.") if starts_on is not None and ends_on - starts_on > LONGEST else ""


@transaction.atomic
def give(*, giver: User, taker: User, starts_on: date, ends_on: date, reason: str = "") -> Delegation:
    """`taker` may act in the roles of `giver` from a day to a day, both included."""
    if on_behalf_of.get():
        raise PermissionDenied
    if wrong := wrong_end(starts_on, ends_on):
        raise ValidationError({"ends_on": wrong})
    if not possible_takers(giver).filter(pk=taker.pk).exists():
        raise ValidationError({"taker": _("Chỉ ủy quyền được cho người đang hoạt động ở cùng đơn vị, đơn vị cấp trên hoặc cấp dưới.")})
    list(User.objects.select_for_update().filter(pk=giver.pk))
    same = Delegation.objects.filter(giver=giver, taker=taker, revoked_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if same.exists():
        raise ValidationError(_("Đã có ủy quyền cho người này trùng với những ngày đó."))
    made = Delegation.objects.create(giver=giver, taker=taker, starts_on=starts_on, ends_on=ends_on, reason=reason.strip())
    changes = {"person": ["", taker.full_name], "valid_from": [None, starts_on], "valid_to": [None, ends_on], "reason": ["", made.reason]}
    log_action("delegation.given", made, by=giver, unit_id=first_unit_id(giver), changes=changes)
    return made


@transaction.atomic
def end(delegation: Delegation, *, by: User) -> None:
    """Giver or taker ends it at once."""
    if by.pk not in (delegation.giver_id, delegation.taker_id):
        raise PermissionDenied
    locked = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if locked.revoked_at is None:
        Delegation.objects.filter(pk=locked.pk).update(revoked_at=timezone.now())
        log_action("delegation.ended", locked, by=by, unit_id=first_unit_id(locked.giver))


def taken_now(user: User) -> list[Delegation]:
    """What the user may stand in for today."""
    day = today()
    found = Delegation.objects.filter(taker=user, revoked_at=None, starts_on__lte=day, ends_on__gte=day, giver__is_active=True)
    return list(found.select_related("giver"))


@transaction.atomic
def begin_acting(*, user: User, giver_id: int) -> Delegation:
    """Checks that `user` may act for the giver today and writes that they begin to. PermissionDenied where not."""
    found = next((d for d in taken_now(user) if d.giver_id == giver_id), None)
    if found is None:
        raise PermissionDenied
    token = on_behalf_of.set(giver_id)
    try:
        log_action("delegation.begun", found, by=user, unit_id=first_unit_id(found.giver))
    finally:
        on_behalf_of.reset(token)
    return found


def leave_acting(*, user: User, giver: User) -> None:
    """Writes that `user` stops acting for the giver."""
    log_action("delegation.left", giver, by=user, unit_id=first_unit_id(giver))
