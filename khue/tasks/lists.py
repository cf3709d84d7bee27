"""The list of tasks: which rows, in which order. Page, export and bulk actions ask here, so that they mean the same rows."""

from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from khue.accounts.person import Person
from khue.core import kept
from khue.core.models import SavedFilter
from khue.core.paging import Keep, Listed
from khue.core.search import matching
from khue.tasks.filters import ALL, GIVEN, MINE, PAGE, REPORTED, STATES_OF, kinds_of
from khue.tasks.models import Extension, Stage, Standing, Task
from khue.tasks.models.task import CLOSED, STILL_OPEN
from khue.tasks.reach import is_wide, outward, shares_on, standing_on
from khue.tasks.states import NAMES, in_states, with_state
from khue.units.then import of_kinds
from khue.units.tree import day_end, today

# ids that are written into a query
MOST_IDS = 5000


def own_units(person: Person) -> list[int]:
    """The units where the person holds a role, with what they carry on: theirs are the tasks that are "mine"."""
    return sorted(person.own("tasks.view"))


def me(person: Person) -> int:
    """Whose tasks "me" are: those of the one acted for, where somebody stands in."""
    return int((person.giver or person.user).pk)


def my_shares(person: Person, on: date | None = None) -> QuerySet[Any]:
    """The standing shares of one's own units, and those handed to oneself; on an earlier day those that stood then."""
    on = on or today()
    own, standing = Q(unit_id__in=own_units(person)), standing_on(on)
    # of units where one has no role any more; hardly anybody has such, and without them one index finds everything
    elsewhere = list(standing.filter(~own, person_id=me(person)).order_by().values_list("pk", flat=True))
    return standing.filter(own | Q(pk__in=shares_on(person, on).filter(pk__in=elsewhere).values("pk")) if elsewhere else own)


def first_view(person: Person) -> str:
    """Where the list opens: on what one has to do, else on what one gave, else on what the offices below do."""
    if my_shares(person).exists() or not person.can("tasks.give"):
        return MINE
    gave = Task.objects.filter(unit_id__in=own_units(person), withdrawn_at__isnull=True)
    if gave.exists() or not shares_on(person, today()).exists():
        return GIVEN
    return ALL


def shares(person: Person, asked: dict[str, Any], on: date) -> QuerySet[Any]:
    """The shares that fit every filter, each with its `state`, ordered. A day that is asked for goes before `on`."""
    on = asked.get("on") or on
    found = my_shares(person, on) if asked.get("view") == MINE else shares_on(person, on)
    return ordered(_shown(fitting(person, found, asked, on), on), asked.get("sort", ""), _by_due(found, named=is_named(person, asked)))


def is_named(person: Person, asked: dict[str, Any]) -> bool:
    """Whether units of one task stand by name. At the top only where one task is asked for: a database that must look at the
    names of units begins with these, and reads everything.
    """
    return bool(asked.get("task")) or not is_wide(person)


def fitting(person: Person, found: QuerySet[Any], asked: dict[str, Any], on: date) -> QuerySet[Any]:
    """Those of some shares that fit every filter."""
    found = _narrowed(person, found, asked)
    return _in_state(found, asked["state"], on) if asked.get("state") else found


def _shown(found: QuerySet[Any], on: date) -> QuerySet[Any]:
    """With all that a list shows of a share."""
    also = ["assignment"] if found.model is Standing else []
    return with_state(found, on).select_related("task", "unit", "person", "task__unit", *also)


def _narrowed(person: Person, found: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    """The filters that speak of the share itself."""
    if asked.get("unit"):
        found = found.filter(unit_id=asked["unit"])
    if asked.get("where"):
        found = found.filter(unit_id__in=matching(asked["where"], "unit").values("object_id"))
    if who := asked.get("person"):
        found = found.filter(person_id=me(person) if who == "me" else who)
    if role := asked.get("role"):
        found = outward(found.filter(is_partner=False)) if role == REPORTED else found.filter(is_partner=role == "partner")
    if asked.get("since"):
        found = found.filter(due_on__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(due_on__lte=asked["until"])
    if asked.get("undated"):
        found = found.filter(due_on__isnull=True)
    if asked.get("kind"):
        kinds = of_kinds(kinds_of(asked["kind"]), asked.get("on") or today())
        # at the top a third of all shares fit: better looked at in the order of their deadlines than gathered unit by unit
        found = found.alias(of=F("unit_id") + 0).filter(of__in=kinds) if is_wide(person) else found.filter(unit_id__in=kinds)
    if asked.get("task"):
        found = found.filter(task_id=asked["task"])
    tasks = of_tasks(Task.objects.order_by(), asked)
    if not tasks.query.where:
        return found
    if asked.get("q") and not is_wide(person):
        # the words are looked for once, not for the count and for the rows again
        ids = list(tasks.filter(pk__in=found.order_by().values("task_id")).values_list("pk", flat=True)[: MOST_IDS + 1])
        if len(ids) <= MOST_IDS:
            return found.filter(task_id__in=ids)
    return found.filter(task_id__in=tasks.values("pk"))


def of_tasks(found: QuerySet[Task], asked: dict[str, Any]) -> QuerySet[Task]:
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


def open_wishes(on: date) -> QuerySet[Extension]:
    """The wishes for more time that nobody had answered at the end of the day."""
    if on >= today():
        return Extension.objects.filter(state=Extension.State.ASKED)
    end = day_end(on)
    return Extension.objects.filter(Q(decided_at__isnull=True) | Q(decided_at__gte=end), asked_at__lt=end)


_STAGES = {"submitted": Stage.SUBMITTED, "returned": Stage.RETURNED, "given": Stage.GIVEN}


def _in_state(found: QuerySet[Any], state: str, on: date) -> QuerySet[Any]:
    if state in NAMES or state in STATES_OF:
        return found.filter(in_states(on, STATES_OF.get(state, (state,))))
    if state == "wishes":
        share = "assignment_id" if found.model is Standing else "pk"
        return found.filter(**{f"{share}__in": open_wishes(on).order_by().values("assignment_id")})
    if state == "no_deadline":
        return found.filter(in_states(on, STATES_OF["open"]), due_on__isnull=True)
    return found.filter(stage=_STAGES[state])


def by_page(rows: QuerySet[Any], asked: dict[str, Any], on: date, *, named: bool = True, keep: Keep | None = None) -> Listed:
    """The shares of a list for a Paginator: in the usual order what is open first, read in the order of an index."""
    whole = _shown(rows.model._default_manager.all(), asked.get("on") or on)
    if asked.get("sort"):
        return Listed(rows, whole=whole, keep=keep)
    return Listed(rows.order_by(*_by_due(rows, named=named)), (STILL_OPEN, Q(stage__in=CLOSED)), whole, keep)


def keeping(person: Person, asked: dict[str, Any], on: date) -> Keep:
    """Keeps for some minutes, or of an earlier day for an hour, that there are more rows than are counted; fewer are counted anew."""
    about = (sorted(u.pk for u in person.units("tasks.view")), me(person), sorted((k, str(v)) for k, v in asked.items()), on)
    return kept.keeping("list", about, kept.fresh_for(on))


def _by_due(rows: QuerySet[Any], *, named: bool) -> tuple[Any, ...]:
    """The oldest deadline first; units of one task by name, on an earlier day as they come."""
    names = ("unit__name",) if named and rows.model is not Standing else ()
    return F("due_on").asc(nulls_last=True), "task_id", *names, "pk"


def ordered(found: QuerySet[Any], sort: str, by_due: tuple[Any, ...]) -> QuerySet[Any]:
    """What is open before what is closed, the oldest deadline first: late ones stand on top."""
    closed = Case(When(stage__in=CLOSED, then=Value(1)), default=Value(0), output_field=IntegerField())
    first: tuple[Any, ...] = {
        "unit": ("unit__name", "closed"),
        "document": ("task__document_name", "task__section", "closed"),
        "changed": ("-since",) if found.model is Standing else ("-changed_at",),
    }.get(sort, ("closed",))
    rows: QuerySet[Any] = found.annotate(closed=closed).order_by(*first, *by_due)
    return rows


def saved_filters(person: Person) -> QuerySet[SavedFilter]:
    """One's own filters and those shared by the units one belongs to."""
    return SavedFilter.objects.filter(Q(by=person.user) | Q(unit_id__in=own_units(person)), page=PAGE)
