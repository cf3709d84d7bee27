"""The uploaded plan between looking and importing: the file is kept, a signed token in the address says which and for whom."""

from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.core import signing
from django.utils.translation import gettext as _

from khue.core.errors import InputError
from khue.core.models import StoredFile
from khue.files.check import check_upload, clean_name
from khue.files.sheet import MOST_BYTES, Rows, read_rows
from khue.files.store import keep, path_of
from khue.tasks.imports.layout import LAYOUT

_SALT = "khue.plan"
MOST_SECONDS = 2 * 24 * 3600
ENDINGS = ("xlsx", "ods", "csv")


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan that was uploaded: the file, the unit that will give the tasks, from which day days without a year count."""

    file: StoredFile
    unit_id: int
    since: date

    def rows(self) -> Rows:
        """Its rows, read again."""
        return read_rows(LAYOUT, self.file.name, path_of(self.file.sha256).read_bytes())


def take(file: IO[bytes], name: str, size: int, *, unit_id: int, since: date, by: Any) -> str:
    """Keeps a plan that can be read; returns its token. InputError says why it cannot be."""
    name = clean_name(name)
    ending = name.rsplit(".", 1)[-1].lower()
    if ending not in ENDINGS:
        message = _("Tệp «{name}» không phải bảng tính.").format(name=name)
        raise InputError("plan.type", message, _("Dùng tệp .xlsx, .ods hoặc .csv theo mẫu."))
    if ending != "csv" and size <= MOST_BYTES:
        check_upload(file, name, size, {"xlsx"})
    file.seek(0)
    read_rows(LAYOUT, name, file.read(MOST_BYTES + 1))
    stored = keep(file, name=name, kind="sheet", by=by)
    return signing.dumps([stored.pk, unit_id, since.isoformat(), by.pk], salt=_SALT, compress=True)


def kept_of(token: str, *, by: Any) -> Kept | None:
    """The plan behind a token; None for one that is not this person's, or too old."""
    try:
        file_id, unit_id, since, user_id = signing.loads(token, salt=_SALT, max_age=MOST_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    file = StoredFile.objects.filter(pk=file_id).first() if user_id == by.pk else None
    return Kept(file, unit_id, date.fromisoformat(since)) if file else None
