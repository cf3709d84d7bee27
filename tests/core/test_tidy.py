from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from khue.core.models import Submission
from khue.core.tidy import KEEP_JOBS, KEEP_KEYS, tidy

pytestmark = pytest.mark.django_db


def make_job(status, finished_at):
    return DBTaskResult.objects.create(
        status=status,
        finished_at=finished_at,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x.y",
        backend_name="default",
        run_after=get_date_max(),
        exception_class_path="",
        traceback="",
    )


def test_it_takes_away_what_is_old_and_nothing_else():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(hours=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    make_job("SUCCESSFUL", now - KEEP_JOBS - timedelta(days=1))
    kept = {make_job("FAILED", now).pk, make_job("READY", None).pk, make_job("RUNNING", None).pk}
    for key, age in (("old", KEEP_KEYS + timedelta(days=1)), ("new", timedelta())):
        Submission.objects.filter(pk=Submission.objects.create(key=key, what="x").pk).update(at=now - age)
    assert tidy() == 3
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept
    assert list(Submission.objects.values_list("key", flat=True)) == ["new"]
