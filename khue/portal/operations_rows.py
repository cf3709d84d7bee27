"""A row of a leader's table: its name, its numbers, and the list that each number opens."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khue.portal.charts import stacked
from khue.tasks.states import Numbers
from khue.units.history import Succession
from khue.units.models import Unit

# (field of Numbers, state of the list, heading)
COLUMNS = (
    ("given", "", _("Đã giao")),
    ("done_in_time", "done_in_time", _("Xong đúng hạn")),
    ("done_late", "done_late", _("Xong quá hạn")),
    ("open_in_time", "open_in_time", _("Chưa xong, trong hạn")),
    ("overdue", "overdue", _("Quá hạn")),
)
_PARTS = (("good", "done_in_time"), ("late", "done_late"), ("open", "open_in_time"), ("over", "overdue"))


def list_address(asked: dict[str, Any]) -> str:
    """The list of tasks with those filters."""
    return f"{_list()}?{'&'.join(_pair(name, str(value)) for name, value in asked.items() if value not in (None, ''))}"


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    """One parameter of an address; those of hundreds of rows are nearly the same."""
    return urlencode({name: value})


@cache
def _list() -> str:
    return reverse("tasks:list")


@dataclass(frozen=True, slots=True)
class Cell:
    """One number and the list it opens."""

    name: str
    heading: Any
    number: int
    address: str


@dataclass(slots=True)
class Row:
    """Numbers under a name; `link` are the filters of the list that holds what was counted, `more` those of closer figures."""

    name: Any
    numbers: Numbers
    link: dict[str, Any]
    note: str = ""
    level: int = 0
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def cells(self) -> list[Cell]:
        """The numbers in the order of the columns."""
        whole = list_address(self.link)
        return [
            Cell(name, heading, getattr(self.numbers, name), f"{whole}&state={state}" if state else whole)
            for name, state, heading in COLUMNS
        ]

    @property
    def undated(self) -> Cell:
        """Of what is open: how many have no deadline."""
        return Cell("no_deadline", "", self.numbers.no_deadline, list_address(self.link | {"state": "no_deadline"}))

    def bar(self, most: int) -> SafeString:
        """The numbers as a bar."""
        return stacked([(css, getattr(self.numbers, name)) for css, name in _PARTS], most)


def carried_on(units: dict[int, Unit], on: date) -> dict[int, str]:
    """{unit: why its numbers stand apart}: it had ended by the day, or has what was open of units that had; one query."""
    ended = Succession.objects.filter(effective_on__lte=on, before__closed_on__lte=on, is_main=True, after_id__in=list(units))
    from_whom: dict[int, list[str]] = {}
    for after, short, name in ended.order_by("pk").values_list("after_id", "before__short_name", "before__name"):
        from_whom.setdefault(after, []).append(short or name)
    notes = {pk: gettext("nhận việc chưa xong của {names}").format(names=", ".join(names)) for pk, names in from_whom.items()}
    closed = {pk: unit.closed_on for pk, unit in units.items() if unit.closed_on and unit.closed_on <= on}
    return notes | {pk: gettext("thôi hoạt động từ {day}").format(day=f"{day:%d/%m/%Y}") for pk, day in closed.items()}


def late_first(rows: Iterable[Row]) -> list[Row]:
    """What is overdue most stands on top."""
    return sorted(rows, key=lambda r: (-r.numbers.overdue, -r.numbers.done_late, str(r.name)))


def added(rows: Iterable[Row]) -> list[Row]:
    """Rows of one list become one (a document that was renamed meanwhile), late ones first."""
    found: dict[Any, Row] = {}
    for row in rows:
        key = tuple(row.link.items())
        if key in found:
            row.numbers = Numbers.sum([found[key].numbers, row.numbers])
        found[key] = row
    return late_first(found.values())


def year_of(school_year: str) -> tuple[date, date]:
    """First and last day of "2023-2024": 1 September to 31 August."""
    start = int(school_year[:4])
    return date(start, 9, 1), date(start + 1, 8, 31)
