"""What becomes of tasks that both schools of a merger have: nothing that is owed disappears, and the preview says it before."""

from datetime import timedelta

import pytest
from django.urls import reverse

from khue.accounts.person import Person
from khue.core.said import from_data
from khue.tasks import judge, standing, work
from khue.tasks.acts import allowed
from khue.tasks.give import Address, give
from khue.tasks.lists import my_shares, shares
from khue.tasks.models import Assignment, Event, Notice, Stage
from khue.tasks.states import numbers
from khue.tasks.telling import people_at
from khue.units.groups import unit_ref
from khue.units.kinds import UnitKind
from khue.units.models import Unit, UnitSpell
from khue.units.reorganise import apply, preview, undo
from khue.units.reorganise.previewing import what_changed
from khue.units.then import of_kinds
from khue.units.tree import today
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.clock import Clock
from tests.units.test_reorganise import DAY, event, merger, snapshot, world

pytestmark = pytest.mark.django_db


def to(w, *names, **more):
    return [Address(unit_ref(w[n].pk), **more) for n in names]


def finished(share):
    """Done in time and verified."""
    work.report(share.pk, by=None, text="Xong", submit=True)
    judge.verify(share.pk, by=None)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, DAY - timedelta(days=60))


@pytest.fixture
def w(clock):
    """Both have the first task, which only the heir has done; both have the second open; the third is the ended school's alone."""
    w = world()
    w["fees"] = give(w["office"], "Công khai các khoản thu, chi", to(w, "an", "dong"), by=None, due_on=DAY - timedelta(days=42))
    w["survey"] = give(w["office"], "Khảo sát", to(w, "an", "dong"), by=None, due_on=DAY - timedelta(days=2))
    w["roof"] = give(w["office"], "Sửa mái", to(w, "dong"), by=None, due_on=DAY + timedelta(days=9))
    finished(w["fees"].assignments.get(unit=w["an"]))
    w["heads"] = [make_user(role="leader", unit=w[n]) for n in ("an", "dong")]
    clock.set(DAY)
    return w


class TestWhatTheHeirHasFinished:
    def test_the_other_part_is_still_owed_and_counted_overdue(self, w):
        before = numbers(Assignment.objects.all(), today())
        apply(merger(w).pk, by=None)
        old = w["fees"].assignments.get(unit=w["dong"])
        assert (old.stage, old.transferred_to) == (Stage.GIVEN, None)
        assert w["fees"].assignments.get(unit=w["an"]).stage == Stage.VERIFIED
        after = numbers(Assignment.objects.all(), today())
        # of five the survey is one now: it was overdue at both
        assert (before.given, before.overdue, before.done_in_time) == (5, 3, 1)
        assert (after.given, after.overdue, after.done_in_time) == (4, 2, 1)

    def test_the_people_of_the_heir_go_on_with_it(self, w):
        apply(merger(w).pk, by=None)
        old = w["fees"].assignments.select_related("task", "unit").get(unit=w["dong"])
        head = Person(w["heads"][0])
        assert old in my_shares(head)
        assert "report" in allowed(head, old)
        assert w["heads"][0].pk in people_at([w["dong"].pk], "tasks.report")[w["dong"].pk]
        assert "TH Chu Văn An làm tiếp" in old.events.get(kind=Event.Kind.COMMENT).text
        work.report(old.pk, by=w["heads"][0], text="Đã công khai", submit=True)
        judge.verify(old.pk, by=None)
        assert numbers(w["fees"].assignments.all(), today()).done_late == 1

    def test_an_undo_gives_back_the_very_state(self, w):
        before, told = snapshot(), Event.objects.count()
        e = merger(w)
        apply(e.pk, by=None)
        undo(e.pk, by=None)
        assert (snapshot(), Event.objects.count()) == (before, told)

    def test_the_days_before_and_after_show_it_overdue_at_the_ended_school(self, w, clock):
        apply(merger(w).pk, by=None)
        clock.set(DAY + timedelta(days=5))
        for on in (DAY - timedelta(days=1), DAY):
            late = [(s.task_id, s.unit_id) for s in shares(Person(make_user(role="leader", unit=w["office"])), {"state": "overdue"}, on)]
            assert (w["fees"].pk, w["dong"].pk) in late, on
        assert standing.stood_on(DAY).filter(task=w["fees"]).count() == 2

    def test_a_new_unit_has_finished_nothing_and_gets_it(self, w):
        new = {"name": "Trường mới", "kind": "primary", "parent_id": w["office"].pk}
        apply(event(w["office"], {"kind": "merge", "units": [w["an"].pk, w["dong"].pk], "into": new}).pk, by=None)
        moved = w["fees"].assignments.get(unit__name="Trường mới")
        assert moved.due_on == DAY - timedelta(days=42)
        assert w["fees"].assignments.get(unit=w["dong"]).transferred_to == moved
        assert w["survey"].assignments.exclude(stage=Stage.TRANSFERRED).count() == 1


class TestToldBefore:
    def counts(self, told):
        return {str(t.words): (t.number, t.overdue) for t in told.touched}

    def test_the_preview_says_how_many_move_join_and_stay_and_how_many_of_them_are_overdue(self, w):
        before = snapshot()
        counts = self.counts(preview(merger(w)))
        assert counts["phần việc đang mở"] == (3, 0)
        assert counts["phần chuyển sang đơn vị kế thừa"] == (1, 0)
        assert counts["phần gộp vào việc đơn vị kế thừa đang làm, theo hạn của đơn vị kế thừa"] == (1, 1)
        assert counts["phần mà đơn vị kế thừa đã xong việc của mình: vẫn ghi tên đơn vị cũ, đơn vị kế thừa làm tiếp"] == (1, 1)
        assert snapshot() == before

    def test_both_pages_name_the_tasks_with_their_deadlines(self, client, w):
        sign_in(client, make_user(role="admin", unit=w["city"]))
        e = merger(w)
        for page in ("reorganisation-apply", "reorganisation"):
            text = client.get(reverse(f"units:{page}", args=[e.pk])).content.decode()
            assert "Công khai các khoản thu, chi" in text
            assert f"hạn {DAY - timedelta(days=42):%d/%m/%Y}" in text
            assert "đơn vị kế thừa đã xong việc của mình" in text
            if page == "reorganisation-apply":
                told = self.counts(preview(e))
                apply(e.pk, by=None)
                e.refresh_from_db()
        assert self.counts(what_changed(e)) == told, "what was told before is what the decision tells after"

    def test_two_schools_that_end_have_one_task_between_them(self, w):
        new = {"name": "Trường mới", "kind": "primary", "parent_id": w["office"].pk}
        e = event(w["office"], {"kind": "merge", "units": [w["an"].pk, w["dong"].pk], "into": new})
        counts = self.counts(preview(e))
        assert counts["phần chuyển sang đơn vị kế thừa"][0] == 3
        assert counts["phần gộp vào việc đơn vị kế thừa đang làm, theo hạn của đơn vị kế thừa"][0] == 1

    def test_its_numbers_are_those_of_the_lists_they_open(self, client, w):
        """Parts of partners and a school's own tasks for its people are told apart, as they are on every page."""
        finished(give(w["office"], "Làm", to(w, "dong"), by=None).assignments.get())
        finished(give(w["office"], "Hội thi", [*to(w, "third"), *to(w, "dong", is_partner=True)], by=None).assignments.get(unit=w["dong"]))
        share = w["roof"].assignments.get()
        work.make_subtask(share.pk, "Gọi thợ", by=w["heads"][1], person=w["heads"][1])
        sign_in(client, make_user(role="leader", unit=w["office"]))
        told = {str(t.words): t for t in preview(merger(w)).touched}
        for words, number in (("phần việc đang mở", 3), ("phần việc đã xong, giữ nguyên", 1)):
            assert told[words].number == number
            assert client.get(told[words].at(w["dong"].pk)).context["page_obj"].paginator.count == number
        assert told["phần phối hợp, việc nội bộ đang mở"].number == 1
        assert told["phần phối hợp, việc nội bộ đã xong, giữ nguyên"].number == 1


class TestNotices:
    def test_the_heirs_people_read_how_much_moved_joined_and_stays(self, w):
        apply(merger(w).pk, by=None)
        tasks = (
            "1 việc chuyển sang đơn vị bạn; 1 việc gộp vào việc đơn vị bạn đang làm; "
            "1 việc đơn vị cũ chưa xong, đơn vị bạn làm tiếp dưới tên đơn vị cũ."
        )
        assert {n.user: str(from_data(n.text)) for n in Notice.objects.filter(kind="inherited")} == {
            w["heads"][0]: f"Theo quyết định “Sáp nhập”: {tasks}",
            w["heads"][1]: f"Theo quyết định “Sáp nhập”: vai trò của bạn ở TH Kim Đồng chuyển sang TH Chu Văn An; {tasks}",
        }

    def test_both_heads_are_told_that_it_was_undone(self, w):
        e = merger(w)
        apply(e.pk, by=None)
        undo(e.pk, by=None)
        told = Notice.objects.filter(kind="given_back")
        assert {n.user for n in told} == set(w["heads"])
        assert "Đã hoàn tác quyết định" in told[0].text["say"]
        assert not Notice.objects.filter(kind="inherited").exists()


def test_what_stays_at_an_ended_school_stands_in_lists_by_kind_of_later_days():
    yesterday = today() - timedelta(days=1)
    ended = make_unit(name="Trường Tiểu học Cũ", kind=UnitKind.PRIMARY)
    Unit.objects.filter(pk=ended.pk).update(closed_on=yesterday)
    UnitSpell.objects.filter(unit=ended).update(valid_to=yesterday - timedelta(days=1))
    assert ended.pk in of_kinds([UnitKind.PRIMARY], yesterday).values_list("pk", flat=True)
    assert ended.pk not in of_kinds([UnitKind.KINDERGARTEN], yesterday).values_list("pk", flat=True)
