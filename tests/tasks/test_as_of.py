"""The record of a unit, the programme of a month and the page of a task as of an earlier day."""

from datetime import date, timedelta
from importlib import import_module
from io import BytesIO

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khue.accounts.models import Role
from khue.core.models import Action
from khue.tasks import dues, judge, month, work
from khue.tasks.evidence import evidence, told
from khue.tasks.give import Address, add_receivers, give, move_due
from khue.tasks.likeness import likeness
from khue.tasks.models import FormerDue, Task
from khue.tasks.month import Asked as Month
from khue.tasks.month import programme
from khue.tasks.page import MOST_OPEN
from khue.tasks.page_then import build_then
from khue.tasks.record import Asked, record
from khue.tasks.replies import say_word
from khue.units.groups import unit_ref
from khue.units.reorganise import apply
from khue.units.tree import change_unit
from tests.factories import make_user, sign_in
from tests.tasks.clock import Clock
from tests.tasks.world import World, person
from tests.units.test_reorganise import DAY, merger
from tests.units.test_reorganise import world as merging

pytestmark = pytest.mark.django_db
MONDAY, DUE, LATER = date(2024, 3, 4), date(2024, 3, 15), date(2024, 4, 10)
FRIDAY = MONDAY + timedelta(days=4)


class Story:
    """On Monday a task is given; on the next Monday it is sent back once and then moved to April; on Wednesday it is done."""

    def __init__(self, clock: Clock) -> None:
        clock.set(MONDAY)
        self.world = w = World()
        self.task = w.give(quote="Rà soát hồ sơ phổ cập", due=DUE)
        self.share = w.share(self.task)
        clock.set(FRIDAY)
        work.report(self.share.pk, by=w.head, text="Đã nộp hồ sơ", submit=True)
        clock.set(MONDAY + timedelta(days=7))
        judge.send_back(self.share.pk, "Thiếu biểu mẫu", by=w.official)
        move_due(self.task.pk, LATER, by=w.official, base=DUE)
        say_word(w.lua, "Mẫu gửi về chậm.", by=w.head, share_id=None, first=date(2024, 3, 1), last=date(2024, 3, 31))
        clock.set(MONDAY + timedelta(days=9))
        work.report(self.share.pk, by=w.head, text="Đã bổ sung", submit=True)
        judge.verify(self.share.pk, by=w.official)
        clock.set(LATER)

    def asked(self, as_of: date | None = None) -> Asked:
        return Asked(self.world.lua, date(2024, 3, 1), date(2024, 4, 30), as_of=as_of)


@pytest.fixture
def story(monkeypatch):
    return Story(Clock(monkeypatch, MONDAY))


@pytest.fixture
def official(story):
    return sign_in(Client(), story.world.official)


class TestTheRecord:
    def test_it_counts_what_was_known_that_evening(self, story):
        then, now = (record(person(story.world.official), story.asked(day)).total.tally for day in (FRIDAY, None))
        assert (then.numbers.open_in_time, then.numbers.done, then.returned) == (1, 0, 0)
        assert (now.numbers.open_in_time, now.numbers.done, now.returned) == (0, 1, 1)

    def test_a_share_stands_in_the_month_of_the_deadline_that_held(self, story):
        then, now = (record(person(story.world.official), story.asked(day)).periods for day in (FRIDAY, None))
        assert [line.tally.numbers.given for line in then] == [1, 0]
        assert [line.tally.numbers.given for line in now] == [0, 1]

    def test_its_evidence_tells_nothing_that_came_later(self, story, official):
        page = official.get(story.asked(FRIDAY).address("tasks:record-evidence", so="given")).content.decode()
        assert ("Đã nộp hồ sơ" in page, "Thiếu biểu mẫu" in page, "tính đến 08/03/2024" in page) == (True, False, True)
        assert f"on={FRIDAY}" in page, "what opens from here is of that day, too"

    def test_it_is_to_be_read_and_the_unit_speaks_only_on_the_page_of_today(self, story):
        head = sign_in(Client(), story.world.head)
        then, now = (head.get(story.asked(day).address()).content.decode() for day in (FRIDAY, None))
        assert ('name="text"' in then, 'name="text"' in now) == (False, True)
        assert ("Mẫu gửi về chậm." in then, "Mẫu gửi về chậm." in now) == (False, True)

    def test_without_days_it_opens_on_the_school_year_of_the_day(self, story, official):
        answer = official.get(reverse("tasks:record"), {"don_vi": story.world.lua.pk, "tinh_den": "2022-10-01"})
        assert answer.context["asked"].first == date(2022, 9, 1)

    @pytest.mark.parametrize("day", ["2024-04-10", "2031-01-01", "hôm qua", ""])
    def test_today_and_what_is_no_earlier_day_mean_today(self, story, official, day):
        assert official.get(reverse("tasks:record"), {"don_vi": story.world.lua.pk, "tinh_den": day}).context["asked"].as_of is None

    def test_the_workbook_says_of_which_day_it_is(self, story, official):
        book = CalamineWorkbook.from_filelike(BytesIO(official.get(story.asked(FRIDAY).address("tasks:record-export")).content))
        figures = [cell for row in book.get_sheet_by_name("Hồ sơ").to_python() for cell in row]
        assert any("tính đến ngày 08/03/2024" in str(cell) for cell in figures)
        assert not any("Thiếu biểu mẫu" in str(cell) for row in book.get_sheet_by_name("Từng việc").to_python() for cell in row)

    def test_like_units_are_counted_as_of_the_same_day(self, story, monkeypatch):
        clock, w = Clock(monkeypatch, LATER), story.world
        schools = [w.school(f"Trường Tiểu học số {n}") for n in range(4)]
        task = w.give(*[Address(unit_ref(s.pk)) for s in schools], quote="Báo cáo", due=LATER + timedelta(days=1))
        clock.set(LATER + timedelta(days=3))
        asked = Asked(w.lua, date(2024, 3, 1), date(2024, 4, 30))
        then = Asked(w.lua, date(2024, 3, 1), date(2024, 4, 30), as_of=LATER)
        found = [likeness(a, record(person(w.official), a).total.tally) for a in (asked, then)]
        assert task.assignments.count() == 4
        late = [next(s for s in f.spreads if s.measure.name == "overdue") for f in found]
        assert [s.high for s in late] == [100, 0]

    def test_its_form_asks_for_the_unit_under_the_name_of_today(self, story, monkeypatch):
        clock, unit = Clock(monkeypatch, LATER), story.world.lua
        change_unit(unit, by=None, on=LATER, name="Trường Tiểu học Lê Văn Tám")
        clock.set(LATER + timedelta(days=2))
        official = sign_in(Client(), story.world.official)
        page = official.get(story.asked(FRIDAY).address()).content.decode()
        assert "<p>Trường Tiểu học Bông Lúa " in page
        assert 'id="don_vi" name="don_vi" value="Trường Tiểu học Lê Văn Tám"' in page
        again = official.get(reverse("tasks:record"), {"don_vi": "Trường Tiểu học Lê Văn Tám", "tinh_den": f"{FRIDAY}"})
        assert (again.context["asked"].unit.pk, again.context["asked"].unit.name) == (unit.pk, "Trường Tiểu học Bông Lúa")

    def test_the_head_on_paper_keeps_the_name_of_today(self, story, monkeypatch):
        clock = Clock(monkeypatch, LATER)
        change_unit(story.world.lua, by=None, on=LATER, name="Trường Tiểu học Lê Văn Tám")
        clock.set(LATER + timedelta(days=2))
        page = sign_in(Client(), story.world.head).get(reverse("tasks:record"), {"tinh_den": f"{FRIDAY}"}).content.decode()
        assert "Trường Tiểu học Lê Văn Tám · " in page.split('class="on-paper"')[1].split("</p>")[0]

    def test_a_head_who_is_appointed_already_has_what_falls_due_then(self, story):
        Role.objects.filter(user=story.world.head).update(valid_to=date(2024, 4, 15))
        new = make_user(role="leader", unit=story.world.lua, name="Người sắp đến", since=date(2024, 4, 16))
        heads = record(person(story.world.official), story.asked()).heads
        assert [(line.name, line.last) for line in heads] == [(str(story.world.head), date(2024, 4, 15)), (str(new), date(2024, 4, 30))]

    def test_a_head_of_later_days_is_not_named(self, story):
        make_user(role="leader", unit=story.world.lua, name="Người đến sau", since=date(2024, 4, 1))
        named = [[line.name for line in record(person(story.world.official), story.asked(day)).heads] for day in (FRIDAY, None)]
        assert ["Người đến sau" in names for names in named] == [False, True]


def test_the_evidence_of_an_heir_begins_where_the_work_began(monkeypatch):
    clock = Clock(monkeypatch, DAY - timedelta(days=9))
    w = merging()
    task = give(w["office"], "Khảo sát", [Address(unit_ref(w["dong"].pk))], by=None, due_on=DAY)
    head = make_user(role="leader", unit=w["dong"])
    work.report(task.assignments.get().pk, by=head, text="Nửa chặng đường")
    say_word(w["dong"], "Đang chờ sáp nhập.", by=head, share_id=task.assignments.get().pk)
    clock.set(DAY)
    apply(merger(w).pk, by=None)
    reader = person(make_user(role="leader", unit=w["office"]))
    (row,) = told(evidence(reader, Asked(w["an"], DAY, DAY), "given", undated=False), DAY)
    assert [e.kind for e in row.way] == ["given", "report", "transferred", "given"]
    assert [word.text for word in row.own_words] == ["Đang chờ sáp nhập."]


class TestTheProgramme:
    def test_it_stands_on_the_deadline_that_held(self, story):
        of = person(story.world.official)
        days = {day: [[e.day for e in programme(of, Month(2024, m, as_of=day)).entries] for m in (3, 4)] for day in (FRIDAY, None)}
        assert days == {FRIDAY: [[DUE], []], None: [[], [LATER]]}

    def test_nor_does_it_matter_that_very_many_were_moved(self, story, monkeypatch):
        monkeypatch.setattr(dues, "MOST", 0)
        self.test_it_stands_on_the_deadline_that_held(story)

    def test_before_it_was_given_it_is_not_there(self, story):
        assert programme(person(story.world.official), Month(2024, 3, as_of=MONDAY - timedelta(days=1))).entries == []

    def test_it_says_its_day_and_moves_nothing(self, story, official):
        page = official.get(reverse("tasks:month"), {"tinh_den": f"{FRIDAY}"}).content.decode()
        assert ("Chương trình tháng 3/2024" in page, "tính đến 08/03/2024" in page, "Rà soát hồ sơ" in page) == (True, True, True)
        assert "data-move" not in page
        assert f"?on={FRIDAY}" in page

    def test_the_moves_of_other_offices_take_nothing_away(self, story, monkeypatch):
        clock, w = Clock(monkeypatch, FRIDAY), story.world
        others = make_user(role="leader", unit=w.elsewhere)
        for n in range(3):
            task = give(w.elsewhere, f"Việc {n}", [Address(unit_ref(w.elsewhere.pk))], by=others, due_on=DUE)
            clock.set(LATER - timedelta(days=1))
            move_due(task.pk, LATER, by=others, base=DUE)
            clock.set(FRIDAY)
        clock.set(LATER)
        monkeypatch.setattr(dues, "MOST", 3)
        assert [e.task for e in programme(person(w.official), Month(2024, 3, as_of=FRIDAY)).entries] == [story.task]

    def test_tasks_that_were_given_later_take_nothing_away(self, story, monkeypatch):
        clock, w = Clock(monkeypatch, LATER), story.world
        for n in range(3):
            w.give(quote=f"Việc {n}", due=DUE - timedelta(days=1), on=MONDAY)
        clock.set(LATER + timedelta(days=1))
        monkeypatch.setattr(month, "MOST_TASKS", 3)
        found = programme(person(w.official), Month(2024, 3, as_of=FRIDAY))
        assert ([e.task for e in found.entries], found.cut) == ([story.task], False)

    def test_it_is_headed_by_the_name_of_the_day(self, story, monkeypatch):
        clock = Clock(monkeypatch, LATER)
        change_unit(story.world.office, by=None, on=LATER, name="Phòng Văn hóa - Xã hội")
        clock.set(LATER + timedelta(days=2))
        official = sign_in(Client(), story.world.official)
        assert official.get(reverse("tasks:month"), {"tinh_den": f"{FRIDAY}"}).context["unit_name"] == "Phòng Giáo dục"
        assert official.get(reverse("tasks:month")).context["unit_name"] == "Phòng Văn hóa - Xã hội"

    def test_the_months_beside_it_are_of_the_same_day(self, story, official):
        answer = official.get(reverse("tasks:month"), {"thang": "2024-03", "tinh_den": f"{FRIDAY}"})
        assert all(f"tinh_den={FRIDAY}" in answer.context[name] for name in ("before", "after", "query"))

    def test_the_spreadsheet_says_its_day(self, story, official):
        answer = official.get(reverse("tasks:month-export", args=["xlsx"]), {"thang": "2024-03", "tinh_den": f"{FRIDAY}"})
        cells = [c for row in CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python() for c in row]
        assert "(tính đến ngày 08/03/2024)" in cells
        assert "Rà soát hồ sơ phổ cập" in cells


class TestTheTask:
    def page(self, client, task, **asked):
        return client.get(reverse("tasks:show", args=[task.pk]), asked).content.decode()

    def test_it_shows_how_far_each_had_come_and_nothing_to_do(self, story, official):
        then, now = self.page(official, story.task, on=f"{FRIDAY}", phan=story.share.pk), self.page(official, story.task)
        assert ("Đã nộp hồ sơ" in then, "Thiếu biểu mẫu" in then, "15/03/2024" in then, "10/04/2024" in then) == (True, False, True, False)
        assert ("Đã bổ sung" in now, "10/04/2024" in now) == (True, True)
        assert (">Dời hạn<" in then, ">Dời hạn<" in now) == (False, True)
        assert "Đang xem như cuối ngày 08/03/2024" in then

    def test_a_school_sees_its_own_part_alone(self, story):
        page = self.page(sign_in(Client(), story.world.other_head), story.task, on=f"{FRIDAY}", phan=story.share.pk)
        assert ("Sen Hồng" in page, "Bông Lúa" in page, "Đã nộp hồ sơ" in page) == (True, False, False)

    def test_before_it_was_given_nobody_had_it(self, story, official):
        assert "Ngày đó chưa có đơn vị nào nhận việc này" in self.page(official, story.task, on="2024-03-01")

    def test_a_school_that_got_it_later_is_told_of_itself_alone(self, story, monkeypatch):
        clock, w = Clock(monkeypatch, FRIDAY), story.world
        task = w.give(Address(unit_ref(w.lua.pk)), quote="Nộp báo cáo", due=DUE)
        clock.set(LATER)
        add_receivers(task.pk, [w.sen.pk], by=w.official)
        page = self.page(sign_in(Client(), w.other_head), task, on=f"{FRIDAY}")
        assert ("Ngày đó đơn vị bạn chưa có việc này" in page, "chưa có đơn vị nào" in page) == (True, False)

    def test_the_part_that_is_asked_for_is_there_beside_many_of_ones_own(self, story, monkeypatch):
        clock, w = Clock(monkeypatch, MONDAY), story.world
        schools = [w.school(f"Trường Tiểu học số {n}") for n in range(9)]
        task = w.give(*[Address(unit_ref(s.pk)) for s in schools], quote="Nộp báo cáo", due=DUE)
        head = make_user(role="leader", unit=schools[0], since=MONDAY)
        for school in schools[1:]:
            Role.objects.create(user=head, unit=school, role="leader", valid_from=MONDAY)
        clock.set(LATER)
        last = task.assignments.get(unit=schools[-1])
        page = build_then(person(head), task, FRIDAY, open_id=last.pk)
        assert (page.opened[0].share_id, len(page.opened)) == (last.pk, MOST_OPEN + 1)

    def test_lists_and_figures_of_that_day_lead_there(self, story, official):
        page = official.get(reverse("operations"), {"on": f"{DUE + timedelta(days=1)}"}).content.decode()
        assert f"tinh_den={DUE + timedelta(days=1)}" in page
        page = official.get(reverse("tasks:list"), {"view": "all", "task": story.task.pk, "on": f"{FRIDAY}"}).content.decode()
        assert f'href="/viec/{story.task.pk}/?on={FRIDAY}"' in page

    def test_lists_of_that_day_lead_there(self, story, official):
        page = official.get(reverse("tasks:list"), {"view": "all", "on": f"{FRIDAY}"}).content.decode()
        assert f"&amp;on={FRIDAY}#p{story.share.pk}" in page


class TestTheDeadline:
    def test_of_two_moves_on_one_day_the_first_tells_what_held_before(self, monkeypatch):
        clock = Clock(monkeypatch, MONDAY)
        task = World().give(due=DUE)
        clock.set(FRIDAY)
        move_due(task.pk, LATER, by=None, base=DUE)
        move_due(task.pk, None, by=None, base=LATER)
        assert [(f.due_on, f.until) for f in task.former_dues.all()] == [(DUE, FRIDAY)]

    def test_moves_from_before_this_was_kept_are_taken_from_the_log(self, story):
        kept = list(FormerDue.objects.values_list("task_id", "due_on", "until"))
        FormerDue.objects.all().delete()
        gone = Task.objects.get(pk=story.task.pk)
        Action.objects.create(verb="task.due_moved", target_type="task", target_id=gone.pk + 999, changes={"due_on": ["2024-01-01", None]})
        import_module("khue.tasks.migrations.0010_former_due").from_the_log(apps, None)
        assert list(FormerDue.objects.values_list("task_id", "due_on", "until")) == kept
