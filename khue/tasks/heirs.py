"""Open shares of a unit that ends go on at the unit that carries it on, as far as they had come (heirs_count.py says which).

What was finished stays where it was done; whoever carries the unit on sees it. What only the ended unit had not finished
stays under its name, and the people of the heir do it. Tasks that the unit gave stay its own,
too: the heir verifies them, is told of them and goes on with those that repeat (tasks/telling.py, tasks/give.py).
"""

from dataclasses import dataclass, field
from typing import Any

from khue.core.said import said
from khue.tasks.heirs_count import Fate, count, fate, foresee, leads_now
from khue.tasks.heirs_since import depends, newest
from khue.tasks.heirs_told import tell_heirs, tell_undone
from khue.tasks.models import Assignment, Event, Extension, Stage, Task
from khue.tasks.models.task import CLOSED, OUT
from khue.tasks.standing import mark
from khue.units.models import Unit
from khue.units.reorganise.heirs import Moved, Room
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
    """What an undo needs: shares [old, new or None, stage before], events, wishes and sub-tasks with their old share;
    what came to which heir, and the newest of everything that tells what is done since.
    """

    shares: list[list[Any]] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    wishes: list[list[int]] = field(default_factory=list)
    subtasks: list[list[int]] = field(default_factory=list)
    led: list[list[Any]] = field(default_factory=list)
    came: list[list[Any]] = field(default_factory=list)
    since: dict[str, int] = field(default_factory=dict)
    key: str = ""
    name: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the decision keeps it."""
        return {n: getattr(self, n) for n in self.__slots__}


def inherit(change: Change) -> dict[str, Any]:
    """Passes on what is open of every unit that somebody carries on."""
    record = _Record(key=f"reorganisation-{change.event.pk}-{change.event.version}", name=change.event.title)
    heirs = {u: heir for u in change.closed if (heir := change.heir_of(u))}
    held = Assignment.objects.select_for_update(of=("self",)).filter(unit_id__in=list(heirs)).exclude(stage__in=CLOSED)
    units = Unit.objects.in_bulk(set(heirs.values()))
    for old in held.select_related("unit", "task").order_by("id"):
        to = units[heirs[old.unit_id]]
        became = _hand_over(old, to, change, record)
        if old.task.parent_id is None:
            record.came.append([to.pk, became.value])
    record.since = newest()
    return record.as_json()


def tell(change: Change, mine: dict[str, Any], moved: list[Moved]) -> None:
    """Everybody whom the decision touches is told once, when all of it has passed on."""
    tell_heirs(change, [(unit, Fate(fate)) for unit, fate in mine["came"]], moved, mine["key"])


def _named(change: Change) -> str:
    title, number = change.event.title, change.event.decision
    words = (
        said("Theo quyết định {number} “{title}”", number=number, title=title) if number else said("Theo quyết định “{title}”", title=title)
    )
    return str(words)


def _write(change: Change, share: Assignment, kind: Event.Kind, what: str, data: dict[str, Any]) -> int:
    """An event of the decision on a share: its name and number, whoever applied it; its id."""
    text = _named(change) + (f": {what}" if what else ".")
    told = {"reorganisation": change.event.pk, **data}
    return int(Event.objects.create(assignment=share, kind=kind, by=change.event.applied_by, text=text, data=told).pk)


def _hand_over(old: Assignment, heir: Unit, change: Change, record: _Record) -> Fate:
    there = Assignment.objects.filter(task_id=old.task_id, unit=heir).exclude(stage__in=OUT).first()
    became = fate(old, there)
    if became == Fate.STAYS:
        what = said("{unit} làm tiếp phần việc này.", unit=heir.name)
        record.events.append(_write(change, old, Event.Kind.COMMENT, what, {"carried_on_by": heir.name}))
    else:
        _pass_on(old, heir, there, change, record)
    return became


def _pass_on(old: Assignment, heir: Unit, there: Assignment | None, change: Change, record: _Record) -> None:
    record.shares.append([old.pk, None, old.stage])
    Assignment.objects.filter(pk=old.pk).update(stage=Stage.TRANSFERRED)
    new, what = there, ""
    if new is None:
        new = Assignment.objects.create(task=old.task, unit=heir, **{n: getattr(old, n) for n in CARRIED})
        record.shares[-1][1] = new.pk
        kind, data = Event.Kind.GIVEN, {"share": old.pk}
    else:
        kind, data = Event.Kind.COMMENT, {"joined": old.pk, **_lead(old, new, record)}
        what = _taken_in(old, data)
    Assignment.objects.filter(pk=old.pk).update(transferred_to=new)
    told = {"to": heir.name, "decision": change.event.decision, "effective_on": change.day.isoformat()}
    record.events.append(_write(change, old, Event.Kind.TRANSFERRED, "", told))
    record.events.append(_write(change, new, kind, what, {"from": old.unit.name, **data}))
    _take_along(old, new, record)


def _taken_in(old: Assignment, data: dict[str, Any]) -> str:
    if "was_partner" in data:
        return said("nhận phần chủ trì của {unit}.", unit=old.unit.name)
    return said("phần việc của {unit} gộp vào phần việc này.", unit=old.unit.name)


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


ROOM = Room("tasks", 2, count, inherit, give_back, depends, foresee, tell=tell)
