"""Files lie under their hash: the same bytes once, never changed, on the disk before anybody is told so."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from khue.core.models import StoredFile

CHUNK = 1 << 20


def path_of(sha256: str) -> Path:
    """Where the bytes with that hash lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def digest(file: IO[bytes]) -> str:
    """The SHA-256 of a file, read from its beginning."""
    file.seek(0)
    found = hashlib.sha256()
    while chunk := file.read(CHUNK):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def keep(file: IO[bytes], *, name: str, kind: str, by: Any) -> StoredFile:
    """Keeps the bytes and enters them; raises OSError where the disk is full, and then leaves nothing behind."""
    sha256 = digest(file)
    target = path_of(sha256)
    if not target.exists():
        _write(file, target)
    return StoredFile.objects.create(sha256=sha256, size=target.stat().st_size, name=name, kind=kind, added_by=by)


def _write(file: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := file.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
