"""From which documents one has work. Whoever has may read the document: khue/documents/reach.py.

A share counts from the day it was given, also when it was passed on; one that was taken back counts no more. A unit's own
task under its share gives nobody a document: the share itself does.
"""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from khue.accounts.person import Person
from khue.tasks.models import Assignment, Stage
from khue.tasks.standing import stood_on
from khue.units.tree import today

_TAKEN_BACK = Q(stage=Stage.WITHDRAWN) | Q(stage=Stage.TRANSFERRED, task__withdrawn_at__isnull=False)


def shares_from_documents(person: Person) -> QuerySet[Assignment]:
    """The shares of units where the person sees tasks, of tasks that were made of a document."""
    found = Assignment.objects.filter(unit_id__in=person.scope("tasks.view"), task__document_id__isnull=False, task__parent__isnull=True)
    return found.exclude(_TAKEN_BACK)


def shares_then(person: Person, on: date) -> QuerySet[Any]:
    """The same at the end of a day: as they are, or for an earlier day those that stood with a unit then, as they did."""
    if on >= today():
        return shares_from_documents(person)
    return stood_on(on).filter(unit_id__in=person.scope("tasks.view"), task__document_id__isnull=False, task__parent__isnull=True)


def has_work_from(person: Person, document_id: int | None) -> bool:
    """Whether a unit of the person has a share of a task made of that document."""
    return document_id is not None and shares_from_documents(person).filter(task__document_id=document_id).exists()
