"""Search with and without diacritics: a word typed with its marks must match them, one typed without matches any.

The index is FTS5 on SQLite and tsvector on PostgreSQL; migrations/0002 makes them and keeps them in step by triggers.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Func, QuerySet, Value
from django.db.models.expressions import RawSQL

from khue.core.models import SearchEntry
from khue.core.text import key, nfc, plain

_WORD = re.compile(r"\w+")
MOST_WORDS = 12
# ids that are written into a query
MOST_WRITTEN_OUT = 2000


def words_of(text: str) -> str:
    """The words of a text as they are indexed: folded, separated by one space."""
    return " ".join(_WORD.findall(key(nfc(text))))


def plain_words(text: str) -> str:
    """The same without diacritics."""
    return " ".join(_WORD.findall(plain(nfc(text))))


def index(kind: str, object_id: int, *, unit_id: int | None, title: str, texts: Iterable[str]) -> None:
    """Puts one thing into the index, in place of what stood there for it."""
    text = " ".join(texts)
    SearchEntry.objects.update_or_create(
        kind=kind,
        object_id=object_id,
        defaults={"unit_id": unit_id, "title": title[:500], "words": words_of(text), "plain": plain_words(text)},
    )


def forget(kind: str, object_id: int) -> None:
    """Takes one thing out of the index."""
    SearchEntry.objects.filter(kind=kind, object_id=object_id).delete()


def _terms(query: str) -> list[tuple[str, str]]:
    """(column, word): words with marks look in `words`, words without in `plain`; the last may be unfinished."""
    found = _WORD.findall(key(nfc(query)))[:MOST_WORDS]
    return [("plain", plain(w)) if plain(w) == w else ("words", w) for w in found]


def matching(query: str, kind: str = "") -> QuerySet[SearchEntry]:
    """Entries that hold every word of `query` (the last one as a beginning), best first."""
    terms = _terms(query)
    entries = SearchEntry.objects.filter(kind=kind) if kind else SearchEntry.objects.all()
    if not terms:
        return entries.none()
    if connection.vendor == "postgresql":
        return _postgres(entries, terms)
    clauses = [f'{column} : "{word}"' + ("*" if i == len(terms) - 1 else "") for i, (column, word) in enumerate(terms)]
    match = " AND ".join(clauses)
    rows = RawSQL("SELECT rowid FROM core_search_fts WHERE core_search_fts MATCH %s", [match])
    return entries.filter(pk__in=rows)


def ids_matching(query: str, kind: str) -> Any:
    """The ids of the things that hold every word, for `pk__in` of more than one query; where they are very many, a subquery."""
    found = matching(query, kind)
    ids = list(found.values_list("object_id", flat=True)[: MOST_WRITTEN_OUT + 1])
    return ids if len(ids) <= MOST_WRITTEN_OUT else found.values("object_id")


def _postgres(entries: QuerySet[SearchEntry], terms: list[tuple[str, str]]) -> QuerySet[SearchEntry]:
    for column in ("words", "plain"):
        words = [word + (":*" if i == len(terms) - 1 else "") for i, (where, word) in enumerate(terms) if where == column]
        if words:
            entries = entries.filter(_Matches(column, Value(" & ".join(words))))
    return entries


class _Matches(Func):
    """Whether a column holds the words; written as the expression index has it."""

    template = "to_tsvector('simple', %(expressions)s)"
    arg_joiner = ") @@ to_tsquery('simple', "
    output_field = BooleanField()


def nearness(query: str) -> Callable[[str], int]:
    """How near a title is to what was typed: 0 holds it as it stands, 1 every word of it, 2 less. For putting hits in order."""
    terms = _terms(query)
    columns = {column for column, _word in terms}
    whole = f" {' '.join(word for _column, word in terms)}"

    def of(title: str) -> int:
        forms = {column: f" {words_of(title) if column == 'words' else plain_words(title)}" for column in columns}
        if whole in forms.get("words", forms.get("plain", " ")):
            return 0
        return 1 if all(f" {word}" in forms[column] for column, word in terms) else 2

    return of
