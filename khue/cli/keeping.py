"""`khue backup` and `khue restore`."""

import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from khue.cli import running, site
from khue.cli.language import tr
from khue.config import value
from khue.core.backup.archive import Stored
from khue.core.errors import InputError
from khue.core.said import said


def backup(path: Path) -> int:
    """Writes everything into one archive; may run while people work."""
    site.setup()
    site.refuse_lost_database()
    from khue.core.backup import save
    from khue.files.store import path_of

    started = time.monotonic()
    with site.storage_errors():
        _refuse_old_tables()
        with _Bar() as bar:
            manifest = save(path, stored=_stored, path_of=path_of, progress=bar.tell)
    rows = sum(told["rows"] for told in manifest["tables"].values())
    message = said(
        "Đã sao lưu {rows} dòng, {files} tệp vào {path} ({megabytes} MB, {seconds} giây).",
        rows=rows,
        files=manifest["files"]["rows"],
        path=path,
        megabytes=round(path.stat().st_size / 1e6, 1),
        seconds=round(time.monotonic() - started, 1),
    )
    running.tell(message)
    return 0


def _refuse_old_tables() -> None:
    if site.pending():
        raise InputError(
            "backup.old", said("Cơ sở dữ liệu chưa cập nhật lên bản này."), said("Chạy khue migrate, hoặc sao lưu bằng bản Khuê cũ.")
        )


def _stored() -> Iterator[Stored]:
    from khue.documents.models import StoredFile

    for sha256, size in StoredFile.objects.order_by("sha256").values_list("sha256", "size").distinct().iterator():
        yield Stored(sha256, size)


def restore(path: Path, replace: bool) -> int:
    """Puts an archive into the database of this deployment; the server must not run on it."""
    site.make_fonts()
    site.setup()
    from django.conf import settings

    from khue.core import backup as archives
    from khue.files.store import path_of

    target = None if value("DATABASE_URL") else settings.SQLITE_FILE
    with running.home_in_use(exclusive=True), archives.open_archive(path) as archive:
        with site.storage_errors(), _Bar() as bar:
            archives.restore(archive, replace=replace, path_of=path_of, target=target, progress=bar.tell)
        rows = sum(told["rows"] for told in archive.manifest["tables"].values())
        site.mark_made()
    running.tell(said("Đã khôi phục {rows} dòng, {files} tệp từ {path}.", rows=rows, files=archive.manifest["files"]["rows"], path=path))
    return 0


class _Bar:
    """A progress line on the error stream, where that is a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self.jobs: dict[str, int] = {}

    def __enter__(self) -> "_Bar":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def tell(self, what: str, done: int, total: int) -> None:
        """One step further."""
        if what not in self.jobs:
            self.jobs[what] = self.progress.add_task(tr(what), total=total)
        self.progress.update(self.jobs[what], completed=done, total=total)  # type: ignore[arg-type]
