from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.catalog.loader import catalog_folders
from khue.core.errors import CatalogError
from khue.units.groups import members
from khue.units.kinds import UnitKind
from khue.units.models import UnitGroup
from khue.units.resolve import MOST, _best, _candidates, resolve, resolve_many
from khue.units.tree import change_unit
from khue.units.wording import canonical
from khue.units.world import look_around
from tests.factories import make_unit

pytestmark = pytest.mark.django_db
DAY = date(2023, 10, 1)

# seen from the city's education office: the words, the one unit they mean
UNITS = [
    ("Phòng GD&ĐT", "Phòng Giáo dục và Đào tạo thành phố Lào Cai"),
    ("phòng GDĐT", "Phòng Giáo dục và Đào tạo thành phố Lào Cai"),
    ("PGD&ĐT TP", "Phòng Giáo dục và Đào tạo thành phố Lào Cai"),
    ("Phòng Giáo dục và Đào tạo thành phố", "Phòng Giáo dục và Đào tạo thành phố Lào Cai"),
    ("Trưởng phòng Giáo dục và Đào tạo", "Phòng Giáo dục và Đào tạo thành phố Lào Cai"),
    ("Giao cho Phòng Giáo dục và Đào tạo", "Phòng Giáo dục và Đào tạo thành phố Lào Cai"),
    ("Phòng GD&ĐT huyện Bắc Hà", "Phòng Giáo dục và Đào tạo huyện Bắc Hà"),
    ("Sở GD&ĐT tỉnh Lào Cai", "Sở Giáo dục và Đào tạo tỉnh Lào Cai"),
    ("Giám đốc Sở Giáo dục và Đào tạo", "Sở Giáo dục và Đào tạo tỉnh Lào Cai"),
    ("Bộ Giáo dục và Đào tạo", "Bộ Giáo dục và Đào tạo"),
    ("UBND thành phố", "Ủy ban nhân dân thành phố Lào Cai"),
    ("Uỷ ban nhân dân thành phố", "Ủy ban nhân dân thành phố Lào Cai"),
    ("Lãnh đạo UBND TP", "Ủy ban nhân dân thành phố Lào Cai"),
    ("Chủ tịch UBND tỉnh", "Ủy ban nhân dân tỉnh Lào Cai"),
    ("UBND xã Tả Phời", "Ủy ban nhân dân xã Tả Phời"),
    ("Chủ tịch UBND phường Cốc Lếu", "Ủy ban nhân dân phường Cốc Lếu"),
    ("phường Cốc Lếu", "Ủy ban nhân dân phường Cốc Lếu"),
    ("Công an thành phố", "Công an thành phố Lào Cai"),
    ("Công an tỉnh", "Công an tỉnh Lào Cai"),
    ("Thành ủy", "Thành ủy Lào Cai"),
    ("Thành đoàn", "Đoàn Thanh niên Cộng sản Hồ Chí Minh thành phố Lào Cai"),
    ("MTTQ Việt Nam thành phố", "Ủy ban Mặt trận Tổ quốc Việt Nam thành phố Lào Cai"),
    ("MTTQ Việt Nam", "Ủy ban Mặt trận Tổ quốc Việt Nam thành phố Lào Cai"),
    ("Trung tâm Văn hoá - Thể thao - Truyền thông thành phố", "Trung tâm Văn hóa - Thể thao - Truyền thông thành phố Lào Cai"),
    ("Văn phòng HĐND&UBND thành phố", "Văn phòng HĐND và UBND thành phố Lào Cai"),
    ("Phòng Tài chính - Kế hoạch", "Phòng Tài chính - Kế hoạch thành phố Lào Cai"),
    ("Phòng LĐ-TB&XH", "Phòng Lao động - Thương binh và Xã hội thành phố Lào Cai"),
    ("Báo Lào Cai", "Báo Lào Cai"),
    ("Đài PTTH tỉnh", "Đài Phát thanh - Truyền hình tỉnh Lào Cai"),
    ("Trường TH Kim Đồng", "Trường Tiểu học Kim Đồng"),
    ("TH Kim Đồng", "Trường Tiểu học Kim Đồng"),
    ("trường tiểu học Kim Đồng", "Trường Tiểu học Kim Đồng"),
    ("Trường Kim Đồng", "Trường Tiểu học Kim Đồng"),
    ("Hiệu trưởng trường THCS Lý Tự Trọng", "Trường Trung học cơ sở Lý Tự Trọng"),
    ("THCS Tả Phời", "Trường Trung học cơ sở Tả Phời"),
    ("trường MN Duyên Hải", "Trường Mầm non Duyên Hải"),
    ("TH&THCS Duyên Hải", "Trường TH&THCS Duyên Hải"),
    ("Trường Tiểu học và THCS Cốc San", "Trường TH&THCS Cốc San"),
    ("TH&THCS The Light Academy", "Trường TH&THCS The Light Academy"),
    ("TRƯỜNG THPT CHUYÊN", "Trường THPT Chuyên Lào Cai"),
]

# the words, the kinds they mean, how many units that is in the demo
GROUPS = [
    ("các trường mầm non", {"kindergarten"}, 24),
    ("Các trường MN", {"kindergarten"}, 24),
    ("các trường tiểu học", {"primary"}, 16),
    ("các trường TH, THCS", {"primary", "lower_secondary", "primary_lower_secondary"}, 33),
    ("các trường có cấp tiểu học", {"primary", "primary_lower_secondary"}, 21),
    ("các trường TH&THCS trên địa bàn phường Bắc Cường", {"primary_lower_secondary"}, 1),
    ("các trường trên địa bàn xã Tả Phời", None, 3),
    ("Các trường MN, PT thành phố", None, 57),
    ("Hiệu trưởng các trường Mầm non, Phổ thông", None, 57),
    ("hiệu trưởng các trường", None, 57),
    ("các trường", None, 57),
    ("100% các trường", None, 57),
    ("nhà trường", None, 57),
    ("các trường ngoài công lập", None, 3),
    ("các trường mầm non tư thục", {"kindergarten"}, 2),
    ("các trường trên địa bàn thành phố Lào Cai", None, 63),
    ("các cơ sở giáo dục", None, 60),
    ("CSGD", None, 60),
    ("các cơ sở giáo dục mầm non", {"kindergarten", "nursery_group"}, 27),
    ("các nhóm trẻ độc lập", {"nursery_group"}, 3),
    ("UBND các xã, phường", {"commune_committee"}, 17),
    ("Chủ tịch UBND các phường, xã", {"commune_committee"}, 17),
    ("Ủy ban nhân dân các xã, phường", {"commune_committee"}, 17),
    ("UBND cấp xã", {"commune_committee"}, 17),
    ("UBND các huyện, thị xã, thành phố", {"district_committee"}, 9),
    ("các sở, ban, ngành tỉnh", {"department"}, 13),
    ("Các phòng, ban chuyên môn của thành phố", {"office", "education_office"}, 13),
    ("các phòng ban chuyên môn", {"office", "education_office"}, 13),
    ("các Ban Đảng, đoàn thể thành phố", {"party", "front"}, 14),
    ("các đoàn thể", {"front"}, 8),
    ("các bộ phận công tác Phòng Giáo dục và Đào tạo", {"division"}, 6),
    ("trung tâm học tập cộng đồng các xã, phường", {"community_centre"}, 17),
    ("các điểm trường", {"site"}, None),
]

# wordings that look alike and name no unit
NOBODY = [
    "các trường hợp đặc biệt",
    "trường hợp này",
    "môi trường",
    "bảo vệ môi trường",
    "học sinh",
    "các em học sinh các trường",
    "trẻ mẫu giáo",
    "Đồng chí Nguyễn Văn An",
    "đồng chí Trưởng phòng",
    "Bà Trần Thị Thùy Dung",
    "cha mẹ học sinh",
    "cơ sở vật chất",
    "cơ sở dữ liệu ngành",
    "phòng học",
    "đội ngũ",
    "hội nghị",
    "xã hội",
    "thị trường",
    "trường đại học nước ngoài",
    "các trường đại học",
    "Trường Tiểu học Nguyễn Huệ",
    "Chính phủ",
    "ban chỉ đạo hè các cấp",
    "giáo dục",
    "phòng phòng phòng phòng phòng phòng phòng phòng phòng",
    "Lào",
    "",
    "   ",
    "…",
    "12",
]

# a person must choose: the words, what must be among the suggestions
DOUBTFUL = [
    ("Tả Phời", "Trường Tiểu học Tả Phời"),
    ("phòng giáo dục", "Phòng Giáo dục và Đào tạo thành phố Lào Cai"),
    ("giáo viên các trường tiểu học", "Các trường tiểu học (thành phố Lào Cai)"),
    ("cán bộ quản lý, giáo viên các trường", "Các trường (thành phố Lào Cai)"),
    ("các trường đạt chuẩn quốc gia", "Các trường (thành phố Lào Cai)"),
    ("các đơn vị", "Các đơn vị trường học (thành phố Lào Cai)"),
    ("địa phương", "Các xã, phường trên địa bàn (thành phố Lào Cai)"),
    ("ngành Giáo dục", "Ngành Giáo dục và Đào tạo (thành phố Lào Cai)"),
    ("các trường tiểu học và THCS", "Các trường TH&THCS (thành phố Lào Cai)"),
    ("Hội Phụ nữ", "Hội Liên hiệp Phụ nữ thành phố Lào Cai"),
    ("trường Canada", "Trường Phổ thông Canada Lào Cai"),
]


@pytest.fixture(scope="module")
def seen_here(city, django_db_blocker):
    """Everything the tables ask for, resolved in one go from the city's education office."""
    with django_db_blocker.unblock():
        return resolve_many([row[0] for row in UNITS + GROUPS + DOUBTFUL] + NOBODY, at=city.office, on=DAY)


@pytest.fixture(scope="module")
def city_world(city, django_db_blocker):
    with django_db_blocker.unblock():
        return look_around(city.office, DAY)


@pytest.mark.parametrize(("text", "name"), UNITS)
def test_it_knows_a_unit_however_it_is_printed(seen_here, text, name):
    best = seen_here[text][0]
    assert (best.label, best.ref["type"], best.exact) == (name, "unit", True)


@pytest.mark.parametrize(("text", "kinds", "number"), GROUPS)
def test_it_knows_a_group_and_its_members(seen_here, text, kinds, number):
    best = seen_here[text][0]
    assert best.exact
    assert best.ref["type"] == "rule"
    assert kinds is None or set(best.ref["kinds"]) == kinds
    assert number is None or members(best.ref, DAY).count() == number


@pytest.mark.parametrize("text", NOBODY)
def test_it_finds_nobody_where_nobody_is_meant(seen_here, text):
    assert seen_here[text] == []


@pytest.mark.parametrize(("text", "among"), DOUBTFUL)
def test_it_leaves_to_a_person_what_is_not_certain(seen_here, text, among):
    found = seen_here[text]
    assert not any(c.exact for c in found)
    assert among in [c.label for c in found]
    assert len(found) <= MOST


def test_every_candidate_says_why_and_at_most_one_is_exact(seen_here):
    for found in seen_here.values():
        assert all(c.why and c.label and 0 < c.score <= 1 for c in found)
        assert [c.exact for c in found[1:]] == [False] * len(found[1:])


class TestWhereOneStands:
    def test_the_nearest_of_one_name_is_meant(self, city):
        bac_ha = city.units["pgd-bac-ha"]
        assert resolve("Phòng GD&ĐT", at=bac_ha, on=DAY)[0].label == "Phòng Giáo dục và Đào tạo huyện Bắc Hà"
        assert resolve("UBND huyện", at=bac_ha, on=DAY)[0].label == "Ủy ban nhân dân huyện Bắc Hà"

    def test_from_the_province_one_phong_is_not_certain_but_all_are(self, city):
        one = resolve("Phòng GD&ĐT", at=city.department, on=DAY)
        assert not one[0].exact
        every = resolve("Phòng GD&ĐT các huyện, thị xã, thành phố", at=city.department, on=DAY)[0]
        assert every.exact
        assert members(every.ref, DAY).count() == 9

    def test_an_office_of_another_place_named_without_it_is_only_a_guess(self, city):
        found = resolve("Phòng Kinh tế", at=city.department, on=DAY)
        assert [c.label for c in found] == ["Phòng Kinh tế thành phố Lào Cai"]
        assert not found[0].exact
        assert resolve("Phòng Kinh tế", at=city.office, on=DAY)[0].exact

    def test_bodies_of_every_commune_are_not_taken_for_those_of_the_city(self, city):
        assert not any(c.exact for c in resolve("các đoàn thể xã", at=city.city, on=DAY))

    def test_divisions_are_those_of_ones_own_office(self, city):
        best = resolve("Các phòng thuộc Sở", at=city.department, on=DAY)[0]
        assert (best.label, best.exact) == ("Các phòng, bộ phận trực thuộc (Sở GD&ĐT)", True)
        assert members(best.ref, DAY).count() == 8

    def test_cap_huyen_speaks_of_many(self, city):
        best = resolve("Phòng GDĐT cấp huyện", at=city.department, on=DAY)[0]
        assert (best.ref["kinds"], best.exact) == (["education_office"], True)

    def test_mttq_is_that_of_ones_own_level(self, city):
        assert resolve("Ủy ban MTTQ Việt Nam", at=city.province, on=DAY)[0].label == "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Lào Cai"

    def test_a_school_means_itself_by_nha_truong(self, city):
        school = city.units["th-kim-dong"]
        best = resolve("nhà trường", at=school, on=DAY)[0]
        assert (best.ref, best.exact) == ({"type": "unit", "id": school.pk}, True)

    def test_a_commune_reaches_its_school_and_its_city(self, city):
        commune = city.units["ubnd-02677"]
        found = resolve_many(["UBND xã", "UBND thành phố", "trường TH Tả Phời"], at=commune, on=DAY)
        assert found["UBND thành phố"][0].label == "Ủy ban nhân dân thành phố Lào Cai"
        assert found["trường TH Tả Phời"][0].exact
        assert found["UBND xã"][0].label == "Ủy ban nhân dân xã Tả Phời"

    def test_the_ministry_reaches_the_departments(self, city):
        assert resolve("Sở Giáo dục và Đào tạo tỉnh Lào Cai", at=city.ministry, on=DAY)[0].exact

    def test_a_unit_that_stands_alone_finds_itself(self):
        alone = make_unit(name="Trường Tiểu học Một Mình", kind=UnitKind.PRIMARY)
        assert resolve("TH Một Mình", at=alone, on=DAY)[0].exact
        assert resolve("UBND các xã, phường", at=alone, on=DAY) == []


class TestWhen:
    def test_a_unit_is_known_by_the_name_of_the_day(self, city):
        school = city.units["th-kim-dong"]
        change_unit(school, by=None, on=date(2024, 8, 1), name="Trường TH&THCS Kim Đồng", short_name="", kind=UnitKind.PRIMARY_LOWER)
        before, after = date(2024, 7, 31), date(2024, 8, 1)
        assert resolve("trường tiểu học Kim Đồng", at=city.office, on=before)[0].ref["id"] == school.pk
        assert resolve("trường tiểu học Kim Đồng", at=city.office, on=after) == []
        assert resolve("TH&THCS Kim Đồng", at=city.office, on=after)[0].exact

    def test_before_the_office_existed_nobody_is_known(self, city):
        new = make_unit(name="Phòng mới", kind=UnitKind.OFFICE, parent=city.city, valid_from=date(2024, 1, 1))
        assert resolve_many(["nhà trường", "các trường", "Phòng mới"], at=new, on=DAY) == {
            "nhà trường": [],
            "các trường": [],
            "Phòng mới": [],
        }


PIECES = st.sampled_from(
    [w for row in [*UNITS, *GROUPS, *DOUBTFUL] for w in row[0].split()]
    + ["&", ",", "và", "của", "thuộc", "trên địa bàn", "(", "*", "\u0301"]
)


@given(text=st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_words_nothing_breaks_and_the_rules_of_an_answer_hold(seen_here, city_world, text):
    found = _best(_candidates(text, city_world))
    assert len(found) <= MOST
    assert not any(c.exact for c in found[1:])
    assert all(0 < c.score <= 1 and c.label for c in found)
    keys = [repr(sorted((k, str(v)) for k, v in c.ref.items() if k != "label")) for c in found]
    assert len(keys) == len(set(keys))


class TestNamedGroups:
    def test_a_group_that_the_office_named_wins(self, city):
        best = resolve("các trường trong lộ trình sáp nhập", at=city.office, on=DAY)[0]
        assert (best.ref["type"], best.exact) == ("group", True)
        assert members(best.ref, DAY).count() == 8

    def test_it_wins_over_a_built_in_phrase_for_everybody_below(self, city):
        mine = UnitGroup.objects.create(owner=city.city, name="Các trường mầm non", kinds=["kindergarten"])
        for at in (city.city, city.office, city.schools[0]):
            assert resolve("các trường mầm non", at=at, on=DAY)[0].ref == {"type": "group", "id": mine.pk}

    def test_another_offices_group_is_not_used(self, city):
        UnitGroup.objects.create(owner=city.units["pgd-bac-ha"], name="Các trường điểm", kinds=["primary"])
        assert resolve("các trường điểm", at=city.office, on=DAY) == []

    def test_the_nearer_office_of_two_wins(self, city):
        UnitGroup.objects.create(owner=city.city, name="Cụm trung tâm", kinds=["primary"])
        near = UnitGroup.objects.create(owner=city.office, name="Cụm trung tâm", kinds=["primary"])
        assert resolve("Cụm trung tâm", at=city.office, on=DAY)[0].ref["id"] == near.pk


def test_the_number_of_queries_does_not_grow_with_the_texts(city):
    counts = []
    for texts in (["Phòng GD&ĐT"], [row[0] for row in UNITS + GROUPS] + NOBODY):
        with CaptureQueriesContext(connection) as queries:
            resolve_many(texts, at=city.office, on=DAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_no_texts_need_no_query(city, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert resolve_many([], at=city.office, on=DAY) == {}


def test_an_offices_own_wordings_are_added(city, tmp_path, monkeypatch):
    folder = tmp_path / "vn" / "units"
    folder.mkdir(parents=True)
    (folder / "groups.yaml").write_text(
        "groups:\n  Các trường vùng III:\n    say: [trường vùng ba]\n    kinds: [primary]\n", encoding="utf-8"
    )
    (folder / "short.yaml").write_text("short:\n  cđ: công đoàn\n", encoding="utf-8")
    monkeypatch.setenv("KHUE_CATALOG", str(tmp_path))
    best = resolve("các trường vùng ba", at=city.office, on=DAY)[0]
    assert best.label.startswith("Các trường vùng III")
    assert canonical("CĐ") == canonical("công đoàn")


def test_an_unknown_kind_in_the_catalog_is_told_by_name(city, tmp_path, monkeypatch):
    folder = tmp_path / "vn" / "units"
    folder.mkdir(parents=True)
    (folder / "groups.yaml").write_text("groups:\n  Lạ:\n    say: [lạ]\n    kinds: [lạ]\n", encoding="utf-8")
    monkeypatch.setenv("KHUE_CATALOG", str(tmp_path))
    assert len(catalog_folders()) == 2
    with pytest.raises(CatalogError, match=r"groups.yaml.*lạ"):
        resolve("các trường", at=city.office, on=DAY)
