"""The full-text index beside the table: FTS5 with triggers on SQLite, expression indexes on PostgreSQL."""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE core_search_fts USING fts5(
        words, plain, content='core_searchentry', content_rowid='id', tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TRIGGER core_search_added AFTER INSERT ON core_searchentry BEGIN
        INSERT INTO core_search_fts(rowid, words, plain) VALUES (new.id, new.words, new.plain); END""",
    """CREATE TRIGGER core_search_gone AFTER DELETE ON core_searchentry BEGIN
        INSERT INTO core_search_fts(core_search_fts, rowid, words, plain) VALUES ('delete', old.id, old.words, old.plain); END""",
    """CREATE TRIGGER core_search_changed AFTER UPDATE ON core_searchentry BEGIN
        INSERT INTO core_search_fts(core_search_fts, rowid, words, plain) VALUES ('delete', old.id, old.words, old.plain);
        INSERT INTO core_search_fts(rowid, words, plain) VALUES (new.id, new.words, new.plain); END""",
]
POSTGRES = [
    "CREATE INDEX core_search_words ON core_searchentry USING gin (to_tsvector('simple', words))",
    "CREATE INDEX core_search_plain ON core_searchentry USING gin (to_tsvector('simple', plain))",
]


def make(apps, schema_editor):
    """The index of the database at hand."""
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    """Back to no index."""
    if schema_editor.connection.vendor == "postgresql":
        names = ["DROP INDEX core_search_words", "DROP INDEX core_search_plain"]
    else:
        names = [f"DROP TRIGGER core_search_{name}" for name in ("added", "gone", "changed")] + ["DROP TABLE core_search_fts"]
    for statement in names:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Data of the table stays; only the index is made."""

    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
