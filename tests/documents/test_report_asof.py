"""How a share stood on a day is told from its events: for any course of things it is what was there on that day."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.core.errors import KhueError
from khue.tasks.asof import count, stood_all
from khue.tasks.give import Address, give, move_due, withdraw
from khue.tasks.judge import decide_extension, reopen, send_back, verify
from khue.tasks.models import Assignment, Extension, Task
from khue.tasks.states import numbers, state_of
from khue.tasks.work import ask_extension, comment, hand_to, receive, report, transfer
from khue.units.groups import unit_ref
from khue.units.history import Reorganisation
from khue.units.kinds import UnitKind
from khue.units.reorganise import apply
from tests.factories import make_unit, make_user
from tests.tasks.clock import ZONE

pytestmark = pytest.mark.django_db
FIRST = date(2024, 3, 4)
DUE = FIRST + timedelta(days=6)


class Course:
    """A task of two schools; each step is one thing that may happen to one of its shares, or the end of a day."""

    def __init__(self) -> None:
        self.day = FIRST
        self.office = make_unit(name="Phòng", kind=UnitKind.EDUCATION_OFFICE)
        self.units = [make_unit(name=f"Trường {n}", kind=UnitKind.PRIMARY, parent=self.office) for n in range(4)]
        self.by = make_user(role="leader", unit=self.office)
        addresses = [Address(unit_ref(u.pk)) for u in self.units[:2]]
        self.task = give(self.office, "Việc", addresses, by=self.by, due_on=DUE)
        self.seen: list[tuple[date, dict]] = []
        self.numbers: list[tuple[date, object]] = []

    def now(self):
        return datetime.combine(self.day, time(9), ZONE)

    def step(self, what: str, which: int, number: int) -> None:
        shares = list(Assignment.objects.filter(task=self.task).order_by("pk"))
        share = shares[which % len(shares)]
        try:
            with transaction.atomic():
                getattr(self, what)(share, number)
        except KhueError:
            pass  # not allowed at this step: nothing happens

    def receive(self, share, number):
        receive(share.pk, by=self.by)

    def report(self, share, number):
        report(share.pk, by=self.by, text=f"Tiến độ {number}", percent=number % 101, figure=Decimal(number) if number % 2 else None)

    def figure(self, share, number):
        report(share.pk, by=self.by, figure=Decimal(number))

    def submit(self, share, number):
        report(
            share.pk, by=self.by, text="Xong" if number % 2 else "", percent=None if number % 3 else 90, figure=Decimal(number), submit=True
        )

    def verify(self, share, number):
        verify(share.pk, by=self.by)

    def send_back(self, share, number):
        send_back(share.pk, "Thiếu", by=self.by)

    def reopen(self, share, number):
        reopen(share.pk, "Nhầm", by=self.by)

    def comment(self, share, number):
        comment(share.pk, "Hỏi", by=self.by)

    def hand(self, share, number):
        hand_to(share.pk, self.by, by=self.by)

    def ask(self, share, number):
        ask_extension(share.pk, (share.due_on or DUE) + timedelta(days=1 + number % 9), "Mưa lũ", by=self.by)

    def decide(self, share, number):
        wish = Extension.objects.filter(assignment=share, state="asked").first()
        if wish:
            decide_extension(wish.pk, grant=bool(number % 3), by=self.by, answer="Được")

    def move(self, share, number):
        task = Task.objects.get(pk=self.task.pk)
        move_due(task.pk, None if number % 7 == 0 else self.day + timedelta(days=number % 12 - 3), by=self.by, base=task.due_on)

    def transfer(self, share, number):
        transfer(share.pk, self.units[number % 4], "Thuộc trường khác", by=self.by)

    def withdraw(self, share, number):
        withdraw(self.task.pk, by=self.by, why="Thôi")

    def night(self) -> None:
        """Keeps how everything stands at the end of the day, then the next one begins."""
        shares = Assignment.objects.filter(task=self.task)
        self.seen.append((self.day, {s.pk: facts(s, self.day) for s in shares}))
        self.numbers.append((self.day, numbers(shares, self.day)))
        self.day += timedelta(days=1)


def facts(share, day):
    state = state_of(share, day)
    return (state, share.percent, share.figure, share.latest, share.due_on) if state else ("",)


def told(then):
    return (then.state, then.percent, then.figure, then.latest, then.due_on) if then.state else ("",)


STEPS = ("receive", "report", "figure", "submit", "verify", "send_back", "reopen", "comment", "hand", "ask", "decide", "move", "transfer")
ONE = st.one_of(st.just(("night", 0, 0)), st.tuples(st.sampled_from((*STEPS, "submit", "verify")), st.integers(0, 3), st.integers(0, 120)))
LAST = st.sampled_from([("withdraw", 0, 0), ("verify", 0, 0)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(ONE, max_size=25), LAST)
def test_every_day_reads_as_it_was_at_its_end_and_today_as_it_is_now(steps, last):
    with transaction.atomic():
        holder: list[Course] = []
        with mock.patch.object(timezone, "now", side_effect=lambda: holder[0].now() if holder else _start()):
            course = Course()
            holder.append(course)
            for what, which, number in [*steps, last]:
                course.night() if what == "night" else course.step(what, which, number)
            course.night()
            for day, wanted in course.seen:
                found = {t.share.pk: told(t) for t in stood_all(Assignment.objects.filter(task=course.task), day)}
                assert {pk: found[pk] for pk in wanted} == wanted, day
            for day, wanted in course.numbers:
                assert count(stood_all(Assignment.objects.filter(task=course.task), day)) == wanted
        transaction.set_rollback(True)


def _start():
    return datetime.combine(FIRST, time(8), ZONE)


def test_what_the_ended_school_had_done_counts_for_the_one_that_carries_it_on(monkeypatch):
    holder: list[Course] = []
    monkeypatch.setattr(timezone, "now", lambda: holder[0].now() if holder else _start())
    course = Course()
    holder.append(course)
    old = Assignment.objects.get(task=course.task, unit=course.units[1])
    course.report(old, 41)
    course.day += timedelta(days=2)
    step = {"kind": "merge", "units": [course.units[1].pk, course.units[2].pk], "into": course.units[2].pk}
    event = Reorganisation.objects.create(
        owner=course.office, title="Sáp nhập", decision="1/QĐ", effective_on=FIRST + timedelta(days=2), steps=[step]
    )
    apply(event.pk, by=course.by)
    shares = Assignment.objects.filter(task=course.task)
    now = {t.share.unit_id: t for t in stood_all(shares, course.day)}
    before = {t.share.unit_id: t for t in stood_all(shares, FIRST)}
    assert told(now[course.units[2].pk]) == facts(shares.get(unit=course.units[2]), course.day)
    assert now[course.units[2].pk].figure == 41
    assert now[course.units[1].pk].state == ""
    assert before[course.units[2].pk].state == ""
    assert before[course.units[1].pk].percent == 41
