"""What waits for a person: what the unit must do, what one decides, what came in, documents to read through."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window

from khue.accounts.person import Person
from khue.documents.models import Document, Obligation, Report, Slip, State, Status, Urgency
from khue.portal.operations import Operations
from khue.portal.waiting import waiting_for
from khue.tasks.lists import me, my_shares
from khue.tasks.models import Notice, Stage
from khue.tasks.reach import outward, shares_for
from khue.tasks.states import OPEN_IN_TIME, OVERDUE, counted, in_states
from khue.units.models import Unit
from khue.units.tree import today

MOST = 6
# due within so many days is soon
SOON = timedelta(days=7)


def today_for(person: Person) -> dict[str, Any]:
    """The parts of the home page, each cut short with its full number; a part that is empty for this person is empty."""
    if not person.roles:
        return {"nothing": True}
    parts: dict[str, Any] = {
        "tasks": _mine(person),
        "decide": waiting_for(person, MOST),
        "news": _news(person),
        "documents": _documents(person),
    }
    figures = Operations(person) if person.can("operations.view") else None
    parts["counting"] = figures is not None and not figures.at_hand()
    parts["operations"] = figures.total() if figures and not parts["counting"] else None
    parts["of_ended"] = _of_ended(person) if parts["operations"] else 0
    parts["calm"] = not (
        parts["tasks"]["rows"]
        or parts["decide"]
        or parts["documents"]["to_review"]
        or parts["documents"]["unreadable"]
        or parts["documents"]["drafts"]
    )
    return parts | {
        "may_register": person.can("documents.register"),
        "may_report": person.can("tasks.report"),
        "may_answer": person.can("record.reply"),
        "day": today(),
        "soon": today() + SOON,
    }


def _of_ended(person: Person) -> int:
    """How many of the shares in one's figures belong to units that one's own carries on: no head of today answers for them alone."""
    ended = list(Unit.objects.filter(pk__in=person.own("tasks.view"), closed_on__lte=today()).values_list("pk", flat=True))
    return counted(outward(shares_for(person).filter(unit_id__in=ended))).count() if ended else 0


def _mine(person: Person) -> dict[str, Any]:
    """Open shares of one's own units: what was handed to me first, then late, sent back, near their date, new."""
    day = today()
    still = my_shares(person).order_by().filter(in_states(day, OPEN_IN_TIME + OVERDUE))
    counts = still.aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=day)),
        returned=Count("pk", filter=Q(stage=Stage.RETURNED)),
        soon=Count("pk", filter=Q(due_on__range=(day, day + SOON))),
        given=Count("pk", filter=Q(stage=Stage.GIVEN)),
        # these are done like all others and stand in no figure
        beside=Count("pk", filter=Q(is_partner=True) | Q(task__inward=True)),
    )
    rank = Case(
        When(due_on__lt=day, then=Value(0)),
        When(stage=Stage.RETURNED, then=Value(1)),
        When(due_on__lte=day + SOON, then=Value(2)),
        When(stage=Stage.GIVEN, then=Value(3)),
        default=Value(4),
    )
    handed = Case(When(person_id=me(person), then=Value(0)), default=Value(1))
    rows = still.exclude(stage=Stage.SUBMITTED).select_related("task", "unit", "person").annotate(rank=rank, handed=handed)
    return {"counts": counts, "rows": list(rows.order_by("handed", "rank", F("due_on").asc(nulls_last=True), "pk")[:MOST])}


def _news(person: Person) -> QuerySet[Notice]:
    """The newest notices that one has not read."""
    return Notice.objects.filter(user=person.user, read_at__isnull=True).order_by("-id")[:MOST]


def _documents(person: Person) -> dict[str, Any]:
    """Documents under review and in the register, for those who work with documents."""
    seen = Document.objects.filter(unit_id__in=person.scope("documents.view"), removed_at__isnull=True)
    found: dict[str, Any] = {"to_review": [], "unreadable": [], "drafts": [], "newest": []}
    if person.can("documents.review"):
        # what the units below have to read through is their own work
        mine = person.own("documents.review")
        own = seen.filter(unit_id__in=mine)
        found["to_review"], found["reviewing"] = _left(own.filter(status=Status.REVIEW))
        # the register of one's own unit, as that is what the number counts
        found["review_query"] = urlencode({"status": Status.REVIEW} | ({"unit": next(iter(mine))} if len(mine) == 1 else {}))
        found["unreadable"] = own.filter(status=Status.UNREADABLE)[:MOST]
    if person.can("documents.issue"):
        drafts = Report.objects.filter(unit_id__in=person.own("documents.issue"), state=Report.State.DRAFT)
        found["drafts"] = drafts.select_related("unit").defer("blocks", "figures").order_by("-pk")[:MOST]
    if person.can("documents.register"):
        found["newest"] = seen.select_related("unit").order_by("-created_at", "-pk")[:MOST]
        # what the units below have to read through is not counted as work here either
        reviewing = Q(status=Status.REVIEW, unit_id__in=person.own("documents.register"))
        found["confirmed"] = seen.filter(status=Status.CONFIRMED).count()
        found["questions"] = Slip.objects.filter(document__in=seen.filter(reviewing), answer="").count()
    return found


def _left(documents: QuerySet[Document]) -> tuple[list[Document], int]:
    """(the most urgent and oldest of them, each with how many obligations are still to be looked at (`left`); how many there are)."""
    urgent = Case(*(When(urgency=value, then=Value(n)) for n, value in enumerate(Urgency.values)), output_field=IntegerField())
    listed: Any = documents.select_related("unit").annotate(urgent=urgent, whole=Window(Count("pk")))
    found = list(listed.order_by("-urgent", "created_at", "pk")[:MOST])
    proposed = Obligation.objects.filter(document__in=found, state=State.PROPOSED).order_by()
    counts = dict(proposed.values_list("document_id").annotate(n=Count("pk")))
    for document in found:
        document.left = counts.get(document.pk, 0)
    return found, (found[0].whole if found else 0)
