"""A report that was issued is never changed: another takes its place, and each leads to the other."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from khue.core.errors import KhueError
from khue.core.said import said
from khue.documents.models import Report
from khue.documents.report.blocks import blocks_of
from khue.documents.report.editing import HEAD_FIELDS
from khue.documents.report.kept import REPLACES, number_of, replaced
from khue.documents.report.service import make_draft, merged


def replacements(report: Report) -> QuerySet[Report]:
    """The one that takes its place, a draft or issued; nothing where there is none."""
    return Report.objects.filter(unit_id=report.unit_id, **{f"figures__{REPLACES}": report.pk}).select_related("issued_as")


def beside(report: Report) -> dict[str, Any]:
    """What the page of a report names: the one whose place it takes, the one that takes its place, and their numbers."""
    before = replaced(report)
    after = replacements(report).first() if report.state == Report.State.ISSUED else None
    return {
        "replaces": before,
        "replaces_number": number_of(before) if before else "",
        "replaced_by": after,
        "replaced_number": number_of(after) if after else "",
    }


@transaction.atomic
def replace(report_id: int, *, by: Any) -> Report:
    """A draft of the same matter and day in place of one that was issued, with the words that people had written in it.

    A second time gives the same draft. Raises KhueError for one that is still a draft.
    """
    old = Report.objects.select_for_update(of=("self",)).select_related("unit", "document", "about_unit").get(pk=report_id)
    if old.state != Report.State.ISSUED:
        raise KhueError("report.draft", said("Báo cáo này còn là dự thảo."), said("Sửa ngay trong dự thảo."))
    if there := replacements(old).first():
        return there
    made = make_draft(
        old.unit,
        old.about,
        by=by,
        document=old.document,
        about_unit=old.about_unit,
        starts_on=old.starts_on,
        as_of=old.as_of,
        replaces=old,
    )
    dropped = list(old.figures.get("dropped", []))
    blocks, _done = merged(blocks_of(old.blocks), blocks_of(made.blocks), set(dropped))
    made.blocks = [b.data() for b in blocks]
    made.figures = made.figures | ({"dropped": dropped} if dropped else {})
    for name in HEAD_FIELDS:
        setattr(made, name, getattr(old, name))
    made.save()
    return made
