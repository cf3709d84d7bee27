import pytest

from khue.reader.rules.owner import clause_owners, heading_owners
from tests.helpers import LEX, para


def owners(text, zone="plan"):
    p = para(text)
    return [f.value for f in clause_owners(LEX, p, 0, len(p.text), zone)[0]]


def of_heading(text):
    p = para(text)
    return [f.value for f in heading_owners(LEX, p, 0, len(p.text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Giao Sở Giáo dục và Đào tạo theo dõi, đôn đốc, kiểm tra", ["Sở Giáo dục và Đào tạo"]),
        ("Yêu cầu Hiệu trưởng các trường có tổ chức bán trú ký hợp đồng cung ứng", ["Hiệu trưởng các trường có tổ chức bán trú"]),
        ("Đề nghị các trường có báo cáo gửi về Sở", ["các trường"]),
        ("Kính đề nghị Đồn Biên phòng Kim Hà tiếp tục duy trì mô hình", ["Đồn Biên phòng Kim Hà"]),
        ("Vụ Học sinh, sinh viên làm đầu mối tiếp nhận thông tin", ["Vụ Học sinh, sinh viên"]),
        ("nhân viên bảo vệ trực 24/24 giờ", ["nhân viên bảo vệ"]),
        ("xã nào để tỷ lệ chuyên cần dưới 90% thì Chủ tịch UBND xã phải kiểm điểm", ["Chủ tịch UBND xã"]),
        ("Các cấp, các ngành đưa chỉ tiêu giáo dục vào kế hoạch", ["Các cấp", "các ngành"]),
        (
            "Trung tâm Văn hóa - Truyền thanh - Truyền hình huyện tăng thời lượng phát thanh",
            ["Trung tâm Văn hóa - Truyền thanh - Truyền hình huyện"],
        ),
        (
            "Giao Sở Nông nghiệp và Phát triển nông thôn (cơ quan thường trực) theo dõi mực nước",
            ["Sở Nông nghiệp và Phát triển nông thôn"],
        ),
        (
            "Thường trực Hội đồng nhân dân và đại biểu Hội đồng nhân dân tỉnh giám sát việc thực hiện",
            ["Thường trực Hội đồng nhân dân", "đại biểu Hội đồng nhân dân tỉnh"],
        ),
        ("Hiệu trưởng các trường Mầm non, Phổ thông chịu trách nhiệm", ["Hiệu trưởng các trường Mầm non, Phổ thông"]),
        ("Trưởng các thôn báo danh sách trẻ vắng mặt về xã", ["Trưởng các thôn"]),
        ("giáo viên được phân công dạy môn Khoa học tự nhiên phải qua bồi dưỡng", ["giáo viên được phân công dạy môn Khoa học tự nhiên"]),
        ("những bản chưa có điện lưới thì sử dụng điện mặt trời", []),
        ("giao cho các trường tăng cường tuyên truyền", ["các trường"]),
        (
            "Đề nghị Hiệu trưởng các trường, các bộ phận thuộc Phòng nghiêm túc thực hiện",
            ["Hiệu trưởng các trường", "các bộ phận thuộc Phòng"],
        ),
        ("Chủ tịch UBND thành phố yêu cầu các phòng, ban chuyên môn nghiêm túc triển khai", ["các phòng, ban chuyên môn"]),
        ("Các trường trên địa bàn TP. Vân Khánh hoàn thành việc tách lớp", ["Các trường trên địa bàn TP. Vân Khánh"]),
        ("Mỗi giáo viên phổ thông thực hiện đưa vào kho học liệu số một bài học", ["Mỗi giáo viên phổ thông"]),
        ("TH Chu Văn An chủ trì tham mưu UBND phường hoàn thiện đề án", ["TH Chu Văn An"]),
        ("các đơn vị thực hiện nghiêm túc việc trao đổi giáo viên", ["các đơn vị"]),
        ("Trong tháng 9, các trường lập danh sách học sinh cần phụ đạo", ["các trường"]),
        ("Căn cứ tình hình thực tế, UBND các xã, phường bố trí kinh phí", ["UBND các xã, phường"]),
        ("hiệu trưởng nào buông lỏng quản lý phải kiểm điểm", ["hiệu trưởng"]),
        ("các đơn vị còn thu tiền mặt phải giải trình lý do", ["các đơn vị còn thu tiền mặt"]),
        ("Công tác chuyển đổi số các cơ sở đánh giá và chủ động triển khai", ["các cơ sở"]),
        ("Công an huyện, Điện lực Phú Khê, theo chức năng, nhiệm vụ được giao, xây dựng phương án", ["Công an huyện", "Điện lực Phú Khê"]),
        ("Sở Y tế căn cứ chức năng, nhiệm vụ của mình hướng dẫn các trạm y tế", ["Sở Y tế"]),
        ("Mỗi phòng GDĐT có thêm ít nhất 01 trường đạt chuẩn quốc gia, nâng tỷ lệ lên 62%", ["Mỗi phòng GDĐT"]),
        ("Các trường có tổ chức bán trú công khai thực đơn", ["Các trường có tổ chức bán trú"]),
        ("Trên đây là Kế hoạch năm 2024, đề nghị Thủ trưởng các đơn vị nghiêm túc thực hiện", ["Thủ trưởng các đơn vị"]),
        ("Trên đây là báo cáo của Sở Nội vụ, kính gửi UBND tỉnh", []),
        ("Số liệu chuyên cần do các trường cập nhật trên phần mềm", ["các trường"]),
        ("Phòng Công nghệ thông tin Sở chủ trì, cùng Thanh tra Sở giúp đỡ các đơn vị", ["Phòng Công nghệ thông tin Sở"]),
        ("Những trường dạy 02 ca cần bố trí giờ nghỉ giữa ca", ["Những trường dạy 02 ca"]),
        ("các trường dạy tốt nội dung này, phải báo cáo Sở", ["các trường"]),
        ("Giáo viên dưới 05 năm công tác dự giờ đồng nghiệp 01 tiết/tuần", ["Giáo viên dưới 05 năm công tác"]),
        ("Giáo viên dạy đội tuyển soạn đề cương, nộp tổ trưởng", ["Giáo viên dạy đội tuyển"]),
        ("Giáo viên dạy lớp 1 ôn luyện cho học sinh", ["Giáo viên dạy lớp 1"]),
        ("Giáo viên dạy môn Toán và phụ đạo học sinh", ["Giáo viên"]),
        ("Giáo viên dạy bù, ôn luyện cho học sinh", ["Giáo viên"]),
        ("Giao Phòng Chính trị, tư tưởng làm đầu mối theo dõi", ["Phòng Chính trị, tư tưởng"]),
        ("Phòng GD&ĐT các quận, huyện lựa chọn bài giảng", ["Phòng GD&ĐT các quận, huyện"]),
        ("UBND quận Hải Châu giao biên chế", ["UBND quận Hải Châu"]),
        ("Thường trực Quận ủy, Quận đoàn giám sát việc thực hiện", ["Thường trực Quận ủy", "Quận đoàn"]),
        ("Quán triệt nghị quyết, trang bị quân phục cho học sinh", []),
        ("Về kinh phí trực trường dịp hè, giao Phòng Kế hoạch - Tài chính đề xuất", ["Phòng Kế hoạch - Tài chính"]),
        ("Sở Giáo dục và Đào tạo thông báo để các đơn vị biết, thực hiện", ["các đơn vị"]),
        ("Văn phòng Sở thông báo kết luận của Giám đốc Sở đến các phòng biết và thực hiện", ["các phòng"]),
        ("Văn phòng Sở thông báo lịch thi để học sinh biết", ["Văn phòng Sở"]),
    ],
)
def test_it_finds_who_is_to_act(text, names):
    assert owners(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Chỉ đạo các trường tổ chức Ngày hội sách",
        "Hướng dẫn các cơ sở giáo dục công khai cam kết chất lượng",
        "Khuyến khích các cơ sở giáo dục đẩy mạnh hội nhập",
        "Tổ chức cho học sinh tham gia các cuộc thi",
        "Tổ chức Hội thi giáo viên dạy giỏi cấp huyện",
        "phân công giáo viên chủ nhiệm vận động học sinh ra lớp",
        "trường hợp chưa tuyển được người thì tổ chức dạy liên trường",
        "100% học sinh thuộc và vận dụng năm điều Bác Hồ dạy",
        "Đối với các trường thành lập mới thực hiện mục tiêu mở rộng diện tích đất",
        "Tham gia các đợt bồi dưỡng hè do Sở, Bộ GD&ĐT tổ chức",
        "các hoạt động tài chính phải đảm bảo đầy đủ hồ sơ",
    ],
)
def test_the_one_who_is_directed_or_served_is_no_owner(text):
    assert owners(text) == []


def test_a_goal_has_no_owner():
    assert owners("Mỗi giáo viên xây dựng tối thiểu 01 bài giảng điện tử/học kỳ", zone="targets") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sở Giáo dục và Đào tạo", ["Sở Giáo dục và Đào tạo"]),
        ("UBND huyện, thị xã, thành phố", ["UBND huyện, thị xã, thành phố"]),
        ("Sở Giáo dục và Đào tạo là cơ quan thường trực, có trách nhiệm:", ["Sở Giáo dục và Đào tạo"]),
        ("Giao chỉ tiêu phát triển giáo dục năm 2026 cho Ủy ban nhân dân các xã (tại Phụ lục):", ["Ủy ban nhân dân các xã"]),
        ("Giao chỉ tiêu phát triển giáo dục năm 2026:", []),
        ("Phân bổ kinh phí cho các trường năm 2026", []),
        (
            "Sở Thông tin và Truyền thông, Báo Lào Cai, Đài Phát thanh - Truyền hình tỉnh",
            ["Sở Thông tin và Truyền thông", "Báo Lào Cai", "Đài Phát thanh - Truyền hình tỉnh"],
        ),
        (
            "Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các tổ chức chính trị - xã hội",
            ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "các tổ chức chính trị - xã hội"],
        ),
        ("Trách nhiệm của Phòng GD&ĐT", ["Phòng GD&ĐT"]),
        ("Hiệu trưởng các trường", ["Hiệu trưởng các trường"]),
        ("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", ["SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"]),
        ("Phó Hiệu trưởng phụ trách chuyên môn", ["Phó Hiệu trưởng phụ trách chuyên môn"]),
        ("Giáo dục mầm non", []),
        ("Tổ chức thực hiện", []),
        ("Cơ sở vật chất và an toàn trường học", []),
        ("Đội ngũ nhà giáo", []),
        ("Phòng chống bạo lực học đường", []),
    ],
)
def test_a_heading_of_units_names_owners(text, names):
    assert of_heading(text) == names
