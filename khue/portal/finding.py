"""Search over everything one may see."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from khue.accounts.person import Person
from khue.core.models import SearchEntry
from khue.core.search import matching, nearness
from khue.documents.reach import findable
from khue.tasks.reach import is_wide, tasks_for

MOST = 30
# hits that are put in order by how near their titles are
MOST_LOOKED_AT = 300
# what has a day of its own: the newest first; names stand in their order
DATED = ("task", "document")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its kind ("task", "document", "unit", "person"), id and title."""

    kind: str
    id: int
    title: str


def find(person: Person, query: str) -> dict[str, list[Hit]]:
    """Hits by kind, at most 30 of each; only what the person's roles reach. Titles that hold what was typed come first.

    So do the kinds, those of few hits first: whoever types a school's name or a document's number finds it above the tasks that only mention it.
    """
    found: dict[str, tuple[int, list[Hit]]] = {}
    if person.can("tasks.view"):
        # who sees a task is no matter of one unit alone; where most are seen, it is asked of the few that are shown
        tasks = tasks_for(person)
        seen = Exists(tasks.filter(pk=OuterRef("object_id"))) if is_wide(person) else Q(object_id__in=tasks.values("pk"))
        found["task"] = _nearest("task", query, matching(query, "task").filter(seen))
    for kind, capability in (("document", "documents.view"), ("unit", "units.view"), ("person", "people.view")):
        if not person.can(capability):
            continue
        of_units = findable(person) if kind == "document" else Q(unit_id__in=person.scope(capability))
        found[kind] = _nearest(kind, query, matching(query, kind).filter(of_units))
    return {kind: hits for kind, (_near, hits) in sorted(found.items(), key=lambda group: (group[1][0], len(group[1][1]))) if hits}


def _nearest(kind: str, query: str, entries: QuerySet[SearchEntry]) -> tuple[int, list[Hit]]:
    """(how near the best title is, the hits by how near theirs are); what only its text holds comes last."""
    order = ("-object_id",) if kind in DATED else ("title", "id")
    rows = list(entries.order_by(*order).values_list("object_id", "title")[:MOST_LOOKED_AT])
    near = nearness(query)
    ranked = sorted(((near(title), pk, title) for pk, title in rows), key=lambda row: row[0])
    return (ranked[0][0] if ranked else 0), [Hit(kind, pk, title) for _near, pk, title in ranked[:MOST]]
