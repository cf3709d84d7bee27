"""A person's deadlines as a calendar that a phone asks for: one's shares and the tasks one follows, with alarms.

Whoever has the address may read it, as with every calendar of this kind; it holds no more than sentence, deadline and
unit, and its owner may end it with a new one at any time.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from khue.accounts.models import User
from khue.accounts.person import Person
from khue.catalog.calendar import add_working_days, on_or_before
from khue.core.log import log_action
from khue.tasks.choices import choices_of
from khue.tasks.models import Assignment, FeedSecret, Stage, Task
from khue.tasks.models.task import CLOSED, OUT

ALARM_AT = time(8, 0)
# deadlines that are longer ago are no longer told
BACK = timedelta(days=366)
# so that nobody's calendar becomes a burden for the phone
MOST = 2000


def secret_of(user: User) -> str:
    """The secret of a person's calendar, made at the first asking."""
    row, _new = FeedSecret.objects.get_or_create(user=user, defaults={"secret": secrets.token_urlsafe(32)})
    return row.secret


@transaction.atomic
def reset(user: User, *, by: Any) -> str:
    """A new secret; the old address stops working at once."""
    row, _new = FeedSecret.objects.select_for_update().get_or_create(user=user, defaults={"secret": secrets.token_urlsafe(32)})
    row.secret = secrets.token_urlsafe(32)
    row.save()
    log_action("feed.reset", row, by=by)
    return row.secret


def owner_of(secret: str) -> User | None:
    """Whose calendar it is; None for an unknown secret or a person who is not active any more."""
    row = FeedSecret.objects.filter(secret=secret, user__is_active=True).select_related("user").first()
    return row.user if row else None


def make(user: User) -> bytes:
    """The calendar. The same deadline keeps its UID, so that a moved one moves and one taken back is struck out."""
    calendar = Calendar()
    calendar.add("prodid", "-//Khue//Thoi han//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Khuê: thời hạn của tôi"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    before = choices_of([user.pk])[user.pk].days_before
    for event in _events(Person(user), before):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(person: Person, before: list[int]) -> Iterable[Event]:
    since = timezone.localdate() - BACK
    user = person.user.pk
    own, followed = person.own("tasks.report"), person.own("tasks.verify")
    shares = Assignment.objects.filter(Q(person=user) | Q(person__isnull=True, unit_id__in=own), due_on__gte=since)
    seen = set()
    for share in shares.select_related("task", "unit").order_by("-due_on", "id")[:MOST]:
        seen.add(share.task_id)
        yield _share_event(share, before)
    tasks = Task.objects.filter(Q(created_by=user) | Q(unit_id__in=followed), due_on__gte=since).exclude(pk__in=seen)
    for task in tasks.order_by("-due_on", "id")[:MOST]:
        yield _task_event(task, before)


def _share_event(share: Assignment, before: list[int]) -> Event:
    gone, done = share.stage in OUT, share.stage == Stage.VERIFIED
    said = _("Xong: {what}").format(what=share.task.quote) if done else share.task.quote
    event = _event(f"share-{share.pk}", said, share.due_on, share.version, share.changed_at, gone=gone)
    _describe(event, share.task, [share.unit.name, share.get_stage_display()], f"/viec/{share.task_id}/?phan={share.pk}#p{share.pk}")
    if share.stage not in (*CLOSED, Stage.SUBMITTED):
        _alarms(event, share.due_on, before)
    return event


def _task_event(task: Task, before: list[int]) -> Event:
    changed = task.withdrawn_at or task.created_at
    said = _("Theo dõi: {what}").format(what=task.quote)
    # taking a task back does not count up its version
    version = task.version + (1 if task.withdrawn_at else 0)
    event = _event(f"task-{task.pk}", said, task.due_on, version, changed, gone=task.withdrawn_at is not None)
    _describe(event, task, [], f"/viec/{task.pk}/")
    if not task.withdrawn_at:
        _alarms(event, task.due_on, before)
    return event


def _event(uid: str, summary: str, due: date | None, version: int, changed: datetime, *, gone: bool) -> Event:
    assert due is not None
    event = Event()
    event.add("uid", f"{uid}@khue")
    event.add("summary", summary if len(summary) <= 120 else summary[:119].rsplit(" ", 1)[0] + "…")
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("dtstamp", changed.astimezone(UTC))
    event.add("last-modified", changed.astimezone(UTC))
    event.add("sequence", version)
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _describe(event: Event, task: Task, more: list[str], address: str) -> None:
    event.add("description", "\n".join(part for part in (task.quote, *more, task.document_name) if part))
    event.add("url", settings.BASE_URL + address)


def _alarms(event: Event, due: date | None, before: list[int]) -> None:
    """At eight in the morning of each working day on which one wants to be reminded."""
    assert due is not None
    last_chance = on_or_before(due)
    for day in sorted({last_chance, *(add_working_days(last_chance, -n) for n in before)}):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _("Sắp đến hạn"))
        alarm.add("trigger", datetime.combine(day, ALARM_AT, timezone.get_default_timezone()).astimezone(UTC))
        event.add_component(alarm)
