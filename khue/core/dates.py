"""Dates as Vietnamese offices write them, and the last day of each period."""

from calendar import monthrange
from datetime import date

QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "một": 1, "hai": 2, "ba": 3, "tư": 4}


def make_date(day: int, month: int, year: int) -> date | None:
    """The date, or None where there is no such day (31/4, 30/5/20219)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date | None:
    """The last day of a month, None where there is no such month."""
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return None
    return date(year, month, monthrange(year, month)[1])


def quarter_end(year: int, quarter: int) -> date | None:
    """The last day of a quarter, 1 to 4."""
    return month_end(year, quarter * 3) if 1 <= quarter <= 4 else None


def is_school_year(first: int, second: int) -> bool:
    """Whether two years are a school year: the second follows the first."""
    return second == first + 1
