"""The list of tasks: which rows, in which order. Page, export and bulk actions ask here, so that they mean the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from khue.accounts.person import Person
from khue.core.models import SavedFilter
from khue.core.paging import Listed
from khue.core.search import matching
from khue.tasks.filters import ALL, GIVEN, MINE, PAGE, STATES_OF, kinds_of
from khue.tasks.models import Assignment, Extension, Stage, Task
from khue.tasks.models.task import CLOSED, OUT, STILL_OPEN
from khue.tasks.reach import is_wide, shares_for
from khue.tasks.states import NAMES, Numbers, in_states, numbers_by, with_state
from khue.units.models import Unit

# rows that are in memory at once while a list is exported
CHUNK = 500
# ids that are written into a query
MOST_IDS = 5000


def own_units(person: Person) -> list[int]:
    """The units where the person holds a role, with what they carry on: theirs are the tasks that are "mine"."""
    return sorted(person.own("tasks.view"))


def me(person: Person) -> int:
    """Whose tasks "me" are: those of the one acted for, where somebody stands in."""
    return int((person.giver or person.user).pk)


def my_shares(person: Person) -> QuerySet[Assignment]:
    """The standing shares of one's own units, and those handed to oneself."""
    own = Q(unit_id__in=own_units(person))
    # of units where one has no role any more; hardly anybody has such, and without them one index finds everything
    handed = Assignment.objects.filter(~own, person_id=me(person)).exclude(stage__in=OUT).order_by()
    elsewhere = list(handed.values_list("pk", flat=True))
    standing = Assignment.objects.exclude(stage__in=OUT)
    return standing.filter(own | Q(pk__in=shares_for(person).filter(pk__in=elsewhere).values("pk")) if elsewhere else own)


def first_view(person: Person) -> str:
    """Where the list opens: on what one has to do, or on what one follows where nothing is to be done."""
    return MINE if my_shares(person).exists() or not person.can("tasks.give") else GIVEN


def shares(person: Person, asked: dict[str, Any], on: date) -> QuerySet[Any]:
    """The shares that fit every filter, each with its `state`, ordered. A day that is asked for goes before `on`."""
    on = asked.get("on") or on
    found = my_shares(person) if asked.get("view") == MINE else shares_for(person)
    found = _shown(_narrowed(person, found, asked), on)
    if state := asked.get("state"):
        found = _in_state(found, state, on)
    return ordered(found, asked.get("sort", ""))


def _shown(found: QuerySet[Assignment], on: date) -> QuerySet[Any]:
    """With all that a list shows of a share."""
    return with_state(found, on).select_related("task", "unit", "person", "task__unit")


def _narrowed(person: Person, found: QuerySet[Assignment], asked: dict[str, Any]) -> QuerySet[Assignment]:
    """The filters that speak of the share itself."""
    if asked.get("unit"):
        found = found.filter(unit_id=asked["unit"])
    if asked.get("where"):
        found = found.filter(unit_id__in=matching(asked["where"], "unit").values("object_id"))
    if who := asked.get("person"):
        found = found.filter(person_id=me(person) if who == "me" else who)
    if role := asked.get("role"):
        found = found.filter(is_partner=role == "partner")
    if asked.get("since"):
        found = found.filter(due_on__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(due_on__lte=asked["until"])
    if asked.get("undated"):
        found = found.filter(due_on__isnull=True)
    if asked.get("kind"):
        kinds = Unit.objects.filter(kind__in=kinds_of(asked["kind"])).order_by().values("pk")
        # at the top a third of all shares fit: better looked at in the order of their deadlines than gathered unit by unit
        found = found.alias(of=F("unit_id") + 0).filter(of__in=kinds) if is_wide(person) else found.filter(unit_id__in=kinds)
    if asked.get("task"):
        found = found.filter(task_id=asked["task"])
    tasks = _of_tasks(Task.objects.order_by(), asked)
    if asked.get("on"):
        tasks = tasks.filter(given_on__lte=asked["on"])
    if not tasks.query.where:
        return found
    if asked.get("q") and not is_wide(person):
        # the words are looked for once, not for the count and for the rows again
        ids = list(tasks.filter(pk__in=found.order_by().values("task_id")).values_list("pk", flat=True)[: MOST_IDS + 1])
        if len(ids) <= MOST_IDS:
            return found.filter(task_id__in=ids)
    return found.filter(task_id__in=tasks.values("pk"))


def _of_tasks(found: QuerySet[Task], asked: dict[str, Any]) -> QuerySet[Task]:
    """The filters that speak of the task."""
    if asked.get("document") is not None:
        found = found.filter(document_id=asked["document"] or None)
    if asked.get("section") == "-":
        found = found.filter(section="")
    elif section := asked.get("section"):
        found = found.filter(Q(section=section) | Q(section__startswith=f"{section.rstrip('.')}."))
    if recurs := asked.get("recurs"):
        found = found.exclude(recurs="") if recurs == "any" else found.filter(recurs=recurs)
    if asked.get("q"):
        found = found.filter(pk__in=matching(asked["q"], "task").values("object_id"))
    return found


_STAGES = {"submitted": Stage.SUBMITTED, "returned": Stage.RETURNED, "given": Stage.GIVEN}


def _in_state(found: QuerySet[Any], state: str, on: date) -> QuerySet[Any]:
    if state in NAMES or state in STATES_OF:
        return found.filter(in_states(on, STATES_OF.get(state, (state,))))
    if state == "wishes":
        return found.filter(extensions__state=Extension.State.ASKED)
    if state == "no_deadline":
        return found.filter(in_states(on, STATES_OF["open"]), due_on__isnull=True)
    return found.filter(stage=_STAGES[state])


def by_page(rows: QuerySet[Any], asked: dict[str, Any], on: date) -> Listed:
    """The shares of a list for a Paginator: in the usual order what is open first, read in the order of an index."""
    whole = _shown(Assignment.objects.all(), asked.get("on") or on)
    if asked.get("sort"):
        return Listed(rows, whole=whole)
    return Listed(rows.order_by(*_BY_DUE), (STILL_OPEN, Q(stage__in=CLOSED)), whole)


_BY_DUE = (F("due_on").asc(nulls_last=True), "task_id", "unit__name", "pk")


def ordered(found: QuerySet[Any], sort: str) -> QuerySet[Any]:
    """What is open before what is closed, the oldest deadline first: late ones stand on top."""
    closed = Case(When(stage__in=CLOSED, then=Value(1)), default=Value(0), output_field=IntegerField())
    first: tuple[Any, ...] = {
        "unit": ("unit__name", "closed"),
        "document": ("task__document_name", "task__section", "closed"),
        "changed": ("-changed_at",),
    }.get(sort, ("closed",))
    rows: QuerySet[Any] = found.annotate(closed=closed).order_by(*first, *_BY_DUE)
    return rows


def tasks(person: Person, asked: dict[str, Any], on: date) -> QuerySet[Any]:
    """The standing tasks that one's own units gave and that fit every filter: one row a task."""
    found = Task.objects.filter(unit_id__in=own_units(person), withdrawn_at__isnull=True)
    if any(asked.get(name) for name in ("unit", "where", "person", "role", "state", "kind", "undated", "on")):
        found = found.filter(pk__in=shares(person, asked | {"view": ALL}, on).order_by().values("task_id"))
    else:
        found = _of_tasks(found.filter(pk=asked["task"]) if asked.get("task") else found, asked)
    if asked.get("since"):
        found = found.filter(due_on__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(due_on__lte=asked["until"])
    still = Exists(Assignment.objects.filter(STILL_OPEN, task=OuterRef("pk")))
    first = {"document": ("document_name", "section"), "changed": ("-created_at",)}.get(asked.get("sort", ""), ("-still",))
    return found.select_related("unit").annotate(still=still).order_by(*first, F("due_on").asc(nulls_last=True), "pk")


def tasks_by_page(rows: QuerySet[Any], asked: dict[str, Any], on: date) -> Listed:
    """The tasks of a list for a Paginator: in the usual order those that somebody still has to do come first."""
    if asked.get("sort"):
        return Listed(rows)
    return Listed(rows.order_by(F("due_on").asc(nulls_last=True), "pk"), (Q(still=True), Q(still=False)))


@dataclass(slots=True)
class Followed:
    """A task with the numbers of its shares, how many wait for a word from the giver, and the unit where it is one."""

    task: Task
    numbers: Numbers
    submitted: int = 0
    wishes: int = 0
    name: str = ""


def followed(rows: Iterable[Task], on: date) -> list[Followed]:
    """Tasks with their numbers; three queries for any number of them."""
    found = list(rows)
    of_them = Assignment.objects.filter(task__in=found)
    counted = {group["task_id"]: n for group, n in numbers_by(of_them, on, "task_id")}
    waiting = dict(of_them.filter(stage=Stage.SUBMITTED).order_by().values_list("task_id").annotate(n=Count("pk")))
    asked = Extension.objects.filter(assignment__task__in=found, state=Extension.State.ASKED).order_by()
    wishes = dict(asked.values_list("assignment__task_id").annotate(n=Count("pk")))
    names: dict[int, list[str]] = {}
    singles = [t.pk for t in found if counted.get(t.pk, Numbers()).given == 1]
    for task_id, name, short in (
        of_them.filter(task_id__in=singles, is_partner=False)
        .exclude(stage__in=OUT)
        .values_list("task_id", "unit__name", "unit__short_name")
    ):
        names.setdefault(task_id, []).append(short or name)
    return [
        Followed(t, counted.get(t.pk, Numbers()), waiting.get(t.pk, 0), wishes.get(t.pk, 0), name=", ".join(names.get(t.pk, [])))
        for t in found
    ]


def followed_in_parts(rows: QuerySet[Task], on: date) -> Iterable[Followed]:
    """The same for very many, a few at a time, so that an export needs no more memory than a page."""
    found = rows.iterator(CHUNK)
    while part := list(islice(found, CHUNK)):
        yield from followed(part, on)


def saved_filters(person: Person) -> QuerySet[SavedFilter]:
    """One's own filters and those shared by the units one belongs to."""
    return SavedFilter.objects.filter(Q(by=person.user) | Q(unit_id__in=own_units(person)), page=PAGE)
