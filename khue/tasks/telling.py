"""Who is told what happened, in the app at once; letters and digests go out by khue/tasks/letters.py."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from khue.accounts.access import CAPABILITIES
from khue.accounts.models import Role, User
from khue.accounts.person import Person
from khue.core.said import Said, as_data, said, template
from khue.core.text import short as cut
from khue.tasks.models import Assignment, Event, Notice, Task
from khue.units.models import holds_on
from khue.units.tree import standing, today

CUT = 90


def short(text: str) -> str:
    """A task's sentence as a notice has room for it."""
    return cut(text, CUT)


def people_at(unit_ids: Iterable[int], capability: str, on: date | None = None) -> dict[int, list[int]]:
    """{unit: ids of the active people who hold the capability at the unit itself on a day}; one query.

    Where a unit has ended, those at the unit that carries it on; two queries more.
    """
    day, wanted = on or today(), set(unit_ids)
    found = _people_there(wanted, capability, day)
    if empty := wanted - set(found):
        heirs = {unit: heir for unit, heir in standing(empty, day).items() if unit != heir}
        there = _people_there(set(heirs.values()), capability, day) if heirs else {}
        found |= {unit: there[heir] for unit, heir in heirs.items() if heir in there}
    return found


def _people_there(unit_ids: set[int], capability: str, day: date) -> dict[int, list[int]]:
    rows = Role.objects.filter(holds_on(day), unit_id__in=unit_ids, role__in=CAPABILITIES[capability], user__is_active=True)
    found: dict[int, list[int]] = {}
    for unit_id, user_id in rows.values_list("unit_id", "user_id").distinct():
        found.setdefault(unit_id, []).append(user_id)
    return found


def notify(users: Iterable[int], kind: str, key: str, text: Said, *, assignment: Assignment | None = None, address: str = "") -> None:
    """One notice to each person, once for one key."""
    address = address or (f"/viec/{assignment.task_id}/?phan={assignment.pk}#p{assignment.pk}" if assignment else "")
    day = today()
    rows = [
        Notice(
            user_id=u,
            kind=kind,
            key=key[:120],
            text=as_data(text),
            address=address,
            assignment_id=assignment.pk if assignment else None,
            day=day,
        )
        for u in dict.fromkeys(users)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def tell_given(made: list[Assignment], task: Task, *, by: Any) -> None:
    """The people of each receiving unit learn of the task."""
    people = people_at((a.unit_id for a in made), "tasks.report")
    for assignment in made:
        text = _new(task)
        users = [u for u in people.get(assignment.unit_id, []) if by is None or u != by.pk]
        notify(users, "given", f"given-{assignment.pk}", text, assignment=assignment)


def _new(task: Task) -> Said:
    if task.due_on:
        return said("Việc mới: {quote}, hạn {due}", quote=short(task.quote), due=f"{task.due_on:%d/%m/%Y}")
    return said("Việc mới: {quote}", quote=short(task.quote))


def tell_moved(shares: list[Assignment], task: Task, *, by: Any) -> None:
    """The people of each unit learn the new deadline, or that there is none any more."""
    people = people_at((a.unit_id for a in shares), "tasks.report")
    due = f"{task.due_on:%d/%m/%Y}" if task.due_on else ""
    for assignment in shares:
        quote = short(task.quote)
        text = said("Hạn dời sang {due}: {quote}", due=due, quote=quote) if due else said("Không còn hạn: {quote}", quote=quote)
        users = [u for u in people.get(assignment.unit_id, []) if by is None or u != by.pk]
        notify(users, "due_moved", f"due-{assignment.pk}-{task.version}", text, assignment=assignment)


def tell_withdrawn(shares: list[Assignment], task: Task, *, by: Any, why: str) -> None:
    """The people of each unit learn that they need not do it any more."""
    people = people_at((a.unit_id for a in shares), "tasks.report")
    for assignment in shares:
        text = said("Đã thu hồi việc: {quote}", quote=short(task.quote))
        notify(people.get(assignment.unit_id, []), "withdrawn", f"withdrawn-{assignment.pk}", text, assignment=assignment)


def tell_batch(shares: Iterable[Assignment], kind: str, key: str, sentence: str, *, name: str, by: Any) -> None:
    """Each person learns once of many shares at their unit: how many tasks of which plan."""
    count: dict[int, int] = {}
    for share in shares:
        count[share.unit_id] = count.get(share.unit_id, 0) + 1
    people = people_at(count, "tasks.report")
    told: dict[int, int] = {}
    for unit_id, users in people.items():
        for user in users:
            told[user] = told.get(user, 0) + count[unit_id]
    by_count: dict[int, list[int]] = {}
    for user, n in told.items():
        if by is None or user != by.pk:
            by_count.setdefault(n, []).append(user)
    for n, users in by_count.items():
        notify(users, kind, key, said(sentence, n=n, name=short(name)), address="/viec/")


_TO_GIVER = {
    Event.Kind.REPORT: template("{unit} báo cáo tiến độ: {quote}"),
    Event.Kind.SUBMITTED: template("{unit} trình duyệt: {quote}"),
    Event.Kind.EXTENSION_ASKED: template("{unit} xin gia hạn: {quote}"),
    Event.Kind.EXTENSION_DROPPED: template("{unit} rút đề nghị gia hạn: {quote}"),
    Event.Kind.COMMENT: template("{unit} trao đổi: {quote}"),
    Event.Kind.TRANSFERRED: template("{unit} chuyển việc cho {to}: {quote}. Lý do: {why}"),
}
_IN_ITS_NAME = {
    Event.Kind.SUBMITTED: template("{person} đã trình duyệt thay mặt {unit}: {quote}"),
    Event.Kind.EXTENSION_ASKED: template("{person} đã xin gia hạn thay mặt {unit}: {quote}"),
    Event.Kind.TRANSFERRED: template("{person} đã chuyển cho {to} thay mặt {unit}: {quote}"),
}
_TO_UNIT = {
    Event.Kind.VERIFIED: template("Đã duyệt hoàn thành: {quote}"),
    Event.Kind.RETURNED: template("Trả lại để làm tiếp: {quote}"),
    Event.Kind.REOPENED: template("Mở lại: {quote}"),
    Event.Kind.EXTENDED: template("Đã gia hạn: {quote}"),
    Event.Kind.EXTENSION_REFUSED: template("Không gia hạn: {quote}"),
    Event.Kind.COMMENT: template("Đơn vị giao trao đổi: {quote}"),
    Event.Kind.PERSON: template("Việc giao cho bạn: {quote}"),
}


def tell_giver(assignment: Assignment, event: Event) -> None:
    """Whoever gave the task, and those who may verify at the giving unit, learn what the receiver did; and of what goes out in
    the unit's name, those who lead the unit.
    """
    task = assignment.task
    users = people_at([task.unit_id], "tasks.verify").get(task.unit_id, [])
    if task.created_by_id and User.objects.filter(pk=task.created_by_id, is_active=True).exists():
        users = [task.created_by_id, *users]
    # within a unit the person is the news, not the unit
    own = task.unit_id == assignment.unit_id and event.by
    key, about = f"event-{event.pk}", {"quote": short(task.quote)}
    if event.kind == Event.Kind.TRANSFERRED:
        about |= {"to": event.data["to"], "why": short(event.text)}
    text = said(_TO_GIVER[Event.Kind(event.kind)], unit=event.by.full_name if own and event.by else assignment.unit.called, **about)
    notify([u for u in users if u != event.by_id], event.kind, key, text, assignment=assignment)
    if event.by and not own and event.kind in _IN_ITS_NAME:
        heads = people_at([assignment.unit_id], "tasks.verify").get(assignment.unit_id, [])
        text = said(_IN_ITS_NAME[Event.Kind(event.kind)], person=event.by.full_name, unit=assignment.unit.called, **about)
        notify([u for u in heads if u != event.by_id and u not in users], event.kind, key, text, assignment=assignment)


# a word on the whole work, which is the unit's and not only of whoever did it
_OF_THE_WORK = (Event.Kind.VERIFIED, Event.Kind.RETURNED, Event.Kind.REOPENED)


def tell_person(assignment: Assignment, event: Event) -> None:
    """The person who does it, or else the people of the receiving unit, learn what the giver did; of a word on the whole work
    whoever submitted it and those who lead the unit learn, too.
    """
    users = [assignment.person_id] if assignment.person_id else people_at([assignment.unit_id], "tasks.report").get(assignment.unit_id, [])
    if event.kind in _OF_THE_WORK:
        users = [*users, *_answer_for(assignment)]
    text = said(_TO_UNIT[Event.Kind(event.kind)], quote=short(assignment.task.quote))
    if event.kind == Event.Kind.PERSON:
        # the task is new to this person once: what the whole unit was told of it needs no reading any more
        told = Notice.objects.filter(user=assignment.person, assignment_id=assignment.pk, kind="given", read_at__isnull=True)
        told.update(read_at=timezone.now())
    notify([u for u in users if u and u != event.by_id], event.kind, f"event-{event.pk}", text, assignment=assignment)


def _answer_for(assignment: Assignment) -> list[int]:
    """Whoever submitted it last and may still report there; those who lead the unit, unless they gave it themselves."""
    last = assignment.events.filter(kind=Event.Kind.SUBMITTED, by__is_active=True).select_related("by").order_by("-pk").first()
    sender = [last.by.pk] if last and last.by and Person(last.by).can_at("tasks.report", assignment.unit_id) else []
    if assignment.task.unit_id == assignment.unit_id:
        return sender
    return [*sender, *people_at([assignment.unit_id], "tasks.verify").get(assignment.unit_id, [])]
