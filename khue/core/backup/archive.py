"""Writing and checking the archive file; memory stays small whatever its size."""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from khue.core.errors import InputError, OutputError, why
from khue.core.said import said

FORMAT = 1
CHUNK = 1 << 20
# told to a progress line: what is being done, how much of it, of how much (0: not known)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file kept under the hash of its bytes."""

    sha256: str
    size: int


class Writer:
    """Adds members to an archive and remembers what its manifest must say."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def lines(self, name: str, lines: Iterator[bytes]) -> dict[str, Any]:
        """A member of many lines; returns its count and hash."""
        count, found = 0, hashlib.sha256()
        with self.archive.open(name, "w", force_zip64=True) as out:
            for line in lines:
                out.write(line)
                found.update(line)
                count += 1
        return {"rows": count, "sha256": found.hexdigest()}

    def file(self, stored: Stored, path: Path) -> None:
        """The bytes of a stored file, checked while they are copied."""
        found, size = hashlib.sha256(), 0
        # documents are mostly packed already
        entry = zipfile.ZipInfo(f"files/{stored.sha256}")
        try:
            with path.open("rb") as source, self.archive.open(entry, "w", force_zip64=True) as out:
                while chunk := source.read(CHUNK):
                    out.write(chunk)
                    found.update(chunk)
                    size += len(chunk)
        except FileNotFoundError as error:
            raise _damaged_store(path) from error
        if found.hexdigest() != stored.sha256 or size != stored.size:
            raise _damaged_store(path)

    def manifest(self, manifest: dict[str, Any]) -> None:
        """The last member: an archive without it is not whole."""
        self.archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))


def _damaged_store(path: Path) -> InputError:
    return InputError(
        "backup.store",
        said("{path}: tệp đã lưu bị mất hoặc không còn nguyên vẹn.", path=path),
        said("Đưa tệp trở lại từ bản sao lưu trước, rồi sao lưu lại."),
    )


@contextmanager
def new_archive(path: Path) -> Iterator[Writer]:
    """An archive that appears at `path` whole, or not at all. Raises OutputError where it cannot be written."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        temporary = ""
        _keep_name(path.parent)
    except OSError as error:
        message = said("{path}: không ghi được ({reason}).", path=path, reason=why(error))
        raise OutputError("output.unwritable", message, said("Chọn nơi khác hoặc kiểm tra quyền ghi.")) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """An archive that is read; `manifest` was found in it."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self.path, self.archive, self.manifest = path, archive, manifest

    def lines(self, name: str) -> Iterator[Any]:
        """The rows of a member."""
        with self.archive.open(name) as file:
            for line in file:
                yield json.loads(line)

    def open_file(self, sha256: str) -> IO[bytes]:
        """The bytes of a stored file."""
        return self.archive.open(f"files/{sha256}")

    def files(self) -> Iterator[Stored]:
        """Every stored file."""
        return (Stored(*entry) for entry in self.lines("files.jsonl"))

    def check(self, progress: Progress) -> None:
        """Reads the whole archive; raises InputError where a count or a hash is not what the manifest says."""
        members = {f"tables/{name}.jsonl": told for name, told in self.manifest["tables"].items()}
        members["files.jsonl"] = self.manifest["files"]
        total = sum(told["rows"] for told in members.values()) + self.manifest["files"]["rows"]
        done = 0
        for name, told in members.items():
            if self._counted(name) != (told["rows"], told["sha256"]):
                raise self.damaged(name)
            done += told["rows"]
            progress(said("Kiểm tra bản sao lưu"), done, total)
        for stored in self.files():
            if self._hashed(f"files/{stored.sha256}") != (stored.size, stored.sha256):
                raise self.damaged(f"files/{stored.sha256}")
            done += 1
            progress(said("Kiểm tra bản sao lưu"), done, total)

    def _counted(self, name: str) -> tuple[int, str]:
        count, found = 0, hashlib.sha256()
        with self._member(name) as file:
            for line in file:
                count += 1
                found.update(line)
        return count, found.hexdigest()

    def _hashed(self, name: str) -> tuple[int, str]:
        size, found = 0, hashlib.sha256()
        with self._member(name) as file:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                found.update(chunk)
        return size, found.hexdigest()

    @contextmanager
    def _member(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self.archive.open(name) as file:
                yield file
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise self.damaged(name) from error

    def damaged(self, name: str) -> InputError:
        """The error for a member that is not as it was written."""
        return InputError(
            "restore.damaged",
            said("{path}: bản sao lưu hỏng ở phần {name}.", path=self.path, name=name),
            said("Dùng bản sao lưu khác; chưa có gì bị thay đổi."),
        )


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Opens an archive and its manifest. Raises InputError where it is none."""
    try:
        archive = zipfile.ZipFile(path)
    except OSError as error:
        raise InputError("restore.unreadable", said("{path}: không mở được ({reason}).", path=path, reason=why(error))) from error
    except zipfile.BadZipFile as error:
        raise _no_archive(path) from error
    with archive:
        try:
            manifest = json.loads(archive.read("manifest.json"))
            if not {"format", "tables", "files", "migrations", "khue"} <= set(manifest):
                raise ValueError
        except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
            raise _no_archive(path) from error
        if manifest["format"] != FORMAT:
            raise InputError(
                "restore.newer",
                said("{path}: bản sao lưu của Khuê {version}, mới hơn bản này.", path=path, version=manifest["khue"]),
                said("Cài bản Khuê đó hoặc mới hơn rồi khôi phục."),
            )
        yield Archive(path, archive, manifest)


def _no_archive(path: Path) -> InputError:
    return InputError(
        "restore.no_archive",
        said("{path}: không phải bản sao lưu của Khuê, hoặc chưa ghi xong.", path=path),
        said("Chọn tệp do khue backup tạo ra."),
    )
