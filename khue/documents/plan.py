"""From what the reader found to the rows that people look through."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from khue import __version__
from khue.core.said import as_data
from khue.core.search import plain_words
from khue.core.text import number_key
from khue.documents.blocks import block_data
from khue.documents.models import CitedDocument, Document, Obligation, Reading, Slip
from khue.reader.loading import Loaded
from khue.reader.model import Found, Span, Task
from khue.reader.model import Reading as Read
from khue.reader.shape import shape, task_shape
from khue.units.models import Unit
from khue.units.resolve import Candidate, resolve_many
from khue.units.tree import today

# a clause of more characters than this is worth a look: perhaps it holds two
LONG = 700


def fingerprint(text: str) -> str:
    """A hash of the words alone: the same for a .docx and a .pdf of one document."""
    return hashlib.sha256(plain_words(text).encode()).hexdigest()


def keep_reading(document: Document, loaded: Loaded, read: Read) -> None:
    """Writes reading, obligations, slips and cited documents of a document that has none. Call inside a transaction."""
    Reading.objects.create(
        document=document,
        text=loaded.text,
        blocks=[block_data(b) for b in read.blocks],
        header=_header(read),
        footnotes=shape(read)["footnotes"],
        places=[[p.start, as_data(p.label)] for p in loaded.places],
        loaded_as=loaded.kind,
        note=as_data(loaded.note),
        reader_version=__version__,
        fingerprint=fingerprint(loaded.text),
    )
    known = _known_units(document.unit, read.tasks)
    slip_spans = [s.span for s in read.slips]
    Obligation.objects.bulk_create([obligation(document, t, known, slip_spans) for t in read.tasks])
    Slip.objects.bulk_create([_slip(document, s) for s in read.slips])
    CitedDocument.objects.bulk_create([_cited(document, n, c) for n, c in enumerate(read.documents)])


def _header(read: Read) -> dict[str, Any]:
    shaped = shape(read)
    return {**shaped["header"], **shaped["letterhead"]}


def _known_units(at: Unit, tasks: Iterable[Task]) -> dict[str, list[Candidate]]:
    printed = {f.value for t in tasks for f in (*t.owners, *t.partners)}
    return resolve_many(sorted(printed), at=at, on=today())


def obligation(document: Document, task: Task, known: dict[str, list[Candidate]], slips: list[Span], origin: str = "read") -> Obligation:
    """An obligation as it is proposed, not yet saved."""
    shaped = task_shape(task)
    due = task.due
    suggestion = shaped.get("suggested_due")
    owners = [named(f, known) for f in task.owners]
    partners = [named(f, known) for f in task.partners]
    return Obligation(
        document=document,
        start=task.span.start,
        end=task.span.end,
        quote=task.quote,
        section=task.section[:60],
        heading=task.heading,
        owners=owners,
        partners=partners,
        due=due.day if due else None,
        due_quote=due.quote[:300] if due else "",
        due_rule=due.rule if due else "",
        due_span=[due.span.start, due.span.end] if due else None,
        recurs=(due.recurs or "") if due else "",
        suggestion=suggestion,
        targets=shaped["targets"],
        cites=[{"symbol": c.symbol, "kind": c.kind, "entry": c.entry} for c in task.cites],
        product=task.product or "",
        rule=task.rule,
        origin=origin,
        doubts=doubts(task, owners + partners, slips),
        found=shaped,
    )


def named(found: Found, known: dict[str, list[Candidate]]) -> dict[str, Any]:
    """A unit as printed, with what it was resolved to and what else it may be."""
    candidates = known.get(found.value, [])
    exact = next((c for c in candidates if c.exact), None)
    return {
        "quote": found.value,
        "span": [found.span.start, found.span.end],
        "rule": found.rule,
        "ref": exact.ref if exact else None,
        "label": exact.label if exact else "",
        "why": exact.why if exact else "",
        "candidates": [{"ref": c.ref, "label": c.label} for c in candidates[:5] if c is not exact],
    }


def doubts(task: Task, units: list[dict[str, Any]], slips: list[Span]) -> list[str]:
    """Why a person should look at an obligation before it is accepted."""
    found = []
    if any(u["ref"] is None for u in units):
        found.append("unit")
    if task.suggestion and not task.due:
        found.append("due")
    if any(s.start < task.span.end and task.span.start < s.end for s in slips):
        found.append("slip")
    if len(task.quote) > LONG:
        found.append("long")
    return found


def _slip(document: Document, slip: Any) -> Slip:
    return Slip(
        document=document,
        kind=slip.kind,
        quote=slip.quote,
        start=slip.span.start,
        end=slip.span.end,
        why=as_data(slip.why),
        clashes_with=as_data(slip.clashes_with),
        probably=as_data(slip.probably),
    )


def _cited(document: Document, entry: int, cited: Any) -> CitedDocument:
    return CitedDocument(
        document=document,
        entry=entry,
        kind=(cited.kind or "")[:60],
        symbol=(cited.symbol or "")[:80],
        symbol_key=number_key(cited.symbol or "")[:80],
        signed_on=cited.day,
        issuer=(cited.issuer or "")[:300],
        title=cited.title or "",
        numbered=cited.numbered,
        mentions=[[m.start, m.end] for m in cited.mentions],
    )


def drop_reading(document: Document) -> None:
    """Takes away what was read of the file, so that it, or another one, can be read."""
    Reading.objects.filter(document=document).delete()
    for made in (Obligation, Slip):
        made._default_manager.filter(document=document).delete()
    document.cited.all().delete()


def fill_header(document: Document, read: Read) -> list[str]:
    """Fields of the register that are empty take what the document's head says. Returns the names of those filled."""
    header = read.header
    said: dict[str, Any] = {
        "kind": _kind_word(header.kind, header.number),
        "number": header.number,
        "signed_on": _sane(header.day),
        "issuer": header.issuer,
        "subject": header.subject,
        "signer": header.signer,
        "signer_title": header.signer_title,
        "place": header.place,
        "school_year": header.school_year,
        "recipients": "\n".join(header.recipients),
    }
    filled = [name for name, value in said.items() if value and not getattr(document, name)]
    for name in filled:
        most = getattr(Document._meta.get_field(name), "max_length", None)
        value = said[name]
        setattr(document, name, value[:most] if most and isinstance(value, str) else value)
    return filled


def _kind_word(kind: str | None, number: str | None) -> str:
    if kind:
        return kind[:1].upper() + kind[1:].lower()
    return "Công văn" if number else ""


def _sane(day: date | None) -> date | None:
    return day if day and 1945 <= day.year <= 2100 else None
