"""What waits for a person: documents to read through, questions, what came in."""

from typing import Any

from django.db.models import Count, Q

from khue.accounts.person import Person
from khue.documents.models import Document, Slip, State, Status

MOST = 8


def today_for(person: Person) -> dict[str, Any]:
    """The lists of the home page, each cut at eight with its full number."""
    if not person.can("documents.view"):
        return {"nothing": True}
    seen = Document.objects.filter(unit_id__in=person.scope("documents.view"), removed_at__isnull=True)
    counts = seen.aggregate(
        review=Count("pk", filter=Q(status=Status.REVIEW)),
        waiting=Count("pk", filter=Q(status__in=[Status.WAITING, Status.UNREADABLE])),
        confirmed=Count("pk", filter=Q(status=Status.CONFIRMED)),
        all=Count("pk"),
    )
    return {
        "counts": counts,
        "questions": Slip.objects.filter(document__in=seen, document__status=Status.REVIEW, answer="").count(),
        "to_review": _left(seen.filter(status=Status.REVIEW))[:MOST] if person.can("documents.review") else [],
        "unreadable": seen.filter(status=Status.UNREADABLE)[:MOST],
        "may_register": person.can("documents.register"),
        "newest": seen.select_related("unit").order_by("-created_at")[:MOST],
    }


def _left(documents: Any) -> Any:
    """Documents under review with how many obligations are still to be looked at."""
    left = Count("obligations", filter=Q(obligations__state=State.PROPOSED))
    return documents.select_related("unit").annotate(left=left).order_by("-urgency", "created_at")
