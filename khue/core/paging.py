"""Long lists by the page: counted no further than anybody turns, found by id first and only then read whole."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

# beyond so many rows a list is not counted; one narrows it
MOST = 10_000


class Listed(Sequence[Any]):
    """The rows of a query for a Paginator. With `parts` (conditions of which each row fits one) one part follows another.

    A database that sorts whole rows of a long list to show fifty of them moves far more than it needs; that sorts by a
    worked-out column first, sorts everything. A part that has an index in the order asked for is read from its beginning.
    """

    ordered = True

    def __init__(self, rows: QuerySet[Any], parts: Iterable[Q] = ()) -> None:
        self.rows = rows
        self.parts = [rows.filter(part) for part in parts] or [rows]

    @cached_property
    def _counts(self) -> list[int]:
        counts: list[int] = []
        for part in self.parts:
            left = MOST + 1 - sum(counts)
            counts.append(part.order_by().values("pk")[:left].count() if left > 0 else 0)
        return counts

    @property
    def capped(self) -> bool:
        """Whether there are more than are counted."""
        return sum(self._counts) > MOST

    def __len__(self) -> int:
        """How many there are, or the most that is counted."""
        return min(sum(self._counts), MOST)

    def __getitem__(self, wanted: Any, /) -> Any:
        """The rows of a slice, read whole; the row of a number."""
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(len(self))
        ids: list[int] = []
        for part, count in zip(self.parts, self._counts, strict=True):
            if start < count and stop > 0:
                ids += part.values_list("pk", flat=True)[max(start, 0) : min(stop, count)]
            start, stop = start - count, stop - count
        found = {row.pk: row for row in self.rows.filter(pk__in=ids).order_by()} if ids else {}
        return [found[pk] for pk in ids if pk in found]
