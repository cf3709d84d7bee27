import csv
import io
from datetime import date

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from khue.accounts import sheet
from khue.accounts.forms import RoleForm
from khue.accounts.models import Invitation, InvitationBatch, User
from khue.accounts.person import Person
from khue.accounts.workbooks import error_file, template_file
from khue.core.errors import InputError
from khue.units.history import Reorganisation
from khue.units.kinds import Scheme
from khue.units.models import UnitIdentifier, UnitSpell
from khue.units.reorganise import apply
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_unit(name="Phòng Giáo dục")


@pytest.fixture
def school(office):
    unit = make_unit(name="Trường Kim Đồng", parent=office)
    UnitIdentifier.objects.create(unit=unit, scheme=Scheme.MOET, value="10080401")
    return unit


@pytest.fixture
def admin(office):
    return make_user(role="admin", unit=office, name="Phạm Long", email="long@phong.example")


def table(*rows, header=sheet.COLUMNS):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def row(name="Lê Thị Mơ", email="mo@truong.example", title="", phone="", unit="", role="Văn thư"):
    return (name, email, title, phone, unit, role)


def checked(admin, office, *rows):
    return sheet.check(sheet.read("ds.csv", table(*rows)), by=Person(admin), unit=office)


class TestReading:
    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_a_table_of_text_may_be_cut_by_any_usual_mark(self, mark):
        data = table(row()).decode().replace(",", mark).encode("utf-8-sig")
        assert sheet.read("ds.csv", data)[0][1]["Thư điện tử"] == "mo@truong.example"

    def test_columns_may_stand_in_any_order_and_without_diacritics(self):
        data = table(("Xem", "a@b.example", "An"), header=("VAI TRO", "thư điện tử *", "Ho va ten"))
        assert sheet.read("ds.csv", data) == [
            (2, {"Họ và tên": "An", "Thư điện tử": "a@b.example", "Chức vụ": "", "Điện thoại": "", "Đơn vị": "", "Vai trò": "Xem"})
        ]

    def test_empty_rows_are_left_out_and_numbers_stay_those_of_the_file(self):
        data = table(row(), ("", "", "", "", "", ""), row(email="b@b.example"))
        assert [number for number, _cells in sheet.read("ds.csv", data)] == [2, 4]

    def test_the_template_can_be_read_back_once_filled_in(self, office):
        book = CalamineWorkbook.from_filelike(io.BytesIO(template_file(office)))
        assert book.get_sheet_by_index(0).to_python()[0] == list(sheet.COLUMNS)
        with pytest.raises(InputError, match="chỉ có dòng tiêu đề"):
            sheet.read("mau.xlsx", template_file(office))

    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [
            ("ds.xlsx", b"PK\x03\x04broken", "không mở được như bảng tính"),
            ("ds.xlsx", b"", "không mở được như bảng tính"),
            ("ds.csv", b"", "không có dòng nào"),
            ("ds.csv", "Họ và tên,Vai trò\nAn,Xem".encode(), "thiếu cột: Thư điện tử"),
            ("ds.csv", "Họ và tên".encode("utf-16"), "không phải CSV mã UTF-8"),
            ("ds.csv", b"x" * (sheet.MOST_BYTES + 1), "lớn hơn 5 MB"),
        ],
    )
    def test_a_file_that_cannot_be_read_says_why_and_what_to_do(self, name, data, words):
        with pytest.raises(InputError, match=words) as error:
            sheet.read(name, data)
        assert name in error.value.message
        assert error.value.remedy

    def test_too_many_rows_are_refused_by_number(self):
        with pytest.raises(InputError, match=r"có 2001 dòng; mỗi lần nhiều nhất 2000"):
            sheet.read("ds.csv", table(*[row()] * 2001))


class TestChecking:
    @pytest.mark.parametrize(
        ("changed", "column", "expected"),
        [
            ({"name": ""}, "Họ và tên", "không được để trống"),
            ({"email": "mo.truong"}, "Thư điện tử", "một địa chỉ thư"),
            ({"email": ""}, "Thư điện tử", "không được để trống"),
            ({"role": "Giám đốc"}, "Vai trò", "một trong: Xem, Nhập liệu"),
            ({"unit": "Trường Lạ"}, "Đơn vị", "tên hoặc mã của một đơn vị mà bạn quản trị"),
            ({"phone": "0" * 31}, "Điện thoại", "nhiều nhất 30 ký tự"),
        ],
    )
    def test_a_wrong_cell_is_told_by_row_column_value_and_what_was_expected(self, admin, office, changed, column, expected):
        (found,) = checked(admin, office, row(**changed))
        (wrong,) = found.wrong
        assert (found.number, wrong.column) == (2, column)
        assert expected in wrong.expected
        assert found.guest is None

    @pytest.mark.parametrize("words", ["10080401", "Trường Kim Đồng", "truong kim dong", "TRƯỜNG KIM ĐỒNG"])
    def test_a_unit_is_known_by_its_code_or_name(self, admin, office, school, words):
        (found,) = checked(admin, office, row(unit=words))
        assert found.guest.unit == school

    def test_a_name_of_two_units_asks_for_the_code(self, admin, office, school):
        make_unit(name="Trường Kim Đồng", parent=office)
        (found,) = checked(admin, office, row(unit="Trường Kim Đồng"))
        assert "có ở 2 đơn vị" in found.wrong[0].expected

    def test_a_unit_outside_the_subtree_is_not_there(self, admin, office):
        make_unit(name="Sở Giáo dục")
        assert checked(admin, office, row(unit="Sở Giáo dục"))[0].wrong

    def test_a_unit_that_merged_is_told_with_who_carries_it_on_and_asks_once_for_all_rows(self, admin, office, school):
        other = make_unit(name="Trường Lê Lợi", parent=office)
        step = {"kind": "merge", "units": [school.pk, other.pk], "into": other.pk}
        apply(Reorganisation.objects.create(owner=office, title="Sáp nhập", effective_on=date(2024, 2, 15), steps=[step]).pk, by=None)
        why = "Trường Kim Đồng đã thôi hoạt động từ 15/02/2024, nay là Trường Lê Lợi."
        assert checked(admin, office, row(unit="Trường Kim Đồng"))[0].wrong[0].expected == f"một đơn vị đang hoạt động. {why}"
        form = RoleForm({"unit": "Trường Kim Đồng", "role": "clerk", "starts": "2024-03-01"}, by=Person(admin))
        assert form.errors["unit"][0] == why
        seen = []
        for number in (3, 60):
            rows = [row(email=f"n{n}@truong.example", unit=f"Trường Lạ {n}") for n in range(number)]
            with CaptureQueriesContext(connection) as asked:
                checked(admin, office, *rows)
            seen.append(len(asked))
        assert seen[0] == seen[1]

    def test_a_unit_elsewhere_that_only_changed_its_place_is_not_said_to_be_gone(self, admin, office):
        away = make_unit(name="Trường Ở Xa")
        away.spells.update(valid_to=date(2024, 2, 14))
        UnitSpell.objects.create(unit=away, name="Trường Ở Xa", kind="primary", valid_from=date(2024, 2, 15))
        assert "tên hoặc mã của một đơn vị" in checked(admin, office, row(unit="Trường Ở Xa"))[0].wrong[0].expected

    def test_the_same_person_twice_is_told_and_another_role_is_not(self, admin, office):
        found = checked(admin, office, row(), row(email="MO@truong.example"), row(role="Xem"))
        assert [bool(r.wrong) for r in found] == [False, True, False]

    def test_one_address_with_two_names_is_wrong_from_the_second_on(self, admin, office):
        rows = [row(), row(name="Trần Văn Bình", email="MO@truong.example"), row(name="Trần Văn Bình", role="Xem")]
        found = checked(admin, office, *rows)
        assert [bool(r.guest) for r in found] == [True, False, False]
        (wrong,) = found[1].wrong
        assert (found[1].number, wrong.column, wrong.value) == (3, "Thư điện tử", "MO@truong.example")
        assert "địa chỉ riêng của Trần Văn Bình; dòng 2 đã ghi địa chỉ này cho" in wrong.expected

    def test_the_second_name_is_wrong_also_where_the_first_row_lacks_something(self, admin, office):
        found = checked(admin, office, row(role="Giám đốc"), row(name="Trần Văn Bình"))
        assert [w.column for r in found for w in r.wrong] == ["Vai trò", "Thư điện tử"]

    @pytest.mark.parametrize("again", ["LÊ THỊ MƠ", "Lê  Thị Mơ", "lê thị mơ"])
    def test_the_same_name_written_otherwise_is_the_same_person(self, admin, office, again):
        first = row(name="Lê Thị Mơ")
        assert not any(r.wrong for r in checked(admin, office, first, row(name=again, role="Xem")))

    def test_who_has_the_role_or_was_asked_is_left_out(self, admin, office):
        make_user(role="clerk", unit=office, email="mo@truong.example", name="Lê Thị Mơ")
        assert "đã có vai trò" in checked(admin, office, row())[0].already

    def test_an_address_of_somebody_of_another_name_is_told_with_whose_it_is(self, client, admin, office, school):
        make_user(role="leader", unit=school, email="xuan@truong.example", name="Nguyễn Thị Thanh Xuân")
        make_user(role="leader", unit=make_unit(name="Sở"), email="kin@so.example", name="Người Kín")
        rows = [
            row(email="Xuan@truong.example"),
            row(email="kin@so.example"),
            row(name="nguyễn thị thanh  xuân", email="xuan@truong.example"),
        ]
        other, hidden, same = checked(admin, office, *rows)
        assert other.wrong[0].column == "Thư điện tử"
        assert "Địa chỉ này là của Nguyễn Thị Thanh Xuân." in other.wrong[0].expected
        assert "của một người khác" in hidden.wrong[0].expected
        assert "Kín" not in hidden.wrong[0].expected
        assert (same.known, bool(same.guest)) == (False, False)  # the first row gave the address another name
        (same,) = checked(admin, office, rows[2])
        assert (same.known, same.wrong) == (True, [])
        form = {"full_name": "Lê Thị Mơ", "email": "xuan@truong.example", "unit": "Phòng Giáo dục", "role": "clerk"}
        page = sign_in(client, admin).post("/nguoi/loi-moi/moi/", form)
        assert "là của Nguyễn Thị Thanh Xuân" in str(page.context["form"].errors["email"])
        assert Invitation.objects.count() == 0

    def test_its_queries_do_not_grow_with_the_rows(self, admin, office, school):
        def queries(number):
            rows = [row(email=f"n{i}@truong.example", unit="Trường Kim Đồng") for i in range(number)]
            by = Person(admin)
            assert by.roles
            with CaptureQueriesContext(connection) as seen:
                sheet.check(sheet.read("ds.csv", table(*rows)), by=by, unit=office)
            return len(seen)

        assert queries(60) == queries(3) <= 6

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.text(max_size=130),
                st.one_of(st.emails(), st.text(max_size=20)),
                st.text(max_size=20),
                st.text(max_size=40),
                st.sampled_from(["", "Phòng Giáo dục", "không có"]),
                st.sampled_from(["Xem", "van thu", "LÃNH ĐẠO", "", "vua"]),
            ),
            min_size=1,
            max_size=12,
        )
    )
    def test_whatever_is_written_every_row_is_good_or_says_what_is_wrong(self, admin, office, rows):
        out = io.StringIO()
        csv.writer(out).writerows([sheet.COLUMNS, *rows])
        try:
            read = sheet.read("ds.csv", out.getvalue().encode("utf-8", "replace"))
        except InputError:
            assert not any(any(cell.strip() for cell in r) for r in rows)
            return
        found = sheet.check(read, by=Person(admin), unit=office)
        assert [r.number for r in found] == [number for number, _cells in read]
        for r in found:
            assert bool(r.wrong) != bool(r.guest)
            assert all(w.column in sheet.COLUMNS and w.expected for w in r.wrong)
            if r.guest:
                assert r.guest.full_name
                assert r.guest.unit == office
        back = CalamineWorkbook.from_filelike(io.BytesIO(error_file(found))).get_sheet_by_index(0).to_python()
        assert len(back) == 1 + sum(bool(r.wrong) for r in found)


class TestThePages:
    where = "/nguoi/loi-moi/tep/"

    def upload(self, client, *rows):
        file = SimpleUploadedFile("ds.csv", table(*rows))
        return client.post(self.where, {"unit": "Phòng Giáo dục", "file": file}, follow=True)

    def test_looking_first_invites_nobody(self, client, admin):
        page = self.upload(sign_in(client, admin), row(), row(name="", email="hỏng"))
        text = page.content.decode()
        assert "Chưa ai được mời" in text
        assert "«hỏng»" in text
        assert Invitation.objects.count() == 0
        assert mail.outbox == []

    def test_it_shows_title_and_phone_and_who_has_an_account(self, client, admin, school):
        make_user(role="leader", unit=school, email="mo@truong.example", name="Lê Thị Mơ")
        text = self.upload(sign_in(client, admin), row(title="Phó Hiệu trưởng", phone="0912 345 678")).content.decode()
        assert all(w in text for w in ("Phó Hiệu trưởng", "0912 345 678", "đã có tài khoản: nhận thêm vai trò"))

    def test_all_or_nothing_refuses_while_a_row_is_wrong(self, client, admin):
        self.upload(sign_in(client, admin), row(), row(email="hỏng"))
        assert client.post(self.where, {"choice": "all"}).status_code == 409
        assert Invitation.objects.count() == InvitationBatch.objects.count() == 0

    def test_the_good_rows_alone_when_chosen(self, client, admin):
        self.upload(sign_in(client, admin), row(), row(email="hỏng"))
        client.post(self.where, {"choice": "good", "_once": "k"})
        assert Invitation.objects.get().email == "mo@truong.example"
        assert len(mail.outbox) == 1

    def test_the_rows_to_mend_come_back_as_a_file_that_can_be_uploaded(self, client, admin):
        self.upload(sign_in(client, admin), row(), row(email="hỏng"))
        data = client.get(self.where, {"tep": "loi"}).content
        (number, cells) = sheet.read("dong-can-sua.xlsx", data)[0]
        assert (number, cells["Thư điện tử"]) == (2, "hỏng")

    def test_the_same_file_again_invites_nobody_twice_and_overwrites_nobody(self, client, admin):
        sign_in(client, admin)
        for key in ("k1", "k2"):
            self.upload(client, row(), row(name="An", email="an@truong.example"))
            client.post(self.where, {"choice": "all", "_once": key})
        assert Invitation.objects.count() == 2
        assert InvitationBatch.objects.count() == 1
        User.objects.filter(pk=admin.pk).update(phone="123")
        self.upload(client, row(name="Tên khác", email="long@phong.example", role="Quản trị", phone="999"))
        client.post(self.where, {"choice": "all", "_once": "k3"})
        assert User.objects.get(pk=admin.pk).phone == "123"

    def test_sending_the_choice_twice_makes_one_batch(self, client, admin):
        sign_in(client, admin)
        for _ in range(2):
            self.upload(client, row())
            client.post(self.where, {"choice": "all", "_once": "same"})
        assert InvitationBatch.objects.count() == 1
        assert len(mail.outbox) == 1

    def test_undoing_takes_back_the_whole_batch_and_names_who_stays(self, client, admin):
        self.upload(sign_in(client, admin), row(), row(name="Vàng A Sử", email="su@truong.example"))
        client.post(self.where, {"choice": "all", "_once": "k"})
        joined = Invitation.objects.get(email="su@truong.example")
        from khue.accounts.joining import join_new

        join_new(joined, username="su.vang", password="hoa-ban-trang-1")
        page = client.post(reverse("people:batch-undo", args=[InvitationBatch.objects.get().pk]), follow=True).content.decode()
        assert "Đã thu hồi 1 lời mời" in page
        assert "giữ lại: Vàng A Sử" in page
        assert Invitation.objects.get(email="mo@truong.example").revoked_at
        assert User.objects.get(username="su.vang").roles.exists()

    def test_the_units_are_checked_again_when_it_is_carried_out(self, client, admin, office):
        """Somebody who lost their role between looking and sending invites nobody."""
        self.upload(sign_in(client, admin), row())
        admin.roles.all().delete()
        assert client.post(self.where, {"choice": "all"}).status_code == 403
        assert Invitation.objects.count() == 0

    def test_a_damaged_file_is_told_at_its_field(self, client, admin):
        sign_in(client, admin)
        page = client.post(self.where, {"unit": "Phòng Giáo dục", "file": SimpleUploadedFile("ds.xlsx", b"PK")})
        assert "không mở được như bảng tính" in page.context["form"].errors["file"][0]
