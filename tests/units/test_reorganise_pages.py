"""The pages of decisions: written step by step, looked at before, applied, undone; nobody beyond one's reach."""

import json
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khue.core.models import Action
from khue.tasks import heirs_count
from khue.tasks.give import Address, give
from khue.tasks.work import report
from khue.units.groups import unit_ref
from khue.units.history import Reorganisation
from khue.units.models import Unit
from khue.units.reorganise import apply, undo
from khue.units.tree import spell_of, today
from tests.factories import make_place, make_unit, make_user, sign_in
from tests.units.test_reorganise import DAY, event, merger

pytestmark = pytest.mark.django_db
State = Reorganisation.State


def page(name, pk=None, **query):
    where = reverse(f"units:{name}", args=[pk] if pk else [])
    return where + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def picked(unit):
    return json.dumps(unit_ref(unit.pk))


class TestWriting:
    def test_a_decision_is_begun_once_although_sent_twice(self, admin, w):
        form = {"owner": w["city"].pk, "title": "Sáp nhập", "decision": "12/QĐ-UBND", "effective_on": "2024-02-15", "_once": "k1"}
        answers = [admin.post(page("reorganisation-new"), form) for _n in range(2)]
        event_made = Reorganisation.objects.get()
        assert [a.url for a in answers] == [page("reorganisation", event_made.pk)] * 2
        assert (event_made.owner, event_made.effective_on, event_made.state) == (w["city"], date(2024, 2, 15), State.DRAFT)

    def test_words_that_were_changed_count_although_the_old_reference_is_sent(self, admin, w, draft):
        form = {"unit": "TH Kim Đồng", "unit_ref": picked(w["an"]), "name": "TH Mới"}
        admin.post(page("reorganisation-edit", draft.pk, loai="rename"), form)
        draft.refresh_from_db()
        assert draft.steps[0]["unit"] == w["dong"].pk

    def test_a_merger_of_units_chosen_and_typed(self, admin, w, draft):
        form = {"units": ["TH Chu Văn An", "th kim đồng"], "units_ref": [picked(w["an"]), ""], "into": "TH Chu Văn An", "name": "TH Mới"}
        admin.post(page("reorganisation-edit", draft.pk, loai="merge"), form)
        draft.refresh_from_db()
        wanted = {"kind": "merge", "units": [w["an"].pk, w["dong"].pk], "into": w["an"].pk, "name": "TH Mới", "short_name": ""}
        assert draft.steps == [wanted]
        text = admin.get(page("reorganisation", draft.pk)).content.decode()
        assert "Sáp nhập TH Kim Đồng vào TH Chu Văn An, đổi tên thành TH Mới." in text

    def test_a_new_unit_is_described_in_place_and_named_by_a_later_step(self, admin, w, draft):
        place = make_place(name="Cốc Lếu")
        w["city"].spells.update(place=place)
        new = {
            "name": "TH Liên xã",
            "short_name": "TH LX",
            "unit_kind": "primary",
            "parent": "Phòng GD&ĐT",
            "place": place.code,
            "is_public": "on",
        }
        admin.post(page("reorganisation-edit", draft.pk, loai="found"), new)
        answer = admin.get(page("reorganisation-edit", draft.pk, loai="dissolve"))
        assert "TH Liên xã" in answer.content.decode()
        admin.post(page("reorganisation-edit", draft.pk, loai="dissolve"), {"units": ["TH Lê Lợi"], "heir": "TH Liên xã"})
        draft.refresh_from_db()
        assert draft.steps[0]["unit"] == {
            "name": "TH Liên xã",
            "short_name": "TH LX",
            "kind": "primary",
            "parent_id": w["office"].pk,
            "guide_id": None,
            "place_id": place.pk,
            "is_public": True,
        }
        assert draft.steps[1] == {"kind": "dissolve", "units": [w["third"].pk], "heir": {"made": 0}}
        assert "TH Lê Lợi; TH Liên xã tiếp nhận" in admin.get(page("reorganisation", draft.pk)).content.decode()

    @pytest.mark.parametrize(
        ("kind", "form", "step"),
        [
            ("rename", {"unit": "TH Lê Lợi", "name": "TH Lê  Lai"}, {"unit": "third", "name": "TH Lê Lai", "short_name": ""}),
            ("transfer", {"units": ["TH Lê Lợi"], "parent": "UBND thành phố"}, {"units": ["third"], "parent": "city"}),
            ("transfer", {"units": ["TH Lê Lợi"], "no_guide": "on"}, {"units": ["third"], "guide": None}),
            ("dissolve", {"units": ["TH Lê Lợi"]}, {"units": ["third"], "heir": None}),
        ],
    )
    def test_each_kind_of_step(self, admin, w, draft, kind, form, step):
        def ids(value):
            return [ids(v) for v in value] if isinstance(value, list) else w[value].pk if value in w else value

        w["third"].spells.update(guide=w["city"])
        admin.post(page("reorganisation-edit", draft.pk, loai=kind), form)
        draft.refresh_from_db()
        assert draft.steps == [{"kind": kind} | {k: ids(v) for k, v in step.items()}]
        # the form shows what was typed, and saving it again changes nothing
        shown = admin.get(page("reorganisation-edit", draft.pk, buoc=1)).content.decode()
        assert "TH Lê Lợi" in shown
        assert "Bỏ bước này" in shown

    def test_the_parts_of_a_split_take_after_the_old_unit(self, admin, w, draft):
        form = {"unit": "TH Lê Lợi", "new": "TH Lê Lợi 1; LL1\nTH Lê Lợi 2", "parts": ["TH Kim Đồng"]}
        admin.post(page("reorganisation-edit", draft.pk, loai="split"), form)
        draft.refresh_from_db()
        first, second, there = draft.steps[0]["parts"]
        assert (first["name"], first["short_name"], first["kind"], first["parent_id"]) == ("TH Lê Lợi 1", "LL1", "primary", w["office"].pk)
        assert (second["name"], there) == ("TH Lê Lợi 2", w["dong"].pk)
        shown = admin.get(page("reorganisation-edit", draft.pk, buoc=1)).content.decode()
        assert "TH Lê Lợi 1; LL1\nTH Lê Lợi 2" in shown

    @pytest.mark.parametrize(
        ("kind", "form", "words"),
        [
            ("rename", {"unit": "Trường Không Có", "name": "x"}, "Không tìm thấy đơn vị nào"),
            ("transfer", {"units": ["TH Lê Lợi"]}, "Chưa ghi chuyển đi đâu"),
            ("merge", {"units": ["TH Lê Lợi", "TH Kim Đồng"]}, "Ghi tên đơn vị mới"),
            ("merge", {}, "required"),
            ("split", {"unit": "TH Lê Lợi"}, "ít nhất một đơn vị mới"),
        ],
    )
    def test_what_is_missing_is_told_at_its_field_and_nothing_is_saved(self, admin, draft, kind, form, words):
        answer = admin.post(page("reorganisation-edit", draft.pk, loai=kind), form)
        assert answer.status_code == 422
        assert words in answer.content.decode() or answer.context["form"].errors
        draft.refresh_from_db()
        assert draft.steps == []

    def test_a_unit_beyond_ones_reach_is_refused_by_name(self, client, w, draft):
        foreign = make_unit(name="Trường tỉnh khác")
        sign_in(client, make_user(role="admin", unit=w["city"]))
        form = {"unit": "Trường tỉnh khác", "unit_ref": picked(foreign), "name": "x"}
        answer = client.post(page("reorganisation-edit", draft.pk, loai="rename"), form)
        assert answer.status_code == 422
        assert "Bạn không quản trị: Trường tỉnh khác" in answer.content.decode()

    def test_somebody_elses_edit_meanwhile_is_not_overwritten(self, admin, w, draft):
        form = {"unit": "TH Lê Lợi", "name": "A", "seen": draft.version}
        admin.post(page("reorganisation-edit", draft.pk, loai="rename"), form)
        answer = admin.post(page("reorganisation-edit", draft.pk, loai="rename"), form | {"name": "B"})
        assert "Người khác vừa sửa" in answer.content.decode()
        draft.refresh_from_db()
        assert [s["name"] for s in draft.steps] == ["A"]

    def test_a_step_that_a_later_one_needs_stays(self, admin, w, draft):
        new = {"name": "Trường mới", "kind": "primary", "parent_id": w["office"].pk}
        draft.steps = [{"kind": "found", "unit": new}, {"kind": "merge", "units": [w["an"].pk], "into": {"made": 0}}]
        draft.save()
        admin.post(page("reorganisation-edit", draft.pk, buoc=1), {"remove": "1"})
        draft.refresh_from_db()
        assert len(draft.steps) == 2
        admin.post(page("reorganisation-edit", draft.pk, buoc=2), {"remove": "1"})
        admin.post(page("reorganisation-edit", draft.pk, buoc=1), {"remove": "1"})
        draft.refresh_from_db()
        assert draft.steps == []

    def test_a_draft_is_dropped(self, admin, draft):
        assert 'name="drop"' in admin.get(page("reorganisation-undo", draft.pk)).content.decode()
        admin.post(page("reorganisation-undo", draft.pk), {"drop": "1"})
        assert not Reorganisation.objects.exists()

    def test_so_is_one_that_was_undone_and_a_form_sent_twice_does_not_do_it(self, admin, w):
        e = merger(w)
        admin.post(page("reorganisation-apply", e.pk), {"seen": e.version})
        for _n in range(2):
            admin.post(page("reorganisation-undo", e.pk), {"why": "nhầm"})
        e.refresh_from_db()
        assert e.state == State.UNDONE
        assert "Bỏ quyết định" in admin.get(page("reorganisation", e.pk)).content.decode()
        admin.post(page("reorganisation-undo", e.pk), {"drop": "1"})
        assert not Reorganisation.objects.exists()
        verbs = Action.objects.filter(target_type="reorganisation", target_id=e.pk).order_by("id").values_list("verb", flat=True)
        assert [v.removeprefix("reorganisation.") for v in verbs] == ["applied", "undone", "dropped"]

    @pytest.mark.parametrize(
        ("signed", "words"),
        [
            (today() + timedelta(days=1), "Ngày ký không thể sau hôm nay."),
            (date(2024, 2, 16), "Ngày ký không thể sau ngày có hiệu lực."),
            (date(2024, 2, 15), ""),
        ],
    )
    def test_a_decision_is_signed_before_it_holds_and_not_on_a_day_to_come(self, admin, w, draft, signed, words):
        head = {"owner": w["city"].pk, "title": "Sáp nhập trường", "decided_on": signed, "effective_on": "2024-02-15"}
        for where in (page("reorganisation-new"), page("reorganisation-edit", draft.pk)):
            answer = admin.post(where, head | {"seen": draft.version})
            assert answer.status_code == (422 if words else 302)
            if words:
                assert answer.context["form"].errors == {"decided_on": [words]}
        assert Reorganisation.objects.filter(decided_on=signed).count() == (0 if words else 2)

    def test_one_that_was_written_before_this_was_asked_is_not_applied(self, admin, w):
        e = merger(w)
        Reorganisation.objects.update(decided_on=today() + timedelta(days=30))
        assert "Ngày ký không thể sau hôm nay." in admin.get(page("reorganisation-apply", e.pk)).content.decode()
        assert admin.post(page("reorganisation-apply", e.pk), {"seen": e.version}).status_code == 409
        assert spell_of(w["dong"], DAY) is not None

    def test_a_step_says_what_goes_along_and_what_stays(self, admin, draft):
        text = admin.get(page("reorganisation-edit", draft.pk, loai="transfer")).content.decode()
        assert "<h1>Chuyển nơi trực thuộc</h1>" in text
        assert "Tên, người, việc và lịch sử của đơn vị giữ nguyên" in text


class TestApplying:
    def test_the_preview_tells_what_is_touched_and_changes_nothing(self, admin, w):
        give(w["office"], "Sửa mái", [Address(unit_ref(w["dong"].pk))], by=None)
        e = merger(w)
        text = admin.get(page("reorganisation-apply", e.pk)).content.decode()
        for words in (
            "TH Kim Đồng",
            "kế thừa: TH Chu Văn An",
            "1 phần việc đang mở",
            f"unit={w['dong'].pk}",
            "Điểm trường Kim Đồng 2",
            "Áp dụng",
        ):
            assert words in text
        assert spell_of(w["dong"], today()) is not None

    def test_a_head_sees_what_it_would_touch_and_may_not_apply_it(self, client, w):
        e = merger(w)
        sign_in(client, make_user(role="leader", unit=w["city"]))
        assert page("reorganisation-apply", e.pk) in client.get(page("reorganisation", e.pk)).content.decode()
        text = client.get(page("reorganisation-apply", e.pk)).content.decode()
        assert "kế thừa: TH Chu Văn An" in text
        assert 'name="seen"' not in text
        assert client.post(page("reorganisation-apply", e.pk), {"seen": e.version}).status_code == 403
        assert spell_of(w["dong"], DAY) is not None
        sign_in(client, make_user(role="viewer", unit=w["city"]))
        assert page("reorganisation-apply", e.pk) not in client.get(page("reorganisation", e.pk)).content.decode()
        assert client.get(page("reorganisation-apply", e.pk)).status_code == 403

    def test_it_is_applied_and_undone_with_a_reason(self, admin, w):
        e = merger(w)
        admin.post(page("reorganisation-apply", e.pk), {"seen": e.version})
        assert spell_of(w["dong"], DAY) is None
        text = admin.get(page("reorganisation", e.pk)).content.decode()
        assert "Đã áp dụng" in text
        assert admin.post(page("reorganisation-undo", e.pk), {"why": ""}).status_code == 409
        admin.post(page("reorganisation-undo", e.pk), {"why": "nhầm ngày"})
        e.refresh_from_db()
        assert (e.state, spell_of(w["dong"], DAY).name) == (State.UNDONE, "TH Kim Đồng")
        admin.post(page("reorganisation-edit", e.pk), {"title": "Sáp nhập", "effective_on": "2024-03-01", "seen": e.version})
        e.refresh_from_db()
        assert (e.state, e.effective_on) == (State.DRAFT, date(2024, 3, 1))

    def test_what_is_effective_later_waits_and_can_be_taken_off_its_day(self, admin, w):
        e = event(w["office"], {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"}, on=today() + timedelta(days=5))
        assert f"Hẹn đến {e.effective_on:%d/%m/%Y}" in admin.get(page("reorganisation-apply", e.pk)).content.decode()
        admin.post(page("reorganisation-apply", e.pk), {"seen": e.version})
        e.refresh_from_db()
        assert e.state == State.SCHEDULED
        admin.post(page("reorganisation-undo", e.pk))
        e.refresh_from_db()
        assert e.state == State.DRAFT

    def test_what_cannot_be_is_told_with_the_step_and_without_the_button(self, admin, w):
        e = event(w["office"], {"kind": "merge", "units": [w["an"].pk], "into": w["an"].pk})
        text = admin.get(page("reorganisation-apply", e.pk)).content.decode()
        assert f'<a href="{page("reorganisation-edit", e.pk, buoc=1)}">Bước 1</a>: Sáp nhập cần ít nhất hai đơn vị khác nhau.' in text
        assert ">Áp dụng<" not in text
        assert admin.post(page("reorganisation-apply", e.pk)).status_code == 409

    def test_an_undo_says_why_not(self, admin, w):
        task = give(w["office"], "Sửa mái", [Address(unit_ref(w["dong"].pk))], by=None)
        e = merger(w)
        apply(e.pk, by=None)
        report(task.assignments.get(unit=w["an"]).pk, by=make_user(role="leader", unit=w["an"]), text="tiếp tục")
        text = admin.get(page("reorganisation-undo", e.pk)).content.decode()
        assert "1 phần việc đã được đơn vị kế thừa làm tiếp" in text
        admin.post(page("reorganisation-undo", e.pk), {"why": "x"})
        e.refresh_from_db()
        assert e.state == State.APPLIED

    def test_nobody_applies_what_reaches_beyond_the_own_units(self, client, w):
        e = event(w["office"], {"kind": "transfer", "units": [w["third"].pk], "parent": w["city"].pk})
        sign_in(client, make_user(role="admin", unit=w["office"]))
        text = client.get(page("reorganisation-apply", e.pk)).content.decode()
        assert "UBND thành phố" in text
        assert client.post(page("reorganisation-apply", e.pk), {"seen": e.version}).status_code == 409
        assert spell_of(w["third"], today()).parent == w["office"]

    def test_the_number_of_queries_of_a_decision_does_not_grow_with_its_steps(self, admin, w):
        counts = []
        steps = [{"kind": "rename", "unit": w[n].pk, "name": "Tên"} for n in ("third", "an")]
        for n in range(2):
            e = event(w["office"], *steps[: 1 + n])
            admin.get(page("reorganisation", e.pk))
            with CaptureQueriesContext(connection) as queries:
                admin.get(page("reorganisation", e.pk))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestWay:
    """The page of a decision tells what was done with it, by whom and why, and what it did."""

    def played(self, admin, w):
        give(w["office"], "Sửa mái", [Address(unit_ref(w["dong"].pk))], by=None)
        e = merger(w)
        admin.post(page("reorganisation-apply", e.pk), {"seen": e.version})
        e.refresh_from_db()
        return e

    def test_after_applying_it_tells_what_happened_to_tasks_people_and_documents(self, admin, w):
        make_user(role="leader", unit=w["dong"])
        e = self.played(admin, w)
        text = admin.get(page("reorganisation", e.pk)).content.decode()
        for words in ("1 phần việc đang mở", "1 phần chuyển sang đơn vị kế thừa", "1 vai trò của người dùng", "số lúc áp dụng"):
            assert words in text
        assert "state=open" not in text, "that list is empty since"

    def test_an_undo_stands_there_with_its_reason_and_no_longer_as_applied_now(self, admin, w):
        e = self.played(admin, w)
        admin.post(page("reorganisation-undo", e.pk), {"why": "Nhầm ngày hiệu lực"})
        answer = admin.get(page("reorganisation", e.pk))
        assert [(str(word), a.by, why) for word, a, why in answer.context["way"]] == [
            ("Áp dụng", answer.wsgi_request.user, ""),
            ("Hoàn tác", answer.wsgi_request.user, "Nhầm ngày hiệu lực"),
        ]
        text = answer.content.decode()
        assert "Lý do: Nhầm ngày hiệu lực" in text
        assert "<dt>Áp dụng</dt>" not in text
        assert "1 phần việc đang mở" not in text

    def test_what_was_undone_can_be_applied_again(self, admin, w):
        e = self.played(admin, w)
        admin.post(page("reorganisation-undo", e.pk), {"why": "x"})
        e.refresh_from_db()
        assert page("reorganisation-apply", e.pk) in admin.get(page("reorganisation", e.pk)).content.decode()
        assert admin.post(page("reorganisation-apply", e.pk)).status_code == 409, "not by a form that was sent again"
        admin.post(page("reorganisation-apply", e.pk), {"seen": e.version})
        e.refresh_from_db()
        assert (e.state, spell_of(w["dong"], DAY)) == (State.APPLIED, None)

    def test_a_day_that_was_set_and_taken_off_stands_there_too(self, admin, w):
        e = event(w["office"], {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"}, on=today() + timedelta(days=5))
        admin.post(page("reorganisation-apply", e.pk), {"seen": e.version})
        admin.post(page("reorganisation-undo", e.pk))
        assert [str(word) for word, _a, _why in admin.get(page("reorganisation", e.pk)).context["way"]] == ["Hẹn áp dụng", "Bỏ hẹn"]


class TestUnitPage:
    def test_it_tells_who_carries_it_on_and_by_which_decision(self, admin, w):
        e = merger(w)
        apply(e.pk, by=None)
        ended = admin.get(reverse("units:show", args=[w["dong"].pk])).content.decode()
        assert "Được kế thừa bởi" in ended
        assert "Đơn vị này thôi hoạt động từ 15/02/2024." in ended
        assert reverse("units:edit", args=[w["dong"].pk]) not in ended
        assert page("reorganisation", e.pk) in ended
        heir = admin.get(reverse("units:show", args=[w["an"].pk])).content.decode()
        assert "Kế thừa từ" in heir
        assert f"/don-vi/{w['dong'].pk}/?ngay=2024-02-14" in heir

    def test_the_heir_sees_the_old_world_of_what_it_carries_on(self, client, w):
        apply(merger(w, into={"name": "Trường mới", "kind": "primary", "parent_id": w["office"].pk}).pk, by=None)
        new = Unit.objects.get(name="Trường mới")
        sign_in(client, make_user(role="admin", unit=new))
        before = client.get(reverse("units:list") + "?ngay=2024-02-14").content.decode()
        assert "TH Kim Đồng" in before
        assert client.get(reverse("units:show", args=[w["dong"].pk]) + "?ngay=2024-02-14").status_code == 200
        assert client.get(reverse("units:show", args=[w["third"].pk]) + "?ngay=2024-02-14").status_code == 404


class TestListOfUnits:
    def test_who_searches_the_old_name_is_told_what_came_of_it(self, admin, w):
        apply(merger(w, name="Trường Liên xã").pk, by=None)
        text = admin.get(reverse("units:list"), {"q": "kim dong"}).content.decode()
        assert "1 đơn vị đã thôi hoạt động:" in text
        assert f'<a href="{reverse("units:show", args=[w["dong"].pk])}">TH Kim Đồng</a>' in text
        assert "từ 15/02/2024" in text
        for query in ({"q": "le loi"}, {"q": "kim dong", "ngay": "2024-02-14"}, {}):
            assert "thôi hoạt động" not in admin.get(reverse("units:list"), query).content.decode(), query

    def test_nobody_learns_of_units_beyond_the_own_ones(self, client, w):
        apply(merger(w).pk, by=None)
        sign_in(client, make_user(role="admin", unit=w["third"]))
        assert "thôi hoạt động" not in client.get(reverse("units:list"), {"q": "kim dong"}).content.decode()

    def test_a_day_to_come_names_the_decisions_that_wait_until_then(self, admin, w):
        day = today() + timedelta(days=5)
        e = event(w["office"], {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"}, on=day, title="Đổi tên trường")
        admin.post(page("reorganisation-apply", e.pk), {"seen": e.version})
        assert "Đổi tên trường (12/QĐ-UBND)" in admin.get(reverse("units:list"), {"ngay": day.isoformat()}).content.decode()
        for earlier in (today(), day - timedelta(days=1)):
            assert "Đổi tên trường" not in admin.get(reverse("units:list"), {"ngay": earlier.isoformat()}).content.decode()


def test_the_list_filters_by_state(admin, w):
    merger(w)
    assert "Sáp nhập" in admin.get(page("reorganisations")).content.decode()
    assert "Không có quyết định nào như vậy" in admin.get(page("reorganisations", tinh_trang="applied")).content.decode()


class TestWhomItTouched:
    """A decision from above is read by the people of every unit that it changed, and by nobody beside them."""

    @pytest.fixture
    def done(self, w):
        head = make_user(role="leader", unit=w["dong"], name="Giàng A Dơ")
        give(w["office"], "Rà soát", [Address(unit_ref(w["dong"].pk))], by=None, due_on=today() + timedelta(days=9))
        return {"event": apply(merger(w).pk, by=None), "head": head}

    def test_they_find_it_in_the_list_and_read_what_became_of_the_units(self, client, w, done):
        sign_in(client, make_user(role="leader", unit=w["an"]))
        pk = done["event"].pk
        assert [e.pk for e in client.get(page("reorganisations")).context["page_obj"]] == [pk]
        text = client.get(page("reorganisation", pk)).content.decode()
        assert "TH Kim Đồng" in text
        # who had which role, and what the units had to do, is told where one sees the unit that keeps the decision
        assert "phần việc đang mở" not in text
        assert "Giàng A Dơ" not in text
        assert "Hoàn tác" not in text
        for name in ("reorganisation-apply", "reorganisation-undo", "reorganisation-edit"):
            assert client.get(page(name, pk)).status_code == 403

    def test_who_keeps_it_sees_all_of_it(self, admin, w, done):
        text = admin.get(page("reorganisation", done["event"].pk)).content.decode()
        assert "phần việc đang mở" in text
        assert "Giàng A Dơ" in text

    def test_others_and_drafts_are_not_there(self, client, w, done):
        draft = merger(w)
        for unit, pk in ((w["third"], done["event"].pk), (w["an"], draft.pk)):
            sign_in(client, make_user(role="leader", unit=unit))
            assert client.get(page("reorganisation", pk)).status_code == 404

    def test_what_was_undone_is_theirs_no_more(self, client, w, done):
        undo(done["event"].pk, by=None)
        sign_in(client, make_user(role="leader", unit=w["an"]))
        assert not client.get(page("reorganisations")).context["page_obj"].object_list

    def test_decisions_applied_before_are_given_their_units_by_the_migration(self, w, done):
        before = set(done["event"].touched.all())
        assert {w["an"], w["dong"], w["site"]} <= before
        done["event"].touched.clear()
        import_module("khue.units.migrations.0003_reorganisation_touched").fill(apps, None)
        assert set(done["event"].touched.all()) == before


def test_the_preview_asks_no_more_for_many_people_than_for_few(admin, w):
    draft = merger(w)

    def asked():
        admin.get(page("reorganisation-apply", draft.pk))
        with CaptureQueriesContext(connection) as captured:
            text = admin.get(page("reorganisation-apply", draft.pk)).content.decode()
        return len(captured), text

    for name in ("Giàng A Dơ", "Lý Thị Mẩy"):
        make_user(role="entry", unit=w["dong"], name=name)
    few, text = asked()
    assert "Giàng A Dơ" in text
    for n in range(9):
        make_user(role="entry", unit=w["dong"], name=f"Giáo viên {n}")
    assert asked()[0] == few


def test_a_units_page_says_that_a_decision_waits_for_its_day_and_links_it_for_those_who_may_see_it(client, admin, w):
    step = {"kind": "dissolve", "units": [w["third"].pk], "heir": w["an"].pk}
    e = event(w["office"], step, on=today() + timedelta(days=5), title="Giải thể Lê Lợi")
    where, link = page("show", w["third"].pk), page("reorganisation", e.pk)
    assert "chờ đến ngày" not in admin.get(where).content.decode()
    apply(e.pk, by=None)
    text = admin.get(where).content.decode()
    assert f"chờ đến ngày, có hiệu lực từ {e.effective_on:%d/%m/%Y}" in text
    assert f'href="{link}"' in text
    assert "chờ đến ngày" not in admin.get(page("show", w["dong"].pk)).content.decode()
    head = sign_in(client, make_user(role="leader", unit=w["third"]))
    text = head.get(where).content.decode()
    assert "chờ đến ngày" in text
    assert f'href="{link}"' not in text
    assert "Giải thể Lê Lợi" not in text


def test_what_becomes_of_open_shares_stands_under_a_line_of_its_own(admin, w, monkeypatch):
    monkeypatch.setattr(heirs_count, "MOST_LINES", 8)
    for n in range(10):
        give(w["office"], f"Việc {n}", [Address(unit_ref(w["an"].pk)), Address(unit_ref(w["dong"].pk))], by=None)
    text = admin.get(page("reorganisation-apply", merger(w).pk)).content.decode()
    assert text.count("Trong các phần đang mở:") == 2
    assert "trong đó" not in text
    rest = text[text.index("và 2 việc nữa") :]
    assert f"unit={w['dong'].pk}" in rest[: rest.index("</p>")]
