"""Who is acting: a user, perhaps on somebody's behalf, with the roles that hold today."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404, HttpRequest

from khue.accounts.access import CAPABILITIES
from khue.accounts.models import Role, User
from khue.units.models import Unit, holds_on
from khue.units.tree import subtree, subtree_ids, today, with_past

M = TypeVar("M", bound=Model)
# of a country with 53,000 schools the ids are not written into every query
MOST_WRITTEN_OUT = 5000

if TYPE_CHECKING:

    class PersonRequest(HttpRequest):
        """A request of a signed-in person, as the access middleware hands it on."""

        person: "Person"
        user: User
else:
    PersonRequest = HttpRequest


class Person:
    """A user with the roles that hold on a day; those of `giver` where the user stands in for somebody."""

    def __init__(self, user: User, giver: User | None = None, on: date | None = None) -> None:
        self.user = user
        self.giver = giver
        self.on = on or today()

    @cached_property
    def roles(self) -> list[Role]:
        """The roles that hold today, the widest unit first."""
        found = Role.objects.filter(holds_on(self.on), user=self.giver or self.user)
        return list(found.select_related("unit").order_by("unit_id", "id"))

    def units(self, capability: str) -> list[Unit]:
        """The units at which a role gives the capability, each once."""
        wanted = CAPABILITIES[capability]
        return list({r.unit_id: r.unit for r in self.roles if r.role in wanted}.values())

    @cached_property
    def _own(self) -> dict[str, set[int]]:
        return {}

    def own(self, capability: str) -> set[int]:
        """The ids of those units, and of the ended ones that they carry on: theirs is what those left; asked for once."""
        if capability not in self._own:
            self._own[capability] = with_past((u.pk for u in self.units(capability)), self.on)
        return self._own[capability]

    def can(self, capability: str) -> bool:
        """Whether the person may do it anywhere."""
        return any(r.role in CAPABILITIES[capability] for r in self.roles)

    def scope(self, capability: str) -> RawSQL:
        """The ids of all units where the person may do it, for `unit_id__in`.

        They are asked for once and written out: a walk through the tree inside every query costs more, and hides from the
        database how few they are. Only where there are very many it stays a subquery.
        """
        ids = self.reach(capability)
        if len(ids) > MOST_WRITTEN_OUT:
            return subtree((u.pk for u in self.units(capability)), self.on)
        return RawSQL(",".join(map(str, sorted(ids))) or "0", [])

    @cached_property
    def _reach(self) -> dict[tuple[int, ...], set[int]]:
        return {}

    def reach(self, capability: str) -> set[int]:
        """The same as a set of ids, asked for once a request and for all capabilities that the same units give."""
        tops = tuple(sorted(u.pk for u in self.units(capability)))
        if tops not in self._reach:
            self._reach[tops] = subtree_ids(tops, self.on) if tops else set()
        return self._reach[tops]

    def can_at(self, capability: str, unit_id: int) -> bool:
        """Whether the person may do it at that unit."""
        return unit_id in self.reach(capability)

    @cached_property
    def home_unit(self) -> Unit | None:
        """The unit the person works at: that of the first role."""
        return self.roles[0].unit if self.roles else None


def get_for(person: Person, objects: QuerySet[M], pk: int, *, see: str, need: str) -> M:
    """The object of a unit with that id. Http404 outside what `see` reaches; PermissionDenied where `need` does not reach it."""
    found = objects.filter(pk=pk).first()
    # one object is held against the ids in hand: a query that names a thousand units takes longer
    unit_id = getattr(found, "unit_id", None)
    if found is None or unit_id not in person.reach(see):
        raise Http404
    if need != see and unit_id not in person.reach(need):
        raise PermissionDenied
    return found
