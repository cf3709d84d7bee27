"""An undo takes nothing away that somebody did since: it is refused, and its page names what stands in the way."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from khue.core.errors import KhueError
from khue.documents.models import Document
from khue.tasks import heirs_since, judge, work
from khue.tasks.give import Address, add_receivers, give
from khue.tasks.models import Assignment, Event, UnitWord
from khue.tasks.recurring import make_due
from khue.units.groups import rule_ref, unit_ref
from khue.units.history import Reorganisation
from khue.units.kinds import UnitKind
from khue.units.models import UnitSpell
from khue.units.reorganise import apply, undo
from khue.units.reorganise.depending import depends_on
from tests.factories import make_unit, make_user, sign_in
from tests.units.test_reorganise import DAY, event, merger, snapshot, world

pytestmark = pytest.mark.django_db
SOON = date(2027, 3, 1)


def to(w, *names, **more):
    return [Address(unit_ref(w[n].pk), **more) for n in names]


@pytest.fixture
def w():
    """The heir has finished the first task, has the second open, is a partner of the third, has nothing of the fourth."""
    w = world()
    w["fees"] = give(w["office"], "Công khai khoản thu", to(w, "an", "dong"), by=None)
    w["survey"] = give(w["office"], "Khảo sát", to(w, "an", "dong"), by=None)
    w["fair"] = give(w["office"], "Hội thi", [*to(w, "dong"), *to(w, "an", is_partner=True)], by=None)
    w["roof"] = give(w["office"], "Sửa mái", to(w, "dong"), by=None, due_on=SOON)
    done = w["fees"].assignments.get(unit=w["an"])
    work.report(done.pk, by=None, text="Xong", submit=True)
    judge.verify(done.pk, by=None)
    w["head"] = make_user(role="leader", unit=w["an"], full_name="Nguyễn Thị Hà")
    w["leader"] = make_user(role="leader", unit=w["office"])
    w["event"] = merger(w)
    return w


def share_of(w, task):
    """The share on which the heir's people go on: what stays under the old name, else its own."""
    return w[task].assignments.get(unit=w["dong" if task == "fees" else "an"])


def applied(w):
    return apply(w["event"].pk, by=None)


ACTS = {
    "report": lambda share, w: work.report(share.pk, by=w["head"], text="đang làm"),
    "submission": lambda share, w: work.report(share.pk, by=w["head"], text="xong", submit=True),
    "extension": lambda share, w: work.ask_extension(share.pk, SOON + timedelta(days=9), "mưa", by=w["head"]),
    "hand over": lambda share, w: work.hand_to(share.pk, w["head"], by=w["head"]),
    "sub-task": lambda share, w: work.make_subtask(share.pk, "Gọi thợ", by=w["head"]),
}


class TestSharesOfTheHeir:
    @pytest.mark.parametrize("task", ["fees", "survey", "fair", "roof"])
    @pytest.mark.parametrize("act", ["report", "submission", "hand over", "sub-task"])
    def test_what_was_done_on_what_stays_joined_leads_or_moved_refuses_the_undo(self, w, task, act):
        applied(w)
        ACTS[act](share_of(w, task), w)
        before = snapshot()
        with pytest.raises(KhueError, match="làm tiếp"):
            undo(w["event"].pk, by=None)
        assert snapshot() == before

    def test_so_does_a_wish_for_more_time(self, w):
        applied(w)
        ACTS["extension"](share_of(w, "roof"), w)
        with pytest.raises(KhueError, match="làm tiếp"):
            undo(w["event"].pk, by=None)

    def test_so_does_what_the_giver_judged(self, w):
        work.report(w["survey"].assignments.get(unit=w["an"]).pk, by=w["head"], text="xong", submit=True)
        applied(w)
        judge.send_back(share_of(w, "survey").pk, by=w["leader"], reason="thiếu số liệu")
        assert [o.lines[0].what for o in depends_on(applied(w))] == ["trả lại"]

    def test_a_units_own_word_about_such_a_share_stands_in_the_way(self, w):
        applied(w)
        UnitWord.objects.create(unit=w["an"], assignment=share_of(w, "fees"), text="Việc của trường cũ", by=w["head"])
        with pytest.raises(KhueError, match="1 ý kiến"):
            undo(w["event"].pk, by=None)

    def test_receiving_what_moved_does_not_and_the_old_state_stands_again(self, w):
        before = snapshot()
        applied(w)
        work.receive(share_of(w, "roof").pk, by=w["head"])
        assert depends_on(applied(w)) == []
        undo(w["event"].pk, by=None)
        assert snapshot() == before

    def test_what_was_done_before_does_not(self, w):
        work.report(w["survey"].assignments.get(unit=w["an"]).pk, by=w["head"], text="một nửa", percent=50)
        before = snapshot()
        applied(w)
        undo(w["event"].pk, by=None)
        assert snapshot() == before


class TestWhatTheEndedUnitGave:
    def test_an_heir_that_verified_it_keeps_the_undo_back(self, w):
        theirs = give(w["dong"], "Báo cáo điểm trường", to(w, "site"), by=None).assignments.get()
        applied(w)
        work.report(theirs.pk, by=make_user(role="leader", unit=w["site"]), text="xong", submit=True)
        assert depends_on(applied(w)) == [], "the site reports to whoever follows it"
        judge.verify(theirs.pk, by=w["head"])
        assert [o.lines[0].who for o in depends_on(applied(w))] == ["Nguyễn Thị Hà"]

    def test_so_does_a_unit_that_the_heir_added_to_it(self, w):
        sites = rule_ref([UnitKind.SITE], label="Các điểm trường", within=w["office"].pk)
        task = give(w["dong"], "Báo cáo điểm trường", [Address(sites)], by=None)
        other = make_unit(name="Điểm trường Kim Đồng 3", kind=UnitKind.SITE, parent=w["site"])
        applied(w)
        assert depends_on(applied(w)) == []
        add_receivers(task.pk, [other.pk], by=w["head"])
        with pytest.raises(KhueError, match="làm tiếp"):
            undo(w["event"].pk, by=None)

    def test_so_does_a_task_that_repeats_and_that_the_heir_gave_on(self, w):
        give(w["dong"], "Báo cáo tháng", to(w, "site"), by=None, on=date(2024, 1, 1), recurs="monthly", period="2024-01")
        applied(w)
        make_due(date(2024, 3, 1))
        with pytest.raises(KhueError, match="làm tiếp"):
            undo(w["event"].pk, by=None)


class TestDocuments:
    def test_a_plan_of_the_ended_school_that_the_heir_gave_out(self, w):
        document = Document.objects.create(unit=w["dong"], subject="Kế hoạch năm học", kind="Kế hoạch", book_year=2024, book_number=1)
        applied(w)
        assert depends_on(applied(w)) == []
        give(w["an"], "Việc trong kế hoạch", to(w, "site"), by=w["head"], document_id=document.pk)
        (found,) = depends_on(applied(w))
        assert found.words == "1 văn bản, báo cáo của đơn vị cũ đã được làm tiếp"
        assert found.lines[0].address == f"/van-ban/{document.pk}/"

    def test_what_a_school_makes_of_such_a_plan_for_itself_is_its_own_matter(self, w):
        document = Document.objects.create(unit=w["dong"], subject="Kế hoạch năm học", kind="Kế hoạch", book_year=2024, book_number=1)
        share = give(w["dong"], "Việc", to(w, "site"), by=None, document_id=document.pk).assignments.get()
        applied(w)
        work.make_subtask(share.pk, "Chia việc", by=make_user(role="leader", unit=w["site"]))
        assert depends_on(applied(w)) == []

    def test_a_register_of_a_new_unit_is_named(self, w):
        e = event(w["office"], {"kind": "found", "unit": {"name": "TH Mới", "kind": "primary", "parent_id": w["office"].pk}})
        apply(e.pk, by=None)
        new = UnitSpell.objects.get(name="TH Mới").unit
        Document.objects.create(unit=new, subject="Công văn đầu tiên", book_year=2024, book_number=1)
        e.refresh_from_db()
        (found,) = depends_on(e)
        assert (found.number, len(found.lines)) == (1, 1)


def test_a_decision_in_preparation_that_names_a_new_unit_stands_in_the_way(w):
    e = event(w["office"], {"kind": "found", "unit": {"name": "TH Mới", "kind": "primary", "parent_id": w["office"].pk}})
    apply(e.pk, by=None)
    new = UnitSpell.objects.get(name="TH Mới").unit
    event(w["office"], {"kind": "rename", "unit": new.pk, "name": "TH Khác"}, title="Đổi tên")
    with pytest.raises(KhueError, match="“Đổi tên” đang soạn"):
        undo(e.pk, by=None)


class TestPage:
    def test_it_names_task_person_act_and_day_and_says_what_to_do_instead(self, client, w):
        applied(w)
        for task in ("fees", "survey"):
            work.report(share_of(w, task).pk, by=w["head"], text="xong", submit=True)
        sign_in(client, make_user(role="admin", unit=w["city"]))
        text = client.get(reverse("units:reorganisation-undo", args=[w["event"].pk])).content.decode()
        share = share_of(w, "fees")
        day = Event.objects.latest("pk").at
        for words in (
            "Không hoàn tác được",
            "2 phần việc đã được đơn vị kế thừa làm tiếp",
            "Công khai khoản thu",
            f"/viec/{share.task_id}/?phan={share.pk}#p{share.pk}",
            "trình duyệt · Nguyễn Thị Hà",
            f"{day:%d/%m/%Y}",
            "soạn một quyết định mới",
            reverse("units:reorganisation-new"),
        ):
            assert words in text
        assert "Chưa ai làm gì" not in text
        client.post(reverse("units:reorganisation-undo", args=[w["event"].pk]), {"why": "x"})
        assert Reorganisation.objects.get(pk=w["event"].pk).state == "applied"

    def test_beyond_some_it_counts_the_rest(self, client, w, monkeypatch):
        monkeypatch.setattr(heirs_since, "MOST_LINES", 8)
        more = [give(w["office"], f"Việc {n}", to(w, "dong"), by=None) for n in range(11)]
        applied(w)
        for task in more:
            work.report(task.assignments.get(unit=w["an"]).pk, by=w["head"], text="đang làm")
        sign_in(client, make_user(role="admin", unit=w["city"]))
        text = client.get(reverse("units:reorganisation-undo", args=[w["event"].pk])).content.decode()
        assert "và 3 mục nữa" in text

    def test_a_later_decision_is_a_link(self, client, w):
        applied(w)
        later = event(w["office"], {"kind": "rename", "unit": w["an"].pk, "name": "TH Mới"}, on=DAY + timedelta(days=9), title="Lần hai")
        apply(later.pk, by=None)
        sign_in(client, make_user(role="admin", unit=w["city"]))
        text = client.get(reverse("units:reorganisation-undo", args=[w["event"].pk])).content.decode()
        assert reverse("units:reorganisation", args=[later.pk]) in text


class TestHistory:
    def test_the_way_of_a_share_says_by_which_decision_and_who_applied_it(self, w):
        by = make_user(role="admin", unit=w["city"])
        apply(w["event"].pk, by=by)
        said = {(e.assignment.task.quote, e.assignment.unit.name): e for e in Event.objects.filter(data__has_key="reorganisation")}
        texts = {where: (e.text, e.by) for where, e in said.items()}
        named = "Theo quyết định 12/QĐ-UBND “Sáp nhập”"
        assert texts["Sửa mái", "TH Kim Đồng"] == (f"{named}.", by)
        assert texts["Sửa mái", "TH Chu Văn An"] == (f"{named}.", by)
        assert texts["Khảo sát", "TH Chu Văn An"] == (f"{named}: phần việc của TH Kim Đồng gộp vào phần việc này.", by)
        assert texts["Hội thi", "TH Chu Văn An"][0] == f"{named}: nhận phần chủ trì của TH Kim Đồng."
        assert texts["Công khai khoản thu", "TH Kim Đồng"][0] == f"{named}: TH Chu Văn An làm tiếp phần việc này."

    def test_without_a_number_it_is_the_title_alone(self, w):
        Reorganisation.objects.update(decision="")
        applied(w)
        moved = Assignment.objects.get(task=w["roof"], unit=w["dong"])
        assert moved.events.get(kind=Event.Kind.TRANSFERRED).text == "Theo quyết định “Sáp nhập”."
