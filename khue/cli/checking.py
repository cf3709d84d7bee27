"""`khue check`: whether this machine can run Khuê, in words."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from khue.cli import site
from khue.cli.language import tr
from khue.config import TABLE, value
from khue.core.errors import KhueError
from khue.core.said import said

LEAST_FREE_MB = 1000
_NAMED_LIKE_OURS = "KHUE_"
# variables of the test suite and of tools, no settings
_OTHERS = ("KHUE_TEST_", "KHUE_KILL_")


def check() -> int:
    """Prints one line a check; 1 where something must be mended."""
    wrong = 0
    for name, problem in _checks():
        click.echo(f"{'✗' if problem else '✓'} {tr(name)}" + (f": {tr(problem)}" if problem else ""))
        wrong += bool(problem)
    return 1 if wrong else 0


def _checks() -> Iterator[tuple[str, str]]:
    problem = _settings()
    yield said("Cấu hình"), problem
    yield said("Thư mục dữ liệu"), _home()
    if problem:
        return
    site.setup()
    yield said("Cơ sở dữ liệu"), _database()
    yield said("Hệ thống"), _system()


def _settings() -> str:
    known = {setting.name for setting in TABLE}
    strange = sorted(n for n in os.environ if n.startswith(_NAMED_LIKE_OURS) and n not in known and not n.startswith(_OTHERS))
    if strange:
        return said("không có thiết lập tên {names}; xem docs/settings.md", names=", ".join(strange))
    for setting in TABLE:
        try:
            value(setting.name)
        except KhueError as error:
            return error.message
    return ""


def _home() -> str:
    home = Path(value("KHUE_HOME")).resolve()
    place = next(p for p in (home, *home.parents) if p.exists())
    if not os.access(place, os.W_OK):
        return said("{path} không ghi được", path=place)
    free = shutil.disk_usage(place).free // 1_000_000
    if free < LEAST_FREE_MB:
        return said("chỉ còn {free} MB trống, cần ít nhất {least} MB", free=free, least=LEAST_FREE_MB)
    return ""


def _database() -> str:
    from django.conf import settings

    try:
        if not value("DATABASE_URL") and not settings.SQLITE_FILE.exists() and not settings.SQLITE_MADE.exists():
            return said("chưa tạo; chạy khue migrate hoặc khue serve")
        site.refuse_lost_database()
        with site.storage_errors():
            waiting = site.pending()
    except KhueError as error:
        return error.message
    return said("còn {n} bước cập nhật; chạy khue migrate", n=len(waiting)) if waiting else ""


def _system() -> str:
    """Django's own checks and Khuê's access table."""
    from django.core.checks import WARNING, run_checks

    found = [str(message.msg) for message in run_checks() if message.level >= WARNING and not message.is_silenced()]
    return "; ".join(found[:5])
