"""Working days as the State's offices count them: weekends, holidays, swapped days, from `catalog/vn/calendar`.

A year that has no file is counted by weekends and the holidays that the Labour Code names by date; its days say
`sure=False`, and `not_sure` names such years, so that a page can tell. A day off that is only announced or expected
counts as off (nobody is disturbed, no term runs out) and says `sure=False`, too.
"""

from datetime import date, timedelta
from functools import lru_cache

from khue.catalog.calendar_files import Day, Folders, school_years, weekend_of, year_of
from khue.catalog.loader import catalog_folders

__all__ = [
    "Day",
    "about",
    "add_working_days",
    "in_school_summer",
    "is_known",
    "is_working_day",
    "not_sure",
    "on_or_after",
    "on_or_before",
    "working_days_between",
]
ONE = timedelta(days=1)
# a term of so many working days is a mistake of the caller
MOST = 5000


def about(day: date) -> Day:
    """All that is known about a day."""
    folders = catalog_folders()
    year = year_of(day.year, folders)
    if day in year.special:
        return year.special[day]
    working = _works(day, folders)
    return Day(day, working, "", () if working else ("week",), sure=year.known)


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    return _works(day, catalog_folders())


def _works(day: date, folders: Folders) -> bool:
    special = year_of(day.year, folders).special.get(day)
    return special.working if special else day.isoweekday() not in weekend_of(folders)


def _next(day: date, step: timedelta, folders: Folders) -> date:
    """The day itself where offices work, else the first one that way."""
    while not _works(day, folders):
        day += step
    return day


def on_or_before(day: date) -> date:
    """The day itself where offices work, else the last working day before it."""
    return _next(day, -ONE, catalog_folders())


def on_or_after(day: date) -> date:
    """The day itself where offices work, else the first working day after it."""
    return _next(day, ONE, catalog_folders())


def add_working_days(day: date, count: int) -> date:
    """The working day that is `count` working days after a day, which is not counted itself; before it where negative.

    0 is the day itself, moved on to a working day.
    """
    if abs(count) > MOST:
        raise ValueError(f"{count} working days: at most {MOST}")
    return _moved(day, count, catalog_folders())


@lru_cache(maxsize=20_000)
def _moved(day: date, count: int, folders: Folders) -> date:
    if count == 0:
        return _next(day, ONE, folders)
    step = ONE if count > 0 else -ONE
    for _ in range(abs(count)):
        day = _next(day + step, step, folders)
    return day


def working_days_between(first: date, last: date) -> int:
    """How many working days lie after `first`, up to and with `last`; negative where `last` is earlier."""
    if last < first:
        return -working_days_between(last, first)
    folders = catalog_folders()
    return sum(_works(first + timedelta(days=n), folders) for n in range(1, (last - first).days + 1))


def not_sure(first: date, last: date) -> list[Day]:
    """What stands on no text that was read, between two days, both included: days, or one 1 January for a whole year."""
    folders = catalog_folders()
    found = []
    for number in range(first.year, last.year + 1):
        year = year_of(number, folders)
        if not year.known:
            found.append(Day(date(number, 1, 1), False, "", (), sure=False))
        found += [d for d in year.special.values() if year.known and not d.sure and first <= d.day <= last]
    return sorted(found, key=lambda d: d.day)


def is_known(year: int) -> bool:
    """Whether that year has a file of its own."""
    return year_of(year, catalog_folders()).known


def in_school_summer(day: date) -> bool | None:
    """Whether pupils have their summer holidays by the Ministry's frame; None where no year is written down for that day."""
    years = school_years(catalog_folders())
    for opens, ends in years:
        if opens <= day < ends:
            return False
    after = [opens for opens, _ in years if day < opens]
    return True if after and any(ends <= day for _, ends in years) else None
