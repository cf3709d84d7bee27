"""`khue restore`: an archive into a database of either kind, all or nothing.

SQLite: a new file is made beside the old one and takes its place at the end. PostgreSQL: one transaction. An archive of
an older version is loaded into the tables of its time, which are then brought up to this version.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from khue.core.backup.archive import CHUNK, Archive, Progress, Stored
from khue.core.backup.tables import for_database, kept_models
from khue.core.errors import InputError, KhueError
from khue.core.said import said
from khue.core.statistics import refresh

BATCH_ROWS = 500


def restore(archive: Archive, *, replace: bool, path_of: Callable[[str], Path], target: Path | None, progress: Progress) -> None:
    """Puts the archive into the database. `target` is the SQLite file, None on PostgreSQL. Raises KhueError."""
    _refuse_unknown(archive)
    _refuse_used(replace, target)
    archive.check(progress)
    with _new_files(archive, path_of, progress):
        if target is None:
            with transaction.atomic():
                _drop_everything()
                _fill(archive, progress)
        else:
            _into_new_file(archive, target, progress)


def _refuse_unknown(archive: Archive) -> None:
    known = set(MigrationExecutor(connection=None).loader.disk_migrations)
    strange = [".".join(m) for m in archive.manifest["migrations"] if tuple(m) not in known]
    if strange:
        raise InputError(
            "restore.newer",
            said("{path}: bản sao lưu của Khuê {version}, mới hơn bản này.", path=archive.path, version=archive.manifest["khue"]),
            said("Cài bản Khuê đó hoặc mới hơn rồi khôi phục."),
        )


def _refuse_used(replace: bool, target: Path | None) -> None:
    if replace or (target is not None and not target.exists()):
        return
    if any(_has_rows(table) for table in _tables() if table.startswith(("accounts_", "units_", "tasks_", "documents_", "core_"))):
        raise KhueError(
            "restore.used",
            said("Cơ sở dữ liệu đang có dữ liệu; chưa có gì bị thay đổi."),
            said("Khôi phục vào chỗ trống, hoặc thêm --replace để thay toàn bộ dữ liệu đang có."),
        )


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return [info.name for info in connection.introspection.get_table_list(cursor) if info.type in ("t", "p")]


def _has_rows(table: str) -> bool:
    # the timetable of a server that was only started says nothing of data
    if table.startswith("core_search_fts") or table == "core_slot":
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
        return cursor.fetchone() is not None


def _drop_everything() -> None:
    """Khuê's own tables only; what else lives in the database stays."""
    ours = {"django_migrations", "khue_cache"} | {m._meta.db_table for m in _every_model()}
    with connection.cursor() as cursor:
        for table in _tables():
            if table in ours:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")


def _every_model() -> list[type[models.Model]]:
    from django.apps import apps

    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]


def _into_new_file(archive: Archive, target: Path, progress: Progress) -> None:
    """Fills a file beside the target, then puts it in its place; what stood there is kept under another name."""
    new = target.with_name(target.name + ".restoring")
    before = connection.settings_dict["NAME"]
    connection.close()
    _remove(new)
    try:
        connection.settings_dict["NAME"] = str(new)
        _fill(archive, progress)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        _take_place(new, target)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        _remove(new)


def _take_place(new: Path, target: Path) -> None:
    if target.exists():
        # closing the last connection writes the log of the old file back into it and removes it
        old = target.with_name(target.name + ".before-restore")
        _remove(old)
        connection.settings_dict["NAME"] = str(target)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        os.link(target, old)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    os.chmod(new, 0o600)
    os.replace(new, target)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _fill(archive: Archive, progress: Progress) -> None:
    """Tables of the archive's time, its rows, then the tables of today."""
    executor = MigrationExecutor(connection)
    state = executor.migrate(_newest(executor, {tuple(m) for m in archive.manifest["migrations"]}))
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # migrations may have asked for checks at once, in this same transaction
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        _rows(archive, state.apps, progress)
        connection.check_constraints()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    refresh()


def _newest(executor: MigrationExecutor, applied: set[tuple[str, ...]]) -> list[tuple[str, str]]:
    """The last of the applied migrations of each app."""
    graph = executor.loader.graph
    followed = {
        parent.key for node in graph.nodes if node in applied for parent in graph.node_map[node].parents if parent.key[0] == node[0]
    }
    return [node for node in graph.nodes if node in applied and node not in followed]


def _rows(archive: Archive, apps: Apps, progress: Progress) -> None:
    by_name = {m._meta.label_lower: m for m in kept_models(apps)}
    total = sum(told["rows"] for told in archive.manifest["tables"].values())
    done = 0
    for name, told in archive.manifest["tables"].items():
        model = by_name.get(name)
        if model is None:
            raise archive.damaged(name)
        _empty(model)
        for n in _insert(archive, model, told["columns"]):
            progress(said("Khôi phục dữ liệu"), done + n, total)
        done += told["rows"]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(by_name.values())):
            cursor.execute(statement)


def _empty(model: type[models.Model]) -> None:
    """Rows that migrations made themselves; those of the archive are all there are."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def _insert(archive: Archive, model: type[models.Model], columns: list[str]) -> Iterator[int]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    if set(columns) != set(by_name):
        raise archive.damaged(model._meta.label_lower)
    fields = [by_name[name] for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"
    lines = archive.lines(f"tables/{model._meta.label_lower}.jsonl")
    done = 0
    while batch := list(islice(lines, BATCH_ROWS)):
        try:
            with connection.cursor() as cursor:
                cursor.executemany(sql, [_values(fields, row) for row in batch])
        except (DatabaseError, ValueError) as error:
            raise _unfit(model, done, error) from error
        done += len(batch)
        yield done


def _values(fields: list[Any], row: list[Any]) -> list[Any]:
    return [for_database(field, value, connection) for field, value in zip(fields, row, strict=True)]


def _unfit(model: type[models.Model], done: int, error: Exception) -> InputError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InputError(
        "restore.row",
        said(
            "Bảng {table}, trong {n} dòng sau dòng {done}: không ghi được ({reason}).",
            table=model._meta.db_table,
            n=BATCH_ROWS,
            done=done,
            reason=reason,
        ),
        said("Cơ sở dữ liệu không thay đổi."),
    )


@contextmanager
def _new_files(archive: Archive, path_of: Callable[[str], Path], progress: Progress) -> Iterator[None]:
    """The stored files, written before the rows that name them; taken away again where the rows do not follow."""
    made: list[Path] = []
    total = archive.manifest["files"]["rows"]
    try:
        for n, stored in enumerate(archive.files(), 1):
            path = path_of(stored.sha256)
            if not path.exists() or path.stat().st_size != stored.size:
                made.append(path)
                _write(archive, stored, path)
            progress(said("Khôi phục tệp"), n, total)
        yield
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _write(archive: Archive, stored: Stored, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with archive.open_file(stored.sha256) as source, temporary.open("wb") as out:
            while chunk := source.read(CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
