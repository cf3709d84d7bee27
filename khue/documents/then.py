"""The register as it stood at the end of an earlier day: what was in it, how far each document had come, under which names."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Case, CharField, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from khue.core.models import Action
from khue.documents.models import Document, Status
from khue.tasks.models import Task
from khue.units.then import called_then
from khue.units.tree import day_end, today

# how far a document has come after each of these; the last one before the day's end counts
_LED_TO = {
    "document.filed": Status.WAITING,
    "document.refiled": Status.WAITING,
    "document.reread": Status.WAITING,
    "document.read": Status.REVIEW,
    "document.reopened": Status.REVIEW,
    "document.unreadable": Status.UNREADABLE,
    "document.confirmed": Status.CONFIRMED,
}


def booked_by(day: date) -> Q:
    """Which documents had come into the register by the end of a day: what arrives on its day, the rest when it was entered."""
    return Q(arrived_on__lte=day) | Q(arrived_on__isnull=True, created_at__lt=day_end(day))


def booked_since(day: date) -> Q:
    """Which documents came into the register on a day or later."""
    return Q(arrived_on__gte=day) | Q(arrived_on__isnull=True, created_at__gte=day_end(day - timedelta(days=1)))


def standing_on(documents: QuerySet[Document], on: date, *, removed: bool) -> QuerySet[Any]:
    """Those in the register (or, `removed`, out of it) at the end of an earlier day, with `status_then`."""
    gone = Q(removed_at__lt=day_end(on))
    found = documents.filter(booked_by(on), gone if removed else Q(removed_at__isnull=True) | ~gone)
    done = Action.objects.filter(target_type="document", target_id=OuterRef("pk"), at__lt=day_end(on), verb__in=_LED_TO)
    known = Case(*(When(verb=verb, then=Value(str(status))) for verb, status in _LED_TO.items()), output_field=CharField())
    # work that was given, and what the row itself says, tell of times before the log
    settled = Q(confirmed_at__lt=day_end(on)) | Q(given__gt=0)
    told = Subquery(done.order_by("-id").annotate(led_to=known).values("led_to")[:1], output_field=CharField())
    otherwise = Case(When(settled, then=Value(str(Status.CONFIRMED))), default=Value(str(Status.REGISTERED)), output_field=CharField())
    stood: QuerySet[Any] = with_given(found, on).annotate(status_then=Coalesce(told, otherwise))
    return stood


def with_given(documents: QuerySet[Document], on: date) -> QuerySet[Any]:
    """Adds `given`: how many tasks had been given from each by the end of a day, one that comes round counted once."""
    tasks = Task.objects.filter(document_id=OuterRef("pk"), series__isnull=True, given_on__lte=on)
    tasks = tasks.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=day_end(on)))
    number = tasks.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n")
    counted: QuerySet[Any] = documents.annotate(given=Coalesce(Subquery(number, output_field=IntegerField()), 0))
    return counted


def as_then(documents: Iterable[Document], on: date, *units: str, size: int = 500) -> Iterator[Document]:
    """Rows as they come, as they stood then, the units of the fields `units` under their names; one query for `size` rows.

    For today they stay as they are. The rows are changed in memory and must not be saved.
    """
    rest: Iterator[Any] = iter(documents)
    if on >= today():
        yield from rest
        return
    while part := list(islice(rest, size)):
        named = [unit for row in part for name in units if (unit := getattr(row, name)) is not None]
        list(called_then(named, on, "", size=size * len(units)))
        for row in part:
            row.status = row.status_then
            if row.removed_at and row.removed_at >= day_end(on):
                row.removed_at = None
            yield row
