import errno
import sqlite3

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection

from khue.core.middleware import storage_reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "full"),
        (OperationalError("database or disk is full"), "full"),
        (OperationalError("could not extend file: No space left on device"), "full"),
        (OperationalError("unable to open database file"), "database"),
        (OperationalError("connection refused"), "database"),
        (DatabaseError("database disk image is malformed"), "database"),
        (sqlite3.DatabaseError("file is not a database"), "database"),
        (IntegrityError("UNIQUE constraint failed"), None),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("disk"), None),
    ],
)
def test_it_tells_a_full_disk_from_a_lost_database_from_anything_else(error, reason):
    assert storage_reason(error) == reason


def test_the_reason_is_found_behind_another_error():
    error = RuntimeError("could not be written")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert storage_reason(error) == "full"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.django_db
def test_an_error_of_storage_below_the_views_is_told_too(client, monkeypatch, accept):
    """The session cannot be read: Django turns the error into handler500 long before any view."""
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32

    def lost(*_, **__):
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(connection, "cursor", lost)
    answer = client.get("/", headers={"accept": accept})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    said = "Không kết nối được cơ sở dữ liệu" if accept == "text/html" else '"error": "database"'
    assert said in answer.content.decode()
