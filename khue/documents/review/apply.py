"""One door for every step of a review, from the page, the API or a test."""

from collections.abc import Callable
from typing import Any

from khue.core.log import log_action
from khue.core.once import once
from khue.core.said import said
from khue.documents.models import Document, Obligation, ReviewEvent, Status
from khue.documents.review.cutting import add, merge, rebound, split
from khue.documents.review.fields import answer, set_field, set_state, take_suggestion
from khue.documents.review.steps import Refused, Step, refuse, snapshot
from khue.documents.review.undo import mark_undone, undo

STEPS: dict[str, Callable[[Step, dict[str, Any]], None]] = {
    "field": set_field,
    "state": set_state,
    "suggestion": take_suggestion,
    "answer": answer,
    "split": split,
    "merge": merge,
    "add": add,
    "bounds": rebound,
    "undo": undo,
}


def apply(document_id: int, op: str, data: dict[str, Any], *, by: Any, key: str = "") -> dict[str, Any]:
    """Carries out one step, once however often it is sent with the same `key`.

    Returns {"revision": its number, "items": ids it touched, "slips": ids, "conflicts": [...]}. Raises Refused where
    the step makes no sense or the review is closed; then nothing is changed.
    """
    if op not in STEPS:
        raise refuse(said("Không có thao tác này."))
    return once(key, f"review.{op}", by=by, do=lambda: _apply(document_id, op, data, by))


def _apply(document_id: int, op: str, data: dict[str, Any], by: Any) -> dict[str, Any]:
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.status != Status.REVIEW:
        raise refuse(said("Văn bản này không còn ở bước soát."), said("Mở lại để soát tiếp."))
    step = Step(document, by, document.revision + 1)
    try:
        STEPS[op](step, data)
    except (TypeError, KeyError, AttributeError, OverflowError, ValueError) as error:
        raise refuse(said("Yêu cầu không đúng dạng."), said("Tải lại trang.")) from error
    if step.touched:
        _keep(step, op)
    return {
        "revision": step.revision if step.touched else document.revision,
        "items": [t["id"] for t in step.touched if t["type"] == "obligation"],
        "slips": [t["id"] for t in step.touched if t["type"] == "slip"],
        "conflicts": step.conflicts,
    }


def _keep(step: Step, op: str) -> None:
    document = step.document
    Document.objects.filter(pk=document.pk).update(revision=step.revision)
    event = ReviewEvent.objects.create(document=document, revision=step.revision, op=op, by=step.by, touched=step.touched)
    undone = getattr(document, "undone", None)
    if undone is not None:
        mark_undone(undone, event)
    log_action(f"review.{op}", document, by=step.by, changes=_told(step))


def _told(step: Step) -> dict[str, Any]:
    """For the action log: of each thing the fields that changed, before and after."""
    some = step.touched[:200]
    now = Obligation.objects.in_bulk([t["id"] for t in some if t["type"] == "obligation"])
    told: dict[str, Any] = {}
    for touched in some:
        thing = now.get(touched["id"]) if touched["type"] == "obligation" else None
        if thing is not None and touched["before"] is not None:
            after = snapshot(thing)
            told[f"#{thing.pk}"] = {n: [b, after[n]] for n, b in touched["before"].items() if b != after[n]}
        else:
            told[f"{touched['type']} #{touched['id']}"] = ["", str(thing or "")]
    return told


__all__ = ["Refused", "apply"]
