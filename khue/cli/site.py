"""Makes the web application ready for a command: settings, fonts, database."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from khue.config import TABLE, value
from khue.core.errors import KhueError, OutputError, why
from khue.core.said import said

# a number of our own among the locks of a PostgreSQL database
_MIGRATION_LOCK = 20300305


def setup() -> None:
    """Loads the application. Fonts come first, because the settings look whether they are there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
    import django

    django.setup()


def make_fonts() -> None:
    """Cuts the web fonts into KHUE_HOME where they are missing. A wrong setting is told first, before anything starts."""
    for setting in TABLE:
        value(setting.name)
    # what is written from here on is for this account only, also in a home that others may look into
    os.umask(0o077)
    home = Path(value("KHUE_HOME")).resolve()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        from khue.portal.fonts import make_fonts as make

        make(home / "fonts")
        (home / "static").mkdir(exist_ok=True)
    except OSError as error:
        message = said("{path}: không ghi được ({reason}).", path=home, reason=why(error))
        raise OutputError("home.unwritable", message, said("Đặt KHUE_HOME vào một thư mục ghi được.")) from error


def make_ready(tell: Callable[[str], None]) -> None:
    """Fonts, tables of the newest version, cache table. Does nothing twice; call it before `setup` or after."""
    make_fonts()
    setup()
    refuse_lost_database()
    from django.core.management import call_command
    from django.db import connections

    from khue.core.statistics import refresh

    with storage_errors(), _one_at_a_time():
        if waiting := pending():
            tell(said("Cập nhật cơ sở dữ liệu: {n} bước.", n=len(waiting)))
            call_command("migrate", verbosity=0, interactive=False)
            refresh()
        call_command("createcachetable", verbosity=0)
    mark_made()
    connections.close_all()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Servers that start together, on this machine or on several, update the database one after the other."""
    from django.conf import settings
    from django.db import connection

    with (settings.HOME / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            # let go when the connection closes, at the latest
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
            yield
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def pending() -> list[str]:
    """Names of the migrations that the database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def refuse_lost_database() -> None:
    """A SQLite file that was there once and is gone must not be replaced by an empty one."""
    from django.conf import settings

    if not value("DATABASE_URL") and settings.SQLITE_MADE.exists() and not settings.SQLITE_FILE.exists():
        raise KhueError(
            "database.lost",
            said("Không thấy cơ sở dữ liệu {path}, trước đây vẫn có.", path=settings.SQLITE_FILE),
            said("Đưa tệp trở lại chỗ cũ, hoặc khôi phục bản sao lưu bằng: khue restore TỆP."),
        )


def mark_made() -> None:
    """Remembers that the SQLite file was made; connections opened from now on never create one."""
    from django.conf import settings
    from django.db import connection

    if not value("DATABASE_URL") and settings.SQLITE_FILE.exists():
        settings.SQLITE_MADE.touch()
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = _existing(settings.SQLITE_FILE)


def _existing(path: Path) -> str:
    from urllib.parse import quote

    return f"file:{quote(str(path))}?mode=rw"


@contextmanager
def storage_errors() -> Iterator[None]:
    """A database that cannot be reached and a full disk as errors that say what to do."""
    from django.db import DatabaseError

    from khue.core.middleware import storage_reason

    try:
        yield
    except (DatabaseError, OSError) as error:
        reason = storage_reason(error)
        if reason == "full":
            raise KhueError(
                "storage.full", said("Ổ đĩa đã đầy."), said("Giải phóng chỗ trống rồi chạy lại; những gì đã lưu vẫn còn nguyên.")
            ) from error
        if reason == "database":
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise KhueError(
                "database.unreachable",
                said("Không kết nối được cơ sở dữ liệu ({reason}).", reason=first),
                said("Kiểm tra DATABASE_URL, KHUE_HOME và máy chủ cơ sở dữ liệu."),
            ) from error
        raise
