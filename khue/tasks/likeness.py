"""How a unit's record lies among those of like units: median and quartiles, no order, no score.

Like are units of the same kind under the same unit (or guided by the same) at the end of the time asked about. Where
fewer than five have something to measure, nothing is compared: a spread of four would tell who the others are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import quantiles

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.core.kept import fresh_for, kept
from khue.tasks.reach import outward, standing_on
from khue.tasks.record import Asked, Tally, tallies
from khue.tasks.record_shares import within
from khue.units.kinds import UnitKind
from khue.units.models import UnitSpell, holds_on
from khue.units.then import unit_then

FEWEST = 5
# so many like units are looked at; more would say the same of the middle
MOST = 2000


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of a whole, in per cent: what is counted of what."""

    name: str
    label: Promise
    part: Callable[[Tally], int]
    whole: Callable[[Tally], int]

    def of(self, tally: Tally) -> float | None:
        """The percentage; None where there is no whole."""
        whole = self.whole(tally)
        return 100 * self.part(tally) / whole if whole else None


def _due(tally: Tally) -> int:
    return tally.numbers.done + tally.numbers.overdue


def _given(tally: Tally) -> int:
    return tally.numbers.given


MEASURES = (
    Measure("in_time", _("Xong đúng hạn, trên số đã xong hoặc quá hạn"), lambda t: t.numbers.done_in_time, _due),
    Measure("done_late", _("Xong quá hạn, trên số đã giao"), lambda t: t.numbers.done_late, _given),
    Measure("overdue", _("Quá hạn chưa xong, trên số đã giao"), lambda t: t.numbers.overdue, _given),
    Measure("returned", _("Bị trả lại, trên số đã giao"), lambda t: t.returned, _given),
    Measure("extended", _("Được gia hạn, trên số đã giao"), lambda t: t.extended, _given),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure: the unit's own value with what it is made of, and the quartiles of the like units."""

    measure: Measure
    part: int
    whole: int
    own: float | None
    low: float
    middle: float
    high: float
    units: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """With whom a unit is compared, and how the measures lie."""

    kind: str
    under: str
    units: int
    spreads: list[Spread]
    # when the others were counted; of a whole province that is not done for every page
    at: datetime

    @property
    def fewest(self) -> int:
        """Of fewer units nothing is compared."""
        return FEWEST


def likeness(asked: Asked, own: Tally) -> Likeness | None:
    """The comparison; None for a unit that did not exist then. Four queries."""
    day = min(asked.last, asked.on)
    spell = UnitSpell.objects.filter(holds_on(day), unit=asked.unit).select_related("guide", "parent").first()
    if spell is None:
        return None
    upper = spell.guide or spell.parent
    about = (spell.kind, spell.guide_id or spell.parent_id, asked.first, asked.last, asked.on)
    at, found = kept("likeness", about, lambda: _tallies(spell, asked, day), _size, fresh_for(asked.on))
    spreads = [s for m in MEASURES if (s := _spread(m, own, found))]
    under = unit_then(upper, day).called if upper else ""
    return Likeness(str(UnitKind(spell.kind).label), under, len(found), spreads, at)


def _tallies(spell: UnitSpell, asked: Asked, day: date) -> list[Tally]:
    """Those of all like units, nameless."""
    shares = outward(standing_on(asked.on).filter(unit_id__in=_like(spell, day)))
    return list(tallies(within(shares, asked.first, asked.last), asked.on, "unit_id").values())


def _size(found: list[Tally]) -> int:
    return sum(tally.numbers.given for tally in found)


def _like(spell: UnitSpell, day: date) -> list[int]:
    same = Q(guide=spell.guide_id) if spell.guide_id else Q(parent=spell.parent_id)
    spells = UnitSpell.objects.filter(holds_on(day), same, kind=spell.kind).order_by("unit_id")
    return list(spells.values_list("unit_id", flat=True)[:MOST])


def _spread(measure: Measure, own: Tally, tallies: list[Tally]) -> Spread | None:
    values = [v for t in tallies if (v := measure.of(t)) is not None]
    if len(values) < FEWEST:
        return None
    low, middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(measure, measure.part(own), measure.whole(own), measure.of(own), low, middle, high, len(values))
