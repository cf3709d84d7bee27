"""What people did since a reorganisation on the shares that it passed on, joined or left to an heir's people.

An undo would take it away, or leave it with a unit that had nothing to do with it. Receiving a share that the decision made
is nothing of the kind: it goes along with that share, and the old one stands as it stood.
"""

from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from khue.core.said import said
from khue.core.text import short
from khue.tasks.heirs_count import CUT, MOST_LINES
from khue.tasks.models import Assignment, Event, ImportBatch, UnitWord
from khue.units.reorganise.heirs import Done, Obstacle

# what whoever follows a task does: for a unit that ended, its heir
_FOLLOWING = (
    Event.Kind.VERIFIED,
    Event.Kind.RETURNED,
    Event.Kind.REOPENED,
    Event.Kind.EXTENDED,
    Event.Kind.EXTENSION_REFUSED,
    Event.Kind.DUE_MOVED,
    Event.Kind.WITHDRAWN,
)
# so many of the newest are read to name one for each share
_READ = 200


def newest() -> dict[str, int]:
    """The newest event and the newest word there are: what comes later is told from what was before."""
    return {"event": _last(Event), "word": _last(UnitWord)}


def _last(model: Any) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def depends(record: dict[str, Any], mine: dict[str, Any]) -> list[Obstacle]:
    """What was done since on what the decision passed on, by the heirs' people or at a unit that the undo would take away."""
    since = mine.get("since") or {"event": max(mine["events"], default=_last(Event)), "word": _last(UnitWord)}
    shares = set(Event.objects.filter(pk__in=mine["events"]).values_list("assignment_id", flat=True))
    events = _events(record, mine, since["event"], shares)
    found = []
    if n := events.order_by().values("assignment_id").distinct().count():
        found.append(Obstacle(said("{n} phần việc đã được đơn vị kế thừa làm tiếp", n=n), _lines(events), n))
    if n := UnitWord.objects.filter(assignment_id__in=shares, pk__gt=since["word"]).count() + _hung_on(mine):
        found.append(Obstacle(said("{n} ý kiến của đơn vị về phần việc đã chuyển", n=n)))
    if n := ImportBatch.objects.filter(unit_id__in=record["made_units"]).count():
        found.append(Obstacle(said("đơn vị mới đã nhập {n} bảng tính việc", n=n)))
    return found


def _events(record: dict[str, Any], mine: dict[str, Any], since: int, shares: set[int]) -> QuerySet[Event]:
    made, closed = record["made_units"], record["closed"]
    here = Q(assignment_id__in=shares) | Q(assignment__task__parent_id__in=shares) | Q(assignment__unit_id__in=[*closed, *made])
    given = Q(assignment__task__unit_id__in=made) | Q(assignment__task__unit_id__in=closed, kind__in=_FOLLOWING)
    # what repeats, given on by the heir; a task of the ended unit given to one more
    theirs = Q(assignment__task__series__unit_id__in=closed) | Q(assignment__task__unit_id__in=closed)
    again = Q(theirs, ~Q(data__has_key="from"), kind=Event.Kind.GIVEN)
    new = [pk for _old, pk, _stage in mine["shares"] if pk]
    found = Event.objects.filter(here | given | again, pk__gt=since)
    # what another decision did is named by itself
    return found.exclude(kind=Event.Kind.RECEIVED, assignment_id__in=new).exclude(data__has_key="reorganisation")


def _lines(events: QuerySet[Event]) -> list[Done]:
    """The newest event of each share, as far as they are named."""
    told: dict[int, Done] = {}
    for e in events.select_related("assignment__task", "assignment__unit", "by").order_by("-pk")[:_READ]:
        if e.assignment_id not in told and len(told) < MOST_LINES:
            told[e.assignment_id] = _line(e)
    return list(told.values())


def _line(event: Event) -> Done:
    share = event.assignment
    who = event.by.full_name if event.by else share.unit.called
    address = f"/viec/{share.task_id}/?phan={share.pk}#p{share.pk}"
    return Done(short(share.task.quote, CUT), address, event.get_kind_display(), who, timezone.localdate(event.at))


def _hung_on(mine: dict[str, Any]) -> int:
    """How many things of any other kind hang on the heirs' shares: an undo would take them away along with these."""
    made = [new for _old, new, _stage in mine["shares"] if new]
    known = {"events", "extensions", "standings", "subtasks", "transferred_from", "words"}
    others = [r for r in Assignment._meta.related_objects if r.get_accessor_name() not in known]
    return sum(r.related_model._default_manager.filter(**{f"{r.field.name}__in": made}).count() for r in others)
