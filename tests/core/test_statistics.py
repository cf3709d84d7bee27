"""The database knows how its values are spread, so that it takes the index that helps."""

import pytest
from django.db import connection

from khue.accounts.models import RoleName
from khue.core.statistics import refresh
from khue.core.worker import Worker
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db


def known() -> set[str]:
    """The tables of which SQLite knows something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if not cursor.fetchone()[0]:
            return set()
        cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize("look", [refresh, lambda: Worker(timetable=False).step()], ids=["asked", "by a worker, every hour"])
def test_sqlite_is_told_to_look_at_its_tables(look):
    if connection.vendor != "sqlite":
        look()
        return
    make_user(role=RoleName.LEADER, unit=make_unit(name="Phòng GD&ĐT"))
    look()
    assert {"accounts_user", "units_unit"} <= known()
