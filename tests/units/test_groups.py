from datetime import date

import pytest

from khue.units.groups import group_ref, label, labels, member_ids, members, rule_ref, unit_ref
from khue.units.kinds import PlaceLevel, UnitKind
from khue.units.models import UnitGroup
from khue.units.tree import change_unit, subtree
from tests.factories import make_place, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2023, 9, 1)
K = UnitKind


@pytest.fixture
def town():
    """An office with schools in two communes of one city."""
    city = make_place(name="Lào Cai", kind="Thành phố", level=PlaceLevel.DISTRICT)
    north, south = make_place(name="Bắc Cường", parent=city), make_place(name="Nam Cường", parent=city)
    office = make_unit(name="Phòng", kind=K.EDUCATION_OFFICE)
    make_unit(name="MN Bắc", kind=K.KINDERGARTEN, parent=office, place=north)
    make_unit(name="MN tư thục", kind=K.KINDERGARTEN, parent=office, place=south, is_public=False)
    make_unit(name="TH Bắc", kind=K.PRIMARY, parent=office, place=north)
    make_unit(name="MN nơi khác", kind=K.KINDERGARTEN)
    office.city, office.north = city, north
    return office


def names(ref, on=DAY, **more):
    return [u.name for u in members(ref, on, **more)]


def test_a_rule_takes_every_unit_of_its_kinds_below_a_unit(town):
    assert names(rule_ref([K.KINDERGARTEN], label="", within=town.pk)) == ["MN Bắc", "MN tư thục"]
    assert names(rule_ref([K.KINDERGARTEN, K.PRIMARY], label="", within=town.pk)) == ["MN Bắc", "MN tư thục", "TH Bắc"]


def test_a_rule_without_a_unit_or_place_goes_everywhere(town):
    assert "MN nơi khác" in names(rule_ref([K.KINDERGARTEN], label=""))


def test_a_rule_in_a_territory_takes_what_lies_in_its_communes(town):
    assert names(rule_ref([K.KINDERGARTEN], label="", place=town.north.pk)) == ["MN Bắc"]
    assert names(rule_ref([K.KINDERGARTEN], label="", place=town.city.pk)) == ["MN Bắc", "MN tư thục"]


def test_a_rule_may_ask_for_public_or_private_units_only(town):
    assert names(rule_ref([K.KINDERGARTEN], label="", within=town.pk, public=True)) == ["MN Bắc"]
    assert names(rule_ref([K.KINDERGARTEN], label="", within=town.pk, private=True)) == ["MN tư thục"]


def test_a_direct_rule_stays_one_step_below(town):
    above = make_unit(name="UBND", kind=K.DISTRICT)
    change_unit(town, by=None, on=DAY, parent=above)
    make_unit(name="Mầm non của UBND", kind=K.KINDERGARTEN, parent=above)
    assert names(rule_ref([K.KINDERGARTEN], label="", within=above.pk, direct=True)) == ["Mầm non của UBND"]
    assert len(names(rule_ref([K.KINDERGARTEN], label="", within=above.pk))) == 3


def test_many_references_mean_together_what_each_means_alone(town, django_assert_max_num_queries):
    listed = UnitGroup.objects.create(name="Tự thục", owner=town)
    listed.members.set(members(rule_ref([K.KINDERGARTEN], label="", private=True), DAY))
    refs = [
        *(
            rule_ref([K.KINDERGARTEN], label="", within=town.pk, **more)
            for more in ({}, {"public": True}, {"private": True}, {"direct": True})
        ),
        *(rule_ref([K.KINDERGARTEN, K.PRIMARY], label="", within=town.pk, place=place.pk) for place in (town.north, town.city)),
        rule_ref([K.KINDERGARTEN], label=""),
        group_ref(listed.pk),
        {"type": "unit", "id": town.pk},
        {"type": "rule", "kinds": [], "within": town.pk},
    ]
    assert member_ids(refs, DAY) == [{u.pk for u in members(ref, DAY)} for ref in refs]
    with django_assert_max_num_queries(4):
        member_ids([ref for ref in refs if ref.get("within") and not ref.get("direct")], DAY)


def test_members_are_those_of_the_day(town):
    later = date(2024, 8, 1)
    make_unit(name="TH mới", kind=K.PRIMARY, parent=town, valid_from=later)
    ref = rule_ref([K.PRIMARY], label="", within=town.pk)
    assert names(ref) == ["TH Bắc"]
    assert names(ref, later) == ["TH Bắc", "TH mới"]


def test_a_school_that_changes_its_kind_changes_its_group(town):
    school = members(rule_ref([K.PRIMARY], label="", within=town.pk), DAY).get()
    change_unit(school, by=None, on=date(2024, 8, 1), kind=K.PRIMARY_LOWER)
    assert names(rule_ref([K.PRIMARY], label="", within=town.pk), date(2024, 7, 31)) == ["TH Bắc"]
    assert names(rule_ref([K.PRIMARY], label="", within=town.pk), date(2024, 8, 1)) == []


def test_a_listed_group_holds_those_listed_that_exist_on_the_day(town):
    group = UnitGroup.objects.create(owner=town, name="Cụm 1", by_rule=False)
    later = make_unit(name="Về sau", kind=K.PRIMARY, valid_from=date(2025, 1, 1))
    group.members.set([later, *members(rule_ref([K.PRIMARY], label="", within=town.pk), DAY)])
    assert names(group_ref(group.pk)) == ["TH Bắc"]
    assert names(group_ref(group.pk), date(2025, 1, 1)) == ["TH Bắc", "Về sau"]


def test_a_named_rule_without_bounds_means_its_keepers_units(town):
    group = UnitGroup.objects.create(owner=town, name="Các trường của Phòng", kinds=[K.KINDERGARTEN, K.PRIMARY])
    assert names(group_ref(group.pk)) == ["MN Bắc", "MN tư thục", "TH Bắc"]


def test_members_outside_of_what_a_person_may_see_are_left_out(town):
    inside = members(rule_ref([K.PRIMARY], label="", within=town.pk), DAY).get()
    assert names(rule_ref([K.KINDERGARTEN, K.PRIMARY], label=""), within_scope=subtree([inside.pk], DAY)) == ["TH Bắc"]


@pytest.mark.parametrize(
    "ref", [{"type": "unit", "id": 0}, {"type": "group", "id": 0}, {"type": "rule", "kinds": []}, {"type": "cái khác"}, {}]
)
def test_a_reference_to_nothing_has_no_members(ref):
    assert names(ref) == []


def test_labels_come_in_order_with_two_queries(town, django_assert_num_queries):
    group = UnitGroup.objects.create(owner=town, name="Cụm 1")
    refs = [unit_ref(town.pk), rule_ref([K.PRIMARY], label="Các trường tiểu học"), group_ref(group.pk)] * 5
    with django_assert_num_queries(2):
        assert labels(refs) == ["Phòng", "Các trường tiểu học", "Cụm 1"] * 5


def test_a_rule_without_a_label_is_called_after_its_kinds():
    assert label(rule_ref([K.PRIMARY], label="")) == "Trường tiểu học"


def test_a_reference_to_a_deleted_group_says_so():
    assert label(group_ref(999)) == "Không còn trong danh mục"


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="không có"):
        rule_ref(["không có"], label="")
