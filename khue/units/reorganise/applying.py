"""Applying a reorganisation on its day, whole or not at all, and undoing it as long as nothing depends on it."""

import logging
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import joined, said
from khue.core.search import forget
from khue.units.history import Reorganisation, Succession
from khue.units.models import Unit, UnitGroup, UnitIdentifier, UnitSpell
from khue.units.reorganise.drafting import check_days
from khue.units.reorganise.heirs import ROOMS, foreseen
from khue.units.reorganise.spells import SPELL, Change, given_back
from khue.units.reorganise.steps import KINDS
from khue.units.tree import index_unit, subtree_ids, today

State = Reorganisation.State
log = logging.getLogger("khue.units")


def run_steps(event: Reorganisation) -> Change:
    """Carries out the steps; call it inside a transaction. Raises KhueError with the number of the step that fails."""
    check_days(event)
    change = Change(event, event.effective_on)
    for n, step in enumerate(event.steps, 1):
        kind = KINDS.get(str(step.get("kind")))
        if kind is None:
            raise KhueError("reorganise.kind", said("Bước {n}: không có loại này.", n=n))
        try:
            kind(change, step)
        except KhueError as error:
            raise KhueError(error.code, said("Bước {n}: {why}", n=n, why=error.message), error.remedy) from error
        except (KeyError, IndexError, TypeError, ValueError, Unit.DoesNotExist) as error:
            raise KhueError("reorganise.step", said("Bước {n}: thiếu hoặc sai dữ liệu.", n=n), said("Sửa bước này.")) from error
    _no_circle(change)
    return change


def _no_circle(change: Change) -> None:
    """No unit may come to lie below itself."""
    moved = {s.unit_id: s for s in UnitSpell.objects.filter(pk__in=[*change.spells, *change.made_spells], valid_to__isnull=True)}
    for unit_id, spell in moved.items():
        below = subtree_ids([unit_id], change.day)
        if {spell.parent_id, spell.guide_id} & below:
            raise KhueError("reorganise.circle", said("{unit} sẽ nằm dưới chính nó.", unit=spell.name), said("Chọn đơn vị cấp trên khác."))


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
    record = change.as_record() | {"touched": [t.as_data() for t in foreseen(change)]}
    record["rooms"] = {room.name: room.inherit(change) for room in ROOMS}
    event.record, event.state, event.applied_by, event.applied_at = record, State.APPLIED, by, timezone.now()
    event.version += 1
    event.save()
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
        raise _kept(reasons)
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


def _kept(reasons: list[str]) -> KhueError:
    return KhueError("reorganise.depends", said("Không hoàn tác được: {why}.", why=joined(reasons)), said("Hoàn tác các việc đó trước."))


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


def depends_on(event: Reorganisation) -> list[str]:
    """What came after and stands on it: later changes of the same units, and what each room has built on it."""
    record = event.record
    found: list[str] = [*_changed_since(record), *_later_decisions(event), *_built_on(record)]
    for room in ROOMS:
        if room.name in record["rooms"] and (why := room.depends(record, record["rooms"][room.name])):
            found.append(why)
    return list(dict.fromkeys(found))


def _changed_since(record: dict[str, Any]) -> list[str]:
    now = UnitSpell.objects.in_bulk([int(k) for k in record["after"]])
    found: list[str] = []
    for pk, after in record["after"].items():
        spell, then = now.get(int(pk)), given_back(after)
        if spell is None or any(getattr(spell, n) != then[n] for n in SPELL):
            found.append(said("{unit} đã thay đổi sau đó", unit=after["name"]))
    return found


def _units_in(event: Reorganisation) -> set[int]:
    """Every unit that an applied decision ended, made, changed, or made an heir."""
    record = event.record
    spells = {after["unit_id"] for after in record["after"].values()}
    lines = {pk for s in event.successions.all() for pk in (s.before_id, s.after_id)}
    return {*record["made_units"], *map(int, record["units"]), *spells, *lines}


def _later_decisions(event: Reorganisation) -> list[str]:
    later = Reorganisation.objects.filter(state=State.APPLIED, applied_at__gt=event.applied_at).prefetch_related("successions")
    mine = _units_in(event)
    return [said("quyết định “{title}” áp dụng sau đó với cùng đơn vị", title=e.title) for e in later if _units_in(e) & mine]


def _built_on(record: dict[str, Any]) -> list[str]:
    """What hangs on the units that an undo would take away, and numbers that another unit has taken since."""
    made = record["made_units"]
    found: list[str] = []
    others = UnitSpell.objects.exclude(pk__in=record["made_spells"])
    for name in others.filter(Q(parent_id__in=made) | Q(guide_id__in=made)).values_list("name", flat=True)[:3]:
        found.append(said("{unit} đã trực thuộc đơn vị mới", unit=name))
    groups = UnitGroup.objects.filter(Q(owner_id__in=made) | Q(within_id__in=made) | Q(members__in=made))
    for name in groups.values_list("name", flat=True).distinct()[:3]:
        found.append(said("nhóm “{name}” dùng đơn vị mới", name=name))
    for unit in Unit.objects.filter(Q(contacts__isnull=False) | Q(identifiers__isnull=False), pk__in=made).distinct()[:3]:
        found.append(said("đã ghi liên hệ hoặc mã số cho {unit}", unit=unit.name))
    for drafted in Reorganisation.objects.filter(owner_id__in=made)[:3]:
        found.append(said("quyết định “{title}” do đơn vị mới lập", title=drafted.title))
    ended = UnitIdentifier.objects.filter(pk__in=record["identifiers"])
    for number in ended:
        if UnitIdentifier.objects.filter(scheme=number.scheme, value=number.value, valid_to__isnull=True).exists():
            found.append(said("mã {value} đã cấp cho đơn vị khác", value=number.value))
    return found
