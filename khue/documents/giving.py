"""From a settled plan to tasks: each accepted obligation goes to the units that its owners mean today."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import Said, said
from khue.documents.models import Document, Obligation, State, Status
from khue.documents.targets import of_what
from khue.tasks.give import Address, Expanded, expand, give, know, may_lead
from khue.tasks.models import Task
from khue.tasks.recurring import beginning
from khue.units.groups import Member
from khue.units.tree import today


@dataclass(slots=True)
class Planned:
    """One obligation with those it would go to; `why_not` says why it cannot go out yet."""

    obligation: Obligation
    expanded: list[Expanded] = field(default_factory=list)
    why_not: Said | None = None
    given: bool = False
    loose: list[str] = field(default_factory=list)
    # leading units that the giver gives no orders to: such a task goes out only where a person says so
    outside: list[str] = field(default_factory=list)
    # when and why it was taken back; it goes out again only where a person says so
    withdrawn_on: date | None = None
    withdrawn_why: str = ""

    @property
    def sure(self) -> bool:
        """Whether it is ticked from the beginning."""
        return not self.past and not self.outside and not self.withdrawn_on

    @property
    def past(self) -> bool:
        """Whether its deadline is gone already; one that repeats takes the running period."""
        return bool(self.obligation.due and not self.obligation.recurs and self.obligation.due < today())

    @property
    def leading(self) -> int:
        """How many units lead it."""
        return sum(len(e.units) for e in self.expanded if not e.address.is_partner)


def addresses_of(document: Document, obligation: Obligation) -> list[Address]:
    """Owners and partners that somebody was found for; the document's default where no owner is named."""
    owners = [Address(u["ref"], u["label"]) for u in obligation.owners if u.get("ref")]
    if not obligation.owners and document.default_owner:
        owners = [Address(document.default_owner["ref"], document.default_owner["label"])]
    partners = [
        Address(u["ref"], u["label"], True, u["quote"] if u["quote"] != u["label"] else "") for u in obligation.partners if u.get("ref")
    ]
    return owners + partners


def plan_of(document: Document, on: date | None = None, known: dict[str, list[Member]] | None = None) -> list[Planned]:
    """Every accepted obligation and what giving it out today would do; `known` as `expand` keeps it."""
    day = on or today()
    out, back = _given(document)
    known = {} if known is None else known
    led = may_lead(document.unit, day)
    obligations = list(document.obligations.filter(state=State.ACCEPTED))
    know((a for o in obligations if o.pk not in out for a in addresses_of(document, o)), day, known)
    found = []
    for o in obligations:
        planned = Planned(o, given=o.pk in out)
        planned.loose = [u["quote"] for u in [*o.owners, *o.partners] if not u.get("ref")]
        if not planned.given:
            planned.withdrawn_on, planned.withdrawn_why = back.get(o.pk, (None, ""))
            planned.expanded = expand(addresses_of(document, o), day, known)
            units = [u for e in planned.expanded if not e.address.is_partner for u in e.units]
            planned.outside = [u.called for u in units if u.pk not in led]
            if not planned.leading:
                planned.why_not = _why_not(document, o)
        found.append(planned)
    return found


def _given(document: Document) -> tuple[set[int | None], dict[int | None, tuple[date, str]]]:
    """(the obligations that are out, when and why the others that were given were taken back last)."""
    out, back = set(), {}
    tasks = Task.objects.filter(document_id=document.pk, obligation_id__isnull=False).order_by("withdrawn_at")
    for pk, at, why in tasks.values_list("obligation_id", "withdrawn_at", "withdrawn_why"):
        if at is None:
            out.add(pk)
        else:
            back[pk] = (timezone.localdate(at), why)
    return out, back


def _why_not(document: Document, obligation: Obligation) -> Said:
    named = "; ".join(u["label"] or u["quote"] for u in obligation.owners)
    if named:
        return said("Chưa tìm được đơn vị nào là “{named}”.", named=named)
    return said("Câu không nêu tên ai; ở trang soát, điền ô «Việc không nêu tên ai thì giao cho».")


@transaction.atomic
def give_plan(
    document_id: int, *, by: Any, only: Iterable[int] | None = None, on: date | None = None, shift_years: int = 0
) -> tuple[list[Task], list[Planned]]:
    """Gives out the obligations of a settled plan that are not out yet (`only` some of them).

    What was taken back goes out again only where it is named.
    Returns the tasks made and what stayed behind with its reason. Giving twice makes nothing twice. `shift_years` moves
    the deadlines of a demo. Raises KhueError where the plan is not settled.
    """
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.status != Status.CONFIRMED:
        raise KhueError("give.unsettled", said("Kế hoạch chưa chốt."), said("Soát xong và chốt rồi giao."))
    day = on or today()
    wanted = None if only is None else set(only)
    made, left = [], []
    known: dict[str, list[Member]] = {}
    for planned in plan_of(document, day, known):
        if planned.given or (planned.withdrawn_on if wanted is None else planned.obligation.pk not in wanted):
            continue
        if planned.why_not:
            left.append(planned)
        else:
            made.append(_give(document, planned.obligation, day, shift_years, by=by, known=known))
    if made:
        log_action("document.given", document, by=by, changes={"tasks": [0, len(made)]})
    return made, left


def _give(document: Document, o: Obligation, day: date, shift_years: int, *, by: Any, known: dict[str, list[Member]]) -> Task:
    due = _shifted(o.due, shift_years) if o.due else None
    when = beginning(o.recurs, o.due_quote, day, due) if o.recurs else {"due_on": due, "due_quote": o.due_quote}
    return give(
        document.unit,
        o.quote,
        addresses_of(document, o),
        by=by,
        on=day,
        known=known,
        note=o.note,
        document_id=document.pk,
        obligation_id=o.pk,
        document_name=document.called[:300],
        section=o.section,
        recurs=o.recurs,
        targets=[{k: t[k] for k in ("value", "unit", "comparator", "quote")} | {"of": of_what(t)} for t in o.targets],
        product=o.product,
        **when,
    )


def _shifted(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
