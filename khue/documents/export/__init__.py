"""A plan as a spreadsheet, a Word appendix, a calendar or a page. Files appear whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from khue.core.errors import OutputError, why
from khue.core.said import said
from khue.reader.loading import Loaded
from khue.reader.model import Reading


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its name, its text and what was found."""

    name: str
    loaded: Loaded
    reading: Reading


# each makes the bytes of one file for all the documents read; imported when first used
WRITERS = {
    "xlsx": "khue.documents.export.xlsx",
    "docx": "khue.documents.export.docx",
    "ics": "khue.documents.export.ics",
    "html": "khue.documents.export.html",
}


def export(kind: str, files: list[ReadFile], path: Path) -> None:
    """Writes the plan of `files` to `path`. Raises OutputError; a file that stood there stays until the new one is whole."""
    make: Callable[[list[ReadFile]], bytes] = import_module(WRITERS[kind]).make
    write_whole(path, make(files))


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the target and then takes its place, so that nobody ever sees half a file."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        message = said("{path}: không ghi được ({reason}).", path=path, reason=why(error))
        raise OutputError("output.unwritable", message, said("Chọn nơi khác hoặc kiểm tra quyền ghi.")) from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
