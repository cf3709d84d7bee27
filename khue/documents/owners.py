"""Who acts where a clause names nobody."""

from typing import Any

from django.db import transaction

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import said
from khue.documents.models import Document
from khue.documents.review.steps import must_be_open


@transaction.atomic
def set_default_owner(document_id: int, ref: dict[str, Any] | None, *, by: Any, label: str = "") -> Document:
    """Sets the unit or group that acts by default; None takes it away.

    Raises KhueError for what is no reference, and where the plan is settled: it is opened again first.
    """
    document = Document.objects.select_for_update().get(pk=document_id)
    must_be_open(document)
    if ref is not None and (not isinstance(ref, dict) or ref.get("type") not in ("unit", "group", "rule")):
        raise KhueError("owner.reference", said("Chưa chọn đơn vị."), said("Chọn một đơn vị hoặc nhóm trong danh sách gợi ý."))
    before = document.default_owner
    document.default_owner = {"ref": ref, "label": label[:300]} if ref else None
    document.version += 1
    document.save(update_fields=["default_owner", "version"])
    log_action("document.changed", document, by=by, changes={"default_owner": [before and before["label"], label if ref else None]})
    return document
