"""How shares and what happened to them look to a program."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from khue.api.kit import FileOut, PersonRef, UnitRef
from khue.tasks.models import Assignment, Stage, Standing
from khue.tasks.states import state_of
from khue.units.tree import day_end


class ShareOut(Schema):
    """One unit's share of a task. `stage` is its step, `state` what offices report (Quyết định 42/2014/QĐ-TTg).

    Asked for an earlier day everything is as it stood then, but `version` and `changed_at`, which are of now.
    """

    id: int
    task: int
    quote: str
    document: int | None
    document_name: str
    section: str
    giver: UnitRef
    unit: UnitRef
    is_partner: bool
    owes: str
    person: PersonRef | None
    due_on: date | None
    stage: str
    state: str
    received_at: datetime | None
    started_on: date | None
    percent: int | None
    figure: float | None
    latest: str
    submitted_on: date | None
    done_on: date | None
    times_returned: int
    times_extended: int
    version: int
    changed_at: datetime


OWN = (
    *("unit", "is_partner", "owes", "person", "due_on", "stage", "started_on", "percent", "latest", "done_on"),
    *("times_returned", "times_extended"),
)
# of an earlier day the share itself has these
ITS = ("received_at", "submitted_on", "version", "changed_at")


def told(share: Assignment | Standing, on: date) -> dict[str, Any]:
    """A share as `ShareOut` has it."""
    of_task: dict[str, Any] = {"quote": share.task.quote, "document": share.task.document_id, "document_name": share.task.document_name}
    of_task |= {"section": share.task.section, "giver": share.task.unit, "task": share.task_id}
    figure = None if share.figure is None else float(share.figure)
    whole = share.assignment if isinstance(share, Standing) else share
    its = {name: getattr(whole, name) for name in ITS} | (_then(share, whole, on) if isinstance(share, Standing) else {})
    own = {name: getattr(share, name) for name in OWN}
    return own | its | of_task | {"id": share.share_id, "figure": figure, "state": state_of(share, on)}


def _then(standing: Standing, share: Assignment, on: date) -> dict[str, Any]:
    """What the share says of its way, as far as it had happened by the end of the day."""
    sent = share.submitted_on if standing.stage in (Stage.SUBMITTED, Stage.VERIFIED) else None
    received = share.received_at
    return {
        "received_at": received if received and received < day_end(on) else None,
        "submitted_on": sent if sent and sent <= on else None,
    }


class EventOut(Schema):
    """Something that happened to a share; never changed."""

    id: int
    kind: str
    by: PersonRef | None
    at: datetime
    text: str
    percent: int | None
    figure: float | None
    data: dict[str, Any]
    files: list[FileOut]


class ExtensionOut(Schema):
    """A later day asked for, and the answer."""

    id: int
    wanted_on: date
    reason: str
    state: str
    granted_on: date | None
    answer: str


class ShareFull(ShareOut):
    """A share with its whole way; `may` are the operations that make sense now for whoever asks."""

    events: list[EventOut]
    extensions: list[ExtensionOut]
    may: list[str]
