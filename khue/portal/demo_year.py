"""The demo's plans given out, and half a year played: some done, some late, some sent back, some given more time.

Deadlines are moved by whole years, so that today lies in the school year of the documents; months and seasons stay, and
each task says so. What happened is written in bulk, in the same rows that the services write (tests replay them).
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from khue.accounts.models import Role, RoleName, User
from khue.documents.confirm import confirm
from khue.documents.giving import give_plan, plan_of
from khue.documents.models import Document, State, Status
from khue.documents.owners import set_default_owner
from khue.documents.review import apply
from khue.portal.demo_play import FRESH, Play
from khue.portal.demo_words import photos
from khue.tasks.models import Assignment, Event, Notice, Task
from khue.tasks.recurring import make_due
from khue.units.groups import unit_ref
from khue.units.models import Unit
from khue.units.tree import subtree_ids, today

DEMO_YEAR = 2023


def years_on(day: date) -> int:
    """By how many years the demo is moved so that `day` lies in its school year; until mid-October still the last one."""
    return (day.year if (day.month, day.day) >= (10, 15) else day.year - 1) - DEMO_YEAR


def moved(day: date, years: int) -> date:
    """The same day of another year; 29 February is the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@transaction.atomic
def give_out(document: Document, *, by: User, within: Unit) -> list[Task]:
    """Settles an untouched plan and gives to units below `within` what is theirs; the giving unit takes what names nobody."""
    if document.status != Status.REVIEW or document.events.exists():
        return []
    ids = list(document.obligations.filter(state=State.PROPOSED).values_list("pk", flat=True))
    apply(document.pk, "state", {"items": ids, "state": State.ACCEPTED}, by=by)
    for slip in document.slips.all():
        apply(document.pk, "answer", {"slip": slip.pk, "answer": "ask"}, by=by)
    set_default_owner(document.pk, unit_ref(document.unit_id), by=by, label=document.unit.name)
    confirm(document.pk, by=by)
    years = years_on(today())
    day = min(moved(document.signed_on or date(DEMO_YEAR, 9, 5), years), today())
    made, _left = give_plan(document.pk, by=by, only=_ours(document.pk, within), on=day, shift_years=years)
    _tell_of_the_shift(made, years)
    return made


def _ours(document_id: int, within: Unit) -> list[int]:
    """The obligations all of whose leading units lie below the city: nobody gives tasks to those above."""
    reach = subtree_ids([within.pk])
    return [
        p.obligation.pk
        for p in plan_of(Document.objects.get(pk=document_id))
        if not p.why_not and all(u.pk in reach for e in p.expanded if not e.address.is_partner for u in e.units)
    ]


def _tell_of_the_shift(tasks: list[Task], years: int) -> None:
    for task in tasks:
        if task.due_on:
            task.note = f"Bản minh họa: hạn đã dời {years} năm so với văn bản, để rơi vào năm học này." if years else ""
    Task.objects.bulk_update(tasks, ["note"])


@transaction.atomic
def play(tasks: Iterable[Task]) -> None:
    """What happened with those tasks from the day they were given until today."""
    day = today()
    first = list(tasks)
    if not first:
        return
    repeated = _later_periods([task for task in first if task.recurs], day)
    all_tasks = [*first, *repeated]
    shares = list(
        Assignment.objects.filter(task__in=all_tasks).select_related("task__created_by", "unit").order_by("unit_id", "due_on", "id")
    )
    people = _people({s.unit_id for s in shares})
    pictures = photos(first[0].created_by)
    playing = Play(day, people, pictures)
    for share, rank in _ranked(shares, people, day):
        playing.share(share, rank)
    _date_the_beginning(all_tasks, shares, day)
    playing.save()


def _later_periods(series: list[Task], day: date) -> list[Task]:
    """The periods since the first, made on the first day of each month as the background job would."""
    own = {task.pk for task in series}
    made: list[Task] = []
    month = (min((t.given_on for t in series), default=day).replace(day=1) + timedelta(days=32)).replace(day=1)
    while month <= day:
        made += [t for t in make_due(month) if t.series_id in own]
        month = (month + timedelta(days=32)).replace(day=1)
    return made


def _people(unit_ids: set[int]) -> dict[int, User]:
    """Who acts at each unit: whoever may report there."""
    roles = Role.objects.filter(unit_id__in=unit_ids, role__in=[RoleName.LEADER, RoleName.CLERK, RoleName.SPECIALIST])
    return {r.unit_id: r.user for r in roles.select_related("user").order_by("-id")}


def _ranked(shares: list[Assignment], people: dict[int, User], day: date) -> Iterable[tuple[Assignment, int | None]]:
    """Each share with its place around today where a person will sign in for the unit: -1 the last one due, 0 the next."""
    by_unit: dict[int, list[Assignment]] = {}
    for share in shares:
        by_unit.setdefault(share.unit_id, []).append(share)
    for unit_id, own in by_unit.items():
        dated = [s for s in own if s.due_on and not s.is_partner]
        passed = sum(s.due_on < day for s in dated if s.due_on)
        place = {s.pk: n - passed for n, s in enumerate(dated)} if unit_id in people else {}
        yield from ((s, place.get(s.pk)) for s in own)


def at(day: date, hour: int) -> datetime:
    """A moment of that day in Vietnam."""
    return timezone.make_aware(datetime.combine(day, time(hour, 0)))


def _date_the_beginning(tasks: list[Task], shares: list[Assignment], day: date) -> None:
    """The giving happened on the day of the task; news of it that is old was sent and read then."""
    days = {t.pk: t.given_on for t in tasks}
    by_day: dict[date, list[int]] = {}
    for share in shares:
        by_day.setdefault(days[share.task_id], []).append(share.pk)
    for given_on, ids in by_day.items():
        then = at(given_on, 7)
        Event.objects.filter(assignment_id__in=ids, kind=Event.Kind.GIVEN).update(at=then)
        seen = then if given_on < day - FRESH else None
        Notice.objects.filter(assignment_id__in=ids, kind="given").update(day=given_on, at=then, mailed_at=then, read_at=seen)
