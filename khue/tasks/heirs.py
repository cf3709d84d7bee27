"""Open shares of a unit that ends go on at the unit that carries it on, as far as they had come (heirs_count.py says which).

What was finished stays where it was done; whoever carries the unit on sees it. What only the ended unit had not finished
stays under its name, and the people of the heir do it. Tasks that the unit gave stay its own,
too: the heir verifies them, is told of them and goes on with those that repeat (tasks/telling.py, tasks/give.py).
"""

from dataclasses import dataclass, field
from typing import Any

from khue.core.said import Said, said
from khue.tasks.heirs_count import Fate, count, fate, foresee, leads_now
from khue.tasks.heirs_told import tell_heirs, tell_undone
from khue.tasks.models import Assignment, Event, Extension, ImportBatch, Stage, Task
from khue.tasks.models.task import CLOSED, OUT
from khue.tasks.standing import mark
from khue.units.models import Unit
from khue.units.reorganise.heirs import Room
from khue.units.reorganise.spells import Change

# what a share has come to, taken along by the heir's
CARRIED = (
    "addressed_id",
    "is_partner",
    "owes",
    "person_id",
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
# what an heir that had the task as a partner takes over from a unit that led it
LED = ("is_partner", "owes", "addressed_id", "due_on")
# as judge.reopen leaves a share
REOPENED = {"stage": Stage.RECEIVED, "done_on": None, "submitted_on": None, "verified_by_id": None}


@dataclass(slots=True)
class _Record:
    """What an undo needs: shares [old, new or None, stage before], events, wishes and sub-tasks with their old share."""

    shares: list[list[Any]] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    wishes: list[list[int]] = field(default_factory=list)
    subtasks: list[list[int]] = field(default_factory=list)
    led: list[list[Any]] = field(default_factory=list)
    key: str = ""
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the decision keeps it."""
        return {n: getattr(self, n) for n in ("shares", "events", "wishes", "subtasks", "led", "key", "name")}


def inherit(change: Change) -> dict[str, Any]:
    """Passes on what is open of every unit that somebody carries on, and tells the people there once."""
    record = _Record(key=f"reorganisation-{change.event.pk}-{change.event.version}", name=change.event.title)
    heirs = {u: heir for u in change.closed if (heir := change.heir_of(u))}
    held = Assignment.objects.select_for_update(of=("self",)).filter(unit_id__in=list(heirs)).exclude(stage__in=CLOSED)
    units = Unit.objects.in_bulk(set(heirs.values()))
    came = []
    for old in held.select_related("unit", "task").order_by("id"):
        to = units[heirs[old.unit_id]]
        became = _hand_over(old, to, change, record)
        if old.task.parent_id is None:
            came.append((to.pk, became))
    tell_heirs(came, record.key, name=change.event.title)
    return record.as_json()


def _hand_over(old: Assignment, heir: Unit, change: Change, record: _Record) -> Fate:
    there = Assignment.objects.filter(task_id=old.task_id, unit=heir).exclude(stage__in=OUT).first()
    became = fate(old, there)
    if became == Fate.STAYS:
        text = said("{title}: {unit} làm tiếp phần việc này.", title=change.event.title, unit=heir.name)
        kept = Event.objects.create(assignment=old, kind=Event.Kind.COMMENT, text=str(text), data={"carried_on_by": heir.name})
        record.events.append(kept.pk)
    else:
        _pass_on(old, heir, there, change, record)
    return became


def _pass_on(old: Assignment, heir: Unit, there: Assignment | None, change: Change, record: _Record) -> None:
    record.shares.append([old.pk, None, old.stage])
    Assignment.objects.filter(pk=old.pk).update(stage=Stage.TRANSFERRED)
    if there is None:
        new = Assignment.objects.create(task=old.task, unit=heir, **{n: getattr(old, n) for n in CARRIED})
        record.shares[-1][1] = new.pk
        kind, data = Event.Kind.GIVEN, {"from": old.unit.name, "share": old.pk}
    else:
        new = there
        kind, data = Event.Kind.COMMENT, {"from": old.unit.name, "joined": old.pk, **_lead(old, there, record)}
    Assignment.objects.filter(pk=old.pk).update(transferred_to=new)
    told = {"to": heir.name, "decision": change.event.decision, "effective_on": change.day.isoformat()}
    passed_on = Event.objects.create(assignment=old, kind=Event.Kind.TRANSFERRED, text=change.event.title, data=told)
    taken = Event.objects.create(assignment=new, kind=kind, text=change.event.title, data=data)
    record.events += [passed_on.pk, taken.pk]
    _take_along(old, new, record)


def _lead(old: Assignment, there: Assignment, record: _Record) -> dict[str, Any]:
    """An heir that was only a partner leads what the ended unit led; what it was goes into the event.

    A partner that had finished its part has not finished what it leads now: that is open.
    """
    if not leads_now(old, there):
        return {}
    again = there.stage == Stage.VERIFIED
    taken = {n: getattr(old, n) for n in LED} | (REOPENED if again else {})
    record.led.append([there.pk, {n: _plain(getattr(there, n)) for n in taken}])
    Assignment.objects.filter(pk=there.pk).update(**taken)
    told = {"was_partner": True, "owed": there.owes, "due_was": _plain(there.due_on), "due_on": _plain(old.due_on)}
    return told | ({"reopened": True} if again else {})


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _take_along(old: Assignment, new: Assignment, record: _Record) -> None:
    """An open wish for more time, and the unit's own tasks for its people, hang on the heir's share from now on."""
    wish = old.extensions.filter(state=Extension.State.ASKED).first()
    if wish and new.stage not in CLOSED and not new.extensions.filter(state=Extension.State.ASKED).exists():
        record.wishes.append([wish.pk, old.pk])
        Extension.objects.filter(pk=wish.pk).update(assignment=new)
    for pk in Task.objects.filter(parent=old).values_list("pk", flat=True):
        record.subtasks.append([pk, old.pk])
    Task.objects.filter(parent=old).update(parent=new)


def give_back(record: dict[str, Any]) -> None:
    """The old shares stand again; those made for the heirs go, with their events and notices."""
    for pk, old in record["subtasks"]:
        Task.objects.filter(pk=pk).update(parent_id=old)
    for pk, old in record["wishes"]:
        Extension.objects.filter(pk=pk).update(assignment_id=old)
    for pk, before in record["led"]:
        Assignment.objects.filter(pk=pk).update(**before)
    Event.objects.filter(pk__in=record["events"]).delete()
    Assignment.objects.filter(pk__in=[new for _old, new, _stage in record["shares"] if new]).delete()
    for old, _new, stage in record["shares"]:
        Assignment.objects.filter(pk=old).update(stage=stage, transferred_to=None)
    mark([old for old, _new, _stage in record["shares"]] + [pk for pk, _before in record["led"]])
    tell_undone(record["key"], name=record.get("name", ""))


def depends(record: dict[str, Any], mine: dict[str, Any]) -> Said | None:
    """Whether an heir has worked on what it got, or a unit that the undo would take away has given or got anything else."""
    made, units = [new for _old, new, _stage in mine["shares"] if new], record["made_units"]
    since = Event.objects.filter(assignment_id__in=made).exclude(pk__in=mine["events"])
    worked = since.order_by().values("assignment_id").distinct().count()
    new_tasks = Task.objects.filter(parent_id__in=made).exclude(pk__in=[pk for pk, _old in mine["subtasks"]]).count()
    got = Assignment.objects.filter(unit_id__in=units).exclude(pk__in=made).count()
    given = Task.objects.filter(unit_id__in=units).count() + ImportBatch.objects.filter(unit_id__in=units).count()
    answered = Extension.objects.filter(pk__in=[pk for pk, _old in mine["wishes"]]).exclude(state=Extension.State.ASKED).count()
    n = worked + new_tasks + got + given + answered + _hung_on(made)
    return said("{n} phần việc đã được đơn vị kế thừa làm tiếp", n=n) if n else None


def _hung_on(made: list[int]) -> int:
    """How many things of any other kind hang on the heirs' shares: an undo would take them away along with these."""
    known = {"events", "extensions", "standings", "subtasks", "transferred_from"}
    others = [r for r in Assignment._meta.related_objects if r.get_accessor_name() not in known]
    return sum(r.related_model._default_manager.filter(**{f"{r.field.name}__in": made}).count() for r in others)


ROOM = Room("tasks", 2, count, inherit, give_back, depends, foresee)
