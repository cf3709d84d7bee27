"""The background work of this room: a kept file is read, once, whatever happens to the worker meanwhile.

The reading itself changes nothing; what it found is written in one transaction that first looks, under the document's
lock, whether the document still waits. A worker killed before leaves nothing, a second run after finds nothing to do.
"""

import logging
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django_tasks import TaskResultStatus, task
from django_tasks.signals import task_finished

from khue.core.errors import KhueError
from khue.core.jobs import effect
from khue.core.log import log_action
from khue.core.said import as_data, said
from khue.documents.links import link_cited
from khue.documents.models import Document, Status
from khue.documents.plan import fill_header, keep_reading
from khue.documents.register import index_document
from khue.files.store import path_of
from khue.reader.loading import load
from khue.reader.loading.load import Loaded
from khue.reader.model import Reading as Read
from khue.reader.read import read

log = logging.getLogger("khue.reading")


@task()  # type: ignore[untyped-decorator]
def read_document(document_id: int) -> str:
    """Reads a document that waits. Returns its status afterwards."""
    document = Document.objects.select_related("file").filter(pk=document_id, status=Status.WAITING).first()
    if document is None or document.file is None:
        return "nothing to do"
    try:
        loaded = _load(document)
        found = read(loaded.text)
    except KhueError as error:
        return _refused(document_id, error)
    except FileNotFoundError as error:
        log.error("file is gone", extra={"document": document_id, "error": type(error).__name__})
        return _refused(document_id, KhueError("input.lost", said("Tệp không còn trong kho."), said("Tải lên lại tệp này.")))
    return _write(document_id, loaded, found)


def _load(document: Document) -> Loaded:
    """The stored bytes under the name the person gave, because the name's ending matters to old formats."""
    assert document.file is not None
    loaded = load(path_of(document.file.sha256), name=document.file.name)
    return loaded


def _write(document_id: int, loaded: Loaded, found: Read) -> str:
    with effect():
        return _keep(document_id, loaded, found)


def _keep(document_id: int, loaded: Loaded, found: Read) -> str:
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.status != Status.WAITING:
        return document.status
    keep_reading(document, loaded, found)
    filled = fill_header(document, found)
    document.status, document.error = Status.REVIEW, None
    document.version += 1
    document.revision += 1
    document.save()
    log_action("document.read", document, by=None, changes=_told(document, found, filled))
    link_cited(document)
    index_document(document)
    return document.status


def _told(document: Document, found: Read, filled: list[str]) -> dict[str, Any]:
    return {"tasks": [0, len(found.tasks)], "slips": [0, len(found.slips)]} | {n: ["", getattr(document, n)] for n in filled}


def _refused(document_id: int, error: KhueError) -> str:
    with effect():
        return _keep_refusal(document_id, error)


def _keep_refusal(document_id: int, error: KhueError) -> str:
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.status == Status.WAITING:
        document.status = Status.UNREADABLE
        document.error = {"code": error.code, "message": as_data(error.message), "remedy": as_data(error.remedy)}
        document.save()
        log_action("document.unreadable", document, by=None, changes={"why": ["", str(error)]})
    return document.status


@receiver(task_finished)
def given_up(sender: Any, task_result: Any, **kwargs: Any) -> None:
    """A document whose reading killed every worker that tried, or failed beyond repair, is not left waiting for ever."""
    if task_result.status == TaskResultStatus.FAILED and task_result.task.func is read_document.func:
        message = said("Máy đọc tệp này không xong."), said("Lưu lại thành .docx hoặc .pdf khác rồi tải lên.")
        _keep_refusal_alone(int(task_result.args[0]), KhueError("input.given_up", *message))


@transaction.atomic
def _keep_refusal_alone(document_id: int, error: KhueError) -> None:
    _keep_refusal(document_id, error)
