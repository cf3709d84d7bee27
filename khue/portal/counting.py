"""What the leaders' tables are made of: the numbers by document, section, unit and day of one set of shares.

Where somebody sees the shares of a whole province, counting takes seconds. What was counted is then kept for a few
minutes for everybody who sees the same, and the page says when it was counted; the lists behind the numbers are always
of now. Of fewer shares every page counts anew.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from time import monotonic
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from khue.accounts.person import Person
from khue.tasks.models import Assignment, Task
from khue.tasks.reach import is_wide
from khue.tasks.states import OVERDUE, Numbers, counted, in_states, numbers_by

MOST_LATE = 8
# seconds: what took longer to count is kept, and for how long
SLOW, KEPT = 0.3, 300
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


class Counted:
    """The groups of the shares that `shares` gives, each counted when it is first asked for."""

    def __init__(self, person: Person, asked: dict[str, Any], on: date, shares: Callable[[], QuerySet[Assignment]]) -> None:
        self.person, self.asked, self.on, self._shares = person, asked, on, shares
        self.at: datetime | None = None

    @cached_property
    def tasks(self) -> tuple[list[Any], list[Any]]:
        """(by document, by section of the one document that is asked for)."""
        found = self._all
        return (found.documents, found.sections) if found else self._count_tasks()

    @cached_property
    def units(self) -> list[tuple[int, Numbers]]:
        """By unit."""
        return self._all.units if self._all else self._by("unit_id")

    @cached_property
    def days(self) -> list[tuple[date | None, Numbers]]:
        """By deadline, what has none last."""
        return self._all.days if self._all else self._by("due_on")

    @cached_property
    def latest(self) -> list[dict[str, Any]]:
        """The tasks that are overdue, the longest first, each with how many units owe it."""
        return self._all.latest if self._all else self._count_latest()

    @cached_property
    def _all(self) -> Groups | None:
        """Everything at once, perhaps as it was counted a little earlier; None where counting is quick."""
        if not is_wide(self.person):
            return None
        key = self._key()
        kept: tuple[datetime, Groups] | None = cache.get(key)
        if kept is None:
            begun, now = monotonic(), timezone.now()
            documents, sections = self._count_tasks()
            kept = now, Groups(documents, sections, self._by("unit_id"), self._by("due_on"), self._count_latest())
            if monotonic() - begun > SLOW:
                cache.set(key, kept, KEPT)
        self.at, found = kept
        return found

    def _key(self) -> str:
        tops = sorted(u.pk for u in self.person.units("tasks.view"))
        said = repr((tops, self.on, sorted((name, str(value)) for name, value in self.asked.items())))
        return f"operations-{hashlib.sha256(said.encode()).hexdigest()[:40]}"

    def _by(self, name: str) -> list[tuple[Any, Numbers]]:
        return [(group[name], numbers) for group, numbers in numbers_by(self._shares(), self.on, name)]

    def _count_tasks(self) -> tuple[list[Any], list[Any]]:
        by_task = self._by("task_id")
        about = _about([pk for pk, _numbers in by_task])
        documents: dict[Any, list[Numbers]] = {}
        sections: dict[str, list[Numbers]] = {}
        for pk, numbers in by_task:
            document_id, name, section = about[pk]
            documents.setdefault((document_id, name), []).append(numbers)
            if self.asked.get("document"):
                sections.setdefault(section, []).append(numbers)
        return [(k, Numbers.sum(n)) for k, n in documents.items()], [(k, Numbers.sum(n)) for k, n in sections.items()]

    def _count_latest(self) -> list[dict[str, Any]]:
        late = counted(self._shares()).filter(in_states(self.on, OVERDUE)).order_by().values("task_id")
        rows = list(late.annotate(n=Count("pk"), since=Min("due_on")).order_by("since", "-n", "task_id")[:MOST_LATE])
        fields = ("pk", "quote", "document_name", "section")
        said = {row[0]: row[1:] for row in Task.objects.filter(pk__in=[r["task_id"] for r in rows]).values_list(*fields)}
        names = ("task__quote", "task__document_name", "task__section")
        return [row | dict(zip(names, said[row["task_id"]], strict=True)) for row in rows]


def _about(ids: list[int]) -> dict[int, tuple[int | None, str, str]]:
    """{task: (document, its name, section)}; of very many all tasks between the first and the last are read."""
    wanted = Task.objects.filter(pk__in=ids) if len(ids) <= MOST_IDS else Task.objects.filter(pk__range=(min(ids), max(ids)))
    rows = wanted.order_by().values_list("pk", "document_id", "document_name", "section")
    return {pk: (document_id, name, section) for pk, document_id, name, section in rows}
