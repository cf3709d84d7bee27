from datetime import date

import pytest

from khue.reader.rules.deadline import find_due
from tests.helpers import LEX, day, para

SIGNED = date(2024, 8, 26)


def due(text, heading=False):
    p = para(text)
    found = find_due(LEX, p, 0, len(p.text), 2024, heading=heading, after=SIGNED)
    return found.day if found else None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("hoàn thành việc phổ biến đến toàn thể nhà giáo trước ngày 15/10/2024", "2024-10-15"),
        ("báo cáo Sở chậm nhất ngày 30 tháng 9 năm 2024", "2024-09-30"),
        ("gửi về Phòng trước 17h00 ngày 29/9/2024", "2024-09-29"),
        ("gửi danh sách, muộn nhất là thứ Sáu, ngày 20/9/2024", "2024-09-20"),
        ("sửa chữa phòng học, xong trước 30/10", "2024-10-30"),
        ("hoàn thành trước ngày 15/01", "2025-01-15"),
        ("hoàn thành chương trình năm học trước ngày 31/5/2025", "2025-05-31"),
        ("ban hành thiết kế mẫu; thời gian hoàn thành: tháng 3/2025", "2025-03-31"),
        ("sơ kết học kỳ I (ngày 17/01/2025)", "2025-01-17"),
        ("họp cha mẹ học sinh vào Chủ nhật, ngày 19/01/2025", "2025-01-19"),
        ("chào mừng ngày thành lập Đoàn (26/3)", None),
        ("gửi báo cáo sơ kết trước ngày 10/01/2025, báo cáo tổng kết trước ngày 25/5/2025", "2025-05-25"),
        ("kiểm tra 12 trường trong tháng 4 và tháng 5/2025", "2025-05-31"),
        ("tổ chức lớp bồi dưỡng cho cán bộ quản lý (tháng 7/2025)", "2025-07-31"),
        ("lập danh sách, báo cáo về Phòng Văn hóa - Xã hội ngày 30/7/2025", "2025-07-30"),
        ("gửi kết quả theo thống nhất tại cuộc họp ngày 30/9/2024", None),
        ("hoàn thiện đề án trong Quý IV/2024", "2024-12-31"),
        ("hoàn thiện đề án trong Quý\nII/2025", "2025-06-30"),
        ("trình phê duyệt trong quý III năm 2024", "2024-09-30"),
        ("hoàn thiện hồ sơ trong tháng 02/2024", "2024-02-29"),
        ("nghiệm thu vào cuối tháng 5/2025", "2025-05-31"),
        ("làm sạch dữ liệu, hoàn thành trong nửa đầu tháng 4/2025", "2025-04-15"),
        ("bàn giao phòng học trong nửa cuối tháng 02/2025", "2025-02-28"),
        ("hoàn thành khảo sát trong thượng tuần tháng 11", "2024-11-10"),
        ("tổ chức vào trung tuần tháng 3/2025", "2025-03-20"),
        ("hoàn thành trong hạ tuần tháng 4/2025", "2025-04-30"),
        ("khám sức khỏe (lần 1 trong tháng 9/2024, lần 2 trong tháng 4/2025)", "2025-04-30"),
        ("nộp hồ sơ đợt 1 trước ngày 30/9/2024, đợt 2 trước ngày 15/12/2024", "2024-12-15"),
        ("hoàn thành trong tháng 9/2024 để phục vụ kiểm tra trong tháng 10/2024", "2024-09-30"),
        ("tổ chức khai giảng vào sáng ngày 05/9/2024", "2024-09-05"),
        ("công nhận thành phố đạt chuẩn cuối năm 2024", "2024-12-31"),
        ("đến hết năm 2025 giảm ít nhất 10% số điểm trường", "2025-12-31"),
        ("phấn đấu đến năm 2030 có 80% trường đạt chuẩn", "2030-12-31"),
        ("mở 45 lớp xóa mù chữ trong năm 2024", "2024-12-31"),
        ("tổ chức tập huấn trong tuần đầu tháng 9/2024", "2024-09-07"),
        ("bồi dưỡng đội ngũ, tuần 2 tháng 10/2024", "2024-10-14"),
        ("kiểm tra trong 6 tháng đầu năm 2025", "2025-06-30"),
        ("mở trại hè từ ngày 01/6/2025 đến ngày 15/6/2025", "2025-06-15"),
        ("bàn giao hồ sơ trước tháng 6/2025", "2025-05-31"),
        ("nộp hồ sơ trước ngày 10/9/2024 để tổng hợp báo cáo Bộ trước ngày 30/9/2024", "2024-09-10"),
        ("điều tra bổ sung trong 20 ngày đầu tháng 9/2024", "2024-09-20"),
        ("xem xét kéo dài thời gian thực hiện Đề án đến hết năm 2026", "2026-12-31"),
        ("huy động xã hội hóa đạt 120 tỷ đồng trong giai đoạn 2023 - 2025", "2025-12-31"),
        ("xây mới 40 phòng học trong giai đoạn từ năm 2024 đến năm 2027.", "2027-12-31"),
    ],
)
def test_it_reads_the_last_day_allowed(text, iso):
    assert due(text) == day(iso)


@pytest.mark.parametrize(
    "text",
    [
        "xây dựng kế hoạch giai đoạn 2021-2025",
        "triển khai Đề án ngoại ngữ đến hết năm 2026 của tỉnh",
        "ưu tiên nguồn vốn đầu tư công trung hạn giai đoạn 2026-2030",
        "lập danh mục công trình đã đầu tư trong giai đoạn 2016-2020 và các công trình dở dang",
        "tích hợp với quy hoạch của tỉnh, tầm nhìn đến năm 2050",
        "chuyển đổi số giai đoạn 2023-2025, định hướng đến năm 2030",
        "tổ chức lễ kỷ niệm nhân dịp 20/11",
        "chào mừng ngày Nhà giáo Việt Nam 20/11",
        "chuẩn bị tốt cho năm học 2024-2025",
        "giảm số điểm trường so với năm 2023",
        "thực hiện Chương trình phát triển giáo dục đến năm 2025",
        "đánh giá kết quả thực hiện nhiệm vụ trong năm 2023",
        "áp dụng kể từ ngày 01/01/2025",
        "có 29/46 trường đạt chuẩn",
        "dạy học 2 buổi/ngày",
    ],
)
def test_it_leaves_times_that_are_no_deadline(text):
    assert due(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Tháng 3/2025", "2025-03-31"),
        ("Tháng 01", "2025-01-31"),
        ("Quý I/2025", "2025-03-31"),
        ("Tháng 4-5/2025", "2025-05-31"),
        ("Tháng 11 - tháng 12", "2024-12-31"),
        ("Tháng 9-2024", "2024-09-30"),
        ("Mục tiêu cụ thể đến năm 2025", "2025-12-31"),
        ("Định hướng đến năm 2030", "2030-12-31"),
        ("Giai đoạn 2026-2027", "2027-12-31"),
        ("30/9/2024", "2024-09-30"),
        ("Giáo dục mầm non", None),
        ("Kết quả năm 2023", None),
    ],
)
def test_it_reads_bare_times_in_headings_and_cells(text, iso):
    assert due(text, heading=True) == day(iso)


def test_a_day_that_cannot_be_is_a_deadline_without_a_date():
    p = para("gửi báo cáo trước ngày 31/9/2024")
    found = find_due(LEX, p, 0, len(p.text), 2024)
    assert found is not None
    assert found.day is None
    assert found.rule == "deadline.impossible"


def test_it_tells_the_words_and_where_they_stand():
    text = "gửi báo cáo trước  ngày\n10/9/2024"
    p = para(text)
    found = find_due(LEX, p, 0, len(p.text), 2024)
    assert found.quote == "ngày 10/9/2024"
    assert text[found.span.start : found.span.end] == "ngày\n10/9/2024"
