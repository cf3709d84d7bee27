import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khue.accounts.models import RoleName
from khue.core.models import Action
from khue.units.kinds import PlaceLevel, Scheme, UnitKind
from khue.units.models import BEGINNING, Place, Unit, UnitGroup, UnitIdentifier, UnitSpell
from khue.units.tree import change_unit, spell_of
from tests.factories import make_place, make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
K = UnitKind


@pytest.fixture
def town():
    """A city with its office, three schools in two communes, and a school elsewhere."""
    province = make_place(name="Lào Cai", kind="Tỉnh", level=PlaceLevel.PROVINCE)
    place = make_place(name="Lào Cai", kind="Thành phố", level=PlaceLevel.DISTRICT, parent=province)
    town = type("Town", (), {})()
    town.north, town.south = make_place(name="Bắc Cường", parent=place), make_place(name="Tả Phời", kind="Xã", parent=place)
    town.city = make_unit(name="Ủy ban nhân dân thành phố", kind=K.DISTRICT, place=place)
    town.office = make_unit(
        name="Phòng Giáo dục và Đào tạo", short_name="Phòng GD&ĐT", kind=K.EDUCATION_OFFICE, parent=town.city, place=place
    )
    town.nursery = make_unit(name="Trường Mầm non Hoa Mai", kind=K.KINDERGARTEN, parent=town.office, place=town.north)
    town.primary = make_unit(name="Trường Tiểu học Lý Tự Trọng", kind=K.PRIMARY, parent=town.office, place=town.north)
    town.far = make_unit(name="Trường Tiểu học Tả Phời", kind=K.PRIMARY, parent=town.office, place=town.south)
    town.elsewhere = make_unit(name="Trường Tiểu học Nơi Khác", kind=K.PRIMARY)
    return town


def enter(client, role=RoleName.ADMIN, unit=None):
    return sign_in(client, make_user(role=role, unit=unit))


def names(response):
    return [row.name for row in response.context["page_obj"]]


class TestList:
    def test_it_opens_one_step_of_the_tree(self, client, town):
        response = enter(client, RoleName.VIEWER, town.city).get(reverse("units:list"))
        assert names(response) == [town.city.name, town.office.name]
        below = client.get(reverse("units:list"), {"thuoc": town.office.pk})
        assert names(below) == [town.nursery.name, town.primary.name, town.far.name]

    def test_it_hides_units_outside_ones_subtree(self, client, town):
        response = enter(client, RoleName.VIEWER, town.office).get(reverse("units:list"), {"loai": K.PRIMARY})
        assert names(response) == [town.primary.name, town.far.name]

    @pytest.mark.parametrize("word", ["lý tự trọng", "ly tu trong", "Lí Tự"])
    def test_it_is_searched_with_and_without_diacritics(self, client, town, word):
        assert names(enter(client, RoleName.VIEWER, town.city).get(reverse("units:list"), {"q": word})) == [town.primary.name]

    def test_it_is_filtered_by_territory_and_kind(self, client, town):
        enter(client, RoleName.VIEWER, town.city)
        assert names(client.get(reverse("units:list"), {"dia_ban": town.north.pk})) == [town.nursery.name, town.primary.name]
        assert names(client.get(reverse("units:list"), {"dia_ban": town.north.pk, "loai": K.PRIMARY})) == [town.primary.name]

    def test_it_shows_the_tree_of_another_day(self, client, town):
        change_unit(town.primary, by=None, on=date(2024, 8, 1), name="Trường mới", kind=K.PRIMARY_LOWER)
        make_unit(name="Trường sau này", kind=K.PRIMARY, parent=town.office, valid_from=date(2025, 1, 1))
        enter(client, RoleName.VIEWER, town.city)
        before = client.get(reverse("units:list"), {"thuoc": town.office.pk, "ngay": "2024-07-31"})
        assert names(before) == [town.nursery.name, "Trường Tiểu học Lý Tự Trọng", town.far.name]
        assert "31/07/2024" in before.content.decode()
        assert "Trường mới" in names(client.get(reverse("units:list"), {"thuoc": town.office.pk, "ngay": "2024-08-01"}))

    @pytest.mark.parametrize(
        "query", [{"ngay": "2024-13-40"}, {"ngay": "hôm qua"}, {"dia_ban": "x"}, {"page": "99"}, {"loai": "không có"}, {"thuoc": "-1"}]
    )
    def test_a_broken_address_shows_the_plain_list(self, client, town, query):
        assert names(enter(client, RoleName.VIEWER, town.city).get(reverse("units:list"), query)) == [town.city.name, town.office.name]

    def test_another_units_subordinates_are_not_found(self, client, town):
        enter(client, RoleName.VIEWER, town.office)
        assert client.get(reverse("units:list"), {"thuoc": town.city.pk}).status_code == 404
        assert client.get(reverse("units:export"), {"thuoc": town.city.pk}).status_code == 404

    @pytest.mark.parametrize("query", [{}, {"q": "truong"}, {"loai": "primary"}, {"ngay": "2023-09-01", "q": "hoa mai"}])
    def test_the_export_holds_exactly_the_list_on_screen(self, client, town, query):
        enter(client, RoleName.VIEWER, town.city)
        response = client.get(reverse("units:export"), query)
        rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
        assert [row[0] for row in rows[3:]] == names(client.get(reverse("units:list"), query))

    def test_the_export_holds_every_page(self, client, town):
        for number in range(60):
            make_unit(name=f"Trường số {number:02}", kind=K.PRIMARY, parent=town.office)
        enter(client, RoleName.VIEWER, town.city)
        assert len(names(client.get(reverse("units:list"), {"loai": K.PRIMARY}))) == 50
        content = client.get(reverse("units:export"), {"loai": K.PRIMARY}).content
        assert len(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()) == 3 + 62

    def test_a_name_that_looks_like_a_formula_stays_text(self, client, town):
        make_unit(name='=HYPERLINK("http://x")', kind=K.OTHER, parent=town.city)
        content = enter(client, RoleName.VIEWER, town.city).get(reverse("units:export")).content
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        assert '=HYPERLINK("http://x")' in [row[0] for row in rows]

    @pytest.mark.parametrize("page", ["list", "export"])
    def test_the_number_of_queries_does_not_grow_with_the_list(self, client, town, page):
        enter(client, RoleName.VIEWER, town.city).get(reverse("home"))
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"units:{page}"), {"q": "trường"}).status_code == 200
            counts.append(len(queries))
            for n in range(20):
                make_unit(name=f"Trường {number} {n}", kind=K.PRIMARY, parent=town.office, place=town.north)
        assert counts[0] == counts[1] < 20


class TestShow:
    def test_it_tells_what_is_true_and_what_was(self, client, town):
        change_unit(town.primary, by=None, on=date(2024, 8, 1), basis="Quyết định 12/QĐ-UBND", name="Trường TH&THCS Lý Tự Trọng")
        UnitIdentifier.objects.create(unit=town.primary, scheme=Scheme.MOET, value="10080401")
        html = enter(client, RoleName.VIEWER, town.city).get(reverse("units:show", args=[town.primary.pk])).content.decode()
        for words in (
            "Trường TH&amp;THCS Lý Tự Trọng",
            "Trường Tiểu học Lý Tự Trọng",
            "Quyết định 12/QĐ-UBND",
            "01/08/2024",
            "10080401",
            "Phường Bắc Cường",
        ):
            assert words in html

    def test_it_shows_the_unit_of_another_day(self, client, town):
        change_unit(town.primary, by=None, on=date(2024, 8, 1), name="Tên mới")
        enter(client, RoleName.VIEWER, town.city)
        response = client.get(reverse("units:show", args=[town.primary.pk]), {"ngay": "2024-01-01"})
        assert response.context["now"].name == "Trường Tiểu học Lý Tự Trọng"

    def test_it_lists_the_groups_that_hold_the_unit(self, client, town):
        by_rule = UnitGroup.objects.create(owner=town.office, name="Các trường tiểu học của Phòng", kinds=[K.PRIMARY])
        listed = UnitGroup.objects.create(owner=town.city, name="Trường điểm", by_rule=False)
        listed.members.add(town.primary)
        UnitGroup.objects.create(owner=town.office, name="Mầm non", kinds=[K.KINDERGARTEN])
        UnitGroup.objects.create(owner=town.office, name="Ở Tả Phời", kinds=[K.PRIMARY], place=town.south)
        response = enter(client, RoleName.VIEWER, town.city).get(reverse("units:show", args=[town.primary.pk]))
        assert {g.pk for g in response.context["groups"]} == {by_rule.pk, listed.pk}

    def test_a_parent_that_one_may_not_open_is_no_link(self, client, town):
        html = enter(client, RoleName.VIEWER, town.office).get(reverse("units:show", args=[town.office.pk])).content.decode()
        assert town.city.name in html
        assert reverse("units:show", args=[town.city.pk]) not in html

    def test_another_units_page_is_not_found(self, client, town):
        enter(client, RoleName.ADMIN, town.office)
        for page in ("show", "edit"):
            assert client.get(reverse(f"units:{page}", args=[town.city.pk])).status_code == 404
            assert client.get(reverse(f"units:{page}", args=[town.elsewhere.pk])).status_code == 404

    def test_the_number_of_queries_does_not_grow_with_what_stands_below(self, client, town):
        UnitGroup.objects.create(owner=town.office, name="Nhóm", kinds=[K.EDUCATION_OFFICE])
        enter(client, RoleName.VIEWER, town.city).get(reverse("home"))
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse("units:show", args=[town.office.pk])).status_code == 200
            counts.append(len(queries))
            for n in range(10):
                make_unit(name=f"Trường {number} {n}", kind=K.PRIMARY, parent=town.office, place=town.north)
                UnitGroup.objects.create(owner=town.office, name=f"Nhóm {number} {n}", kinds=[K.EDUCATION_OFFICE])
        assert counts[0] == counts[1]


def posted(client, page, *args, **data):
    return client.post(reverse(f"units:{page}", args=args), data)


class TestNew:
    facts = {
        "name": "Trường Tiểu học Mới",
        "kind": "primary",
        "parent": "Phòng GD&ĐT",
        "place": "bắc cường",
        "on": "2024-08-01",
        "basis": "QĐ 5",
        "is_public": "on",
    }

    def test_it_founds_a_unit_with_all_that_was_said(self, client, town):
        enter(client, RoleName.ADMIN, town.city)
        response = posted(client, "new", **self.facts, id_moet="10080499", contact_phone="0214 3 820 001; 0912", _once="k1")
        unit = Unit.objects.get(name="Trường Tiểu học Mới")
        assert response.url == reverse("units:show", args=[unit.pk])
        spell = spell_of(unit, date(2024, 8, 1))
        assert (spell.parent, spell.place, spell.basis, spell.is_public) == (town.office, town.north, "QĐ 5", True)
        assert [c.value for c in unit.contacts.all()] == ["0214 3 820 001", "0912"]
        assert unit.identifiers.get().valid_from == BEGINNING
        assert Action.objects.filter(target_id=unit.pk, verb="unit.founded").exists()

    def test_sent_twice_it_makes_one(self, client, town):
        enter(client, RoleName.ADMIN, town.city)
        first = posted(client, "new", **self.facts, _once="k2")
        second = posted(client, "new", **self.facts, _once="k2")
        assert first.url == second.url
        assert Unit.objects.filter(name="Trường Tiểu học Mới").count() == 1

    def test_a_parent_outside_ones_reach_is_refused(self, client, town):
        enter(client, RoleName.ADMIN, town.office)
        response = posted(client, "new", **{**self.facts, "parent": town.city.name}, _once="k3")
        assert response.status_code == 422
        assert "parent" in response.context["form"].errors
        assert not Unit.objects.filter(name="Trường Tiểu học Mới").exists()

    def test_a_name_that_two_units_bear_is_asked_again(self, client, town):
        make_unit(name="Trùng tên", parent=town.city)
        make_unit(name="Trùng tên", parent=town.city)
        response = posted(enter(client, RoleName.ADMIN, town.city), "new", **{**self.facts, "parent": "Trùng tên"})
        assert "2" in response.context["form"].errors["parent"][0]

    def test_a_number_that_is_taken_leaves_nothing_half_made(self, client, town):
        UnitIdentifier.objects.create(unit=town.far, scheme=Scheme.MOET, value="77")
        response = posted(enter(client, RoleName.ADMIN, town.city), "new", **self.facts, id_moet="77", _once="k4")
        assert town.far.name in response.context["form"].non_field_errors()[0]
        assert not Unit.objects.filter(name="Trường Tiểu học Mới").exists()
        assert posted(client, "new", **self.facts, id_moet="78", _once="k4").status_code == 302

    @pytest.mark.parametrize("role", [r for r in RoleName if r != RoleName.ADMIN])
    def test_only_administrators_found_units(self, client, town, role):
        enter(client, role, town.city)
        assert client.get(reverse("units:new")).status_code == 403
        assert posted(client, "new", **self.facts).status_code == 403


class TestEdit:
    def _edit(self, client, unit, **changes):
        form = client.get(reverse("units:edit", args=[unit.pk])).context["form"]
        data = {n: form.get_initial_for_field(f, n) for n, f in form.fields.items()}
        data = {n: str(v) for n, v in data.items() if v not in (None, "", False)}
        return posted(client, "edit", unit.pk, **{**data, **changes})

    def test_a_change_holds_from_its_day_with_its_basis(self, client, town):
        enter(client, RoleName.ADMIN, town.city)
        assert self._edit(client, town.primary, name="Tên mới", on="2024-08-01", basis="QĐ 9").status_code == 302
        assert spell_of(town.primary, date(2024, 7, 31)).name == "Trường Tiểu học Lý Tự Trọng"
        after = spell_of(town.primary, date(2024, 8, 1))
        assert (after.name, after.basis, after.parent, after.place) == ("Tên mới", "QĐ 9", town.office, town.north)

    def test_a_change_without_a_basis_is_asked_for_it(self, client, town):
        response = self._edit(enter(client, RoleName.ADMIN, town.city), town.primary, name="Tên mới")
        assert response.status_code == 422
        assert UnitSpell.objects.filter(unit=town.primary).count() == 1

    def test_contacts_and_numbers_need_no_basis_and_make_no_new_spell(self, client, town):
        enter(client, RoleName.ADMIN, town.city)
        assert self._edit(client, town.primary, contact_email="a@b.vn", id_moet="10080401").status_code == 302
        assert town.primary.contacts.get().value == "a@b.vn"
        assert town.primary.identifiers.get().value == "10080401"
        assert UnitSpell.objects.filter(unit=town.primary).count() == 1
        assert {a.verb for a in Action.objects.filter(target_id=town.primary.pk)} >= {"unit.contacts", "unit.identifiers"}
        assert names(client.get(reverse("units:list"), {"q": "10080401"})) == [town.primary.name]

    def test_a_changed_number_keeps_the_old_one_as_history(self, client, town):
        enter(client, RoleName.ADMIN, town.city)
        self._edit(client, town.primary, id_moet="1")
        self._edit(client, town.primary, id_moet="2")
        assert [(i.value, i.valid_to is None) for i in town.primary.identifiers.order_by("value")] == [("1", False), ("2", True)]

    def test_nothing_changed_writes_nothing(self, client, town):
        enter(client, RoleName.ADMIN, town.city)
        before = Action.objects.count()
        assert self._edit(client, town.primary).status_code == 302
        assert Action.objects.count() == before

    def test_a_unit_cannot_be_put_below_itself(self, client, town):
        response = self._edit(enter(client, RoleName.ADMIN, town.city), town.office, parent=town.primary.name, on="2024-08-01", basis="x")
        assert response.status_code == 422
        assert spell_of(town.office).parent == town.city

    def test_a_day_before_the_last_change_is_refused(self, client, town):
        change_unit(town.primary, by=None, on=date(2024, 8, 1), name="Mới")
        response = self._edit(enter(client, RoleName.ADMIN, town.city), town.primary, name="Khác", on="2024-07-01", basis="x")
        assert "01/08/2024" in response.context["form"].non_field_errors()[0]

    def test_of_two_who_edit_at_once_the_second_is_told(self, client, town):
        enter(client, RoleName.ADMIN, town.city)
        seen = spell_of(town.primary).pk
        change_unit(town.primary, by=None, on=date(2024, 8, 1), name="Người khác sửa")
        response = self._edit(client, town.primary, seen=str(seen), name="Tôi sửa", on="2024-09-01", basis="x")
        assert response.status_code == 422
        assert spell_of(town.primary).name == "Người khác sửa"

    def test_a_units_own_administrator_keeps_contacts_but_not_its_place_in_the_tree(self, client, town):
        enter(client, RoleName.ADMIN, town.primary)
        response = posted(client, "edit", town.primary.pk, name="Tự đổi tên", on="2024-08-01", basis="x", contact_phone="0214")
        assert response.status_code == 302
        town.primary.refresh_from_db()
        assert town.primary.name == "Trường Tiểu học Lý Tự Trọng"
        assert town.primary.contacts.get().value == "0214"

    @pytest.mark.parametrize("role", [r for r in RoleName if r != RoleName.ADMIN])
    def test_only_administrators_edit(self, client, town, role):
        enter(client, role, town.city)
        assert client.get(reverse("units:edit", args=[town.primary.pk])).status_code == 403


class TestGroups:
    rule = {"name": "Các trường vùng cao", "owner": "Phòng GD&ĐT", "by_rule": "1", "kinds": ["primary"], "place": "xã tả phời"}

    def test_a_rule_is_saved_and_shows_its_members(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        response = posted(client, "group-new", **self.rule, _once="g1")
        group = UnitGroup.objects.get()
        assert response.url == reverse("units:group", args=[group.pk])
        assert names(client.get(response.url)) == [town.far.name]
        assert Action.objects.get(verb="group.made").unit_id == town.office.pk

    def test_a_list_names_its_units_one_a_line(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        lines = f"{town.far.name}\n  trường mầm non hoa mai \n\n{town.far.name}"
        posted(client, "group-new", name="Cụm 1", owner="Phòng GD&ĐT", by_rule="0", listed=lines, _once="g2")
        assert set(UnitGroup.objects.get().members.all()) == {town.far, town.nursery}

    def test_a_line_that_names_nobody_is_told(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        response = posted(
            client, "group-new", name="Cụm", owner="Phòng GD&ĐT", by_rule="0", listed=f"{town.far.name}\nTrường Ma", _once="g3"
        )
        assert "Trường Ma" in response.context["form"].errors["listed"][0]
        assert not UnitGroup.objects.exists()

    def test_a_unit_elsewhere_cannot_be_listed(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        response = posted(client, "group-new", name="Cụm", owner="Phòng GD&ĐT", by_rule="0", listed=town.elsewhere.name)
        assert response.status_code == 422

    def test_the_preview_shows_the_members_and_saves_nothing(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        response = posted(client, "group-new", **{**self.rule, "place": ""}, preview="1")
        assert response.context["preview"]["names"] == [town.primary.name, town.far.name]
        assert not UnitGroup.objects.exists()

    def test_the_members_are_those_of_the_day_asked_for(self, client, town):
        make_unit(name="Trường sau", kind=K.PRIMARY, parent=town.office, valid_from=date(2025, 1, 1))
        group = UnitGroup.objects.create(owner=town.office, name="TH", kinds=[K.PRIMARY])
        enter(client, RoleName.VIEWER, town.office)
        assert len(names(client.get(reverse("units:group", args=[group.pk]), {"ngay": "2024-01-01"}))) == 2
        assert len(names(client.get(reverse("units:group", args=[group.pk]), {"ngay": "2025-01-01"}))) == 3

    def test_one_keeper_has_a_name_once(self, client, town):
        UnitGroup.objects.create(owner=town.office, name="các trường VÙNG CAO", kinds=[K.PRIMARY])
        response = posted(enter(client, RoleName.CLERK, town.office), "group-new", **self.rule, _once="g4")
        assert "name" in response.context["form"].errors

    def test_sent_twice_it_makes_one(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        assert posted(client, "group-new", **self.rule, _once="g5").url == posted(client, "group-new", **self.rule, _once="g5").url
        assert UnitGroup.objects.count() == 1

    def test_a_rule_without_a_kind_is_asked_for_one(self, client, town):
        response = posted(enter(client, RoleName.CLERK, town.office), "group-new", **{**self.rule, "kinds": []})
        assert "kinds" in response.context["form"].errors

    def test_a_change_is_logged_with_before_and_after(self, client, town):
        group = UnitGroup.objects.create(owner=town.office, name="Cũ", kinds=[K.PRIMARY])
        enter(client, RoleName.CLERK, town.office)
        assert posted(client, "group-edit", group.pk, **{**self.rule, "name": "Mới", "place": ""}).status_code == 302
        assert Action.objects.get(verb="group.changed").changes == {"name": ["Cũ", "Mới"]}

    def test_deleting_asks_first_and_stays_in_the_log(self, client, town):
        group = UnitGroup.objects.create(owner=town.office, name="Bỏ", kinds=[K.PRIMARY])
        enter(client, RoleName.CLERK, town.office)
        client.get(reverse("units:group-delete", args=[group.pk]))
        assert UnitGroup.objects.exists()
        posted(client, "group-delete", group.pk)
        assert not UnitGroup.objects.exists()
        assert Action.objects.get(verb="group.deleted").changes["name"] == ["Bỏ", None]

    @pytest.mark.parametrize("page", ["group", "group-edit", "group-delete"])
    def test_another_offices_group_is_not_found(self, client, town, page):
        group = UnitGroup.objects.create(owner=town.city, name="Của thành phố", kinds=[K.PRIMARY])
        enter(client, RoleName.ADMIN, town.office)
        assert client.get(reverse(f"units:{page}", args=[group.pk])).status_code == 404
        assert client.post(reverse(f"units:{page}", args=[group.pk])).status_code in (404, 405)
        assert UnitGroup.objects.exists()

    @pytest.mark.parametrize("role", [RoleName.VIEWER, RoleName.ENTRY, RoleName.LEADER])
    def test_who_may_not_edit_groups_may_look(self, client, town, role):
        group = UnitGroup.objects.create(owner=town.office, name="TH", kinds=[K.PRIMARY])
        enter(client, role, town.office)
        assert client.get(reverse("units:groups")).status_code == 200
        assert client.get(reverse("units:group", args=[group.pk])).status_code == 200
        assert client.get(reverse("units:group-edit", args=[group.pk])).status_code == 403

    def test_a_clerk_of_one_office_who_only_looks_at_another_may_not_change_its_groups(self, client, town):
        group = UnitGroup.objects.create(owner=town.office, name="TH", kinds=[K.PRIMARY])
        user = make_user(role=RoleName.VIEWER, unit=town.office)
        user.roles.create(unit=town.primary, role=RoleName.CLERK)
        sign_in(client, user)
        assert client.get(reverse("units:group-edit", args=[group.pk])).status_code == 403


class TestPlaces:
    def test_the_list_is_of_a_day(self, client, town):
        Place.objects.filter(scheme=Scheme.GSO_OLD).update(valid_to=date(2025, 6, 30))
        new = make_place(name="Lào Cai", kind="Tỉnh", level=PlaceLevel.PROVINCE, scheme=Scheme.GSO_NEW, valid_from=date(2025, 7, 1))
        enter(client, RoleName.VIEWER, town.city)
        assert [p.pk for p in client.get(reverse("units:places"), {"ngay": "2025-07-01"}).context["page_obj"]] == [new.pk]
        old = client.get(reverse("units:places"), {"ngay": "2025-06-30", "q": "ta phoi"}).context["page_obj"]
        assert [p.pk for p in old] == [town.south.pk]

    @pytest.mark.parametrize(
        ("word", "found"), [("Tả Phời", True), ("ta phoi", True), ("xã tả", True), ("phời", True), ("hoi", False), ("tà phời", False)]
    )
    def test_a_name_is_found_by_the_beginnings_of_its_words(self, client, town, word, found):
        page = enter(client, RoleName.VIEWER, town.city).get(reverse("units:places"), {"q": word}).context["page_obj"]
        assert (town.south in page.object_list) is found

    def test_a_code_is_found(self, client, town):
        page = enter(client, RoleName.VIEWER, town.city).get(reverse("units:places"), {"q": town.south.code}).context["page_obj"]
        assert list(page) == [town.south]

    def test_one_place_tells_what_it_became_and_counts_only_units_one_sees(self, client, town):
        new = make_place(name="Cam Đường", scheme=Scheme.GSO_NEW)
        town.north.successors.add(new)
        make_unit(name="Của người khác", place=town.north)
        enter(client, RoleName.VIEWER, town.city)
        response = client.get(reverse("units:place", args=[town.north.pk]))
        assert list(response.context["successors"]) == [new]
        assert response.context["unit_count"] == 2
        assert list(client.get(reverse("units:place", args=[new.pk])).context["predecessors"]) == [town.north]

    def test_no_places_say_how_they_come(self, client):
        html = enter(client, RoleName.VIEWER).get(reverse("units:places")).content.decode()
        assert "khue places" in html


class TestSuggest:
    def ask(self, client, **query):
        return client.get(reverse("units:suggest"), query).json()

    def test_it_offers_units_and_groups_with_references(self, client, town):
        group = UnitGroup.objects.create(owner=town.city, name="Các trường vùng cao", kinds=[K.PRIMARY])
        enter(client, RoleName.CLERK, town.office)
        assert self.ask(client, q="hoa mai")[0] == {
            "ref": {"type": "unit", "id": town.nursery.pk},
            "label": town.nursery.name,
            "kind": "Trường mầm non",
        }
        assert {"type": "group", "id": group.pk} in [o["ref"] for o in self.ask(client, q="vung cao")]

    def test_a_built_in_group_comes_first_when_it_is_what_the_words_mean(self, client, town):
        offers = self.ask(enter(client, RoleName.CLERK, town.office), q="các trường tiểu học")
        assert (offers[0]["ref"]["type"], offers[0]["ref"]["kinds"]) == ("rule", ["primary"])

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("cac truong tieu hoc", "các trường tiểu học"),
            ("CAC TRUONG TIEU HOC", "các trường tiểu học"),
            ("truong mam non", "trường mầm non"),
            ("cac truong mam non va tieu hoc", "các trường mầm non và tiểu học"),
            ("cac truong hoc", "các trường học"),
            ("cac don vi truong hoc", "các đơn vị trường học"),
        ],
    )
    def test_groups_are_found_without_marks_as_with_them(self, client, town, typed, meant):
        enter(client, RoleName.CLERK, town.office)
        first = self.ask(client, q=typed)[0]
        assert first["ref"]["type"] == "rule"
        assert first == self.ask(client, q=meant)[0]

    def test_a_group_of_schools_is_offered_while_its_name_is_typed(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        for typed in ("cac truong tieu", "các trường tiểu"):
            assert ["primary"] in [o["ref"].get("kinds") for o in self.ask(client, q=typed)]

    def test_the_group_whose_words_begin_so_comes_before_single_schools(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        for typed in ("cac truong tieu", "các trường tiểu"):
            assert self.ask(client, q=typed)[0]["ref"].get("kinds") == ["primary"], typed

    @pytest.mark.parametrize("query", [{}, {"pham_vi": 1}])
    def test_words_as_they_were_typed_come_before_the_same_words_scattered(self, client, town, query):
        centre = make_unit(name="Trung tâm học tập cộng đồng phường Kim Tân", kind=K.PRIMARY, parent=town.office)
        school = make_unit(name="Trường Tiểu học Kim Đồng", kind=K.PRIMARY, parent=town.office)
        enter(client, RoleName.CLERK, town.office)
        for typed in ("kim dong", "kim đồng"):
            assert [o["ref"]["id"] for o in self.ask(client, q=typed, **query)] == [school.pk, centre.pk], typed

    def test_marks_that_were_typed_must_match(self, client, town):
        enter(client, RoleName.CLERK, town.office)
        assert ["primary"] not in [o["ref"].get("kinds") for o in self.ask(client, q="các trường tiêu")]

    def test_it_offers_units_above_and_beside_because_directives_address_them(self, client, town):
        police = make_unit(name="Công an thành phố", kind=K.FORCE, parent=town.city)
        offers = self.ask(enter(client, RoleName.CLERK, town.office), q="cong an")
        assert police.pk in [o["ref"].get("id") for o in offers]

    def test_it_looks_from_the_unit_that_keeps_the_document(self, client, town):
        other = make_unit(name="UBND huyện", kind=K.DISTRICT)
        theirs = make_unit(name="Phòng Giáo dục và Đào tạo huyện", kind=K.EDUCATION_OFFICE, parent=other)
        user = make_user(role=RoleName.CLERK, unit=town.office)
        user.roles.create(unit=theirs, role=RoleName.CLERK)
        sign_in(client, user)
        assert self.ask(client, q="Phòng GD&ĐT", tai=theirs.pk)[0]["ref"]["id"] == theirs.pk
        assert self.ask(client, q="Phòng GD&ĐT", tai=town.office.pk)[0]["ref"]["id"] == town.office.pk
        assert client.get(reverse("units:suggest"), {"q": "x", "tai": town.city.pk}).status_code == 404

    def test_it_never_offers_units_of_another_tree(self, client, town):
        offers = self.ask(enter(client, RoleName.CLERK, town.office), q="nơi khác")
        assert town.elsewhere.pk not in [o["ref"].get("id") for o in offers]

    def test_within_ones_scope_it_offers_only_units_one_sees(self, client, town):
        offers = self.ask(enter(client, RoleName.CLERK, town.primary), q="trường", pham_vi="1")
        assert [o["ref"] for o in offers] == [{"type": "unit", "id": town.primary.pk}]

    def test_it_offers_twelve_at_most_and_each_once(self, client, town):
        for n in range(20):
            make_unit(name=f"Trường Tiểu học Số {n}", kind=K.PRIMARY, parent=town.office)
        offers = self.ask(enter(client, RoleName.CLERK, town.office), q="trường tiểu học")
        assert len(offers) == 12
        assert len({str(o["ref"]) for o in offers}) == 12

    @pytest.mark.parametrize("word", ["", "   ", "'\"*(", "%", "a" * 5000, "AND OR NOT"])
    def test_odd_words_offer_nothing_and_break_nothing(self, client, town, word):
        assert self.ask(enter(client, RoleName.CLERK, town.office), q=word) == []

    def test_the_number_of_queries_does_not_grow(self, client, town):
        UnitGroup.objects.create(owner=town.office, name="Trường nhóm", kinds=[K.PRIMARY])
        enter(client, RoleName.CLERK, town.office).get(reverse("home"))
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.ask(client, q="trường")
            counts.append(len(queries))
            for n in range(10):
                make_unit(name=f"Trường {number} {n}", kind=K.PRIMARY, parent=town.office)
                UnitGroup.objects.create(owner=town.office, name=f"Trường nhóm {number} {n}", kinds=[K.PRIMARY])
        assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["list", "export", "new", "places", "groups", "group-new", "suggest"])
def test_signed_out_one_is_sent_to_the_sign_in(client, page):
    response = client.get(reverse(f"units:{page}"))
    assert response.status_code == 302
    assert "next=" in response.url
