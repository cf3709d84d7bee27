"""What people corrected, in the shape of the annotation guideline: evidence for bettering the reader."""

from typing import Any

from khue.documents.as_reading import header_of
from khue.documents.models import Document, Obligation, State


def gold(document: Document) -> dict[str, Any]:
    """{"header", "tasks", "citations", "slips"} as people left them, and "corrections": what the reader had proposed instead."""
    accepted = list(document.obligations.filter(state__in=[State.ACCEPTED, State.PROPOSED]))
    header = header_of(document)
    return {
        "header": {
            "kind": header.kind,
            "number": header.number,
            "date": header.day.isoformat() if header.day else None,
            "place": header.place,
            "issuer": header.issuer,
            "subject": header.subject,
            "signer": header.signer,
            "signer_title": header.signer_title,
            "recipients": header.recipients,
            "school_year": header.school_year,
        },
        "tasks": [_task(o) for o in accepted],
        "citations": _citations(document),
        "slips": [{"quote": s.quote, "why": str(s.kind)} for s in document.slips.exclude(answer="as_printed")],
        "corrections": [c for o in document.obligations.all() if (c := _correction(o))],
        "false_slips": [{"quote": s.quote, "kind": s.kind} for s in document.slips.filter(answer="as_printed")],
    }


def _task(o: Obligation) -> dict[str, Any]:
    task: dict[str, Any] = {
        "quote": o.quote,
        "section": o.section,
        "owners": [u["quote"] for u in o.owners if u["quote"]],
        "with": [u["quote"] for u in o.partners if u["quote"]],
        "due": o.due.isoformat() if o.due else None,
        "targets": [{k: t[k] for k in ("value", "unit", "comparator", "quote")} for t in o.targets],
        "cites": list(dict.fromkeys(c["symbol"] for c in o.cites if c["symbol"])),
    }
    if o.recurs:
        task["recurs"] = o.recurs
    return task


def _citations(document: Document) -> list[dict[str, Any]]:
    return [
        {"kind": c.kind, "symbol": c.symbol, "date": c.signed_on.isoformat() if c.signed_on else None, "issuer": c.issuer or None}
        for c in document.cited.filter(numbered=True)
    ]


def _correction(o: Obligation) -> dict[str, Any] | None:
    """What became of one proposal, None where it was accepted as it was."""
    if o.origin != "read":
        return None if o.state == State.REPLACED else {"quote": o.quote, "was": o.origin, "now": o.state, "fields": {}}
    if o.state in (State.REJECTED, State.REPLACED):
        return {"quote": o.quote, "was": "read", "now": o.state, "fields": {}}
    now, read = _task(o), o.found
    names = ("quote", "section", "owners", "with", "due", "targets", "recurs")
    fields = {n: [_was(read, n), now.get(n)] for n in names if _was(read, n) != now.get(n)}
    return {"quote": o.quote, "was": "read", "now": o.state, "fields": fields} if fields else None


def _was(read: dict[str, Any], name: str) -> Any:
    if name == "targets":
        return [{k: t[k] for k in ("value", "unit", "comparator", "quote")} for t in read.get("targets", [])]
    return read.get(name)
