"""The .docx point by point against Nghị định 30/2020/NĐ-CP, Phụ lục I; the .pdf in the same layout."""

import io
import re
import sys
from datetime import date, timedelta

import docx
import pypdfium2
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from khue.core.errors import MissingTool
from khue.documents.report import docx as writer
from khue.documents.report import pdf
from khue.documents.report.editing import add_block, change_head
from khue.documents.report.issuing import issue
from khue.documents.report.letterhead import HEADS, head_lines, letter_of, letterhead, lines, month_words, symbol_from
from khue.documents.report.service import make_draft
from khue.documents.report.tables import roman
from khue.files.store import path_of
from khue.tasks.give import Address, give
from khue.units.groups import unit_ref
from khue.units.kinds import SCHOOLS, UnitKind
from tests.documents.report_world import FIRST, World
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def big(world):
    """More tasks, so that the report has its table of tasks."""
    for n in range(8):
        give(
            world.office,
            f"Việc thêm {n}",
            [Address(unit_ref(world.schools[0].pk))],
            by=world.leader,
            document_id=world.document.pk,
            due_on=FIRST + timedelta(days=2),
        )


def issued(world, **head):
    big(world)
    made = make_draft(world.office, "document", by=world.clerk, document=world.document)
    if head:
        change_head(made.pk, by=world.clerk, base={n: getattr(made, n) for n in head}, said_now=head)
    return issue(made.pk, by=world.leader, signed=True)


@pytest.fixture
def world(monkeypatch):
    made = World(monkeypatch)
    made.play()
    made.clock.set(date(2024, 2, 5))
    return made


@pytest.fixture
def letter(world):
    return letter_of(issued(world))


@pytest.fixture
def file(letter):
    return docx.Document(io.BytesIO(writer.make(letter)))


def mm(length):
    return round(length.mm, 1)


def of(file, start):
    """The paragraph of the body that begins so."""
    return next(p for p in file.paragraphs if p.text.startswith(start))


def shape(p):
    run = p.runs[0]
    return (run.font.size.pt, bool(run.bold), bool(run.italic), p.alignment)


def cell(file, row, column):
    return file.tables[0].rows[row].cells[column].paragraphs


def foot(file):
    return next(t for t in file.tables if t.rows[0].cells[0].text.startswith("Nơi nhận"))


def _header_xml(file):
    return file.sections[0].header._element.xml


SECTION = {
    "A4 upright, width": (lambda f: mm(f.sections[0].page_width), 210.0),
    "A4 upright, height": (lambda f: mm(f.sections[0].page_height), 297.0),
    "top margin 20-25 mm": (lambda f: 20 <= mm(f.sections[0].top_margin) <= 25, True),
    "bottom margin 20-25 mm": (lambda f: 20 <= mm(f.sections[0].bottom_margin) <= 25, True),
    "left margin 30-35 mm": (lambda f: 30 <= mm(f.sections[0].left_margin) <= 35, True),
    "right margin 15-20 mm": (lambda f: 15 <= mm(f.sections[0].right_margin) <= 20, True),
    "font": (lambda f: f.styles["Normal"].font.name, "Times New Roman"),
    "font for Vietnamese letters": (lambda f: f.styles["Normal"].element.rPr.rFonts.get(qn("w:hAnsi")), "Times New Roman"),
    "no number on page 1": (lambda f: f.sections[0].different_first_page_header_footer, True),
    "page 1 has an empty header": (lambda f: f.sections[0].first_page_header.paragraphs[0].text, ""),
    "page number in the header": (lambda f: "PAGE" in _header_xml(f), True),
    "page number in the middle": (lambda f: f.sections[0].header.paragraphs[0].alignment, CENTRE),
    "page number 13-14 pt": (lambda f: 13 <= f.sections[0].header.paragraphs[0].runs[0].font.size.pt <= 14, True),
}
HEAD = {
    "parent agency in capitals, 12-13": (lambda f: (cell(f, 0, 0)[0].text, shape(cell(f, 0, 0)[0])), ("ỦY BAN NHÂN DÂN\nTHÀNH PHỐ LÀO CAI", (12, False, False, CENTRE))),
    "issuing agency bold capitals": (lambda f: (cell(f, 0, 0)[1].text, shape(cell(f, 0, 0)[1])), ("PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", (12, True, False, CENTRE))),
    "a line under the agency": (lambda f: bool(cell(f, 0, 0)[2]._p.findall(f".//{qn('w:pBdr')}/{qn('w:bottom')}")), True),
    "quốc hiệu bold capitals 12-13": (lambda f: (cell(f, 0, 1)[0].text, shape(cell(f, 0, 1)[0])), ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (13, True, False, CENTRE))),
    "tiêu ngữ bold 13-14": (lambda f: (cell(f, 0, 1)[1].text, shape(cell(f, 0, 1)[1])), ("Độc lập - Tự do - Hạnh phúc", (14, True, False, CENTRE))),
    "a line under tiêu ngữ": (lambda f: bool(cell(f, 0, 1)[2]._p.findall(f".//{qn('w:pBdr')}/{qn('w:bottom')}")), True),
    "số, ký hiệu 13 upright": (lambda f: (cell(f, 1, 0)[0].text, shape(cell(f, 1, 0)[0])), ("Số: 01/BC-PGDĐT", (13, False, False, CENTRE))),
    "place and day 13-14 italic, leading zeros": (lambda f: (cell(f, 1, 1)[0].text, shape(cell(f, 1, 1)[0])), ("Lào Cai, ngày 05 tháng 02 năm 2024", (14, False, True, CENTRE))),
    "tên loại bold capitals 13-14": (lambda f: shape(of(f, "BÁO CÁO")), (14, True, False, CENTRE)),
    "trích yếu bold 13-14": (lambda f: shape(of(f, "Kết quả thực hiện Chỉ thị số 02/CT-UBND ngày 05/01/2024 của Ủy ban nhân dân thành phố Lào Cai")), (14, True, False, CENTRE)),
    "kính gửi": (lambda f: of(f, "Kính gửi").text, "Kính gửi: Ủy ban nhân dân thành phố Lào Cai"),
}  # fmt: skip
BODY = {
    "13-14 pt, justified": (lambda f: shape(of(f, "Thực hiện Chỉ thị")), (14, False, False, JUSTIFY)),
    "first line 1,27 cm": (lambda f: mm(of(f, "Thực hiện Chỉ thị").paragraph_format.first_line_indent), 12.7),
    "at least 6 pt between paragraphs": (lambda f: of(f, "Thực hiện Chỉ thị").paragraph_format.space_after.pt >= 6, True),
    "line spacing 1-1,5": (lambda f: 1 <= of(f, "Thực hiện Chỉ thị").paragraph_format.line_spacing <= 1.5, True),
    "headings bold": (lambda f: shape(of(f, "I. TÌNH HÌNH"))[:2], (14, True)),
    "ends with ./.": (lambda f: of(f, "Trên đây là").text.endswith("./."), True),
    "the end stands once": (lambda f: sum(p.text.endswith("./.") for p in f.paragraphs), 1),
    "numbers in a table with lines": (lambda f: f.tables[1].style.name, "Table Grid"),
    "the head of a table is repeated": (lambda f: all(t.rows[0]._tr.findall(f".//{qn('w:tblHeader')}") for t in f.tables if t.style.name == "Table Grid"), True),
    "black, no colour": (lambda f: all(r.font.color is None or r.font.color.rgb is None for p in f.paragraphs for r in p.runs), True),
}  # fmt: skip
FOOT = {
    "nơi nhận 12 bold italic": (lambda f: shape(foot(f).rows[0].cells[0].paragraphs[0])[:3], (12, True, True)),
    "its list 11": (lambda f: [p.runs[0].font.size.pt for p in foot(f).rows[0].cells[0].paragraphs[1:]], [11, 11, 11]),
    "its words": (lambda f: [p.text for p in foot(f).rows[0].cells[0].paragraphs[1:]], ["- Như trên;", "- Lãnh đạo đơn vị;", "- Lưu: VT."]),
    "post bold capitals 13-14": (lambda f: (foot(f).rows[0].cells[1].paragraphs[0].text, shape(foot(f).rows[0].cells[1].paragraphs[0])), ("TRƯỞNG PHÒNG", (14, True, False, CENTRE))),
    "name bold 13-14 without a title": (lambda f: (foot(f).rows[0].cells[1].paragraphs[-1].text, shape(foot(f).rows[0].cells[1].paragraphs[-1])), ("Trần Thị Minh Hà", (14, True, False, CENTRE))),
    "room for the signature": (lambda f: sum(not p.text for p in foot(f).rows[0].cells[1].paragraphs) >= 3, True),
}  # fmt: skip
APPENDIX = {
    "begins a page": (lambda f: of(f, "PHỤ LỤC I").paragraph_format.page_break_before, True),
    "numbered in Roman": (lambda f: [p.text for p in f.paragraphs if p.text.startswith("PHỤ LỤC")], ["PHỤ LỤC I", "PHỤ LỤC II"]),
    "says which report": (lambda f: of(f, "(Kèm theo").text, "(Kèm theo Báo cáo số 01/BC-PGDĐT ngày 05 tháng 02 năm 2024 của Phòng Giáo dục và Đào tạo thành phố Lào Cai)"),
    "its title bold": (lambda f: shape(of(f, "KẾT QUẢ THỰC HIỆN TỪNG"))[1], True),
    "after the signature": (lambda f: [e.tag for e in f.element.body].index(qn("w:tbl")) < list(f.element.body).index(of(f, "PHỤ LỤC I")._p), True),
}  # fmt: skip
POINTS = SECTION | HEAD | BODY | FOOT | APPENDIX


def test_the_file_holds_every_point_of_the_decree(file):
    told = {name: look(file) for name, (look, _wanted) in POINTS.items()}
    assert told == {name: wanted for name, (_look, wanted) in POINTS.items()}


def test_several_addressees_are_listed_and_a_deputy_signs_for_the_head(world):
    made = issued(
        world,
        addressee="Sở Giáo dục và Đào tạo;\n- UBND thành phố.",
        signer_title="KT. TRƯỞNG PHÒNG\nPHÓ TRƯỞNG PHÒNG",
        signer="Lê Văn Nam",
    )
    file = docx.Document(io.BytesIO(writer.make(letter_of(made))))
    assert [p.text for p in file.paragraphs if p.text.startswith("- ")][:2] == ["- Sở Giáo dục và Đào tạo;", "- UBND thành phố."]
    right = foot(file).rows[0].cells[1].paragraphs
    assert [p.text for p in right if p.text] == ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "Lê Văn Nam"]


def test_a_draft_leaves_the_number_and_the_day_open(world):
    made = make_draft(world.office, "document", by=world.clerk, document=world.document)
    file = docx.Document(io.BytesIO(writer.make(letter_of(made))))
    assert re.fullmatch(r"Số: +/BC-PGDĐT", cell(file, 1, 0)[0].text)
    assert re.fullmatch(r"Lào Cai, ngày +tháng 02 năm 2024", cell(file, 1, 1)[0].text)


def test_characters_that_a_file_cannot_hold_do_not_break_it(world):
    made = make_draft(world.office, "document", by=world.clerk, document=world.document)
    add_block(made.pk, "Chữ lạ \x0b\x00\ud800 #let x = [*_$ <a> & “nháy” \\ ]", after="", by=world.clerk)
    made.refresh_from_db()
    assert "#let x" in " ".join(p.text for p in docx.Document(io.BytesIO(writer.make(letter_of(made)))).paragraphs)
    assert "#let x = [*_$ <a> &" in pages(pdf.make(letter_of(made)))[-1]


def test_the_registered_file_is_the_report_as_it_was_issued(world):
    made = issued(world)
    kept = docx.Document(path_of(made.issued_as.file.sha256).open("rb"))
    wanted = [b["text"] for b in made.blocks if b["kind"] in ("text", "heading")]
    written = [p.text for p in kept.paragraphs]
    assert [t for t in wanted if t not in written] == []


def pages(data):
    return [" ".join(p.get_textpage().get_text_range().split()) for p in pypdfium2.PdfDocument(data)]


def test_the_pdf_says_the_same_on_a4_with_numbers_from_page_two(world):
    made = issued(world)
    data = pdf.make(letter_of(made))
    opened = pypdfium2.PdfDocument(data)
    assert {tuple(round(v / 72 * 25.4) for v in opened[n].get_size()) for n in range(len(opened))} == {(210, 297)}
    told = pages(data)
    assert told[0].startswith("ỦY BAN NHÂN DÂN")
    assert all(text.startswith(f"{n} ") for n, text in enumerate(told[1:], 2))
    whole = " ".join(re.sub(rf"^{n} ", "", text) for n, text in enumerate(told, 1))
    for words in (
        "Số: 01/BC-PGDĐT",
        "ngày 05 tháng 02 năm 2024",
        "Độc lập - Tự do - Hạnh phúc",
        "Nơi nhận:",
        "Trần Thị Minh Hà",
        "PHỤ LỤC II",
    ):
        assert words in whole
    missing = [b["text"] for b in made.blocks if b["kind"] == "text" and " ".join(b["text"].split()) not in whole]
    assert missing == []


def test_the_page_for_the_meeting_is_one_page(world):
    big(world)
    made = make_draft(world.office, "brief", by=world.clerk)
    assert len(pages(pdf.make(letter_of(made)))) == 1


def test_without_typst_one_is_told_how_to_get_it(world, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    made = make_draft(world.office, "brief", by=world.clerk)
    with pytest.raises(MissingTool, match="khue\\[pdf\\]"):
        pdf.make(letter_of(made))


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("Phòng GD&ĐT", "PGDĐT"),
        ("Sở GD&ĐT", "SGDĐT"),
        ("UBND phường Duyên Hải", "UBND"),
        ("TH Chu Văn An", "THCVA"),
        ("Phòng Nội vụ", "PN"),
        ("Phòng TC-KH", "PTCKH"),
    ],
)
def test_the_letters_of_a_number_come_from_the_short_name(name, symbol):
    assert symbol_from(name) == symbol


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ LÀO CAI", "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ LÀO CAI"),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH LÀO CAI", "SỞ GIÁO DỤC VÀ ĐÀO TẠO\nTỈNH LÀO CAI"),
        ("ỦY BAN NHÂN DÂN XÃ CỐC SAN", "ỦY BAN NHÂN DÂN\nXÃ CỐC SAN"),
        ("TRƯỜNG TIỂU HỌC KIM ĐỒNG", "TRƯỜNG TIỂU HỌC KIM ĐỒNG"),
        ("TRƯỜNG TIỂU HỌC CHU VĂN AN", "TRƯỜNG TIỂU HỌC\nCHU VĂN AN"),
        ("TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ HỢP THÀNH", "TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ\nHỢP THÀNH"),
        ("TRƯỜNG PHỔ THÔNG DÂN TỘC NỘI TRÚ THCS BẮC HÀ", "TRƯỜNG PHỔ THÔNG DÂN TỘC NỘI TRÚ THCS\nBẮC HÀ"),
        ("TRƯỜNG QUỐC TẾ ÁNH SAO LÀO CAI", "TRƯỜNG QUỐC TẾ ÁNH SAO LÀO CAI"),
    ],
)
def test_a_long_name_in_the_letterhead_is_broken_before_its_place(name, wanted):
    assert head_lines(name) == wanted


@pytest.mark.parametrize(
    ("kind", "name", "above", "wanted"),
    [
        ("department", "Sở Giáo dục và Đào tạo tỉnh Lào Cai", "UBND tỉnh Lào Cai", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        ("department", "Sở Giáo dục và Đào tạo Lào Cai", "Ủy ban nhân dân tỉnh Lào Cai", "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        ("education_office", "Phòng Giáo dục và Đào tạo thành phố Lào Cai", "UBND thành phố Lào Cai", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"),
        # another place than that of the line above, and a school, whose place is its name
        ("education_office", "Phòng Giáo dục thành phố Lào Cai", "Ủy ban nhân dân tỉnh Lào Cai", "PHÒNG GIÁO DỤC THÀNH PHỐ LÀO CAI"),
        ("kindergarten", "Trường Mầm non xã Cốc San", "Ủy ban nhân dân xã Cốc San", "TRƯỜNG MẦM NON XÃ CỐC SAN"),
    ],
)
def test_an_office_does_not_repeat_the_place_of_the_line_above(kind, name, above, wanted):
    parent = make_unit(name=above, kind=UnitKind.PROVINCE)
    head = letterhead(make_unit(name=name, kind=kind, parent=parent), date(2024, 2, 5))
    assert head["agency"] == wanted
    assert head["called"] == name


def test_a_committee_has_nobody_above_it_in_the_letterhead_and_its_deputy_signs_for_the_head(world):
    make_user(role="leader", unit=world.city, name="Bùi Hồng Sơn", title="Phó Chủ tịch")
    made = make_draft(world.city, "brief", by=world.clerk)
    assert (made.signer, lines(made.signer_title)) == ("Bùi Hồng Sơn", ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"])
    commune = make_unit(name="Ủy ban nhân dân xã Cốc San", kind=UnitKind.COMMUNE, parent=world.city)
    assert letterhead(commune, made.as_of)["parent"] == ""
    assert letterhead(world.office, made.as_of)["parent"] == "ỦY BAN NHÂN DÂN THÀNH PHỐ LÀO CAI"


def test_small_rules_of_writing():
    assert [month_words(n) for n in (1, 2, 3, 12)] == ["01", "02", "3", "12"]
    assert [roman(n) for n in (0, 1, 4, 9, 14)] == ["", "I", "IV", "IX", "XIV"]
    assert lines("- Như trên;\n\n- Lưu: VT.") == ["Như trên", "Lưu: VT"]
    assert all(HEADS[kind] in ("HIỆU TRƯỞNG", "GIÁM ĐỐC") for kind in SCHOOLS)
