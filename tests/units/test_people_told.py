"""Whose role a decision ends or carries on: named before, linked after, and each person is told once."""

import pytest
from django.urls import reverse

from khue.accounts.models import Role
from khue.core.said import from_data
from khue.tasks.give import Address, give
from khue.tasks.models import Notice
from khue.units.groups import unit_ref
from khue.units.reorganise import apply, preview, undo
from khue.units.reorganise.previewing import what_changed
from tests.factories import make_user, sign_in
from tests.units.test_reorganise import event, merger, snapshot, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return world()


def dissolved(w, heir="city"):
    """The office ends; its schools belong to the city before."""
    schools = [w[n].pk for n in ("an", "dong", "third")]
    return event(
        w["city"],
        {"kind": "transfer", "units": schools, "parent": w["city"].pk},
        {"kind": "dissolve", "units": [w["office"].pk], "heir": w[heir].pk if heir else None},
        title="Giải thể Phòng",
    )


def moved(told):
    return [(m.name, m.role, m.unit, m.now, m.heir) for m in told.people]


class TestPreview:
    def test_it_names_who_gets_which_role_where_and_changes_nothing(self, w):
        make_user(role="leader", unit=w["dong"], full_name="Nguyễn Thị Hà")
        before = snapshot()
        assert moved(preview(merger(w))) == [("Nguyễn Thị Hà", "Lãnh đạo", "TH Kim Đồng", "Lãnh đạo", "TH Chu Văn An")]
        assert snapshot() == before

    def test_those_of_a_unit_that_the_one_above_carries_on_come_there_to_look_only(self, w):
        make_user(role="leader", unit=w["office"], full_name="Trần Văn Nam")
        assert moved(preview(dissolved(w))) == [("Trần Văn Nam", "Lãnh đạo", "Phòng GD&ĐT", "Xem", "UBND thành phố")]

    def test_where_nobody_carries_it_on_the_role_ends(self, w):
        make_user(role="leader", unit=w["office"], full_name="Trần Văn Nam")
        assert moved(preview(dissolved(w, heir=None))) == [("Trần Văn Nam", "Lãnh đạo", "Phòng GD&ĐT", "", "")]

    def test_one_who_has_a_role_at_the_heir_keeps_that(self, w):
        head = make_user(role="leader", unit=w["dong"], full_name="Nguyễn Thị Hà")
        Role.objects.create(user=head, unit=w["an"], role="leader", valid_from="2023-09-01")
        assert moved(preview(merger(w))) == [("Nguyễn Thị Hà", "Lãnh đạo", "TH Kim Đồng", "Lãnh đạo", "TH Chu Văn An")]

    def test_both_pages_link_to_them_and_fold_what_is_beyond_twenty(self, client, w):
        people = [make_user(role="entry", unit=w["dong"], full_name=f"Người {n:02}") for n in range(23)]
        e = merger(w)
        sign_in(client, make_user(role="admin", unit=w["city"]))
        for page in ("reorganisation-apply", "reorganisation"):
            text = client.get(reverse(f"units:{page}", args=[e.pk])).content.decode()
            assert "23 người đổi vai trò" in text
            assert "3 vai trò nữa" in text
            assert text.index("Người 19") < text.index("3 vai trò nữa") < text.index("Người 20")
            assert reverse("people:show", args=[people[0].pk]) in text
            if page == "reorganisation-apply":
                told = moved(preview(e))
                apply(e.pk, by=None)
                e.refresh_from_db()
        assert moved(what_changed(e)) == told


class TestNotices:
    def texts(self):
        return {n.user: str(from_data(n.text)) for n in Notice.objects.filter(kind="inherited")}

    def test_each_person_of_a_dissolved_office_is_told_what_becomes_of_the_role(self, w):
        leader = make_user(role="leader", unit=w["office"])
        head = make_user(role="leader", unit=w["third"])
        apply(dissolved(w).pk, by=None)
        assert self.texts() == {
            leader: "Theo quyết định “Giải thể Phòng”: vai trò của bạn ở Phòng GD&ĐT chuyển sang UBND thành phố, chỉ để xem.",
            head: "Theo quyết định “Giải thể Phòng”: TH Lê Lợi chuyển về trực thuộc UBND thành phố.",
        }

    def test_where_the_role_ends_it_says_so(self, w):
        leader = make_user(role="leader", unit=w["office"])
        apply(dissolved(w, heir=None).pk, by=None)
        assert self.texts()[leader] == "Theo quyết định “Giải thể Phòng”: vai trò của bạn ở Phòng GD&ĐT kết thúc."

    def test_role_name_and_tasks_stand_in_one_notice(self, w):
        give(w["office"], "Sửa mái", [Address(unit_ref(w["dong"].pk))], by=None)
        an, dong = (make_user(role="leader", unit=w[n]) for n in ("an", "dong"))
        e = merger(w, name="TH Kim Đồng An")
        apply(e.pk, by=None)
        assert self.texts() == {
            an: "Theo quyết định “Sáp nhập”: TH Chu Văn An đổi tên thành TH Kim Đồng An; 1 việc chuyển sang đơn vị bạn.",
            dong: "Theo quyết định “Sáp nhập”: vai trò của bạn ở TH Kim Đồng chuyển sang TH Kim Đồng An; 1 việc chuyển sang đơn vị bạn.",
        }

    def test_whoever_was_told_learns_that_it_was_undone(self, w):
        leader = make_user(role="leader", unit=w["office"])
        e = dissolved(w)
        apply(e.pk, by=None)
        undo(e.pk, by=None)
        assert self.texts() == {}
        assert "trở lại như trước" in str(from_data(Notice.objects.get(user=leader, kind="given_back").text))
