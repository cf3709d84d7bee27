"""How a share stood at the end of an earlier day, told from its events: what was reported then can be read again.

Two days matter: when something was written down (`Event.at`), which decides whether it was known on the day asked
about, and the days it speaks of (deadline, submission), which decide whether it was in time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from khue.tasks.models import Assignment, Event, Stage
from khue.tasks.models.task import OUT
from khue.tasks.states import DONE, OPEN_IN_TIME, OVERDUE, Numbers

K = Event.Kind
# so many ids go into one query
MOST = 5000
# what changes how a share stands; of the comments only the one that tells of a share that was joined to this one
PLAYED = (
    K.GIVEN,
    K.RECEIVED,
    K.PERSON,
    K.REPORT,
    K.SUBMITTED,
    K.VERIFIED,
    K.RETURNED,
    K.REOPENED,
    K.EXTENSION_ASKED,
    K.EXTENSION_DROPPED,
    K.EXTENDED,
    K.DUE_MOVED,
    K.TRANSFERRED,
    K.WITHDRAWN,
)
KEPT = (
    *("is_partner", "person_id", "due_on", "stage", "started_on", "done_on", "percent", "figure", "latest"),
    *("times_returned", "times_extended"),
)


@dataclass(slots=True)
class Then:
    """A share as it stood. `state` as in states.py, "" where it was not there yet, transferred or withdrawn."""

    share: Assignment
    stage: str = ""
    is_partner: bool = False
    person_id: int | None = None
    due_on: date | None = None
    submitted_on: date | None = None
    done_on: date | None = None
    started_on: date | None = None
    percent: int | None = None
    figure: Decimal | None = None
    latest: str = ""
    times_returned: int = 0
    times_extended: int = 0
    difficulties: list[str] = field(default_factory=list)
    state: str = ""

    @property
    def facts(self) -> tuple[Any, ...]:
        """What a standing keeps of it (models/standing.py); whether it is overdue depends on the day that is asked about."""
        return (bool(self.state), *(getattr(self, name) for name in KEPT))

    @property
    def counts(self) -> bool:
        """Whether it is one of the shares that the numbers count."""
        return bool(self.state) and not self.is_partner

    @property
    def started(self) -> bool:
        """Whether anything had been reported."""
        return self.started_on is not None

    @property
    def is_done(self) -> bool:
        """Verified, in time or late."""
        return self.state in DONE

    @property
    def is_overdue(self) -> bool:
        """Not done and past its deadline."""
        return self.state in OVERDUE


@dataclass(slots=True)
class _Way:
    """A share's own events with their days, and the share it was inherited from."""

    share: Assignment
    events: list[tuple[date, Event]] = field(default_factory=list)

    def changes(self, kinds: tuple[str, ...], on: date) -> tuple[list[Event], list[Event]]:
        """The events of some kinds until the end of a day, and those after it."""
        found = [(day, e) for day, e in self.events if e.kind in kinds]
        return [e for day, e in found if day <= on], [e for day, e in found if day > on]

    @property
    def inherited_from(self) -> int | None:
        """The share of the unit that this unit carries on: what was done there counts here."""
        return next((e.data["share"] for _day, e in self.events if e.kind == K.GIVEN and e.data.get("share")), None)


def stood(share: Assignment, events: Iterable[Event], on: date, before: Iterable[Event] = ()) -> Then:
    """Plays the events up to the end of a day again. `before` is what happened at the unit that this one carries on."""
    own = _Way(share, [(timezone.localdate(e.at), e) for e in events])
    earlier = _Way(share, [(timezone.localdate(e.at), e) for e in before])
    return _stood(own, earlier, on)


def _stood(way: _Way, earlier: _Way | None, on: date) -> Then:
    share = way.share
    then = Then(share, is_partner=_partner_then(way, on), person_id=_person_then(way, on), due_on=_due_then(way, on))
    last = max((e.pk for _day, e in way.events if e.kind == K.VERIFIED), default=0)
    if not any(e.kind == K.GIVEN and day <= on for day, e in way.events):
        return then
    for day, event in earlier.events if earlier else []:
        if event.kind not in (K.TRANSFERRED, K.WITHDRAWN):
            _play(then, event, day)
    for day, event in way.events:
        if day <= on:
            _play(then, event, day)
            if event.pk == last and share.stage == Stage.VERIFIED and share.done_on:
                then.done_on = share.done_on
    then.state = _state(then, on)
    return then


def _due_then(way: _Way, on: date) -> date | None:
    """The deadline that held at the end of the day: what the last change until then says, or what the first one changed."""
    moves = way.changes((K.DUE_MOVED, K.EXTENDED, K.COMMENT), on)
    known, later = ([e.data for e in events if e.kind != K.COMMENT or "due_was" in e.data] for events in moves)
    if not later:
        return way.share.due_on
    if known:
        return _day(known[-1].get("due_on" if "due_was" in known[-1] else "to"))
    before = later[0].get("due_was", later[0].get("from"))
    return way.share.task.due_on if before is None and "due_was" not in later[0] else _day(before)


def _person_then(way: _Way, on: date) -> int | None:
    """Who had it at the end of the day, told in the same way."""
    known, later = way.changes((K.PERSON,), on)
    if not later:
        return way.share.person_id
    told: int | None = known[-1].data.get("person_id") if known else later[0].data.get("from_id")
    return told


def _partner_then(way: _Way, on: date) -> bool:
    """Whether the unit was only a partner: it may lead today because it carries on one that led."""
    _known, later = way.changes((K.COMMENT,), on)
    return way.share.is_partner or any(e.data.get("was_partner") for e in later)


def _day(told: str | None) -> date | None:
    return parse_date(told) if told else None


def _play(then: Then, event: Event, day: date) -> None:
    kind = event.kind
    if kind == K.GIVEN:
        then.stage = then.stage or Stage.GIVEN
    elif kind == K.RECEIVED:
        then.stage = Stage.RECEIVED if then.stage == Stage.GIVEN else then.stage
    elif kind in (K.REPORT, K.SUBMITTED):
        _told(then, event, day)
    elif kind == K.VERIFIED:
        then.done_on = then.submitted_on if then.stage == Stage.SUBMITTED and then.submitted_on else day
        then.stage, then.percent, then.started_on = Stage.VERIFIED, 100, then.started_on or then.done_on
    elif kind in (K.RETURNED, K.REOPENED) or event.data.get("reopened"):
        then.submitted_on, then.done_on, then.stage = None, None, Stage.RETURNED if kind == K.RETURNED else Stage.RECEIVED
        then.times_returned += kind == K.RETURNED
    elif kind == K.EXTENSION_ASKED:
        then.difficulties.append(event.text)
    elif kind == K.EXTENSION_DROPPED:
        del then.difficulties[-1:]
    elif kind == K.EXTENDED:
        then.times_extended += 1
    elif kind in (K.TRANSFERRED, K.WITHDRAWN):
        then.stage = Stage.TRANSFERRED if kind == K.TRANSFERRED else Stage.WITHDRAWN


def _told(then: Then, event: Event, day: date) -> None:
    """A report of progress; what was submitted or sent back stays so."""
    then.started_on = then.started_on or day
    then.figure = event.figure if event.figure is not None else then.figure
    then.latest = event.text or then.latest
    if event.kind == K.SUBMITTED:
        then.stage, then.submitted_on = Stage.SUBMITTED, day
        then.percent = 100 if event.percent is None else event.percent
        return
    then.percent = event.percent if event.percent is not None else then.percent
    if then.stage not in (Stage.SUBMITTED, Stage.RETURNED):
        then.stage = Stage.RECEIVED


def _state(then: Then, on: date) -> str:
    if not then.stage or then.stage in OUT:
        return ""
    if then.stage == Stage.VERIFIED:
        return "done_late" if then.due_on and then.done_on and then.done_on > then.due_on else "done_in_time"
    begun = "doing" if then.started else "waiting"
    return f"{begun}_late" if then.due_on is not None and then.due_on < on else begun


def stood_all(shares: QuerySet[Assignment], on: date) -> list[Then]:
    """Every share of a queryset as it stood; two queries, three where some were inherited."""
    ways = {s.pk: _Way(s) for s in shares.select_related("task", "unit")}
    _fill(ways, Event.objects.filter(assignment__in=shares.order_by().values("pk")))
    before = _before(ways)
    return [_stood(w, _earlier(w, before), on) for w in ways.values()]


def spells(ids: list[int]) -> Iterator[tuple[date, date | None, Then]]:
    """(first day, the day on which it ended or None, how it stood) for each time that some shares stood unchanged.

    Times at which a share was not there, passed on or taken back are left out. At most MOST ids.
    """
    ways = {s.pk: _Way(s) for s in Assignment.objects.filter(pk__in=ids).select_related("task")}
    _fill(ways, Event.objects.filter(assignment__in=ids))
    before = _before(ways)
    for way in ways.values():
        earlier = _earlier(way, before)
        stood = [(day, _stood(way, earlier, day)) for day in sorted({day for day, _event in way.events})]
        changed = [next(same) for _facts, same in groupby(stood, key=lambda on: on[1].facts)]
        ends = [*(day for day, _then in changed[1:]), None]
        yield from ((day, end, then) for (day, then), end in zip(changed, ends, strict=False) if then.state)


def _before(ways: dict[int, _Way]) -> dict[int, _Way]:
    """The ways of all shares that these were inherited from, however long ago."""
    wanted = {w.inherited_from for w in ways.values() if w.inherited_from}
    before: dict[int, _Way] = {}
    while wanted:
        ids, found = sorted(wanted), {}
        for part in (ids[i : i + MOST] for i in range(0, len(ids), MOST)):
            found.update({s.pk: _Way(s) for s in Assignment.objects.filter(pk__in=part).select_related("task")})
            _fill(found, Event.objects.filter(assignment__in=part))
        before |= found
        wanted = {w.inherited_from for w in found.values() if w.inherited_from} - set(before)
    return before


def _fill(ways: dict[int, _Way], events: QuerySet[Event]) -> None:
    joined = Q(kind=K.COMMENT, data__has_key="joined")
    for event in events.filter(Q(kind__in=PLAYED) | joined).order_by("id"):
        ways[event.assignment_id].events.append((timezone.localdate(event.at), event))


def _earlier(way: _Way, known: dict[int, _Way]) -> _Way | None:
    """The whole way of those whom this share's unit carries on, the oldest first."""
    found: list[tuple[date, Event]] = []
    seen: set[Any] = set()
    origin = way.inherited_from
    while origin and origin in known and origin not in seen:
        seen.add(origin)
        found = [*known[origin].events, *found]
        origin = known[origin].inherited_from
    return _Way(way.share, found) if found else None


def count(then: Iterable[Then]) -> Numbers:
    """The numbers of shares as they stood; partners and what was out do not count."""
    standing = [t for t in then if t.counts]
    told = [t.state for t in standing]
    return Numbers(
        given=len(told),
        done_in_time=told.count("done_in_time"),
        done_late=told.count("done_late"),
        open_in_time=sum(s in OPEN_IN_TIME for s in told),
        overdue=sum(s in OVERDUE for s in told),
        no_deadline=sum(t.due_on is None and t.state not in DONE for t in standing),
    )
