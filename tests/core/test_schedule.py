from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from khue.core import schedule
from khue.core.models import Slot
from khue.core.tidy import KEEP_SLOTS, tidy

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class Counted:
    """A job that counts how often it was enqueued, and fails where it is told to."""

    def __init__(self):
        self.times, self.error = 0, None

    def enqueue(self):
        if self.error:
            raise self.error
        self.times += 1


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.setattr(schedule, "_jobs", {})
    made = {"day": Counted(), "quarter": Counted()}
    schedule.register("day", schedule.daily, made["day"])
    schedule.register("quarter", schedule.quarterly, made["quarter"])
    return made


def at(hour, minute, day=4):
    return datetime(2024, 3, day, hour, minute, tzinfo=ZONE)


def test_each_slot_is_taken_once(jobs):
    assert schedule.tick(at(7, 0)) == ["day", "quarter"]
    assert schedule.tick(at(7, 14)) == []
    assert schedule.tick(at(7, 15)) == ["quarter"]
    assert schedule.tick(at(23, 59)) == ["quarter"]
    assert schedule.tick(at(0, 0, day=5)) == ["day", "quarter"]
    assert (jobs["day"].times, jobs["quarter"].times) == (2, 4)


def test_the_day_is_vietnams(jobs):
    schedule.tick(at(23, 59).astimezone(ZoneInfo("UTC")))
    assert schedule.tick(at(0, 1, day=5).astimezone(ZoneInfo("UTC"))) == ["day", "quarter"]
    assert sorted(Slot.objects.filter(job="day").values_list("slot", flat=True)) == ["2024-03-04", "2024-03-05"]


def test_a_process_that_was_quicker_is_no_error(jobs, monkeypatch):
    """The row appears between looking and writing."""
    Slot.objects.create(job="day", slot="2024-03-04")
    monkeypatch.setattr(schedule.Slot.objects.__class__, "filter", lambda self, **_: Slot.objects.none())
    assert schedule.tick(at(7, 0)) == ["quarter"]
    assert jobs["day"].times == 0


def test_a_job_that_could_not_be_enqueued_leaves_its_slot_free(jobs):
    jobs["day"].error = OSError("disk full")
    with pytest.raises(OSError, match="disk full"):
        schedule.tick(at(7, 0))
    jobs["day"].error = None
    assert "day" in schedule.tick(at(7, 0))


def test_old_slots_are_taken_away(jobs):
    schedule.tick(at(7, 0))
    Slot.objects.update(at=timezone.now() - KEEP_SLOTS - timedelta(days=1))
    schedule.tick(at(8, 0))
    assert tidy() == 2
    assert Slot.objects.count() == 1


def test_the_application_puts_its_work_into_the_timetable():
    assert {"tasks.recurring", "tasks.reminders", "tasks.letters"} <= set(schedule._jobs)
