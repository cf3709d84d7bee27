"""A plan becomes tasks: all in one transaction under one batch, so that it can be taken back as one."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import said, template
from khue.tasks.give import give, withdraw
from khue.tasks.imports.rows import Draft, standing
from khue.tasks.models import Assignment, Event, ImportBatch, Task
from khue.tasks.models.task import CLOSED
from khue.tasks.telling import tell_batch
from khue.units.groups import Member
from khue.units.models import Unit
from khue.units.tree import today

# what does not show that anybody began with a task
_QUIET = (Event.Kind.GIVEN, Event.Kind.RECEIVED, Event.Kind.DUE_MOVED, Event.Kind.WITHDRAWN)


@transaction.atomic
def carry_out(drafts: Iterable[Draft], *, unit: Unit, by: Any, file_name: str, on: date | None = None) -> ImportBatch | None:
    """Gives every task that the unit does not follow yet; None where nothing is new. All or nothing."""
    list(Unit.objects.select_for_update().filter(pk=unit.pk))
    drafts = list(drafts)
    there = standing(unit, (d.quote for d in drafts))
    new = [d for d in drafts if d.key not in there]
    if not new:
        return None
    batch = ImportBatch.objects.create(unit=unit, file_name=file_name[:200], by=by)
    known: dict[str, list[Member]] = {}
    for draft in new:
        give(unit, draft.quote, draft.addresses, by=by, on=on or today(), known=known, tell=False, batch=batch, **draft.fields())
    shares = Assignment.objects.filter(task__batch=batch)
    tell_batch(shares, "given", f"plan-{batch.pk}", template("{n} việc mới theo «{name}»"), name=file_name, by=by)
    log_action("plan.imported", batch, by=by, changes={"tasks": [0, len(new)]})
    return batch


def with_counts(batches: QuerySet[ImportBatch]) -> QuerySet[Any]:
    """Adds `count`, and `standing` of them that were not taken back."""
    left = Count("tasks", filter=Q(tasks__withdrawn_at__isnull=True))
    return batches.annotate(count=Count("tasks"), standing=left).order_by("-id")


@transaction.atomic
def undo(batch_id: int, *, by: Any) -> tuple[int, list[Task]]:
    """Takes back what nobody has begun with. Returns how many tasks went, and those that stay because somebody has."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.undone_at:
        raise KhueError("batch.undone", said("Lượt nhập này đã hoàn tác rồi."), said("Xem lại danh sách các lượt nhập."))
    tasks = list(Task.objects.select_for_update().filter(batch=batch, withdrawn_at__isnull=True))
    worked = Event.objects.filter(assignment__task=OuterRef("pk")).exclude(kind__in=_QUIET)
    begun = Q(Exists(worked)) | Q(assignments__subtasks__isnull=False)
    kept_ids = set(Task.objects.filter(begun, pk__in=[t.pk for t in tasks]).values_list("pk", flat=True))
    gone = [t for t in tasks if t.pk not in kept_ids]
    open_ones = list(Assignment.objects.filter(task__in=gone).exclude(stage__in=CLOSED))
    for task in gone:
        withdraw(task.pk, by=by, why=f"Hoàn tác nhập tệp «{batch.file_name}»", tell=False)
    sentence = template("Đã thu hồi {n} việc theo «{name}»")
    tell_batch(open_ones, "withdrawn", f"plan-undone-{batch.pk}", sentence, name=batch.file_name, by=by)
    batch.undone_at = timezone.now()
    batch.save(update_fields=["undone_at"])
    log_action("plan.undone", batch, by=by, changes={"tasks": [len(tasks), len(tasks) - len(gone)]})
    return len(gone), [t for t in tasks if t.pk in kept_ids]
