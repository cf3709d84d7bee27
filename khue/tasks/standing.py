"""Keeps the standings (models/standing.py): what was marked is played again from the events, before an earlier day is read.

Whatever happens to a share marks it in its own transaction (`mark`): one small row, nothing is worked out while people
wait. Whoever asks for an earlier day first has the marked ones played (`catch_up`); the timetable does the same every
quarter of an hour, so that little is left for anybody to wait for.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from khue.accounts.models import User
from khue.core.errors import NotYet
from khue.core.said import said
from khue.tasks.asof import KEPT, spells
from khue.tasks.models import Standing, Unplayed

# shares that are played in one transaction
CHUNK = 500
# so many are played while somebody waits: some seconds
MOST_AT_ONCE = 10_000


def mark(shares: Iterable[int]) -> None:
    """Something happened to these shares; call it in the same transaction."""
    Unplayed.objects.bulk_create([Unplayed(assignment_id=pk) for pk in set(shares)], batch_size=5000)


def stood_on(on: date) -> QuerySet[Standing]:
    """Every share that stood at the end of a day, as it stood. Raises NotYet while too much is still to be played."""
    if Unplayed.objects.exists():
        if Unplayed.objects.count() > MOST_AT_ONCE:
            raise NotYet(
                "standing.behind", said("Số liệu của những ngày trước đang được dựng lại."), said("Chờ ít phút rồi mở lại trang này.")
            )
        catch_up()
    return Standing.objects.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on)


def catch_up() -> int:
    """Plays whatever is marked, a part at a time; how many shares that were. Killed in between, the rest stays marked."""
    played = 0
    while found := _play_some():
        played += found
    return played


@transaction.atomic
def _play_some() -> int:
    marks = list(Unplayed.objects.select_for_update().order_by("id")[:CHUNK])
    shares = sorted({m.assignment_id for m in marks})
    if shares:
        made = list(spells(shares))
        people = {then.person_id for _since, _until, then in made if then.person_id}
        known = set(User.objects.filter(pk__in=people).values_list("pk", flat=True)) if people else set()
        Standing.objects.filter(assignment__in=shares).delete()
        Standing.objects.bulk_create(
            Standing(
                assignment_id=then.share.pk,
                since=since,
                until=until,
                task_id=then.share.task_id,
                unit_id=then.share.unit_id,
                **{name: getattr(then, name) for name in KEPT if name != "person_id"},
                person_id=then.person_id if then.person_id in known else None,
            )
            for since, until, then in made
        )
        Unplayed.objects.filter(pk__in=[m.pk for m in marks]).delete()
    return len(marks)
