"""Search with and without diacritics: a word typed with its marks must match them, one typed without matches any.

The index is FTS5 on SQLite and tsvector on PostgreSQL; migrations/0002 makes them and keeps them in step by triggers.
"""

import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import BooleanField, Func, QuerySet, Value
from django.db.models.expressions import RawSQL

from khue.core.models import SearchEntry
from khue.core.text import key, nfc, plain

_WORD = re.compile(r"\w+")
MOST_WORDS = 12


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


def nearness(query: str, title: str) -> int:
    """How near a title is to what was typed: 0 holds it as it stands, 1 every word of it, 2 less. For putting hits in order."""
    terms = _terms(query)
    folded, bare = words_of(title), plain_words(title)
    if f" {' '.join(word for _column, word in terms)}" in f" {folded if any(c == 'words' for c, _word in terms) else bare}":
        return 0
    columns = {"words": f" {folded}", "plain": f" {bare}"}
    return 1 if all(f" {word}" in columns[column] for column, word in terms) else 2
