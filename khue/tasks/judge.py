"""What the giving unit does with what comes back: verify, send back, open again, take back, answer a wish for more time."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.said import said
from khue.tasks.dues import remember
from khue.tasks.models import Assignment, Event, Extension, Stage, Task
from khue.tasks.models.task import OUT
from khue.tasks.telling import tell_person, tell_withdrawn
from khue.tasks.work import close_wish, held, open_wish, still_open, write
from khue.units.tree import today


@transaction.atomic
def verify(assignment_id: int, *, by: Any, text: str = "", on: date | None = None) -> Assignment:
    """Done: on the day it was submitted, or today where it never was. A second time changes nothing.

    A wish for more time that was still open has no use any more.
    """
    wish = open_wish(assignment_id)
    assignment = held(assignment_id)
    if assignment.stage == Stage.VERIFIED:
        return assignment
    still_open(assignment)
    before = {name: getattr(assignment, name) for name in ("stage", "done_on", "percent")}
    assignment.done_on = assignment.submitted_on if assignment.stage == Stage.SUBMITTED else (on or today())
    assignment.started_on = assignment.started_on or assignment.done_on
    assignment.stage, assignment.verified_by, assignment.percent = Stage.VERIFIED, by, 100
    if wish:
        close_wish(wish, by)
    event = write(assignment, Event.Kind.VERIFIED, by=by, before=before, text=text.strip())
    tell_person(assignment, event)
    return assignment


@transaction.atomic
def send_back(assignment_id: int, reason: str, *, by: Any) -> Assignment:
    """What was submitted is not enough; the reason says what is missing. Raises KhueError without one."""
    assignment = still_open(held(assignment_id))
    if not reason.strip():
        raise KhueError("return.reason", said("Chưa ghi lý do trả lại."), said("Ghi còn thiếu gì để đơn vị làm tiếp."))
    if assignment.stage != Stage.SUBMITTED:
        raise KhueError("return.stage", said("Việc này chưa trình duyệt."), said("Đợi đơn vị trình rồi duyệt hoặc trả lại."))
    before = {"stage": assignment.stage}
    assignment.stage, assignment.submitted_on = Stage.RETURNED, None
    assignment.times_returned += 1
    event = write(assignment, Event.Kind.RETURNED, by=by, before=before, text=reason.strip())
    tell_person(assignment, event)
    return assignment


@transaction.atomic
def reopen(assignment_id: int, reason: str, *, by: Any) -> Assignment:
    """Verified by mistake: open again. Raises KhueError without a reason."""
    assignment = held(assignment_id)
    if not reason.strip():
        raise KhueError("reopen.reason", said("Chưa ghi lý do mở lại."), said("Ghi vì sao mở lại."))
    if assignment.stage == Stage.VERIFIED:
        before = {"stage": assignment.stage, "done_on": assignment.done_on}
        assignment.stage, assignment.done_on, assignment.verified_by, assignment.submitted_on = Stage.RECEIVED, None, None, None
        event = write(assignment, Event.Kind.REOPENED, by=by, before=before, text=reason.strip())
        tell_person(assignment, event)
    return assignment


@transaction.atomic
def take_back(assignment_id: int, reason: str, *, by: Any) -> Assignment:
    """One unit need not do it any more; the others go on.

    Raises KhueError without a reason, or where nobody else has it: then the task itself is taken back.
    """
    wish = open_wish(assignment_id)
    assignment = still_open(held(assignment_id))
    if not reason.strip():
        raise KhueError("take_back.reason", said("Chưa ghi lý do."), said("Đơn vị cần biết vì sao không phải làm nữa."))
    if not Assignment.objects.filter(task=assignment.task_id).exclude(stage__in=OUT).exclude(pk=assignment.pk).exists():
        raise KhueError("take_back.last", said("Không còn đơn vị nào khác có việc này."), said("Thu hồi cả việc."))
    before = {"stage": assignment.stage}
    assignment.stage = Stage.WITHDRAWN
    if wish:
        close_wish(wish, by)
    write(assignment, Event.Kind.WITHDRAWN, by=by, before=before, text=reason.strip())
    tell_withdrawn([assignment], assignment.task, by=by, why=reason)
    return assignment


@transaction.atomic
def decide_extension(extension_id: int, *, grant: bool, by: Any, granted_on: date | None = None, answer: str = "") -> Extension:
    """Grants a later day (the one asked for, or another) or refuses with a word. A decided one stays decided.

    Raises KhueError for a day not later than the deadline, a refusal without a word, or where it was decided otherwise.
    """
    # the task first, as whoever moves its deadline does
    of = Extension.objects.values_list("assignment__task_id", flat=True).get(pk=extension_id)
    task = Task.objects.select_for_update().get(pk=of)
    extension = Extension.objects.select_for_update().get(pk=extension_id)
    assignment = held(extension.assignment_id)
    if extension.state != Extension.State.ASKED:
        return _as_decided(extension, grant, granted_on)
    if not grant and not answer.strip():
        raise KhueError("extension.answer", said("Chưa ghi lý do không đồng ý."), said("Ghi một câu để đơn vị biết."))
    day = granted_on or extension.wanted_on
    if grant and assignment.due_on and day <= assignment.due_on:
        due = f"{assignment.due_on:%d/%m/%Y}"
        raise KhueError("extension.day", said("Ngày gia hạn phải sau hạn hiện tại ({due}).", due=due), said("Chọn ngày khác."))
    extension.state = Extension.State.GRANTED if grant else Extension.State.REFUSED
    extension.granted_on, extension.answer = (day if grant else None), answer.strip()
    extension.decided_by, extension.decided_at = by, timezone.now()
    extension.save()
    before = {"due_on": assignment.due_on}
    if grant:
        still_open(assignment)
        assignment.due_on = day
        assignment.times_extended += 1
    kind = Event.Kind.EXTENDED if grant else Event.Kind.EXTENSION_REFUSED
    told = {"from": str(before["due_on"] or ""), "to": day.isoformat()} if grant else {}
    event = write(assignment, kind, by=by, before=before, text=answer.strip(), data=told)
    if grant:
        follow(task)
    tell_person(assignment, event)
    return extension


def _as_decided(extension: Extension, grant: bool, day: date | None) -> Extension:
    """A wish that was decided already. Raises KhueError where that was not what is wanted now: somebody else was quicker."""
    State = Extension.State
    same_day = day is None or day == extension.granted_on
    if extension.state == (State.GRANTED if grant else State.REFUSED) and (same_day or not grant):
        return extension
    who = extension.decided_by.full_name if extension.decided_by else ""
    if extension.state == State.GRANTED:
        words = said("{who} đã gia hạn đến {day}.", who=who, day=f"{extension.granted_on:%d/%m/%Y}")
    elif extension.state == State.REFUSED:
        words = said("{who} đã trả lời không gia hạn.", who=who)
    else:
        words = said("Đề nghị gia hạn này không còn chờ trả lời.")
    raise KhueError("extension.decided", words, said("Xem lại việc rồi quyết định tiếp."))


def follow(task: Task, on: date | None = None) -> None:
    """A task whose leading shares all have more time is due with the first of them: plans and programmes show its own day."""
    shares = Assignment.objects.filter(task=task, is_partner=False).exclude(stage__in=OUT)
    first = shares.aggregate(first=Min("due_on"))["first"]
    if task.due_on is None or first is None or first <= task.due_on or shares.filter(due_on__isnull=True).exists():
        return
    remember(task, on)
    task.due_on = first
    task.version += 1
    task.save(update_fields=["due_on", "version"])
