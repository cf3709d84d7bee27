"""Makers of the things that tests are about; keyword-only, with quiet defaults."""

from datetime import date
from itertools import count
from typing import Any

from django.test import Client

from khue.accounts.models import Role, RoleName, User
from khue.units.kinds import PlaceLevel, Scheme, UnitKind
from khue.units.models import BEGINNING, Place, Unit
from khue.units.tree import found_unit

_next = count(1)


def make_unit(*, name: str = "", kind: UnitKind = UnitKind.OFFICE, parent: Unit | None = None, **said: Any) -> Unit:
    """A unit with its first spell; `said` as in found_unit (guide, place, valid_from, ...)."""
    return found_unit(name=name or f"Đơn vị {next(_next)}", kind=kind, parent=parent, by=None, **said)


def make_place(
    *, name: str = "", kind: str = "Phường", level: PlaceLevel = PlaceLevel.COMMUNE, parent: Place | None = None, **said: Any
) -> Place:
    """A place of the old lists unless told otherwise."""
    number = next(_next)
    said = {"scheme": Scheme.GSO_OLD, "code": f"t{number}", "valid_from": BEGINNING, **said}
    return Place.objects.create(name=name or f"Nơi {number}", kind=kind, level=level, parent=parent, **said)


def make_user(
    *, role: RoleName | str | None = None, unit: Unit | None = None, name: str = "", since: date = BEGINNING, **fields: Any
) -> User:
    """A user; with `role` at `unit` (a new one where none is given)."""
    number = next(_next)
    fields = {"username": f"nguoi{number}", "full_name": name or f"Nguyễn Văn {number}", **fields}
    user = User.objects.create_user(password=fields.pop("password", None), **fields)
    if role:
        Role.objects.create(user=user, unit=unit or make_unit(), role=role, valid_from=since)
    return user


def sign_in(client: Client, user: User) -> Client:
    """The client, signed in as the user."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
