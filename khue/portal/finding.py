"""Search over everything one may see."""

from dataclasses import dataclass

from django.db.models import Q

from khue.accounts.person import Person
from khue.core.search import matching
from khue.documents.reach import findable
from khue.tasks.reach import tasks_for

MOST = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its kind ("task", "document", "unit", "person"), id and title."""

    kind: str
    id: int
    title: str


def find(person: Person, query: str) -> dict[str, list[Hit]]:
    """Hits by kind, at most 30 of each; only what the person's roles reach."""
    found: dict[str, list[Hit]] = {}
    if person.can("tasks.view"):
        # who sees a task is no matter of one unit alone
        rows = matching(query, "task").filter(object_id__in=tasks_for(person).values("pk")).order_by("title", "id")[:MOST]
        found["task"] = [Hit("task", row.object_id, row.title) for row in rows]
    for kind, capability in (("document", "documents.view"), ("unit", "units.view"), ("person", "people.view")):
        if not person.can(capability):
            continue
        seen = findable(person) if kind == "document" else Q(unit_id__in=person.scope(capability))
        rows = matching(query, kind).filter(seen).order_by("title", "id")[:MOST]
        found[kind] = [Hit(kind, row.object_id, row.title) for row in rows]
    return {kind: hits for kind, hits in found.items() if hits}
