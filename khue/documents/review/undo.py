"""Taking a step back; what somebody changed since is kept and named."""

from typing import Any

from khue.core.said import said
from khue.documents.models import ReviewEvent, State
from khue.documents.review.steps import KINDS, Step, put_back, refuse, snapshot


def undo(step: Step, data: dict[str, Any]) -> None:
    """Takes back the step with that revision, or the person's own last one that still stands.

    A thing that another step changed afterwards stays as it is and is named in `conflicts`.
    """
    events = step.document.events.exclude(op="undo").filter(undone_by__isnull=True)
    if data.get("revision"):
        event = events.filter(revision=int(data["revision"])).first()
    else:
        event = events.filter(by=step.by).order_by("-revision").first()
    if event is None:
        raise refuse(said("Không còn bước nào của bạn để lùi."))
    kept = [t for t in reversed(event.touched) if not _back(step, t)]
    step.conflicts += [{"item": t["id"], "field": "undo", "theirs": None, "yours": None, "by": ""} for t in kept]
    step.document.undone = event  # type: ignore[attr-defined]


def _back(step: Step, touched: dict[str, Any]) -> bool:
    """Whether the thing could be put back."""
    things: Any = KINDS[touched["type"]][0]
    thing = things.objects.filter(pk=touched["id"], document=step.document).first()
    if thing is None or thing.version != touched["version"]:
        return False
    before = snapshot(thing)
    if touched["before"] is None:
        # made by the step: it goes out of sight, its words stay in the log
        thing.state = State.REPLACED
    else:
        put_back(thing, touched["before"])
    step.changed(thing, before)
    return True


def mark_undone(event: ReviewEvent, by_event: ReviewEvent) -> None:
    """Notes which step took the other back."""
    ReviewEvent.objects.filter(pk=event.pk).update(undone_by=by_event)
