"""How shares and what happened to them look to a program."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from khue.api.kit import FileOut, PersonRef, UnitRef
from khue.tasks.models import Assignment
from khue.tasks.states import state_of


class ShareOut(Schema):
    """One unit's share of a task. `stage` is its step, `state` what offices report (Quyết định 42/2014/QĐ-TTg)."""

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


OWN = [
    "id",
    "unit",
    "is_partner",
    "owes",
    "person",
    "due_on",
    "stage",
    "received_at",
    "started_on",
    "percent",
    "latest",
    "submitted_on",
    "done_on",
    "times_returned",
    "times_extended",
    "version",
    "changed_at",
]


def told(share: Assignment, on: date) -> dict[str, Any]:
    """A share as `ShareOut` has it."""
    of_task: dict[str, Any] = {"quote": share.task.quote, "document": share.task.document_id, "document_name": share.task.document_name}
    of_task |= {"section": share.task.section, "giver": share.task.unit, "task": share.task_id}
    figure = None if share.figure is None else float(share.figure)
    return {name: getattr(share, name) for name in OWN} | of_task | {"figure": figure, "state": state_of(share, on)}


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
