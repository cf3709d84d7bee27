"""What a database knows of its tables when it chooses between indexes. PostgreSQL looks by itself; SQLite only when it is told."""

from django.db import connection

# rows of an index that are looked at: enough to tell a rare value from a common one, a fraction of a second whatever the size
MOST_LOOKED_AT = 20_000


def refresh() -> None:
    """Looks at the tables as they are now."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={MOST_LOOKED_AT}")
            cursor.execute("ANALYZE")
