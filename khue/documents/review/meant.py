"""What an answer to a question changes in the plan: the deadline or the citation that was printed wrongly, and the doubt.

Only what the words themselves are about follows: a citation that holds the place, or the deadline that stands there. An
answer that is changed later first takes back what the one before had set, unless a person set something else meanwhile.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from khue.core.text import key, number_key
from khue.documents.links import link_cited
from khue.documents.models import CitedDocument, Obligation, Slip, State
from khue.documents.review.reread import due_of
from khue.documents.review.steps import Step, snapshot
from khue.reader.rules.times import times

# how a deadline that came from an answer is named in `due_rule`
RULE = "slip"
# "2457/QĐ-BGDĐT"; a day has no letter behind its stroke
_SYMBOL = re.compile(r"\d+[\w.]*/[\w&./\-–]*[^\W\d_][\w&./\-–]*")


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: the words that were meant, empty where the text stands as it is printed."""

    slip: Slip
    meant: str

    @property
    def symbol(self) -> str:
        """The number and symbol in what was meant."""
        found = _SYMBOL.search(self.meant)
        return found[0].rstrip(".-–/")[:80] if found else ""

    def day(self, signed: date | None) -> date | None:
        """The day in what was meant; without a year the first one from the day of issue on."""
        low = key(self.meant)
        found = times(low, 0, len(low), signed.year if signed else None, signed)
        return next((t.last for t in found if t.kind == "D" and t.last), None)

    def holds(self, span: Any) -> bool:
        """Whether a stretch touches the words in question."""
        return bool(span) and span[0] < self.slip.end and self.slip.start < span[1]


def said_by(slip: Slip) -> Said:
    """The answer as it stands."""
    return Said(slip, slip.value if slip.answer == Slip.Answer.MEANT else "")


def follow(step: Step, was: Said, now: Said) -> None:
    """Changes what the answer is about, as part of its step."""
    earlier = _earlier(step, was) if was.meant else {}
    cited = _cited(step, was, now, earlier)
    for found in step.document.obligations.exclude(state=State.REPLACED):
        before = snapshot(found)
        if was.meant:
            _give_back(step, found, was, earlier.get(("obligation", found.pk)))
        if now.meant and not cited:
            _set_due(step, found, now)
        if cited:
            found.cites = [{**c, "symbol": cited[c["entry"]]} if c.get("entry") in cited else c for c in found.cites]
        found.doubts = _doubts(step, found, now)
        if snapshot(found) != before:
            step.changed(found, before)


def _earlier(step: Step, was: Said) -> dict[tuple[str, int], dict[str, Any]]:
    """How things were before the first of the question's answers."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for event in step.document.events.filter(op="answer", undone_by__isnull=True).order_by("revision"):
        if any(t["type"] == "slip" and t["id"] == was.slip.pk for t in event.touched):
            for touched in event.touched:
                found.setdefault((touched["type"], touched["id"]), touched["before"])
    return found


def _cited(step: Step, was: Said, now: Said, earlier: dict[tuple[str, int], dict[str, Any]]) -> dict[int, str]:
    """Mends the citation that holds the words; {entry: symbol} of each, empty where the words are no citation."""
    found = [c for c in step.document.cited.all() if any(now.holds(m) for m in c.mentions)]
    for cited in found:
        before = snapshot(cited)
        if was.meant:
            _give_back_cited(step, cited, was, earlier.get(("cited", cited.pk), {}))
        if now.symbol:
            cited.symbol = now.symbol
        cited.signed_on = now.day(step.document.signed_on) or cited.signed_on
        cited.symbol_key = number_key(cited.symbol)[:80]
        if cited.symbol != before["symbol"] and cited.link_by == "found":
            cited.linked, cited.link_by = None, ""
        if snapshot(cited) != before:
            step.changed(cited, before)
            link_cited(step.document)
    return {c.entry: c.symbol for c in found}


def _give_back_cited(step: Step, cited: CitedDocument, was: Said, before: dict[str, Any]) -> None:
    if before and was.symbol and cited.symbol == was.symbol:
        cited.symbol = before["symbol"]
    if before and was.day(step.document.signed_on) == cited.signed_on:
        cited.signed_on = date.fromisoformat(before["signed_on"]) if before["signed_on"] else None


def _give_back(step: Step, found: Obligation, was: Said, before: dict[str, Any] | None) -> None:
    if before is None or found.due_rule != RULE or not was.holds(found.due_span) or found.due != _day_of(step, found, was):
        return
    found.due = date.fromisoformat(before["due"]) if before["due"] else None
    found.due_quote, found.due_rule, found.due_span = before["due_quote"], before["due_rule"], before["due_span"]


def _set_due(step: Step, found: Obligation, now: Said) -> None:
    """The day that was meant becomes the deadline, unless a person had set another one."""
    read = found.found.get("due")
    if found.recurs or (found.due and found.due.isoformat() != read):
        return
    if day := _day_of(step, found, now):
        found.due, found.due_quote, found.due_rule = day, now.meant[:300], RULE
        found.due_span = [now.slip.start, now.slip.end]
        found.doubts = [d for d in found.doubts if d != "due"]


def _day_of(step: Step, found: Obligation, said: Said) -> date | None:
    """The deadline of an obligation once the words are put right: its sentence is read again with them."""
    within = found.start <= said.slip.start and said.slip.end <= found.end
    stands = said.holds(found.due_span)
    if not stands and (not within or found.due_span):
        return None
    text = step.document.reading.text
    if within and (day := due_of(step.document, text[found.start : said.slip.start], _words(said), text[said.slip.end : found.end])):
        return day
    return said.day(step.document.signed_on) if stands else None


def _words(said: Said) -> str:
    """What was meant, with the "ngày" that the printed words began with."""
    keeps = said.slip.quote.lower().startswith("ngày") and said.meant[:1].isdigit()
    return f"ngày {said.meant}" if keeps else said.meant


def _doubts(step: Step, found: Obligation, now: Said) -> list[str]:
    """Without the doubt where every question in the sentence is answered, with it where one is open."""
    if not now.holds([found.start, found.end]):
        return list(found.doubts)
    left = [d for d in found.doubts if d != "slip"]
    asked = step.document.slips.filter(answer=Slip.Answer.OPEN, start__lt=found.end, end__gt=found.start)
    return [*left, "slip"] if _other(asked, now.slip) or now.slip.answer == Slip.Answer.OPEN else left


def _other(slips: Iterable[Slip], slip: Slip) -> bool:
    return any(s.pk != slip.pk for s in slips)
