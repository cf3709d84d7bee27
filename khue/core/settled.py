"""Which rows of the action log may be passed on by number, so that a follower never misses one.

A number is taken when a row is written and seen by others when its transaction ends. On PostgreSQL transactions end in
any order: a follower that has read number 7 would never ask again for number 6, which was still being written. So a
row is passed on only when no transaction that runs now can still hold a lower number:

    it was written before the oldest transaction with a write began, and at least MARGIN ago.

A transaction that holds number 6 began before number 7 was taken, so while it runs, 7 waits. The margin covers what
lies between the clock of a web process, which writes `at`, and that of the database, and between a number that is
taken and a transaction that is known to write. Everything from the first row that waits on waits with it.

On SQLite there is one writer at a time, numbers are taken under its lock: what can be seen is settled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import connection
from django.utils import timezone

from khue.core.models import Action

MARGIN = timedelta(seconds=5)
_OLDEST = """SELECT min(xact_start) FROM pg_stat_activity
WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"""


def horizon() -> datetime | None:
    """Rows written before this moment are settled; None where every row that can be seen is.

    Ask before reading the rows: a transaction that ends between reading and asking would be missed.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        oldest = cursor.fetchone()[0]
    now = timezone.now()
    return min(oldest or now, now) - MARGIN


def settled(rows: Sequence[Action], limit: datetime | None) -> tuple[list[Action], bool]:
    """The leading rows that are settled at that horizon, and whether these are all of them."""
    kept = list(rows) if limit is None else list(takewhile(lambda row: row.at < limit, rows))
    return kept, len(kept) == len(rows)
