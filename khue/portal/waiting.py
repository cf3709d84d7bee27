"""What waits for a person's decision: what was submitted to one's own units, by task, and wishes for more time."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Window

from khue.accounts.person import Person
from khue.tasks.models import Assignment, Extension, Task
from khue.tasks.models.task import CLOSED, WAITING_FOR_A_WORD
from khue.tasks.reach import is_wide

# what waits is little, what was given is much: grouped first, and only the groups are held against the tasks
_OF_UNITS = """SELECT g.task_id, g.n, SUM(g.n) OVER () FROM ({groups}) g
JOIN tasks_task t ON t.id = g.task_id WHERE t.unit_id IN ({units}) ORDER BY g.since, g.task_id LIMIT {most}"""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A task with how many of its shares wait to be verified."""

    task_id: int
    quote: str
    n: int


def waiting_for(person: Person, most: int) -> dict[str, Any]:
    """The `most` that wait longest of each and how many there are; {} where nothing waits."""
    units = person.own("tasks.verify")
    if not units:
        return {}
    submitted, rows = _submitted(person, units, most)
    asked, wishes = _wishes(person, units, most)
    if not submitted + asked:
        return {}
    return {"submitted": submitted, "asked": asked, "all": submitted + asked, "rows": rows, "wishes": wishes}


def _submitted(person: Person, units: set[int], most: int) -> tuple[int, list[Submitted]]:
    groups = Assignment.objects.filter(WAITING_FOR_A_WORD).order_by().values("task_id").annotate(n=Count("*"), since=Min("submitted_on"))
    if not is_wide(person):
        groups = groups.filter(task__in=Task.objects.filter(unit_id__in=units))
    inner, params = groups.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_OF_UNITS.format(groups=inner, units=",".join(map(str, sorted(units))), most=most), params)
        found = cursor.fetchall()
    quotes = dict(Task.objects.filter(pk__in=[row[0] for row in found]).values_list("pk", "quote"))
    return (int(found[0][2]) if found else 0), [Submitted(task, quotes[task], n) for task, n, _all in found]


def _wishes(person: Person, units: set[int], most: int) -> tuple[int, list[Extension]]:
    # one by one: what waits is little, and a database would begin with all that the units gave
    given = Task.objects.filter(pk=OuterRef("assignment__task_id"), unit_id__in=units)
    asked = Extension.objects.filter(Exists(given), state=Extension.State.ASKED)
    first = asked.exclude(assignment__stage__in=CLOSED).annotate(whole=Window(Count("pk"))).order_by("pk").values_list("pk", "whole")[:most]
    found = list(first)
    wishes = Extension.objects.filter(pk__in=[pk for pk, _whole in found]).select_related("assignment__task", "assignment__unit")
    return (found[0][1] if found else 0), list(wishes.order_by("pk"))
