"""On which days one is reminded: what must hold for any deadline and any choice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.catalog.calendar import is_working_day, on_or_before
from khue.tasks.when import Mark, escalates_on, latest

BEFORE, AFTER = (7, 3, 1), (1, 3, 7)
dues = st.dates(date(2021, 6, 1), date(2027, 6, 1))
numbers = st.lists(st.integers(1, 30), unique=True, max_size=5).map(tuple)


def every(due, before=BEFORE, after=AFTER, days=120):
    """The reminders of one deadline when each day is asked in turn."""
    first = due - timedelta(days=60)
    asked = [first + timedelta(days=n) for n in range(60 + days)]
    return [m for day in asked if (m := latest(due, before, after, day - timedelta(days=1), day))]


def test_the_days_around_tet_of_2024():
    found = [(m.name, m.day) for m in every(date(2024, 2, 16), days=30)]
    assert found == [
        ("before-7", date(2024, 1, 31)),
        ("before-3", date(2024, 2, 6)),
        ("before-1", date(2024, 2, 15)),
        ("due", date(2024, 2, 16)),
        ("late-1", date(2024, 2, 19)),
        ("late-3", date(2024, 2, 21)),
        ("late-7", date(2024, 2, 27)),
        ("week-1", date(2024, 3, 5)),
        ("week-2", date(2024, 3, 12)),
    ]


def test_a_deadline_within_the_holidays_is_told_on_the_last_working_day_before():
    assert [m for m in every(date(2024, 2, 11)) if m.name == "due"] == [Mark("due", date(2024, 2, 7), late=False)]


def test_a_week_that_ends_in_tet_is_told_after_it():
    found = every(date(2023, 12, 29), days=70)
    assert [m.day for m in found if date(2024, 2, 1) <= m.day <= date(2024, 2, 29)] == [
        date(2024, 2, 7),
        date(2024, 2, 15),
        date(2024, 2, 21),
        date(2024, 2, 28),
    ]


@given(dues, numbers, numbers)
def test_no_reminder_falls_on_a_day_off_and_each_comes_once(due, before, after):
    found = every(due, before, after)
    assert all(is_working_day(m.day) for m in found)
    assert len({m.name for m in found}) == len({m.day for m in found}) == len(found)
    assert all(m.day > due if m.late else m.day <= due for m in found)
    assert [m.day for m in found if m.name == "due"] == [on_or_before(due)]
    assert len([m for m in found if m.name.startswith(("before", "late"))]) == len(before) + len(after)


@given(dues, st.integers(1, 40), st.integers(0, 100))
def test_days_that_were_not_asked_give_the_last_reminder_only(due, off, start):
    since = due + timedelta(days=start - 50)
    on = since + timedelta(days=off)
    found = [m for m in every(due, days=200) if since < m.day <= on]
    assert latest(due, BEFORE, AFTER, since, on) == (found[-1] if found else None)


@pytest.mark.parametrize(("due", "day"), [(date(2024, 2, 7), date(2024, 2, 21)), (date(2024, 4, 26), date(2024, 5, 7))])
def test_it_goes_up_after_five_working_days(due, day):
    assert escalates_on(due) == day
