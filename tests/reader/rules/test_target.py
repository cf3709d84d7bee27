import pytest

from khue.reader.rules.target import find_targets
from tests.helpers import LEX, para


def targets(text, zone="plan"):
    p = para(text)
    return [(t.value, t.unit, t.comparator) for t in find_targets(LEX, p, 0, len(p.text), zone)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("duy trì vững chắc 100% trường đạt chuẩn quốc gia", [(100, "%", "=")]),
        ("Huy động 100% trẻ 5 tuổi và ít nhất 36% trẻ nhà trẻ ra lớp", [(100, "%", "="), (36, "%", ">=")]),
        ("sĩ số không quá 35 học sinh/lớp ở cấp tiểu học", [(35, "học sinh/lớp", "<=")]),
        ("cân đối chi cho giáo dục không dưới 20% tổng chi ngân sách", [(20, "%", ">=")]),
        ("ban hành định mức 01 người nấu ăn/35 học sinh", [(1, "người nấu ăn/35 học sinh", "=")]),
        ("kiểm kê tài sản đến 0 giờ ngày 01/01/2025", []),
        ("lưu trữ hồ sơ ít nhất 10 năm", [(10, "năm", ">=")]),
        ("cân, đo cho trẻ từ 24 tháng trở lên", []),
        ("Kéo giảm tỷ lệ học sinh bỏ học xuống dưới 0,3%", [(0.3, "%", "<")]),
        ("phấn đấu trên 30% học sinh được phân luồng", [(30, "%", ">")]),
        ("giảm số bài thi dưới 2 điểm xuống còn dưới 3%", [(3, "%", "<")]),
        ("nắm số thí sinh ở xa điểm thi trên 20 km, bố trí nơi ăn, ở", []),
        ("xã nào để tỷ lệ chuyên cần dưới 90% thì Chủ tịch UBND xã phải kiểm điểm", []),
        ("đạt tỷ lệ từ 99,8% trở lên", [(99.8, "%", ">=")]),
        ("mở 45 lớp xóa mù chữ cho ít nhất 1.120 người", [(45, "lớp", "="), (1120, "người", ">=")]),
        ("phấn đấu có thêm 02 trường đạt chuẩn", [(2, "trường", ">=")]),
        ("Dành tối thiểu 02 tiết/tuần để phụ đạo", [(2, "tiết/tuần", ">=")]),
        ("tối thiểu 01 bài giảng điện tử/học kỳ", [(1, "bài giảng điện tử/học kỳ", ">=")]),
        ("mở rộng diện tích đất để đạt 15m2/học sinh", [(15, "m2/học sinh", ">=")]),
        ("Rà soát hồ sơ phổ cập tại 15 xã, thị trấn", [(15, "xã, thị trấn", "=")]),
        ("Sửa chữa 05 phòng học, 02 nhà vệ sinh của trường", [(5, "phòng học", "="), (2, "nhà vệ sinh", "=")]),
        ("không dạy bù quá 02 tiết/ngày", [(2, "tiết/ngày", "<=")]),
        ("không có trường nào dưới 90%", [(90, "%", ">=")]),
        ("tỷ lệ bỏ học không quá 0,15% ở cấp tiểu học và 0,4% ở cấp trung học cơ sở", [(0.15, "%", "<="), (0.4, "%", "<=")]),
        ("tỷ lệ bỏ học ở tiểu học dưới 0,15% và 100% học sinh bán trú được ăn trưa", [(0.15, "%", "<"), (100, "%", "=")]),
        ("tuyển dụng 150 đến 180 giáo viên", [(150, "giáo viên", "=")]),
        ("tăng từ 120 đến 150 phòng học", [(150, "phòng học", ">=")]),
        (
            "Tuyển mới 11.250 học sinh vào lớp 10 trung học phổ thông, 1.800 học viên giáo dục thường xuyên",
            [(11250, "học sinh", "="), (1800, "học viên", "=")],
        ),
        ("giao lưu với các xã bạn ít nhất mỗi học kỳ 01 lần", [(1, "lần", ">=")]),
        ("đào tạo mỗi năm 80 giáo sinh mầm non", [(80, "giáo sinh", "=")]),
        ("Sở Tài chính cân đối 186 tỷ đồng cho dự án", [(186, "tỷ đồng", "=")]),
        ("thẩm định trong tối đa 15 ngày làm việc/hồ sơ", [(15, "ngày làm việc/hồ sơ", "<=")]),
        ("phân luồng tại 38 cổng trường có nguy cơ ùn tắc", [(38, "cổng trường", "=")]),
        ("mỗi trường xây dựng tối thiểu 05 thí nghiệm ảo", [(5, "thí nghiệm ảo", ">=")]),
        ("kiểm tra 08 quận", [(8, "quận", "=")]),
        ("dự giờ ở 5/9 huyện, thị xã", [(5, "huyện, thị xã", "=")]),
    ],
)
def test_it_reads_numbers_to_be_reached(text, found):
    assert targets(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "dạy học 2 buổi/ngày và tổ chức ăn bán trú",
        "trẻ mẫu giáo 3, 4 tuổi ở những nơi có điều kiện",
        "lớp 1, lớp 2, lớp 3 cấp tiểu học",
        "Chương trình giáo dục phổ thông 2018",
        "kỷ niệm 42 năm Ngày Nhà giáo Việt Nam 20/11",
        "trường chuẩn quốc gia mức độ 2",
        "theo chuẩn khung 6 bậc Việt Nam",
        "triển khai ngoại ngữ 2 là tiếng Trung Quốc",
        "quy trình 3 bước",
        "Trường Tiểu học 19-8",
        "người trong độ tuổi từ 15 đến 60",
        "dồn ghép điểm trường lẻ có dưới 15 học sinh",
        "lùi giờ vào học đến 8 giờ",
        "hỗ trợ tiền ăn trưa 200.000 đồng/trẻ/tháng",
        "thẩm định vốn của 06 dự án khởi công mới",
    ],
)
def test_it_leaves_numbers_that_are_no_goal(text):
    assert targets(text) == []
