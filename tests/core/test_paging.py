"""Long lists: every row once and in order, whatever page is asked for; counted no further than needed."""

import pytest
from django.core.paginator import Paginator
from django.db.models import Q

from khue.core import paging
from khue.core.models import SearchEntry
from khue.core.paging import Listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    SearchEntry.objects.bulk_create(
        SearchEntry(kind="a" if n % 3 else "b", object_id=n, title=f"{n:02}", words="", plain="") for n in range(20)
    )
    return SearchEntry.objects.order_by("title")


PARTS = (Q(kind="b"), Q(kind="a"))


@pytest.mark.parametrize("per_page", [1, 3, 7, 20, 50])
def test_the_pages_hold_every_row_once_part_after_part(rows, per_page):
    pages = Paginator(Listed(rows, PARTS), per_page)
    expected = [*rows.filter(kind="b"), *rows.filter(kind="a")]
    assert [row for number in pages.page_range for row in pages.page(number)] == expected


def test_without_parts_it_is_the_query_itself(rows):
    assert list(Listed(rows)[5:9]) == list(rows[5:9])
    assert Listed(rows)[3] == rows[3]
    assert list(Listed(rows.none())[0:5]) == []


def test_a_list_that_is_too_long_is_counted_up_to_the_limit_and_says_so(rows, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 12)
    found = Listed(rows, PARTS)
    assert (len(found), found.capped) == (12, True)
    assert len(found[10:50]) == 2
    monkeypatch.setattr(paging, "MOST", 20)
    assert (len(Listed(rows)), Listed(rows).capped) == (20, False)


def test_the_rows_are_read_whole_by_their_ids(rows):
    shown = Listed(rows, PARTS, SearchEntry.objects.only("title"))
    assert [row.get_deferred_fields() >= {"words"} for row in shown[0:2]] == [True, True]
