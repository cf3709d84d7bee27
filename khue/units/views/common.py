"""What the pages of this room share: the person who asks, the day that is asked about, objects within one's reach."""

from datetime import date
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_date

from khue.core.errors import KhueError
from khue.core.spoken import speak
from khue.units.models import Unit, UnitGroup
from khue.units.tree import subtree, today, tops_on

PER_PAGE = 50


class Person(Protocol):
    """What this room asks of the person acting; accounts, which stands above, provides it."""

    user: Any

    @property
    def home_unit(self) -> Unit | None:
        """The unit the person works at."""

    def units(self, capability: str) -> list[Unit]:
        """The units at which the person may do it."""

    def can(self, capability: str) -> bool:
        """Whether the person may do it anywhere."""

    def can_at(self, capability: str, unit_id: int) -> bool:
        """Whether the person may do it at that unit."""

    def scope(self, capability: str) -> RawSQL:
        """The ids of the units where the person may do it."""


class UnitsRequest(HttpRequest):
    """A request as the access middleware hands it on."""

    person: Person


def day_of(request: HttpRequest) -> date:
    """The day that the address asks about (?ngay=2024-01-31), today without one or with one that is none."""
    try:
        asked = parse_date(request.GET.get("ngay", ""))
    except ValueError:
        asked = None
    return asked or today()


def number_of(request: HttpRequest, name: str) -> int | None:
    """A number in the address, None for none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def reach(person: Person, capability: str, on: date) -> RawSQL:
    """The ids of the units that the person reaches on another day than today: before a reorganisation, what was reached
    then by those that are carried on."""
    return subtree(roots_of(person, capability, on), on)


def roots_of(person: Person, capability: str, on: date) -> set[int]:
    """The ids of the person's units; on a day that is past, those of the units that they carry on, too."""
    return tops_on((u.pk for u in person.units(capability)), on)


def root_units(person: Person, on: date) -> list[Unit]:
    """The units at which a list of that day begins."""
    own = person.units("units.view")
    if on >= today():
        return own
    past = roots_of(person, "units.view", on) - {u.pk for u in own}
    return [*own, *Unit.objects.filter(pk__in=past)] if past else own


def unit_for(request: UnitsRequest, pk: int, *, need: str = "units.view", on: date | None = None) -> Unit:
    """The unit with that id. Http404 outside one's reach on the day; PermissionDenied without the capability there."""
    found = Unit.objects.filter(pk=pk, pk__in=reach(request.person, "units.view", on or today())).first()
    if found is None:
        raise Http404
    if need != "units.view" and not request.person.can_at(need, found.pk):
        raise PermissionDenied
    return found


def group_for(request: UnitsRequest, pk: int, *, need: str = "units.view") -> UnitGroup:
    """The group with that id, by its keeper."""
    groups = UnitGroup.objects.select_related("owner", "within", "place")
    found = groups.filter(pk=pk, owner_id__in=request.person.scope("units.view")).first()
    if found is None:
        raise Http404
    if need != "units.view" and not request.person.can_at(need, found.owner_id):
        raise PermissionDenied
    return found


def words_of(error: KhueError) -> str:
    """An error in the language of the page: what is wrong and what to do."""
    return " ".join(speak(part) for part in (error.message, error.remedy) if part)
