"""How a share stood at the end of an earlier day, told from its events: what was reported then can be read again.

Two days matter: when something was written down (`Event.at`), which decides whether it was known on the day asked
about, and the days it speaks of (deadline, submission), which decide whether it was in time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date

from khue.tasks.models import Assignment, Event, Stage
from khue.tasks.models.task import OUT
from khue.tasks.states import DONE, OPEN_IN_TIME, OVERDUE, Numbers

K = Event.Kind


@dataclass(slots=True)
class Then:
    """A share as it stood. `state` as in states.py, "" where it was not there yet, transferred or withdrawn."""

    share: Assignment
    stage: str = ""
    due_on: date | None = None
    done_on: date | None = None
    started: bool = False
    percent: int | None = None
    figure: Decimal | None = None
    latest: str = ""
    difficulties: list[str] = field(default_factory=list)
    state: str = ""


def stood(share: Assignment, events: Iterable[Event], on: date) -> Then:
    """Plays the events up to the end of a day again."""
    then = Then(share, due_on=share.due_on)
    known = [(timezone.localtime(e.at).date(), e) for e in events]
    later = [e for day, e in known if day > on and e.kind in (K.DUE_MOVED, K.EXTENDED)]
    if later:
        then.due_on = _due_before(later[0], share)
    for day, event in known:
        if day <= on:
            _play(then, event, day)
    then.state = _state(then, on)
    return then


def _due_before(event: Event, share: Assignment) -> date | None:
    """The deadline that held before a change: the change tells it, or else the task's own."""
    told = event.data.get("from")
    if told is not None:
        return parse_date(told) if told else None
    return share.task.due_on


def _play(then: Then, event: Event, day: date) -> None:
    kind = event.kind
    if kind == K.GIVEN:
        then.stage = then.stage or Stage.GIVEN
        then.started = then.started or ("from" in event.data and then.share.started_on is not None and then.share.started_on <= day)
    elif kind in (K.REPORT, K.SUBMITTED):
        then.started = True
        then.stage = Stage.SUBMITTED if kind == K.SUBMITTED else Stage.RECEIVED
        then.percent = event.percent if event.percent is not None else then.percent
        then.figure = event.figure if event.figure is not None else then.figure
        then.latest = event.text or then.latest
        then.done_on = day if kind == K.SUBMITTED else None
    elif kind == K.VERIFIED:
        then.done_on, then.stage, then.percent = then.done_on or day, Stage.VERIFIED, 100
    elif kind in (K.RETURNED, K.REOPENED):
        then.done_on, then.stage = None, Stage.RETURNED if kind == K.RETURNED else Stage.RECEIVED
    elif kind == K.EXTENSION_ASKED:
        then.difficulties.append(event.text)
    elif kind in (K.TRANSFERRED, K.WITHDRAWN):
        then.stage = Stage.TRANSFERRED if kind == K.TRANSFERRED else Stage.WITHDRAWN


def _state(then: Then, on: date) -> str:
    if not then.stage or then.stage in OUT:
        return ""
    if then.stage == Stage.VERIFIED:
        done = then.share.done_on if then.share.stage == Stage.VERIFIED and then.share.done_on else then.done_on
        return "done_late" if then.due_on and done and done > then.due_on else "done_in_time"
    begun = "doing" if then.started else "waiting"
    return f"{begun}_late" if then.due_on is not None and then.due_on < on else begun


def stood_all(shares: Any, on: date) -> list[Then]:
    """Every share of a queryset as it stood; two queries."""
    rows = list(shares.select_related("task", "unit"))
    events: dict[int, list[Event]] = {}
    for event in Event.objects.filter(assignment__in=[r.pk for r in rows]).order_by("id"):
        events.setdefault(event.assignment_id, []).append(event)
    return [stood(r, events.get(r.pk, []), on) for r in rows]


def count(then: Iterable[Then]) -> Numbers:
    """The numbers of shares as they stood; partners and what was out do not count."""
    states = [t for t in then if t.state and not t.share.is_partner]
    told = [t.state for t in states]
    return Numbers(
        given=len(told),
        done_in_time=told.count("done_in_time"),
        done_late=told.count("done_late"),
        open_in_time=sum(s in OPEN_IN_TIME for s in told),
        overdue=sum(s in OVERDUE for s in told),
        no_deadline=sum(t.due_on is None and t.state not in DONE for t in states),
    )
