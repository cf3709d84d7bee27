"""A smaller index for what is not a task: of documents, units and people there are few beside the tasks."""

from django.db import migrations

COLUMNS = ("words", "plain")


def make(apps, schema_editor):
    """On PostgreSQL only; FTS5 on SQLite gives row numbers, which are quick to look through."""
    if schema_editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            schema_editor.execute(
                f"CREATE INDEX core_search_few_{column} ON core_searchentry USING gin (to_tsvector('simple', {column})) WHERE kind <> 'task'"
            )


def drop(apps, schema_editor):
    """Back to the common index."""
    if schema_editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            schema_editor.execute(f"DROP INDEX core_search_few_{column}")


class Migration(migrations.Migration):
    """Only an index."""

    dependencies = [("core", "0004_slot")]
    operations = [migrations.RunPython(make, drop)]
