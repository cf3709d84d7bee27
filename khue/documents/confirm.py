"""Closing a review and opening it again."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import said
from khue.documents.frozen import is_issued
from khue.documents.models import Document, Slip, State, Status
from khue.documents.plan import drop_reading
from khue.documents.register import ask_reading


def what_is_left(document: Document) -> dict[str, int]:
    """{"proposed": obligations nobody looked at, "slips": questions without an answer, "nobody": accepted ones that go to no known unit}."""
    obligations = document.obligations.all()
    accepted = obligations.filter(state=State.ACCEPTED).values_list("owners", flat=True)
    nobody = sum(not any(u.get("ref") for u in owners) for owners in accepted if owners or not document.default_owner)
    return {
        "proposed": obligations.filter(state=State.PROPOSED).count(),
        "slips": document.slips.filter(answer=Slip.Answer.OPEN).count(),
        "nobody": nobody,
    }


def _left_words(left: dict[str, int]) -> str:
    """What is left in words; of what is done nothing is said."""
    tasks, slips = left["proposed"], left["slips"]
    if tasks and slips:
        return said("Còn {tasks} nhiệm vụ chưa soát và {slips} câu hỏi chưa trả lời.", tasks=tasks, slips=slips)
    if tasks:
        return said("Còn {tasks} nhiệm vụ chưa soát.", tasks=tasks)
    return said("Còn {slips} câu hỏi chưa trả lời.", slips=slips) if slips else ""


@transaction.atomic
def confirm(document_id: int, *, by: Any) -> Document:
    """The plan is settled. Raises KhueError, which says how much is left, while something is not looked at."""
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.status == Status.CONFIRMED:
        return document
    if document.status != Status.REVIEW:
        raise KhueError("review.not_open", said("Văn bản này chưa ở bước soát."), said("Đợi máy đọc xong."))
    if left := _left_words(what_is_left(document)):
        raise KhueError("review.left", left, said("Soát nốt rồi chốt."))
    document.status, document.confirmed_by, document.confirmed_at = Status.CONFIRMED, by, timezone.now()
    document.version += 1
    document.save()
    accepted = document.obligations.filter(state=State.ACCEPTED).count()
    log_action("document.confirmed", document, by=by, changes={"tasks": [None, accepted]})
    return document


@transaction.atomic
def reopen(document_id: int, *, by: Any, why: str = "") -> Document:
    """A settled plan is looked at again; what was decided stays."""
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.status == Status.CONFIRMED:
        document.status, document.confirmed_by, document.confirmed_at = Status.REVIEW, None, None
        document.version += 1
        document.save()
        log_action("document.reopened", document, by=by, changes={"why": ["", why]})
    return document


@transaction.atomic
def reread(document_id: int, *, by: Any) -> Document:
    """Reads the file again, where nobody has decided anything yet. Raises KhueError where somebody has."""
    document = Document.objects.select_for_update().get(pk=document_id)
    decided = document.events.exists() or document.status == Status.CONFIRMED or is_issued(document)
    if decided or document.file_id is None:
        raise KhueError(
            "review.decided", said("Văn bản này đã có người soát."), said("Sửa trực tiếp ở trang soát để không mất việc đã làm.")
        )
    drop_reading(document)
    document.status, document.error = Status.WAITING, None
    document.save()
    log_action("document.reread", document, by=by)
    ask_reading(document)
    return document
