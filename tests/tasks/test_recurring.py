"""Each period of a recurring task falls due on the day that its words name, else on the last day of the period."""

from datetime import date

import pytest

from khue.documents.giving import give_plan
from khue.tasks.give import move_due
from khue.tasks.models import Task
from khue.tasks.recurring import beginning, make_due
from khue.units.tree import today
from tests.documents.makers import DIRECTIVE, make_document
from tests.documents.test_confirm import settle
from tests.factories import sign_in
from tests.tasks.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def series(world, recurs, words, on):
    begun = beginning(recurs, words, on)
    return world.give(quote="Báo cáo sĩ số.", recurs=recurs, on=on, **begun | {"due": begun.pop("due_on")})


@pytest.mark.parametrize(
    ("recurs", "words", "days"),
    [
        ("monthly", "vào ngày 25 hằng tháng", ["2023-09-25", "2023-10-25", "2023-11-25"]),
        ("monthly", "trước ngày 31 hằng tháng", ["2023-09-30", "2023-10-31", "2023-11-30"]),
        ("monthly", "hằng tháng", ["2023-09-30", "2023-10-31", "2023-11-30"]),
        ("monthly", "", ["2023-09-30", "2023-10-31", "2023-11-30"]),
        ("quarterly", "ngày 20 của tháng cuối quý", ["2023-09-20", "2023-12-20"]),
        ("yearly", "trước ngày 30/10 hằng năm", ["2023-10-30"]),
    ],
)
def test_every_period_falls_due_on_the_day_of_the_words(world, recurs, words, days):
    series(world, recurs, words, date(2023, 9, 5))
    for month in (9, 10, 11):
        make_due(date(2023, month, 6))
    assert [str(day) for day in Task.objects.order_by("due_on").values_list("due_on", flat=True)] == days


def test_every_week_falls_due_on_its_friday(world):
    series(world, "weekly", "thứ Sáu hằng tuần", date(2023, 10, 4))
    make_due(date(2023, 10, 9))
    assert list(Task.objects.order_by("due_on").values_list("due_on", flat=True)) == [date(2023, 10, 6), date(2023, 10, 13)]


def test_where_the_day_has_gone_by_it_begins_with_the_next_period_and_makes_none_before(world):
    first = series(world, "monthly", "ngày 25 hằng tháng", date(2023, 9, 28))
    assert (first.period, first.due_on) == ("2023-10", date(2023, 10, 25))
    assert make_due(date(2023, 9, 29)) == make_due(date(2023, 10, 1)) == []
    assert [t.due_on for t in make_due(date(2023, 11, 1))] == [date(2023, 11, 25)]


def test_what_began_while_the_server_was_off_is_made_when_it_is_back(world):
    series(world, "weekly", "thứ Sáu hằng tuần", date(2023, 10, 4))
    made = make_due(date(2023, 10, 25))
    assert [str(t.due_on) for t in made] == ["2023-10-13", "2023-10-20", "2023-10-27"]
    assert {str(t.given_on) for t in made} == {"2023-10-25"}
    assert make_due(date(2023, 10, 25)) == make_due(date(2023, 10, 27)) == []


def test_what_ended_more_than_a_month_ago_is_not_made_any_more(world):
    series(world, "monthly", "ngày 25 hằng tháng", date(2023, 9, 5))
    assert [t.period for t in make_due(date(2024, 1, 20))] == ["2023-12", "2024-01"]


def test_a_week_without_a_working_day_is_not_made_afterwards(world):
    # Tết 2026: nobody works from Saturday 14 to Sunday 22 February
    series(world, "weekly", "hằng tuần", date(2026, 2, 3))
    assert [t.period for t in make_due(date(2026, 2, 24))] == ["2026-W07", "2026-W09"]


def test_a_series_that_ended_meanwhile_makes_only_what_began_before_its_end(world):
    first = series(world, "weekly", "thứ Sáu hằng tuần", date(2023, 10, 4))
    Task.objects.filter(pk=first.pk).update(series_ends_on=date(2023, 10, 17))
    assert [t.period for t in make_due(date(2023, 10, 25))] == ["2023-W41", "2023-W42"]


def test_a_deadline_that_was_moved_is_moved_once(world):
    first = series(world, "monthly", "ngày 25 hằng tháng", date(2023, 9, 5))
    move_due(first.pk, date(2023, 9, 27), base=first.due_on, by=world.official)
    assert [t.due_on for t in make_due(date(2023, 10, 1))] == [date(2023, 10, 25)]


def test_a_directive_gives_its_day_to_every_month():
    document = make_document(text=DIRECTIVE.replace("rà soát cơ sở", "báo cáo số trẻ nghỉ học vào ngày 25 hằng tháng; rà soát cơ sở"))
    settle(document, document.created_by)
    give_plan(document.pk, by=document.created_by, on=date(2023, 9, 5))
    task = Task.objects.get(recurs="monthly")
    assert (task.period, task.due_on, task.due_quote) == ("2023-09", date(2023, 9, 25), "vào ngày 25 hằng tháng")
    assert [t.due_on for t in make_due(date(2023, 10, 1))] == [date(2023, 10, 25)]


def test_the_day_of_a_typed_task_is_the_day_of_every_period(client, world):
    sign_in(client, world.official)
    day = today().replace(day=15) if today().day <= 15 else (today().replace(day=28) + (date(2024, 1, 19) - date(2024, 1, 1)))
    data = {
        "unit": world.office.pk,
        "quote": "Báo cáo.",
        "lead": [world.lua.name],
        "lead_ref": [""],
        "recurs": "monthly",
        "due_on": f"{day}",
    }
    client.post("/viec/moi/", data | {"seen": client.post("/viec/moi/", data).context["seen"]})
    task = Task.objects.get()
    assert (task.period, task.due_on, task.due_quote) == (f"{day:%Y-%m}", day, f"ngày {day.day} hằng tháng")
