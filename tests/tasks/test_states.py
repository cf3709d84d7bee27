"""The six states and the numbers: the same in Python and in the database, and they add up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from khue.tasks.models import Assignment, Stage, Task
from khue.tasks.models.task import OUT
from khue.tasks.states import NAMES, Numbers, numbers, numbers_by, state_of, with_state
from tests.factories import make_unit

BASE = date(2024, 3, 15)
DAYS = st.integers(-4, 4).map(lambda n: BASE + timedelta(days=n))
MAYBE = st.one_of(st.none(), DAYS)
SHARES = st.fixed_dictionaries(
    {"stage": st.sampled_from(list(Stage)), "due_on": MAYBE, "done_on": MAYBE, "started_on": MAYBE, "is_partner": st.booleans()}
)


def made(many):
    unit = make_unit()
    task = Task.objects.create(unit=unit, quote="x", given_on=BASE)
    units = [make_unit() for _ in many]
    return [Assignment.objects.create(task=task, unit=u, **fields) for u, fields in zip(units, many, strict=True)]


class StatesTest(TestCase):
    @given(st.lists(SHARES, min_size=1, max_size=4), DAYS)
    def test_python_and_the_database_say_the_same_of_any_share_on_any_day(self, many, on):
        shares = made(many)
        said = dict(with_state(Assignment.objects.all(), on).values_list("pk", "state"))
        assert said == {s.pk: state_of(s, on) for s in shares}
        assert set(said.values()) <= {*NAMES, ""}

    @given(st.lists(SHARES, max_size=5), DAYS)
    def test_the_numbers_add_up_and_leave_out_partners_and_what_ended(self, many, on):
        shares = made(many)
        found = numbers(Assignment.objects.all(), on)
        counting = [s for s in shares if not s.is_partner and s.stage not in OUT]
        assert found.given == len(counting) == found.done_in_time + found.done_late + found.open_in_time + found.overdue
        assert found.done_late == sum(state_of(s, on) == "done_late" for s in counting)
        assert found.overdue == sum(state_of(s, on).endswith("_late") and not state_of(s, on).startswith("done") for s in counting)
        assert found.no_deadline <= found.open_in_time
        parts = [n for _group, n in numbers_by(Assignment.objects.all(), on, "unit_id")]
        assert [sum(getattr(n, name) for n in parts) for name in ("given", "done", "overdue")] == [found.given, found.done, found.overdue]


def share(**fields):
    return Assignment(stage=fields.pop("stage", Stage.RECEIVED), **fields)


@pytest.mark.parametrize(
    ("fields", "on", "state"),
    [
        ({"stage": Stage.GIVEN, "due_on": BASE}, BASE, "waiting"),
        ({"stage": Stage.GIVEN, "due_on": BASE}, BASE + timedelta(days=1), "waiting_late"),
        ({"stage": Stage.GIVEN}, BASE, "waiting"),
        ({"due_on": BASE, "started_on": BASE}, BASE, "doing"),
        ({"due_on": BASE, "started_on": BASE}, BASE + timedelta(days=1), "doing_late"),
        ({"stage": Stage.VERIFIED, "due_on": BASE, "done_on": BASE}, BASE + timedelta(days=90), "done_in_time"),
        ({"stage": Stage.VERIFIED, "due_on": BASE, "done_on": BASE + timedelta(days=1)}, BASE + timedelta(days=1), "done_late"),
        ({"stage": Stage.VERIFIED, "due_on": BASE, "started_on": BASE, "done_on": BASE + timedelta(days=1)}, BASE, "doing"),
        ({"due_on": BASE, "started_on": BASE + timedelta(days=1)}, BASE, "waiting"),
        ({"stage": Stage.VERIFIED, "done_on": BASE}, BASE, "done_in_time"),
        ({"stage": Stage.TRANSFERRED, "due_on": BASE}, BASE + timedelta(days=9), ""),
    ],
)
def test_a_share_is_in_time_on_its_last_day_and_late_on_the_next(fields, on, state):
    assert state_of(share(**fields), on) == state


def test_the_share_done_in_time_is_of_what_was_due():
    assert Numbers().in_time_percent is None
    assert Numbers(given=4, done_in_time=1, overdue=1, open_in_time=2).in_time_percent == 50
