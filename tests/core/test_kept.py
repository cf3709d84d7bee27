"""What was counted of many things is kept; what was counted of few is never told late."""

from datetime import date

import pytest
from django.core.cache import cache

from khue.core.kept import MANY, kept


@pytest.fixture(autouse=True)
def _empty():
    cache.clear()


def counting(size):
    calls = []

    def count():
        calls.append(size)
        return len(calls)

    return lambda about: kept("figures", about, count, lambda _found: size)[1]


def test_few_things_are_counted_every_time():
    count = counting(MANY)
    assert [count("a"), count("a")] == [1, 2]


def test_many_things_are_counted_once_for_everybody_who_asks_the_same():
    count = counting(MANY + 1)
    assert [count(([1, 2], date(2026, 1, 1))), count(([1, 2], date(2026, 1, 1))), count(([1], date(2026, 1, 1)))] == [1, 1, 2]


def test_it_says_when_it_was_counted():
    first = kept("figures", "b", list, lambda _found: MANY + 1)
    assert kept("figures", "b", list, lambda _found: MANY + 1) == first
