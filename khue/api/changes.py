"""The change feed: what changed since N, in an order that never lets a later change appear before an earlier one."""

import hashlib
from datetime import datetime
from typing import Any

from ninja import Query, Router, Schema
from pydantic import Field

from khue.api.kit import LIST, ApiRequest
from khue.core.models import Action
from khue.core.settled import horizon, settled
from khue.tasks.reach import tasks_for

router = Router(tags=["changes"])
# written down at the unit that gave a task, and of concern to every unit that has a share of it
OF_WHOLE_TASK = ("task.given", "task.added", "task.withdrawn", "task.due_moved", "task.transferred")


class TargetOut(Schema):
    """What changed: ask the API for it as it is now; 404 means that one may not see it any more."""

    type: str
    id: int | None


class ChangeOut(Schema):
    """One change. `changes` holds [before, after] of each field where one may read the log, else nothing."""

    id: int
    at: datetime
    verb: str
    target: TargetOut
    unit: int | None
    by: int | None
    changes: dict[str, Any]


class Changes(Schema):
    """`next` is the `since` of the next request; `more` says that it need not wait.

    `seen` is another word whenever the units one may see are others: then begin again from 0.
    """

    items: list[ChangeOut]
    next: int
    more: bool
    seen: str


class Since(Schema):
    """Where to go on, and how many at most."""

    since: int = Field(0, ge=0, le=2**63 - 1)
    limit: int = Field(100, ge=1, le=200)


@router.get("/changes", response={200: Changes, **LIST}, url_name="changes", operation_id="changes")
def changes(request: ApiRequest, asked: Query[Since]) -> Any:
    """What changed in one's scope after `since`: documents, tasks, units and, with the right to read the log, all else."""
    limit = horizon()
    found = list(_in_scope(request).filter(pk__gt=asked.since).order_by("pk")[: asked.limit + 1])
    rows, whole = settled(found[: asked.limit], limit)
    log = request.person.reach("log.view")
    items = [_told(row, in_log=row.unit_id in log) for row in rows]
    return {
        "items": items,
        "next": rows[-1].pk if rows else asked.since,
        "more": whole and len(found) > asked.limit,
        "seen": _seen(request),
    }


def _in_scope(request: ApiRequest) -> Any:
    person = request.person
    logged = Action.objects.filter(unit_id__in=person.scope("log.view"))
    documents = Action.objects.filter(target_type__in=("document", "report"), unit_id__in=person.scope("documents.view"))
    units = Action.objects.filter(target_type__in=("unit", "unitgroup", "reorganisation"), unit_id__in=person.scope("units.view"))
    shares = Action.objects.filter(target_type="task", unit_id__in=person.scope("tasks.view"))
    mine = tasks_for(person, past=True).order_by().values("pk")
    tasks = Action.objects.filter(target_type="task", verb__in=OF_WHOLE_TASK, target_id__in=mine)
    return logged | documents | units | shares | tasks


def _told(row: Action, *, in_log: bool) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.at,
        "verb": row.verb,
        "target": {"type": row.target_type, "id": row.target_id},
        "unit": row.unit_id,
        "by": row.by_id if in_log else None,
        "changes": row.changes if in_log else {},
    }


def _seen(request: ApiRequest) -> str:
    person = request.person
    units = [sorted(person.reach(c)) for c in ("documents.view", "tasks.view", "units.view", "log.view")]
    return hashlib.sha256(repr(units).encode()).hexdigest()[:16]
