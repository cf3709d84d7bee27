"""A process that does background work; see core/jobs.py for what happens when it is killed."""

import logging
import os
import signal
import threading
import time
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.utils import InterfaceError
from django_tasks.base import TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult

from khue.core import jobs, schedule, statistics
from khue.core.current import request_id
from khue.core.middleware import storage_reason
from khue.core.tidy import tidy

log = logging.getLogger("khue.jobs")
POLL_SECONDS = 0.5
RECOVER_SECONDS = 60.0
TIDY_SECONDS = 3600.0
TICK_SECONDS = 15.0
# how long to wait while the database is away or the disk is full
REST_SECONDS = 5.0


class Worker:
    """Takes one job after the other until it is told to stop; finishes the job at hand first.

    With `timetable` it also sees to it that the work which comes round by itself is enqueued (core/schedule.py).
    """

    def __init__(self, *, poll: float = POLL_SECONDS, timetable: bool = True) -> None:
        self.name = jobs.own_name()
        self.poll = poll
        self.timetable = timetable
        self.going = True
        self.busy: DBTaskResult | None = None
        self._recovered = self._tidied = self._ticked = float("-inf")

    def run(self) -> None:
        """Works until SIGTERM or SIGINT, or until the process that started it is gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        threading.Thread(target=self._beats, daemon=True, name="beat").start()
        log.info("worker started", extra={"worker": self.name})
        while self.going:
            try:
                close_old_connections()
                if not self.step():
                    time.sleep(self.poll)
            except (DatabaseError, InterfaceError, OSError) as error:
                log.error("worker waits", extra={"reason": storage_reason(error), "error": type(error).__name__})
                connection.close()
                time.sleep(REST_SECONDS)
        log.info("worker stopped", extra={"worker": self.name})

    def step(self) -> bool:
        """Runs one job; False where there is none."""
        if time.monotonic() - self._recovered > RECOVER_SECONDS:
            if given := jobs.recover():
                log.warning("jobs given back", extra={"jobs": given})
            self._recovered = time.monotonic()
        if time.monotonic() - self._tidied > TIDY_SECONDS:
            if gone := tidy():
                log.info("old rows taken away", extra={"rows": gone})
            statistics.refresh()
            self._tidied = time.monotonic()
        if self.timetable and time.monotonic() - self._ticked > TICK_SECONDS:
            if due := schedule.tick():
                log.info("work of the timetable", extra={"jobs": due})
            self._ticked = time.monotonic()
        job = self._claim()
        if job is None:
            return False
        self._run(job)
        return True

    def _claim(self) -> DBTaskResult | None:
        # looking takes no lock: an idle worker does not stand in the way of those who write
        if not DBTaskResult.objects.ready().exists():
            return None
        with transaction.atomic():
            job: DBTaskResult | None = DBTaskResult.objects.ready().select_for_update(skip_locked=True).first()
            if job is not None:
                job.claim(self.name)
        return job

    def _run(self, job: DBTaskResult) -> None:
        self.busy = job
        token, number = jobs.current.set((job.pk, self.name)), request_id.set(f"job-{job.pk.hex[:12]}")
        started = time.perf_counter()
        try:
            answer = self._call(job)
            self._finish(job, lambda row: row.set_successful(answer))
            log.info("job done", extra={"job": job.task_path, "ms": round((time.perf_counter() - started) * 1000, 1)})
        except jobs.Superseded:
            log.warning("job was given to another worker", extra={"job": job.task_path})
        except Exception as error:
            self._failed(job, error)
        except BaseException:
            jobs.give_back(job, self.name)
            raise
        finally:
            self.busy = None
            jobs.current.reset(token)
            request_id.reset(number)

    def _call(self, job: DBTaskResult) -> Any:
        task, result = job.task, job.task_result
        task_started.send(sender=type(task.get_backend()), task_result=result)
        if task.takes_context:
            return task.call(TaskContext(task_result=result), *result.args, **result.kwargs)
        return task.call(*result.args, **result.kwargs)

    def _failed(self, job: DBTaskResult, error: Exception) -> None:
        if reason := storage_reason(error):
            log.error("job waits for storage", extra={"job": job.task_path, "reason": reason})
            connection.close()
            jobs.give_back(job, self.name, after=timedelta(seconds=REST_SECONDS), count=False)
            return
        log.error("job failed", extra={"job": job.task_path}, exc_info=error)
        self._finish(job, lambda row: row.set_failed(error))

    def _finish(self, job: DBTaskResult, mark: Any) -> None:
        """Marks the job where it is still ours, and tells those who listen; `effect` may have marked it already."""
        with transaction.atomic():
            if mine := jobs.held(job.pk, self.name):
                mark(mine)
        job.refresh_from_db()
        if job.finished_at and job.worker_ids[-1:] == [self.name]:
            task_finished.send(sender=type(job.task.get_backend()), task_result=job.task_result)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.going = False
        if self.busy is None:
            raise SystemExit(0)

    def _beats(self) -> None:
        parent = os.getppid()
        last = time.monotonic()
        while self.going:
            time.sleep(1)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)
                return
            job = self.busy
            if job is not None and time.monotonic() - last > jobs.BEAT_SECONDS:
                last = time.monotonic()
                try:
                    jobs.beat(job.pk, self.name)
                except (DatabaseError, InterfaceError):
                    log.warning("beat not written", extra={"job": job.task_path})
                finally:
                    connection.close()
