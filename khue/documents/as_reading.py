"""A reviewed document as a Reading of the pure reader, so that exports and comparisons show what people decided."""

from datetime import date
from typing import Any

from khue.core.said import from_data
from khue.documents.export import ReadFile
from khue.documents.models import Document, Obligation, State
from khue.reader.loading.load import Loaded
from khue.reader.model import Block, Citation, Cited, Due, Found, Header, Reading, Slip, Span, Suggestion, Target, Task

SHOWN = (State.PROPOSED, State.ACCEPTED)


def _span(pair: Any, fallback: Span) -> Span:
    return Span(pair[0], pair[1]) if pair else fallback


def _found(units: list[dict[str, Any]], whole: Span) -> list[Found]:
    return [Found(u["quote"] or u["label"], _span(u["span"], whole), u["rule"]) for u in units]


def _due(o: Obligation, whole: Span) -> Due | None:
    if not (o.due or o.recurs):
        return None
    return Due(o.due, o.recurs or None, o.due_quote, _span(o.due_span, whole), o.due_rule or "person")


def _suggestion(o: Obligation, whole: Span) -> Suggestion | None:
    if not o.suggestion or o.due or o.recurs:
        return None
    said = o.suggestion
    return Suggestion(date.fromisoformat(said["date"]), said["quote"], _span(said["span"], whole), said["rule"])


def task_of(o: Obligation) -> Task:
    """One obligation as the reader's task."""
    whole = Span(o.start, o.end)
    targets = [Target(float(t["value"]), t["unit"], t["comparator"], t["quote"], _span(t["span"], whole), t["rule"]) for t in o.targets]
    cites = [Citation(c["kind"] or "", c["symbol"] or "", None, None, "", whole, c.get("entry", 0)) for c in o.cites]
    return Task(
        quote=o.quote,
        section=o.section,
        span=whole,
        rule=o.rule or "person",
        owners=_found(o.owners, whole),
        partners=_found(o.partners, whole),
        due=_due(o, whole),
        suggestion=_suggestion(o, whole),
        targets=targets,
        cites=cites,
        heading=o.heading,
        product=o.product or None,
    )


def header_of(document: Document) -> Header:
    """The register's fields as the head of a reading."""
    return Header(
        kind=document.kind.upper() or None,
        number=document.number or None,
        day=document.signed_on,
        place=document.place or None,
        issuer=document.issuer or None,
        subject=document.subject or None,
        signer=document.signer or None,
        signer_title=document.signer_title or None,
        recipients=[line for line in document.recipients.splitlines() if line.strip()],
        school_year=document.school_year or None,
    )


def reading_of(document: Document, obligations: list[Obligation] | None = None) -> Reading:
    """The document with what holds now. `obligations` may be given where they are at hand."""
    if obligations is None:
        obligations = list(document.obligations.filter(state__in=SHOWN))
    kept = getattr(document, "reading", None)
    slips = [
        Slip(s.kind, s.quote, from_data(s.why), Span(s.start, s.end), from_data(s.clashes_with) or None, from_data(s.probably) or None)
        for s in document.slips.all()
    ]
    cited = [Cited(c.kind, c.symbol or None, c.signed_on, c.issuer or None, c.title or None, [], c.numbered) for c in document.cited.all()]
    return Reading(
        source=kept.text if kept else "",
        header=header_of(document),
        blocks=[_block(b) for b in kept.blocks] if kept else [],
        tasks=[task_of(o) for o in obligations],
        citations=[],
        documents=cited,
        slips=slips,
        footnotes=[],
    )


def _block(data: dict[str, Any]) -> Block:
    from array import array

    origin = array("l")
    for at, source, length in data["runs"]:
        assert at == len(origin)
        origin.extend(range(source, source + length))
    return Block(data["kind"], data["text"], data["section"], Span(data["start"], data["end"]), origin)


def read_file(document: Document) -> ReadFile:
    """What the export writers take."""
    reading = reading_of(document)
    name = document.file.name if document.file_id and document.file else document.called
    return ReadFile(name, Loaded(reading.source, name, "txt"), reading)
