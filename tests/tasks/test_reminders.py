from datetime import date, timedelta

import pytest

from khue.accounts.models import Delegation, RoleName
from khue.core.spoken import speak_data
from khue.tasks import reminders
from khue.tasks.choices import choose
from khue.tasks.give import Address, give, move_due, withdraw
from khue.tasks.judge import verify
from khue.tasks.models import Notice, Stage
from khue.tasks.work import hand_to, report
from khue.units.groups import unit_ref
from khue.units.models import UnitSpell
from tests.factories import make_unit, make_user
from tests.tasks.clock import Clock

pytestmark = pytest.mark.django_db
MONDAY, DUE = date(2024, 3, 4), date(2024, 3, 15)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, MONDAY)


class World:
    """An office, two schools below it, a leader and an official at the office, a head and a teacher at the first school."""

    def __init__(self) -> None:
        self.office = make_unit(name="Phòng Giáo dục")
        self.school = make_unit(name="Trường Bông Lúa", parent=self.office)
        self.other = make_unit(name="Trường Sen Hồng", parent=self.office)
        self.official = make_user(role=RoleName.SPECIALIST, unit=self.office)
        self.head = make_user(role=RoleName.LEADER, unit=self.school)
        self.teacher = make_user(role=RoleName.ENTRY, unit=self.school)
        self.viewer = make_user(role=RoleName.VIEWER, unit=self.school)
        self.other_head = make_user(role=RoleName.LEADER, unit=self.other)

    def give(self, *units, due=DUE, **fields):
        to = [Address(unit_ref(u.pk), u.name) for u in units or (self.school,)]
        return give(self.office, "Báo cáo sĩ số", to, by=self.official, due_on=due, **fields)


@pytest.fixture
def world(clock):
    return World()


def told(user, *kinds):
    """What a person was reminded of: (day, kind)."""
    return list(Notice.objects.filter(user=user, kind__in=kinds or reminders.KINDS).order_by("id").values_list("day", "kind"))


def words(user):
    return [speak_data(n.text) for n in Notice.objects.filter(user=user, kind__in=reminders.KINDS).order_by("id")]


def play(clock, first, last, *, without=()):
    day = first
    while day <= last:
        clock.set(day)
        if day not in without:
            reminders.run(day)
        day += timedelta(days=1)


def test_those_who_report_are_reminded_before_on_the_day_and_after(world, clock):
    world.give()
    play(clock, MONDAY, date(2024, 4, 2))
    days = [(date(2024, 3, 6), "before"), (date(2024, 3, 12), "before"), (date(2024, 3, 14), "before"), (DUE, "due")]
    days += [(date(2024, 3, 18), "late"), (date(2024, 3, 20), "late"), (date(2024, 3, 26), "late"), (date(2024, 4, 2), "late")]
    assert told(world.teacher) == days
    assert told(world.head, "before", "due", "late") == days
    assert told(world.viewer) == told(world.other_head) == []
    assert words(world.teacher)[0] == "Còn 7 ngày làm việc đến hạn 15/03/2024: Báo cáo sĩ số"
    assert words(world.teacher)[3] == "Hôm nay đến hạn: Báo cáo sĩ số"
    assert words(world.teacher)[5] == "Quá hạn 3 ngày làm việc (hạn 15/03/2024): Báo cáo sĩ số"


def test_the_person_who_does_it_is_reminded_and_nobody_else(world, clock):
    share = world.give().assignments.get()
    hand_to(share.pk, world.teacher, by=world.head)
    play(clock, MONDAY, DUE)
    assert len(told(world.teacher)) == 4
    assert told(world.head) == []
    world.teacher.is_active = False
    world.teacher.save()
    play(clock, DUE + timedelta(days=1), DUE + timedelta(days=3))
    assert told(world.head) == [(date(2024, 3, 18), "late")]


def test_a_stand_in_is_reminded_too(world, clock):
    friend = make_user()
    Delegation.objects.create(giver=world.head, taker=friend, starts_on=DUE, ends_on=DUE)
    world.give()
    play(clock, MONDAY, date(2024, 3, 18))
    assert told(friend) == [(DUE, "due")]


def test_a_missed_deadline_goes_up_once_to_the_leader_and_the_giver(world, clock):
    task = world.give(world.school, world.other)
    play(clock, MONDAY, date(2024, 4, 30))
    assert told(world.head, "escalated") == told(world.other_head, "escalated") == [(date(2024, 3, 22), "escalated")]
    assert told(world.teacher, "escalated") == []
    notice = Notice.objects.get(user=world.official, kind="escalated")
    assert (notice.address, speak_data(notice.text)) == (f"/viec/{task.pk}/", "2 đơn vị quá hạn 5 ngày làm việc: Báo cáo sĩ số")


def test_what_is_submitted_done_or_withdrawn_reminds_nobody(world, clock):
    first, second, third = world.give().assignments.get(), world.give().assignments.get(), world.give()
    report(first.pk, by=world.teacher, text="Xong", submit=True)
    report(second.pk, by=world.teacher, text="Xong", submit=True)
    verify(second.pk, by=world.official)
    withdraw(third.pk, by=world.official)
    play(clock, MONDAY, date(2024, 4, 2))
    assert told(world.teacher) == told(world.head) == told(world.official) == []
    first.refresh_from_db()
    assert first.stage == Stage.SUBMITTED


def test_a_unit_that_is_closed_is_left_alone_from_that_day(world, clock):
    world.give(world.school, world.other)
    UnitSpell.objects.filter(unit=world.other).update(valid_to=date(2024, 3, 13))
    play(clock, MONDAY, date(2024, 3, 26))
    assert told(world.other_head) == [(date(2024, 3, 6), "before"), (date(2024, 3, 12), "before")]


def test_a_moved_deadline_is_reminded_of_anew(world, clock):
    task = world.give()
    play(clock, MONDAY, DUE)
    move_due(task.pk, date(2024, 3, 29), by=world.official, base=DUE)
    play(clock, date(2024, 3, 16), date(2024, 3, 29))
    assert told(world.teacher)[4:] == [(date(2024, 3, d), k) for d, k in ((20, "before"), (26, "before"), (28, "before"), (29, "due"))]


def test_ones_own_choice_of_days_counts(world, clock):
    choose(world.teacher, by=world.teacher, days_before=[2], days_after=[])
    world.give()
    play(clock, MONDAY, date(2024, 4, 12))
    assert told(world.teacher) == [(date(2024, 3, 13), "before"), (DUE, "due")]


@pytest.mark.parametrize("day", [date(2024, 2, 10), date(2024, 3, 9), date(2024, 4, 29)])
def test_a_day_off_has_no_reminders(world, clock, day):
    world.give(due=day)
    clock.set(day)
    assert reminders.run(day) == 0
    assert not Notice.objects.filter(day=day, kind__in=reminders.KINDS).exists()


def test_done_twice_it_tells_nobody_twice(world, clock):
    world.give()
    clock.set(DUE)
    assert reminders.run(DUE) == 2
    assert reminders.run(DUE) == 0
    assert told(world.teacher) == [(DUE, "due")]


def test_a_task_that_came_later_in_the_day_is_still_reminded_of(world, clock):
    clock.set(DUE)
    reminders.run(DUE)
    world.give()
    assert reminders.run(DUE) == 2


def test_days_the_server_was_off_are_one_notice_with_how_many(world, clock):
    for due in (DUE, DUE, date(2024, 3, 22)):
        world.give(due=due)
    world.give(due=date(2024, 3, 19))
    off = {date(2024, 3, d) for d in range(13, 19)}
    play(clock, MONDAY, date(2024, 3, 19), without=off)
    last = Notice.objects.filter(user=world.teacher, day=date(2024, 3, 19), kind__in=reminders.KINDS)
    assert sorted(speak_data(n.text) for n in last) == [
        "Còn 3 ngày làm việc đến hạn 22/03/2024: Báo cáo sĩ số",
        "Hôm nay đến hạn: Báo cáo sĩ số",
        "Trong những ngày hệ thống ngừng có 2 việc quá hạn.",
    ]
    assert reminders.run(date(2024, 3, 19)) == 0
    clock.set(date(2024, 3, 20))
    reminders.run(date(2024, 3, 20))
    assert not Notice.objects.filter(user=world.teacher, day=date(2024, 3, 20), kind="missed").exists()


def test_what_went_up_while_the_server_was_off_goes_up_after(world, clock):
    world.give()
    off = {date(2024, 3, d) for d in range(19, 26)}
    play(clock, MONDAY, date(2024, 3, 26), without=off)
    assert told(world.official, "escalated") == [(date(2024, 3, 26), "escalated")]


@pytest.mark.parametrize("after", [0, 1, 2])
def test_killed_between_two_deadlines_it_tells_the_rest_and_nobody_twice(world, clock, monkeypatch, after):
    for due in (DUE, date(2024, 3, 18), date(2024, 3, 20)):
        world.give(due=due)
    clock.set(DUE)
    whole, written = Notice.objects.bulk_create, []

    def killed(notices, **options):
        if len(written) == after:
            raise KeyboardInterrupt
        written.append(whole(notices, **options))

    with monkeypatch.context() as patch:
        patch.setattr(Notice.objects, "bulk_create", killed)
        with pytest.raises(KeyboardInterrupt):
            reminders.run(DUE)
    assert not reminders.done(DUE)
    reminders.run(DUE)
    assert reminders.done(DUE)
    assert [len(told(user)) for user in (world.head, world.teacher)] == [3, 3]
    assert reminders.run(DUE) == 0


def test_only_deadlines_of_which_somebody_may_have_to_be_told_are_read(world, clock):
    for n in range(12):
        world.give(due=DUE + timedelta(days=n))
    day = reminders._Day(DUE, DUE - timedelta(days=1))
    assert [d.isoformat() for d in day._deadlines()] == ["2024-03-15", "2024-03-16", "2024-03-17", "2024-03-18", "2024-03-20", "2024-03-26"]
    choose(world.head, by=world.head, days_before=[5])
    assert date(2024, 3, 22) in reminders._Day(DUE, DUE - timedelta(days=1))._deadlines()


@pytest.mark.parametrize("shares", [1, 6])
def test_the_number_of_queries_does_not_grow(world, clock, shares, django_assert_max_num_queries):
    for _ in range(shares):
        world.give(world.school, world.other)
    clock.set(DUE)
    with django_assert_max_num_queries(14):
        reminders.run(DUE)
