import pytest

from khue.reader.rules.partner import find_partners
from tests.helpers import LEX, para


def partners(text):
    p = para(text)
    return [f.value for f in find_partners(LEX, p, 0, len(p.text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("phối hợp với Công an tỉnh tập huấn kỹ năng thoát nạn", ["Công an tỉnh"]),
        (
            "Chủ trì, phối hợp với Sở Nội vụ, Ủy ban nhân dân các huyện, thành phố rà soát biên chế",
            ["Sở Nội vụ", "Ủy ban nhân dân các huyện, thành phố"],
        ),
        ("Phối hợp với Huyện đoàn, Hội đồng Đội huyện tổ chức Hội trại", ["Huyện đoàn", "Hội đồng Đội huyện"]),
        ("phối hợp chặt chẽ, hiệu quả với Sở Giáo dục và Đào tạo triển khai nhiệm vụ", ["Sở Giáo dục và Đào tạo"]),
        ("phối hợp với các cơ quan truyền thông, báo chí thực hiện tốt công tác thông tin", ["các cơ quan truyền thông, báo chí"]),
        (
            "Tăng cường phối hợp giữa nhà trường, cha mẹ học sinh và các tổ chức tại địa phương trong quá trình",
            ["nhà trường", "cha mẹ học sinh", "các tổ chức tại địa phương"],
        ),
        ("thông qua việc hợp tác với các cơ sở giáo dục nước ngoài", ["các cơ sở giáo dục nước ngoài"]),
        ("Cùng Tỉnh đoàn sửa lại bàn ghế bị ướt", ["Tỉnh đoàn"]),
        ("Bảo đảm sự phối hợp chặt chẽ giữa nhà trường, khu phố và các hội, đoàn thể", ["nhà trường", "khu phố", "các hội, đoàn thể"]),
        ("phối hợp chặt chẽ giữa gia đình, nhà trường và xã hội", []),
        ("phối hợp với Đội Thiếu niên, cha mẹ học sinh quản lý học sinh dịp Tết", ["Đội Thiếu niên", "cha mẹ học sinh"]),
        ("Đoàn trường phối hợp giáo viên chủ nhiệm theo dõi nền nếp", ["giáo viên chủ nhiệm"]),
        ("phối hợp Trung tâm Chính trị phường mời báo cáo viên", ["Trung tâm Chính trị phường"]),
        ("phối hợp cùng VNPT Kim Hà, Viettel Kim Hà phủ mạng tới các điểm trường", ["VNPT Kim Hà", "Viettel Kim Hà"]),
        ("phối hợp với Phòng Quản lý chất lượng, Thanh tra Sở kiểm tra việc ôn tập", ["Phòng Quản lý chất lượng", "Thanh tra Sở"]),
        ("Hợp tác với Trung tâm Anh ngữ Mai Vàng, Đoàn xã Kim Hà mời tình nguyện viên", ["Trung tâm Anh ngữ Mai Vàng", "Đoàn xã Kim Hà"]),
        ("Chủ trì cùng Sở Nội vụ thẩm định nhu cầu tuyển dụng", ["Sở Nội vụ"]),
    ],
)
def test_it_finds_who_works_with_the_owner(text, names):
    assert partners(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "tập huấn cho giáo viên cách tổ chức hướng dẫn và phối hợp với cha mẹ trẻ để chăm sóc trẻ",
        "liên kết đào tạo với nước ngoài",
        "phù hợp với điều kiện của đơn vị",
        "gắn với quy hoạch phát triển kinh tế - xã hội",
        "phối hợp hài hòa các phương pháp dạy học",
    ],
)
def test_it_leaves_other_withs(text):
    assert partners(text) == []
