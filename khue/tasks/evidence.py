"""The shares behind a number of a unit's record, each with everything that happened to it, its files, and the unit's own words.

A share that a unit took over from one it carries on is told from the beginning. As of an earlier day nothing is told that
happened after it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from khue.accounts.person import Person
from khue.tasks.models import Event, Standing, UnitWord
from khue.tasks.record import Asked
from khue.tasks.record_shares import handed_over, shares_of, within, without_day
from khue.tasks.states import OPEN_IN_TIME, OVERDUE, counted, with_state
from khue.units.then import called_then
from khue.units.tree import day_end, today

# shares that are told at once, so that an export needs no more memory than some pages
CHUNK = 500


def evidence(person: Person, asked: Asked, facet: str, *, undated: bool, handed: bool | None = None) -> QuerySet[Any]:
    """The shares that a number counts, each with its state, the earliest deadline first; `handed` as in a Line of the record."""
    shares = (without_day if undated else within)(shares_of(person, asked.unit, asked.on), asked.first, asked.last)
    shares = shares if handed is None else handed_over(shares, so=handed)
    found = with_state(counted(shares), asked.on)
    if facet in ("returned", "extended"):
        found = found.filter(**{f"times_{facet}__gt": 0})
    elif facet != "given":
        states = {"open_in_time": OPEN_IN_TIME, "overdue": OVERDUE}.get(facet, (facet,))
        found = found.filter(state__in=states)
    also = ["assignment"] if found.model is Standing else []
    rows: QuerySet[Any] = found.select_related("task", "task__unit", "unit", *also).order_by("due_on", "task_id", "pk")
    return rows


def told(rows: Iterable[Any], on: date) -> Iterator[Any]:
    """Shares as they come, each with its `way` (events with their files, the earliest first) and the unit's `own_words`.

    Two queries for CHUNK of them, one more for each time that some were inherited, and those for the names of a day.
    """
    rest = called_then(rows, on, "unit", "task.unit", size=CHUNK)
    while part := list(islice(rest, CHUNK)):
        events = _events({row.share_id for row in part}, on)
        words: dict[int, list[UnitWord]] = {pk: [] for pk in events}
        for word in UnitWord.objects.filter(assignment__in=list(events), at__lt=day_end(on)).select_related("by"):
            words[word.assignment_id or 0].append(word)
        for row in part:
            chain = _chain(row.share_id, events)
            row.way = _way(chain, events)
            row.own_words = sorted((w for pk in chain for w in words[pk]), key=attrgetter("pk"))
            yield row


def ways(shares: Iterable[int]) -> dict[int, list[Event]]:
    """{share: everything that happened to it until now, and to those that it was made of, the earliest first}; as many queries."""
    wanted = set(shares)
    events = _events(wanted, today())
    return {share: _way(_chain(share, events), events) for share in wanted}


def _way(chain: Iterable[int], events: dict[int, list[Event]]) -> list[Event]:
    return sorted((e for pk in chain for e in events[pk]), key=attrgetter("pk"))


def _events(wanted: set[int], on: date) -> dict[int, list[Event]]:
    """{share: its events} of these shares and of those that they were made of."""
    events: dict[int, list[Event]] = {}
    missing = wanted
    while missing:
        found = Event.objects.filter(assignment__in=missing, at__lt=day_end(on)).select_related("by", "assignment__task")
        events |= {pk: [] for pk in missing}
        for event in found.prefetch_related("files").order_by("id"):
            events[event.assignment_id].append(event)
        missing = {origin for pk in missing for origin in _origins(events[pk])} - set(events)
    return events


def _origins(events: list[Event]) -> list[int]:
    """The shares that were passed on to the one with these events when its unit came to carry on others."""
    return [pk for e in events if (pk := e.data.get("share") or e.data.get("joined"))]


def _chain(share: int, events: dict[int, list[Event]]) -> set[int]:
    """The share and all that it was made of."""
    seen: set[int] = set()
    rest = [share]
    while rest:
        pk = rest.pop()
        if pk not in seen:
            seen.add(pk)
            rest += _origins(events[pk])
    return seen
