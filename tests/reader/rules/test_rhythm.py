from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.reader.rules.recurrence import find_recurrence
from khue.reader.rules.rhythm import day_within, named_day, words_for
from tests.helpers import LEX, para

FIRST = {"weekly": date(2023, 10, 2), "monthly": date(2023, 10, 1), "quarterly": date(2023, 10, 1), "yearly": date(2023, 9, 1)}


def day(recurs, words, first=None):
    named = named_day(recurs, words)
    return named and day_within(named, recurs, first or FIRST[recurs])


@pytest.mark.parametrize(
    ("recurs", "words", "expected"),
    [
        ("monthly", "báo cáo vào ngày 25 hằng tháng", date(2023, 10, 25)),
        ("monthly", "gửi trước ngày 15 hàng tháng", date(2023, 10, 15)),
        ("monthly", "chậm nhất ngày 05 hằng tháng báo cáo số học sinh bỏ học", date(2023, 10, 5)),
        ("monthly", "trước 28 mỗi tháng", date(2023, 10, 28)),
        ("monthly", "ngày 20 của mỗi tháng", date(2023, 10, 20)),
        ("monthly", "mùng 5 hằng tháng", date(2023, 10, 5)),
        ("monthly", "từ ngày 20 đến ngày 25 hằng tháng", date(2023, 10, 25)),
        ("monthly", "vào ngày 10 và ngày 25 hằng tháng", date(2023, 10, 25)),
        ("monthly", "hằng tháng, trước ngày 25, báo cáo", date(2023, 10, 25)),
        ("monthly", "Hằng tháng (chậm nhất vào ngày 28) tổng hợp", date(2023, 10, 28)),
        ("monthly", "báo cáo mỗi tháng một lần vào ngày 12", date(2023, 10, 12)),
        ("monthly", "vào  ngày\n25 hằng\ntháng", date(2023, 10, 25)),
        ("quarterly", "gửi báo cáo vào ngày 20 của tháng cuối quý", date(2023, 12, 20)),
        ("quarterly", "trước ngày 20 tháng cuối mỗi quý", date(2023, 12, 20)),
        ("quarterly", "ngày 05 tháng đầu quý", date(2023, 10, 5)),
        ("quarterly", "ngày 15 của tháng thứ hai của quý", date(2023, 11, 15)),
        ("weekly", "vào thứ Sáu hằng tuần", date(2023, 10, 6)),
        ("weekly", "Vào thứ 2 hàng tuần", date(2023, 10, 2)),
        ("weekly", "sáng thứ Bảy hằng tuần", date(2023, 10, 7)),
        ("weekly", "trước 16 giờ thứ Năm của mỗi tuần", date(2023, 10, 5)),
        ("weekly", "hằng tuần, trước thứ Tư", date(2023, 10, 4)),
        ("weekly", "chủ nhật hằng tuần", date(2023, 10, 8)),
        ("yearly", "trước ngày 30/10 hằng năm", date(2023, 10, 30)),
        ("yearly", "trước 31/5 hằng năm", date(2024, 5, 31)),
        ("yearly", "trước ngày 10 tháng 12 hằng năm", date(2023, 12, 10)),
        ("yearly", "vào tháng 5 hàng năm", date(2024, 5, 31)),
        ("yearly", "trước tháng 3 hằng năm", date(2024, 2, 29)),
        ("yearly", "hằng năm, trước ngày 15/11", date(2023, 11, 15)),
    ],
)
def test_it_reads_the_day_of_each_period(recurs, words, expected):
    assert day(recurs, words) == expected


@pytest.mark.parametrize(
    ("recurs", "words"),
    [
        ("monthly", "hằng tháng"),
        ("monthly", "từ ngày 20 hằng tháng mở sổ"),
        ("monthly", "sau ngày 25 hằng tháng"),
        ("monthly", "hằng tháng, trước ngày 15/10/2023 nộp danh sách"),
        ("monthly", "hằng tháng, trước ngày 15 tháng 10"),
        ("monthly", "báo cáo hằng tháng trước ngày 05 của tháng sau"),
        ("monthly", "hằng tháng, trước 05 ngày làm việc"),
        ("monthly", "ngày 15/10 hằng tháng"),
        ("monthly", "ngày 45 hằng tháng"),
        ("monthly", "ngày 0 hằng tháng"),
        ("monthly", "25 học sinh hằng tháng"),
        ("monthly", "ngày cuối cùng hằng tháng"),
        ("monthly", "Thông tư số 25 hằng tháng"),
        ("monthly", "vào thứ Sáu hằng tuần"),
        ("quarterly", "ngày 20 hằng quý"),
        ("quarterly", "trước ngày 05 tháng đầu quý sau"),
        ("quarterly", "ngày 20 tháng cuối quý IV"),
        ("quarterly", "tháng cuối quý"),
        ("weekly", "hằng tuần"),
        ("weekly", "mỗi tuần thứ hai của tháng"),
        ("weekly", "họp lần thứ hai hằng tuần"),
        ("weekly", "hằng tuần, thứ Sáu ngày 20/10 nộp"),
        ("weekly", "cuối hằng tuần"),
        ("semester", "trước ngày 20/12 mỗi học kỳ"),
        ("yearly", "hằng năm"),
        ("yearly", "trước ngày 30/10 hằng năm học"),
        ("yearly", "hằng năm, trước ngày 30/10/2023"),
        ("yearly", "tháng 13 hằng năm"),
        ("yearly", "sau ngày 30/10 hằng năm"),
    ],
)
def test_other_words_name_no_day(recurs, words):
    assert day(recurs, words) is None


@pytest.mark.parametrize(
    ("recurs", "words", "first", "expected"),
    [
        ("monthly", "ngày 31 hằng tháng", date(2024, 2, 1), date(2024, 2, 29)),
        ("monthly", "ngày 30 hằng tháng", date(2023, 2, 1), date(2023, 2, 28)),
        ("quarterly", "ngày 31 tháng cuối quý", date(2023, 4, 1), date(2023, 6, 30)),
        ("yearly", "ngày 30/2 hằng năm", date(2022, 9, 1), date(2023, 2, 28)),
    ],
)
def test_a_month_with_fewer_days_ends_sooner(recurs, words, first, expected):
    assert day(recurs, words, first) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from(["weekly", "monthly", "quarterly", "yearly"]))
def test_words_made_for_a_day_name_that_day(on, recurs):
    from khue.tasks.recurring import period_of

    _name, first, last = period_of(recurs, on)
    assert (day(recurs, words_for(recurs, on), first) or last) == on


def test_the_rhythm_is_quoted_with_its_day():
    text = "Các trường báo cáo số học sinh vào ngày 25 hằng tháng, qua phần mềm."
    p = para(text)
    found = find_recurrence(LEX, p, 0, len(text))
    assert (found.recurs, found.quote) == ("monthly", "vào ngày 25 hằng tháng")
    assert text[found.span.start : found.span.end] == found.quote


def test_a_day_that_stands_elsewhere_is_not_the_rhythms():
    text = "Hằng tháng tổng hợp, báo cáo trước ngày 15/10/2023."
    assert find_recurrence(LEX, para(text), 0, len(text)).quote == "Hằng tháng"
