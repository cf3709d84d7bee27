"""What comes round by itself, with real processes: several workers, killed again and again, do each job once."""

import json
import random
import re
import time

WORK = "from khue.core import jobs, worker\njobs.MOST_TRIES = 1000\nworker.TICK_SECONDS = 0.05\nworker.Worker(poll=0.02).run()"
# a school with a task that is due today and a head with an address, who wants letters at once at any hour
MAKE = """
from datetime import time
from khue.accounts.models import Role, User
from khue.catalog import calendar
from khue.tasks.give import Address, give
from khue.tasks.models import NoticeChoice
from khue.units.groups import unit_ref
from khue.units.models import Unit
from khue.units.tree import found_unit, today
office = Unit.objects.get()
for n in range(5):
    school = found_unit(name=f"Trường {n}", kind="primary", parent=office, by=None)
    head = User.objects.create_user(f"hieutruong{n}", full_name=f"Hiệu trưởng {n}", email=f"h{n}@truong.example")
    Role.objects.create(user=head, unit=school, role="leader")
    NoticeChoice.objects.create(user=head, digest=False, quiet_from=time(0), quiet_to=time(0))
    give(office, "Báo cáo sĩ số", [Address(unit_ref(school.pk))], by=None, due_on=today())
from khue.tasks.models import Notice
Notice.objects.all().delete()
print(calendar.is_working_day(today()))
"""
LOOK = """
import json
from khue.core.models import Slot
from khue.tasks.models import Notice
from django_tasks_db.models import DBTaskResult as R
print(json.dumps({
    "slots": sorted(Slot.objects.exclude(job__endswith=":done").values_list("job", "slot")),
    "jobs": sorted(R.objects.values_list("task_path", "status")),
    "notices": sorted(Notice.objects.values_list("user__username", "kind")),
}))
"""


def start_worker(site):
    return site.worker(WORK)


def look(site):
    return json.loads(site.python(LOOK).splitlines()[-1])


def all_done(found):
    return found["jobs"] and all(status == "SUCCESSFUL" for _, status in found["jobs"])


def letters(site):
    """The numbers of the letters that went out, one a letter; those a dead process had in hand go out first."""
    site.python("from datetime import timedelta\nfrom khue.tasks import letters\nletters.LEASE = timedelta()\nletters.send_due()")
    text = "\n".join(p.read_text("utf-8") for p in (site.home / "mail").glob("*.log"))
    return re.findall(r"^Message-ID: (<[^>]+>)", text, re.M)


def test_workers_that_are_killed_do_the_work_of_the_timetable_once(site):
    working_day = site.python(MAKE).endswith("True")
    moments = random.Random(4)
    for _ in range(6):
        pair = [start_worker(site), start_worker(site)]
        time.sleep(moments.uniform(0.02, 0.3))
        for worker in pair:
            worker.kill()
            worker.wait()
    pair = [start_worker(site), start_worker(site)]
    try:
        limit = time.monotonic() + 60
        while not all_done(found := look(site)):
            assert time.monotonic() < limit, found
            time.sleep(0.1)
    finally:
        for worker in pair:
            worker.kill()
            worker.wait()
    # one job for each slot, whatever happened to the processes; midnight and quarters may pass while the test runs
    assert len(found["jobs"]) == len(found["slots"]) == len({tuple(s) for s in found["slots"]})
    assert {"tasks.recurring", "tasks.reminders", "tasks.letters"} <= {job for job, _ in found["slots"]}
    due = [[f"hieutruong{n}", "due"] for n in range(5)]
    assert found["notices"] == (due if working_day else [])
    # a letter that was in hand when its process was killed may come twice, but it is the same letter
    assert len(set(letters(site))) == len(found["notices"])
