"""`khue backup`: everything from one snapshot into one archive, while people go on working."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from khue import __version__
from khue.core.backup.archive import FORMAT, Progress, Stored, Writer, new_archive
from khue.core.backup.tables import as_json, columns_of, kept_models, rows_of, waiting
from khue.core.said import said

CHUNK_ROWS = 1000


def save(path: Path, *, stored: Callable[[], Iterator[Stored]], path_of: Callable[[str], Path], progress: Progress) -> dict[str, Any]:
    """Writes the archive and returns its manifest. `stored` names the files within the snapshot, `path_of` finds them."""
    with new_archive(path) as writer, snapshot():
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "khue": __version__,
            "made_at": timezone.now().isoformat(),
            "database": connection.vendor,
            "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
            "tables": _tables(writer, progress),
        }
        files = list(dict.fromkeys(stored()))
        listed = (_line([f.sha256, f.size]) for f in files)
        manifest["files"] = writer.lines("files.jsonl", listed) | {"bytes": sum(f.size for f in files)}
        for n, file in enumerate(files, 1):
            writer.file(file, path_of(file.sha256))
            progress(said("Ghi tệp"), n, len(files))
        writer.manifest(manifest)
    return manifest


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction in which every table is seen as it was at one moment, and which nobody waits for."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        before = connection.transaction_mode  # type: ignore[attr-defined,unused-ignore]
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined,unused-ignore]
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = before  # type: ignore[attr-defined,unused-ignore]
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _tables(writer: Writer, progress: Progress) -> dict[str, Any]:
    kept = kept_models(apps)
    total = sum(rows_of(model).count() for model in kept)
    done, tables = 0, {}
    for model in kept:
        columns = columns_of(model)

        def tell(n: int, before: int = done) -> None:
            progress(said("Ghi dữ liệu"), before + n, total)

        told = writer.lines(f"tables/{model._meta.label_lower}.jsonl", _rows(model, columns, tell))
        tables[model._meta.label_lower] = told | {"columns": columns}
        done += told["rows"]
    return tables


def _rows(model: type[models.Model], columns: list[str], tell: Callable[[int], None]) -> Iterator[bytes]:
    rows = rows_of(model).values_list(*columns).iterator(chunk_size=CHUNK_ROWS)
    for n, row in enumerate(rows, 1):
        yield _line(waiting(model, columns, list(row)))
        if n % CHUNK_ROWS == 0:
            tell(n)


def _line(row: list[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, default=as_json, separators=(",", ":")).encode() + b"\n"
