"""Applying a reorganisation on its day, whole or not at all, and undoing it as long as nothing depends on it."""

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import joined, said
from khue.core.search import forget
from khue.units.history import Reorganisation, Succession
from khue.units.models import Unit, UnitIdentifier, UnitSpell
from khue.units.reorganise.depending import depends_on, units_in
from khue.units.reorganise.drafting import Step, check_days, check_span, made_by, uses
from khue.units.reorganise.heirs import ROOMS, foreseen, people_moved
from khue.units.reorganise.spells import Change, given_back
from khue.units.reorganise.steps import KINDS, no_circle
from khue.units.tree import index_unit, today

State = Reorganisation.State
log = logging.getLogger("khue.units")


def run_steps(event: Reorganisation) -> Change:
    """Carries out the steps; call it inside a transaction. Raises KhueError with the number of the step that fails."""
    change, wrong = try_steps(event, event.steps)
    if wrong:
        raise numbered(*wrong[0])
    return change


def numbered(n: int, error: KhueError) -> KhueError:
    """An error with the number of its step; 0 is the decision itself."""
    return KhueError(error.code, said("Bước {n}: {why}", n=n, why=error.message), error.remedy) if n else error


def try_steps(event: Reorganisation, steps: list[Step]) -> tuple[Change, list[tuple[int, KhueError]]]:
    """Carries out the steps as far as they can be, inside a transaction; what cannot be with the number of its step.

    0 stands for the decision itself. A step that needs a unit which one of the wrong ones founds is passed over.
    """
    change, wrong = Change(event, event.effective_on), []
    for check in (check_days, check_span):
        try:
            check(event)
        except KhueError as error:
            return change, [(0, error)]
    lost = False
    for n, step in enumerate(steps, 1):
        if lost and uses(step):
            continue
        before = change.copy()
        try:
            with transaction.atomic():
                _run(change, step)
        except KhueError as error:
            wrong.append((n, error))
            change, lost = before, lost or made_by(step) > 0
    if not wrong:
        try:
            no_circle(change)
        except KhueError as error:
            wrong.append((0, error))
    return change, wrong


def _run(change: Change, step: Step) -> None:
    kind = KINDS.get(str(step.get("kind")))
    if kind is None:
        raise KhueError("reorganise.kind", said("Không có loại bước này."))
    try:
        kind(change, step)
    except (KeyError, IndexError, TypeError, ValueError, Unit.DoesNotExist) as error:
        raise KhueError("reorganise.step", said("Thiếu hoặc sai dữ liệu."), said("Sửa bước này.")) from error


@transaction.atomic
def apply(event_id: int, *, by: Any) -> Reorganisation:
    """Applies now what is effective today or earlier; schedules what is later. A second time changes nothing."""
    event = Reorganisation.objects.select_for_update().get(pk=event_id)
    if event.state in (State.APPLIED, State.UNDONE):
        return event
    if event.effective_on > today():
        with transaction.atomic():
            run_steps(event)
            transaction.set_rollback(True)
        event.state = State.SCHEDULED
        event.save(update_fields=["state"])
        log_action("reorganisation.scheduled", event, by=by, changes={"effective_on": [None, event.effective_on]})
        return event
    change = run_steps(event)
    # whoever applies it is the one that the rooms' histories name
    event.applied_by, people = by, people_moved(change)
    record = change.as_record() | {"touched": [t.as_data() for t in foreseen(change)], "people": [m.as_data() for m in people]}
    record["rooms"] = {room.name: room.inherit(change) for room in ROOMS}
    for room in ROOMS:
        if room.tell:
            room.tell(change, record["rooms"][room.name], people)
    event.record, event.state, event.applied_at = record, State.APPLIED, timezone.now()
    event.version += 1
    event.save()
    event.touched.set(units_in(event))
    log_action(
        "reorganisation.applied", event, by=by, changes={"closed": [None, len(change.closed)], "made": [None, len(change.made_units)]}
    )
    return event


def apply_due(on: date | None = None) -> list[Reorganisation]:
    """Applies what was scheduled for this day or before. One that cannot be applied stays scheduled and keeps no other back."""
    due = Reorganisation.objects.filter(state=State.SCHEDULED, effective_on__lte=on or today()).order_by("effective_on", "id")
    applied = []
    for pk in due.values_list("pk", flat=True):
        try:
            applied.append(apply(pk, by=None))
        except KhueError as error:
            log.error("a reorganisation could not be applied", extra={"reorganisation": pk, "why": str(error)})
    return applied


@transaction.atomic
def undo(event_id: int, *, by: Any, why: str = "") -> Reorganisation:
    """Gives the tree, and what the rooms passed on, back as it was. Raises KhueError that names what depends on it."""
    event = Reorganisation.objects.select_for_update().get(pk=event_id)
    if event.state == State.SCHEDULED:
        event.state = State.DRAFT
        event.save(update_fields=["state"])
        log_action("reorganisation.unscheduled", event, by=by, changes={"why": ["", why]} if why else {})
        return event
    if event.state != State.APPLIED:
        return event
    if reasons := depends_on(event):
        raise _kept([r.words for r in reasons])
    record = event.record
    for room in reversed(ROOMS):
        if room.name in record["rooms"]:
            room.give_back(record["rooms"][room.name])
    try:
        _give_back_tree(event, record)
    except ProtectedError as error:
        raise _kept([said("còn {n} mục gắn với đơn vị mới", n=len(error.protected_objects))]) from error
    event.state, event.record = State.UNDONE, {}
    event.version += 1
    event.save()
    log_action("reorganisation.undone", event, by=by, changes={"why": ["", why]} if why else {})
    return event


def _kept(reasons: Sequence[str]) -> KhueError:
    return KhueError(
        "reorganise.depends", said("Không hoàn tác được: {why}.", why=joined(reasons)), said("Lập quyết định mới để sắp xếp lại.")
    )


def _give_back_tree(event: Reorganisation, record: dict[str, Any]) -> None:
    Succession.objects.filter(reorganisation=event).delete()
    UnitSpell.objects.filter(pk__in=record["made_spells"]).delete()
    for pk, before in record["spells"].items():
        UnitSpell.objects.filter(pk=int(pk)).update(**given_back(before))
    for pk, before in record["units"].items():
        Unit.objects.filter(pk=int(pk)).update(**given_back(before))
    for pk in record["made_units"]:
        forget("unit", pk)
    Unit.objects.filter(pk__in=record["made_units"]).delete()
    UnitIdentifier.objects.filter(pk__in=record["identifiers"]).update(valid_to=None)
    for unit in Unit.objects.filter(pk__in=[int(p) for p in record["units"]]):
        index_unit(unit)
