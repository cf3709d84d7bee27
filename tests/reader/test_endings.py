"""How documents end, what stands under a heading of times, whose a petition is."""

import pytest

from khue.reader import read
from tests.conftest import ROOT
from tests.helpers import directive, quotes


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Các trường niêm yết thông báo từ ngày 20/5/2024.", ["Các trường niêm yết thông báo từ ngày 20/5/2024"]),
        ("Công bố kết quả chậm nhất ngày 20/7/2024.", ["Công bố kết quả chậm nhất ngày 20/7/2024"]),
        ("Từ ngày 01/7/2024 đến ngày 15/7/2024.", []),
        ("Buổi sáng từ 7 giờ 30 phút.", []),
    ],
)
def test_the_dated_steps_under_a_heading_of_times_are_duties(line, found):
    assert quotes("2. Thời gian", f"a) {line}") == found


def test_a_day_without_a_year_is_of_the_last_year_the_subject_names():
    text = directive("1. Ban hành thiết kế mẫu trước 28/02.", head="BÁO CÁO\nKết quả năm 2024, nhiệm vụ năm 2025\n\nI. NHIỆM VỤ\n")
    assert [t.due and t.due.day and t.due.day.isoformat() for t in read(text).tasks] == ["2025-02-28"]


@pytest.mark.parametrize(
    ("last", "found"),
    [
        ("Ủy ban nhân dân tỉnh kính trình Hội đồng nhân dân tỉnh xem xét./.", [("I.1", "Rà soát mạng lưới")]),
        (
            "Yêu cầu các đơn vị thực hiện Kế hoạch này./.\n\nCÔNG AN TỈNH      SỞ GIÁO DỤC VÀ ĐÀO TẠO\nGIÁM ĐỐC      GIÁM ĐỐC",
            [("I.1", "Rà soát mạng lưới"), ("", "Yêu cầu các đơn vị thực hiện Kế hoạch này")],
        ),
    ],
)
def test_how_a_document_ends(last, found):
    assert [(t.section, t.quote) for t in read(directive("1. Rà soát mạng lưới.", last)).tasks] == found


def test_a_unit_that_is_to_petition_another_acts_itself():
    text = directive("1. UBND các xã", "- Kiến nghị UBND huyện xử lý sai phạm.", "- Giao Công an xã xác nhận thông tin.")
    assert [[f.value for f in t.owners] for t in read(text).tasks] == [["UBND các xã"], ["Công an xã"]]


@pytest.mark.parametrize(
    ("last", "section"),
    [
        ("Trong quá trình thực hiện, nếu có khó khăn, các đơn vị báo cáo UBND huyện./.", ""),
        ("Báo cáo số liệu hằng tuần về Phòng.", "I.1"),
    ],
)
def test_an_attached_plan_closes_as_a_document_does(last, section):
    head = (ROOT / "tests/gold/quyet-dinh-ke-hoach-huyen.txt").read_text(encoding="utf-8").split("I. MỤC ĐÍCH")[0]
    text = head + f"I. TỔ CHỨC THỰC HIỆN\n1. Hiệu trưởng các trường\nThành lập Hội đồng tuyển sinh.\n{last}\n"
    assert read(text).tasks[-1].section == section
