"""The fields of a stretch of text that a person marked as an obligation, read by the same rules as all others."""

from dataclasses import replace
from datetime import date
from typing import Any

from khue.documents.blocks import Text
from khue.documents.models import Document
from khue.reader.model import Due, Found, Span, Suggestion, Target, Task
from khue.reader.read import read


def _lead(document: Document) -> str:
    """A head that tells the reader the document's year, so that "trước 15/10" has one."""
    day = document.signed_on
    lines = ["KẾ HOẠCH", f"Về nhiệm vụ năm học {document.school_year}" if document.school_year else "Về nhiệm vụ"]
    if day:
        lines.insert(0, f"Nơi gửi, ngày {day.day} tháng {day.month} năm {day.year}\n")
    return "\n".join(lines) + "\n\nI. NHIỆM VỤ\n\n"


def due_of(document: Document, before: str, words: str, after: str) -> date | None:
    """The deadline that `words` give a sentence in which they stand; None where they give none."""
    lead = _lead(document) + before
    due = next((t.due for t in read(f"{lead}{words}{after}.\n").tasks if t.due and t.due.day), None)
    stands = due and due.span.start < len(lead) + len(words) and len(lead) < due.span.end
    return due.day if due and stands else None


def tasks_of(document: Document, text: Text, start: int, end: int) -> Task:
    """One task with the quote asked for; owners, deadline, targets and documents are those found inside it."""
    lead = _lead(document)
    found = read(lead + text.text[start:end] + ".\n").tasks
    shift = start - len(lead)
    paragraph = text.at(start)
    task = Task(
        quote=text.quote(start, end).strip(" ;.,"),
        section=paragraph.section if paragraph else "",
        span=Span(start, end),
        rule="person",
        owners=[_moved(f, shift) for t in found for f in t.owners],
        partners=[_moved(f, shift) for t in found for f in t.partners],
        due=next((_moved(t.due, shift) for t in found if t.due), None),
        suggestion=next((_moved(t.suggestion, shift) for t in found if t.suggestion), None),
        targets=[_moved(x, shift) for t in found for x in t.targets],
        heading=_heading(text, start),
    )
    return task


def _moved(thing: Any, shift: int) -> Any:
    """The same finding at its place in the whole text."""
    assert isinstance(thing, Found | Due | Suggestion | Target)
    return replace(thing, span=Span(thing.span.start + shift, thing.span.end + shift))


def _heading(text: Text, start: int) -> str:
    before = [p for p in text.paragraphs if p.start <= start and p.kind == "heading"]
    return before[-1].text if before else ""
