"""Giving: one obligation to many units, groups expanded on the day; offering it to those who came later; taking it back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import said
from khue.core.search import forget, index
from khue.tasks.dues import remember
from khue.tasks.models import Addressed, Assignment, Event, Stage, Task
from khue.tasks.models.task import CLOSED, OUT
from khue.tasks.telling import tell_given, tell_moved, tell_withdrawn
from khue.units.groups import Member, Ref, member_ids, members, named_members, named_units
from khue.units.groups import label as label_of
from khue.units.kinds import SCHOOLS, UnitKind
from khue.units.models import Unit
from khue.units.tree import spell_of, standing, standing_unit, subtree_ids, today


@dataclass(frozen=True, slots=True)
class Address:
    """A unit, a group or a rule that a task goes to; `owes` is what a partner is to do."""

    ref: Ref
    label: str = ""
    is_partner: bool = False
    owes: str = ""


MOST_NAMED = 100


@dataclass(slots=True)
class Expanded:
    """An address with the units it means on a day; those that an earlier address already named are left out."""

    address: Address
    units: list[Member] = field(default_factory=list)

    @property
    def names(self) -> str:
        """The units by name, the first hundred."""
        more = "; …" if len(self.units) > MOST_NAMED else ""
        return "; ".join(u.called for u in self.units[:MOST_NAMED]) + more


def expand(addresses: Iterable[Address], on: date, known: dict[str, list[Member]] | None = None) -> list[Expanded]:
    """The units of each address on a day. A unit counts once; leading beats being a partner.

    `known` keeps what a reference means, for a caller that expands many addresses of one day.
    """
    known = {} if known is None else known
    taken: set[int] = set()
    found = []
    for address in sorted(addresses, key=lambda a: a.is_partner):
        reference = _key(address.ref)
        if reference not in known:
            known[reference] = named_members(address.ref, on)
        units = [u for u in known[reference] if u.pk not in taken]
        taken.update(u.pk for u in units)
        found.append(Expanded(address, units))
    return found


def _key(ref: Ref) -> str:
    """The same for references that mean the same, whatever they are called."""
    return json.dumps({name: value for name, value in ref.items() if name != "label"}, sort_keys=True)


def know(addresses: Iterable[Address], on: date, known: dict[str, list[Member]]) -> None:
    """Puts what every address means into `known`; two queries for all single units, few for the groups, one for all names."""
    refs = {_key(a.ref): a.ref for a in addresses}
    refs = {reference: ref for reference, ref in refs.items() if reference not in known}
    single = {reference: int(ref["id"]) for reference, ref in refs.items() if ref.get("type") == "unit"}
    heirs = standing(single.values(), on) if single else {}
    ids = {reference: {heirs[pk]} if pk in heirs else set() for reference, pk in single.items()}
    groups = {reference: ref for reference, ref in refs.items() if reference not in single}
    ids |= dict(zip(groups, member_ids(list(groups.values()), on), strict=True))
    units = named_units(set().union(*ids.values())) if ids else []
    known.update({reference: [u for u in units if u.pk in found] for reference, found in ids.items()})


_OF_A_SCHOOL = (*SCHOOLS, UnitKind.SITE)
# bodies that act for the committee they belong to, and so for all that it leads
FOR_THEIR_COMMITTEE = (UnitKind.DEPARTMENT, UnitKind.EDUCATION_OFFICE, UnitKind.OFFICE)


def may_lead(unit: Unit, on: date) -> set[int]:
    """Units to which `unit` gives orders: those below it or that it guides; for an office, all that its committee leads
    but the committee itself. Others are asked, or work with.
    """
    spell = spell_of(unit, on)
    if spell is not None and spell.kind in FOR_THEIR_COMMITTEE and spell.parent_id:
        return subtree_ids([spell.parent_id, unit.pk], on) - {spell.parent_id}
    return subtree_ids([unit.pk], on)


@transaction.atomic
def give(
    unit: Unit,
    quote: str,
    addresses: Iterable[Address],
    *,
    by: Any,
    on: date | None = None,
    known: dict[str, list[Member]] | None = None,
    tell: bool = True,
    **fields: Any,
) -> Task:
    """A task from `unit` (or who carries it on) to every unit that the addresses mean. Raises KhueError where they mean nobody.

    A caller that gives many at once keeps what references mean in `known`, and may tell people once itself (`tell`).
    """
    day = on or today()
    unit = standing_unit(unit, day)
    expanded = expand(addresses, day, known)
    if not any(e.units for e in expanded if not e.address.is_partner):
        named = ", ".join(e.address.label or label_of(e.address.ref) for e in expanded)
        raise KhueError(
            "task.nobody", said("Không có đơn vị nào nhận việc này: {named}.", named=named or "—"), said("Chọn đơn vị hoặc nhóm chủ trì.")
        )
    refuse_outside(unit, expanded, day)
    inward = bool(fields.get("parent")) or (unit.kind in _OF_A_SCHOOL and not fields.get("document_id"))
    task = Task.objects.create(unit=unit, quote=quote, created_by=by, given_on=day, inward=inward, **fields)
    receivers = [a for e in expanded for a in _assign(task, e, day)]
    made = Assignment.objects.bulk_create(receivers)
    Event.objects.bulk_create([Event(assignment=a, kind=Event.Kind.GIVEN, by=by) for a in made])
    log_action("task.given", task, by=by, changes={"units": [0, len(made)], "due_on": [None, task.due_on]})
    index_task(task)
    if tell:
        tell_given(made, task, by=by)
    return task


def refuse_outside(unit: Unit, expanded: list[Expanded], day: date) -> None:
    """A school gives tasks to its own sites and people only; to others it writes. Raises KhueError."""
    if unit.kind not in _OF_A_SCHOOL:
        return
    led = may_lead(unit, day)
    outside = [u.called for e in expanded if not e.address.is_partner for u in e.units if u.pk not in led]
    if outside:
        raise KhueError(
            "task.outside",
            said("{unit} không giao việc cho {named}.", unit=unit.called, named=", ".join(outside[:5])),
            said("Ghi họ là đơn vị phối hợp, hoặc gửi công văn đề nghị."),
        )


def _assign(task: Task, expanded: Expanded, day: date) -> list[Assignment]:
    address = expanded.address
    addressed = Addressed.objects.create(
        task=task, ref=address.ref, label=(address.label or label_of(address.ref))[:300], is_partner=address.is_partner, expanded_on=day
    )
    return [
        Assignment(task=task, unit_id=u.pk, addressed=addressed, is_partner=address.is_partner, owes=address.owes, due_on=task.due_on)
        for u in expanded.units
    ]


def offers(task: Task, on: date | None = None) -> list[Unit]:
    """Units that the task's addresses mean today and that do not have it: founded or moved since it was given."""
    has = task.assignments.order_by().values("unit_id")
    found: dict[int, Unit] = {}
    for addressed in task.addressed.filter(is_partner=False):
        found.update({u.pk: u for u in members(addressed.ref, on or today()).exclude(pk__in=has)})
    return sorted(found.values(), key=lambda u: u.name)


@transaction.atomic
def add_receivers(task_id: int, unit_ids: Iterable[int], *, by: Any) -> list[Assignment]:
    """Gives a standing task to further units; those that have it already are passed over."""
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.withdrawn_at:
        raise KhueError("task.withdrawn", said("Việc này đã thu hồi."), said("Giao lại thành việc mới."))
    has = set(task.assignments.exclude(stage__in=OUT).values_list("unit_id", flat=True))
    wanted = Unit.objects.filter(pk__in=[u for u in unit_ids if u not in has])
    made = Assignment.objects.bulk_create([Assignment(task=task, unit=u, due_on=task.due_on) for u in wanted])
    Event.objects.bulk_create([Event(assignment=a, kind=Event.Kind.GIVEN, by=by) for a in made])
    if made:
        log_action("task.added", task, by=by, changes={"units": [None, [a.unit.name for a in made]]})
        tell_given(made, task, by=by)
    return made


@transaction.atomic
def withdraw(task_id: int, *, by: Any, why: str = "", tell: bool = True) -> Task:
    """Takes a task back from everybody who has not finished it; what was verified stays."""
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.withdrawn_at is None:
        open_ones = list(task.assignments.exclude(stage__in=CLOSED))
        Assignment.objects.filter(pk__in=[a.pk for a in open_ones]).update(stage=Stage.WITHDRAWN, changed_at=timezone.now())
        Event.objects.bulk_create([Event(assignment=a, kind=Event.Kind.WITHDRAWN, by=by, text=why) for a in open_ones])
        task.withdrawn_at, task.withdrawn_why = timezone.now(), why[:300]
        task.save(update_fields=["withdrawn_at", "withdrawn_why"])
        log_action("task.withdrawn", task, by=by, changes={"why": ["", why], "units": [len(open_ones), 0]})
        forget("task", task.pk)
        if tell:
            tell_withdrawn(open_ones, task, by=by, why=why)
    return task


@transaction.atomic
def move_due(task_id: int, due_on: date | None, *, by: Any, base: date | None, only: Iterable[int] | None = None) -> Task:
    """Moves a task's deadline, and that of every share that had the same one (`only` some of them).

    `base` is the day the person saw. Raises KhueError where somebody moved it meanwhile.
    """
    task = Task.objects.select_for_update().get(pk=task_id)
    if task.due_on == due_on:
        return task
    if task.due_on != base:
        now = f"{task.due_on:%d/%m/%Y}" if task.due_on else "—"
        raise KhueError("task.moved", said("Người khác vừa dời hạn sang {now}.", now=now), said("Xem lại rồi dời tiếp nếu cần."))
    moved = list(task.assignments.exclude(stage__in=CLOSED).filter(due_on=task.due_on))
    if only is not None:
        wanted = set(only)
        moved = [a for a in moved if a.pk in wanted]
    Assignment.objects.filter(pk__in=[a.pk for a in moved]).update(due_on=due_on, changed_at=timezone.now())
    told = {"from": str(task.due_on or ""), "to": str(due_on or "")}
    Event.objects.bulk_create([Event(assignment=a, kind=Event.Kind.DUE_MOVED, by=by, data=told) for a in moved])
    log_action("task.due_moved", task, by=by, changes={"due_on": [task.due_on, due_on]})
    remember(task)
    task.due_on = due_on
    task.version += 1
    task.save(update_fields=["due_on", "version"])
    tell_moved(moved, task, by=by)
    return task


def index_task(task: Task) -> None:
    """Puts a task into the search index."""
    index("task", task.pk, unit_id=task.unit_id, title=task.quote[:200], texts=[task.quote, task.note, task.document_name, task.product])
