from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from khue.core.models import Action
from khue.core.search import matching
from khue.units.kinds import UnitKind
from khue.units.models import Unit, UnitSpell
from khue.units.tree import ancestor_ids, change_unit, spell_of, subtree, subtree_ids
from tests.factories import make_place, make_unit

DAY = date(2023, 9, 1)


@pytest.mark.django_db
class TestTree:
    def test_a_subtree_holds_the_unit_and_all_below(self):
        city = make_unit(name="UBND")
        office = make_unit(parent=city)
        school = make_unit(parent=office)
        other = make_unit()
        assert subtree_ids([city.pk], DAY) == {city.pk, office.pk, school.pk}
        assert subtree_ids([other.pk], DAY) == {other.pk}
        assert ancestor_ids([school.pk], DAY) == {city.pk, office.pk, school.pk}

    def test_whoever_guides_a_unit_sees_what_is_below_it(self):
        department, city = make_unit(), make_unit()
        office = make_unit(parent=city, guide=department)
        school = make_unit(parent=office)
        assert school.pk in subtree_ids([department.pk], DAY)
        assert city.pk not in subtree_ids([department.pk], DAY)
        assert ancestor_ids([school.pk], DAY) == {school.pk, office.pk, city.pk, department.pk}

    def test_no_roots_mean_nothing_rather_than_everything(self):
        make_unit()
        assert subtree_ids([], DAY) == set()
        assert not Unit.objects.filter(pk__in=subtree([], DAY)).exists()

    def test_a_unit_of_later_is_not_in_the_tree_before(self):
        city = make_unit()
        school = make_unit(parent=city, valid_from=date(2024, 8, 1))
        assert school.pk not in subtree_ids([city.pk], date(2024, 7, 31))
        assert school.pk in subtree_ids([city.pk], date(2024, 8, 1))

    def test_a_change_holds_from_its_day_and_leaves_the_past(self):
        place = make_place(name="Cốc Lếu")
        unit = make_unit(name="Trường cũ", kind=UnitKind.PRIMARY)
        change_unit(unit, by=None, on=date(2024, 8, 1), basis="QĐ 12", name="Trường mới", place=place)
        assert spell_of(unit, date(2024, 7, 31)).name == "Trường cũ"
        assert spell_of(unit, date(2024, 7, 31)).place is None
        assert spell_of(unit, date(2024, 8, 1)).name == "Trường mới"
        unit.refresh_from_db()
        assert unit.name == "Trường mới"

    def test_a_change_on_the_day_the_spell_began_mends_it(self):
        unit = make_unit(name="Sai", valid_from=DAY)
        change_unit(unit, by=None, on=DAY, name="Đúng")
        assert [s.name for s in unit.spells.all()] == ["Đúng"]

    def test_a_change_before_the_unit_began_is_refused(self):
        unit = make_unit(valid_from=DAY)
        with pytest.raises(ValueError, match="no open spell"):
            change_unit(unit, by=None, on=DAY - timedelta(days=1), name="X")

    def test_changes_are_logged_and_found_under_old_and_new_names(self):
        unit = make_unit(name="Trường Hoa Phượng")
        change_unit(unit, by=None, on=DAY, name="Trường Hoa Đào")
        assert list(Action.objects.filter(target_id=unit.pk).order_by("pk").values_list("verb", flat=True)) == [
            "unit.founded",
            "unit.changed",
        ]
        for words in ("hoa phuong", "Hoa Đào"):
            assert matching(words, "unit").filter(object_id=unit.pk).exists()


class TestTreeThroughTime(TestCase):
    """Whatever the moves, a unit has exactly one place in the tree on every day."""

    @given(moves=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 400)), max_size=6))
    def test_each_day_has_exactly_one_spell_and_one_parent(self, moves):
        parents = [make_unit() for _ in range(3)]
        unit = make_unit(parent=parents[0], valid_from=DAY)
        child = make_unit(parent=unit)
        day, expected = DAY, [(DAY, parents[0])]
        for which, later in moves:
            day += timedelta(days=later)
            change_unit(unit, by=None, on=day, parent=parents[which])
            expected.append((day, parents[which]))
        for start, parent in expected:
            for on in (start, start + timedelta(days=1)):
                owner = [p for d, p in expected if d <= on][-1]
                assert UnitSpell.objects.filter(unit=unit, valid_from__lte=on).exclude(valid_to__lt=on).count() == 1
                assert spell_of(unit, on).parent == owner
                holding = [p.pk for p in parents if child.pk in subtree_ids([p.pk], on)]
                assert holding == [owner.pk]
            assert spell_of(unit, start).parent == parent
        assert spell_of(unit, DAY - timedelta(days=1)) is None
