"""What was taken back counts nowhere and is told all the same: what, from whom, when and why."""

from datetime import timedelta

import pytest

from khue.documents.report.service import make_draft, refresh
from khue.tasks.give import Address, add_receivers, give, withdraw
from khue.tasks.judge import take_back, verify
from khue.tasks.work import report as tell
from khue.units.groups import unit_ref
from tests.documents.report_world import FIRST, Letter, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


@pytest.fixture
def letter(world):
    return Letter(world)


def text(report, key):
    return next(b["text"] for b in report.blocks if b["key"] == key)


def rows(report, key):
    return next(b["rows"] for b in report.blocks if b["key"] == key)


def test_what_was_taken_back_is_told_with_day_and_reason_and_counts_nowhere(letter):
    before = letter.draft().figures["numbers"]["given"]
    letter.world.clock.set(FIRST + timedelta(days=4))
    withdraw(letter.tasks["3"].pk, by=letter.world.leader, why="Giao trùng với nhiệm vụ khác.")
    made = letter.draft()
    when = "thu hồi ngày 12/01/2024, lý do: Giao trùng với nhiệm vụ khác"
    assert text(made, "withdrawn") == f"Đã thu hồi, không tính trong số liệu: Rà soát nội dung 3 ({when})."
    assert text(made, f"w:{letter.tasks['3'].pk}") == f"3. Rà soát nội dung 3: đã {when}; không tính vào số liệu."
    assert "có 3 nhiệm vụ" in text(made, "overall")
    assert made.figures["numbers"]["given"] == before - 4
    assert rows(made, "section-numbers")[3] == ["3. Rà soát nội dung 3", "0", "0", "0", "0", "0", "0"]
    assert "withdrawn" not in [b["key"] for b in letter.draft(as_of=FIRST + timedelta(days=3)).blocks]


def test_what_was_finished_before_the_rest_was_taken_back_stays_and_the_rest_is_told(world):
    world.play()
    withdraw(world.tasks[0].pk, by=world.leader, why="Đủ số liệu")
    made = make_draft(world.office, "document", by=world.clerk, document=world.document)
    rest = "thu hồi phần việc của TH Bắc Cường, TH Lê Văn Tám ngày 22/02/2024, lý do: Đủ số liệu"
    assert text(made, f"t:{world.tasks[0].pk}").endswith(f": 2 đơn vị đã hoàn thành, trong đó 1 đơn vị quá hạn. Đã {rest}.")
    assert f"Thực hiện nội dung số 1 trước thời hạn ({rest})" in text(made, "withdrawn")


def test_one_unit_that_was_let_off_is_told_with_its_name_and_in_a_report_about_it_as_taken_back(letter):
    school = letter.world.schools[0]
    take_back(letter.tasks["1"].assignments.get(unit=school).pk, "Trường không có bếp ăn", by=letter.world.leader)
    when = "ngày 08/01/2024, lý do: Trường không có bếp ăn"
    made = letter.draft()
    assert text(made, f"t:{letter.tasks['1'].pk}").endswith(
        f"3 đơn vị đều chưa có báo cáo, còn trong hạn. Thôi giao cho TH Chu Văn An {when}; còn 3 đơn vị."
    )
    told = f"Rà soát nội dung 1 (thôi giao cho TH Chu Văn An {when}; còn 3 đơn vị)."
    assert text(made, "let-off") == f"Nhiệm vụ vẫn thực hiện, có đơn vị được thôi giao: {told}"
    assert "withdrawn" not in [b["key"] for b in made.blocks]
    assert "có 4 nhiệm vụ, giao thành 15 phần việc" in text(made, "overall")
    made = make_draft(letter.world.office, "unit", by=letter.world.clerk, about_unit=school)
    assert "withdrawn" in [b["key"] for b in made.blocks]
    assert text(made, f"w:{letter.tasks['1'].pk}") == f"- Rà soát nội dung 1: đã thu hồi {when}; không tính vào số liệu."


def test_a_unit_that_was_let_off_and_has_the_task_again_is_not_told_as_let_off(letter):
    school = letter.world.schools[0]
    take_back(letter.tasks["1"].assignments.get(unit=school).pk, "Nhầm", by=letter.world.leader)
    add_receivers(letter.tasks["1"].pk, [school.pk], by=letter.world.leader)
    assert not {"withdrawn", "let-off"} & {b["key"] for b in letter.draft().blocks}


def test_a_task_that_is_due_after_the_period_is_not_told_as_taken_back_when_one_unit_was_let_off(letter):
    world, task = letter.world, letter.tasks["1"]
    take_back(task.assignments.get(unit=world.schools[0]).pk, "Trường xin miễn.", by=world.leader)
    made = make_draft(world.office, "period", by=world.clerk, starts_on=FIRST, as_of=FIRST)
    assert not any(b["key"] == "withdrawn" or b["key"].startswith("w:") for b in made.blocks)
    assert "(thôi giao cho TH Chu Văn An ngày 08/01/2024, lý do: Trường xin miễn; còn 3 đơn vị)" in text(made, "let-off")
    add_receivers(task.pk, [world.schools[0].pk], by=world.leader)
    refresh(made.pk, by=world.clerk)
    made.refresh_from_db()
    assert not {"withdrawn", "let-off"} & {b["key"] for b in made.blocks}


def test_what_was_taken_from_many_at_once_is_told_by_their_number(letter):
    task = letter.add("6", units=[*letter.world.schools, letter.world.office])
    share = task.assignments.get(unit=letter.world.office)
    tell(share.pk, by=letter.world.clerk, text="Xong", submit=True)
    verify(share.pk, by=letter.world.leader)
    withdraw(task.pk, by=letter.world.leader)
    assert "thu hồi 4 phần việc chưa hoàn thành ngày 08/01/2024)" in text(letter.draft(), "withdrawn")


def test_what_was_given_anew_is_not_told_as_taken_back(letter):
    withdraw(letter.tasks["3"].pk, by=letter.world.leader, why="Nhầm đơn vị")
    old = letter.tasks["3"]
    give(
        letter.world.office,
        old.quote,
        [Address(unit_ref(letter.world.schools[0].pk))],
        by=letter.world.leader,
        document_id=letter.document.pk,
        obligation_id=old.obligation_id,
        section="3",
    )
    assert not any(b["key"] == "withdrawn" or b["key"].startswith("w:") for b in letter.draft().blocks)


def test_a_period_tells_what_was_taken_back_in_it(letter):
    letter.world.clock.set(FIRST + timedelta(days=4))
    withdraw(letter.tasks["3"].pk, by=letter.world.leader, why="Giao trùng")
    letter.world.clock.set(FIRST + timedelta(days=30))
    for first, told in ((FIRST, True), (FIRST + timedelta(days=5), False)):
        made = make_draft(letter.world.office, "period", by=letter.world.clerk, starts_on=first)
        assert ("withdrawn" in [b["key"] for b in made.blocks]) == told


def test_what_was_taken_back_has_a_row_in_the_annex_and_no_number(letter):
    for n in range(12):
        letter.add(str(10 + n))
    withdraw(letter.tasks["3"].pk, by=letter.world.leader, why="Giao trùng")
    table = rows(letter.draft(), "tasks")
    at = next(n for n, row in enumerate(table) if row[0] == "–")
    assert table[at][1] == "Rà soát nội dung 3"
    assert table[at][4] == "Đã thu hồi ngày 08/01/2024"
    assert [row[0] for row in table[1:] if len(row) > 1 and row[0] != "–"] == [str(n) for n in range(1, 16)]
