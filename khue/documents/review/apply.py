"""One door for every step of a review, from the page, the API or a test."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import override

from khue.core.log import log_action
from khue.core.once import once
from khue.core.said import said
from khue.documents.models import Document, Obligation, ReviewEvent, Slip
from khue.documents.review.cutting import add, merge, rebound, split
from khue.documents.review.fields import answer, set_field, set_state, take_suggestion
from khue.documents.review.steps import KINDS, Refused, Step, must_be_open, refuse, snapshot
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
    must_be_open(document)
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
    things = {
        kind: model._default_manager.in_bulk([t["id"] for t in some if t["type"] == kind]) for kind, (model, _fields) in KINDS.items()
    }
    told: dict[str, Any] = {}
    for touched in some:
        thing = things[touched["type"]][touched["id"]]
        told |= _of_obligation(thing, touched["before"]) if isinstance(thing, Obligation) else _of_words(thing, touched["before"])
    return told


def _of_obligation(found: Obligation, before: dict[str, Any] | None) -> dict[str, Any]:
    if before is None:
        return {f"obligation #{found.pk}": ["", str(found)]}
    after = snapshot(found)
    return {f"#{found.pk}": {n: [b, after[n]] for n, b in before.items() if b != after[n]}}


def _of_words(thing: Any, before: dict[str, Any]) -> dict[str, Any]:
    """A question or a citation is named by its words: numbers of theirs say nothing to people."""
    after = snapshot(thing)
    if isinstance(thing, Slip):
        return {f"“{thing.quote[:110]}”": [_answer_words(before), _answer_words(after)]}
    name = f"{thing.kind} {before['symbol'] or thing.title[:80]}".strip()
    return {name: [_cited_words(before), _cited_words(after)]}


def _answer_words(said: dict[str, Any]) -> str:
    if not said["answer"]:
        return ""
    with override("vi"):
        return ": ".join(p for p in (str(Slip.Answer(said["answer"]).label), said["value"]) if p)


def _cited_words(cited: dict[str, Any]) -> str:
    day = f"{date.fromisoformat(cited['signed_on']):%d/%m/%Y}" if cited["signed_on"] else ""
    return ", ".join(p for p in (cited["symbol"], day) if p)


__all__ = ["Refused", "apply"]
