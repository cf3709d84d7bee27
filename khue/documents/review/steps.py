"""What a step needs: the document under its lock, and a record of what it touched and how that was before."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from khue.core.errors import KhueError
from khue.core.said import said
from khue.documents.blocks import Text
from khue.documents.models import CitedDocument, Document, Obligation, Slip, State, Status

Thing = Obligation | Slip | CitedDocument

# what of an obligation a step may change, and so what an undo must give back
FIELDS = (
    "start",
    "end",
    "quote",
    "section",
    "heading",
    "owners",
    "partners",
    "due",
    "due_quote",
    "due_rule",
    "due_span",
    "recurs",
    "suggestion",
    "targets",
    "cites",
    "product",
    "note",
    "state",
    "doubts",
)
SLIP_FIELDS = ("answer", "value", "note", "answered_by_id", "answered_at")
CITED_FIELDS = ("symbol", "symbol_key", "signed_on", "linked_id", "link_by")
# the names under which a step keeps what it touched
KINDS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "obligation": (Obligation, FIELDS),
    "slip": (Slip, SLIP_FIELDS),
    "cited": (CitedDocument, CITED_FIELDS),
}


class Refused(KhueError):
    """A step that cannot be done as asked; says why."""


def refuse(why: str, remedy: str = "") -> Refused:
    """A refusal with a code of its own kind."""
    return Refused("review.refused", why, remedy)


def must_be_open(document: Document) -> None:
    """Refuses to change what belongs to a plan while it is not being reviewed."""
    if document.status != Status.REVIEW:
        raise refuse(said("Văn bản này không còn ở bước soát."), said("Mở lại để soát tiếp."))


@dataclass(slots=True)
class Step:
    """One step on one document. `revision` is the number it will have."""

    document: Document
    by: Any
    revision: int
    touched: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    _text: Text | None = None

    @property
    def text(self) -> Text:
        """The document's text with its paragraphs."""
        if self._text is None:
            self._text = Text(self.document.reading.text, self.document.reading.blocks)
        return self._text

    def obligations(self, ids: Any) -> list[Obligation]:
        """The obligations asked for, in reading order. Refused where one is not of this document."""
        wanted = [int(i) for i in (ids if isinstance(ids, list) else [ids])]
        found = list(self.document.obligations.filter(pk__in=wanted))
        if not wanted or len(found) != len(set(wanted)):
            raise refuse(said("Không có nhiệm vụ này trong văn bản."), said("Tải lại trang."))
        return found

    def obligation(self, pk: Any) -> Obligation:
        """One obligation that still stands (not divided or joined meanwhile)."""
        found = self.obligations(pk)[0]
        if found.state == State.REPLACED:
            raise refuse(said("Nhiệm vụ này vừa được tách hoặc gộp."), said("Xem lại các nhiệm vụ thay nó."))
        return found

    def changed(self, thing: Thing, before: dict[str, Any] | None) -> None:
        """Saves a thing that the step changed or made (`before` None) and keeps how it was."""
        if not isinstance(thing, CitedDocument):
            thing.revision = self.revision
        if before is not None:
            thing.version += 1
        if isinstance(thing, Obligation):
            thing.changed_by = self.by
        thing.save()
        self.touched.append({"type": _kind(thing), "id": thing.pk, "version": thing.version, "before": before})


def _kind(thing: Thing) -> str:
    return next(kind for kind, (model, _fields) in KINDS.items() if isinstance(thing, model))


def snapshot(thing: Thing) -> dict[str, Any]:
    """The fields of a thing as JSON can hold them."""
    return {name: _json(getattr(thing, name)) for name in KINDS[_kind(thing)][1]}


def put_back(thing: Thing, before: dict[str, Any]) -> None:
    """Gives a thing the fields it had."""
    for name, value in before.items():
        if name in ("due", "signed_on") and value:
            value = date.fromisoformat(value)
        setattr(thing, name, value)


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
