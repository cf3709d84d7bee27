"""What the page of one task shows: to whoever gave it all its shares, to everybody else the own ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from khue.accounts.models import User
from khue.accounts.person import Person
from khue.core.models import StoredFile
from khue.tasks.acts import ACTS, allowed, possible
from khue.tasks.evidence import ways
from khue.tasks.forms import ShareForm
from khue.tasks.give import offers
from khue.tasks.lists import by_page, me, own_units
from khue.tasks.models import Addressed, Assignment, Event, Extension, Stage, Task
from khue.tasks.models.task import OUT
from khue.tasks.reach import is_giver, tasks_for
from khue.tasks.states import Numbers, numbers
from khue.tasks.telling import people_at
from khue.tasks.work import unsubmitted
from khue.units.models import Unit
from khue.units.tree import today

PER_PAGE = 50
MOST_OPEN = 6
MOST_WAITING = 5
MOST_PARTNERS = 40
MOST_PERIODS = 13
# the forms of a share that only waits for a word
_BRIEF = {"send-back", "grant", "refuse"}


@dataclass(slots=True)
class Opened:
    """A share with its whole way, and what this person may do with it now."""

    share: Assignment
    mine: bool
    may: set[str]
    forms: dict[str, ShareForm]
    wish: Extension | None = None
    events: list[Event] = field(default_factory=list)
    subtasks: list[Task] = field(default_factory=list)

    @property
    def why_returned(self) -> str:
        """The reason of the newest sending back."""
        return next((e.text for e in reversed(self.events) if e.kind == Event.Kind.RETURNED), "")

    @property
    def evidence(self) -> list[tuple[int, StoredFile]]:
        """(share, file) of what was sent since it was given or sent back last: whoever decides looks at these."""
        found: list[tuple[int, StoredFile]] = []
        for event in reversed(self.events):
            if event.kind == Event.Kind.RETURNED:
                break
            if event.kind in (Event.Kind.REPORT, Event.Kind.SUBMITTED):
                found[:0] = [(event.assignment_id, file) for file in event.files.all()]
        return found

    @property
    def unsubmitted(self) -> Event | None:
        """A report that can be submitted as it stands."""
        return unsubmitted(reversed(self.events))


@dataclass(slots=True)
class TaskPage:
    """The whole page."""

    task: Task
    giver: bool
    may_give: bool
    addressed: list[Addressed]
    partners: list[Assignment]
    offered: list[Unit]
    numbers: Numbers
    mine: list[Opened]
    opened: Opened | None
    waiting: list[Opened]
    more_waiting: bool
    periods: list[Task]
    table: Page[Assignment]


def build(person: Person, task: Task, *, open_id: int = 0, number: str = "1", bound: tuple[int, str, ShareForm] | None = None) -> TaskPage:
    """The page; `open_id` is a share to show in full; `bound` is a form that was sent and could not be carried out."""
    giver = is_giver(person, task)
    seen = task.assignments.select_related("unit", "person", "task", "task__unit")
    if not giver:
        seen = seen.filter(unit_id__in=person.scope("tasks.view"))
    own = Q(unit_id__in=own_units(person)) | Q(person_id=me(person))
    shares = list(seen.filter(own)[:MOST_OPEN])
    own_ids = {s.pk for s in shares}
    wanted = open_id and open_id not in own_ids
    asked_for = seen.filter(pk=open_id).first() if wanted else None
    # what is shown in full is decided there
    shown = own_ids | ({asked_for.pk} if asked_for else set())
    waiting = [s for s in _waiting(person, seen, giver) if s.pk not in shown]
    full = _opened(person, [*shares, *([asked_for] if asked_for else []), *waiting[:MOST_WAITING]], own_ids, shown, bound)
    mine = [full[s.pk] for s in shares]
    standing = seen.exclude(stage__in=OUT)
    may_give = person.can_at("tasks.give", task.unit_id)
    return TaskPage(
        task=task,
        giver=giver,
        may_give=may_give,
        addressed=list(task.addressed.annotate(units=Count("assignments", filter=_counted(task)))),
        partners=list(task.assignments.filter(is_partner=True).exclude(stage__in=OUT).select_related("unit")[:MOST_PARTNERS]),
        offered=offers(task) if may_give and task.withdrawn_at is None else [],
        numbers=numbers(standing, today()),
        mine=mine,
        opened=full[asked_for.pk] if asked_for else None,
        waiting=[full[s.pk] for s in waiting[:MOST_WAITING]],
        more_waiting=len(waiting) > MOST_WAITING,
        periods=_periods(person, task),
        table=Paginator(by_page(seen, {}, today()), PER_PAGE).get_page(number),
    )


def _counted(task: Task) -> Q:
    """The shares by which one says to how many units a task was given: without those that came later or were let off."""
    given = ~Q(assignments__in=_came_later(task))
    return given if task.withdrawn_at else given & ~Q(assignments__stage=Stage.WITHDRAWN)


def _came_later(task: Task) -> list[int]:
    """The shares that others passed on: how many units got a task that day does not change by them."""
    passed_on = task.assignments.filter(stage=Stage.TRANSFERRED).order_by().values_list("transferred_to_id", flat=True)
    heirs = [pk for pk in passed_on if pk]
    given = Event.objects.filter(assignment__in=heirs, kind=Event.Kind.GIVEN).exclude(data={})
    return list(given.values_list("assignment_id", flat=True)) if heirs else []


def _periods(person: Person, task: Task) -> list[Task]:
    """The periods of a recurring task that the person may see, the newest first; none where there is one only."""
    first = task.series_id or (task.pk if task.recurs else None)
    if first is None:
        return []
    found = list(tasks_for(person).filter(Q(pk=first) | Q(series=first)).order_by("-period")[:MOST_PERIODS])
    return found if len(found) > 1 else []


def _waiting(person: Person, seen: QuerySet[Assignment], giver: bool) -> list[Assignment]:
    """What waits for a word of the giver: submissions and wishes for more time, the oldest first."""
    if not giver:
        return []
    found = seen.filter(Q(stage=Stage.SUBMITTED) | Q(extensions__state=Extension.State.ASKED)).distinct()
    return [s for s in found.order_by("changed_at")[: MOST_WAITING + 1] if person.can_at("tasks.verify", s.task.unit_id)]


def _opened(
    person: Person, shares: Iterable[Assignment], mine: set[int], whole: set[int], bound: tuple[int, str, ShareForm] | None
) -> dict[int, Opened]:
    """Shares with all that their part of the page needs, those not shown `whole` without most forms; six queries for any number."""
    found = {s.pk: s for s in shares}
    wishes = {e.assignment_id: e for e in Extension.objects.filter(assignment__in=found, state=Extension.State.ASKED)}
    people = _people({s.unit_id for s in found.values() if s.pk in mine and person.can_at("tasks.give", s.unit_id)})
    opened: dict[int, Opened] = {}
    for share in found.values():
        wish = wishes.get(share.pk)
        may = possible(share, allowed(person, share), wish)
        drawn = may if share.pk in whole else may & _BRIEF
        forms = {name: _form(name, share, people.get(share.unit_id, []), wish, bound) for name in drawn}
        opened[share.pk] = Opened(share, share.pk in mine, may, forms, wish)
    # what a unit took over from one that it carries on is told from the beginning
    for pk, way in ways(found).items():
        opened[pk].events = way
    standing = Prefetch("assignments", Assignment.objects.exclude(stage__in=OUT).select_related("person"))
    subtasks = Task.objects.filter(parent__in=found).order_by().prefetch_related(standing)
    for task in sorted(subtasks, key=lambda t: (t.due_on is None, t.due_on or date.min, t.pk)):
        opened[task.parent_id].subtasks.append(task)  # type: ignore[index]
    return opened


def _people(units: set[int]) -> dict[int, list[User]]:
    """Those at each unit to whom something may be handed."""
    ids = people_at(units, "tasks.report")
    users = {u.pk: u for u in User.objects.filter(pk__in={i for found in ids.values() for i in found}).order_by("full_name")}
    return {unit: [users[i] for i in users if i in set(found)] for unit, found in ids.items()}


def people_of(share: Assignment) -> list[User]:
    """Those at the unit of a share to whom it may be handed."""
    return _people({share.unit_id}).get(share.unit_id, [])


def _form(name: str, share: Assignment, people: list[User], wish: Extension | None, bound: Any) -> ShareForm:
    if bound and bound[:2] == (share.pk, name):
        kept: ShareForm = bound[2]
        return kept
    form = ACTS[name].form(share=share, people=people, name=name)
    if wish is not None and "extension" in form.fields:
        form.fields["extension"].initial = wish.pk
    if wish is not None and "granted_on" in form.fields:
        form.fields["granted_on"].initial = wish.wanted_on
    return form
