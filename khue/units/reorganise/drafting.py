"""Writing a decision before it is applied: its head and its steps. An undone one may be written further as a draft."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from khue.core.errors import KhueError
from khue.core.log import differences, log_action
from khue.core.said import Said, said
from khue.units.history import Reorganisation
from khue.units.models import Unit
from khue.units.tree import today

State = Reorganisation.State
HEAD = ("title", "decision", "decided_on", "effective_on")
WRITABLE = (State.DRAFT, State.UNDONE)
Step = dict[str, Any]
# the days that a decision may hold from: no office keeps the tree of earlier years, none decides for later ones
FIRST_YEAR = 1990
YEARS_AHEAD = 10


def wrong_days(decided_on: date | None, effective_on: date | None) -> Said | None:
    """What is wrong with the day on which a decision was signed; None where nothing is, or no day is said."""
    if decided_on is None:
        return None
    if decided_on > today():
        return said("Ngày ký không thể sau hôm nay.")
    if effective_on is not None and decided_on > effective_on:
        return said("Ngày ký không thể sau ngày có hiệu lực.")
    return None


def wrong_span(effective_on: date | None) -> Said | None:
    """What is wrong with the day from which a decision holds: far from anything that can be meant."""
    if effective_on is None or FIRST_YEAR <= effective_on.year <= today().year + YEARS_AHEAD:
        return None
    return said("Ngày có hiệu lực phải từ năm {first} đến năm {last}.", first=FIRST_YEAR, last=today().year + YEARS_AHEAD)


def check_span(event: Reorganisation) -> None:
    """Raises KhueError where a decision holds from a day that cannot be meant."""
    if wrong := wrong_span(event.effective_on):
        raise KhueError("reorganise.days", wrong, said("Sửa ngày có hiệu lực."))


def check_days(event: Reorganisation) -> None:
    """Raises KhueError where a decision cannot have been signed on the day it says."""
    if wrong := wrong_days(event.decided_on, event.effective_on):
        raise KhueError("reorganise.days", wrong, said("Sửa ngày ký hoặc ngày có hiệu lực."))


@transaction.atomic
def begin(owner: Unit, *, title: str, effective_on: date, by: Any, decision: str = "", decided_on: date | None = None) -> Reorganisation:
    """A new decision without steps."""
    event = Reorganisation(
        owner=owner, title=title.strip(), decision=decision.strip(), decided_on=decided_on, effective_on=effective_on, created_by=by
    )
    check_days(event)
    event.save()
    log_action("reorganisation.drafted", event, by=by, changes={"effective_on": [None, effective_on]})
    return event


def _held(event_id: int, seen: int | None) -> Reorganisation:
    event = Reorganisation.objects.select_for_update().get(pk=event_id)
    if event.state not in WRITABLE:
        raise KhueError(
            "reorganise.state",
            said("Quyết định này ở bước “{state}”, không sửa được.", state=str(event.get_state_display())),
            said("Hoàn tác hoặc bỏ hẹn trước."),
        )
    if seen is not None and seen != event.version:
        raise KhueError("reorganise.moved", said("Người khác vừa sửa quyết định này."), said("Xem lại rồi sửa tiếp."))
    return event


def _save(event: Reorganisation, by: Any, changes: dict[str, Any]) -> Reorganisation:
    event.state = State.DRAFT
    event.version += 1
    event.save()
    log_action("reorganisation.changed", event, by=by, changes=changes)
    return event


@transaction.atomic
def change_head(event_id: int, *, by: Any, seen: int | None = None, **facts: Any) -> Reorganisation:
    """Another title, number or day. `seen` is the version that the editor had before them."""
    event = _held(event_id, seen)
    before = {n: getattr(event, n) for n in facts}
    for name, value in facts.items():
        setattr(event, name, value.strip() if isinstance(value, str) else value)
    check_days(event)
    changes = differences(before, {n: getattr(event, n) for n in facts})
    return _save(event, by, changes) if changes else event


@transaction.atomic
def take_up(event_id: int, *, by: Any, seen: int | None) -> Reorganisation:
    """A decision that was undone is a draft again, as it stood."""
    event = _held(event_id, seen)
    return _save(event, by, {"state": [event.state, State.DRAFT]}) if event.state == State.UNDONE else event


@transaction.atomic
def put_step(event_id: int, number: int | None, step: Step, *, by: Any, seen: int | None = None) -> Reorganisation:
    """Adds a step, or puts another in the place of one. Raises KhueError where later steps use units that it founded."""
    event = _held(event_id, seen)
    if number is None:
        event.steps = [*event.steps, step]
    else:
        old = _at(event, number)
        if made_by(old) != made_by(step):
            _unused(event, number)
        event.steps = [*event.steps[:number], step, *event.steps[number + 1 :]]
    return _save(event, by, {"steps": [None, step["kind"]]})


@transaction.atomic
def remove_step(event_id: int, number: int, *, by: Any, seen: int | None = None) -> Reorganisation:
    """Takes a step away. Raises KhueError where later steps use units that it founded."""
    event = _held(event_id, seen)
    old = _at(event, number)
    if made_by(old):
        _unused(event, number)
    event.steps = [*event.steps[:number], *event.steps[number + 1 :]]
    return _save(event, by, {"steps": [old["kind"], None]})


@transaction.atomic
def drop(event_id: int, *, by: Any) -> None:
    """Deletes a draft, also one that was applied and undone: nothing of it stands, and the log keeps that it did."""
    event = _held(event_id, None)
    log_action("reorganisation.dropped", event, by=by)
    event.delete()


def _at(event: Reorganisation, number: int) -> Step:
    if not 0 <= number < len(event.steps):
        raise KhueError("reorganise.number", said("Không có bước {n}.", n=number + 1), said("Mở lại trang."))
    return dict(event.steps[number])


def _unused(event: Reorganisation, number: int) -> None:
    first = sum(made_by(s) for s in event.steps[:number])
    for n, later in enumerate(event.steps[number + 1 :], number + 2):
        if any(m >= first for m in uses(later)):
            raise KhueError(
                "reorganise.used", said("Bước {n} dùng đơn vị lập ở bước này hoặc sau bước này.", n=n), said("Sửa hoặc bỏ bước đó trước.")
            )


def _values(step: Mapping[str, Any]) -> list[Any]:
    """Everything in a step that may name a unit."""
    found: list[Any] = []
    for name, value in step.items():
        if name not in ("place", "main"):
            found += value if isinstance(value, list) else [value]
    return found


def made_by(step: Mapping[str, Any]) -> int:
    """How many units a step founds."""
    return sum(isinstance(v, dict) and "name" in v for v in _values(step))


def made_names(steps: list[Step]) -> list[str]:
    """The names of the units that steps found, in their order."""
    return [v["name"] for s in steps for v in _values(s) if isinstance(v, dict) and "name" in v]


def uses(step: Mapping[str, Any]) -> set[int]:
    """The numbers of the founded units that a step names."""
    inner = [v for value in _values(step) if isinstance(value, dict) for v in [value, *value.values()]]
    return {int(v["made"]) for v in inner if isinstance(v, dict) and "made" in v}


def changed_units(step: Mapping[str, Any]) -> set[int]:
    """The ids of the units that a step changes, ends, or hands something to: one must administer them all."""
    named = ("unit", "units", "into", "parts", "heir", "parent")
    found = {v for v in _values({n: step[n] for n in named if n in step}) if isinstance(v, int) and not isinstance(v, bool)}
    uppers = {v["parent_id"] for v in _values(step) if isinstance(v, dict) and isinstance(v.get("parent_id"), int)}
    return found | uppers


def concerned(event: Reorganisation) -> set[int]:
    """The same of a whole decision."""
    return {u for step in event.steps for u in changed_units(step)}
