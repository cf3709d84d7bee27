"""Recurring tasks: each period is a task of its own, made when the period begins, for those whom the group means then.

It falls due on the day that the words of the deadline name ("ngày 25 hằng tháng"), else on the last day of the period.
"""

import logging
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from khue.catalog.calendar import is_working_day
from khue.core.errors import KhueError
from khue.reader.rules.rhythm import day_within, named_day, words_for
from khue.tasks.give import Address, give
from khue.tasks.models import Task
from khue.units.tree import today

_SAME = ("note", "document_id", "document_name", "section", "targets", "product", "obligation_id", "due_quote")
# a server that was off makes what began meanwhile; what ended longer ago nobody would do any more
MISSED = timedelta(days=31)
log = logging.getLogger("khue.tasks")


def period_of(recurs: str, day: date) -> tuple[str, date, date]:
    """(name, first day, last day) of the period that a day lies in.

    "weekly" is Monday to Sunday; "semester" is September to December and January to May, summer belonging to neither
    but counted to the second; "yearly" is the school year from 1 September.
    """
    if recurs == "weekly":
        first = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}", first, first + timedelta(days=6)
    if recurs == "monthly":
        return f"{day:%Y-%m}", day.replace(day=1), _end(day.year, day.month)
    if recurs == "quarterly":
        quarter = (day.month - 1) // 3 + 1
        return f"{day.year}-Q{quarter}", date(day.year, quarter * 3 - 2, 1), _end(day.year, quarter * 3)
    start = day.year if day.month >= 9 else day.year - 1
    if recurs == "semester":
        if day.month >= 9:
            return f"{start}-{start + 1}-HK1", date(start, 9, 1), date(start, 12, 31)
        return f"{start}-{start + 1}-HK2", date(start + 1, 1, 1), date(start + 1, 8, 31)
    return f"{start}-{start + 1}", date(start, 9, 1), date(start + 1, 8, 31)


def due_in(recurs: str, words: str, day: date) -> tuple[str, date, date]:
    """(name, deadline, last day) of the period that a day lies in; `words` may name a day of each period."""
    name, first, last = period_of(recurs, day)
    named = named_day(recurs, words)
    return name, day_within(named, recurs, first) if named else last, last


def beginning(recurs: str, words: str, day: date, due: date | None = None) -> dict[str, Any]:
    """`period`, `due_on` and `due_quote` of the first task of a series given on a day.

    Where the day that the words name has gone by, the series begins with the next period. A deadline that somebody set
    names the day of all later periods, where the words name none.
    """
    if due is not None:
        said = words if named_day(recurs, words) else words_for(recurs, due) or words
        return {"period": period_of(recurs, max(due, day))[0], "due_on": due, "due_quote": said}
    name, due, last = due_in(recurs, words, day)
    if due < day:
        name, due, _last = due_in(recurs, words, last + timedelta(days=1))
    return {"period": name, "due_on": due, "due_quote": words}


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def make_due(on: date | None = None) -> list[Task]:
    """Makes the period of that day for every standing series that has none yet, and those that were missed before it.

    Running it twice makes nothing twice.
    """
    day = on or today()
    made = []
    for series in Task.objects.exclude(recurs="").filter(series__isnull=True, withdrawn_at__isnull=True, given_on__lte=day):
        try:
            made += _next(series, day)
        except KhueError as error:
            # a group that means nobody any more must not keep the others from their tasks
            log.warning("recurring task not made", extra={"task": series.pk, "reason": str(error)})
    return made


@transaction.atomic
def _next(series: Task, day: date) -> list[Task]:
    series = Task.objects.select_for_update().get(pk=series.pk)
    # names of periods sort as the periods do; a series may begin with the period after the day it was given
    last = max([series.period, *series.occurrences.values_list("period", flat=True)])
    wanted = [(name, due) for name, due in _until(series, day) if name > last]
    addresses = [Address(a.ref, a.label, a.is_partner) for a in series.addressed.all()] if wanted else []
    same = {n: getattr(series, n) for n in _SAME}
    return [
        give(series.unit, series.quote, addresses, by=series.created_by, on=day, due_on=due, period=name, series=series, **same)
        for name, due in wanted
    ]


def _until(series: Task, day: date) -> Iterator[tuple[str, date]]:
    """(name, deadline) of the period of a day and of those that ended within MISSED before it, the oldest first.

    One that ended without a working day is none: nobody was to do it.
    """
    at = max(series.given_on, day - MISSED)
    while True:
        first = period_of(series.recurs, at)[1]
        name, due, last = due_in(series.recurs, series.due_quote, at)
        ended = series.series_ends_on is not None and first >= series.series_ends_on
        if not ended and (last >= day or _has_working_day(first, last)):
            yield name, due
        if last >= day:
            return
        at = last + timedelta(days=1)


def _has_working_day(first: date, last: date) -> bool:
    return any(is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))
