"""Steps that cut the text another way: split, merge, add, set the bounds again."""

from datetime import date
from typing import Any

from khue.core.said import said
from khue.documents.models import Obligation, State
from khue.documents.models.review import Origin
from khue.documents.plan import doubts, named, obligation
from khue.documents.review.reread import tasks_of
from khue.documents.review.steps import Step, refuse, snapshot
from khue.reader.model import Span
from khue.units.resolve import resolve_many
from khue.units.tree import today

# a piece of fewer characters than this is no obligation
SHORTEST = 8


def _piece(step: Step, like: Obligation, start: int, end: int, origin: str) -> Obligation:
    """A new obligation of a stretch of the text that takes from `like` what stands in it or above it."""

    def within(span: Any) -> bool:
        """Stands in the piece, or outside the clause (in its heading) and so holds for every piece."""
        return not span or start <= span[0] < end or not like.start <= span[0] < like.end

    quote = step.text.quote(start, end).strip(" ;.,")
    return Obligation(
        document=step.document,
        start=start,
        end=end,
        quote=quote,
        section=like.section,
        heading=like.heading,
        owners=[o for o in like.owners if within(o["span"])] or like.owners,
        partners=[p for p in like.partners if within(p["span"])],
        due=like.due if within(like.due_span) else None,
        due_quote=like.due_quote if within(like.due_span) else "",
        due_rule=like.due_rule if within(like.due_span) else "",
        due_span=like.due_span if within(like.due_span) else None,
        recurs=like.recurs if within(like.due_span) else "",
        suggestion=like.suggestion if like.suggestion and within(like.suggestion["span"]) else None,
        targets=[t for t in like.targets if within(t["span"])],
        cites=like.cites,
        product=like.product,
        note=like.note,
        origin=origin,
        state=State.PROPOSED,
    )


def _replace(step: Step, old: list[Obligation], new: list[Obligation]) -> None:
    for piece in new:
        step.changed(piece, None)
        piece.came_from.set(old)
    for found in old:
        before = snapshot(found)
        found.state = State.REPLACED
        step.changed(found, before)


def split(step: Step, data: dict[str, Any]) -> None:
    """Cuts an obligation in two at a place of its quote."""
    found = step.obligation(data.get("item"))
    at = _place(step, found, int(data.get("offset") or 0))
    if not found.start + SHORTEST <= at <= found.end - SHORTEST:
        raise refuse(said("Chỗ tách phải nằm trong nhiệm vụ."), said("Chọn một dấu phẩy hoặc chấm phẩy ở giữa câu."))
    pieces = [_piece(step, found, found.start, at, Origin.SPLIT), _piece(step, found, at, found.end, Origin.SPLIT)]
    if any(len(p.quote) < SHORTEST for p in pieces):
        raise refuse(said("Một phần quá ngắn để là nhiệm vụ."))
    _replace(step, [found], pieces)


def _place(step: Step, found: Obligation, offset: int) -> int:
    """The place in the source of a place in an obligation's quote: as many letters stand before it in both."""
    letters = sum(not c.isspace() for c in found.quote[:offset])
    for p in step.text.paragraphs:
        if p.end <= found.start or p.start >= found.end:
            continue
        for i in range(p.inside(max(found.start, p.start)), p.inside(min(found.end, p.end))):
            if p.text[i].isspace():
                continue
            if letters == 0:
                return p.source(i)
            letters -= 1
    return 0


def merge(step: Step, data: dict[str, Any]) -> None:
    """Joins obligations that stand one after another into one."""
    found = [o for o in step.obligations(data.get("items")) if o.state != State.REPLACED]
    if len(found) < 2:
        raise refuse(said("Cần hai nhiệm vụ trở lên để gộp."))
    start, end = found[0].start, max(o.end for o in found)
    between = step.document.obligations.filter(start__gte=start, end__lte=end).exclude(state__in=[State.REPLACED, State.REJECTED])
    if between.exclude(pk__in=[o.pk for o in found]).exists():
        raise refuse(said("Giữa các nhiệm vụ này còn nhiệm vụ khác."), said("Chọn các nhiệm vụ liền nhau."))
    whole = _piece(step, found[0], start, end, Origin.MERGED)
    whole.owners = _together(o.owners for o in found)
    whole.partners = _together(o.partners for o in found)
    whole.targets = [t for o in found for t in o.targets]
    whole.cites = [c for o in found for c in o.cites]
    days = [o for o in found if o.due]
    if days:
        last = max(days, key=lambda o: o.due or date.min)
        whole.due, whole.due_quote, whole.due_rule, whole.due_span = last.due, last.due_quote, last.due_rule, last.due_span
    whole.note = " ".join(o.note for o in found if o.note)
    _replace(step, found, [whole])


def _together(lists: Any) -> list[dict[str, Any]]:
    seen: dict[str, dict[str, Any]] = {}
    for units in lists:
        for unit in units:
            seen.setdefault(str(unit["ref"]) if unit["ref"] else unit["quote"], unit)
    return list(seen.values())


def add(step: Step, data: dict[str, Any]) -> None:
    """A stretch of the text that the reader passed over becomes an obligation; its fields are read from its words."""
    start, end = _bounds(step, data)
    slips = [Span(s.start, s.end) for s in step.document.slips.all()]
    task = tasks_of(step.document, step.text, start, end)
    known = resolve_many(sorted({f.value for f in (*task.owners, *task.partners)}), at=step.document.unit, on=today())
    made = obligation(step.document, task, known, slips, origin=Origin.ADDED)
    made.state = State.ACCEPTED
    made.doubts = doubts(task, [named(f, known) for f in (*task.owners, *task.partners)], [])
    step.changed(made, None)


def rebound(step: Step, data: dict[str, Any]) -> None:
    """The obligation's quote becomes another stretch of the text."""
    found = step.obligation(data.get("item"))
    start, end = _bounds(step, data, leave=found.pk)
    before = snapshot(found)
    found.start, found.end = start, end
    found.quote = step.text.quote(start, end).strip(" ;.,")
    step.changed(found, before)


def _bounds(step: Step, data: dict[str, Any], leave: int = 0) -> tuple[int, int]:
    """Two places of the source without white space at the ends. Refused where they cut through another obligation."""
    text = step.text.text
    start, end = _selected(step, data)
    start, end = max(start, 0), min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ";."):
        end -= 1
    if end - start < SHORTEST:
        raise refuse(said("Đoạn chọn quá ngắn."), said("Bôi đen cả câu rồi thêm lại."))
    standing = step.document.obligations.exclude(state__in=[State.REPLACED, State.REJECTED]).exclude(pk=leave)
    if standing.filter(start__lt=end, end__gt=start).exists():
        raise refuse(said("Đoạn chọn chồng lên một nhiệm vụ đã có."), said("Chọn phần chưa được tô, hoặc tách, gộp nhiệm vụ đó."))
    return start, end


def _selected(step: Step, data: dict[str, Any]) -> tuple[int, int]:
    """What a person marked: from a place of one paragraph to a place of the same or a later one."""
    by_number = {p.number: p for p in step.text.paragraphs}
    first, last = by_number.get(int(data["p"])), by_number.get(int(data.get("p_end", data["p"])))
    if first is None or last is None:
        raise refuse(said("Không có đoạn này trong văn bản."), said("Tải lại trang."))
    return first.source(max(int(data["from"]), 0)), last.source_end(min(int(data["to"]), len(last.text)))
