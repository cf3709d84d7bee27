import importlib.util
from datetime import date

import pytest
from click.testing import CliRunner

from khue.cli import site
from khue.cli.commands import build
from khue.core.errors import InputError, MissingTool
from khue.core.models import Action
from khue.units import demo
from khue.units.demo import make_city
from khue.units.kinds import PlaceLevel, Scheme
from khue.units.models import Place
from khue.units.places import load_places
from khue.units.tree import spell_of

pytestmark = pytest.mark.django_db
needs_package = pytest.mark.skipif(importlib.util.find_spec("vietnamadminunits") is None, reason="vietnamadminunits is not installed")


@needs_package
class TestLoading:
    def test_it_loads_a_province_of_today_with_all_that_was_merged_into_it(self):
        load_places(["15"])
        new = Place.objects.get(scheme=Scheme.GSO_NEW, level=PlaceLevel.PROVINCE)
        assert (new.kind, new.name, new.code) == ("Tỉnh", "Lào Cai", "15")
        assert {p.name for p in new.predecessors.all()} == {"Lào Cai", "Yên Bái"}
        assert {p.code for p in new.predecessors.all()} == {"10", "15"}

    def test_a_province_may_be_named(self):
        load_places(["lào cai"])
        assert Place.objects.filter(scheme=Scheme.GSO_NEW, level=PlaceLevel.PROVINCE).get().code == "15"

    def test_the_city_of_lao_cai_had_seventeen_communes_until_the_reform(self):
        load_places(["15"])
        city = Place.objects.get(scheme=Scheme.GSO_OLD, level=PlaceLevel.DISTRICT, code="080")
        assert str(city) == "Thành phố Lào Cai"
        assert city.children.count() == 17
        assert city.valid_to == date(2025, 6, 30)
        assert not city.holds(date(2025, 7, 1))

    def test_every_old_commune_leads_to_a_new_one_and_back(self):
        load_places(["15"])
        old = Place.objects.filter(scheme=Scheme.GSO_OLD, level=PlaceLevel.COMMUNE)
        assert not old.filter(successors=None).exists()
        assert not Place.objects.filter(scheme=Scheme.GSO_NEW, predecessors=None).exists()
        assert [str(p) for p in old.get(code="02668").successors.all()] == ["Phường Cam Đường"]

    def test_no_place_is_without_its_kind(self):
        load_places()
        assert not Place.objects.filter(kind="").exists()
        assert Place.objects.filter(scheme=Scheme.GSO_NEW, level=PlaceLevel.COMMUNE).count() == 3321

    def test_an_island_district_without_communes_leads_to_its_special_zone(self):
        load_places(["51"])
        island = Place.objects.get(scheme=Scheme.GSO_OLD, level=PlaceLevel.DISTRICT, name="Lý Sơn")
        assert [str(p) for p in island.successors.all()] == ["Đặc khu Lý Sơn"]

    def test_a_second_load_doubles_nothing_and_keeps_the_rows(self):
        first = load_places(["15"])
        ids = set(Place.objects.values_list("pk", flat=True))
        links = Place.successors.through.objects.count()
        assert load_places(["15"]) == first
        assert set(Place.objects.values_list("pk", flat=True)) == ids
        assert Place.successors.through.objects.count() == links

    def test_a_second_load_mends_what_was_changed_by_hand(self):
        load_places(["15"])
        Place.objects.filter(code="02668", scheme=Scheme.GSO_OLD).update(name="Sai")
        load_places(["15"])
        assert Place.objects.get(code="02668", scheme=Scheme.GSO_OLD).name == "Bắc Cường"

    def test_the_number_of_queries_does_not_grow_with_the_province(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(40):
            load_places(["15"])

    def test_it_is_in_the_action_log_once(self):
        load_places(["15"])
        load_places(["15"])
        assert Action.objects.filter(verb="places.loaded").count() == 1

    def test_an_unknown_province_is_told_with_the_codes_there_are(self):
        with pytest.raises(InputError, match=r"99.*Các mã: 01, 04"):
            load_places(["99", "15"])
        assert not Place.objects.exists()

    def test_the_command_says_what_came(self):
        result = CliRunner().invoke(build(), ["places", "--province", "15"])
        assert result.exit_code == 0
        assert "địa danh trước 01/7/2025" in result.output
        assert Place.objects.exists()


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingTool, match=r"khue\[places\]"):
        load_places()


def test_without_the_package_the_command_fails_in_one_line(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = CliRunner().invoke(build(), ["places"])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_without_the_package_the_catalogs_own_places_are_used(monkeypatch):
    def missing(provinces):
        raise demo.MissingTool("places.package", "không có")

    monkeypatch.setattr(demo, "load_places", missing)
    made = make_city()
    assert Place.objects.filter(scheme=Scheme.GSO_OLD).count() == 27
    assert str(spell_of(made.communes[0], date(2023, 10, 1)).place) == "Phường Duyên Hải"
    assert not Place.objects.filter(scheme=Scheme.GSO_NEW).exists()


def test_before_the_database_is_made_the_command_says_what_to_run(monkeypatch):
    monkeypatch.setattr(site, "pending", lambda: ["units.0001_initial"])
    result = CliRunner().invoke(build(), ["places"])
    assert result.exit_code == 1
    assert "khue migrate" in result.stderr
    assert not Place.objects.exists()
