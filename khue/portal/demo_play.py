"""How one unit's share went in the demo: a course is drawn, its steps become events, and the share ends where they lead."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from khue.accounts.models import User
from khue.core.models import StoredFile
from khue.portal.demo_words import figure, report, sentence
from khue.tasks.judge import follow
from khue.tasks.models import Assignment, Event, Extension, Notice, Stage, Task
from khue.tasks.telling import tell_giver, tell_person

K = Event.Kind
# news of the last days is still unread
FRESH = timedelta(days=5)
# a course is a list of steps; the number is how far into the time until the end (the deadline, or today) each lies
COURSES: dict[str, list[tuple[str, float]]] = {
    "new": [],
    "received": [(K.RECEIVED, 0.2)],
    "doing": [(K.RECEIVED, 0.1), (K.REPORT, 0.6)],
    "asking": [(K.RECEIVED, 0.1), (K.REPORT, 0.5), (K.EXTENSION_ASKED, 0.9)],
    "extended": [(K.RECEIVED, 0.1), (K.EXTENSION_ASKED, 0.7), (K.EXTENDED, 0.8), (K.REPORT, 0.9)],
    "submitted": [(K.RECEIVED, 0.1), (K.SUBMITTED, 0.9)],
    "returned": [(K.RECEIVED, 0.1), (K.SUBMITTED, 0.7), (K.RETURNED, 0.85)],
    "mended": [(K.RECEIVED, 0.1), (K.SUBMITTED, 0.5), (K.RETURNED, 0.6), (K.SUBMITTED, 0.8), (K.VERIFIED, 0.9)],
    "done": [(K.RECEIVED, 0.1), (K.SUBMITTED, 0.8), (K.VERIFIED, 0.95)],
    "reported": [(K.RECEIVED, 0.1), (K.REPORT, 0.5), (K.SUBMITTED, 0.8), (K.VERIFIED, 0.95)],
    "late": [(K.RECEIVED, 0.3), (K.REPORT, 0.8), (K.SUBMITTED, 1.15), (K.VERIFIED, 1.2)],
}
# by how many days are left: the courses and how often each comes
_FAR_PAST = {"done": 50, "reported": 24, "mended": 8, "late": 11, "doing": 3, "returned": 2, "received": 2}
_PAST = {"done": 40, "reported": 20, "mended": 8, "late": 8, "submitted": 8, "doing": 8, "returned": 4, "received": 4}
_SOON = {"done": 18, "submitted": 16, "reported": 8, "doing": 30, "received": 20, "returned": 4, "new": 4}
_LATER = {"new": 20, "received": 52, "doing": 24, "done": 4}
_UNDATED = {"doing": 45, "received": 30, "new": 10, "done": 15}
# at a unit somebody signs in for, the shares around today show every state
_SHOWN = {-4: "late", -3: "mended", -2: "doing", -1: "returned", 0: "extended", 1: "asking", 2: "new", 3: "submitted", 4: "received"}


@dataclass
class Play:
    """Collects the events and the new states of many shares, then writes them."""

    today: date
    people: dict[int, User]
    photos: list[StoredFile]
    shares: list[Assignment] = field(default_factory=list)
    events: list[tuple[Event, datetime, StoredFile | None]] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)

    def share(self, share: Assignment, rank: int | None) -> None:
        """Draws the share's course and plays it; the same task and unit always go the same way."""
        chance = Random(f"{share.task.quote}|{share.unit.name}|{share.task.period}")
        for kind, day, hour in self._steps(share, self._course(share, rank, chance), chance):
            event = self._happens(share, kind, day, chance)
            photo = chance.choice(self.photos) if self.photos and kind == K.SUBMITTED and chance.random() < 0.2 else None
            self.events.append((event, timezone.make_aware(datetime.combine(day, time(hour, 5))), photo))
        self.shares.append(share)

    def _course(self, share: Assignment, rank: int | None, chance: Random) -> str:
        if (self.today - share.task.given_on).days < 3:
            return "new"
        if rank in _SHOWN:
            return _SHOWN[rank]
        left = (share.due_on - self.today).days if share.due_on else None
        if left is None:
            weights = _UNDATED
        else:
            weights = _FAR_PAST if left < -30 else _PAST if left < 0 else _SOON if left < 35 else _LATER
        if share.unit_id in self.people and left is not None and -25 < left < 60 and chance.random() < 0.15:
            return "extended"
        return chance.choices(list(weights), list(weights.values()))[0]

    def _steps(self, share: Assignment, course: str, chance: Random) -> list[tuple[str, date, int]]:
        """The course's steps on working days between the day it was given and yesterday, in their order."""
        start = share.task.given_on
        due = share.due_on or self.today
        # what is due later has come so far by today; what is past went on until its deadline
        end = due if due < self.today else self.today - timedelta(days=1)
        length = max((end - start).days, 1)
        found, last = [], start
        for n, (kind, share_of) in enumerate(COURSES[course]):
            day = start + timedelta(days=round(length * min(share_of + chance.uniform(-0.04, 0.04), 1.3)))
            if share_of <= 1 and course != "late":
                day = min(day, end)
            last = min(max(_working(day), last), self.today - timedelta(days=1))
            found.append((kind, last, 8 + n * 2))
        return found

    def _happens(self, share: Assignment, kind: str, day: date, chance: Random) -> Event:
        own = kind in (K.RECEIVED, K.REPORT, K.SUBMITTED, K.EXTENSION_ASKED)
        by = self.people.get(share.unit_id) if own else share.task.created_by
        event = Event(assignment=share, kind=kind, by=by)
        getattr(self, f"_{kind}")(share, event, day, chance)
        share.version += 1
        return event

    def _received(self, share: Assignment, event: Event, day: date, chance: Random) -> None:
        share.stage, share.received_by = Stage.RECEIVED, event.by
        share.received_at = timezone.make_aware(datetime.combine(day, time(8, 5)))

    def _tells(self, share: Assignment, event: Event, day: date, chance: Random, *, done: bool) -> None:
        event.text = report(share, "done" if done else "doing", chance)
        event.percent = 100 if done else chance.randrange(20, 90, 10)
        event.figure = figure(share, chance, done=done)
        share.latest, share.percent, share.started_on = event.text, event.percent, share.started_on or day
        share.figure = event.figure if event.figure is not None else share.figure

    def _report(self, share: Assignment, event: Event, day: date, chance: Random) -> None:
        self._tells(share, event, day, chance, done=False)
        share.stage = Stage.RECEIVED

    def _submitted(self, share: Assignment, event: Event, day: date, chance: Random) -> None:
        self._tells(share, event, day, chance, done=True)
        share.stage, share.submitted_on = Stage.SUBMITTED, day

    def _returned(self, share: Assignment, event: Event, day: date, chance: Random) -> None:
        event.text = sentence("returned", chance)
        share.stage, share.submitted_on, share.times_returned = Stage.RETURNED, None, share.times_returned + 1

    def _verified(self, share: Assignment, event: Event, day: date, chance: Random) -> None:
        event.text = sentence("verified", chance)
        share.stage, share.done_on, share.verified_by, share.percent = Stage.VERIFIED, share.submitted_on, event.by, 100

    def _extension_asked(self, share: Assignment, event: Event, day: date, chance: Random) -> None:
        wanted = (share.due_on or day) + timedelta(days=14)
        event.text, event.data = sentence("extension", chance), {"wanted_on": wanted.isoformat()}
        self.extensions.append(Extension(assignment=share, wanted_on=wanted, reason=event.text, asked_by=event.by))

    def _extended(self, share: Assignment, event: Event, day: date, chance: Random) -> None:
        extension = self.extensions[-1]
        event.text, event.data = sentence("granted", chance), {"to": extension.wanted_on.isoformat()}
        extension.state, extension.granted_on, extension.answer = Extension.State.GRANTED, extension.wanted_on, event.text
        extension.decided_by = event.by
        extension.decided_at = timezone.make_aware(datetime.combine(day, time(10, 5)))
        share.due_on, share.times_extended = extension.wanted_on, share.times_extended + 1

    def save(self) -> None:
        """Writes everything; events get the moment they happened at."""
        _write(self.shares)
        Extension.objects.bulk_create(self.extensions)
        granted = sorted((e.decided_at.date(), e.assignment.task_id) for e in self.extensions if e.decided_at)
        # a task goes with its shares from the day on which the last of them got more time
        for task, day in {task: day for day, task in granted}.items():
            follow(Task.objects.get(pk=task), day)
        self.events.sort(key=lambda e: e[1])
        made = Event.objects.bulk_create([event for event, _at, _photo in self.events])
        moments: dict[datetime, list[int]] = {}
        for event, (_event, moment, _photo) in zip(made, self.events, strict=True):
            moments.setdefault(moment, []).append(event.pk)
        for moment, ids in moments.items():
            Event.objects.filter(pk__in=ids).update(at=moment)
        self._tell(made)
        links = Event.files.through
        links._default_manager.bulk_create(
            [links(event_id=event.pk, storedfile_id=photo.pk) for event, _moment, photo in self.events if photo]
        )

    def _tell(self, events: list[Event]) -> None:
        """News of the last days, as the services tell it: to the giving side, and to the people of the receiving unit."""
        for event, (_event, moment, _photo) in zip(events, self.events, strict=True):
            if moment.date() < self.today - FRESH or event.kind == K.RECEIVED:
                continue
            if event.kind in (K.REPORT, K.SUBMITTED, K.EXTENSION_ASKED):
                tell_giver(event.assignment, event)
            elif event.assignment.unit_id in self.people:
                tell_person(event.assignment, event)
            Notice.objects.filter(key=f"event-{event.pk}").update(at=moment, day=moment.date())


_CHANGED = (
    *("stage", "received_at", "received_by", "started_on", "percent", "figure", "latest", "submitted_on", "done_on"),
    *("verified_by", "times_returned", "times_extended", "due_on", "version"),
)


def _write(shares: list[Assignment]) -> None:
    """One statement for each share, sent together: much quicker than bulk_update with so many columns."""
    fields = [f for f in Assignment._meta.concrete_fields if f.name in _CHANGED]
    name = connection.ops.quote_name
    columns = ", ".join(f"{name(str(f.column))} = %s" for f in fields)
    statement = f"UPDATE {name(Assignment._meta.db_table)} SET {columns} WHERE id = %s"
    rows = [[*(f.get_db_prep_save(getattr(s, f.attname), connection) for f in fields), s.pk] for s in shares]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _working(day: date) -> date:
    """That day, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))
