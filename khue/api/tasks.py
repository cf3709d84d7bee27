"""Tasks, and the shares that units have in them: lists and one of each with all that happened."""

from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.http import FileResponse
from ninja import Query, Router, Schema
from pydantic import Field

from khue.accounts.person import Person
from khue.api.kit import (
    KEPT,
    LIST,
    ONE,
    ApiRequest,
    Day,
    Id,
    Line,
    Paging,
    Rows,
    UnitRef,
    address_of,
    binary,
    one_of,
    rows,
    send,
)
from khue.api.shapes import ShareFull, ShareOut, told
from khue.core.search import matching
from khue.tasks.acts import allowed, possible
from khue.tasks.filters import ALL, GROUPS, KINDS, MINE, RECURS, ROLES, SORTS
from khue.tasks.lists import shares as listed
from khue.tasks.models import Extension, Task
from khue.tasks.reach import evidence_of, share_for, shares_for, task_for, tasks_for
from khue.tasks.states import NAMES, Numbers, numbers_by
from khue.units.then import called_then
from khue.units.tree import today

router = Router(tags=["tasks"])


class NumbersOut(Schema):
    """The numbers of a set of shares: given = done_in_time + done_late + open_in_time + overdue."""

    given: int
    done_in_time: int
    done_late: int
    open_in_time: int
    overdue: int
    no_deadline: int = Field(description="of open_in_time: how many have no deadline")


class TaskOut(Schema):
    """One obligation as a unit follows it. `numbers` count the shares that one may see."""

    id: int
    unit: UnitRef = Field(description="who gave it")
    quote: str
    note: str
    document: int | None
    document_name: str
    section: str
    due_on: date | None
    due_quote: str
    recurs: str
    period: str
    targets: list[dict[str, Any]]
    product: str
    parent_share: int | None
    given_on: date
    withdrawn_at: datetime | None
    withdrawn_why: str
    version: int
    standing: bool = Field(description="not taken back, and one's own or with a share that stands; what is listed")
    numbers: NumbersOut
    page: str

    @staticmethod
    def resolve_document(task: Any) -> int | None:
        """The document it comes from."""
        found: int | None = task.document_id
        return found

    @staticmethod
    def resolve_parent_share(task: Any) -> int | None:
        """The share that it is a part of."""
        found: int | None = task.parent_id
        return found

    @staticmethod
    def resolve_page(task: Any) -> str:
        """Where a person reads it."""
        return address_of("tasks:show", task.pk)


class AskedTasks(Paging):
    """The filters of tasks."""

    q: Line = Field("", description="words, with or without diacritics")
    unit: Id | None = Field(None, description="the unit that gave them")
    document: int | None = Field(None, ge=0, le=2**63 - 1, description="0: those that come from none")
    since: Day | None = Field(None, description="due on this day or later")
    until: Day | None = None
    withdrawn: bool = Field(False, description="those that were taken back")


@router.get("/tasks", response={200: Rows[TaskOut], **LIST}, url_name="tasks", operation_id="tasks")
def tasks(request: ApiRequest, asked: Query[AskedTasks]) -> Any:
    """The tasks one may see: given in one's subtree, or with a share there; the oldest deadline first."""
    found = tasks_for(request.person).filter(withdrawn_at__isnull=not asked.withdrawn)
    wanted = {"unit_id": asked.unit, "due_on__gte": asked.since, "due_on__lte": asked.until}
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    if asked.document is not None:
        found = found.filter(document_id=asked.document or None)
    if asked.q:
        found = found.filter(pk__in=matching(asked.q, "task").values("object_id"))
    answer = rows(found.select_related("unit").order_by(F("due_on").asc(nulls_last=True), "pk"), asked)
    _count(request.person, answer["items"])
    return answer


def _count(person: Person, found: list[Any]) -> None:
    mine = shares_for(person).filter(task__in=[t.pk for t in found])
    counted = {group["task_id"]: n for group, n in numbers_by(mine, today(), "task_id")}
    standing = set(tasks_for(person).filter(pk__in=[t.pk for t in found], withdrawn_at__isnull=True).values_list("pk", flat=True))
    for task in found:
        task.standing = task.pk in standing
        task.numbers = counted.get(task.pk, Numbers())


class AddressedOut(Schema):
    """To whom it was given, as it was said then."""

    label: str
    ref: dict[str, Any]
    is_partner: bool
    expanded_on: date


class TaskFull(TaskOut):
    """A task with those it was given to; its shares: /api/shares?task=…"""

    addressed: list[AddressedOut]


@router.get("/tasks/{int:pk}", response={200: TaskFull, **ONE}, url_name="task", operation_id="task")
def task(request: ApiRequest, pk: Id) -> Any:
    """One task."""
    found: Any = task_for(request.person, pk, tasks=Task.objects.select_related("unit").prefetch_related("addressed"))
    _count(request.person, [found])
    return found


class AskedShares(Paging):
    """The filters of the list of tasks, under the same names as on its page."""

    view: one_of([ALL, MINE]) = Field(ALL, description="all that one may see, or those of one's own units")  # type: ignore[valid-type]
    q: Line = Field("", description="words, with or without diacritics")
    state: one_of(["", *GROUPS, *NAMES]) = ""  # type: ignore[valid-type]
    where: Line = Field("", description="words of a unit's name")
    unit: Id | None = None
    person: str = Field("", pattern=r"^(|me|[0-9]{1,18})$", description='"me" or an id')
    document: int | None = Field(None, ge=0, le=2**63 - 1, description="0: those that come from none")
    section: Line = ""
    role: one_of(ROLES) = Field("", description="reported: what counts in the numbers")  # type: ignore[valid-type]
    recurs: one_of(["", "any", *RECURS]) = ""  # type: ignore[valid-type]
    since: Day | None = Field(None, description="due on this day or later")
    until: Day | None = None
    task: Id | None = None
    kind: one_of(["", *KINDS]) = Field("", description="kind of unit")  # type: ignore[valid-type]
    undated: bool = False
    on: Day | None = Field(None, description="the day that counts as today")
    sort: one_of(SORTS) = ""  # type: ignore[valid-type]


@router.get("/shares", response={200: Rows[ShareOut], **LIST}, url_name="shares", operation_id="shares")
def shares(request: ApiRequest, asked: Query[AskedShares]) -> Any:
    """The shares one may see that fit every filter: the rows of the list of tasks, late ones first."""
    answer = rows(asked_for(request.person, asked), asked)
    on = asked.on or today()
    answer["items"] = [told(s, on) for s in called_then(answer["items"], on, "unit", "task.unit")]
    return answer


def asked_for(person: Person, asked: AskedShares) -> "QuerySet[Any]":
    """The shares that fit the filters."""
    given = {name: value for name, value in asked.dict().items() if value not in (None, "", False) or name == "document"}
    return listed(person, given, today())


# action of the page -> operation here
OPERATIONS = {
    "receive": "receive",
    "report": "report",
    "comment": "comment",
    "extend": "extension",
    "verify": "verify",
    "send-back": "send-back",
    "reopen": "reopen",
    "take-back": "take-back",
    "drop": "extension/drop",
    "grant": "decide",
}


@router.get("/shares/{int:pk}", response={200: ShareFull, **ONE}, url_name="share", operation_id="share")
def share(request: ApiRequest, pk: Id) -> Any:
    """One share with everything that happened."""
    return full(request.person, pk)


def full(person: Person, pk: int) -> dict[str, Any]:
    """A share as `ShareFull` has it."""
    found = share_for(person, pk)
    wishes = list(found.extensions.all())
    wish = next((w for w in wishes if w.state == Extension.State.ASKED), None)
    may = possible(found, allowed(person, found), wish)
    events = list(found.events.select_related("by").prefetch_related("files"))
    return told(found, today()) | {
        "events": events,
        "extensions": wishes,
        "may": sorted(OPERATIONS[name] for name in may if name in OPERATIONS),
    }


@router.get(
    "/shares/{int:pk}/files/{int:file_id}",
    response=ONE,
    url_name="share-file",
    operation_id="share_file",
    openapi_extra=binary(*KEPT),
)
def share_file(request: ApiRequest, pk: Id, file_id: Id) -> FileResponse:
    """A file of evidence."""
    return send(evidence_of(share_for(request.person, pk), file_id))
