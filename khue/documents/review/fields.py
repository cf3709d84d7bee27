"""Steps that change a field, a state or an answer."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from khue.core.said import said
from khue.core.text import squeeze
from khue.documents.models import Slip, State
from khue.documents.review.meant import follow, said_by
from khue.documents.review.steps import Refused, Step, refuse, snapshot

RECURS = ("", "weekly", "monthly", "quarterly", "semester", "yearly")
COMPARATORS = (">=", "<=", "=", ">", "<")
MOST_TEXT = 4000
MOST_UNITS = 30


def _day(value: Any) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise refuse(said("{value}: không phải là ngày.", value=str(value)[:40]), said("Ghi dạng ngày/tháng/năm.")) from None


def _text(value: Any) -> str:
    return squeeze(str(value or ""))[:MOST_TEXT]


def _choice(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if str(value or "") not in allowed:
            raise refuse(said("{value}: không có lựa chọn này.", value=str(value)[:40]))
        return str(value or "")

    return check


def _units(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST_UNITS:
        raise refuse(said("Danh sách đơn vị không hợp lệ."))
    return [_unit(entry) for entry in value if isinstance(entry, dict)]


def _unit(entry: dict[str, Any]) -> dict[str, Any]:
    ref = entry.get("ref")
    return {
        "quote": _text(entry.get("quote"))[:300],
        "span": entry.get("span") if isinstance(entry.get("span"), list) else None,
        "rule": str(entry.get("rule") or "person")[:60],
        "ref": ref if isinstance(ref, dict) and ref.get("type") in ("unit", "group", "rule") else None,
        "label": _text(entry.get("label"))[:300],
        "why": _text(entry.get("why"))[:300],
        "candidates": entry.get("candidates", [])[:5] if isinstance(entry.get("candidates"), list) else [],
    }


def _targets(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST_UNITS:
        raise refuse(said("Danh sách chỉ tiêu không hợp lệ."))
    return [_target(entry) for entry in value if isinstance(entry, dict)]


def _target(entry: dict[str, Any]) -> dict[str, Any]:
    raw = str(entry.get("value", "")).strip().replace(",", ".")
    try:
        number = float(raw)
    except ValueError:
        raise refuse(said("{value}: chỉ tiêu phải là một con số.", value=raw[:40]), said("Ví dụ: 98,5")) from None
    return {
        "value": int(number) if number == int(number) else number,
        "unit": _text(entry.get("unit"))[:60],
        "comparator": _choice(COMPARATORS)(entry.get("comparator") or ">="),
        "quote": _text(entry.get("quote"))[:500],
        "span": entry.get("span") if isinstance(entry.get("span"), list) else None,
        "rule": str(entry.get("rule") or "person")[:60],
    }


EDITABLE: dict[str, Callable[[Any], Any]] = {
    "owners": _units,
    "partners": _units,
    "due": _day,
    "recurs": _choice(RECURS),
    "targets": _targets,
    "note": _text,
    "product": _text,
    "section": lambda value: _text(value)[:60],
}


def set_field(step: Step, data: dict[str, Any]) -> None:
    """Sets one field of one or several obligations. `base` is what the person saw.

    Where another person set it to something else meanwhile nothing is changed: both values go back as a conflict.
    """
    name = str(data.get("field"))
    if name not in EDITABLE:
        raise refuse(said("Không có trường {name}.", name=name[:40]))
    wanted = EDITABLE[name](data.get("value"))
    for found in step.obligations(data.get("items")):
        now = getattr(found, name)
        if now == wanted:
            continue
        if "base" in data and not _same(name, data["base"], now):
            step.conflicts.append(_conflict(found, name, now, data.get("value")))
            continue
        before = snapshot(found)
        setattr(found, name, wanted)
        found.doubts = _doubts_left(found, name)
        step.changed(found, before)


def _same(name: str, base: Any, now: Any) -> bool:
    try:
        return bool(EDITABLE[name](base) == EDITABLE[name](now))
    except Refused:
        return False


def _conflict(found: Any, name: str, now: Any, yours: Any) -> dict[str, Any]:
    theirs = now.isoformat() if isinstance(now, date) else now
    return {"item": found.pk, "field": name, "theirs": theirs, "yours": yours, "by": str(found.changed_by or "")}


def _doubts_left(found: Any, name: str) -> list[str]:
    """A doubt that the change has answered goes."""
    left = list(found.doubts)
    if name in ("owners", "partners") and all(u["ref"] for u in [*found.owners, *found.partners]):
        left = [d for d in left if d != "unit"]
    if name in ("due", "recurs"):
        left = [d for d in left if d != "due"]
    return left


def set_state(step: Step, data: dict[str, Any]) -> None:
    """Accepts, rejects or reopens one or several obligations."""
    state = str(data.get("state"))
    if state not in (State.PROPOSED, State.ACCEPTED, State.REJECTED):
        raise refuse(said("Không có tình trạng này."))
    for found in step.obligations(data.get("items")):
        if found.state in (state, State.REPLACED):
            continue
        before = snapshot(found)
        found.state = state
        step.changed(found, before)


def take_suggestion(step: Step, data: dict[str, Any]) -> None:
    """The suggested day becomes the deadline."""
    found = step.obligation(data.get("item"))
    if not found.suggestion:
        raise refuse(said("Nhiệm vụ này không có ngày gợi ý."))
    before = snapshot(found)
    found.due = date.fromisoformat(found.suggestion["date"])
    found.due_quote, found.due_rule, found.due_span = found.suggestion["quote"], found.suggestion["rule"], found.suggestion["span"]
    found.doubts = _doubts_left(found, "due")
    step.changed(found, before)


def answer(step: Step, data: dict[str, Any]) -> None:
    """The clerk's answer to a question about the text, with what it changes in the plan."""
    slip = step.document.slips.filter(pk=int(data.get("slip") or 0)).first()
    if slip is None:
        raise refuse(said("Không có câu hỏi này trong văn bản."), said("Tải lại trang."))
    said_now = str(data.get("answer") or "")
    if said_now not in Slip.Answer.values:
        raise refuse(said("Không có câu trả lời này."))
    value, note = _text(data.get("value"))[:300], _text(data.get("note"))
    if (slip.answer, slip.value, slip.note) == (said_now, value, note):
        return
    if "base" in data and str(data["base"] or "") != slip.answer:
        step.conflicts.append(
            {"slip": slip.pk, "field": "answer", "theirs": slip.answer, "yours": said_now, "by": str(slip.answered_by or "")}
        )
        return
    before, was = snapshot(slip), said_by(slip)
    slip.answer, slip.value, slip.note = said_now, value, note
    slip.answered_by, slip.answered_at = (step.by, timezone.now()) if said_now else (None, None)
    step.changed(slip, before)
    follow(step, was, said_by(slip))
