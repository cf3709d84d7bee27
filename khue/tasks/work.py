"""What the receiving unit does: receive, report, submit, ask for more time, hand to a person, pass on, comment.

Every function takes the share's lock, checks its stage, writes the event, the log and the notices in one transaction.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import differences, log_action
from khue.core.models import StoredFile
from khue.core.said import said
from khue.tasks.dues import not_past
from khue.tasks.evidence import ways
from khue.tasks.give import Address, give, may_lead
from khue.tasks.models import Assignment, Event, Extension, Stage, Task
from khue.tasks.models.task import CLOSED
from khue.tasks.targets import refuse_impossible
from khue.tasks.telling import tell_given, tell_giver, tell_person
from khue.units.models import Unit
from khue.units.tree import standing_unit, subtree_ids, today


def held(assignment_id: int) -> Assignment:
    """The share under its lock, with its task and unit."""
    return Assignment.objects.select_for_update(of=("self",)).select_related("task", "unit", "task__unit").get(pk=assignment_id)


def still_open(assignment: Assignment) -> Assignment:
    """Raises KhueError where the share is closed."""
    if assignment.stage in CLOSED:
        raise KhueError(
            "task.closed",
            said("Việc này đã ở bước «{stage}».", stage=str(assignment.get_stage_display())),
            said("Đề nghị đơn vị giao mở lại nếu cần."),
        )
    return assignment


def write(
    assignment: Assignment, kind: str, *, by: Any, before: dict[str, Any], files: Iterable[StoredFile] = (), **said_then: Any
) -> Event:
    """Saves the share and tells the event and the log what changed."""
    assignment.version += 1
    assignment.save()
    happened: Any = {"assignment": assignment, "kind": kind, "by": by} | said_then
    event: Event = Event.objects.create(**happened)
    event.files.set(files)
    after = {name: getattr(assignment, name) for name in before}
    log_action(
        f"task.{kind}",
        assignment.task,
        by=by,
        unit_id=assignment.unit_id,
        changes={"unit": [None, assignment.unit.name]} | differences(before, after),
    )
    return event


def _now(assignment: Assignment, *names: str) -> dict[str, Any]:
    return {name: getattr(assignment, name) for name in names}


@transaction.atomic
def receive(assignment_id: int, *, by: Any) -> Assignment:
    """The unit has seen the task. A second time changes nothing."""
    assignment = held(assignment_id)
    if assignment.stage == Stage.GIVEN:
        before = _now(assignment, "stage")
        assignment.stage, assignment.received_at, assignment.received_by = Stage.RECEIVED, timezone.now(), by
        write(assignment, Event.Kind.RECEIVED, by=by, before=before)
    return assignment


@transaction.atomic
def report(
    assignment_id: int,
    *,
    by: Any,
    text: str = "",
    percent: int | None = None,
    figure: Decimal | None = None,
    files: Iterable[StoredFile] = (),
    submit: bool = False,
    on: date | None = None,
) -> Assignment:
    """Tells how far it has come; with `submit`, that it is done and waits to be verified. What was sent back stays so until then.

    What was reported before may be submitted as it stands. Raises KhueError where nothing new is told, the percentage is not between 0 and 100 or the figure cannot be.
    """
    files = list(files)
    assignment = still_open(held(assignment_id))
    said_now = text.strip() or percent is not None or figure is not None or files
    if not (said_now or (submit and unsubmitted(reversed(ways([assignment.pk])[assignment.pk])))):
        raise KhueError("report.empty", said("Báo cáo chưa có gì."), said("Ghi vài chữ, một con số, hoặc kèm một tệp."))
    # a field comes filled with how far it had come: sent unchanged, it tells nobody anything
    if not (submit or text.strip() or files) and percent in (None, assignment.percent) and figure in (None, assignment.figure):
        raise KhueError(
            "report.same", said("Chưa có gì mới so với báo cáo trước."), said("Ghi thêm vài chữ, con số mới, hoặc kèm một tệp.")
        )
    if percent is not None and not 0 <= percent <= 100:
        raise KhueError("report.percent", said("{percent}%: phải từ 0 đến 100.", percent=percent), said("Sửa lại phần trăm."))
    refuse_impossible(assignment.task, figure)
    before = _now(assignment, "stage", "percent", "figure", "submitted_on")
    day = on or today()
    _begin(assignment, by, day)
    assignment.percent = 100 if submit and percent is None else percent if percent is not None else assignment.percent
    assignment.figure = figure if figure is not None else assignment.figure
    assignment.latest = text.strip() or assignment.latest
    if submit:
        assignment.stage, assignment.submitted_on = Stage.SUBMITTED, day
    kind = Event.Kind.SUBMITTED if submit else Event.Kind.REPORT
    event = write(assignment, kind, by=by, before=before, text=text.strip(), percent=percent, figure=figure, files=files)
    tell_giver(assignment, event)
    return assignment


def unsubmitted(newest_first: Iterable[Event]) -> Event | None:
    """The newest report of a share, where it has not been submitted or sent back since; it can be submitted as it stands."""
    K = Event.Kind
    last = next((e for e in newest_first if e.kind in (K.REPORT, K.SUBMITTED, K.VERIFIED, K.RETURNED, K.REOPENED)), None)
    return last if last and last.kind == K.REPORT else None


def _begin(assignment: Assignment, by: Any, day: date) -> None:
    assignment.started_on = assignment.started_on or day
    if assignment.received_at is None:
        assignment.received_at, assignment.received_by = timezone.now(), by
    if assignment.stage == Stage.GIVEN:
        assignment.stage = Stage.RECEIVED


@transaction.atomic
def comment(assignment_id: int, text: str, *, by: Any, files: Iterable[StoredFile] = (), from_giver: bool = False) -> Event:
    """A word between the two sides; the other side is told."""
    assignment = held(assignment_id)
    if not text.strip():
        raise KhueError("comment.empty", said("Chưa ghi gì."), said("Ghi nội dung trao đổi."))
    event = write(assignment, Event.Kind.COMMENT, by=by, before={}, text=text.strip(), files=list(files))
    if from_giver:
        tell_person(assignment, event)
    else:
        tell_giver(assignment, event)
    return event


@transaction.atomic
def hand_to(assignment_id: int, person: Any, *, by: Any) -> Assignment:
    """The unit says who of its people does it; None leaves it to nobody in particular. Raises KhueError where it was nobody's anyway."""
    assignment = still_open(held(assignment_id))
    if person is None and assignment.person is None:
        raise KhueError("hand.nobody", said("Chưa chọn người làm."), said("Chọn một người của đơn vị."))
    if assignment.person == person:
        return assignment
    before = {"person": str(assignment.person or "")}
    told = {"person": str(person or ""), "person_id": getattr(person, "pk", None), "from_id": assignment.person_id}
    assignment.person = person
    assignment.version += 1
    assignment.save()
    event = Event.objects.create(assignment=assignment, kind=Event.Kind.PERSON, by=by, data=told)
    changes = {"person": [before["person"], str(person or "")]}
    log_action("task.person", assignment.task, by=by, unit_id=assignment.unit_id, changes=changes)
    if person is not None:
        tell_person(assignment, event)
    return assignment


@transaction.atomic
def ask_extension(assignment_id: int, wanted_on: date, reason: str, *, by: Any) -> Extension:
    """Asks for a later day. Raises KhueError without a reason, for a day not later than the deadline, or while one is open."""
    assignment = still_open(held(assignment_id))
    if not reason.strip():
        raise KhueError("extension.reason", said("Chưa ghi lý do."), said("Ghi vì sao cần thêm thời gian."))
    if assignment.due_on is None or wanted_on <= assignment.due_on:
        due = f"{assignment.due_on:%d/%m/%Y}" if assignment.due_on else "—"
        raise KhueError("extension.day", said("Ngày xin phải sau hạn hiện tại ({due}).", due=due), said("Chọn ngày khác."))
    if assignment.extensions.filter(state=Extension.State.ASKED).exists():
        raise KhueError("extension.open", said("Đã có một đề nghị gia hạn chờ trả lời."), said("Đợi đơn vị giao trả lời."))
    extension = Extension.objects.create(assignment=assignment, wanted_on=wanted_on, reason=reason.strip(), asked_by=by)
    told = {"wanted_on": wanted_on.isoformat()}
    event = write(assignment, Event.Kind.EXTENSION_ASKED, by=by, before={}, text=reason.strip(), data=told)
    tell_giver(assignment, event)
    return extension


@transaction.atomic
def drop_extension(assignment_id: int, *, by: Any) -> Extension:
    """Takes back a wish for more time that nobody has answered yet. Raises KhueError where there is none."""
    wish = open_wish(assignment_id)
    if wish is None:
        raise no_wish()
    assignment = held(assignment_id)
    close_wish(wish, by)
    event = write(assignment, Event.Kind.EXTENSION_DROPPED, by=by, before={})
    tell_giver(assignment, event)
    return wish


def open_wish(assignment_id: int) -> Extension | None:
    """The wish for more time that waits for an answer, under its lock.

    It is locked before its share, as whoever answers it does: neither waits for the other for ever.
    """
    return Extension.objects.select_for_update().filter(assignment_id=assignment_id, state=Extension.State.ASKED).first()


def close_wish(wish: Extension, by: Any) -> None:
    """Nobody waits for an answer to it any more."""
    wish.state, wish.decided_by, wish.decided_at = Extension.State.DROPPED, by, timezone.now()
    wish.save()


def no_wish() -> KhueError:
    """Nobody waits for an answer."""
    return KhueError("extension.none", said("Không có đề nghị gia hạn nào chờ trả lời."), said("Xem lại phần việc này."))


@transaction.atomic
def transfer(assignment_id: int, unit: Unit, reason: str, *, by: Any) -> Assignment:
    """The task belongs to another unit: its share goes there with its deadline; the whole way here stays readable.

    Whoever gave it learns where it went and why. Raises KhueError without a reason, where the other unit has the task already, or
    where the giver does not lead it.
    """
    assignment = still_open(held(assignment_id))
    if not reason.strip():
        raise KhueError("transfer.reason", said("Chưa ghi lý do chuyển."), said("Ghi vì sao việc thuộc đơn vị khác."))
    if assignment.task.assignments.exclude(stage__in=(Stage.TRANSFERRED, Stage.WITHDRAWN)).filter(unit=unit).exists():
        raise KhueError("transfer.there", said("{unit} đã có việc này.", unit=unit.name), said("Chọn đơn vị khác, hoặc trao đổi với họ."))
    _refuse_foreign(assignment, unit)
    before = _now(assignment, "stage")
    assignment.stage = Stage.TRANSFERRED
    event = write(assignment, Event.Kind.TRANSFERRED, by=by, before=before, text=reason.strip(), data={"to": unit.name})
    new = Assignment.objects.create(
        task=assignment.task,
        unit=unit,
        addressed=assignment.addressed,
        is_partner=assignment.is_partner,
        owes=assignment.owes,
        due_on=assignment.due_on,
    )
    Event.objects.create(assignment=new, kind=Event.Kind.GIVEN, by=by, text=reason.strip(), data={"from": assignment.unit.name})
    Assignment.objects.filter(pk=assignment.pk).update(transferred_to=new)
    tell_given([new], assignment.task, by=by)
    tell_giver(assignment, event)
    return new


def _refuse_foreign(assignment: Assignment, unit: Unit) -> None:
    """A task goes on where its giver might have given it, or to the unit's own below; to nobody else. Raises KhueError."""
    day = today()
    giver = standing_unit(assignment.task.unit, day)
    if unit.pk not in may_lead(giver, day) | subtree_ids([assignment.unit_id], day):
        raise KhueError(
            "task.outside",
            said("{unit} không giao việc cho {named}.", unit=giver.called, named=unit.called),
            said("Chọn đơn vị khác, hoặc trao đổi với đơn vị giao."),
        )


@transaction.atomic
def make_subtask(assignment_id: int, quote: str, *, by: Any, person: Any = None, due_on: date | None = None, note: str = "") -> Task:
    """A unit's own task for one of its people, under what it was given. Its deadline is not after the unit's own."""
    assignment = still_open(held(assignment_id))
    if not quote.strip():
        raise KhueError("subtask.empty", said("Chưa ghi việc cần làm."), said("Ghi một câu."))
    if due_on:
        not_past(due_on)
    if assignment.due_on and due_on and due_on > assignment.due_on:
        due = f"{assignment.due_on:%d/%m/%Y}"
        raise KhueError("subtask.day", said("Hạn phải trong hạn của đơn vị ({due}).", due=due), said("Chọn ngày sớm hơn."))
    task = give(
        assignment.unit,
        quote.strip(),
        [Address({"type": "unit", "id": assignment.unit_id})],
        by=by,
        due_on=due_on or assignment.due_on,
        note=note,
        parent=assignment,
        document_id=assignment.task.document_id,
        document_name=assignment.task.document_name,
        section=assignment.task.section,
    )
    if person is not None:
        hand_to(task.assignments.get().pk, person, by=by)
    return task
