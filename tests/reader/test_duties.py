import pytest

from khue.reader import read
from tests.helpers import directive, quotes


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "1. Xử lý nghiêm vi phạm; không bao che, không để vụ việc kéo dài.",
            ["Xử lý nghiêm vi phạm", "không bao che, không để vụ việc kéo dài"],
        ),
        (
            "1. Tiếp tục triển khai các nghị quyết: Nghị quyết số 29-NQ/TW; Kết luận số 51-KL/TW.",
            ["Tiếp tục triển khai các nghị quyết: Nghị quyết số 29-NQ/TW; Kết luận số 51-KL/TW"],
        ),
        (
            "1. Phát động đợt thi đua “Dạy thật; học thật; thi thật” trong toàn trường.",
            ["Phát động đợt thi đua “Dạy thật; học thật; thi thật” trong toàn trường"],
        ),
        (
            "1. Rà soát điểm trường (còn 14 điểm; 3 điểm ghép), lập phương án.",
            ["Rà soát điểm trường (còn 14 điểm; 3 điểm ghép), lập phương án"],
        ),
        (
            "1. Hướng dẫn biểu mẫu báo cáo; thời hạn xong trước ngày 20/01/2025.",
            ["Hướng dẫn biểu mẫu báo cáo; thời hạn xong trước ngày 20/01/2025"],
        ),
        (
            "1. Tăng thời lượng phát sóng; mỗi ngày không ít hơn 04 bản tin.",
            ["Tăng thời lượng phát sóng; mỗi ngày không ít hơn 04 bản tin"],
        ),
        (
            "1. Tổ chức ngày hội STEM; mỗi lớp có tối thiểu 01 sản phẩm; mỗi môn bố trí tối đa 02 tiết/tuần.",
            ["Tổ chức ngày hội STEM", "mỗi lớp có tối thiểu 01 sản phẩm", "mỗi môn bố trí tối đa 02 tiết/tuần"],
        ),
        (
            "1. Thông báo thời tiết đến các trường; cho học sinh tiểu học nghỉ học khi rét hại.",
            ["Thông báo thời tiết đến các trường", "cho học sinh tiểu học nghỉ học khi rét hại"],
        ),
        (
            "1. Cấp gạo, vở cho trẻ mầm non; cho học sinh bán trú.",
            ["Cấp gạo, vở cho trẻ mầm non; cho học sinh bán trú"],
        ),
        (
            "1. Các địa phương được phép vận dụng nguồn vốn theo quy định. Nhà trường chỉ được phép thu khoản đã công khai.",
            ["Nhà trường chỉ được phép thu khoản đã công khai"],
        ),
        (
            "1. Chuẩn hóa đội ngũ. tiếp tục bồi dưỡng chuyên môn.Ưu tiên giáo viên trẻ.",
            ["Chuẩn hóa đội ngũ", "tiếp tục bồi dưỡng chuyên môn", "Ưu tiên giáo viên trẻ"],
        ),
        (
            "1. Hướng dẫn thực hiện; quyết định thời gian nghỉ học; quyết định số 12/QĐ-SGDĐT.",
            ["Hướng dẫn thực hiện", "quyết định thời gian nghỉ học; quyết định số 12/QĐ-SGDĐT"],
        ),
        (
            "1. Tựu trường: sớm nhất trước 01 tuần. Riêng đối với lớp 1, lớp 9, tựu trường trước 02 tuần.",
            ["Tựu trường: sớm nhất trước 01 tuần", "Riêng đối với lớp 1, lớp 9, tựu trường trước 02 tuần"],
        ),
        (
            "1. Kế hoạch phải sát thực tế; thời gian nghỉ phép được bố trí trong hè. Giáo viên dạy hè được tính giờ theo quy định.",
            ["Kế hoạch phải sát thực tế", "thời gian nghỉ phép được bố trí trong hè"],
        ),
        (
            "1. Ban kiểm tra gồm 11 người do Hiệu trưởng làm Trưởng ban. Sau mỗi đợt kiểm tra, đoàn kiểm tra gửi biên bản.",
            ["Sau mỗi đợt kiểm tra, đoàn kiểm tra gửi biên bản"],
        ),
        (
            "1. Thống nhất chủ trương hỗ trợ tiền ăn. Đồng ý với đề xuất trên, giao Văn phòng soạn thảo văn bản.",
            ["Đồng ý với đề xuất trên, giao Văn phòng soạn thảo văn bản"],
        ),
        (
            "1. Thi HSG lớp 6 cấp thành phố; Trạng nguyên Tiếng Việt cấp tỉnh.",
            ["Thi HSG lớp 6 cấp thành phố; Trạng nguyên Tiếng Việt cấp tỉnh"],
        ),
        (
            "1. Nâng cao chất lượng các trường đạt chuẩn; các trường đạt chuẩn quốc gia đi đầu trong đổi mới.",
            ["Nâng cao chất lượng các trường đạt chuẩn", "các trường đạt chuẩn quốc gia đi đầu trong đổi mới"],
        ),
        (
            "1. Tăng cường tuyên truyền; công tác vận động học sinh đi học, duy trì tỷ lệ chuyên cần.",
            ["Tăng cường tuyên truyền; công tác vận động học sinh đi học, duy trì tỷ lệ chuyên cần"],
        ),
        (
            "1. Thực hiện công khai; các hoạt động tài chính phải đảm bảo đầy đủ hồ sơ.",
            ["Thực hiện công khai", "các hoạt động tài chính phải đảm bảo đầy đủ hồ sơ"],
        ),
        (
            "1. Lập danh sách hộ nghèo; danh sách phải ghi rõ họ tên; số liệu không được trùng lặp.",
            ["Lập danh sách hộ nghèo", "danh sách phải ghi rõ họ tên", "số liệu không được trùng lặp"],
        ),
        (
            "1. Bảo đảm sĩ số theo quy định; nhóm trẻ từ 25 đến 36 tháng tuổi nhận tối đa 25 trẻ/nhóm.",
            ["Bảo đảm sĩ số theo quy định", "nhóm trẻ từ 25 đến 36 tháng tuổi nhận tối đa 25 trẻ/nhóm"],
        ),
        (
            "1. Sửa chữa phòng học; với những nơi còn thiếu nước sạch thì phải xử lý trước khai giảng.",
            ["Sửa chữa phòng học", "với những nơi còn thiếu nước sạch thì phải xử lý trước khai giảng"],
        ),
        (
            "1. Triển khai các nhiệm vụ trọng tâm; những việc phải làm ngay.",
            ["Triển khai các nhiệm vụ trọng tâm; những việc phải làm ngay"],
        ),
        ("1. Mua sắm thiết bị. Học sinh bán trú được hỗ trợ 15 kg gạo/tháng.", ["Mua sắm thiết bị"]),
        ("1. Năm học 2023-2024, toàn tỉnh còn thiếu 118 giáo viên. Tuyển đủ chỉ tiêu được giao.", ["Tuyển đủ chỉ tiêu được giao"]),
        ("1. Giáo dục thường xuyên: củng cố các trung tâm; mở các lớp xóa mù chữ.", ["củng cố các trung tâm", "mở các lớp xóa mù chữ"]),
        ("1. Tổ chức các cuộc thi qua mạng: tiếng Anh IOE, Violympic.", ["Tổ chức các cuộc thi qua mạng: tiếng Anh IOE, Violympic"]),
        ("1. Tháng 9/2024: Tổ chức khai giảng. Kiểm tra đầu năm.", ["Tổ chức khai giảng", "Kiểm tra đầu năm"]),
        (
            "1. Tham gia dạy học môn học, hoạt động giáo dục,.. ; Tiếp tục đổi mới phương pháp.",
            ["Tham gia dạy học môn học, hoạt động giáo dục", "Tiếp tục đổi mới phương pháp"],
        ),
        ("1. Bảo đảm an toàn tại TP. Vân Khánh và TX. Hòa An.", ["Bảo đảm an toàn tại TP. Vân Khánh và TX. Hòa An"]),
        (
            "1. Kiểm tra 10 trường trong học kỳ I. Văn phòng Sở bố trí xe. Khen thưởng Y. Niê vào quý I. Báo cáo Sở.",
            ["Kiểm tra 10 trường trong học kỳ I", "Văn phòng Sở bố trí xe", "Khen thưởng Y. Niê vào quý I", "Báo cáo Sở"],
        ),
        ("1. Nộp hồ sơ qua http://online.so.edu.vn. Báo cáo kết quả.", ["Nộp hồ sơ qua http://online.so.edu.vn", "Báo cáo kết quả"]),
    ],
)
def test_a_paragraph_is_cut_into_the_duties_it_holds(line, found):
    assert quotes(line) == found


def test_a_bare_numbered_line_over_a_body_is_a_heading():
    assert quotes("1. Giáo dục mầm non", "Huy động trẻ ra lớp. Nâng chất lượng bữa ăn.") == [
        "Huy động trẻ ra lớp",
        "Nâng chất lượng bữa ăn",
    ]


def test_a_numbered_paragraph_without_a_body_is_itself_cut():
    assert quotes("1. Rà soát mạng lưới trường lớp;", "2. Bố trí đủ giáo viên.") == ["Rà soát mạng lưới trường lớp", "Bố trí đủ giáo viên"]


@pytest.mark.parametrize(
    "line",
    [
        "1. Tuy nhiên, một số đơn vị còn thiếu giáo viên Tin học.",
        "1. Các trường đã hoàn thành tốt nhiệm vụ năm học vừa qua.",
        "1. Kinh phí thực hiện từ nguồn chi thường xuyên của các đơn vị.",
        "1. Chỉ thị này có hiệu lực kể từ ngày ký và thay thế Chỉ thị số 11/CT-UBND ngày 31/8/2023.",
        "1. Nhằm nâng cao chất lượng giáo dục toàn diện.",
        "1. Năm 2025, quy mô trường lớp cơ bản ổn định, song còn 02 điểm trường xuống cấp, tỷ lệ chuyên cần mới đạt 91%.",
    ],
)
def test_what_tells_explains_or_takes_effect_is_no_duty(line):
    assert quotes(line) == []


def test_results_and_purposes_hold_no_duties_but_goals_do():
    text = (
        "KẾ HOẠCH\nCông tác năm học 2024-2025\n\n"
        "I. KẾT QUẢ ĐẠT ĐƯỢC\n- Huy động 98% trẻ ra lớp.\n- Tổ chức tốt các hội thi.\n"
        "II. MỤC ĐÍCH, YÊU CẦU\n1. Mục đích\n- Nâng cao chất lượng.\n2. Yêu cầu\n- Việc tổ chức phải bảo đảm an toàn.\n"
        "III. CHỈ TIÊU\n- Tỷ lệ chuyên cần đạt 98%.\n"
        "IV. KIẾN NGHỊ\n- Đề nghị UBND xã bố trí kinh phí sửa chữa.\n"
    )
    tasks = read(text).tasks
    assert [(t.section, t.quote) for t in tasks] == [
        ("II.2", "Việc tổ chức phải bảo đảm an toàn"),
        ("III", "Tỷ lệ chuyên cần đạt 98%"),
        ("IV", "Đề nghị UBND xã bố trí kinh phí sửa chữa"),
    ]


def test_the_lead_in_is_none_and_the_closing_order_stands_under_no_heading():
    text = directive(
        "1. Rà soát mạng lưới.",
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Sở Nội vụ: tham mưu giao biên chế.",
        "Yêu cầu Thủ trưởng các sở, ban, ngành nghiêm túc thực hiện Chỉ thị này./.",
    )
    assert [(t.section, t.quote[:20]) for t in read(text).tasks] == [
        ("I.1", "Rà soát mạng lưới"),
        ("II.1", "tham mưu giao biên c"),
        ("", "Yêu cầu Thủ trưởng c"),
    ]


def test_the_owner_of_a_heading_and_of_a_clause_hold_on():
    text = directive(
        "II. TỔ CHỨC THỰC HIỆN",
        "1. Sở Nội vụ",
        "- Rà soát biên chế.",
        "- Các trường lập danh sách; gửi về Sở. Hướng dẫn tuyển dụng.",
    )
    assert [[f.value for f in t.owners] for t in read(text).tasks] == [["Sở Nội vụ"], ["Các trường"], ["Các trường"], ["Sở Nội vụ"]]


def test_a_bulleted_thing_is_a_duty_where_it_is_told_who_does_it():
    assert quotes("1. Dữ liệu", "- Số liệu chuyên cần do các trường cập nhật trên phần mềm.", "- Số liệu chuyên cần của năm trước.") == [
        "Số liệu chuyên cần do các trường cập nhật trên phần mềm"
    ]


def test_an_article_that_approves_asks_nothing():
    text = "NGHỊ QUYẾT\nVề giáo dục\n\nQUYẾT NGHỊ:\n\nĐiều 1. Tán thành báo cáo của UBND xã.\nĐiều 2. Giao UBND xã sửa trường.\n"
    assert [t.quote for t in read(text).tasks] == ["Giao UBND xã sửa trường"]


def test_articles_of_a_decision():
    text = (
        "QUYẾT ĐỊNH\nVề việc giao nhiệm vụ\n\nCăn cứ Luật Giáo dục số 43/2019/QH14;\n\nQUYẾT ĐỊNH:\n"
        "Điều 1. Phê duyệt Kế hoạch phổ cập giáo dục năm 2024.\n"
        "Điều 2. Giao nhiệm vụ cho các đơn vị\n1. Sở Nội vụ\na) Rà soát biên chế trước ngày 15/9/2024.\n"
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.\n"
        "Điều 4. Chánh Văn phòng UBND tỉnh, Giám đốc các sở chịu trách nhiệm thi hành Quyết định này./.\n"
    )
    found = [(t.section, t.quote[:24], [f.value for f in t.owners]) for t in read(text).tasks]
    assert found == [
        ("2.1.a", "Rà soát biên chế trước n", ["Sở Nội vụ"]),
        ("4", "Chánh Văn phòng UBND tỉn", ["Chánh Văn phòng UBND tỉnh", "Giám đốc các sở"]),
    ]


def test_rows_of_a_task_table():
    text = directive(
        "| STT | Nhiệm vụ | Đơn vị chủ trì | Phối hợp | Thời hạn | Sản phẩm |",
        "| A | Chuyển đổi số | | | | |",
        "| 1 | Thành lập tổ công tác | Văn phòng Sở | Các phòng | Trước 05/9/2024 | Quyết định |",
        "| 2 | Rà soát dữ liệu | Các trường | - | Hằng tháng | |",
        head="KẾ HOẠCH\nTriển khai năm 2024\n\nPHỤ LỤC\n",
    )
    found = [
        (t.section, t.quote, [f.value for f in t.owners], [f.value for f in t.partners], str(t.due.day), t.due.recurs, t.product)
        for t in read(text).tasks
    ]
    assert found == [
        ("A.1", "Thành lập tổ công tác", ["Văn phòng Sở"], ["Các phòng"], "2024-09-05", None, "Quyết định"),
        ("A.2", "Rà soát dữ liệu", ["Các trường"], [], "None", "monthly", None),
    ]


@pytest.mark.parametrize(
    ("heading", "iso"),
    [
        ("1. Mục tiêu, chỉ tiêu năm 2026", "2026-12-31"),
        ("1. Một số chỉ tiêu chủ yếu năm 2026:", "2026-12-31"),
        ("1. Chỉ tiêu năm học 2025-2026", None),
        ("1. Nhiệm vụ năm 2026", None),
    ],
)
def test_goals_of_a_year_are_due_at_its_end(heading, iso):
    due = next(t.due for t in read(directive(heading, "a) Nâng tỷ lệ chuyên cần đạt 96%.", head="KẾ HOẠCH\nVề giáo dục\n\n")).tasks)
    assert (str(due.day) if due else None) == iso


def test_a_row_of_indicators_is_reached_when_its_amount_is():
    text = directive(
        "| TT | Chỉ tiêu | Đơn vị tính | Năm 2023 thực hiện | Chỉ tiêu giao năm 2024 | Đơn vị chủ trì |",
        "| I | Giáo dục phổ thông | | | | |",
        "| 1 | Tỷ lệ học sinh học 2 buổi/ngày | % | 94 | ≥ 97,5 | Các trường |",
        "| 2 | Số phòng học xây mới | phòng | 180 | 1.225 | Ban Quản lý dự án |",
        "| 3 | Tỷ lệ mắc tật khúc xạ | % | 17,2 | dưới 16 | Sở Y tế |",
        "| 4 | Số giáo viên | người | 52 | | Sở Nội vụ |",
        head="QUYẾT ĐỊNH\nGiao chỉ tiêu năm 2024\n\nPHỤ LỤC\n",
    )
    found = [
        (t.section, t.quote, [f.value for f in t.owners], [(g.value, g.unit, g.comparator) for g in t.targets]) for t in read(text).tasks
    ]
    assert found == [
        ("I.1", "Tỷ lệ học sinh học 2 buổi/ngày", ["Các trường"], [(97.5, "%", ">=")]),
        ("I.2", "Số phòng học xây mới", ["Ban Quản lý dự án"], [(1225, "phòng", "=")]),
        ("I.3", "Tỷ lệ mắc tật khúc xạ", ["Sở Y tế"], [(16, "%", "<")]),
    ]


def test_a_table_of_what_was_counted_holds_no_tasks():
    text = directive(
        "| TT | Chỉ tiêu | Đơn vị tính | Năm 2022 | Năm 2023 thực hiện |",
        "| 1 | Số phòng học | phòng | 180 | 225 |",
        head="BÁO CÁO\nThống kê năm 2023\n\nPHỤ LỤC\n",
    )
    assert read(text).tasks == []


def test_the_day_in_a_row_is_the_limit_where_it_lies_in_the_months_cell():
    text = directive(
        "| STT | Thời gian | Nội dung công việc | Đơn vị thực hiện |",
        "| 1 | Tháng 9/2024 | Cập nhật mã định danh, xong trước ngày 20/9 | Các trường |",
        "| 2 | Tháng 10/2024 | Chuẩn bị hồ sơ để nộp trước ngày 15/12 | Các trường |",
        head="KẾ HOẠCH\nTriển khai năm 2024\n\nPHỤ LỤC\n",
    )
    assert [str(t.due.day) for t in read(text).tasks] == ["2024-09-20", "2024-10-31"]


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("2. Căn cứ chỉ tiêu được giao:", ["Phân bổ chỉ tiêu đến từng trường"]),
        ("2. Căn cứ chức năng, nhiệm vụ được giao:", ["Phân bổ chỉ tiêu đến từng trường"]),
        ("2. Căn cứ pháp lý", []),
        ("2. Căn cứ xây dựng kế hoạch:", []),
    ],
)
def test_a_heading_of_grounds_and_one_that_leads_to_duties(heading, found):
    assert quotes(heading, "a) Phân bổ chỉ tiêu đến từng trường.") == found


def test_lines_under_a_task_give_its_fields():
    text = directive(
        "1. Tập huấn sơ cấp cứu cho giáo viên; cấp chứng nhận.",
        "- Chủ trì: Sở Y tế.",
        "- Phối hợp: Hội Chữ thập đỏ tỉnh.",
        "- Thời gian thực hiện: Xong trước ngày 15/11/2024.",
    )
    found = [([f.value for f in t.owners], [f.value for f in t.partners], str(t.due.day)) for t in read(text).tasks]
    assert found == [(["Sở Y tế"], ["Hội Chữ thập đỏ tỉnh"], "2024-11-15")] * 2


def test_the_months_of_a_programme_give_the_day_unless_the_clause_says_another():
    text = directive(
        "1. Tháng 9/2024: Tổ chức khai giảng vào ngày 05/9/2024. Kiểm tra đầu năm.",
        "2. Tháng 01: Sơ kết học kỳ I.",
        head="KẾ HOẠCH\nCông tác năm học 2024-2025\n\nII. NHIỆM VỤ CỤ THỂ\n",
    )
    assert [(t.section, str(t.due.day)) for t in read(text).tasks] == [
        ("II.1", "2024-09-05"),
        ("II.1", "2024-09-30"),
        ("II.2", "2025-01-31"),
    ]
