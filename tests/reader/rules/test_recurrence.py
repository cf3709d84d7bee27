import pytest

from khue.reader.rules.recurrence import find_recurrence
from tests.helpers import LEX, para


def rhythm(text):
    p = para(text)
    found = find_recurrence(LEX, p, 0, len(p.text))
    return found.recurs if found else None


@pytest.mark.parametrize(
    ("text", "recurs"),
    [
        ("kiểm tra hệ thống điện định kỳ hằng tháng", "monthly"),
        ("báo cáo vào ngày 28 hằng tháng", "monthly"),
        ("hằng tháng, quý tổng hợp tình hình", "monthly"),
        ("báo cáo Ủy ban nhân dân tỉnh định kỳ hằng quý", "quarterly"),
        ("gửi báo cáo vào ngày 20 của tháng cuối quý", "quarterly"),
        ("đổi mật khẩu mỗi quý một lần", "quarterly"),
        ("sao lưu dữ liệu hằng tuần", "weekly"),
        ("mỗi học kỳ, báo cáo tiến độ", "semester"),
        ("trước ngày 30/10 hằng năm", "yearly"),
        ("kiểm tra hồ sơ 6 tháng/lần", "semester"),
        ("họp giao ban ba tháng một lần", "quarterly"),
        ("kiểm tra lớp 2 hằng tháng", "monthly"),
        ("mỗi năm một lần tổ chức hội thi", "yearly"),
        ("thẩm định vào tháng 5 hàng năm", "yearly"),
    ],
)
def test_it_reads_how_often(text, recurs):
    assert rhythm(text) == recurs


@pytest.mark.parametrize(
    "text",
    [
        "sinh hoạt tổ chuyên môn ít nhất 02 lần/tháng",
        "thường xuyên báo cáo kết quả",
        "thẩm định dự toán hằng năm của các đơn vị",
        "bố trí vốn theo từng năm",
        "tổ chức tổng kết năm học",
        "tổ chức hội thi hai năm một lần",
        "bồi dưỡng thường xuyên 3 năm một lần",
    ],
)
def test_it_leaves_measures_and_names(text):
    assert rhythm(text) is None
