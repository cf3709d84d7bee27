"""Another file in the place of a broken or wrong one, under the same number, while nobody goes by it."""

from typing import IO, Any

from django.db import transaction

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.models import Action
from khue.core.said import said
from khue.documents.frozen import is_issued
from khue.documents.models import Document, Status
from khue.documents.plan import drop_reading
from khue.documents.register import ask_reading, index_document, refuse_known
from khue.files.check import check_upload, clean_name
from khue.files.store import keep
from khue.tasks.models import Task

# not while it is read, nor once its plan is settled: that is opened again first
_OPEN = (Status.REGISTERED, Status.UNREADABLE, Status.REVIEW)


def replaceable(document: Document) -> bool:
    """Whether its file may be replaced: nothing was given out of it, and no issued report fixes it."""
    if not document.file_id or document.removed_at or document.status not in _OPEN or is_issued(document):
        return False
    return not Task.objects.filter(document_id=document.pk).exists()


def replace_file(document_id: int, file: IO[bytes], name: str, size: int, *, by: Any) -> Document:
    """Checks and keeps the right file and asks for it to be read; the log tells which one it was before, whose bytes stay.

    What was read of that one and decided about it goes, and so do fields of the register that it filled and nobody changed.
    Raises InputError for a file that is refused, KhueError where the file stays or the new bytes are an entry already.
    """
    name = clean_name(name)
    kind = check_upload(file, name, size)
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if not replaceable(document):
            remedy = said("Việc đã giao theo văn bản, kế hoạch đã chốt và báo cáo đã ban hành giữ tệp của mình.")
            raise KhueError("document.kept_file", said("Tệp này không thay được."), remedy)
        refuse_known(document.unit, file)
        before, emptied = document.file, _empty(document)
        assert before is not None
        drop_reading(document)
        document.events.all().delete()
        document.file, document.status, document.error = keep(file, name=name, kind=kind, by=by), Status.WAITING, None
        document.version += 1
        document.revision += 1
        document.save()
        files = {"file": [before.name, name], "sha256": [before.sha256, document.file.sha256]}
        log_action("document.refiled", document, by=by, changes=files | emptied)
        index_document(document)
        ask_reading(document)
    return document


def _empty(document: Document) -> dict[str, list[Any]]:
    """Empties what the reading of the old file filled and nobody changed since; {field: [before, after]}."""
    meta: Any = Document._meta
    read = Action.objects.filter(target_type="document", target_id=document.pk, verb="document.read")
    found = {}
    for changes in read.order_by("id").values_list("changes", flat=True):
        for name, (_before, value) in changes.items():
            if name in _FILLED and value and str(getattr(document, name)) == str(value):
                found[name] = [getattr(document, name), meta.get_field(name).get_default()]
    for name, (_value, empty) in found.items():
        setattr(document, name, empty)
    return found


_FILLED = ("kind", "number", "signed_on", "issuer", "subject", "signer", "signer_title", "place", "school_year", "recipients")
