"""A school year is played through day by day: weekends, Tết, made-up days, a unit that closes, somebody away, a monthly task.

Every day the timetable is asked at five past midnight, at seven, at a quarter past nine and at eight in the evening; what
people do, they do at nine. Exact lists for some people, and what must hold for everybody.
"""

from collections import Counter
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.db import transaction

from khue.accounts.models import Delegation, RoleName
from khue.catalog.calendar import is_working_day, on_or_after
from khue.core import schedule
from khue.core.models import Slot
from khue.tasks import reminders
from khue.tasks.choices import choose
from khue.tasks.give import Address, give
from khue.tasks.judge import verify
from khue.tasks.models import Assignment, Notice, Task
from khue.tasks.work import report
from khue.units.groups import unit_ref
from khue.units.models import Unit, UnitSpell
from tests.factories import make_unit, make_user
from tests.tasks.clock import Clock

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
FIRST, LAST = date(2023, 9, 4), date(2024, 6, 28)
TIMES = (time(0, 5), time(7), time(9, 15), time(20))
LAST_OF_CLOSED = date(2023, 12, 31)
# Bông Lúa reports each month on this day, or on the working day after it; Sen Hồng too, but forgets February
REPORTS_ON = 20


class Year:
    """The office, its schools, their people, and what they do on which day."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.letters = []
        self.office = make_unit(name="Phòng Giáo dục và Đào tạo")
        self.lua, self.sen, self.mai = (make_unit(name=f"Trường {n}", parent=self.office) for n in ("Bông Lúa", "Sen Hồng", "Hoa Mai"))
        self.official = self._user("chuyenvien", RoleName.SPECIALIST, self.office)
        self.lua_head = self._user("lua", RoleName.LEADER, self.lua)
        self.lua_teacher = self._user("giaovien", RoleName.ENTRY, self.lua)
        self.sen_head = self._user("sen", RoleName.LEADER, self.sen)
        self.mai_head = self._user("mai", RoleName.LEADER, self.mai)
        self.friend = self._user("baninh", None, None)
        choose(self.lua_teacher, by=self.lua_teacher, digest=False, quiet_from=time(17), quiet_to=time(8))
        choose(self.friend, by=self.friend, by_mail=False)
        # the head of Sen Hồng is away around 1 May 2024
        Delegation.objects.create(giver=self.sen_head, taker=self.friend, starts_on=date(2024, 5, 2), ends_on=date(2024, 5, 7))

    def _user(self, name, role, unit):
        return make_user(username=name, role=role, unit=unit, email=f"{name}@khue.example")

    def _give(self, quote, *units, **fields) -> Task:
        return give(
            self.office, quote, [Address(unit_ref(u.pk), u.name) for u in units], by=self.official, on=self.clock.moment.date(), **fields
        )

    def _finish(self, unit: Unit, quote: str) -> None:
        for share in Assignment.objects.filter(unit=unit, task__quote=quote, stage__in=("given", "received")):
            report(share.pk, by=None, text="Đã xong", submit=True)
            verify(share.pk, by=self.official)

    def nine_o_clock(self, day: date) -> None:
        """What people do on that day."""
        if day == date(2023, 9, 5):
            self._give("Báo cáo đầu năm học", self.lua, self.sen, due_on=date(2023, 9, 15))
        if day == date(2023, 9, 13):
            self._finish(self.lua, "Báo cáo đầu năm học")
        if day == date(2023, 10, 2):
            self._finish(self.sen, "Báo cáo đầu năm học")
            due = date(2023, 10, 31)
            self._give(
                "Báo cáo tháng",
                self.lua,
                self.sen,
                self.mai,
                due_on=due,
                recurs="monthly",
                period="2023-10",
                series_ends_on=date(2024, 6, 1),
            )
        if day == on_or_after(day.replace(day=REPORTS_ON)):
            self._finish(self.lua, "Báo cáo tháng")
            self._finish(self.mai, "Báo cáo tháng")
            if day.month != 2:
                self._finish(self.sen, "Báo cáo tháng")
        if day == date(2023, 12, 18):
            self._give("Kiểm kê thiết bị", self.mai, due_on=date(2024, 1, 10))
        if day == date(2024, 1, 22):
            self._give("Trực Tết", self.lua, due_on=date(2024, 2, 16))
        if day == date(2024, 2, 20):
            self._finish(self.lua, "Trực Tết")
        if day == date(2024, 4, 15):
            self._give("Tổng kết thi đua", self.sen, due_on=date(2024, 5, 5))

    def play(self) -> None:
        """Every day of the year."""
        day = FIRST
        while day <= LAST:
            for at in TIMES:
                self.clock.set(day, at)
                if at == time(9, 15) and is_working_day(day):
                    self.clock.set(day, time(9))
                    self.nine_o_clock(day)
                    self.clock.set(day, at)
                if day == LAST_OF_CLOSED and at == TIMES[-1]:
                    UnitSpell.objects.filter(unit=self.mai).update(valid_to=LAST_OF_CLOSED)
                    Unit.objects.filter(pk=self.mai.pk).update(closed_on=LAST_OF_CLOSED + timedelta(days=1))
                schedule.tick()
                self.letters += [(self.clock.moment, m.to[0].split("@")[0], m) for m in mail.outbox]
                mail.outbox.clear()
            day += timedelta(days=1)

    def told(self, user) -> list[tuple[str, str, str]]:
        """What a person was reminded of: day, kind, which task."""
        found = Notice.objects.filter(user=user, kind__in=reminders.KINDS).order_by("day", "kind", "id")
        tasks = {a.pk: a.task.quote for a in Assignment.objects.select_related("task")}
        of_task = {f"/viec/{t.pk}/": t.quote for t in Task.objects.all()}
        return [(f"{n.day:%d/%m}", n.kind, tasks.get(n.assignment_id) or of_task[n.address]) for n in found]


START, MONTH, TET, PRIZE = "Báo cáo đầu năm học", "Báo cáo tháng", "Trực Tết", "Tổng kết thi đua"
# the month is reported on the 20th at nine; only where the seventh working day before its end is not later is one reminded
LUA = [
    ("06/09", "before", START),
    ("12/09", "before", START),
    ("20/10", "before", MONTH),
    ("20/12", "before", MONTH),
    ("22/01", "before", MONTH),
    # seven, three, one working days before 16/02: Tết is from 08/02 to 14/02
    ("31/01", "before", TET),
    ("06/02", "before", TET),
    ("15/02", "before", TET),
    ("16/02", "due", TET),
    ("19/02", "late", TET),
    ("20/02", "before", MONTH),
    ("20/03", "before", MONTH),
    # the end of April is a holiday, as are 27/04 to 29/04 and, within the seven days, 18/04
    ("16/04", "before", MONTH),
]
SEN = [
    ("06/09", "before", START),
    ("12/09", "before", START),
    ("14/09", "before", START),
    ("15/09", "due", START),
    ("18/09", "late", START),
    ("20/09", "late", START),
    ("22/09", "escalated", START),
    ("26/09", "late", START),
    ("20/10", "before", MONTH),
    ("20/12", "before", MONTH),
    ("22/01", "before", MONTH),
    ("20/02", "before", MONTH),
    ("26/02", "before", MONTH),
    ("28/02", "before", MONTH),
    ("29/02", "due", MONTH),
    ("01/03", "late", MONTH),
    ("05/03", "late", MONTH),
    ("07/03", "escalated", MONTH),
    ("11/03", "late", MONTH),
    ("18/03", "late", MONTH),
    ("20/03", "before", MONTH),
    ("16/04", "before", MONTH),
    # due on Sunday 05/05, so on Saturday 04/05, on which offices work for 29/04
    ("22/04", "before", PRIZE),
    ("26/04", "before", PRIZE),
    ("03/05", "before", PRIZE),
    ("04/05", "due", PRIZE),
    ("06/05", "late", PRIZE),
    ("08/05", "late", PRIZE),
    ("10/05", "escalated", PRIZE),
    ("14/05", "late", PRIZE),
    *((day, "late", PRIZE) for day in ("21/05", "28/05", "04/06", "11/06", "18/06", "25/06")),
]


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker):
    """The year is played once and taken back; what was seen stays as plain values for the tests to look at."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as monkeypatch:
        try:
            with transaction.atomic():
                made = Year(Clock(monkeypatch, FIRST))
                made.play()
                seen = Seen(made)
                raise TakenBack
        except TakenBack:
            return seen


class TakenBack(Exception):
    """Ends the transaction of the year."""


class Seen:
    """What a year left behind."""

    def __init__(self, year: Year) -> None:
        users = (year.official, year.lua_head, year.lua_teacher, year.sen_head, year.mai_head, year.friend)
        self.told = {u.username: year.told(u) for u in users}
        self.letters = [(at, to, letter.body) for at, to, letter in year.letters]
        self.notices = list(Notice.objects.values("user__username", "kind", "day", "assignment_id", "mailed_at"))
        months = Task.objects.filter(quote=MONTH).order_by("given_on")
        self.months = [(t.period, t.given_on, t.assignments.count()) for t in months]
        self.slots = Counter(Slot.objects.values_list("job", flat=True))

    def days(self, name, *kinds):
        """On which days a person was told something."""
        return [n["day"] for n in self.notices if n["user__username"] == name and (not kinds or n["kind"] in kinds)]


def test_each_person_is_reminded_of_what_they_should_be_and_of_nothing_else(year):
    assert year.told["lua"] == year.told["giaovien"] == LUA
    assert year.told["sen"] == SEN


def test_a_school_that_closes_hears_nothing_any_more(year):
    assert year.told["mai"] == [("20/10", "before", MONTH), ("20/12", "before", MONTH), ("29/12", "before", "Kiểm kê thiết bị")]
    assert max(year.days("mai")) <= LAST_OF_CLOSED
    assert max(at.date() for at, to, _ in year.letters if to == "mai") <= LAST_OF_CLOSED


def test_the_stand_in_hears_what_falls_on_those_days(year):
    assert year.told["baninh"] == [("03/05", "before", PRIZE), ("04/05", "due", PRIZE), ("06/05", "late", PRIZE)]


def test_the_giver_hears_once_of_what_is_five_working_days_late(year):
    assert year.told["chuyenvien"] == [("22/09", "escalated", START), ("07/03", "escalated", MONTH), ("10/05", "escalated", PRIZE)]


def test_each_month_is_given_once_on_a_working_day_to_those_who_stand(year):
    assert [period for period, _, _ in year.months] == ["2023-10", "2023-11", "2023-12", *(f"2024-{n:02}" for n in range(1, 6))]
    assert [given for _, given, _ in year.months][2:6] == [date(2023, 12, 1), date(2024, 1, 2), date(2024, 2, 1), date(2024, 3, 1)]
    assert all(is_working_day(given) for _, given, _ in year.months)
    assert [count for _, _, count in year.months] == [3, 3, 3, 2, 2, 2, 2, 2]


def test_nothing_at_all_happens_on_a_day_off(year):
    assert [n for n in year.notices if not is_working_day(n["day"])] == []
    assert [at for at, _, _ in year.letters if not is_working_day(at.date())] == []


def test_nobody_is_reminded_of_one_share_twice_on_a_day(year):
    told = Counter((n["user__username"], n["assignment_id"], n["day"]) for n in year.notices if n["kind"] in reminders.KINDS)
    assert [key for key, times in told.items() if key[1] and times > 1] == []


def test_what_is_late_is_told_at_least_every_week(year):
    days = [date(2024, 5, 4), *sorted(d for d in year.days("sen", "late") if d > date(2024, 5, 4)), LAST]
    assert max((b - a).days for a, b in pairwise(days)) <= 7


def test_every_notice_is_in_exactly_one_letter(year):
    lines = Counter()
    for _at, to, body in year.letters:
        lines[to] += body.count("\n- ")
        assert "\n- " in body
    mailed = Counter(n["user__username"] for n in year.notices if n["mailed_at"])
    assert lines == mailed
    assert {n["user__username"] for n in year.notices if n["mailed_at"] is None} == {"baninh"}


def test_one_letter_a_day_comes_at_seven_and_one_at_once_comes_outside_the_quiet_hours(year):
    daily = [(to, at.date()) for at, to, _ in year.letters if to != "giaovien"]
    assert len(daily) == len(set(daily))
    assert {at.time() for at, to, _ in year.letters if to != "giaovien"} == {time(7)}
    # reminders are made at night, within the quiet hours; what is given at nine comes at once
    assert {at.time() for at, to, _ in year.letters if to == "giaovien"} == {time(9, 15)}


def test_the_timetable_ran_each_job_once_a_slot(year):
    days = (LAST - FIRST).days + 1
    assert (year.slots["tasks.reminders"], year.slots["tasks.letters"]) == (days, days * len(TIMES))
