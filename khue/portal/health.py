"""Whether this server can do its work: database, room on the disk, background work."""

import shutil
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from khue import __version__

LEAST_FREE_BYTES = 200_000_000
# a job that nobody has begun for this long means that no worker runs
LONGEST_WAIT = timedelta(minutes=5)


def state() -> dict[str, Any]:
    """{"ok": bool, "version": ..., each check: {"ok", ...}}; never raises."""
    checks = {"database": _database(), "disk": _disk(), "jobs": _jobs()}
    return {"ok": all(check["ok"] for check in checks.values()), "version": __version__, **checks}


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM django_migrations")
            return {"ok": True, "kind": connection.vendor, "migrations": cursor.fetchone()[0]}
    except DatabaseError as error:
        return {"ok": False, "why": type(error).__name__}


def _disk() -> dict[str, Any]:
    try:
        free = shutil.disk_usage(settings.HOME).free
    except OSError as error:
        return {"ok": False, "why": type(error).__name__}
    return {"ok": free >= LEAST_FREE_BYTES, "free_mb": free // 1_000_000}


def _jobs() -> dict[str, Any]:
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    try:
        waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
        oldest = waiting.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
        late = oldest is not None and timezone.now() - oldest > LONGEST_WAIT
        return {"ok": not late, "waiting": waiting.count()}
    except DatabaseError as error:
        return {"ok": False, "why": type(error).__name__}
