"""A cited document, or a deadline, on the wrong side of the document's own date."""

from collections.abc import Iterator

from khue.core.said import said
from khue.reader.model import Slip
from khue.reader.slips.base import Look, dated_quote, on


def later_citations(look: Look) -> Iterator[Slip]:
    """A document that was signed after the one that cites it."""
    day = look.header.day
    for citation, _ in look.cited if day else []:
        if citation.day and day and citation.day > day:
            why = said("Văn bản được dẫn đề ngày {theirs}, sau ngày của văn bản này ({ours}).", theirs=on(citation.day), ours=on(day))
            yield Slip("later_citation", dated_quote(citation), why, citation.span, said("ngày {day}", day=on(day)))


def past_deadlines(look: Look) -> Iterator[Slip]:
    """A deadline that had already passed when the document was signed."""
    day = look.header.day
    seen = set()
    for task in look.tasks if day else []:
        due = task.due
        if due and due.day and day and due.day < day and due.rule.startswith("deadline") and due.span not in seen:
            seen.add(due.span)
            why = said("Thời hạn {due} đã qua trước ngày ban hành ({ours}).", due=on(due.day), ours=on(day))
            yield Slip("past_deadline", due.quote, why, due.span, said("ngày {day}", day=on(day)))
