"""Long lists by the page: counted no further than anybody turns, found by id first and only then read whole."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

# given what counts the rows, says how many there are
Keep = Callable[[Callable[[], int]], int]
# beyond so many rows a list is not counted; one narrows it
MOST = 5000


class Listed(Sequence[Any]):
    """The rows of a query for a Paginator. With `parts` (conditions of which each row fits one) one part follows another.

    A database that sorts whole rows of a long list to show fifty of them moves far more than it needs; that sorts by a
    worked-out column first, sorts everything. A part that has an index in the order asked for is read from its beginning.
    `whole` gives the rows by their ids with all that the page shows; without it, they are read by `rows` again. `keep` may
    know how many there are, or counts them by what it is given.
    """

    ordered = True

    def __init__(
        self,
        rows: QuerySet[Any],
        parts: Iterable[Q] = (),
        whole: QuerySet[Any] | None = None,
        keep: Keep | None = None,
    ) -> None:
        self.rows, self.whole, self._keep = rows, rows if whole is None else whole, keep
        self.parts = [rows.filter(part) for part in parts] or [rows]

    @cached_property
    def _count(self) -> int:
        return self._keep(self._counted) if self._keep else self._counted()

    def _counted(self) -> int:
        return self.rows.order_by().values("pk")[: MOST + 1].count()

    @property
    def capped(self) -> bool:
        """Whether there are more than are counted."""
        return self._count > MOST

    def __len__(self) -> int:
        """How many there are, or the most that is counted."""
        return min(self._count, MOST)

    def __getitem__(self, wanted: Any, /) -> Any:
        """The rows of a slice, read whole; the row of a number."""
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(len(self))
        ids: list[int] = []
        for part in self.parts:
            if start >= stop:
                break
            got = list(part.values_list("pk", flat=True)[start:stop])
            ids += got
            # how long a part is only matters to whoever turned beyond its end
            passed = start + len(got) if got or start == 0 else part.order_by().count()
            start, stop = max(start - passed, 0), stop - passed
        found = {row.pk: row for row in self.whole.filter(pk__in=ids).order_by()} if ids else {}
        return [found[pk] for pk in ids if pk in found]
