"""Where a report tells a task and in which words, to whom it goes, how its tables are cut."""

import io
from datetime import timedelta

import docx as word
import pypdfium2
import pytest

from khue.documents.report import docx, pdf
from khue.documents.report.blocks import TABLE, TEXT, Block
from khue.documents.report.letterhead import letter_of
from khue.documents.report.service import make_draft
from khue.documents.report.tables import together
from khue.tasks.work import report as tell
from khue.units.kinds import UnitKind
from tests.documents.report_world import FIRST, Letter, World
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


@pytest.fixture
def letter(world):
    return Letter(world)


def texts(report):
    return [b["text"] for b in report.blocks]


def text(report, key):
    return next(b["text"] for b in report.blocks if b["key"] == key)


def rows(report, key):
    return next(b["rows"] for b in report.blocks if b["key"] == key)


def groups(report):
    return [row[0] for row in rows(report, "section-numbers")[1:]]


# --- sections


def test_points_without_headings_keep_the_numbers_of_the_directive(letter):
    letter.add("4.a", "Bếp ăn bán trú", "Kiểm tra nguồn gốc thực phẩm")
    letter.add("4.b", "Bếp ăn bán trú", "Ký cam kết với nhà cung cấp")
    letter.add("5", quote="Gửi số liệu")
    made = letter.draft()
    assert groups(made) == [
        "1. Rà soát nội dung 1",
        "2. Rà soát nội dung 2",
        "3. Rà soát nội dung 3",
        "5. Nhiệm vụ tại mục 5",
        "4. Bếp ăn bán trú",
        "Cộng",
    ]
    assert text(made, f"t:{letter.tasks['1'].pk}").startswith("1. Rà soát nội dung 1: ")
    assert "5. Nhiệm vụ tại mục 5" in texts(made)
    assert text(made, f"t:{letter.tasks['5'].pk}").startswith("- Rà soát nội dung 5: ")
    assert not any("Mục 1" in t for t in texts(made))


def test_sections_with_headings_are_numbered_one_after_the_other(world):
    made = make_draft(world.office, "document", by=world.clerk, document=world.document)
    assert [g.split(" ")[0] for g in groups(made)[:-1]] == ["1.", "2.", "3."]


def test_a_point_is_reached_from_the_table_of_groups(letter, client):
    from khue.documents.report.screen import pieces

    made = letter.draft()
    line = next(b["id"] for b in made.blocks if b["key"] == f"t:{letter.tasks['2'].pk}")
    table = next(p for p in pieces(made) if p.block.key == "section-numbers")
    assert table.rows[2][0].address == f"#b-{line}"


# --- words that say what is counted


def test_who_has_reported_nothing_is_counted_as_that_and_not_as_idle(letter):
    tell(letter.tasks["1"].assignments.order_by("pk")[0].pk, by=letter.world.clerk, percent=10)
    made = letter.draft()
    assert "1 đơn vị đang thực hiện; 3 đơn vị chưa có báo cáo, còn trong hạn" in text(made, f"t:{letter.tasks['1'].pk}")
    assert not any("chưa triển khai" in t for t in texts(made))


def test_the_numbers_have_the_names_of_every_other_page(letter):
    made = letter.draft()
    assert rows(made, "numbers")[0][3] == rows(made, "section-numbers")[0][5] == "Chưa xong, trong hạn"


def test_where_nobody_has_reported_it_is_said_once(letter):
    assert text(letter.draft(), f"t:{letter.tasks['2'].pk}").endswith(": 4 đơn vị đều chưa có báo cáo, còn trong hạn.")


def test_a_report_about_one_unit_does_not_repeat_its_name(letter):
    letter.world.clock.set(FIRST + timedelta(days=30))
    made = make_draft(letter.world.office, "unit", by=letter.world.clerk, about_unit=letter.world.schools[0])
    assert text(made, f"t:{letter.tasks['2'].pk}") == "- Rà soát nội dung 2: chưa có báo cáo, quá hạn 10 ngày (thời hạn 28/01/2024)."
    assert "Đôn đốc TH Chu Văn An hoàn thành" in text(made, "next:overdue")


# --- to whom it goes


def test_a_report_goes_to_whoever_issued_the_document_as_it_is_printed(letter):
    department = make_unit(name="Sở Giáo dục và Đào tạo tỉnh Lào Cai", short_name="Sở GD&ĐT", kind=UnitKind.DEPARTMENT, parent=None)
    letter.world.office.spells.update(guide=department)
    assert letter.draft().addressee == "Sở Giáo dục và Đào tạo tỉnh Lào Cai"


@pytest.mark.parametrize("issuer", ["PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "", "CÔNG TY KHÔNG AI BIẾT"])
def test_a_report_on_ones_own_document_or_on_that_of_somebody_unknown_goes_to_the_unit_above(letter, issuer):
    letter.document.issuer = issuer
    letter.document.save()
    assert letter.draft().addressee == "Ủy ban nhân dân thành phố Lào Cai"


def test_a_school_reports_on_a_document_of_the_office_to_the_office(letter):
    letter.document.issuer = "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"
    letter.document.save()
    made = make_draft(letter.world.schools[0], "document", by=letter.world.clerk, document=letter.document)
    assert made.addressee == letter.world.office.name


@pytest.mark.parametrize("issuer", ["PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", ""])
def test_who_stands_above_the_issuer_follows_the_document_and_does_not_report_down(letter, issuer):
    letter.document.issuer, letter.document.direction = issuer, "out"
    letter.document.save()
    province = make_unit(name="Ủy ban nhân dân tỉnh Lào Cai", kind=UnitKind.PROVINCE)
    department = make_unit(name="Sở Giáo dục và Đào tạo tỉnh Lào Cai", kind=UnitKind.DEPARTMENT, parent=province)
    letter.world.office.spells.update(guide=department)
    made = make_draft(department, "document", by=letter.world.clerk, document=letter.document)
    assert made.addressee == "Ủy ban nhân dân tỉnh Lào Cai"
    assert text(made, "opening").startswith("Theo dõi việc thực hiện Công văn số 34/SGDĐT ngày 05/01/2024")
    assert text(made, "opening").endswith(", Sở Giáo dục và Đào tạo tỉnh Lào Cai tổng hợp kết quả như sau:")
    assert letter.draft().addressee == "Ủy ban nhân dân thành phố Lào Cai"
    assert text(letter.draft(), "opening").startswith("Thực hiện Công văn")


# --- tables over two pages


@pytest.mark.parametrize("filling", range(4, 34, 3))
def test_the_sum_and_the_last_row_take_two_others_to_the_next_page(letter, filling):
    report = letter.draft()
    made = letter_of(report)
    table = next(b for b in made.body if b.key == "section-numbers")
    lines = [[f"{n}. Nhóm nhiệm vụ", *"111111"] for n in range(1, 9)]
    made.body = [
        *(Block(TEXT, "Một dòng.") for _ in range(filling)),
        Block(TEXT, "Theo nhóm:"),
        Block(TABLE, "", table.key, rows=[table.rows[0], *lines, ["Cộng", *"888888"]]),
        Block(TEXT, "Hết./."),
    ]
    pages = [p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(pdf.make(made))]
    found = [page.count("Nhóm nhiệm vụ 1") + page.count("Cộng 8") for page in (" ".join(p.split()) for p in pages)]
    parts = [n for n in found if n]
    assert sum(parts) == 9
    assert parts[0] >= 2
    assert parts[-1] >= 4
    assert "Theo nhóm:" in pages[found.index(parts[0])]


def test_word_keeps_the_same_rows_together_and_the_words_above_with_the_table(letter):
    file = word.Document(io.BytesIO(docx.make(letter_of(letter.draft()))))
    table = next(t for t in file.tables if t.rows[0].cells[0].text == "Nhóm nhiệm vụ")
    assert [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in table.rows] == [True] * 5 + [False]
    above = next(p for p in file.paragraphs if p.text == "Kết quả theo từng nhóm nhiệm vụ:")
    assert above.paragraph_format.keep_with_next


def test_rows_that_stay_together_are_counted_from_both_ends():
    row = [["a", "b"]] * 12
    assert together(row) == [1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0]
    assert together([["a", "b"], ["a", "b"], ["Cộng", "b"]]) == [1, 2, 0]
    assert together([*row[:6], ["dòng ngang"], *row[:5]])[6] == 1
