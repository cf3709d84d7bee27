"""Working days, by a table that a lawyer can read and by what must hold for any days."""

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from khue.catalog import calendar, calendar_files
from khue.core.errors import CatalogError
from tests.conftest import ROOT

TABLE = yaml.safe_load((ROOT / "catalog/vn/tests/calendar.yaml").read_text("utf-8"))
YEARS = range(2021, 2028)
days = st.dates(date(2020, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize("case", TABLE["days"], ids=lambda c: f"{c['day']} {c['why']}")
def test_a_day_is_worked_or_not(case):
    assert calendar.is_working_day(case["day"]) is case["working"]


@pytest.mark.parametrize("case", TABLE["terms"], ids=lambda c: f"{c['from']} {c['days']:+} {c['why']}")
def test_a_term_ends_on_its_working_day(case):
    assert calendar.add_working_days(case["from"], case["days"]) == case["until"]
    assert calendar.working_days_between(case["from"], case["until"]) == case["days"]


@pytest.mark.parametrize("case", TABLE["nearest"], ids=lambda c: f"{c['day']} {c['why']}")
def test_a_day_off_moves_to_the_nearest_working_day(case):
    assert (calendar.on_or_before(case["day"]), calendar.on_or_after(case["day"])) == (case["before"], case["after"])


@pytest.mark.parametrize("case", TABLE["not_sure"], ids=lambda c: f"{c['day']} {c['why']}")
def test_what_stands_on_no_text_says_so(case):
    assert not calendar.about(case["day"]).sure
    assert calendar.not_sure(case["day"], case["day"])


@given(days, st.integers(-300, 300).filter(bool))
def test_adding_and_counting_are_each_others_inverse(day, count):
    end = calendar.add_working_days(day, count)
    assert calendar.is_working_day(end)
    assert (end - day).days * count > 0
    # where the first day is off, the way back counts to the working day beside it
    assert calendar.working_days_between(day, end) == count or not calendar.is_working_day(day)


@given(days, days, days)
def test_counts_of_neighbouring_spans_add_up(a, b, c):
    a, b, c = sorted((a, b, c))
    assert calendar.working_days_between(a, b) + calendar.working_days_between(b, c) == calendar.working_days_between(a, c)


@given(days)
def test_moving_to_a_working_day_never_jumps_over_one(day):
    before, after = calendar.on_or_before(day), calendar.on_or_after(day)
    assert before <= day <= after
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(calendar.is_working_day(d) for d in between)


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_the_eleven_days_of_the_labour_code_and_each_swap_is_even(year):
    first, last = date(year, 1, 1), date(year, 12, 31)
    every = [calendar.about(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    off = [d for d in every if not d.working and d.name]
    named = {d.name.split(",")[0] for d in off}
    assert {"Tết Dương lịch", "Giỗ Tổ Hùng Vương", "Ngày Chiến thắng", "Ngày Quốc tế lao động", "Quốc khánh"} <= named
    assert sum(d.name.startswith("Tết Nguyên đán") for d in off) >= 5
    assert sum(d.working and d.day.isoweekday() > 5 for d in every) == sum("làm bù" in d.name for d in off)
    assert all(d.sources for d in off)


def test_a_year_without_a_file_counts_weekends_and_the_holidays_with_a_date_and_says_so():
    assert not calendar.is_known(2031)
    assert calendar.about(date(2031, 9, 2)).name == "Quốc khánh"
    assert not calendar.is_working_day(date(2031, 9, 2))
    assert calendar.is_working_day(date(2031, 9, 3))
    assert [d.day for d in calendar.not_sure(date(2030, 12, 1), date(2031, 2, 1))] == [date(2030, 1, 1), date(2031, 1, 1)]


def test_pupils_have_summer_between_two_school_years():
    assert calendar.in_school_summer(date(2024, 7, 1)) is True
    assert calendar.in_school_summer(date(2024, 10, 1)) is False
    assert calendar.in_school_summer(date(2010, 7, 1)) is None
    assert calendar.in_school_summer(date(2040, 7, 1)) is None


# --- files of an office

HEAD = "year: 2031\nsources: {own: {name: Thông báo của tỉnh}}\n"
GOOD = "holidays: [{from: 2031-01-22, to: 2031-01-28, name: Tết, source: [own], sure: true}]\n"


def office(tmp_path, monkeypatch, text, name="2031.yaml"):
    path = tmp_path / "vn/calendar" / name
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    monkeypatch.setenv("KHUE_CATALOG", str(tmp_path))


def test_an_office_adds_a_year_and_a_day_of_its_own(tmp_path, monkeypatch):
    office(tmp_path, monkeypatch, HEAD + GOOD + "workdays: [{day: 2031-02-01, instead_of: 2031-01-28, source: [own], sure: true}]\n")
    assert calendar.is_known(2031)
    assert not calendar.is_working_day(date(2031, 1, 22))
    assert calendar.is_working_day(date(2031, 2, 1))
    (tmp_path / "vn/calendar/2024.yaml").write_text(
        "holidays: [{from: 2024-10-10, to: 2024-10-10, name: Ngày của tỉnh, source: [own], sure: true}]\nsources: {own: {name: x}}\n",
        "utf-8",
    )
    calendar_files.year_of.cache_clear()
    assert calendar.about(date(2024, 10, 10)).name == "Ngày của tỉnh"
    assert not calendar.is_working_day(date(2024, 2, 8))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD.replace("2031", "2030") + GOOD + "workdays: []\n", ["2031.yaml", "year", "2030"]),
        (HEAD + "holidays: x\nworkdays: []\n", ["holidays", "danh sách"]),
        (HEAD + GOOD.replace("2031-01-22", "22/01/2031") + "workdays: []\n", ["holidays.from", "22/01/2031", "2031-01-31"]),
        (HEAD + GOOD.replace("[own]", "[nobody]") + "workdays: []\n", ["holidays.source", "nobody", "labour, week, own"]),
        (HEAD + GOOD.replace("sure: true", "sure: maybe") + "workdays: []\n", ["sure", "maybe"]),
        (HEAD + GOOD.replace("to: 2031-01-28", "to: 2031-01-02") + "workdays: []\n", ["holidays.to", "2031-01-02"]),
        (HEAD + GOOD.replace("name: Tết", "nam: Tết") + "workdays: []\n", ["holidays", "nam", "name"]),
        (
            HEAD + GOOD + "workdays: [{day: 2031-01-25, instead_of: 2031-01-28, source: [own], sure: true}]\n",
            ["workdays.day", "2031-01-25"],
        ),
        (
            HEAD + GOOD + "workdays: [{day: 2031-02-01, instead_of: 2031-03-03, source: [own], sure: true}]\n",
            ["workdays.instead_of", "2031-03-03"],
        ),
        (HEAD + GOOD, ["workdays", "danh sách"]),
        (HEAD + GOOD + "workdays: []\nextra: 1\n", ["extra"]),
    ],
)
def test_a_wrong_file_says_what_to_mend(tmp_path, monkeypatch, text, words):
    office(tmp_path, monkeypatch, text)
    with pytest.raises(CatalogError) as error:
        calendar.is_working_day(date(2031, 1, 5))
    for word in words:
        assert word in str(error.value)
