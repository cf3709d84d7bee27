import pytest

from khue.reader import read
from khue.reader.clean.footnotes import take_footnotes
from khue.reader.clean.furniture import drop_furniture
from khue.reader.clean.join import paragraphs
from khue.reader.clean.markers import marker, ordinal
from khue.reader.clean.repair import stray_spaces
from khue.reader.lines import split_lines
from tests.helpers import para


def texts(source):
    lines, _ = take_footnotes(drop_furniture(split_lines(source)))
    return [p.text for p in paragraphs(lines)]


def test_hard_wraps_are_undone_and_paragraph_ends_stay():
    source = (
        "1. Tiếp tục rà soát quy hoạch mạng lưới trường, lớp học trên địa bàn thành phố\n"
        "Lào Cai, từng bước giảm các điểm trường lẻ ở những nơi có điều kiện đi lại tốt.\n"
        "2. Mở rộng diện tích đất\n"
        "Thực hiện kế hoạch mở rộng diện tích đất cho các cơ sở giáo dục theo quy hoạch đã\n"
        "được phê duyệt, ưu tiên các trường ở phường trung tâm.\n"
    )
    found = texts(source)
    assert [t[:20] for t in found] == ["1. Tiếp tục rà soát ", "2. Mở rộng diện tích", "Thực hiện kế hoạch m"]
    assert "thành phố Lào Cai" in found[0]


def test_a_blank_line_after_every_line_means_nothing():
    source = "\n\n".join(
        [
            "Đảm bảo vai trò chỉ đạo toàn diện của Chi bộ phòng đối với ngành giáo dục và",
            "đào tạo thành phố; chú trọng chất lượng giáo dục toàn diện, giáo dục hội nhập,",
            "giáo dục thông minh cho học sinh, xây dựng trường chuẩn quốc gia theo kế",
            "hoạch đã được phê duyệt.",
        ]
    )
    assert len(texts(source)) == 1


def test_page_numbers_and_running_headers_go():
    page = "KH năm học 2024-2025 - Trường Hoa Sen\n{n}\n{a}\n{b}\n\f"
    body = [
        "rà soát điều kiện dạy học ở từng điểm trường, lập danh mục thiết bị",
        "cần mua sắm gửi về phòng trước khi năm học mới bắt đầu và tiếp tục",
        "theo dõi việc sử dụng thiết bị",
    ]
    source = "".join(page.format(n=i + 1, a=body[i], b="của nhà trường trong suốt năm học này và các năm học sau,") for i in range(3))
    joined = " ".join(texts(source))
    assert "Hoa Sen" not in joined
    assert " 2 " not in joined


def test_a_number_at_the_start_of_a_wrapped_line_is_no_marker():
    source = (
        "Tiếp tục nâng cao chất lượng giáo dục toàn diện ở các trường phổ thông trên địa bàn huyện,\n"
        "trong đó chú trọng vùng khó khăn và vùng đồng bào dân tộc thiểu số còn nhiều thiếu thốn;\n"
        "triển khai Đề án giáo dục hướng nghiệp và định hướng phân luồng học sinh giai đoạn 2019\n"
        "- 2025; tổ chức các hoạt động trải nghiệm cho học sinh cuối cấp trung học cơ sở và học\n"
        "sinh trung học phổ thông ở những nơi có điều kiện thuận lợi.\n"
    )
    assert len(texts(source)) == 1


def test_footnotes_leave_the_text_and_keep_their_mark():
    source = (
        "tăng thời lượng rèn kỹ năng; hoạt động dạy học kết nối1 được quan tâm thực hiện ngay từ\n"
        "đầu năm học; tổ chức thành công nhiều hoạt động2, đạt nhiều kết quả trong xây\n"
        "1 kết nối thêm được 8 quốc gia.\n"
        "2 tổ chức hội nghị góp ý phong trào “Tự học thành tài”.\n"
        " dựng cơ sở vật chất đáp ứng nhu cầu dạy học.\n"
    )
    assert texts(source) == [
        "tăng thời lượng rèn kỹ năng; hoạt động dạy học kết nối1 được quan tâm thực hiện ngay từ đầu năm học; tổ chức thành công"
        " nhiều hoạt động2, đạt nhiều kết quả trong xây dựng cơ sở vật chất đáp ứng nhu cầu dạy học."
    ]
    notes = read(source).footnotes
    assert [n.text for n in notes] == ["kết nối thêm được 8 quốc gia.", "tổ chức hội nghị góp ý phong trào “Tự học thành tài”."]
    assert [source[n.at.start - 3 : n.at.end] for n in notes] == ["nối1", "ộng2"]


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("sinh hoạt tổ chuyên m ôn", "sinh hoạt tổ chuyên môn"),
        ("báo cáo hằng th áng", "báo cáo hằng tháng"),
        ("học sin h thành phố", "học sinh thành phố"),
        ("diện tích 15 m2 một em", "diện tích 15 m2 một em"),
        ("nhóm a và nhóm b", "nhóm a và nhóm b"),
        ("bão số 9 ở xã", "bão số 9 ở xã"),
    ],
)
def test_words_broken_by_a_stray_space_are_mended_for_the_rules_only(broken, whole):
    p = para(broken)
    assert p.text == whole
    assert p.quote(0, len(p.text)) == broken


def test_syllables_that_stand_alone_are_not_joined():
    assert stray_spaces("đi ăn ở bếp ăn của trường") == []


@pytest.mark.parametrize(
    "source",
    [
        "| STT | Nhiệm vụ | Chủ trì |\n|---|---|---|\n| 1 | Rà soát mạng lưới | Sở A |\n| 2 | Lập kế hoạch | Sở B |\n",
        "| STT | Nhiệm vụ | Chủ trì |\n| 1 | Rà soát\nmạng lưới | Sở A |\n| 2 | Lập kế hoạch\n| Sở B |\n",
        "STT\tNhiệm vụ\tChủ trì\n1\tRà soát mạng lưới\tSở A\n2\tLập kế hoạch\tSở B\n",
    ],
)
def test_tables_come_out_cell_by_cell(source):
    rows = [[p.text[a:b] for a, b in p.cells] for p in paragraphs(split_lines(source)) if p.cells]
    assert rows == [["STT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát mạng lưới", "Sở A"], ["2", "Lập kế hoạch", "Sở B"]]


def test_a_row_whose_last_cells_are_empty_belongs_to_the_table():
    source = "STT\tNhiệm vụ\tChủ trì\nI\tHạ tầng\t\n1\tLập kế hoạch\tSở B\nĐoạn văn sau bảng.\n"
    rows = [[p.text[a:b] for a, b in p.cells] for p in paragraphs(split_lines(source)) if p.cells]
    assert rows == [["STT", "Nhiệm vụ", "Chủ trì"], ["I", "Hạ tầng", ""], ["1", "Lập kế hoạch", "Sở B"]]


@pytest.mark.parametrize(
    ("text", "style", "label"),
    [
        ("I. NHIỆM VỤ", "roman", "I"),
        ("A. NHIỆM VỤ", "letter", "A"),
        ("1. Rà soát", "number", "1"),
        ("4.1 Giáo dục mầm non", "dotted1", "4.1"),
        ("4.1.2. Giáo dục", "dotted2", "4.1.2"),
        ("a) Rà soát", "item", "a"),
        ("đ) Rà soát", "item", "đ"),
        ("- Rà soát", "dash", ""),
        ("+ Rà soát", "plus", ""),
        ("• Rà soát", "dot", ""),
        ("Điều 12. Rà soát", "article", "12"),
        ("Phần thứ hai", "part", "II"),
        ("Chương III", "part", "III"),
    ],
)
def test_markers_and_their_labels(text, style, label):
    found = marker(text)
    assert (found.style, found.label) == (style, label)


@pytest.mark.parametrize(
    "text", ["V/v đẩy mạnh chuyển đổi số", "100% trường học", "2024 của ngành", "1.120 người", "30/10 hằng năm", "Mở 45 lớp", "CỘNG HÒA"]
)
def test_what_only_looks_like_a_marker(text):
    assert marker(text) is None


def test_labels_are_counted_from_one():
    assert [ordinal("roman", x) for x in ("I", "IV", "IX", "XII")] == [1, 4, 9, 12]
    assert [ordinal("item", x) for x in "abcdđe"] == [1, 2, 3, 4, 5, 6]
