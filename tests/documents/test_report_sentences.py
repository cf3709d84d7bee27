"""What the sentences of a report say is true of what it counts: periods, the meeting, recurring tasks, what was sent back."""

import re
from datetime import date, timedelta

import pytest

from khue.documents.report import brief
from khue.documents.report.brief import cut
from khue.documents.report.phrases import period_words
from khue.documents.report.service import make_draft
from khue.tasks.give import Address, give
from khue.tasks.judge import send_back, verify
from khue.tasks.models import Task
from khue.tasks.work import ask_extension
from khue.tasks.work import report as tell
from khue.units.groups import unit_ref
from tests.documents.report_world import FIRST, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(monkeypatch):
    """Everything given this morning, nothing done."""
    return World(monkeypatch)


@pytest.fixture
def world(fresh):
    fresh.play()
    return fresh


def text(report, key):
    return next(b["text"] for b in report.blocks if b["key"] == key)


def keys(report):
    return [b["key"] for b in report.blocks]


def rows(report, key):
    return next(b["rows"] for b in report.blocks if b["key"] == key)


def draft(world, about="document", unit=None, **more):
    more = {"document": world.document, **more} if about == "document" else more
    return make_draft(unit or world.office, about, by=world.clerk, **more)


def hand_out(world, quote, units, *, by=None, due=None, **more):
    return give(by or world.office, quote, [Address(unit_ref(u.pk)) for u in units], by=world.leader, due_on=due, **more)


# --- a period


def test_a_period_in_which_nothing_fell_due_says_so_and_how_much_is_under_way(fresh):
    made = draft(fresh, "period", starts_on=FIRST, as_of=FIRST)
    assert text(made, "overall") == (
        "Từ ngày 08/01/2024 đến ngày 08/01/2024, trong các việc do Phòng GD&ĐT giao không có phần việc nào đến hạn, hoàn thành hay còn "
        "quá hạn. Ngoài ra có 26 phần việc chưa hoàn thành, đến hạn sau ngày 08/01/2024 hoặc không quy định thời hạn, không tính trong kỳ."
    )
    assert text(made, "results:none") == "Trong kỳ không có phần việc nào đến hạn, hoàn thành hay còn quá hạn."
    assert not any("được giao" in b["text"] for b in made.blocks)


def test_a_period_tells_what_stands_in_the_way_of_what_is_due_after_it(fresh):
    later = hand_out(fresh, "Sửa nhà vệ sinh", fresh.schools[:1], due=FIRST + timedelta(days=60))
    ask_extension(later.assignments.get().pk, FIRST + timedelta(days=90), "Đang chờ kinh phí được cấp.", by=fresh.clerk)
    made = draft(fresh, "period", starts_on=FIRST, as_of=FIRST)
    assert "difficulties:none" not in keys(made)
    assert any("Đang chờ kinh phí được cấp" in b["text"] and "TH Chu Văn An" in b["text"] for b in made.blocks)


def test_a_period_says_why_each_of_its_shares_is_counted(world):
    first, last = date(2024, 1, 20), date(2024, 1, 31)
    made = draft(world, "period", starts_on=first, as_of=last)
    found = text(made, "overall")
    assert "Trong các việc do Phòng GD&ĐT giao, kỳ này có 3 nhiệm vụ" in found
    # task 1 was due on the 22nd, for one school later; task 2 on the 29th; of task 0 two shares stay late
    assert "4 đến hạn từ ngày 20/01/2024 đến ngày 31/01/2024" in found
    assert "2 đến hạn trước kỳ, hoàn thành trong kỳ hoặc còn quá hạn" in found
    assert "không có phần việc chưa hoàn thành" not in found
    reasons = re.split(r"Trong số này", found)[0].split(": ", 1)[1]
    assert sum(int(n) for n in re.findall(r"(\d+) (?:đến hạn|hoàn thành trong kỳ,)", reasons)) == made.figures["numbers"]["given"]
    assert rows(made, "numbers")[0][0] == "Tính trong kỳ"


def test_a_period_does_not_take_some_units_for_all(world):
    made = draft(world, "period", starts_on=date(2024, 1, 20), as_of=date(2024, 1, 31))
    assert "(kỳ này tính 2/4 đơn vị) chưa có đơn vị nào trong 2 đơn vị hoàn thành" in text(made, f"t:{world.tasks[0].pk}")


def test_what_comes_next_is_told_also_where_the_period_does_not_count_it(fresh):
    made = draft(fresh, "period", starts_on=FIRST, as_of=FIRST)
    assert text(made, "next:soon") == ("- Tiếp tục thực hiện 13 phần việc thuộc 4 nhiệm vụ đến hạn từ ngày 08/01/2024 đến ngày 07/02/2024.")


def test_a_unit_is_not_told_to_press_itself(world):
    made = draft(world, "unit", unit=world.schools[0], about_unit=world.schools[0])
    assert re.fullmatch(r"- Hoàn thành \d+ phần việc đã quá hạn của TH Chu Văn An\.", text(made, "next:overdue"))


def test_a_unit_that_only_joins_in_is_not_told_that_nobody_works(fresh):
    lead, other = fresh.schools[:2]
    to = [Address(unit_ref(lead.pk)), Address(unit_ref(other.pk), is_partner=True)]
    task = give(fresh.office, "Tổ chức ngày hội", to, by=fresh.leader, due_on=FIRST + timedelta(days=9))
    made = draft(fresh, "unit", about_unit=other)
    assert text(made, f"t:{task.pk}") == "- Tổ chức ngày hội: TH Kim Đồng phối hợp thực hiện, không tính vào số liệu."
    assert "1 nhiệm vụ chỉ có phần việc phối hợp" in text(made, "overall")


def test_a_report_on_another_unit_closes_with_whom_it_was_about(fresh):
    made = draft(fresh, "unit", about_unit=fresh.schools[1])
    assert "về kết quả thực hiện nhiệm vụ của Trường Tiểu học Kim Đồng" in text(made, "closing")


# --- the meeting


def test_the_meeting_is_told_whose_tasks_are_counted(fresh):
    assert text(draft(fresh, "brief"), "opening").endswith("trong các việc do Phòng GD&ĐT giao:")
    hand_out(fresh, "Báo cáo số liệu", [fresh.office], by=fresh.city, due=FIRST + timedelta(days=3))
    made = draft(fresh, "brief")
    assert text(made, "opening").endswith("trong các việc do Phòng GD&ĐT giao (26 phần việc) và được giao (1 phần việc):")
    assert text(draft(fresh, "brief", unit=fresh.schools[0]), "opening").endswith("trong các việc giao cho TH Chu Văn An:")


def test_the_meeting_hears_what_the_office_itself_owes_to_the_level_above(fresh):
    for n, quote in enumerate(("Nộp dự toán", "Gửi danh sách", "Báo cáo số liệu")):
        hand_out(fresh, quote, [fresh.office], by=fresh.city, due=FIRST + timedelta(days=1 + n))
    fresh.clock.set(FIRST + timedelta(days=5))
    made = draft(fresh, "brief")
    owed = "- Phòng GD&ĐT còn 3 phần việc quá hạn do UBND thành phố giao, lâu nhất là: Nộp dự toán (quá hạn 4 ngày); Gửi danh sách (quá hạn 3 ngày)."
    assert text(made, "owed") == owed
    assert "late:none" not in keys(made)
    assert not any(k.startswith("late:") for k in keys(made))


def test_a_school_that_only_receives_has_its_overdue_tasks_in_the_list(world):
    made = draft(world, "brief", unit=world.schools[3])
    assert "owed" not in keys(made)
    assert any(k.startswith("late:") and k != "late:none" for k in keys(made))


def test_the_meeting_hears_what_the_level_above_gave_straight_to_the_schools(fresh):
    assert "below" not in keys(draft(fresh, "brief"))
    hand_out(fresh, "Công khai thu chi", fresh.schools, by=fresh.city, due=FIRST + timedelta(days=1))
    fresh.clock.set(FIRST + timedelta(days=3))
    made = draft(fresh, "brief")
    assert text(made, "below") == (
        "Ngoài ra, các đơn vị thuộc Phòng GD&ĐT được cấp trên giao trực tiếp 4 phần việc (không tính trong bảng), "
        "trong đó quá hạn, chưa hoàn thành 4 phần việc."
    )
    assert made.figures["numbers"]["given"] == 26


def test_the_largest_task_is_named_first(fresh):
    hand_out(fresh, "Việc của một trường", fresh.schools[:1], due=FIRST + timedelta(days=2))
    hand_out(fresh, "Việc của mọi trường", fresh.schools, due=FIRST + timedelta(days=5))
    said = text(draft(fresh, "brief"), "near")
    assert said.index("Việc của mọi trường (4 đơn vị)") < (said.find("Việc của một trường") if "một trường" in said else len(said))


@pytest.mark.parametrize(
    ("quote", "longest", "wanted"),
    [
        ("Báo cáo số học sinh nghỉ học dài ngày vào ngày 25 hằng tháng", 110, "Báo cáo số học sinh nghỉ học dài ngày vào ngày 25 hằng tháng"),
        ("Các trường tiểu học báo cáo số học sinh nghỉ học dài ngày vào ngày 25 hằng tháng", 75, "Các trường tiểu học báo cáo số học sinh nghỉ học dài ngày…"),
        (
            "Cập nhật đủ hồ sơ học sinh, giáo viên lên cơ sở dữ liệu ngành trước ngày 25/10/2023",
            75,
            "Cập nhật đủ hồ sơ học sinh, giáo viên lên cơ sở dữ liệu ngành…",
        ),
    ],
)  # fmt: skip
def test_a_long_sentence_is_cut_where_a_clause_ends_and_says_that_there_is_more(quote, longest, wanted):
    assert cut(Task(quote=quote), longest) == wanted


def test_a_meeting_with_much_to_hear_is_told_less_of_each(world, monkeypatch):
    monkeypatch.setattr(brief, "LINES", 1000)
    much = draft(world, "brief")
    monkeypatch.setattr(brief, "LINES", 1)
    little = draft(world, "brief")
    assert sum(len(b["text"]) for b in little.blocks) < sum(len(b["text"]) for b in much.blocks)


# --- recurring tasks


def test_a_recurring_task_counts_once_however_many_periods_it_has(fresh):
    more = {"document_id": fresh.document.pk, "section": "I.1", "document_name": fresh.document.called}
    first = hand_out(fresh, "Báo cáo hằng tháng", fresh.schools, due=FIRST + timedelta(days=3), period="2024-01", **more)
    hand_out(fresh, "Báo cáo hằng tháng", fresh.schools, due=FIRST + timedelta(days=33), period="2024-02", series=first, **more)
    for n in range(4):
        hand_out(fresh, f"Việc thêm {n}", fresh.schools[:1], due=FIRST, **more)
    fresh.clock.set(FIRST + timedelta(days=4))
    made = draft(fresh)
    assert "có 13 nhiệm vụ (trong đó 1 nhiệm vụ định kỳ, gồm 2 kỳ), giao thành 38 phần việc" in text(made, "overall")
    table = rows(made, "section-numbers")
    assert table[-1][1] == "13"
    assert sum(int(row[1]) for row in table[1:-1]) == 13
    numbers = [row[0] for row in rows(made, "tasks")[1:] if len(row) > 1]
    assert len({n.split(".")[0] for n in numbers}) == 13
    assert [n for n in numbers if "." in n] == ["9.1", "9.2"]
    assert "9.1" in rows(made, "late")[1][4]


# --- what was sent back


@pytest.fixture
def returned(fresh):
    fresh.clock.set(FIRST + timedelta(days=1))
    tell(fresh.share(2).pk, by=fresh.clerk, text="Đã kiểm tra", percent=100, submit=True)
    tell(fresh.share(0).pk, by=fresh.clerk, text="Đã xong", percent=100, submit=True)
    send_back(fresh.share(2).pk, "Thiếu biên bản", by=fresh.leader)
    send_back(fresh.share(0).pk, "Thiếu biên bản", by=fresh.leader)
    return fresh


def test_what_was_sent_back_is_told_so_and_no_longer_as_far_as_the_unit_had_said(returned):
    made = draft(returned)
    one = text(made, f"t:{returned.tasks[2].pk}")
    assert "đang thực hiện, bị trả lại, còn trong hạn. Nội dung đã báo cáo: đã kiểm tra." in one
    assert "100%" not in one
    tell(returned.share(2).pk, by=returned.clerk, text="Đang bổ sung", percent=60)
    assert "đang thực hiện, bị trả lại, ước đạt 60%, còn trong hạn" in text(draft(returned), f"t:{returned.tasks[2].pk}")
    assert "1 đơn vị đang thực hiện (trong đó 1 đơn vị bị trả lại)" in text(made, f"t:{returned.tasks[0].pk}")


def test_who_is_late_after_being_sent_back_is_named_with_that(returned):
    returned.clock.set(FIRST + timedelta(days=30))
    made = draft(returned)
    assert "TH Chu Văn An (bị trả lại)" in text(made, f"t:{returned.tasks[0].pk}")


# --- annexes, quarters


def test_the_text_leads_to_its_annexes(world):
    assert "annexes" not in keys(draft(world))
    for n in range(6):
        hand_out(world, f"Việc thêm {n}", world.schools[:1], due=FIRST, document_id=world.document.pk)
    made = draft(world)
    assert text(made, "annexes") == "Kết quả từng nhiệm vụ tại Phụ lục I, các đơn vị còn phần việc quá hạn tại Phụ lục II (kèm theo)."
    assert rows(made, "tasks")[0][0] == rows(made, "late")[0][0] == "TT"


def test_a_quarter_has_a_roman_number():
    assert period_words("2026-Q4") == "quý IV/2026"


def test_earlier_periods_of_a_recurring_task_are_said_to_be_counted_in_part(fresh):
    first = hand_out(fresh, "Báo cáo tuần", fresh.schools, due=FIRST + timedelta(days=1), period="2024-W02")
    for n in (3, 4):
        hand_out(fresh, "Báo cáo tuần", fresh.schools, due=FIRST + timedelta(days=7 * n - 20), period=f"2024-W0{n}", series=first)
    tell(first.assignments.get(unit=fresh.schools[0]).pk, by=fresh.clerk, text="Đã gửi", submit=True)
    verify(first.assignments.get(unit=fresh.schools[0]).pk, by=fresh.leader)
    fresh.clock.set(FIRST + timedelta(days=9))
    made = draft(fresh, "period", starts_on=FIRST + timedelta(days=2))
    assert "1 kỳ trước có 0/3 lượt đơn vị tính trong kỳ báo cáo hoàn thành, 3 lượt còn quá hạn." in text(made, f"t:{first.pk}")
