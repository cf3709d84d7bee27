from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khue.accounts import people, roles
from khue.accounts.models import Role, RoleName, User
from khue.accounts.person import Person
from khue.core.models import Action, SearchEntry
from khue.units.reorganise import apply
from khue.units.tree import today
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.clock import Clock
from tests.units.test_reorganise import DAY, merger, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_unit(name="Phòng Giáo dục")


@pytest.fixture
def school(office):
    return make_unit(name="Trường Kim Đồng", parent=office)


@pytest.fixture
def admin(office):
    return make_user(role="admin", unit=office, name="Phạm Long", email="long@phong.example")


@pytest.fixture
def teacher(school):
    user = make_user(role="viewer", unit=school, name="Nguyễn Thị Hòa", email="hoa@truong.example")
    people.index_person(user)
    return user


def names(client, query=""):
    page = client.get(reverse("people:list") + query)
    return {user.full_name for user in page.context["page_obj"]}


class TestTheList:
    def test_it_shows_the_people_of_the_subtree_and_oneself_only(self, client, admin, teacher):
        make_user(role="leader", unit=make_unit(name="Sở"), name="Người ngoài")
        assert names(sign_in(client, admin)) == {"Phạm Long", "Nguyễn Thị Hòa"}
        assert names(sign_in(Client(), teacher)) == {"Nguyễn Thị Hòa"}

    def test_a_long_name_of_another_script_is_kept(self, school):
        user = make_user(role="viewer", unit=school, name="각" * 50)
        user.refresh_from_db()
        assert (user.full_name, len(user.sort_name)) == ("각" * 50, 120)

    def test_on_an_earlier_day_it_shows_who_worked_there_then(self, client, admin, teacher, school):
        day = today() - timedelta(days=40)
        Role.objects.filter(user=teacher).update(valid_to=day)
        gone = make_user(role="leader", unit=school, name="Lý Thị Đi", email="di@noi-khac.example")
        Role.objects.filter(user=gone).update(valid_from=day - timedelta(days=90), valid_to=day)
        Role.objects.create(user=gone, unit=make_unit(name="Nơi khác"), role="leader", valid_from=day + timedelta(days=1))
        make_user(role="viewer", unit=school, name="Người đến sau", since=day + timedelta(days=5))
        sign_in(client, admin)
        assert names(client, f"?don_vi={school.pk}") == {"Người đến sau"}
        assert names(client, f"?don_vi={school.pk}&ngay={day}") == {"Nguyễn Thị Hòa", "Lý Thị Đi"}
        assert names(client, f"?vai_tro=leader&ngay={day}") == {"Lý Thị Đi"}
        for page in (client.get(reverse("people:list"), {"ngay": day}), client.get(reverse("people:export"), {"ngay": day})):
            assert b"di@noi-khac.example" not in page.content, "whoever works elsewhere now is named, and no more"

    def test_on_a_day_before_a_merger_it_names_the_schools_of_that_day(self, client, monkeypatch):
        clock = Clock(monkeypatch, DAY - timedelta(days=9))
        w = world()
        leader = make_user(role="leader", unit=w["office"], since=date(2020, 9, 1))
        make_user(role="viewer", unit=w["dong"], name="Vàng Thị Dung", since=date(2021, 9, 1))
        clock.set(DAY)
        apply(merger(w, name="TH Chu Văn An - Kim Đồng").pk, by=None)
        clock.set(DAY + timedelta(days=30))
        sign_in(client, leader)
        pages = [client.get(reverse("people:list"), q).context["page_obj"] for q in ({"ngay": f"{DAY - timedelta(days=1)}"}, {})]
        units = [next(r.unit.name for u in rows for r in u.now_roles if u.full_name == "Vàng Thị Dung") for rows in pages]
        assert units == ["TH Kim Đồng", "TH Chu Văn An - Kim Đồng"]

    def test_it_finds_without_diacritics_and_with_either_tone_placement(self, client, admin, teacher):
        sign_in(client, admin)
        for words in ("hoa", "Hòa", "Hoà", "nguyen thi", "kim dong", "hoa@truong.example"):
            assert names(client, f"?q={words}") == {"Nguyễn Thị Hòa"}, words
        assert names(client, "?q=hóa") == set()

    def test_it_filters_by_unit_role_and_state(self, client, admin, teacher, office, school):
        sign_in(client, admin)
        assert names(client, f"?don_vi={school.pk}") == {"Nguyễn Thị Hòa"}
        assert names(client, f"?don_vi={office.pk}") == {"Phạm Long", "Nguyễn Thị Hòa"}
        assert names(client, "?don_vi=truong kim dong") == {"Nguyễn Thị Hòa"}
        assert names(client, "?vai_tro=admin") == {"Phạm Long"}
        assert names(client, "?trang_thai=khoa") == set()

    def test_names_stand_in_vietnamese_order(self, client, admin, school):
        for name in ("Vàng Súa", "Đỗ Linh", "Ấu Mai", "Dương Tú"):
            people.index_person(make_user(role="viewer", unit=school, name=name))
        people.index_person(admin)
        page = sign_in(client, admin).get(reverse("people:list"))
        assert [u.full_name for u in page.context["page_obj"]] == ["Ấu Mai", "Đỗ Linh", "Dương Tú", "Phạm Long", "Vàng Súa"]

    def test_a_unit_that_is_not_there_is_told(self, client, admin):
        page = sign_in(client, admin).get(reverse("people:list"), {"don_vi": "Trường không có"})
        assert "Không tìm thấy đúng một đơn vị" in page.content.decode()

    def test_its_queries_do_not_grow_with_the_people(self, client, admin, teacher, school, django_assert_max_num_queries):
        for _ in range(20):
            make_user(role="viewer", unit=school)
        sign_in(client, admin)
        client.get(reverse("people:list"))
        with django_assert_max_num_queries(16):
            client.get(reverse("people:list"))

    def test_the_workbook_holds_the_same_people(self, client, admin, teacher):
        import io

        from python_calamine import CalamineWorkbook

        answer = sign_in(client, admin).get(reverse("people:export"), {"q": "hoa"})
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert [row[0] for row in rows] == ["Họ và tên", "Nguyễn Thị Hòa"]
        assert rows[1][5:] == ["Trường Kim Đồng", "Xem", "Đang hoạt động"]

    def test_a_name_that_looks_like_a_formula_stays_a_word_in_the_workbook(self, client, admin, school):
        import io
        import zipfile

        make_user(role="viewer", unit=school, name="=1+1")
        answer = sign_in(client, admin).get(reverse("people:export"))
        sheet = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet


class TestOnePerson:
    def test_a_colleague_sees_no_account_matters(self, client, teacher, school):
        seen = make_user(role="viewer", unit=school)
        page = sign_in(client, teacher).get(reverse("people:show", args=[seen.pk]))
        assert page.status_code == 200
        assert "Khóa tài khoản" not in page.content.decode()

    def test_a_school_admin_cannot_touch_the_account_of_somebody_who_also_works_above(self, client, office, school):
        head = make_user(role="leader", unit=office, name="Trưởng phòng")
        Role.objects.create(user=head, unit=school, role="viewer")
        local = make_user(role="admin", unit=school)
        sign_in(client, local)
        page = client.get(reverse("people:show", args=[head.pk])).content.decode()
        assert "Đặt lại" not in page
        assert client.post(reverse("people:deactivate", args=[head.pk])).status_code == 403
        assert client.post(reverse("people:edit", args=[head.pk]), {"full_name": "x", "email": "ke@gian.example"}).status_code == 403
        assert client.post(reverse("people:role-end", args=[head.pk, head.roles.get(unit=office).pk])).status_code == 403
        assert client.post(reverse("people:role-end", args=[head.pk, head.roles.get(unit=school).pk])).status_code == 302

    def test_editing_writes_before_and_after(self, client, admin, teacher):
        sign_in(client, admin)
        form = {"full_name": "Nguyễn Thị Hoà", "title": "Tổ trưởng", "email": "HOA.moi@truong.example", "phone": ""}
        assert client.post(reverse("people:edit", args=[teacher.pk]), form).status_code == 302
        action = Action.objects.get(verb="person.changed")
        assert action.changes["email"] == ["hoa@truong.example", "hoa.moi@truong.example"]
        assert action.by == admin
        assert SearchEntry.objects.get(kind="person", object_id=teacher.pk).title == "Nguyễn Thị Hoà"

    def test_an_address_of_somebody_else_is_refused_at_its_field(self, client, admin, teacher):
        form = {"full_name": "Hòa", "title": "", "email": "long@phong.example", "phone": ""}
        page = sign_in(client, admin).post(reverse("people:edit", args=[teacher.pk]), form)
        assert page.context["form"].errors["email"] == ["Địa chỉ thư này đã thuộc về người dùng khác."]
        assert User.objects.get(pk=teacher.pk).full_name == "Nguyễn Thị Hòa"

    def test_an_old_address_no_longer_resets_the_password(self, client, admin, teacher, mailoutbox):
        people.keep_email(teacher)
        people.edit_person(teacher, by=admin, email="moi@truong.example")
        client.post(reverse("account_reset_password"), {"email": "hoa@truong.example"})
        assert [m for m in mailoutbox if "Đặt lại" in m.subject] == []
        client.post(reverse("account_reset_password"), {"email": "moi@truong.example"})
        assert [m.to for m in mailoutbox] == [["moi@truong.example"]]

    def test_deactivating_ends_the_sessions_at_once(self, client, admin, teacher):
        theirs = sign_in(Client(), teacher)
        assert theirs.get(reverse("people:me")).status_code == 200
        assert sign_in(client, admin).post(reverse("people:deactivate", args=[teacher.pk])).status_code == 302
        assert theirs.get(reverse("people:me")).status_code == 302
        client.post(reverse("people:activate", args=[teacher.pk]))
        assert theirs.get(reverse("people:me")).status_code == 302
        assert set(Action.objects.filter(target_id=teacher.pk).values_list("verb", flat=True)) >= {"person.deactivated", "person.activated"}

    def test_nobody_locks_themself(self, admin):
        with pytest.raises(ValidationError, match="tài khoản của mình"):
            people.deactivate(admin, by=admin)

    def test_ending_sessions_signs_out_everywhere_and_is_logged(self, client, admin, teacher):
        browsers = [sign_in(Client(), teacher) for _ in range(2)]
        for browser in browsers:
            browser.get(reverse("people:me"))
        sign_in(client, admin).post(reverse("people:end-sessions", args=[teacher.pk]))
        assert {b.get(reverse("people:me")).status_code for b in browsers} == {302}
        assert Action.objects.get(verb="person.sessions_ended").changes == {"count": [2, 0]}

    def test_resetting_the_second_factor_is_logged_and_takes_all_of_it(self, client, admin, teacher):
        from allauth.mfa.models import Authenticator

        Authenticator.objects.create(user=teacher, type="totp", data={"secret": "x"})
        Authenticator.objects.create(user=teacher, type="recovery_codes", data={})
        sign_in(client, admin).post(reverse("people:reset-mfa", args=[teacher.pk]))
        assert not Authenticator.objects.filter(user=teacher).exists()
        assert Action.objects.get(verb="person.mfa_reset").by == admin

    def test_somebody_without_roles_stays_visible_to_the_admin_of_their_last_unit(self, client, admin, teacher):
        roles.end_role(teacher.roles.get(), by=Person(admin))
        assert "Nguyễn Thị Hòa" in names(sign_in(client, admin))


class TestRoles:
    def test_an_admin_gives_roles_in_the_subtree_only(self, admin, teacher, office, school):
        roles.add_role(teacher, unit=school, role="entry", by=Person(admin))
        with pytest.raises(PermissionDenied):
            roles.add_role(teacher, unit=make_unit(name="Sở"), role="viewer", by=Person(admin))
        local = make_user(role="admin", unit=school)
        with pytest.raises(PermissionDenied):
            roles.add_role(teacher, unit=office, role="viewer", by=Person(local))

    def test_the_form_gives_a_role_by_the_units_name_and_once_only(self, client, admin, teacher, school):
        sign_in(client, admin)
        page = client.get(reverse("people:role-add", args=[teacher.pk]))
        form = {"unit": "Trường Kim Đồng", "role": "clerk", "starts": timezone.localdate().isoformat(), "_once": page.context["once"]}
        for _ in range(2):
            assert client.post(reverse("people:role-add", args=[teacher.pk]), form).status_code == 302
        assert teacher.roles.filter(role="clerk").count() == 1
        again = client.post(reverse("people:role-add", args=[teacher.pk]), {**form, "_once": "other"})
        assert "đã có vai trò Văn thư" in again.content.decode()

    def test_the_form_begins_with_the_persons_own_unit_not_with_the_administrators(self, client, admin, teacher, school):
        sign_in(client, admin)
        where = reverse("people:role-add", args=[teacher.pk])
        assert client.get(where).context["form"]["unit"].value() == school.name
        Role.objects.filter(user=teacher).update(valid_to="2023-12-31")
        assert client.get(where).context["form"]["unit"].value() == school.name

    def test_a_unit_outside_is_named_as_not_there(self, client, admin, teacher):
        make_unit(name="Sở Giáo dục")
        form = {"unit": "Sở Giáo dục", "role": "viewer", "starts": "2024-01-01"}
        page = sign_in(client, admin).post(reverse("people:role-add", args=[teacher.pk]), form)
        assert "Không có đơn vị «Sở Giáo dục» trong phạm vi của bạn" in page.context["form"].errors["unit"][0]

    def test_a_part_of_a_name_is_answered_with_the_units_that_hold_it(self, client, admin, teacher):
        form = {"unit": "kim dong", "role": "viewer", "starts": "2024-01-01"}
        page = sign_in(client, admin).post(reverse("people:role-add", args=[teacher.pk]), form)
        assert page.context["form"].errors["unit"] == ["Không có đơn vị mang đúng tên «kim dong». Có phải: Trường Kim Đồng?"]

    def test_ending_sets_the_last_day_and_takes_the_power(self, admin, teacher, school):
        role = teacher.roles.get()
        roles.end_role(role, by=Person(admin))
        role.refresh_from_db()
        assert role.valid_to == timezone.localdate() - timedelta(days=1)
        assert not Person(teacher).can("documents.view")
        assert SearchEntry.objects.get(kind="person", object_id=teacher.pk).unit_id is None

    def test_a_role_of_today_can_be_taken_back(self, admin, teacher, school):
        made = roles.add_role(teacher, unit=school, role="entry", by=Person(admin))
        roles.end_role(made, by=Person(admin))
        assert not Role.objects.filter(pk=made.pk).exists()
        assert Action.objects.filter(verb="role.ended", target_id=made.pk).exists()

    def test_a_role_to_come_opens_nothing_yet(self, admin, teacher, school):
        tomorrow = timezone.localdate() + timedelta(days=1)
        roles.add_role(teacher, unit=school, role="clerk", by=Person(admin), starts=tomorrow)
        assert not Person(teacher).can("documents.register")
        assert Person(teacher, on=tomorrow).can("documents.register")

    def test_the_last_admin_cannot_remove_themself(self, client, admin, office):
        role = admin.roles.get()
        with pytest.raises(ValidationError, match="người quản trị cuối cùng"):
            roles.end_role(role, by=Person(admin))
        locked = make_user(role="admin", unit=office, is_active=False)
        assert locked.roles.exists()
        with pytest.raises(ValidationError, match="người quản trị cuối cùng"):
            roles.end_role(role, by=Person(admin))
        make_user(role="admin", unit=office)
        roles.end_role(role, by=Person(admin))

    def test_one_person_may_have_several_roles_at_several_units(self, client, admin, teacher, office):
        Role.objects.create(user=teacher, unit=office, role=RoleName.CLERK)
        assert Person(teacher).can("documents.register")
        page = sign_in(client, admin).get(reverse("people:show", args=[teacher.pk])).content.decode()
        assert "Văn thư" in page
        assert "Xem" in page
