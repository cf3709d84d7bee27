"""Background work: killed at any moment, a job is done once."""

import json
import random
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from khue.core import jobs

WORK = (
    "from khue.core import jobs, worker\njobs.MOST_TRIES = {most}\nworker.REST_SECONDS = 0\nworker.Worker(poll=0.02, timetable=False).run()"
)


def start_worker(site, most=1000):
    return site.worker(WORK.format(most=most))


def enqueue(site, *calls):
    site.python("from tests.faults import tasks\n" + "\n".join(f"tasks.{call}" for call in calls))


def states(site):
    code = (
        "import json\nfrom django_tasks_db.models import DBTaskResult as R\nfrom khue.core.models import Action\n"
        "print(json.dumps({'jobs': [[r.task_path.split('.')[-1], r.status, len(r.worker_ids)] for r in R.objects.order_by('enqueued_at')],"
        "'wrote': [[a.verb, a.target_name] for a in Action.objects.filter(verb__in=['job', 'job.second'])]}))"
    )
    return json.loads(site.python(code).splitlines()[-1])


def wait_until_done(site):
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        found = states(site)
        if all(status in ("SUCCESSFUL", "FAILED") for _, status, _ in found["jobs"]):
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def test_jobs_whose_worker_is_killed_again_and_again_are_each_done_once(site):
    names = [f"job {n}" for n in range(25)]
    enqueue(site, *(f"write_slowly.enqueue({name!r})" for name in names))
    moments = random.Random(7)
    for _ in range(8):
        worker = start_worker(site)
        time.sleep(moments.uniform(0.05, 0.5))
        worker.kill()
        worker.wait()
    worker = start_worker(site)
    try:
        found = wait_until_done(site)
    finally:
        worker.kill()
        worker.wait()
    assert sum(tries for _, _, tries in found["jobs"]) > len(names)
    assert {status for _, status, _ in found["jobs"]} == {"SUCCESSFUL"}
    assert sorted(found["wrote"]) == sorted([verb, name] for verb in ("job", "job.second") for name in names)


def test_a_job_that_kills_every_worker_is_given_up_and_the_next_one_runs(site):
    enqueue(site, "kill_its_worker.enqueue()", "write_slowly.enqueue('after')")
    workers = []
    while any(status not in ("SUCCESSFUL", "FAILED") for _, status, _ in states(site)["jobs"]):
        if not workers or workers[-1].poll() is not None:
            workers.append(start_worker(site, most=3))
        assert len(workers) <= 6
        time.sleep(0.05)
    workers[-1].kill()
    workers[-1].wait()
    found = states(site)
    assert found["jobs"] == [["kill_its_worker", "FAILED", 3], ["write_slowly", "SUCCESSFUL", 1]]
    assert ["job", "after"] in found["wrote"]


def test_a_lost_database_is_not_the_fault_of_the_job(site):
    enqueue(site, "lose_the_database_twice.enqueue('patient')", "fail.enqueue('x')")
    worker = start_worker(site, most=2)
    try:
        found = wait_until_done(site)
    finally:
        worker.kill()
        worker.wait()
    assert [job[:2] for job in found["jobs"]] == [["lose_the_database_twice", "SUCCESSFUL"], ["fail", "FAILED"]]
    assert found["wrote"] == [["job", "patient"]]


@pytest.fixture
def running_job(db):
    """A job that runs under a worker of another machine."""
    from django_tasks_db.models import DBTaskResult, get_date_max

    return DBTaskResult.objects.create(
        status="RUNNING",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="tests.faults.tasks.fail",
        backend_name="default",
        run_after=get_date_max(),
        started_at=timezone.now(),
        worker_ids=["elsewhere:1:1"],
        exception_class_path="",
        traceback="",
    )


def test_a_worker_elsewhere_keeps_its_job_while_it_is_heard_of(running_job):
    assert jobs.recover() == 0
    running_job.refresh_from_db()
    assert running_job.status == "RUNNING"


def test_a_worker_elsewhere_that_fell_silent_loses_its_job(running_job):
    running_job.started_at = timezone.now() - jobs.LEASE - timedelta(seconds=1)
    running_job.save()
    assert jobs.recover() == 1
    running_job.refresh_from_db()
    assert running_job.status == "READY"


def test_a_worker_here_that_lives_keeps_its_job_however_long_it_takes(running_job):
    running_job.worker_ids = [jobs.own_name()]
    running_job.started_at = timezone.now() - 10 * jobs.LEASE
    running_job.save()
    assert jobs.recover() == 0


def test_a_number_that_another_process_has_now_is_not_the_worker(running_job):
    machine, pid, _ = jobs.own_name().split(":")
    running_job.worker_ids = [f"{machine}:{pid}:1"]
    running_job.save()
    assert jobs.recover() == 1


def test_a_worker_that_slept_while_its_job_was_given_away_writes_nothing(running_job):
    from khue.core.models import Action

    token = jobs.current.set((running_job.pk, "the one that slept"))
    try:
        with pytest.raises(jobs.Superseded), jobs.effect():
            Action.objects.create(verb="job")
    finally:
        jobs.current.reset(token)
    assert not Action.objects.filter(verb="job").exists()
    running_job.refresh_from_db()
    assert running_job.status == "RUNNING"


def test_the_effect_and_done_are_one(running_job):
    from khue.core.models import Action

    def write_and_fail():
        with jobs.effect():
            Action.objects.create(verb="job")
            raise ZeroDivisionError

    token = jobs.current.set((running_job.pk, "elsewhere:1:1"))
    try:
        with pytest.raises(ZeroDivisionError):
            write_and_fail()
        running_job.refresh_from_db()
        assert running_job.status == "RUNNING"
        with jobs.effect():
            Action.objects.create(verb="job")
    finally:
        jobs.current.reset(token)
    running_job.refresh_from_db()
    assert (running_job.status, Action.objects.filter(verb="job").count()) == ("SUCCESSFUL", 1)


def test_a_beat_says_that_the_worker_lives(running_job):
    before = running_job.started_at
    jobs.beat(running_job.pk, "elsewhere:1:1")
    running_job.refresh_from_db()
    assert running_job.started_at > before
