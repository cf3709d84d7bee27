"""Search over everything one may see."""

from dataclasses import dataclass

from django.db.models import Q

from khue.accounts.person import Person
from khue.core.search import matching

MOST = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its kind ("document", "unit", "person"), id and title."""

    kind: str
    id: int
    title: str


def find(person: Person, query: str) -> dict[str, list[Hit]]:
    """Hits by kind, at most 30 of each; only what the person's roles reach."""
    found: dict[str, list[Hit]] = {}
    for kind, capability in (("document", "documents.view"), ("unit", "units.view"), ("person", "people.view")):
        if not person.can(capability):
            continue
        rows = matching(query, kind).filter(Q(unit_id__in=person.scope(capability))).order_by("title", "id")[:MOST]
        found[kind] = [Hit(kind, row.object_id, row.title) for row in rows]
    return {kind: hits for kind, hits in found.items() if hits}
