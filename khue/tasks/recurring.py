"""Recurring tasks: each period is a task of its own, made when the period begins, for those whom the group means then."""

import logging
from calendar import monthrange
from datetime import date, timedelta

from django.db import transaction

from khue.core.errors import KhueError
from khue.tasks.give import Address, give
from khue.tasks.models import Task
from khue.units.tree import today

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


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def make_due(on: date | None = None) -> list[Task]:
    """Makes the period of that day for every standing series that has none yet. Running it twice makes nothing twice."""
    day = on or today()
    made = []
    for series in Task.objects.exclude(recurs="").filter(series__isnull=True, withdrawn_at__isnull=True, given_on__lte=day):
        if series.series_ends_on is None or day < series.series_ends_on:
            try:
                made += _next(series, day)
            except KhueError as error:
                # a group that means nobody any more must not keep the others from their tasks
                log.warning("recurring task not made", extra={"task": series.pk, "reason": str(error)})
    return made


@transaction.atomic
def _next(series: Task, day: date) -> list[Task]:
    series = Task.objects.select_for_update().get(pk=series.pk)
    name, _first, last = period_of(series.recurs, day)
    if series.period == name or series.occurrences.filter(period=name).exists():
        return []
    addresses = [Address(a.ref, a.label, a.is_partner) for a in series.addressed.all()]
    same = {n: getattr(series, n) for n in ("note", "document_id", "document_name", "section", "targets", "product", "obligation_id")}
    return [give(series.unit, series.quote, addresses, by=series.created_by, on=day, due_on=last, period=name, series=series, **same)]
