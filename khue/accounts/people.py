"""People: who sees and manages whom, what may be changed of them, their place in the search index."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.http import Http404
from django.utils.translation import gettext as _

from khue.accounts.models import Role, User
from khue.accounts.person import Person
from khue.core import kept
from khue.core.log import differences, log_action
from khue.core.paging import Keep
from khue.core.search import index, matching
from khue.units.models import holds_on
from khue.units.tree import subtree, today, tops_on

EDITABLE = ("full_name", "title", "email", "phone")


def current_roles() -> QuerySet[Role]:
    """The roles that hold today."""
    return Role.objects.filter(holds_on(today()))


def with_roles(people: QuerySet[User], on: date | None = None) -> QuerySet[User]:
    """People with their roles of today (or of another day) in `now_roles`; two queries however many people."""
    roles = Role.objects.filter(holds_on(on or today())).select_related("unit").order_by("unit_id", "id")
    return people.prefetch_related(Prefetch("roles", queryset=roles, to_attr="now_roles"))


def visible(person: Person) -> QuerySet[User]:
    """Those with a role today at a unit that `person` may look into; those without any role, to their last units' admins."""
    mine = current_roles().filter(user=OuterRef("pk"))
    found = Q(pk=person.user.pk)
    if person.can("people.view"):
        # asked of each person by itself: a page needs fifty of them, and the set of all would be made first
        found |= Q(Exists(mine.filter(unit_id__in=person.scope("people.view"))))
    if person.can("people.manage"):
        past = Role.objects.filter(user=OuterRef("pk"), unit_id__in=person.scope("people.manage"))
        found |= ~Q(Exists(mine)) & Q(Exists(past))
    return User.objects.filter(found)


def can_manage(person: Person, user: User) -> bool:
    """Whether `person` is admin of every unit where `user` works: an account is one, whatever the units it serves."""
    units = set(current_roles().filter(user=user).values_list("unit_id", flat=True))
    units = units or set(Role.objects.filter(user=user).values_list("unit_id", flat=True))
    return bool(units) and units <= person.reach("people.manage")


def can_touch(person: Person, user: User) -> bool:
    """Whether `person` is admin at one of the units where `user` works."""
    units = Role.objects.filter(user=user).values_list("unit_id", flat=True)
    return bool(set(units) & person.reach("people.manage"))


def get_person(person: Person, pk: int, *, need: str = "see") -> User:
    """The user with that id. `need`: "see", "touch" (their roles here) or "manage" (the whole account).

    Http404 for somebody of another unit; PermissionDenied where seen but not managed.
    """
    found = with_roles(visible(person)).filter(pk=pk).first()
    if found is None:
        raise Http404
    if (need == "touch" and not can_touch(person, found)) or (need == "manage" and not can_manage(person, found)):
        raise PermissionDenied
    return found


def working(person: Person, on: date) -> QuerySet[User]:
    """Those who had a role on another day at the units that `person` looks into: on a past day at those carried on, too."""
    tops = tops_on((u.pk for u in person.units("people.view")), on)
    roles = Role.objects.filter(holds_on(on), user=OuterRef("pk"), unit_id__in=subtree(tops, on))
    return User.objects.filter(Exists(roles))


def list_people(person: Person, filters: Mapping[str, str], on: date | None = None) -> QuerySet[User]:
    """People that `person` sees, by unit (its subtree), role, state and words with or without diacritics; on another day those
    who worked there then, with the roles of that day. `seen` tells whether one may still look at more than their name.
    """
    day = on or today()
    if day == today():
        people = visible(person).annotate(seen=Value(True))
    else:
        people = working(person, day).annotate(seen=Exists(visible(person).filter(pk=OuterRef("pk"))))
    role = Role.objects.filter(holds_on(day), user=OuterRef("pk"))
    unit, name = filters.get("don_vi", ""), filters.get("vai_tro", "")
    if unit.isdigit():
        role = role.filter(unit_id__in=subtree([int(unit)], day))
    if name:
        role = role.filter(role=name)
    if unit.isdigit() or name:
        people = people.filter(Exists(role))
    state = filters.get("trang_thai", "")
    if state in ("hoat-dong", "khoa"):
        people = people.filter(is_active=state == "hoat-dong")
    if words := filters.get("q", "").strip():
        people = people.filter(pk__in=matching(words, "person").values("object_id"))
    return with_roles(people, day).order_by("sort_name", "full_name", "pk")


def keeping(person: Person, filters: Mapping[str, str], on: date | None = None) -> Keep:
    """Keeps for some minutes how very many they are; fewer are counted anew."""
    about = (person.user.pk, sorted(u.pk for u in person.units("people.view")), sorted(filters.items()), on or today())
    return kept.keeping("people", about)


def first_unit_id(user: User) -> int | None:
    """The unit of the person's first role today, for the log and the index."""
    return current_roles().filter(user=user).order_by("unit_id", "id").values_list("unit_id", flat=True).first()


def unit_of(user: User, by: Person) -> str:
    """The name of the unit where the person works, or worked last, as far as `by` administers it; "" for none."""
    held = Role.objects.filter(user=user, unit_id__in=by.scope("people.manage"), unit__closed_on__isnull=True)
    now = held.filter(holds_on(today())).order_by("unit_id", "id")
    names = [*now.values_list("unit__name", flat=True)[:1], *held.order_by("-valid_from", "-id").values_list("unit__name", flat=True)[:1]]
    return names[0] if names else ""


def index_person(user: User) -> None:
    """Puts a person into the search index; call it when they or their roles change."""
    roles = list(current_roles().filter(user=user).select_related("unit").order_by("unit_id", "id"))
    units = [name for r in roles for name in (r.unit.name, r.unit.short_name)]
    texts = [user.full_name, user.username, user.email, user.phone, user.title, *units]
    index("person", user.pk, unit_id=roles[0].unit_id if roles else None, title=user.full_name, texts=texts)


@transaction.atomic
def edit_person(user: User, *, by: User, **values: str) -> User:
    """Changes name, title, e-mail, phone. A new e-mail address takes the old one's place everywhere."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    values = {name: value.strip() for name, value in values.items() if name in (*EDITABLE, "language")}
    if "email" in values:
        values["email"] = values["email"].lower()
    changes = differences({name: getattr(locked, name) for name in values}, values)
    if not changes:
        return locked
    for name, value in values.items():
        setattr(locked, name, value)
    try:
        with transaction.atomic():
            locked.save(update_fields=list(values))
    except IntegrityError as error:
        raise ValidationError({"email": _("Địa chỉ thư này đã thuộc về người dùng khác.")}) from error
    if "email" in changes:
        keep_email(locked)
    log_action("person.changed", locked, by=by, unit_id=first_unit_id(locked), changes=changes)
    index_person(locked)
    return locked


def keep_email(user: User) -> None:
    """Sign-in and password reset know one address of a person: the one in Khuê, vouched for by who invited them."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    if user.email:
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def deactivate(user: User, *, by: User) -> None:
    """Locks the account and ends its sessions. Nobody locks themself out."""
    if user.pk == by.pk:
        raise ValidationError(_("Không tự khóa được tài khoản của mình; hãy nhờ một người quản trị khác."))
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        return
    User.objects.filter(pk=user.pk).update(is_active=False)
    _end_sessions(locked)
    log_action("person.deactivated", locked, by=by, unit_id=first_unit_id(locked), changes={"is_active": [True, False]})


@transaction.atomic
def activate(user: User, *, by: User) -> None:
    """Opens a locked account again."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        log_action("person.activated", user, by=by, unit_id=first_unit_id(user), changes={"is_active": [False, True]})


@transaction.atomic
def reset_second_factor(user: User, *, by: User) -> int:
    """Takes away TOTP, passkeys and recovery codes, ends the sessions; the person sets them up anew. Says how many."""
    from allauth.mfa.models import Authenticator

    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    log_action("person.mfa_reset", user, by=by, unit_id=first_unit_id(user), changes={"kind": [", ".join(sorted(kinds)), ""]})
    return len(kinds)


@transaction.atomic
def end_sessions(user: User, *, by: User) -> int:
    """Signs the person out everywhere. Says how many sessions there were."""
    count = _end_sessions(user)
    log_action("person.sessions_ended", user, by=by, unit_id=first_unit_id(user), changes={"count": [count, 0]})
    return count


def _end_sessions(user: User) -> int:
    from allauth.usersessions.models import UserSession

    sessions: list[Any] = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
