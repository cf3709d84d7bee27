"""The figures of a report agree with a second count, read as they did then, and stay when they are issued."""

import re
from dataclasses import asdict
from datetime import date, timedelta

import pytest

from khue.documents.models import Report
from khue.documents.report.issuing import issue
from khue.documents.report.letterhead import letter_of
from khue.documents.report.service import make_draft
from khue.tasks.give import withdraw
from khue.tasks.judge import verify
from khue.tasks.models import Assignment, Task
from khue.tasks.states import numbers
from khue.tasks.work import report as tell
from khue.units.history import Reorganisation
from khue.units.reorganise import apply
from khue.units.tree import today
from tests.documents.report_world import FIRST, World, recounted

pytestmark = pytest.mark.django_db
DAYS = [FIRST + timedelta(days=n) for n in (0, 3, 5, 8, 9, 10, 15, 16, 20, 22, 31, 45)]
FIVE = ("given", "done_in_time", "done_late", "open_in_time", "overdue")


def draft(world, about="document", **more):
    more = {"document": world.document, **more} if about == "document" else more
    return make_draft(world.office, about, by=world.clerk, **more)


def words(report):
    return [(b["text"], b["rows"]) for b in report.blocks]


def table(report, key):
    return next(b["rows"] for b in report.blocks if b["key"] == key)


@pytest.mark.parametrize("day", DAYS)
def test_the_numbers_of_every_day_agree_with_a_count_over_the_events(world, day):
    made = draft(world, as_of=day)
    wanted = recounted(Assignment.objects.filter(task__document_id=world.document.pk), day)
    assert {n: made.figures["numbers"][n] for n in FIVE} == wanted
    assert table(made, "numbers")[1] == [str(wanted[n]) for n in FIVE]


def test_every_task_and_every_group_of_tasks_agrees_too(world):
    made = draft(world)
    for task in world.tasks:
        told = made.figures["by_task"][str(task.pk)]
        assert {n: told[n] for n in FIVE} == recounted(task.assignments.all(), today())
    rows = table(made, "section-numbers")
    assert [r[0].split(". ")[1].split(" (")[0] for r in rows[1:-1]] == ["Chất lượng giáo dục", "An toàn trường học", "Chuyển đổi số"]
    by_heading = [[0, 1, 4, 5], [2, 6], [3, 7]]
    for row, wanted in zip(rows[1:-1], by_heading, strict=True):
        counted = recounted(Assignment.objects.filter(task__in=[world.tasks[n] for n in wanted]), today())
        assert row[1:] == [str(len(wanted)), *(str(counted[n]) for n in FIVE)]
    assert rows[-1][1:] == [str(len(world.tasks)), *(str(made.figures["numbers"][n]) for n in FIVE)]


def test_every_figure_in_the_sentence_on_a_task_is_counted_another_way(world):
    made = draft(world)
    for n, task in enumerate(world.tasks):
        text = next(b["text"] for b in made.blocks if b["key"] == f"t:{task.pk}")
        counted = recounted(task.assignments.all(), today())
        done = counted["done_in_time"] + counted["done_late"]
        if found := re.search(r"(\d+)/(\d+) đơn vị đã hoàn thành", text):
            assert (int(found[1]), int(found[2])) == (done, counted["given"])
        elif n not in (2, 6):
            assert done == 0
        late = re.search(r"[Cc]òn (\d+) đơn vị quá hạn", text)
        if n not in (2, 6):
            assert (int(late[1]) if late else 0) == counted["overdue"]


def test_the_numbers_are_those_of_every_page(world):
    made = draft(world)
    assert made.figures["numbers"] == asdict(numbers(Assignment.objects.filter(task__document_id=world.document.pk), today()))


def test_a_day_before_a_change_reads_as_it_did_then(monkeypatch):
    world = World(monkeypatch)
    tell(world.share(0).pk, by=world.clerk, text="Mới bắt đầu", percent=10)
    then = words(draft(world))
    world.play()
    assert words(draft(world, as_of=FIRST)) == then
    assert words(draft(world)) != then


def test_who_is_late_is_named_with_the_reason_given(world):
    made = draft(world)
    text = next(b["text"] for b in made.blocks if b["key"] == f"t:{world.tasks[1].pk}")
    assert "TH Kim Đồng (thời hạn 07/02/2024; chưa có kinh phí)" in text
    assert "1/4 đơn vị đạt" in text
    assert "3 đơn vị chưa có số liệu" in text
    assert any(b["text"] == "- Chưa có kinh phí (TH Kim Đồng)." for b in made.blocks)


def test_a_missing_figure_is_told_as_missing(monkeypatch):
    world = World(monkeypatch)
    made = draft(world)
    text = next(b["text"] for b in made.blocks if b["key"] == f"t:{world.tasks[1].pk}")
    assert text.endswith("Chỉ tiêu từ 98% trở lên: chưa có số liệu.")


def test_a_sentence_leads_to_its_tasks(world):
    made = draft(world)
    led_to = {pk for b in made.blocks if b["key"].startswith("t:") for pk in b["tasks"]}
    assert led_to == {t.pk for t in world.tasks}


def test_a_period_holds_what_was_due_done_or_still_late_in_it(world):
    first, last = date(2024, 1, 20), date(2024, 1, 31)
    made = draft(world, "period", starts_on=first, as_of=last)
    told = {int(pk) for pk in made.figures["by_task"]}
    # 2 was due on 22 January; 3 on the 29th and was done on the 24th; 1 has a share that stays late
    assert told == {world.tasks[n].pk for n in (0, 1, 2)}
    assert made.title == "Kết quả thực hiện nhiệm vụ từ ngày 20/01/2024 đến ngày 31/01/2024"


def test_a_report_on_one_unit_holds_its_shares_only(world):
    school = world.schools[1]
    made = draft(world, "unit", about_unit=school)
    assert {n: made.figures["numbers"][n] for n in FIVE} == recounted(Assignment.objects.filter(unit=school), today())


def test_a_school_reports_on_its_own_part_of_a_directive(world):
    school = world.schools[0]
    made = make_draft(school, "document", by=world.clerk, document=world.document)
    assert {n: made.figures["numbers"][n] for n in FIVE} == recounted(Assignment.objects.filter(unit=school), today())


def test_the_page_for_the_meeting_begins_with_what_is_late(world):
    made = draft(world, "brief")
    headings = [b["text"] for b in made.blocks if b["kind"] == "heading"]
    assert headings[0].startswith("1. Quá hạn")
    first = next(b for b in made.blocks if b["key"].startswith("late:"))
    assert first["tasks"] == [world.tasks[0].pk]
    assert {n: made.figures["numbers"][n] for n in FIVE} == recounted(Assignment.objects.filter(task__in=world.tasks), today())


def test_what_was_issued_stays_word_for_word_whatever_happens_later(world):
    made = issue(draft(world).pk, by=world.leader)
    before = (words(made), made.figures, letter_of(made))
    world.clock.set(FIRST + timedelta(days=60))
    tell(world.share(5, 1).pk, by=world.clerk, text="Đã làm", submit=True)
    verify(world.share(5, 1).pk, by=world.leader)
    withdraw(world.tasks[7].pk, by=world.leader, why="Nhầm")
    again = Report.objects.get(pk=made.pk)
    after = letter_of(again)
    after.month = before[2].month
    assert (words(again), again.figures, after) == before


@pytest.fixture
def merged(world):
    """Kim Đồng goes into Chu Văn An, which gets another name; the office is renamed, too."""
    now = draft(world)
    issued = issue(draft(world).pk, by=world.leader)
    kept = (words(now), words(issued), letter_of(issued).agency)
    world.clock.set(FIRST + timedelta(days=50))
    step = {
        "kind": "merge",
        "units": [world.schools[0].pk, world.schools[1].pk],
        "into": world.schools[0].pk,
        "name": "Trường Tiểu học Lào Cai",
    }
    rename = {"kind": "rename", "unit": world.office.pk, "name": "Phòng Văn hóa và Giáo dục", "short_name": "Phòng VH&GD"}
    event = Reorganisation.objects.create(
        owner=world.city, title="Sáp nhập", decision="12/QĐ-UBND", effective_on=FIRST + timedelta(days=50), steps=[step, rename]
    )
    apply(event.pk, by=world.leader)
    world.clock.set(FIRST + timedelta(days=51))
    return world, now, issued, kept


def test_a_reorganisation_changes_no_word_of_what_was_issued(merged):
    _world, _now, issued, kept = merged
    again = Report.objects.get(pk=issued.pk)
    assert words(again) == kept[1]
    assert letter_of(again).agency == kept[2]


def test_a_report_as_of_the_day_before_a_reorganisation_reads_as_it_did(merged):
    world, now, _issued, kept = merged
    world.office.refresh_from_db()
    assert words(draft(world, as_of=now.as_of)) == kept[0]


def test_after_a_merger_the_numbers_agree_and_the_heir_tells_the_whole_past(merged):
    world = merged[0]
    made = draft(world)
    assert made.figures["numbers"] == asdict(numbers(Assignment.objects.filter(task__document_id=world.document.pk), today()))
    assert any("Trường Tiểu học Lào Cai" in cell for b in made.blocks for row in b["rows"] for cell in row) or any(
        "Trường Tiểu học Lào Cai" in b["text"] for b in made.blocks
    )


def test_the_number_of_queries_does_not_grow_with_the_tasks(world, django_assert_max_num_queries):
    for n in range(40):
        task = Task.objects.get(pk=world.tasks[n % 8].pk)
        task.pk, task.obligation_id = None, None
        task.save()
        Assignment.objects.create(task=task, unit=world.schools[n % 4])
    with django_assert_max_num_queries(30):
        draft(world)


def test_what_is_due_on_the_last_day_of_a_period_is_said_without_two_numbers_side_by_side(world):
    day = world.tasks[4].due_on
    made = draft(world, "period", starts_on=FIRST, as_of=day)
    said = next(b["text"] for b in made.blocks if b["key"] == "overall")
    n = made.figures["numbers"]["open_in_time"]
    assert n, day
    assert f"chưa hoàn thành {n} phần việc đến hạn đúng ngày {day:%d/%m/%Y};" in said
