"""Units under the names and of the kinds that they had on an earlier day, for lists and figures of that day."""

from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from khue.units.models import Unit, UnitSpell, holds_on
from khue.units.tree import today

# ids that go into one query
MOST = 5000


def names_on(units: Iterable[int], on: date) -> dict[int, tuple[str, str, str]]:
    """{unit: (name, short name, kind)} on a day; a unit that did not exist then is left out."""
    found: dict[int, tuple[str, str, str]] = {}
    wanted = iter(set(units))
    while part := list(islice(wanted, MOST)):
        rows = UnitSpell.objects.filter(holds_on(on), unit_id__in=part).order_by()
        found.update({pk: (name, short, kind) for pk, name, short, kind in rows.values_list("unit_id", "name", "short_name", "kind")})
    return found


def of_kinds(kinds: Iterable[str], on: date) -> QuerySet[Any]:
    """The ids of the units that were of some kinds on a day, as a subquery; one that had ended by then is of its last kind."""
    if on >= today():
        return Unit.objects.filter(kind__in=kinds).order_by().values("pk")
    then = UnitSpell.objects.filter(holds_on(on), kind__in=kinds).order_by().values("unit_id")
    return Unit.objects.filter(Q(pk__in=then) | Q(kind__in=kinds, closed_on__lte=on)).order_by().values("pk")


def called_then(rows: Iterable[Any], on: date, *paths: str, size: int = 500) -> Iterator[Any]:
    """Rows as they come, the units at `paths` ("unit", "task.unit", "" for the rows themselves) under their names of the day; one query for `size` rows.

    The units of the rows are changed in memory and must not be saved.
    """
    rest = iter(rows)
    while part := list(islice(rest, size)):
        if on < today():
            units = [_at(row, path) for row in part for path in paths]
            names = names_on({u.pk for u in units}, on)
            for unit in units:
                if unit.pk in names:
                    unit.name, unit.short_name, unit.kind = names[unit.pk]
        yield from part


def unit_then(unit: Unit, on: date) -> Unit:
    """The unit under its name of a day, as a copy: whoever else shows it keeps today's. Not to be saved."""
    then: Unit = next(called_then([copy(unit)], on, ""))
    return then


def _at(row: Any, path: str) -> Unit:
    for name in filter(None, path.split(".")):
        row = getattr(row, name)
    unit: Unit = row
    return unit
