"""Background work that survives a kill and has its effect once.

A job is a row. A worker claims it (status RUNNING, its own name last in `worker_ids`) and, while it lives, keeps the
row's `started_at` fresh. What happens when it dies is told by three rules:

1. **A job whose worker is gone is given back.** `recover` finds RUNNING rows whose worker is a dead process of this
   machine (at once) or has not been heard of for `LEASE` (any machine), and makes them READY. `khue serve` does so
   when a worker starts and every minute after. A job that took `MOST_TRIES` workers with it is failed with a reason,
   so that one bad file cannot stop the others.
2. **The effect and "done" are one transaction.** A job computes first (slow, outside any transaction) and then writes
   inside `with effect():`. That locks the job's row, makes sure that it is still ours, and marks it SUCCESSFUL in the
   same transaction as the job's own writes. Killed before the commit: nothing was written and the job runs again.
   Killed after: everything was written and it never runs again. There is no moment between.
3. **A worker that was only asleep writes nothing.** Where the job was given to another in the meantime, `effect`
   raises `Superseded` and the transaction is rolled back.

What a job does outside the database (a file it writes, a letter it sends) is not covered: write files under a name made
of their content, and send letters from a job of their own.

A full disk or a lost database is nobody's fault: the worker gives the job back and it is tried again later.
"""

import contextlib
import hashlib
import os
import socket
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

# a worker that has not been heard of for so long is taken for dead, whatever machine it is on
LEASE = timedelta(minutes=2)
BEAT_SECONDS = 15.0
MOST_TRIES = 3

# (job, worker) while a worker runs one
current: ContextVar[tuple[UUID, str] | None] = ContextVar("current_job", default=None)


class Superseded(Exception):
    """The job was given to another worker while this one was away."""


class WorkersDied(Exception):
    """Every worker that ran the job was killed with it."""


@contextlib.contextmanager
def effect() -> Iterator[None]:
    """The transaction in which a job writes what it did; outside a worker (tests, command line) a plain transaction."""
    mine = current.get()
    with transaction.atomic():
        if mine is not None:
            job = held(*mine)
            if job is None:
                raise Superseded(str(mine[0]))
            DBTaskResult.objects.filter(pk=job.pk).update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now(), return_value=None)
        yield


def held(job_id: UUID, worker: str) -> DBTaskResult | None:
    """The job's row, locked, where it still runs under this worker. Call it inside a transaction."""
    job = DBTaskResult.objects.select_for_update().filter(pk=job_id, status=TaskResultStatus.RUNNING).first()
    return job if job is not None and job.worker_ids[-1:] == [worker] else None


def give_back(job: DBTaskResult, worker: str, *, after: timedelta = timedelta(), count: bool = True) -> None:
    """Makes a job READY again. `count` False: this try was not the job's fault and does not count."""
    with transaction.atomic():
        if mine := held(job.pk, worker):
            _ready(mine, after, mine.worker_ids if count else mine.worker_ids[:-1])


def _ready(job: DBTaskResult, after: timedelta, workers: list[str]) -> None:
    job.status, job.worker_ids = TaskResultStatus.READY, workers
    job.run_after = timezone.now() + after
    job.save(update_fields=["status", "worker_ids", "run_after"])


def recover() -> int:
    """Gives back the jobs of dead workers and returns how many; those that were tried too often fail."""
    found = 0
    for pk in list(DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).values_list("pk", flat=True)):
        with transaction.atomic():
            running = DBTaskResult.objects.select_for_update(skip_locked=True).filter(pk=pk, status=TaskResultStatus.RUNNING)
            job = running.first()
            if job is None or not _abandoned(job):
                continue
            found += 1
            if len(job.worker_ids) < MOST_TRIES:
                _ready(job, timedelta(), job.worker_ids)
                continue
            job.set_failed(WorkersDied(f"{len(job.worker_ids)} workers were killed while they ran this job"))
        _tell(job)
    return found


def _abandoned(job: DBTaskResult) -> bool:
    worker = job.worker_ids[-1] if job.worker_ids else ""
    if worker.startswith(f"{machine()}:"):
        return not _alive(worker)
    return job.started_at is None or job.started_at < timezone.now() - LEASE


def _tell(job: DBTaskResult) -> None:
    """Those who listen for finished jobs hear of one that failed without its worker."""
    with contextlib.suppress(ImportError):
        task_finished.send(sender=type(job.task.get_backend()), task_result=job.task_result)


def beat(job_id: UUID, worker: str) -> None:
    """Says that the worker of a job lives."""
    with transaction.atomic():
        if held(job_id, worker):
            DBTaskResult.objects.filter(pk=job_id).update(started_at=timezone.now())


def own_name() -> str:
    """The name of this process among all workers: machine, process, the moment it began (numbers are used again)."""
    return f"{machine()}:{os.getpid()}:{_began(os.getpid())}"


def machine() -> str:
    """One name for all processes that can see each other; a container is a machine of its own."""
    parts: list[Any] = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(os.stat("/proc/self/ns/pid").st_ino)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _alive(worker: str) -> bool:
    _, pid, began = worker.split(":")
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _began(int(pid)) == began


def _began(pid: int) -> str:
    """The moment a process began, in the system's own count; empty where the system does not tell or it is a corpse."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if after_name[0] in "ZX" else after_name[19]
