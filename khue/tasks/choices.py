"""How a person wants to be told: the choice, or the defaults for somebody who made none."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from khue.core.log import differences, log_action
from khue.tasks.models import NoticeChoice

FIELDS = ("by_mail", "digest", "quiet_from", "quiet_to", "days_before", "days_after")


def choices_of(users: Iterable[int]) -> dict[int, NoticeChoice]:
    """The choice of each person; one query."""
    ids = list(dict.fromkeys(users))
    made = {c.user_id: c for c in NoticeChoice.objects.filter(user_id__in=ids)}
    return {u: made.get(u) or NoticeChoice(user_id=u) for u in ids}


@transaction.atomic
def choose(user: Any, *, by: Any, **said: Any) -> NoticeChoice:
    """Saves what a person chose."""
    choice, _new = NoticeChoice.objects.select_for_update().get_or_create(user=user)
    before = {name: getattr(choice, name) for name in FIELDS}
    for name, value in said.items():
        setattr(choice, name, value)
    choice.save()
    if changes := differences(before, {name: getattr(choice, name) for name in FIELDS}):
        log_action("notices.chosen", choice, by=by, changes=changes)
    return choice
