"""On which days one is reminded of a deadline: so many working days before, on the day, after it, then every week.

No such day is a day off: what lies before the deadline moves to the working day before, what lies after it to the one after.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from khue.catalog.calendar import add_working_days, on_or_after, on_or_before

WEEK = timedelta(days=7)
# the most working days before or after that one may choose
MOST = 30
# after so many working days the leader and the giver learn of it
ESCALATE_AFTER = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """One reminder of a deadline: its name among them, the day it goes out, whether the deadline has passed."""

    name: str
    day: date
    late: bool


@lru_cache(maxsize=20_000)
def latest(due: date, before: tuple[int, ...], after: tuple[int, ...], since: date, on: date) -> Mark | None:
    """The last reminder of a deadline after the day `since`, up to and with the day `on`; None where there is none."""
    found = [m for m in _marks(due, before, after, on) if since < m.day <= on]
    return max(found, key=lambda m: (m.day, m.late), default=None)


def _marks(due: date, before: tuple[int, ...], after: tuple[int, ...], on: date) -> Iterable[Mark]:
    last_chance = on_or_before(due)
    for n in before:
        yield Mark(f"before-{n}", add_working_days(last_chance, -n), late=False)
    yield Mark("due", last_chance, late=False)
    for n in after:
        yield Mark(f"late-{n}", add_working_days(due, n), late=True)
    if after:
        start = add_working_days(due, max(after))
        for week in range((on - start).days // 7, 0, -1):
            day = on_or_after(start + week * WEEK)
            if day <= on:
                yield Mark(f"week-{week}", day, late=True)
                break


def escalates_on(due: date) -> date:
    """The day on which the leader of the unit and the giver learn that a deadline was missed."""
    return add_working_days(due, ESCALATE_AFTER)
