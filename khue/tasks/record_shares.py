"""Which shares a unit's record counts, and which of them came from a unit that it carries on."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from khue.accounts.person import Person
from khue.tasks.models import Event, Standing
from khue.tasks.reach import outward, shares_on
from khue.units.models import Unit
from khue.units.tree import day_end, with_past

# what a reorganisation wrote at a share that stays under the ended unit's name while the heir's people go on with it
_LEFT = Q(kind=Event.Kind.COMMENT, data__has_key="carried_on_by")
# and at one that passed to the heir, or that the heir came to lead
_TAKEN = _LEFT | Q(kind=Event.Kind.GIVEN, data__has_key="share") | Q(kind=Event.Kind.COMMENT, data__has_key="was_partner")


def carried_on(unit: Unit, on: date) -> set[int]:
    """The ids of the ended units that it carries on as the main one, on a day."""
    return with_past([unit.pk], on) - {unit.pk}


def shares_of(person: Person, unit: Unit, on: date) -> QuerySet[Any]:
    """The shares of the unit that the person may see, those that stood at the end of a day; with what ended units left it to do."""
    shares = outward(shares_on(person, on))
    ended = carried_on(unit, on)
    if not ended:
        return shares.filter(unit_id=unit.pk)
    left = _told(shares, _LEFT, at__lt=day_end(on))
    return shares.filter(Q(unit_id=unit.pk) | Q(left, unit_id__in=ended))


def handed_over(shares: QuerySet[Any], *, so: bool = True) -> QuerySet[Any]:
    """Those that came from a unit that this one carries on after the deadline had passed; with so=False all others."""
    late = _told(shares, _TAKEN, at__date__gt=OuterRef("due_on"))
    return shares.filter(late if so else ~late)


def _told(shares: QuerySet[Any], what: Q, **when: Any) -> Exists:
    share = OuterRef("assignment_id" if shares.model is Standing else "pk")
    return Exists(Event.objects.filter(what, assignment=share, **when))


def within(shares: QuerySet[Any], first: date, last: date) -> QuerySet[Any]:
    """Those that fell due between two days, both included."""
    return shares.filter(due_on__range=(first, last))


def without_day(shares: QuerySet[Any], first: date, last: date) -> QuerySet[Any]:
    """Those without a deadline that were given between two days."""
    return shares.filter(due_on__isnull=True, task__given_on__range=(first, last))
