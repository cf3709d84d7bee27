"""One action on many ticked rows: first what it would do and what it passes over and why, then the same, done.

Rows are shares in the lists of shares and tasks in the list of what one follows. Each row goes through the same service
function as a single one; what it refuses is named with its reason, the others are done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khue.accounts.person import Person
from khue.core.errors import KhueError
from khue.core.said import Said, said
from khue.tasks.dues import not_past
from khue.tasks.filters import GIVEN, MINE
from khue.tasks.give import move_due, withdraw
from khue.tasks.judge import send_back, verify
from khue.tasks.models import Assignment, Stage, Task
from khue.tasks.models.task import CLOSED, OUT
from khue.tasks.reach import shares_for, tasks_for
from khue.tasks.work import comment, receive

MOST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed beside the ticked rows; `bases` are the deadlines as the person saw them."""

    text: str = ""
    day: date | None = None
    bases: dict[int, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """`why_not` says why a row is passed over (None: it is not); `do` does it. `needs` is "text", "day" or nothing."""

    name: str
    word: Promise
    told: Promise
    why_not: Callable[[Person, Any], Said | None]
    do: Callable[[Any, Asked, Any], Any]
    needs: str = ""
    danger: bool = False


@dataclass(slots=True)
class Row:
    """A ticked row: its id, what it is called, and why it was passed over."""

    pk: int
    name: str
    why: Said | None = None
    due_on: date | None = None


def _closed(share: Assignment) -> Said | None:
    if share.stage in CLOSED:
        return said("đã ở bước «{stage}»", stage=str(share.get_stage_display()))
    return None


def _no_receive(person: Person, share: Assignment) -> Said | None:
    if not person.can_at("tasks.report", share.unit_id):
        return said("không phải việc của đơn vị bạn")
    return _closed(share) or (said("đã nhận rồi") if share.stage != Stage.GIVEN else None)


def _no_verify(person: Person, share: Assignment) -> Said | None:
    if not person.can_at("tasks.verify", share.task.unit_id):
        return said("bạn không duyệt việc của {unit}", unit=share.task.unit.called)
    return _closed(share) or (said("chưa trình duyệt") if share.stage != Stage.SUBMITTED else None)


def _no_word(person: Person, share: Assignment) -> Said | None:
    if not (speaks_for_giver(person, share) or person.can_at("tasks.report", share.unit_id)):
        return said("bạn chỉ được xem việc này")
    return _closed(share)


def speaks_for_giver(person: Person, share: Assignment) -> bool:
    """Whether a word of this person is one of the giving unit's."""
    return person.can_at("tasks.give", share.task.unit_id) or person.can_at("tasks.verify", share.task.unit_id)


def _say(share: Assignment, asked: Asked, by: Person) -> None:
    comment(share.pk, asked.text, by=by.user, from_giver=speaks_for_giver(by, share))


def _no_change(person: Person, task: Task) -> Said | None:
    if not person.can_at("tasks.give", task.unit_id):
        return said("bạn không sửa việc {unit} giao", unit=task.unit.called)
    return said("đã thu hồi") if task.withdrawn_at else None


def _shares_of(task: Task) -> list[Assignment]:
    found: list[Assignment] = task.standing  # type: ignore[attr-defined]
    for share in found:
        share.task = task
    return found


def _none_of(check: Callable[[Person, Assignment], Said | None], why: Said) -> Callable[[Person, Task], Said | None]:
    """A task is passed over where every share of it would be."""

    def why_not(person: Person, task: Task) -> Said | None:
        reasons = [check(person, share) for share in _shares_of(task)]
        if not reasons or None in reasons:
            return None if reasons else why
        return reasons[0] if len(reasons) == 1 else why

    return why_not


def _each(
    check: Callable[[Person, Assignment], Said | None], do: Callable[[Assignment, Asked, Person], Any]
) -> Callable[[Task, Asked, Person], None]:
    def run(task: Task, asked: Asked, by: Person) -> None:
        for share in _shares_of(task):
            if check(by, share) is None:
                do(share, asked, by)

    return run


def _verify(share: Assignment, asked: Asked, by: Person) -> None:
    verify(share.pk, by=by.user, text=asked.text)


OF_SHARES = {
    a.name: a
    for a in (
        Action(
            "receive",
            _("Nhận việc"),
            _("Đơn vị giao thấy là việc đã được nhận."),
            _no_receive,
            lambda s, asked, by: receive(s.pk, by=by.user),
        ),
        Action(
            "verify",
            _("Duyệt hoàn thành"),
            _("Việc được tính là hoàn thành vào ngày đơn vị trình; đơn vị được báo."),
            _no_verify,
            _verify,
        ),
        Action(
            "send-back",
            _("Trả lại để làm tiếp"),
            _("Việc trở về với đơn vị, kèm lý do bạn ghi; đơn vị được báo."),
            _no_verify,
            lambda s, asked, by: send_back(s.pk, asked.text, by=by.user),
            "text",
        ),
        Action("remind", _("Nhắc, trao đổi"), _("Lời nhắn được gửi cho người làm hoặc người phụ trách ở bên kia."), _no_word, _say, "text"),
    )
}
OF_TASKS = {
    a.name: a
    for a in (
        Action(
            "verify",
            _("Duyệt phần đã trình"),
            _("Mọi phần đang chờ duyệt của các việc này được tính là hoàn thành; các đơn vị được báo."),
            _none_of(_no_verify, said("không có phần nào chờ duyệt")),
            _each(_no_verify, _verify),
        ),
        Action(
            "due",
            _("Dời hạn"),
            _("Hạn mới áp dụng cho mọi đơn vị chưa xong và chưa được gia hạn riêng."),
            _no_change,
            lambda t, asked, by: move_due(t.pk, asked.day and not_past(asked.day), by=by.user, base=asked.bases.get(t.pk, t.due_on)),
            "day",
        ),
        Action(
            "remind",
            _("Nhắc, trao đổi"),
            _("Lời nhắn được gửi cho mọi đơn vị chưa xong."),
            _none_of(_no_word, said("mọi đơn vị đã xong")),
            _each(_no_word, _say),
            "text",
        ),
        Action(
            "withdraw",
            _("Thu hồi"),
            _("Các đơn vị chưa xong không phải làm nữa và được báo; phần đã duyệt giữ nguyên."),
            _no_change,
            lambda t, asked, by: withdraw(t.pk, by=by.user, why=asked.text),
            "text",
            True,
        ),
    )
}


def actions(view: str) -> dict[str, Action]:
    """What may be done with the rows of a list."""
    return OF_TASKS if view == GIVEN else OF_SHARES


_NEEDS = {"receive": "tasks.report", "verify": "tasks.verify", "send-back": "tasks.verify", "due": "tasks.give", "withdraw": "tasks.give"}


def offered(person: Person, view: str) -> list[Action]:
    """Those of them that a page offers: what the person may do somewhere, and what makes sense with the own shares."""
    found = [a for a in actions(view).values() if person.can(_NEEDS.get(a.name, "tasks.report"))]
    return [a for a in found if view != MINE or _NEEDS.get(a.name) != "tasks.verify"]


def ticked(person: Person, view: str, ids: Iterable[int]) -> list[Any]:
    """The ticked rows that the person may see, as they are now."""
    wanted = list(dict.fromkeys(ids))[:MOST]
    if view == GIVEN:
        standing = Prefetch("assignments", Assignment.objects.exclude(stage__in=OUT), "standing")
        return list(tasks_for(person).filter(pk__in=wanted).select_related("unit").prefetch_related(standing))
    return list(shares_for(person).filter(pk__in=wanted).select_related("task", "task__unit", "unit"))


def plan(person: Person, action: Action, rows: Iterable[Any]) -> tuple[list[Row], list[Row]]:
    """(rows it will be done to, rows it passes over with the reason)."""
    found = [Row(row.pk, _called(row), action.why_not(person, row), row.due_on) for row in rows]
    return [r for r in found if r.why is None], [r for r in found if r.why is not None]


def carry_out(person: Person, action: Action, rows: Iterable[Any], asked: Asked) -> tuple[list[Row], list[Row]]:
    """Does it; (rows it was done to, rows it passed over with the reason)."""
    done: list[Row] = []
    skipped: list[Row] = []
    for row in rows:
        entry = Row(row.pk, _called(row), action.why_not(person, row))
        if entry.why is None:
            try:
                with transaction.atomic():
                    action.do(row, asked, person)
            except KhueError as error:
                entry.why = error.message if isinstance(error.message, Said) else said(error.message)
        (done if entry.why is None else skipped).append(entry)
    return done, skipped


def _called(row: Task | Assignment) -> str:
    if isinstance(row, Task):
        return row.quote[:140]
    return f"{row.unit.called}: {row.task.quote[:110]}"
