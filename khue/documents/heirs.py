"""Registers stay with the unit that kept them; whoever carries the unit on sees them and goes on with its plans."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from khue.core.said import said
from khue.core.text import short
from khue.documents.models import Document, Report, ReviewEvent
from khue.tasks.models import Task
from khue.units.reorganise.heirs import Done, Obstacle, Room, Touched, touched
from khue.units.reorganise.spells import Change

# so many are named of each kind, and so much of what each is called
MOST, CUT = 8, 90


def count(units: list[int]) -> list[Touched]:
    """Documents in the registers of units that end, and reports that they have not issued yet."""
    kept = Document.objects.filter(unit_id__in=units, removed_at__isnull=True)
    drafts = Report.objects.filter(unit_id__in=units, state=Report.State.DRAFT)
    return [
        touched(said("văn bản trong sổ, giữ nguyên và đơn vị kế thừa xem được"), kept, "/van-ban/?unit={unit}"),
        touched(said("báo cáo chưa ban hành"), drafts),
    ]


def inherit(change: Change) -> dict[str, Any]:
    """Nothing moves; what there is of the registers is kept, so that what comes later is told from it."""
    drafts = Report.objects.filter(unit_id__in=change.closed, state=Report.State.DRAFT)
    return {
        "since": {name: model.objects.aggregate(last=Max("pk"))["last"] or 0 for name, model in _MODELS.items()},
        "drafts": [list(row) for row in drafts.values_list("pk", "version")],
    }


_MODELS: dict[str, Any] = {"document": Document, "review": ReviewEvent, "report": Report, "task": Task}


def give_back(record: Any) -> None:
    """Nothing moved."""


def depends(record: dict[str, Any], mine: Any) -> list[Obstacle]:
    """Whether a unit that the undo would take away has a register or a report, or the heir's people went on with one."""
    units = record["made_units"]
    made = Document.objects.filter(Q(unit_id__in=units) | Q(handler_unit_id__in=units))
    reports = Report.objects.filter(Q(unit_id__in=units) | Q(about_unit_id__in=units))
    found = []
    if n := made.count() + reports.count():
        lines = [*map(_document, made[:MOST]), *map(_report, reports.select_related("created_by")[:MOST])][:MOST]
        found.append(Obstacle(said("{n} văn bản, báo cáo của đơn vị mới", n=n), lines, n))
    if mine and (lines := _gone_on(record["closed"], mine)):
        n = len(lines)
        found.append(Obstacle(said("{n} văn bản, báo cáo của đơn vị cũ đã được làm tiếp", n=n), lines[:MOST], n))
    return found


def _gone_on(units: list[int], mine: dict[str, Any]) -> list[Done]:
    """Documents and reports of units that ended on which somebody worked since, each once."""
    since = mine["since"]
    reviewed = ReviewEvent.objects.filter(document__unit_id__in=units, pk__gt=since["review"])
    # what a unit makes under its own share is its own matter
    given = Task.objects.filter(
        pk__gt=since["task"], parent__isnull=True, document_id__in=Document.objects.filter(unit_id__in=units).values("pk")
    )
    touched_since = Q(pk__in=reviewed.values("document_id")) | Q(pk__in=given.values("document_id")) | Q(pk__gt=since["document"])
    documents = Document.objects.filter(touched_since, unit_id__in=units).order_by("-pk")
    return [*map(_document, documents), *map(_report, _changed(units, mine))]


def _changed(units: list[int], mine: dict[str, Any]) -> Iterable[Report]:
    before = dict(mine["drafts"])
    theirs = Report.objects.filter(Q(pk__in=before) | Q(unit_id__in=units, pk__gt=mine["since"]["report"]))
    return [r for r in theirs.select_related("created_by").order_by("-pk") if before.get(r.pk) != r.version]


def _document(document: Document) -> Done:
    return Done(short(str(document), CUT), reverse("documents:show", args=[document.pk]))


def _report(report: Report) -> Done:
    who = report.created_by.full_name if report.created_by else ""
    return Done(short(report.title, CUT), reverse("documents:report", args=[report.pk]), "", who, timezone.localdate(report.changed_at))


ROOM = Room("documents", 1, count, inherit, give_back, depends)
