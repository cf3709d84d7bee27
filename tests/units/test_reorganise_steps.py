"""What cannot be is told at the field of its step; a decision tells all of it at once, in the names of the day before."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from khue.tasks.give import Address, give
from khue.units.groups import unit_ref
from khue.units.history import Reorganisation
from khue.units.reorganise import apply, preview
from khue.units.reorganise.drafting import YEARS_AHEAD
from khue.units.tree import spell_of, today
from tests.factories import make_unit
from tests.units.test_reorganise import DAY, event, merger

pytestmark = pytest.mark.django_db


def page(name, pk, **query):
    return reverse(f"units:{name}", args=[pk]) + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def put(admin, draft, kind, **form):
    answer = admin.post(page("reorganisation-edit", draft.pk, loai=kind), form)
    draft.refresh_from_db()
    return answer


NEW = {"unit_kind": "primary", "parent": "Phòng GD&ĐT"}


class TestAtTheField:
    @pytest.mark.parametrize(
        ("kind", "form", "field", "words"),
        [
            ("merge", {"units": ["TH Kim Đồng"], "into": "TH Kim Đồng"}, "units", "ít nhất hai"),
            ("merge", {"units": ["TH Kim Đồng", "TH Kim Đồng"], "name": "TH Kim Đồng 1"}, "units", "ít nhất hai đơn vị khác nhau"),
            ("merge", {"units": ["TH Kim Đồng"], "into": "TH Chu Văn An", "name": "TH Lê Lợi"}, "name", "đã có TH Lê Lợi"),
            ("rename", {"unit": "TH Lê Lợi", "name": "TH Lê Lợi"}, "name", "đang mang đúng tên này"),
            ("rename", {"unit": "TH Lê Lợi", "name": "th kim  đồng"}, "name", "Dưới Phòng GD&ĐT đã có"),
            ("rename", {"unit": "TH Lê Lợi", "name": "A" * 400}, "name", "300"),
            ("transfer", {"units": ["TH Lê Lợi"], "parent": "TH Lê Lợi"}, "parent", "chính nó"),
            ("transfer", {"units": ["Phòng GD&ĐT"], "parent": "TH Lê Lợi"}, "parent", "dưới chính nó"),
            ("transfer", {"units": ["TH Lê Lợi"], "parent": "Phòng GD&ĐT"}, "units", "TH Lê Lợi đang ở đúng nơi đó"),
            ("split", {"unit": "TH Lê Lợi", "new": "A"}, "new", "ít nhất hai đơn vị nhận"),
            ("split", {"unit": "TH Lê Lợi", "parts": ["TH Lê Lợi"], "stays": "on"}, "new", "ít nhất một đơn vị mới"),
            ("split", {"unit": "TH Lê Lợi", "new": "A\nA"}, "new", "ghi hai lần"),
            ("split", {"unit": "TH Lê Lợi", "new": "A" * 400}, "new", "300"),
            ("split", {"unit": "TH Lê Lợi", "new": "TH Kim Đồng"}, "new", "đã có TH Kim Đồng"),
            ("split", {"unit": "TH Lê Lợi", "new": "A\nB", "main": "C"}, "main", "Không có “C”"),
            ("split", {"unit": "TH Lê Lợi", "new": "A\nB", "main": "A", "stays": "on"}, "main", "vẫn hoạt động"),
            ("dissolve", {"units": ["TH Lê Lợi"], "heir": "TH Lê Lợi"}, "heir", "tự tiếp nhận"),
            ("dissolve", {"units": ["TH Kim Đồng"]}, "heir", "còn 1 đơn vị trực thuộc"),
            ("found", {"name": "TH Lê Lợi", **NEW}, "name", "đã có TH Lê Lợi"),
        ],
    )
    def test_nonsense_is_refused_there_and_nothing_is_saved(self, admin, draft, kind, form, field, words):
        answer = put(admin, draft, kind, **form)
        assert answer.status_code == 422
        assert words in " ".join(answer.context["form"].errors[field])
        assert draft.steps == []

    def test_earlier_steps_count_and_later_ones_do_not(self, admin, draft):
        """A school may be called as one that an earlier step ends; one that was founded before has its name already."""
        put(admin, draft, "dissolve", units=["TH Lê Lợi"])
        assert put(admin, draft, "rename", unit="TH Chu Văn An", name="TH Lê Lợi").status_code == 302
        assert put(admin, draft, "found", name="TH Mới", **NEW).status_code == 302
        assert "đã có TH Mới" in str(put(admin, draft, "found", name="TH Mới", **NEW).context["form"].errors["name"])
        assert len(draft.steps) == 3

    def test_what_comes_of_schools_that_end_may_be_called_as_one_of_them(self, admin, draft):
        assert put(admin, draft, "merge", units=["TH Kim Đồng", "TH Lê Lợi"], name="TH Kim Đồng").status_code == 302
        assert preview(draft).errors == []

    def test_an_heir_whose_own_name_is_typed_again_keeps_its_short_name(self, w):
        w["an"].spells.update(short_name="CVA")
        apply(merger(w, name="TH Chu Văn An").pk, by=None)
        assert spell_of(w["an"], DAY).short_name == "CVA"

    def test_lines_of_units_are_marked_for_a_screen_reader(self, admin, draft):
        text = put(admin, draft, "merge", units=[]).content.decode()
        assert text.count('aria-invalid="true" aria-describedby="id_units_error"') == 1
        assert 'id="id_units_error"' in text

    def test_a_merger_says_when_it_needs_a_name(self, admin, draft):
        text = admin.get(page("reorganisation-edit", draft.pk, loai="merge")).content.decode()
        assert "Cần ghi khi lập đơn vị mới." in text
        label = text[text.index("Tên sau sáp nhập") :]
        assert "không bắt buộc" not in label[: label.index("</label>")]

    def test_what_is_rare_stays_folded_after_an_error_elsewhere(self, admin, draft):
        form = {"units": ["TH Lê Lợi"], "name": "x", "parent": "", "guide": "", "unit_kind": "", "place": ""}
        assert not put(admin, draft, "merge", **form).context["form"].rare_open
        assert put(admin, draft, "merge", **form | {"guide": "UBND thành phố"}).context["form"].rare_open

    @pytest.mark.parametrize("kind", ["merge", "split", "dissolve", "rename"])
    def test_boxes_for_units_say_what_to_type(self, admin, draft, kind):
        text = admin.get(page("reorganisation-edit", draft.pk, loai=kind)).content.decode()
        assert text.count('placeholder="Gõ tên trường, xã…"') == text.count('data-pick="unit"') > 0


class TestDays:
    @pytest.mark.parametrize("day", ["0001-01-01", "9999-01-01", "1989-12-31", f"{today().year + YEARS_AHEAD + 1}-01-01"])
    def test_a_day_that_cannot_be_meant_is_refused(self, admin, w, draft, day):
        head = {"owner": w["city"].pk, "title": "Sáp nhập", "effective_on": day, "seen": draft.version}
        for where in (reverse("units:reorganisation-new"), page("reorganisation-edit", draft.pk)):
            answer = admin.post(where, head)
            assert answer.status_code == 422
            assert "từ năm 1990" in str(answer.context["form"].errors["effective_on"])
        assert Reorganisation.objects.count() == 1

    def test_a_unit_that_was_not_there_yet_is_told_as_such(self, admin, w, draft):
        late = make_unit(name="TH Vĩnh Phúc", parent=w["office"])
        late.spells.update(valid_from=date(2025, 8, 1))
        errors = put(admin, draft, "rename", unit="TH Vĩnh Phúc", name="x").context["form"].errors
        assert errors["unit"] == ["TH Vĩnh Phúc chưa có vào ngày 15/02/2024: có tên này từ 01/08/2025."]

    def test_so_is_one_that_had_ended(self, admin, w, draft):
        apply(event(w["city"], {"kind": "dissolve", "units": [w["third"].pk]}).pk, by=None)
        errors = put(admin, draft, "rename", unit="TH Lê Lợi", name="x").context["form"].errors
        assert errors["unit"] == ["TH Lê Lợi đã thôi hoạt động từ 15/02/2024, không có đơn vị kế thừa. Ghi tên đơn vị đang hoạt động."]

    @pytest.mark.parametrize("words", ["Trường Tiểu học Kim Đồng", "TH Kim Đồng", "tiểu học kim đồng"])
    def test_the_name_of_one_that_merged_is_not_taken_for_its_heir(self, admin, w, draft, words):
        apply(merger(w, name="TH Chu Văn An - Kim Đồng").pk, by=None)
        errors = put(admin, draft, "rename", unit=words, name="x").context["form"].errors
        assert errors["unit"] == [
            "TH Kim Đồng đã thôi hoạt động từ 15/02/2024, nay là TH Chu Văn An - Kim Đồng. Ghi tên đơn vị đang hoạt động."
        ]
        assert draft.steps == []

    def test_a_step_written_before_its_unit_merged_says_it_at_the_field_and_in_the_preview(self, admin, w, draft):
        assert put(admin, draft, "rename", unit="TH Kim Đồng", name="x").status_code == 302
        apply(merger(w, name="TH Chu Văn An - Kim Đồng").pk, by=None)
        why = "TH Kim Đồng đã thôi hoạt động từ 15/02/2024, nay là TH Chu Văn An - Kim Đồng."
        assert why in str(preview(draft).error)
        form = admin.get(page("reorganisation-edit", draft.pk, buoc=1)).context["form"]
        sent = {"unit": form["unit"].value()["words"], "unit_ref": form["unit"].value()["ref"], "name": "x"}
        answer = admin.post(page("reorganisation-edit", draft.pk, buoc=1), sent)
        assert why in str(answer.context["form"].errors["unit"])

    def test_nor_is_a_name_that_a_school_bore_before(self, admin, w, draft):
        apply(merger(w, name="TH Chu Văn An - Kim Đồng").pk, by=None)
        errors = put(admin, draft, "dissolve", units=["TH Chu Văn An"]).context["form"].errors
        assert "TH Chu Văn An đã đổi tên từ 15/02/2024, nay là TH Chu Văn An - Kim Đồng." in str(errors["units"])

    def test_heirs_that_ended_too_are_followed_to_who_goes_on_today(self, admin, w, draft):
        apply(merger(w).pk, by=None)
        apply(event(w["office"], {"kind": "merge", "units": [w["an"].pk, w["third"].pk], "into": w["third"].pk}).pk, by=None)
        errors = put(admin, draft, "rename", unit="TH Kim Đồng", name="x").context["form"].errors
        assert "TH Kim Đồng đã thôi hoạt động từ 15/02/2024, nay là TH Lê Lợi." in str(errors["unit"])

    def test_a_living_unit_of_the_same_name_is_meant(self, admin, w, draft):
        apply(merger(w).pk, by=None)
        make_unit(name="TH Kim Đồng", kind="primary", parent=w["city"])
        assert put(admin, draft, "rename", unit="TH Kim Đồng", name="x").status_code == 302

    def test_a_step_written_before_its_day_was_changed_says_it_in_the_preview(self, w):
        late = make_unit(name="TH Vĩnh Phúc", parent=w["office"])
        late.spells.update(valid_from=date(2025, 8, 1))
        e = event(w["city"], {"kind": "rename", "unit": late.pk, "name": "TH Mới"})
        assert str(preview(e).error) == ("Bước 1: TH Vĩnh Phúc chưa có vào ngày 15/02/2024. Chọn đơn vị khác, hoặc sửa ngày có hiệu lực.")

    def test_days_between_are_said_to_stand_at_the_old_units(self, admin, w):
        e = merger(w)
        text = admin.get(page("reorganisation-apply", e.pk)).content.decode()
        assert "số liệu các ngày từ 15/02/2024 đến" in text
        answer = admin.post(page("reorganisation-apply", e.pk), {"seen": e.version}, follow=True)
        assert "Việc chuyển sang đơn vị kế thừa từ hôm nay" in answer.content.decode()
        assert f"Việc chuyển sang đơn vị kế thừa từ ngày áp dụng, {today():%d/%m/%Y}" in answer.content.decode()

    def test_one_day_between_is_said_as_one(self, admin, w):
        yesterday = today() - timedelta(days=1)
        e = event(w["office"], {"kind": "merge", "units": [w["an"].pk, w["dong"].pk], "into": w["an"].pk}, on=yesterday)
        text = admin.get(page("reorganisation-apply", e.pk)).content.decode()
        assert f"số liệu của ngày {yesterday:%d/%m/%Y} vẫn ghi" in text

    def test_where_nothing_ends_or_the_day_is_today_it_is_not_said(self, admin, w):
        renamed = event(w["office"], {"kind": "rename", "unit": w["third"].pk, "name": "TH Mới"})
        for e in (renamed, event(w["office"], {"kind": "dissolve", "units": [w["third"].pk]}, on=today())):
            assert "Ngày có hiệu lực đã qua" not in admin.get(page("reorganisation-apply", e.pk)).content.decode()


class TestPreview:
    def test_every_wrong_step_is_told_at_once_each_with_its_link(self, admin, w):
        third = w["third"].pk
        steps = [
            {"kind": "merge", "units": [third], "into": third},
            {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"},
            {"kind": "rename", "unit": third, "name": "TH Mới"},
            {"kind": "found", "unit": {"name": "TH Mới", "kind": "primary", "parent_id": w["office"].pk}},
            {"kind": "dissolve", "units": [third], "heir": {"made": 0}},
        ]
        e = event(w["city"], *steps)
        assert [n for n, _error in preview(e).errors] == [1, 3, 4], "the last needs what the fourth would found"
        text = admin.get(page("reorganisation-apply", e.pk)).content.decode()
        for n in (1, 3, 4):
            assert page("reorganisation-edit", e.pk, buoc=n) in text
        assert spell_of(w["an"], DAY).name == "TH Chu Văn An"

    def test_a_unit_that_nobody_carries_on_has_no_heir_in_either_place(self, admin, w):
        give(w["city"], "Việc", [Address(unit_ref(w["third"].pk))], by=None)
        e = event(w["city"], {"kind": "dissolve", "units": [w["third"].pk]})
        text = admin.get(page("reorganisation-apply", e.pk)).content.decode()
        assert "không có đơn vị kế thừa · Phòng GD&amp;ĐT xem được và quyết định việc đang mở" in text
        assert "kế thừa: Phòng" not in text
        (end,) = preview(e).ends
        assert (end.heir, end.above) == ("", "Phòng GD&ĐT")

    def test_a_split_says_who_gets_what_is_open(self, admin, w, draft):
        task = give(w["office"], "Sửa mái", [Address(unit_ref(w["third"].pk))], by=None)
        assert put(admin, draft, "split", unit="TH Lê Lợi", new="TH Một; M1\nTH Hai", main="th hai").status_code == 302
        assert draft.steps[0]["main"] == 1
        shown = admin.get(page("reorganisation-edit", draft.pk, buoc=1)).content.decode()
        assert 'name="main" value="TH Hai"' in shown
        assert (
            "Chia TH Lê Lợi thành TH Một; TH Hai; TH Hai nhận việc đang làm."
            in admin.get(page("reorganisation", draft.pk)).content.decode()
        )
        assert "việc đang làm sang TH Hai" in admin.get(page("reorganisation-apply", draft.pk)).content.decode()
        apply(draft.pk, by=None)
        assert task.assignments.exclude(stage="transferred").get().unit.name == "TH Hai"

    def test_a_short_name_names_a_part_and_without_a_name_it_is_the_first(self, admin, draft):
        put(admin, draft, "split", unit="TH Lê Lợi", new="TH Một; M1\nTH Hai; H2", main="H2")
        put(admin, draft, "split", unit="TH Chu Văn An", new="TH Ba\nTH Bốn")
        assert [s["main"] for s in draft.steps] == [1, 0]


def test_a_decision_is_told_in_the_names_of_the_day_before_it(admin, w):
    e = merger(w, name="TH Chu Văn An - Kim Đồng")
    apply(e.pk, by=None)
    text = admin.get(page("reorganisation", e.pk)).content.decode()
    assert "Sáp nhập TH Kim Đồng vào TH Chu Văn An, đổi tên thành TH Chu Văn An - Kim Đồng." in text
