"""Two people edit a draft and lose nothing; figures come anew around what was edited; issuing fixes all of it."""

from datetime import timedelta

import pytest

from khue.core.errors import KhueError
from khue.core.models import Action
from khue.core.search import matching
from khue.documents.models import Direction, Document, Report
from khue.documents.register import Stale, register
from khue.documents.report.editing import StaleBlock, add_block, change_head, edit_block, move_block, remove_block
from khue.documents.report.issuing import issue, proposed_number
from khue.documents.report.service import make_draft, refresh
from khue.tasks.judge import verify
from khue.tasks.work import report as tell
from tests.documents.report_world import FIRST

pytestmark = pytest.mark.django_db


def block(report, key):
    report.refresh_from_db()
    return next(b for b in report.blocks if b["key"] == key)


def texts(report):
    report.refresh_from_db()
    return [b["text"] for b in report.blocks]


def work_on(world):
    """Something that changes the sentence on the sixth task."""
    world.clock.set(FIRST + timedelta(days=46))
    tell(world.share(5, 1).pk, by=world.clerk, text="Đã làm", submit=True)
    verify(world.share(5, 1).pk, by=world.leader)


def test_two_people_edit_two_pieces_and_both_stay(made, world):
    first, second = block(made, "opening"), block(made, "overall")
    edit_block(made.pk, first["id"], "Lời mở đầu mới.", rev=first["rev"], by=world.clerk)
    edit_block(made.pk, second["id"], "Tình hình mới.", rev=second["rev"], by=world.specialist)
    assert {"Lời mở đầu mới.", "Tình hình mới."} <= set(texts(made))


def test_two_people_edit_one_piece_and_the_second_is_told(made, world):
    seen = block(made, "opening")
    edit_block(made.pk, seen["id"], "Của người thứ nhất.", rev=seen["rev"], by=world.clerk)
    with pytest.raises(StaleBlock) as error:
        edit_block(made.pk, seen["id"], "Của người thứ hai.", rev=seen["rev"], by=world.specialist)
    assert error.value.theirs == "Của người thứ nhất."
    assert block(made, "opening")["text"] == "Của người thứ nhất."


@pytest.mark.parametrize("do", [lambda *a, **k: remove_block(*a, **k), lambda pk, i, **k: move_block(pk, i, 1, **k)])
def test_what_changed_meanwhile_is_neither_removed_nor_moved(made, world, do):
    seen = block(made, "opening")
    edit_block(made.pk, seen["id"], "Đã sửa.", rev=seen["rev"], by=world.clerk)
    with pytest.raises(StaleBlock):
        do(made.pk, seen["id"], rev=seen["rev"], by=world.specialist)
    assert "Đã sửa." in texts(made)


def test_editing_what_another_took_out_says_so_and_the_log_keeps_the_words(made, world):
    seen = block(made, "opening")
    remove_block(made.pk, seen["id"], rev=seen["rev"], by=world.clerk)
    with pytest.raises(StaleBlock) as error:
        edit_block(made.pk, seen["id"], "Sửa.", rev=seen["rev"], by=world.specialist)
    assert error.value.theirs is None
    assert Action.objects.get(verb="report.removed").changes["text"][0] == seen["text"]


def test_the_log_names_a_table_that_was_taken_out(made, world):
    seen = block(made, "numbers")
    remove_block(made.pk, seen["id"], rev=seen["rev"], by=world.clerk)
    assert Action.objects.get(verb="report.removed").changes["text"][0] == "Số liệu chung"


def test_pieces_are_added_and_moved(made, world):
    after = block(made, "opening")["id"]
    add_block(made.pk, "Đoạn của tôi.", after=after, by=world.clerk)
    assert texts(made)[1] == "Đoạn của tôi."
    mine = made.blocks[1]
    move_block(made.pk, mine["id"], -1, rev=mine["rev"], by=world.clerk)
    assert texts(made)[0] == "Đoạn của tôi."
    move_block(made.pk, mine["id"], -1, rev=mine["rev"], by=world.clerk)
    assert texts(made)[0] == "Đoạn của tôi."


def test_empty_words_and_tables_are_refused(made, world):
    seen, table = block(made, "opening"), block(made, "numbers")
    with pytest.raises(KhueError, match="chưa có chữ"):
        edit_block(made.pk, seen["id"], "  \n ", rev=seen["rev"], by=world.clerk)
    with pytest.raises(KhueError, match="không sửa tay"):
        edit_block(made.pk, table["id"], "99", rev=table["rev"], by=world.clerk)


def test_a_refresh_changes_what_nobody_touched_and_keeps_what_people_did(made, world):
    task = world.tasks[5]
    opening, own = block(made, "opening"), block(made, f"t:{world.tasks[4].pk}")
    edit_block(made.pk, opening["id"], "Lời của tôi.", rev=opening["rev"], by=world.clerk)
    add_block(made.pk, "Đoạn thêm.", after=own["id"], by=world.clerk)
    gone = block(made, f"t:{world.tasks[2].pk}")
    remove_block(made.pk, gone["id"], rev=gone["rev"], by=world.clerk)
    before = block(made, f"t:{task.pk}")["text"]
    work_on(world)
    done = refresh(made.pk, by=world.clerk, as_of=FIRST + timedelta(days=46))
    now = texts(made)
    assert block(made, f"t:{task.pk}")["text"] != before
    assert done.changed > 0
    assert now[0] == "Lời của tôi."
    assert now.index("Đoạn thêm.") == now.index(block(made, f"t:{world.tasks[4].pk}")["text"]) + 1
    assert gone["text"] not in now
    refresh(made.pk, by=world.clerk, bring_back=True)
    assert block(made, f"t:{world.tasks[2].pk}")["text"] == gone["text"]


def test_a_refresh_names_the_edited_pieces_whose_figures_changed(made, world):
    key = f"t:{world.tasks[5].pk}"
    seen, other = block(made, key), block(made, "closing")
    edit_block(made.pk, seen["id"], "Câu của tôi.", rev=seen["rev"], by=world.clerk)
    edit_block(made.pk, other["id"], "Kính báo cáo./.", rev=other["rev"], by=world.clerk)
    work_on(world)
    done = refresh(made.pk, by=world.clerk, as_of=FIRST + timedelta(days=46))
    assert [b.key for b in done.kept] == [key]
    after = block(made, key)
    assert after["text"] == "Câu của tôi."
    assert after["machine"] not in ("", seen["text"])


def test_a_refresh_without_news_changes_nothing(made, world):
    before = made.blocks
    assert refresh(made.pk, by=world.clerk).changed == 0
    made.refresh_from_db()
    assert made.blocks == before


def test_the_fields_around_the_text_say_who_was_first(made, world):
    base = {"signer": made.signer, "place": made.place}
    change_head(made.pk, by=world.clerk, base=base, said_now={"signer": "Lê Văn Nam", "place": "Lào Cai"})
    with pytest.raises(Stale) as error:
        change_head(made.pk, by=world.specialist, base=base, said_now={"signer": "Vũ Thị Mai", "place": "Lào Cai"})
    assert error.value.theirs == {"signer": "Lê Văn Nam"}


def test_issuing_enters_the_outgoing_register_with_the_next_number_and_the_file(made, world):
    register(world.office, by=world.clerk, read=False, direction=Direction.OUTGOING, number="01/TB-PGDĐT", kind="Thông báo")
    assert proposed_number(world.office) == "02/BC-PGDĐT"
    entry = issue(made.pk, by=world.leader).issued_as
    assert (entry.direction, entry.kind, entry.number, entry.book_number) == ("out", "Báo cáo", "02/BC-PGDĐT", 2)
    assert (entry.subject, entry.signer, entry.signer_title) == (made.title, "Trần Thị Minh Hà", "TRƯỞNG PHÒNG")
    assert entry.file.name == "02-BC-PGDĐT.docx"
    assert entry.issuer_unit == world.office
    assert [e.object_id for e in matching("đôn đốc 4 đơn vị hoàn thành", "document")] == [entry.pk]


def test_issuing_twice_issues_once(made, world):
    first = issue(made.pk, by=world.leader)
    assert issue(made.pk, by=world.specialist).issued_as == first.issued_as
    assert Document.objects.filter(direction="out").count() == 1


def test_an_issued_report_takes_no_change(made, world):
    issue(made.pk, by=world.leader)
    seen = block(made, "opening")
    for change in (
        lambda: edit_block(made.pk, seen["id"], "Khác", rev=seen["rev"], by=world.clerk),
        lambda: add_block(made.pk, "Thêm", after=seen["id"], by=world.clerk),
        lambda: remove_block(made.pk, seen["id"], rev=seen["rev"], by=world.clerk),
        lambda: move_block(made.pk, seen["id"], 1, rev=seen["rev"], by=world.clerk),
        lambda: refresh(made.pk, by=world.clerk),
        lambda: change_head(made.pk, by=world.clerk, base={}, said_now={"signer": "Khác"}),
    ):
        with pytest.raises(KhueError, match="đã ban hành"):
            change()


def test_a_number_that_is_taken_this_year_is_refused_and_nothing_is_entered(made, world):
    register(world.office, by=world.clerk, read=False, direction=Direction.OUTGOING, number="07/BC-PGDĐT")
    with pytest.raises(KhueError, match="đã dùng"):
        issue(made.pk, by=world.leader, number="07/BC-PGDĐT")
    made.refresh_from_db()
    assert made.state == Report.State.DRAFT
    assert Document.objects.filter(direction="out").count() == 1


@pytest.mark.parametrize("number", ["abc", "7" * 90 + "/BC"])
def test_a_number_must_look_like_one(made, world, number):
    with pytest.raises(KhueError, match="không đúng dạng"):
        issue(made.pk, by=world.leader, number=number)


def test_what_is_missing_is_named(made, world):
    change_head(made.pk, by=world.clerk, base={"signer": made.signer, "place": made.place}, said_now={"signer": "", "place": " "})
    with pytest.raises(KhueError, match=r"Còn thiếu: người ký, địa danh\."):
        issue(made.pk, by=world.leader)


def test_a_draft_that_changed_after_the_preview_is_looked_at_again(made, world):
    seen = block(made, "opening")
    edit_block(made.pk, seen["id"], "Đổi.", rev=seen["rev"], by=world.clerk)
    with pytest.raises(KhueError, match="vừa được sửa"):
        issue(made.pk, by=world.leader, version=made.version - 1)


@pytest.mark.parametrize(
    ("about", "more", "why"),
    [
        ("document", {}, "Chưa chọn văn bản"),
        ("unit", {}, "Chưa chọn đơn vị"),
        ("period", {}, "Chưa chọn kỳ"),
        ("period", {"starts_on": FIRST + timedelta(days=44), "as_of": FIRST}, "sau ngày cuối"),
        ("brief", {"as_of": FIRST + timedelta(days=400)}, "sau hôm nay"),
        ("khac", {}, "loại báo cáo"),
    ],
)
def test_a_draft_says_what_it_needs(world, about, more, why):
    with pytest.raises(KhueError, match=why):
        make_draft(world.office, about, by=world.clerk, **more)
    assert not Report.objects.exists()


def test_a_line_for_proposals_that_nobody_filled_does_not_go_out(made, world):
    done = issue(made.pk, by=world.leader)
    assert not any("...." in t or "Đề xuất" in t for t in texts(done))
    assert block(done, "h:next")["text"] == "IV. NHIỆM VỤ THỜI GIAN TỚI"


def test_proposals_that_somebody_wrote_go_out_under_their_heading(made, world):
    line = block(made, "proposals")
    edit_block(made.pk, line["id"], "- Không có đề xuất, kiến nghị.", rev=line["rev"], by=world.clerk)
    done = issue(made.pk, by=world.leader)
    assert "- Không có đề xuất, kiến nghị." in texts(done)
    assert block(done, "h:next")["text"] == "IV. NHIỆM VỤ THỜI GIAN TỚI VÀ ĐỀ XUẤT"


def test_proposals_written_beside_the_empty_line_keep_their_heading(made, world):
    add_block(made.pk, "- Đề nghị cấp kinh phí.", after=block(made, "next:overdue")["id"], by=world.clerk)
    done = issue(made.pk, by=world.leader)
    assert block(done, "h:next")["text"] == "IV. NHIỆM VỤ THỜI GIAN TỚI VÀ ĐỀ XUẤT"
    assert not any("...." in t for t in texts(done))


@pytest.mark.parametrize(
    ("used", "wanted"),
    [
        (["35/PGDĐT-TH"], "PGDĐT"),
        (["12/KH-PGDĐTLC", "35/PGDĐT-TH"], "PGDĐTLC"),
        (["12/QĐ-PGDĐTLC", "13/TB-PGD"], "PGD"),
        (["12/PGDĐT-QĐ"], "PGDĐT"),
    ],
)
def test_the_offices_letters_come_from_a_kind_of_document_and_not_from_a_letter_of_a_part(world, used, wanted):
    for number in used:
        register(world.office, by=world.clerk, read=False, direction=Direction.OUTGOING, number=number)
    assert proposed_number(world.office) == f"{len(used) + 1:02d}/BC-{wanted}"
