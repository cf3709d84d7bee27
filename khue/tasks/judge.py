"""What the giving unit does with what comes back: verify, send back, open again, answer a wish for more time."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.said import said
from khue.tasks.models import Assignment, Event, Extension, Stage
from khue.tasks.telling import tell_person
from khue.tasks.work import held, still_open, write
from khue.units.tree import today


@transaction.atomic
def verify(assignment_id: int, *, by: Any, text: str = "", on: date | None = None) -> Assignment:
    """Done: on the day it was submitted, or today where it never was. A second time changes nothing."""
    assignment = held(assignment_id)
    if assignment.stage == Stage.VERIFIED:
        return assignment
    still_open(assignment)
    before = {name: getattr(assignment, name) for name in ("stage", "done_on", "percent")}
    assignment.done_on = assignment.submitted_on if assignment.stage == Stage.SUBMITTED else (on or today())
    assignment.started_on = assignment.started_on or assignment.done_on
    assignment.stage, assignment.verified_by, assignment.percent = Stage.VERIFIED, by, 100
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
def decide_extension(extension_id: int, *, grant: bool, by: Any, granted_on: date | None = None, answer: str = "") -> Extension:
    """Grants a later day (the one asked for, or another) or refuses with a word. A decided one stays decided."""
    extension = Extension.objects.select_for_update().get(pk=extension_id)
    assignment = held(extension.assignment_id)
    if extension.state != Extension.State.ASKED:
        return extension
    if not grant and not answer.strip():
        raise KhueError("extension.answer", said("Chưa ghi lý do không đồng ý."), said("Ghi một câu để đơn vị biết."))
    day = granted_on or extension.wanted_on
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
    tell_person(assignment, event)
    return extension
