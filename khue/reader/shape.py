"""A reading as plain data, in the shape that the annotation guideline describes, with spans and rules besides."""

from datetime import date
from typing import Any

from khue.reader.model import Citation, Cited, Due, Found, Header, Reading, Slip, Span, Suggestion, Target, Task

Data = dict[str, Any]


def shape(reading: Reading) -> Data:
    """`reading` as a JSON object: header, tasks, citations, slips; documents, blocks and footnotes besides."""
    return {
        "header": _header(reading.header),
        "letterhead": _letterhead(reading.header),
        "tasks": [task_shape(t) for t in reading.tasks],
        "citations": [_citation(c) for c in reading.citations],
        "slips": [_slip(s) for s in reading.slips],
        "documents": [_document(d) for d in reading.documents],
        "blocks": [{"kind": b.kind, "text": b.text, "section": b.section, "span": _span(b.span)} for b in reading.blocks],
        "footnotes": [{"mark": f.mark, "text": f.text, "span": _span(f.span), "at": _span(f.at)} for f in reading.footnotes],
    }


def _span(span: Span | None) -> list[int] | None:
    return [span.start, span.end] if span else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _header(header: Header) -> Data:
    names = ("kind", "number", "date", "place", "issuer", "subject", "signer", "signer_title", "recipients", "school_year")
    return {name: _iso(header.day) if name == "date" else getattr(header, name) for name in names}


def _letterhead(header: Header) -> Data:
    """What the guideline does not ask for: the agency above, the addressees, where each part was found."""
    spans = {name: _span(span) for name, span in header.spans.items()}
    return {"parent": header.parent, "addressees": header.addressees, "spans": spans}


def task_shape(task: Task) -> Data:
    """One task as the guideline writes it, with where each field was found and by which rule."""
    data: Data = {
        "quote": task.quote,
        "section": task.section,
        "owners": [f.value for f in task.owners],
        "with": [f.value for f in task.partners],
        "due": _iso(task.due.day) if task.due else None,
        "targets": [_target(t) for t in task.targets],
        "cites": list(dict.fromkeys(c.symbol for c in task.cites)),
        "span": _span(task.span),
        "rule": task.rule,
        "heading": task.heading,
        "found": {"owners": [_found(f) for f in task.owners], "with": [_found(f) for f in task.partners], "due": _due(task.due)},
    }
    if task.due and task.due.recurs:
        data["recurs"] = task.due.recurs
    if task.suggestion:
        data["suggested_due"] = _suggestion(task.suggestion)
    if task.product:
        data["product"] = task.product
    return data


def _found(found: Found) -> Data:
    return {"quote": found.value, "span": _span(found.span), "rule": found.rule}


def _due(due: Due | None) -> Data | None:
    return {"quote": due.quote, "span": _span(due.span), "rule": due.rule} if due else None


def _suggestion(suggestion: Suggestion) -> Data:
    return {"date": _iso(suggestion.day), "quote": suggestion.quote, "span": _span(suggestion.span), "rule": suggestion.rule}


def _target(target: Target) -> Data:
    value = int(target.value) if target.value == int(target.value) else target.value
    return {
        "value": value,
        "unit": target.unit,
        "comparator": target.comparator,
        "quote": target.quote,
        "span": _span(target.span),
        "rule": target.rule,
    }


def _citation(citation: Citation) -> Data:
    return {
        "kind": citation.kind,
        "symbol": citation.symbol,
        "date": _iso(citation.day),
        "issuer": citation.issuer,
        "quote": citation.quote,
        "span": _span(citation.span),
        "document": citation.entry,
    }


def _document(document: Cited) -> Data:
    return {
        "kind": document.kind,
        "symbol": document.symbol,
        "date": _iso(document.day),
        "issuer": document.issuer,
        "title": document.title,
        "numbered": document.numbered,
        "mentions": [_span(m) for m in document.mentions],
    }


def _slip(slip: Slip) -> Data:
    return {
        "kind": slip.kind,
        "quote": slip.quote,
        "why": slip.why,
        "clashes_with": slip.clashes_with,
        "probably": slip.probably,
        "span": _span(slip.span),
    }
