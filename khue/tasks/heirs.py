"""Open shares of a unit that ends go on at the unit that carries it on, as far as they had come."""

from typing import Any

from khue.core.said import Said, said
from khue.tasks.models import Assignment, Event, Stage
from khue.tasks.models.task import CLOSED
from khue.units.reorganise.heirs import Room
from khue.units.reorganise.spells import Change

# what a share has come to, taken along by the heir's
CARRIED = (
    "addressed_id",
    "is_partner",
    "owes",
    "due_on",
    "stage",
    "received_at",
    "received_by_id",
    "started_on",
    "percent",
    "figure",
    "latest",
    "submitted_on",
    "times_returned",
    "times_extended",
)


def count(units: list[int]) -> list[tuple[Said, int]]:
    """Open shares and tasks given, of units that end."""
    shares = Assignment.objects.filter(unit_id__in=units)
    return [
        (said("phần việc đang mở"), shares.exclude(stage__in=CLOSED).count()),
        (said("phần việc đã xong, giữ nguyên"), shares.filter(stage=Stage.VERIFIED).count()),
    ]


def inherit(change: Change) -> list[list[int | None]]:
    """[[old share, new share or None where the heir had the task already, stage before as a number], ...]."""
    record: list[list[Any]] = []
    open_shares = Assignment.objects.select_for_update(of=("self",)).filter(unit_id__in=list(change.heirs)).exclude(stage__in=CLOSED)
    for old in open_shares.select_related("unit").order_by("id"):
        heir = change.heirs[old.unit_id]
        there = Assignment.objects.filter(task_id=old.task_id, unit_id=heir).exclude(stage__in=(Stage.TRANSFERRED, Stage.WITHDRAWN)).first()
        record.append([old.pk, None if there else 0, old.stage])
        Assignment.objects.filter(pk=old.pk).update(stage=Stage.TRANSFERRED)
        new = there or Assignment.objects.create(task_id=old.task_id, unit_id=heir, **{n: getattr(old, n) for n in CARRIED})
        if not there:
            record[-1][1] = new.pk
        Assignment.objects.filter(pk=old.pk).update(transferred_to=new)
        told = {"to": new.unit.name, "decision": change.event.decision}
        Event.objects.create(assignment=old, kind=Event.Kind.TRANSFERRED, text=change.event.title, data=told)
        if not there:
            Event.objects.create(assignment=new, kind=Event.Kind.GIVEN, text=change.event.title, data={"from": old.unit.name})
    return record


def give_back(record: list[list[Any]]) -> None:
    """The old shares stand again; those made for the heirs go."""
    for old, new, stage in record:
        Assignment.objects.filter(pk=old).update(stage=stage, transferred_to=None)
        Event.objects.filter(assignment_id=old, kind=Event.Kind.TRANSFERRED, by=None).order_by("-id")[:1].get().delete()
        if new:
            Assignment.objects.filter(pk=new).delete()


def depends(record: dict[str, Any], mine: list[list[Any]]) -> Said | None:
    """Whether an heir has worked on what it got."""
    made = [new for _old, new, _stage in mine if new]
    worked = Event.objects.filter(assignment_id__in=made).exclude(kind=Event.Kind.GIVEN).values("assignment_id").distinct().count()
    given = Assignment.objects.filter(unit_id__in=record["made_units"]).exclude(pk__in=made).count()
    return said("{n} phần việc đã được đơn vị mới làm tiếp", n=worked + given) if worked + given else None


ROOM = Room("tasks", count, inherit, give_back, depends)
