from datetime import date

import pytest

from khue.units.demo import INVENTED, make_city
from khue.units.groups import members, rule_ref
from khue.units.kinds import SCHOOLS, UnitKind
from khue.units.models import Place, Unit, UnitGroup, UnitIdentifier, UnitSpell
from khue.units.tree import ancestor_ids, spell_of, subtree_ids

pytestmark = pytest.mark.django_db
DAY = date(2023, 10, 1)


def test_the_phong_belongs_to_the_city_and_is_guided_by_the_so(city):
    spell = spell_of(city.office, DAY)
    assert (spell.parent, spell.guide) == (city.city, city.department)
    assert spell_of(city.department, DAY).guide == city.ministry


def test_seventeen_communes_have_their_committee_and_their_learning_centre(city):
    assert len(city.communes) == 17
    assert {spell_of(c, DAY).parent_id for c in city.communes} == {city.city.pk}
    assert members(rule_ref([UnitKind.COMMUNITY_CENTRE], label="", within=city.office.pk), DAY).count() == 17


def test_about_seventy_schools_lie_in_communes_of_the_city(city):
    assert 60 <= len(city.schools) <= 80
    places = {s.place_id for s in UnitSpell.objects.filter(unit__in=city.schools)}
    assert Place.objects.filter(pk__in=places, parent__code="080").count() == len(places)
    own = members(rule_ref(SCHOOLS, label="", within=city.office.pk), DAY)
    assert own.count() == 60
    assert spell_of(city.units["thpt-chuyen-lao-cai"], DAY).parent == city.department


@pytest.mark.parametrize(
    "name", ["TH Chu Văn An", "TH Kim Đồng", "TH Tả Phời", "THCS Tả Phời", "THCS Lê Quý Đôn", "THCS Lý Tự Trọng", "MN Duyên Hải"]
)
def test_schools_that_documents_name_are_not_marked_as_invented(city, name):
    assert UnitSpell.objects.get(short_name=name).basis == ""


def test_what_is_invented_says_so(city):
    assert UnitSpell.objects.get(short_name="MN Hoa Mai").basis == INVENTED
    assert not UnitSpell.objects.filter(kind=UnitKind.SITE).exclude(basis=INVENTED).exists()


def test_the_party_committee_sees_the_city_and_the_city_not_the_party_committee(city):
    assert city.city.pk in subtree_ids([city.units["thanh-uy"].pk], DAY)
    assert city.units["thanh-uy"].pk not in subtree_ids([city.city.pk], DAY)


def test_nobody_above_the_committee_is_below_a_school(city):
    above = ancestor_ids([city.schools[0].pk], DAY)
    assert {city.office.pk, city.city.pk, city.department.pk, city.province.pk, city.ministry.pk} <= above


def test_a_second_run_changes_nothing(city):
    before = (
        Unit.objects.count(),
        UnitSpell.objects.count(),
        UnitIdentifier.objects.count(),
        UnitGroup.objects.count(),
        Place.objects.count(),
    )
    again = make_city()
    assert again.office == city.office
    assert before == (
        Unit.objects.count(),
        UnitSpell.objects.count(),
        UnitIdentifier.objects.count(),
        UnitGroup.objects.count(),
        Place.objects.count(),
    )
