"""What the pages of tasks share."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from khue.core.errors import KhueError
from khue.core.spoken import speak
from khue.files.check import EVIDENCE, check_upload, clean_name, too_large
from khue.files.store import keep
from khue.units.tree import today

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FILES = 12
# nothing was written down before
FIRST_YEAR = 1990


def words(error: KhueError) -> str:
    """An error in the language of the page."""
    return f"{speak(error.message)} {speak(error.remedy)}".strip()


def attachment(data: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes as a download with a Vietnamese name."""
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def fresh_key() -> str:
    """A key for a form that must not be carried out twice."""
    return uuid.uuid4().hex


def words_in(text: str) -> str:
    """Words as a form sends them, without the mark that no database takes."""
    return text.replace("\0", "").strip()


def number_in(text: str) -> int:
    """An id as an address or a form sends it; 0, which nothing has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def day_in(text: str) -> date | None:
    """A day as a browser's field sends it; None for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def earlier_day(text: str) -> date | None:
    """The day before today that an address asks about; None for anything else, which means today."""
    day = day_in(text)
    return day if day and day.year >= FIRST_YEAR and day < today() else None


def checked(request: HttpRequest, name: str = "files") -> list[tuple[Any, str, str]]:
    """(file, name, kind) of the evidence that came along. Raises InputError, naming the file, for one that is none."""
    for big in getattr(request, "too_large", []):
        raise too_large(clean_name(big))
    found = []
    for file in request.FILES.getlist(name)[:MOST_FILES]:
        called = clean_name(file.name or "")
        found.append((file, called, check_upload(file, called, file.size or 0, EVIDENCE)))
    return found


def kept(files: list[tuple[Any, str, str]], by: Any) -> list[Any]:
    """The evidence, kept."""
    return [keep(file, name=name, kind=kind, by=by) for file, name, kind in files]
