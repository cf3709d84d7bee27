"""What a report speaks of: its tasks and shares as they stood at the end of its day, with the names of that day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from khue.core.text import squeeze
from khue.documents.models import Document, Obligation, Report
from khue.documents.report.kept import replaced
from khue.tasks.asof import Then, count, stood_all
from khue.tasks.models import Addressed, Assignment, Event, Stage, Task
from khue.tasks.reach import outward, standing_on
from khue.tasks.states import Numbers, numbers
from khue.units.models import Unit
from khue.units.then import names_on
from khue.units.tree import day_end, subtree, subtree_ids

About = Report.About


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken back of a task at once: on which day, why, of which units that led in it."""

    day: date
    why: str
    units: list[Unit]


@dataclass(slots=True)
class Matter:
    """Who reports on what, as of which day; filled by `gather`."""

    unit: Unit
    about: str
    as_of: date
    starts_on: date | None = None
    document: Document | None = None
    about_unit: Unit | None = None
    tasks: list[Task] = field(default_factory=list)
    shares: dict[int, list[Then]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    full_names: dict[int, str] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    # of a period: the shares of the same tasks and of others that it does not count
    aside: dict[int, list[Then]] = field(default_factory=dict)
    # what was taken back; the tasks of which nothing else is left; these and `tasks` in one order
    withdrawn: dict[int, list[Taken]] = field(default_factory=dict)
    gone: list[Task] = field(default_factory=list)
    # that still stand, though some unit was let off them; also those of which the period counts nothing
    let_off: list[Task] = field(default_factory=list)
    in_order: list[Task] = field(default_factory=list)
    # the report whose place this one takes
    replaces: Report | None = None

    @classmethod
    def of(cls, report: Report) -> "Matter":
        """The matter of a report that was begun."""
        found = cls(report.unit, report.about, report.as_of, report.starts_on, report.document, report.about_unit)
        found.replaces = replaced(report)
        return found

    @property
    def everything(self) -> list[Then]:
        """Every share, in the order of the tasks."""
        return [t for task in self.tasks for t in self.shares[task.pk]]

    @property
    def numbers(self) -> Numbers:
        """The numbers of all shares."""
        return count(self.everything)

    @property
    def left(self) -> list[Then]:
        """The shares that the period does not count, and that are not done: due after its last day, or without a deadline."""
        return [t for shares in self.aside.values() for t in shares if t.counts and not t.is_done]

    def all_of(self, task: Task) -> int:
        """How many units lead in a task, whether or not the period counts their shares."""
        return sum(t.counts for t in [*self.shares.get(task.pk, []), *self.aside.get(task.pk, [])])

    def numbers_of(self, tasks: Iterable[Task]) -> Numbers:
        """The numbers of some of the tasks."""
        return count(t for task in tasks for t in self.shares[task.pk])

    def name(self, unit: Unit) -> str:
        """What the unit was called in short on the day."""
        return self.names.get(unit.pk) or unit.called

    def full_name(self, unit: Unit) -> str:
        """What the unit was called in full on the day."""
        return self.full_names.get(unit.pk) or unit.name

    def giver(self, task: Task) -> str:
        """What the unit that gave a task was called in short on the day."""
        return self.names.get(task.unit_id) or task.unit.called


def shares_of(matter: Matter) -> QuerySet[Assignment]:
    """The shares a report is about, before its period is looked at. What the unit's people see of it, and no more."""
    shares = outward(Assignment.objects.order_by("task_id", "pk"))
    if matter.about == About.DOCUMENT:
        below = subtree_ids([matter.unit.pk], matter.as_of) | {matter.unit.pk}
        mine = shares.filter(task__document_id=matter.document.pk if matter.document else None)
        if matter.document and matter.document.unit_id == matter.unit.pk:
            return mine
        return mine.filter(Q(task__unit_id__in=below) | Q(unit_id__in=below))
    if matter.about == About.UNIT:
        return shares.filter(unit=matter.about_unit)
    return shares.filter(Q(task__unit=matter.unit) | Q(unit=matter.unit))


def given_below(matter: Matter) -> Numbers:
    """The numbers of what those above gave straight to the units below; one query however many they are."""
    inside = subtree([matter.unit.pk], matter.as_of)
    shares = outward(standing_on(matter.as_of)).filter(unit_id__in=inside).exclude(unit=matter.unit)
    return numbers(shares.exclude(task__unit_id__in=inside), matter.as_of)


def gather(matter: Matter) -> Matter:
    """Fills the matter; the number of queries does not grow with what is found."""
    found: dict[int, list[Then]] = {}
    matter.aside = {}
    for then in stood_all(shares_of(matter), matter.as_of):
        if then.state:
            kept = found if _within(matter, then) else matter.aside
            kept.setdefault(then.share.task_id, []).append(then)
    standing = [t for shares in (*found.values(), *matter.aside.values()) for t in shares]
    matter.withdrawn = _withdrawn(matter, {(t.share.task_id, t.share.unit_id) for t in standing})
    labels = Prefetch("addressed", Addressed.objects.order_by("is_partner", "id"))
    # the ids come from a list that is in memory; many of them go in parts, because a database takes only so many at once
    tasks = [
        t for part in _parts(list(found | matter.withdrawn)) for t in Task.objects.filter(pk__in=part).prefetch_related(labels).order_by()
    ]
    matter.shares = {t.pk: found[t.pk] for t in tasks if t.pk in found}
    matter.let_off = sorted((t for t in tasks if t.pk in matter.withdrawn and _stands(matter, t)), key=_order(matter))
    matter.gone = _gone([t for t in tasks if t not in matter.let_off], matter.shares, standing)
    matter.in_order = sorted([*(t for t in tasks if t.pk in matter.shares), *matter.gone], key=_order(matter))
    matter.tasks = [t for t in matter.in_order if t.pk in matter.shares]
    matter.headings = _headings(matter.in_order)
    _name_all(matter)
    return matter


def _withdrawn(matter: Matter, has: set[tuple[int, int]]) -> dict[int, list[Taken]]:
    """What was taken back until the day, of a period: in it; not from a unit that `has` the task again.

    Those who only join in miss nothing that was counted.
    """
    taken = shares_of(matter).filter(stage=Stage.WITHDRAWN, is_partner=False).order_by()
    events = Event.objects.filter(kind=Event.Kind.WITHDRAWN, assignment__in=taken.values("pk"), at__lt=day_end(matter.as_of))
    if matter.starts_on:
        events = events.filter(at__gte=day_end(matter.starts_on - timedelta(days=1)))
    found: dict[int, dict[tuple[date, str], list[Unit]]] = {}
    for event in events.select_related("assignment__unit").order_by("id"):
        if (event.assignment.task_id, event.assignment.unit_id) in has:
            continue
        at_once = found.setdefault(event.assignment.task_id, {})
        at_once.setdefault((timezone.localdate(event.at), squeeze(event.text).rstrip(" .;,:")), []).append(event.assignment.unit)
    return {pk: [Taken(day, why, units) for (day, why), units in at_once.items()] for pk, at_once in found.items()}


def _stands(matter: Matter, task: Task) -> bool:
    """Whether others go on with it at the end of the day, in the period or after it."""
    whole = task.withdrawn_at is None or task.withdrawn_at >= day_end(matter.as_of)
    return whole and matter.all_of(task) > 0


def _gone(tasks: list[Task], shares: dict[int, list[Then]], standing: list[Then]) -> list[Task]:
    """The tasks of which nothing is left; not one that was given anew, and of one that was taken back twice the last."""
    anew = {t.share.task.obligation_id for t in standing} - {None}
    last = {t.obligation_id or -t.pk: t for t in sorted(tasks, key=lambda t: t.pk) if t.pk not in shares}
    return [t for t in last.values() if t.obligation_id not in anew]


def _within(matter: Matter, then: Then) -> bool:
    """For a period: due in it, done in it, or overdue at its end. Without one, everything."""
    if matter.starts_on is None:
        return True
    first, last = matter.starts_on, matter.as_of
    due = then.due_on is not None and first <= then.due_on <= last
    done = then.is_done and then.done_on is not None and first <= then.done_on <= last
    return due or done or then.is_overdue


def _order(matter: Matter) -> Any:
    def key(task: Task) -> tuple[Any, ...]:
        # as the document has them; the periods of a series together
        place = (task.obligation_id or (1 << 60), task.series_id or task.pk, task.pk)
        return place if matter.about == About.DOCUMENT else (not task.document_name, task.document_name, *place)

    return key


def _headings(tasks: list[Task]) -> dict[int, str]:
    """{task: the heading its sentence stands under}; the later periods of a series stand where the first does."""
    wanted = {t.obligation_id for t in tasks if t.obligation_id}
    found: dict[int, str] = {}
    for part in _parts(list(wanted)):
        found.update(Obligation.objects.filter(pk__in=part).values_list("pk", "heading"))
    return {t.pk: found.get(t.obligation_id or 0, "") for t in tasks}


def _name_all(matter: Matter) -> None:
    units = {t.share.unit_id for t in matter.everything} | {matter.unit.pk}
    units |= {t.unit_id for t in matter.tasks} | {u.pk for taken in matter.withdrawn.values() for t in taken for u in t.units}
    units |= {matter.about_unit.pk} if matter.about_unit else set()
    units |= {matter.document.issuer_unit_id} if matter.document and matter.document.issuer_unit_id else set()
    for pk, (name, short, _kind) in names_on(units, matter.as_of).items():
        matter.names[pk], matter.full_names[pk] = short or name, name
    for shares in matter.shares.values():
        shares.sort(key=lambda t: (t.share.is_partner, matter.name(t.share.unit), t.share.pk))


def _parts(ids: list[int], size: int = 5000) -> Iterable[list[int]]:
    return (ids[i : i + size] for i in range(0, len(ids), size))
