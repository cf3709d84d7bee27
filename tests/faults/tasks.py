"""Jobs that tests give to real workers."""

import os
import random
import signal
import time

from django.db import connection
from django_tasks import task

from khue.core.jobs import effect
from khue.core.models import Action


@task()
def write_slowly(name: str) -> None:
    """Works a while, writes its one line in two steps, works a while."""
    time.sleep(random.uniform(0, 0.1))
    with effect():
        Action.objects.create(verb="job", target_name=name)
        time.sleep(random.uniform(0, 0.1))
        Action.objects.create(verb="job.second", target_name=name)
    time.sleep(random.uniform(0, 0.1))


@task()
def kill_its_worker() -> None:
    """Takes its worker along, each time."""
    os.kill(os.getpid(), signal.SIGKILL)


@task()
def fail(secret: str) -> None:
    """Fails in an ordinary way."""
    raise ValueError("this job fails")


@task()
def lose_the_database_twice(name: str) -> None:
    """The first two times the database is away."""
    Action.objects.create(verb="try", target_name=name)
    if Action.objects.filter(verb="try", target_name=name).count() < 3:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")
    with effect():
        Action.objects.create(verb="job", target_name=name)
