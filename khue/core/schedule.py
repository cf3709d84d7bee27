"""The timetable: work that comes round by itself, once each time, however many processes there are. No cron is needed.

A job has one slot a day or a quarter of an hour, by the clock of Vietnam. Every worker looks at the timetable (`tick`);
the one that writes the row of the slot also writes the job, in one transaction: there is never a slot without its job,
never a second job for a slot. What a killed job had begun is told in core/jobs.py: it runs again, so that what it does
must come out the same when it is done twice. A slot that passed while nobody worked is not made up for; a job that must
know what it missed looks at what it did last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from khue.core.models import Slot

Namer = Callable[[datetime], str]


def daily(now: datetime) -> str:
    """One slot a day, from midnight on."""
    return f"{now:%Y-%m-%d}"


def quarterly(now: datetime) -> str:
    """One slot a quarter of an hour."""
    return f"{now:%Y-%m-%dT%H}:{now.minute // 15 * 15:02}"


@dataclass(frozen=True, slots=True)
class Job:
    """What to do, and how its slots are named."""

    name: str
    slot: Namer
    # a task of django-tasks without arguments
    task: Any


_jobs: dict[str, Job] = {}


def register(name: str, slot: Namer, task: Any) -> None:
    """Puts a job into the timetable; call it when the application is ready."""
    _jobs[name] = Job(name, slot, task)


def tick(now: datetime | None = None) -> list[str]:
    """Enqueues every job whose slot nobody took yet; returns their names."""
    local = timezone.localtime(now)
    slots = {job.name: job.slot(local) for job in _jobs.values()}
    taken = set(Slot.objects.filter(job__in=slots, slot__in=slots.values()).values_list("job", "slot"))
    return [name for name, slot in slots.items() if (name, slot) not in taken and _take(_jobs[name], slot)]


def _take(job: Job, slot: str) -> bool:
    try:
        with transaction.atomic():
            Slot.objects.create(job=job.name, slot=slot)
            job.task.enqueue()
    except IntegrityError:
        # another process was quicker
        return False
    return True
