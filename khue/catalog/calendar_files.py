"""Reads the files of `catalog/vn/calendar` strictly; every error names file, key, what was written and what was expected."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from khue.catalog.loader import Entry, load_entry
from khue.core.errors import CatalogError
from khue.core.said import said

FOLDER = "vn/calendar"
Folders = tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day: whether offices work, what it is called where it is not an ordinary one, on which sources that stands."""

    day: date
    working: bool
    name: str = ""
    sources: tuple[str, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Year:
    """The days of one year that are not ordinary; `known` where the year has a file."""

    special: dict[date, Day] = field(default_factory=dict)
    known: bool = True


@lru_cache(maxsize=256)
def year_of(number: int, folders: Folders) -> Year:
    """The days of a year that are not ordinary; a year without a file has the holidays with a date only."""
    name = f"{FOLDER}/{number}.yaml"
    having = tuple(f for f in folders if (f / name).is_file())
    if not having:
        return Year({d.day: d for d in _fixed(number, folders)}, known=False)
    entry = load_entry(name, having)
    file = _File(name, {**_rules(folders)["sources"], **_mapping(name, entry, "sources")})
    file.only(entry, "", {"year", "sources", "holidays", "workdays"})
    if entry.get("year") != number:
        raise file.wrong("year", entry.get("year"), said("bằng tên tệp ({number})", number=number))
    off = {d.day: d for item in file.items(entry, "holidays") for d in file.days_off(item, number)}
    for item in file.items(entry, "workdays"):
        made = file.made_up(item, number, off)
        off[made.day] = made
    return Year(off)


@lru_cache(maxsize=8)
def _rules(folders: Folders) -> Entry:
    return load_entry(f"{FOLDER}/rules.yaml", folders)


@lru_cache(maxsize=8)
def weekend_of(folders: Folders) -> frozenset[int]:
    """The weekly days off, 1 to 7."""
    days = _rules(folders)["weekend"]["days"]
    if not isinstance(days, list) or not all(isinstance(d, int) and 1 <= d <= 7 for d in days) or len(set(days)) > 6:
        raise _File(f"{FOLDER}/rules.yaml", {}).wrong("weekend.days", days, said("các số từ 1 (thứ Hai) đến 7 (Chủ nhật)"))
    return frozenset(days)


def _fixed(number: int, folders: Folders) -> Iterator[Day]:
    """The holidays that have a date of their own, in a year without a file."""
    for item in _rules(folders)["fixed"]:
        month, day = map(int, item["day"].split("-"))
        yield Day(date(number, month, day), False, item["name"], (item["source"],), sure=False)


@lru_cache(maxsize=8)
def school_years(folders: Folders) -> tuple[tuple[date, date], ...]:
    """When each school year opens, and the day before which it ends."""
    name = f"{FOLDER}/school.yaml"
    entry = load_entry(name, folders)
    file = _File(name, _mapping(name, entry, "sources"))
    found = []
    for year, said_then in entry["years"].items():
        file.known(f"years.{year}.source", said_then.get("source"))
        opens, ends = (file.a_date(f"years.{year}.{key}", said_then.get(key)) for key in ("opens_on", "ends_before"))
        if opens >= ends:
            raise file.wrong(f"years.{year}.ends_before", ends, said("sau opens_on"))
        found.append((opens, ends))
    return tuple(sorted(found))


def _mapping(name: str, entry: Entry, key: str) -> Entry:
    value = entry.get(key)
    if not isinstance(value, dict):
        raise _File(name, {}).wrong(key, value, said("các khóa và giá trị"))
    return value


@dataclass(frozen=True, slots=True)
class _File:
    """Reads the parts of one file strictly; every error names file, key, what was written and what was expected."""

    name: str
    sources: Entry

    def wrong(self, key: str, value: Any, expected: str) -> CatalogError:
        """The error to raise."""
        return CatalogError(
            "catalog.calendar",
            said("{name}, {key}: đang là {value!r}, cần {expected}.", name=self.name, key=key, value=_plain(value), expected=expected),
            said("Xem tệp của một năm khác trong cùng thư mục."),
        )

    def only(self, entry: Any, key: str, allowed: set[str]) -> None:
        """No key but these."""
        strange = sorted(set(entry) - allowed) if isinstance(entry, dict) else [entry]
        if strange:
            raise self.wrong(key or str(strange[0]), strange[0], said("một trong: {names}", names=", ".join(sorted(allowed))))

    def items(self, entry: Entry, key: str) -> Iterator[Entry]:
        """The items of a list."""
        if not isinstance(entry.get(key), list):
            raise self.wrong(key, entry.get(key), said("một danh sách (trống thì ghi [])"))
        yield from entry[key]

    def a_date(self, key: str, value: Any, year: int = 0) -> date:
        """A date, of that year where one is given."""
        if not isinstance(value, date) or (year and value.year != year):
            expected = said("một ngày của năm {year}, dạng {year}-01-31", year=year) if year else said("một ngày, dạng 2024-01-31")
            raise self.wrong(key, value, expected)
        return value

    def known(self, key: str, names: Any) -> tuple[str, ...]:
        """Sources that the file or the rules describe."""
        if not isinstance(names, list) or not names or not all(n in self.sources for n in names):
            raise self.wrong(key, names, said("danh sách nguồn trong: {names}", names=", ".join(self.sources)))
        return tuple(names)

    def _sure(self, item: Entry) -> bool:
        if not isinstance(item.get("sure"), bool):
            raise self.wrong("sure", item.get("sure"), said("true hoặc false"))
        return bool(item["sure"])

    def days_off(self, item: Entry, year: int) -> Iterator[Day]:
        """The days of one holiday."""
        self.only(item, "holidays", {"from", "to", "name", "source", "sure"})
        if not isinstance(item.get("name"), str):
            raise self.wrong("holidays.name", item.get("name"), said("tên ngày nghỉ"))
        first, last = self.a_date("holidays.from", item.get("from"), year), self.a_date("holidays.to", item.get("to"), year)
        if last < first or (last - first).days > 31:
            raise self.wrong("holidays.to", last, said("cùng ngày hoặc sau from, không quá 31 ngày"))
        sources, sure = self.known("holidays.source", item.get("source")), self._sure(item)
        for n in range((last - first).days + 1):
            yield Day(first + timedelta(days=n), False, item["name"], sources, sure)

    def made_up(self, item: Entry, year: int, off: dict[date, Day]) -> Day:
        """A day of the weekend on which offices work for another day."""
        self.only(item, "workdays", {"day", "instead_of", "source", "sure"})
        day, other = self.a_date("workdays.day", item.get("day"), year), self.a_date("workdays.instead_of", item.get("instead_of"))
        if day in off:
            raise self.wrong("workdays.day", day, said("một ngày không ghi là nghỉ ở holidays"))
        if other.year == year and other not in off:
            raise self.wrong("workdays.instead_of", other, said("một ngày có ghi là nghỉ ở holidays"))
        return Day(
            day,
            True,
            said("Làm bù ngày {day}", day=f"{other:%d/%m/%Y}"),
            self.known("workdays.source", item.get("source")),
            self._sure(item),
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
