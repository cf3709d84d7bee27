"""Who may read a document. This is the only place that says so.

Whoever sees the unit that keeps it (documents.view) sees it as that unit does. Whoever has work from it (tasks.view at a
unit with a share of a task made of it) reads what was sent: the head, the file, the text; nothing of how it was reviewed,
given out or carried out by others. Such pages say so in the access table (`share`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, F, Min, Q, QuerySet
from django.http import Http404

from khue.accounts.person import Person
from khue.core.search import matching
from khue.documents.models import Document, Obligation, State
from khue.documents.review.page import Drawn, Piece, page_text
from khue.tasks.models import Task
from khue.tasks.models.task import STILL_OPEN
from khue.tasks.reach import is_wide
from khue.tasks.source import has_work_from, shares_from_documents, shares_then
from khue.tasks.states import Numbers, numbers_by
from khue.units.then import called_then

# who handles it and the like is read where it is shown: a database plans every join
BESIDE = ("unit", "file", "report", "reading")


def readable(person: Person, pk: int, documents: QuerySet[Document] | None = None) -> tuple[Document, bool]:
    """(the document, whether the person sees the unit that keeps it); Http404 where it may not be read.

    One that was taken out of the register stays readable: tasks that were made of it stand.
    """
    document = (Document.objects.select_related(*BESIDE) if documents is None else documents).filter(pk=pk).first()
    if document is not None:
        if person.can_at("documents.view", document.unit_id):
            return document, True
        if has_work_from(person, document.pk):
            return document, False
    raise Http404


def findable(person: Person) -> Q:
    """Which entries of the search are documents that the person may read.

    For somebody with very many units of the documents of others only those that ask something of the own units: to find
    all the rest takes long.
    """
    asking = shares_from_documents(person).order_by()
    if is_wide(person):
        asking = asking.filter(unit_id__in=person.own("tasks.view"))
    return Q(unit_id__in=person.scope("documents.view")) | Q(object_id__in=asking.values("task__document_id"))


def documents_asking(person: Person, on: date, q: str = "") -> QuerySet[Document]:
    """Documents of other registers that ask, or on an earlier day asked, something of one's own units, the newest first.

    `q` are words that they hold.
    """
    shares = shares_then(person, on).filter(unit_id__in=person.own("tasks.view")).order_by()
    found = Document.objects.filter(pk__in=shares.values("task__document_id")).exclude(unit_id__in=person.scope("documents.view"))
    if q:
        found = found.filter(pk__in=matching(q, "document").values("object_id"))
    return found.select_related("unit").order_by(F("signed_on").desc(nulls_last=True), "-pk")


def asked_of(person: Person, documents: Iterable[Document], on: date) -> list[tuple[Document, tuple[Numbers, date | None]]]:
    """Each document with the numbers of one's own shares on a day and the next deadline of what was open; two queries."""
    found = list(called_then(documents, on, "unit"))
    shares = shares_then(person, on).filter(unit_id__in=person.own("tasks.view"), task__document_id__in=[d.pk for d in found])
    counted = {group["task__document_id"]: n for group, n in numbers_by(shares, on, "task__document_id")}
    first = dict(shares.filter(STILL_OPEN).order_by().values_list("task__document_id").annotate(first=Min("due_on")))
    return [(d, (counted.get(d.pk, Numbers()), first.get(d.pk))) for d in found]


@dataclass(slots=True)
class Work:
    """What a document asks of one's own units: the newest task made of one obligation, when it is due, how many units, how far
    those that lead have come.
    """

    task: Task
    units: int
    unit: str
    numbers: Numbers


@dataclass(slots=True)
class Received:
    """A document as those read it who have work from it."""

    own: list[Work]
    # all shares of one's own units: more than `own` where several have one, or where it comes round
    shares: int
    others: QuerySet[Obligation]
    paragraphs: list[Drawn]


def received(person: Person, document: Document, on: date) -> Received:
    """The work of one's own units on a day, what else is asked, and the text with one's own sentences marked; a few queries."""
    own, shares = _own(person, document, on)
    mine = {work.task.obligation_id for work in own if work.task.obligation_id}
    marked = list(Obligation.objects.filter(document=document, pk__in=mine).exclude(state=State.REPLACED))
    own.sort(key=lambda work: next(((o.start, o.pk) for o in marked if o.pk == work.task.obligation_id), (1 << 60, work.task.pk)))
    others = document.obligations.filter(state=State.ACCEPTED).exclude(pk__in=mine)
    paragraphs = page_text(document, marked, [], []) if hasattr(document, "reading") else []
    begun: set[int] = set()
    return Received(own, shares, others, [_plain(p, begun) for p in paragraphs])


def _own(person: Person, document: Document, on: date) -> tuple[list[Work], int]:
    shares = shares_then(person, on).filter(task__document_id=document.pk).order_by()
    rows = {row["task_id"]: row for row in shares.values("task_id").annotate(units=Count("pk"), unit=Min("unit__name"), due=Min("due_on"))}
    numbers = {group["task_id"]: n for group, n in numbers_by(shares, on, "task_id")}
    newest: dict[int, Work] = {}
    for task in Task.objects.filter(pk__in=rows).order_by("pk"):
        row = rows[task.pk]
        task.due_on = row["due"]
        newest[task.obligation_id or -task.pk] = Work(task, row["units"], row["unit"], numbers.get(task.pk, Numbers()))
    return list(newest.values()), sum(row["units"] for row in rows.values())


def _plain(paragraph: Drawn, begun: set[int]) -> Drawn:
    """A sentence as one piece, whatever the review colours within it; it begins once, also where it is of two paragraphs."""
    pieces = []
    for item, group in groupby(paragraph.pieces, key=lambda piece: piece.item):
        held = list(group)
        pieces.append(Piece("".join(p.text for p in held), held[0].offset, item=item, begins=bool(item) and item not in begun))
        begun.add(item)
    paragraph.pieces = pieces
    return paragraph
