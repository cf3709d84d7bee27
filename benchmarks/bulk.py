"""Rows of one model written in bulk, past the ORM: COPY on PostgreSQL, executemany on SQLite."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import JSONField, Max, Model

from khue.core.models import SearchEntry
from khue.core.search import plain_words, words_of

CHUNK = 20_000


class Table:
    """Rows of one model, written in bulk: the columns named at its making, the others the same in every row."""

    def __init__(self, model: type[Model], *columns: str, parents: Sequence["Table"] = (), **same: Any) -> None:
        self.model, self.parents = model, parents
        self.rows: list[tuple[Any, ...]] = []
        fields = {f.attname: f for f in model._meta.concrete_fields}
        rest = [f for name, f in fields.items() if name not in ("id", *columns)]
        self.names = ["id", *columns, *(f.attname for f in rest)]
        self.how = [_json if isinstance(fields[name], JSONField) else _plain for name in columns]
        self.same = tuple((_json if isinstance(f, JSONField) else _plain)(same.get(f.attname, _default(f))) for f in rest)
        self.next_id = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1

    def add(self, *values: Any) -> int:
        """One row; returns its id."""
        pk, self.next_id = self.next_id, self.next_id + 1
        self.rows.append((pk, *[how(v) for how, v in zip(self.how, values, strict=True)], *self.same))
        if len(self.rows) >= CHUNK:
            self.flush()
        return pk

    def flush(self) -> None:
        """Writes what was added, after the rows of other tables that it refers to."""
        for table in self.parents:
            table.flush()
        if not self.rows:
            return
        names = ", ".join(f'"{self.model._meta.get_field(n).column}"' for n in self.names)
        table = self.model._meta.db_table
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
                for statement in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                    cursor.execute(statement)
            else:
                marks = ", ".join("?" * len(self.names))
                connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", self.rows)
        self.rows = []


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return datetime.now()
    if field.has_default():
        return field.get_default()
    return None if field.null else ""


def _json(value: Any) -> Any:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return str(value)
    return str(value) if isinstance(value, str) else value


def search_entries() -> Table:
    return Table(SearchEntry, "kind", "object_id", "unit_id", "title", "words", "plain")


def index_in(table: Table, kind: str, pk: int, unit_id: int, title: str, texts: Iterable[str]) -> None:
    text = " ".join(t for t in texts if t)
    table.add(kind, pk, unit_id, title[:500], words_of(text), plain_words(text))
