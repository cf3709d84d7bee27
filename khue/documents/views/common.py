"""What the pages of a document share."""

from typing import Any

from django.http import HttpResponse

from khue.accounts.person import PersonRequest, get_for
from khue.core.errors import KhueError
from khue.core.spoken import speak
from khue.documents.models import Document


def document_for(request: PersonRequest, pk: int, need: str = "documents.view", *, removed: bool = False) -> Document:
    """The document, where the person may do `need` with it; 404 outside what they see."""
    # who handles it and the like is read where it is shown: a database plans every join
    documents = Document.objects.select_related("unit", "file", "report")
    if not removed:
        documents = documents.filter(removed_at__isnull=True)
    return get_for(request.person, documents, pk, see="documents.view", need=need)


def words(error: KhueError) -> str:
    """An error in the language of the page."""
    return f"{speak(error.message)} {speak(error.remedy)}".strip()


def attachment(data: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes as a download with a Vietnamese name."""
    from django.utils.http import content_disposition_header

    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def tabs(document: Document, person: Any) -> list[tuple[str, str]]:
    """(page, word) of the pages of a document that are open to the person."""
    from django.utils.translation import gettext as _

    found = [("documents:show", _("Văn bản"))]
    if hasattr(document, "reading"):
        if person.can_at("documents.review", document.unit_id):
            found.append(("documents:review", _("Soát")))
        found += [("documents:cascade", _("Cụ thể hóa")), ("documents:changes", _("So với năm trước"))]
    found.append(("documents:history", _("Lịch sử")))
    return found
