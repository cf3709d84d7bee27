"""Webhooks of a unit that ends go on at the unit that carries it on, before its shares do: the address hears of these, too.

Where a unit above carries it on, they stay with what ended: a reorganisation sends nobody more than it showed its people.
"""

from datetime import timedelta
from typing import Any

from khue.core.said import Said, said
from khue.tasks.models import Webhook
from khue.units.reorganise.heirs import Room, Touched, touched
from khue.units.reorganise.spells import Change
from khue.units.tree import ancestor_ids


def count(units: list[int]) -> list[Touched]:
    """Webhooks of units that end."""
    return [touched(said("nơi nhận tin về công việc"), Webhook.objects.filter(unit_id__in=units), "/viec/noi-nhan-tin/")]


def inherit(change: Change) -> list[list[int]]:
    """[[webhook, unit before]] of those that moved."""
    moved, before = [], change.day - timedelta(days=1)
    for hook in Webhook.objects.select_for_update().filter(unit_id__in=change.closed).order_by("pk"):
        heir = change.heir_of(hook.unit_id)
        if heir and heir not in ancestor_ids([hook.unit_id], before):
            moved.append([hook.pk, hook.unit_id])
            Webhook.objects.filter(pk=hook.pk).update(unit_id=heir)
    return moved


def give_back(moved: list[list[int]]) -> None:
    """Each is its unit's again."""
    for pk, unit_id in moved:
        Webhook.objects.filter(pk=pk).update(unit_id=unit_id)


def depends(record: dict[str, Any], moved: list[list[int]]) -> Said | None:
    """Whether a unit that the undo would take away has got webhooks of its own."""
    own = Webhook.objects.filter(unit_id__in=record["made_units"]).exclude(pk__in=[pk for pk, _unit in moved]).count()
    return said("đơn vị mới đã đặt {n} nơi nhận tin về công việc", n=own) if own else None


ROOM = Room("webhooks", 1, count, inherit, give_back, depends)
