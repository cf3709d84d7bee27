"""Documents as they are registered, what was read in them, and what people decided on it."""

from khue.core.models import StoredFile
from khue.documents.models.document import Direction, Document, Reading, Status, Urgency
from khue.documents.models.report import Report
from khue.documents.models.review import CitedDocument, Obligation, ReviewEvent, Slip, State

__all__ = [
    "CitedDocument",
    "Direction",
    "Document",
    "Obligation",
    "Reading",
    "Report",
    "ReviewEvent",
    "Slip",
    "State",
    "Status",
    "StoredFile",
    "Urgency",
]
