import re

import pytest

from khue.documents.export.words import SLIPS
from khue.reader import read
from tests.conftest import ROOT
from tests.helpers import directive

HEAD = "UBND TỈNH KIM HÀ            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 14/CT-UBND            Kim Hà, ngày 26 tháng 8 năm 2024\n\n"
OWN = HEAD + "CHỈ THỊ\nVề nhiệm vụ năm học 2024-2025\n\nI. NHIỆM VỤ\n"


def slips(*lines, head=OWN):
    return [(s.kind, s.quote) for s in read(directive(*lines, head=head)).slips]


@pytest.mark.parametrize(
    ("line", "kind", "quote"),
    [
        ("1. Gửi báo cáo trước ngày 31/9/2024.", "impossible_date", "ngày 31/9/2024"),
        ("1. Thực hiện Kết luận số 51-KL/TW ngày 30/5/20219 của Ban Bí thư.", "impossible_date", "Kết luận số 51-KL/TW ngày 30/5/20219"),
        ("1. Thực hiện Quyết định số 4725/QĐ-BDGĐT ngày 30/12/2022.", "misspelt_symbol", "Quyết định số 4725/QĐ-BDGĐT"),
        ("1. Thực hiện Thông tư 13/2016/TT-BGĐDT.", "misspelt_symbol", "Thông tư 13/2016/TT-BGĐDT"),
        ("1. Thực hiện Kế hoạch số 87/KH-UNBD ngày 01/3/2024.", "misspelt_symbol", "Kế hoạch số 87/KH-UNBD"),
        ("1. Thực hiện Công văn số 3874/BGDĐT-CNTT ngày 27/9/2024.", "later_citation", "Công văn số 3874/BGDĐT-CNTT ngày 27/9/2024"),
        ("1. Hoàn thành sửa chữa trước ngày 15/7/2024.", "past_deadline", "ngày 15/7/2024"),
        ("1. Chuẩn bị cho năm học 2024-2026.", "school_year", "năm học 2024-2026"),
        ("1. Đưa nội dung mới vào kế hoạch năm học 2023-2024.", "school_year", "năm học 2023-2024"),
        ("1. Thực hiện Chương trình giáo dục phổ thông 2008.", "programme_year", "Chương trình giáo dục phổ thông 2008"),
        ("1. Tổ chức cuộc thi Olympic Fansifan.", "name", "Fansifan"),
        ("1. Bảo đảm chi cho dạy học đạt tỷ lệ nhỏ hơn 19%.", "reversed_goal", "đạt tỷ lệ nhỏ hơn 19%"),
        (
            "1. Giảm 24 trường (mầm non 09 trường, tiểu học 08 trường, THCS 08 trường).",
            "sum",
            "24 trường (mầm non 09 trường, tiểu học 08 trường, THCS 08 trường)",
        ),
        (
            "1. Bố trí 1.350 triệu đồng, gồm ngân sách xã 900 triệu đồng và xã hội hóa 550 triệu đồng.",
            "sum",
            "1.350 triệu đồng, gồm ngân sách xã 900 triệu đồng và xã hội hóa 550 triệu đồng",
        ),
        (
            "1. Bảo đảm vốn: ngân sách tỉnh 60%, ngân sách xã 25%, nguồn xã hội hóa 10%.",
            "sum",
            "ngân sách tỉnh 60%, ngân sách xã 25%, nguồn xã hội hóa 10%",
        ),
        ("1. Họp vào thứ Hai, ngày 05/9/2024.", "weekday", "thứ Hai, ngày 05/9/2024"),
    ],
)
def test_it_asks_about(line, kind, quote):
    assert (kind, quote) in slips(line)


def test_one_document_with_two_dates_is_asked_about_where_it_stands_alone():
    found = read(
        directive("1. Thực hiện Nghị quyết số 31-NQ/TU ngày 18/10/2023.", "2. Theo Nghị quyết số 31-NQ/TU ngày 28/10/2023.", head=OWN)
    ).slips
    assert [(s.quote, str(s.probably)) for s in found] == [("Nghị quyết số 31-NQ/TU ngày 28/10/2023", "ngày 18/10/2023")]
    assert "18/10/2023" in found[0].clashes_with


def test_a_programme_with_two_periods():
    found = slips(
        "1. Thực hiện Chương trình sức khỏe học đường giai đoạn 2021-2025.",
        "2. Tổng hợp Chương trình sức khỏe học đường giai đoạn 2021-2026.",
    )
    assert found == [("programme_period", "Chương trình sức khỏe học đường giai đoạn 2021-2026")]


def test_a_grade_left_out_of_a_long_list():
    line = "1. Dạy chương trình mới ở lớp 1, lớp 2, lớp 3, lớp 4, lớp 6, lớp 7, lớp 8, lớp 10, lớp 11; lớp 5, lớp 12 theo chương trình cũ."
    assert [k for k, _ in slips(line)] == ["missing_grade"]


def test_a_whole_year_under_one_month():
    found = slips("1. Tháng 01/2025: Phấn đấu có thêm 02 trường đạt chuẩn trong năm 2025.")
    assert found == [("period", "năm 2025")]


def test_the_district_after_it_was_abolished():
    later = OWN.replace("2024", "2025").replace("2025-2025", "2025-2026")
    assert ("abolished_unit", "UBND huyện") in slips("1. Báo cáo UBND huyện kết quả.", head=later)
    assert slips("1. Báo cáo UBND huyện kết quả.") == []


@pytest.mark.parametrize(
    "line",
    [
        "1. Thực hiện Quyết định số 2045/QĐ-BGDĐT ngày 01/8/2024; Kế hoạch số 50/KH-PGD&ĐT ngày 15/9/2023.",
        "1. Sơ kết, rút kinh nghiệm năm học 2023-2024.",
        "1. Theo Kế hoạch số 05/KH-UBND ngày 03/02/2022 và Kế hoạch số 05/KH-UBND ngày 17/3/2023.",
        "1. Có 29/46 trường đạt chuẩn, phấn đấu thêm 2 trường.",
        "1. Dạy lớp 1, lớp 2, lớp 3 và lớp 5 theo chương trình mới.",
        "1. Kéo giảm tỷ lệ học sinh bỏ học xuống dưới 0,3%.",
        "1. Tổ chức thi Olympic, Violympic, VioEdu và STEM.",
        "1. Chuẩn bị các điều kiện cho năm học 2025-2026.",
        "1. Tháng 10/2024: Nộp hồ sơ trước ngày 15/11/2024.",
        "1. Báo cáo trước ngày 29/02/2028.",
    ],
)
def test_it_raises_no_false_alarm(line):
    assert slips(line) == []


def test_a_person_with_two_names_and_two_persons():
    found = slips("1. Giao đồng chí Phan Thị Lụa chủ trì.", "2. Báo cáo Giám đốc Sở Phạm Thị Lụa hằng tuần.")
    assert found == [("person", "Giám đốc Sở Phạm Thị Lụa")]
    assert slips("1. Giao đồng chí Nguyễn Văn An chủ trì.", "2. Giao đồng chí Nguyễn Văn Bình phối hợp.") == []
    assert slips("1. Giao đồng chí Lê Thị Hoa chủ trì.", "2. Giao đồng chí Trần Thị Hoa phối hợp.") == []


def test_sums_that_come_out_and_lists_that_are_not_whole():
    assert slips("1. Bố trí 1.450 triệu đồng, gồm ngân sách xã 900 triệu đồng và xã hội hóa 550 triệu đồng.") == []
    assert slips("1. Bố trí 1.350 triệu đồng, trong đó ngân sách xã 900 triệu đồng.") == []
    assert slips("1. Bảo đảm vốn: ngân sách tỉnh 60%, ngân sách xã 25%, nguồn xã hội hóa 15%.") == []


@pytest.mark.parametrize(
    ("subject", "line", "quote"),
    [
        ("Phương hướng 6 tháng cuối năm 2024", "1. Chuẩn bị tổng kết 6 tháng cuối năm 2023.", ["6 tháng cuối năm 2023"]),
        ("Phương hướng 6 tháng cuối năm 2024", "1. Rà soát, so với 6 tháng cuối năm 2023.", []),
        (
            "Chương trình sữa học đường giai đoạn 2024-2028",
            "1. Giữ vốn của Chương trình giai đoạn 2024-2027.",
            ["Chương trình giai đoạn 2024-2027"],
        ),
        (
            "Sữa học đường tỉnh Hà Mi giai đoạn 2024 - 2028",
            "1. Triển khai Kế hoạch Sữa học đường tỉnh Hà Mi giai đoạn 2023 - 2028.",
            ["Kế hoạch Sữa học đường tỉnh Hà Mi giai đoạn 2023 - 2028"],
        ),
        ("Sữa học đường tỉnh Hà Mi giai đoạn 2024 - 2028", "1. Nối với Kế hoạch nước sạch giai đoạn 2023 - 2028.", []),
        ("Chương trình sữa học đường giai đoạn 2024-2028", "1. Nối với Chương trình nước sạch giai đoạn 2024-2027.", []),
    ],
)
def test_a_period_that_is_not_the_subjects(subject, line, quote):
    head = HEAD + f"KẾ HOẠCH\n{subject}\n\nI. NHIỆM VỤ\n"
    assert [q for kind, q in slips(line, head=head) if kind == "subject_period"] == quote


@pytest.mark.parametrize(
    ("head", "end", "quote"),
    [
        ("KHÓA I, KỲ HỌP THỨ TƯ", "khóa I, kỳ họp thứ Năm", ["kỳ họp thứ Năm"]),
        ("KHÓA XVIII, KỲ HỌP THỨ 25", "khóa XVIII, kỳ họp thứ 24", ["kỳ họp thứ 24"]),
        ("KHÓA I, KỲ HỌP THỨ TƯ", "khóa I, kỳ họp thứ 4", []),
        ("KHÓA I, KỲ HỌP THỨ MƯỜI LĂM", "khóa I, kỳ họp thứ XV", []),
    ],
)
def test_a_resolution_passed_at_another_session_than_its_head_names(head, end, quote):
    text = (
        f"NGHỊ QUYẾT\nVề giáo dục năm 2026\n\nHỘI ĐỒNG NHÂN DÂN XÃ A\n{head}\n\nQUYẾT NGHỊ:\n\nĐiều 1. Giao UBND xã sửa trường.\n"
        f"Nghị quyết này được Hội đồng nhân dân xã A {end} thông qua ngày 18 tháng 12 năm 2025./.\n"
    )
    assert [s.quote for s in read(text).slips if s.kind == "session"] == quote


def test_a_session_to_come_is_none_of_the_resolutions_own():
    text = (
        "NGHỊ QUYẾT\nVề giáo dục năm 2026\n\nHỘI ĐỒNG NHÂN DÂN XÃ A\nKHÓA I, KỲ HỌP THỨ TƯ\n\nQUYẾT NGHỊ:\n\n"
        "Điều 1. Giao UBND xã trình đề án để thông qua tại kỳ họp thứ năm.\n"
    )
    assert [s for s in read(text).slips if s.kind == "session"] == []


def test_every_kind_of_slip_has_a_name_for_people():
    folder = ROOT / "khue/reader/slips"
    kinds = {k for p in folder.glob("*.py") for k in re.findall(r"[sS]lip\(\s*\"(\w+)\"", p.read_text(encoding="utf-8"))}
    assert len(kinds) > 10
    assert kinds - set(SLIPS) == set()
