"""The benchmark of a whole province fills and measures; it is tried here with very few documents."""

import pytest

from benchmarks import size
from benchmarks.province import COMMUNES, KINDS, Province
from khue.tasks.models import Assignment, Stage, Task
from khue.units.models import Unit

pytestmark = pytest.mark.django_db
FEW = tuple(
    p
    for p in size.PAGES
    if p.name in ("register", "tasks, followed", "task", "operations", "operations as of a day", "record of one school", "search")
)


def test_a_small_province_is_filled_and_its_pages_take_no_more_queries_when_it_grows(capsys):
    province = Province(most=12)
    found = size.measure(province, 0.002, 1, FEW)
    assert [m.status for m in found] == [200] * len(FEW)
    assert [m.page.name for m in found if m.large > m.small] == []
    assert Unit.objects.filter(kind__in=[kind for kind, _w, _n in KINDS]).count() == 1045
    assert len(province.units["commune"]) == COMMUNES
    assert set(Assignment.objects.values_list("stage", flat=True).distinct()) == set(Stage)
    assert Assignment.objects.count() == province.shares > 1045
    assert "of limit" in size.head()
    assert "operations" in capsys.readouterr().out


def test_a_province_that_is_there_is_found_again():
    made = Province(most=12)
    made.grow(0.001)
    again = Province.there()
    assert (again.department, again.shares, again.documents) == (made.department, made.shares, made.documents + 2)
    assert Task.objects.filter(pk=again.shown(large=True)["task"]).exists()
