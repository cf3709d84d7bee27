"""Webhooks: events become deliveries in the transaction that makes them; a job sends them, tries again, gives up.

A delivery is sent at least once: whoever takes it tells a second one by `X-Khue-Delivery`. It holds ids only; what they
mean is asked of the API. It is signed: `X-Khue-Signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of
"SECONDS.BODY" with the webhook's secret.
"""

import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import as_data, joined, said
from khue.tasks.models import Assignment, Delivery, Webhook
from khue.tasks.outgoing import Answer, check_address, post
from khue.tasks.telling import notify, people_at
from khue.tasks.webhook_words import unsent
from khue.units.models import Unit
from khue.units.tree import subtree_ids

if TYPE_CHECKING:
    from khue.tasks.models import Event

log = logging.getLogger("khue.webhooks")
MOST_EVENTS = 100
# how long until it is tried again, one after the other; then it is given up
PAUSES = [timedelta(minutes=n) for n in (1, 5, 30, 120, 360, 720, 1440)]
MOST_FAILURES = 20
LEASE = timedelta(minutes=2)
KEEP = timedelta(days=30)


@transaction.atomic
def make(unit: Unit, *, name: str, address: str, events: Iterable[str], by: Any) -> Webhook:
    """A new webhook with a secret of its own. Raises KhueError for an address that may not be written to."""
    check_address(address)
    made = Webhook.objects.create(
        unit=unit, name=name.strip()[:120], address=address.strip(), events=list(events), secret=secrets.token_urlsafe(32), created_by=by
    )
    log_action("webhook.made", made, by=by, changes={"address": ["", made.address], "events": [None, made.events]})
    return made


@transaction.atomic
def switch(webhook_id: int, active: bool, *, by: Any) -> Webhook:
    """Switches it on or off; what waits is sent when it is on again."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook_id)
    if webhook.active != active:
        webhook.active, webhook.failures = active, 0
        webhook.save(update_fields=["active", "failures"])
        log_action("webhook.switched", webhook, by=by, changes={"active": [not active, active]})
    if active:
        _enqueue(list(webhook.deliveries.filter(state=Delivery.State.WAITING).values_list("pk", flat=True)))
    return webhook


@transaction.atomic
def remove(webhook_id: int, *, by: Any) -> None:
    """Takes it away with its deliveries."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook_id)
    log_action("webhook.removed", webhook, by=by, changes={"address": [webhook.address, ""]})
    webhook.delete()


def announce(events: "Sequence[Event]") -> None:
    """Writes the deliveries of events that were just made; call it in their transaction."""
    hooks = list(Webhook.objects.filter(active=True)) if events else []
    if not hooks:
        return
    shares = Assignment.objects.filter(pk__in={e.assignment_id for e in events})
    where: dict[int, list[Any]] = {
        pk: row for pk, *row in shares.values_list("pk", "task_id", "unit_id", "task__unit_id", "task__document_id")
    }
    reach = {unit: subtree_ids([unit]) for unit in {h.unit_id for h in hooks}}
    made = []
    for hook in hooks:
        told = [_told(e, *where[e.assignment_id]) for e in events if not hook.events or e.kind in hook.events]
        told = [t for t in told if {t["unit"], t["giver"]} & reach[hook.unit_id]]
        made += [Delivery(webhook=hook, body={"events": told[at : at + MOST_EVENTS]}) for at in range(0, len(told), MOST_EVENTS)]
    _enqueue([d.pk for d in Delivery.objects.bulk_create(made)])


def _told(event: "Event", task: int, unit: int, giver: int, document: int | None) -> dict[str, Any]:
    ids = {"task": task, "share": event.assignment_id, "unit": unit, "giver": giver, "document": document}
    return {"event": event.pk, "kind": str(event.kind), "at": event.at.isoformat(), **ids}


def _enqueue(deliveries: Iterable[int]) -> None:
    from khue.tasks.jobs import deliver

    for pk in deliveries:
        transaction.on_commit(lambda pk=pk: deliver.enqueue(pk))  # type: ignore[misc]


def send(delivery_id: int) -> Delivery | None:
    """Sends a delivery that is due and writes down what came of it; None where there was nothing to do."""
    delivery = _claim(delivery_id)
    if delivery is None:
        return None
    answer, why = None, None
    try:
        answer = post(delivery.webhook.address, *signed(delivery))
    except KhueError as error:
        why = joined([error.message, error.remedy], " ")
    except (OSError, ValueError) as error:
        log.warning("webhook.unsent", extra={"delivery": delivery.pk, "error": f"{type(error).__name__}: {error}"[:200]})
        why = unsent(delivery.webhook.address, error)
    return _finish(delivery.pk, answer, as_data(why))


def signed(delivery: Delivery) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a delivery."""
    body = json.dumps({"delivery": str(delivery.number), **delivery.body}, ensure_ascii=False).encode()
    return body, {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Khue",
        "X-Khue-Delivery": str(delivery.number),
        "X-Khue-Signature": signature(delivery.webhook.secret, int(time.time()), body),
    }


def signature(secret: str, moment: int, body: bytes) -> str:
    """What proves that a body comes from here."""
    told = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={told}"


def _free() -> Q:
    return Q(claimed_at__isnull=True) | Q(claimed_at__lt=timezone.now() - LEASE)


@transaction.atomic
def _claim(delivery_id: int) -> Delivery | None:
    found = Delivery.objects.select_for_update(of=("self",)).select_related("webhook").filter(_free(), pk=delivery_id)
    delivery = found.filter(state=Delivery.State.WAITING, next_at__lte=timezone.now(), webhook__active=True).first()
    if delivery is not None:
        Delivery.objects.filter(pk=delivery.pk).update(claimed_at=timezone.now())
    return delivery


@transaction.atomic
def _finish(delivery_id: int, answer: Answer | None, why: Any) -> Delivery | None:
    delivery = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if delivery is None:
        return None
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    now = timezone.now()
    delivery.attempts += 1
    delivery.claimed_at, delivery.status = None, answer.status if answer else None
    delivery.answer = answer.text if answer else why
    taken = answer is not None and answer.taken
    if taken or delivery.attempts > len(PAUSES):
        delivery.state, delivery.done_at = (Delivery.State.SENT if taken else Delivery.State.FAILED), now
    else:
        delivery.next_at = now + PAUSES[delivery.attempts - 1]
        _later(delivery)
    delivery.save()
    webhook.failures = 0 if taken else webhook.failures + 1
    webhook.save(update_fields=["failures"])
    if webhook.failures >= MOST_FAILURES and webhook.active:
        _give_up(webhook)
    return delivery


def _later(delivery: Delivery) -> None:
    """A job for the next try, where jobs can wait; the timetable finds it in any case."""
    from khue.tasks.jobs import deliver

    if deliver.get_backend().supports_defer:
        transaction.on_commit(lambda: deliver.using(run_after=delivery.next_at).enqueue(delivery.pk))


def _give_up(webhook: Webhook) -> None:
    webhook.active = False
    webhook.save(update_fields=["active"])
    log_action("webhook.switched", webhook, by=None, changes={"active": [True, False]})
    people = people_at([webhook.unit_id], "webhooks.manage").get(webhook.unit_id, [])
    text = said("Đã tắt nơi nhận tin «{name}»: {n} lần gửi liền không được.", name=webhook.name, n=webhook.failures)
    notify(people, "webhook", f"webhook-{webhook.pk}-{timezone.now():%Y%m%d%H%M}", text, address=f"/viec/noi-nhan-tin/{webhook.pk}/")


def send_due() -> int:
    """Sends whatever is due and takes away what is long done; returns how many were sent."""
    due = Delivery.objects.filter(_free(), state=Delivery.State.WAITING, next_at__lte=timezone.now(), webhook__active=True)
    sent = [send(pk) for pk in list(due.order_by("next_at").values_list("pk", flat=True)[:500])]
    Delivery.objects.exclude(state=Delivery.State.WAITING).filter(done_at__lt=timezone.now() - KEEP).delete()
    return sum(d is not None for d in sent)


@transaction.atomic
def again(delivery: Delivery) -> None:
    """Sends a delivery once more."""
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.WAITING, attempts=0, next_at=timezone.now(), claimed_at=None)
    _enqueue([delivery.pk])
