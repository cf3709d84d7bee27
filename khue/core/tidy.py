"""What nobody needs any more is taken away, so that the tables do not grow for ever."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from khue.core.models import Slot, Submission

KEEP_JOBS = timedelta(days=30)
KEEP_KEYS = timedelta(days=90)
KEEP_SLOTS = timedelta(days=400)
# so many rows at once, so that nobody waits long for the lock
AT_ONCE = 1000


def tidy() -> int:
    """Deletes ended sessions, old finished jobs, old keys of forms, old slots of the timetable; returns how many rows went."""
    now = timezone.now()
    done = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
    old = (
        Session.objects.filter(expire_date__lt=now),
        DBTaskResult.objects.filter(status__in=done, finished_at__lt=now - KEEP_JOBS),
        Submission.objects.filter(at__lt=now - KEEP_KEYS),
        Slot.objects.filter(at__lt=now - KEEP_SLOTS),
    )
    gone = 0
    for rows in old:
        while keys := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            gone += rows.model._base_manager.filter(pk__in=keys).delete()[0]
    return gone
