"""What the leaders' tables are made of: the numbers by document, section, unit and day of one set of shares.

Where somebody sees the shares of a whole province, counting takes seconds. What was counted of so many is kept for a few
minutes, of an earlier day for an hour (core/kept.py), for everybody who sees the same, and the page says when it was
counted; the lists behind the numbers are always of now. Of fewer shares every page counts anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from khue.accounts.person import Person
from khue.core.kept import KEPT_AS_OLD, MANY, fresh_for, is_fresh, kept, key_of, last
from khue.tasks.models import Task
from khue.tasks.states import OVERDUE, Numbers, counted, in_states, numbers, numbers_by

NAME = "operations"
MOST_LATE = 8
# seconds that a page waits for a worker that may be busy with something long
PATIENCE = 8
# seconds for which figures of few are kept for whoever waits for them
KEPT_OF_FEW = 20
# tasks whose ids are written into a query
MOST_IDS = 5000


@dataclass(slots=True)
class Groups:
    """The numbers of a set of shares by what they belong to, and its tasks that are overdue longest."""

    documents: list[tuple[tuple[int | None, str], Numbers]] = field(default_factory=list)
    sections: list[tuple[str, Numbers]] = field(default_factory=list)
    units: list[tuple[int, Numbers]] = field(default_factory=list)
    days: list[tuple[date | None, Numbers]] = field(default_factory=list)
    latest: list[dict[str, Any]] = field(default_factory=list)

    @property
    def given(self) -> int:
        """How many shares they count."""
        return sum(n.given for _unit, n in self.units)


class Counted:
    """The groups of the shares that `shares` gives."""

    def __init__(self, person: Person, asked: dict[str, Any], on: date, shares: Callable[[], QuerySet[Any]]) -> None:
        self.asked, self.on, self._shares = asked, on, shares
        tops = sorted(u.pk for u in person.units("tasks.view"))
        self._about = (tops, on, sorted((name, str(value)) for name, value in asked.items()))

    @cached_property
    def kept(self) -> tuple[datetime, Groups]:
        """(when they were counted, the groups)."""
        return kept(NAME, self._about, self._count, lambda found: found.given, fresh_for(self.on), KEPT_AS_OLD)

    def count_for_others(self) -> int:
        """Counts, and keeps what comes out for those who wait for it; of few only until they have read it. How many shares."""
        found = timezone.now(), self._count()
        many = found[1].given > MANY
        cache.set(key_of(NAME, self._about), found, fresh_for(self.on) + KEPT_AS_OLD if many else KEPT_OF_FEW)
        return found[1].given

    def at_hand(self, ask: Callable[[], Any]) -> bool:
        """Whether the groups are there. Those of a while ago will do; `ask` has them counted by a worker, once in a while.

        Where no worker has counted them for `PATIENCE`, whoever asks counts them.
        """
        found = last(NAME, self._about)
        if found is not None:
            self.kept = found
            if is_fresh(found, fresh_for(self.on)):
                return True
        key, now = f"{key_of(NAME, self._about)}-asked", timezone.now()
        if cache.add(key, now, 60):
            ask()
        return found is not None or (now - (cache.get(key) or now)).total_seconds() > PATIENCE

    @property
    def at(self) -> datetime | None:
        """When they were counted, where that is not just now."""
        at, found = self.kept
        return at if found.given > MANY else None

    @property
    def groups(self) -> Groups:
        """All of them."""
        return self.kept[1]

    def total(self) -> Numbers:
        """The numbers of the whole set, counted by themselves where the groups are not there and the set is small."""
        if "kept" not in self.__dict__ and last(NAME, self._about) is None:
            found = numbers(self._shares(), self.on)
            if found.given <= MANY:
                return found
        return Numbers.sum(n for _group, n in self.groups.documents)

    def _count(self) -> Groups:
        documents, sections = self._count_tasks()
        return Groups(documents, sections, self._by("unit_id"), self._by("due_on"), self._count_latest())

    def _by(self, name: str) -> list[tuple[Any, Numbers]]:
        return [(group[name], numbers) for group, numbers in numbers_by(self._shares(), self.on, name)]

    def _count_tasks(self) -> tuple[list[Any], list[Any]]:
        by_task = self._by("task_id")
        about = _about([pk for pk, _numbers in by_task])
        documents: dict[Any, list[Numbers]] = {}
        sections: dict[str, list[Numbers]] = {}
        for pk, found in by_task:
            document_id, name, section = about[pk]
            documents.setdefault((document_id, name), []).append(found)
            if self.asked.get("document"):
                sections.setdefault(section, []).append(found)
        return [(k, Numbers.sum(n)) for k, n in documents.items()], [(k, Numbers.sum(n)) for k, n in sections.items()]

    def _count_latest(self) -> list[dict[str, Any]]:
        late = counted(self._shares()).filter(in_states(self.on, OVERDUE)).order_by().values("task_id")
        rows = list(late.annotate(n=Count("*"), since=Min("due_on")).order_by("since", "-n", "task_id")[:MOST_LATE])
        fields = ("pk", "quote", "document_name", "section")
        said = {row[0]: row[1:] for row in Task.objects.filter(pk__in=[r["task_id"] for r in rows]).values_list(*fields)}
        names = ("task__quote", "task__document_name", "task__section")
        return [row | dict(zip(names, said[row["task_id"]], strict=True)) for row in rows]


def _about(ids: list[int]) -> dict[int, tuple[int | None, str, str]]:
    """{task: (document, its name, section)}; of very many all tasks between the first and the last are read."""
    wanted = Task.objects.filter(pk__in=ids) if len(ids) <= MOST_IDS else Task.objects.filter(pk__range=(min(ids), max(ids)))
    rows = wanted.order_by().values_list("pk", "document_id", "document_name", "section")
    return {pk: (document_id, name, section) for pk, document_id, name, section in rows}
