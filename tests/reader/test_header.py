from datetime import date

import pytest

from khue.reader import read

LETTER = """\
       UBND TỈNH KIM HÀ                     CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
   SỞ GIÁO DỤC VÀ ĐÀO TẠO                       Độc lập - Tự do - Hạnh phúc
          --------                              ---------------------------
    Số: 2318/SGDĐT-CNTT                      Kim Hà, ngày 08 tháng 9 năm 2023
 V/v đẩy mạnh chuyển đổi số và hoàn
   thiện cơ sở dữ liệu ngành
      năm học 2023-2024

              Kính gửi:
                     - Phòng GD&ĐT các huyện, thị xã;
                     - Các trường THPT trực thuộc.

Sở đề nghị các đơn vị cập nhật hồ sơ trước ngày 29/9/2023./.

Nơi nhận:                                       KT. GIÁM ĐỐC
- Như trên;                                    PHÓ GIÁM ĐỐC
- UBND tỉnh (b/c);
- Các phòng thuộc Sở, Thanh tra
  và Công đoàn ngành;                             (Đã ký)
- Lưu: VT, CNTT (Tuyền).
                                              Đặng Quốc Tuyền
"""


def test_a_letter_with_two_columns_above_and_below():
    h = read(LETTER).header
    assert h.kind is None
    assert h.number == "2318/SGDĐT-CNTT"
    assert h.day == date(2023, 9, 8)
    assert (h.place, h.issuer, h.parent) == ("Kim Hà", "SỞ GIÁO DỤC VÀ ĐÀO TẠO", "UBND TỈNH KIM HÀ")
    assert h.subject == "V/v đẩy mạnh chuyển đổi số và hoàn thiện cơ sở dữ liệu ngành năm học 2023-2024"
    assert h.school_year == "2023-2024"
    assert h.addressees == ["Phòng GD&ĐT các huyện, thị xã", "Các trường THPT trực thuộc"]
    assert h.recipients == ["Như trên", "UBND tỉnh (b/c)", "Các phòng thuộc Sở, Thanh tra và Công đoàn ngành", "Lưu: VT, CNTT (Tuyền)"]
    assert (h.signer, h.signer_title) == ("Đặng Quốc Tuyền", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC")


def test_every_part_of_the_header_knows_its_place():
    spans = read(LETTER).header.spans
    assert LETTER[spans["number"].start : spans["number"].end] == "Số: 2318/SGDĐT-CNTT"
    assert LETTER[spans["signer"].start : spans["signer"].end] == "Đặng Quốc Tuyền"
    assert LETTER[spans["subject"].start : spans["subject"].end].startswith("V/v đẩy mạnh")


@pytest.mark.parametrize(
    "kind",
    [
        "CHỈ THỊ",
        "QUYẾT ĐỊNH",
        "KẾ HOẠCH",
        "BÁO CÁO",
        "THÔNG BÁO",
        "NGHỊ QUYẾT",
        "CHƯƠNG TRÌNH",
        "TỜ TRÌNH",
        "ĐỀ ÁN",
        "HƯỚNG DẪN",
        "CÔNG ĐIỆN",
    ],
)
def test_the_kinds_of_document(kind):
    h = read(f"{kind}\nVề nhiệm vụ trọng tâm năm học 2024-2025\n\nI. NHIỆM VỤ\n1. Rà soát mạng lưới.\n").header
    assert (h.kind, h.subject, h.school_year) == (kind, "Về nhiệm vụ trọng tâm năm học 2024-2025", "2024-2025")


def test_an_agency_over_two_lines_and_a_blank_date():
    text = (
        "  ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n   TỈNH SƠN LA               Độc lập - Tự do - Hạnh phúc\n"
        "   Số:     /KH-UBND            Sơn La, ngày     tháng 8 năm 2024\n\n            KẾ HOẠCH\n   Phổ cập giáo dục năm 2024\n\n1. Rà soát hồ sơ.\n"
    )
    h = read(text).header
    assert (h.issuer, h.place, h.day, h.number) == ("ỦY BAN NHÂN DÂN TỈNH SƠN LA", "Sơn La", None, None)


@pytest.mark.parametrize("name", ["K'Brêm Thị Hoa", "Y Thông H’Mok", "Lê Văn An"])
def test_the_names_that_sign(name):
    h = read(f"KẾ HOẠCH\nCông tác năm 2024\n\n1. Rà soát hồ sơ.\n\nNơi nhận:\n- Lưu: VT.\n\nCHỦ TỊCH\n\n{name}\n").header
    assert h.signer == name


def test_columns_that_a_pdf_ran_together():
    text = (
        " UBND TỈNH KIM HÀ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT\nNAM\n SỞ GIÁO DỤC VÀ ĐÀO TẠO Độc lập - Tự do - Hạnh \nphúc\n"
        " Số: 2318/SGDĐT-CNTT Kim Hà, ngày 18 tháng 9 năm 2023\n KẾ HOẠCH\n Công tác năm học 2023-2024\n1. Rà soát hồ sơ.\n"
        "Nơi nhận: KT. GIÁM ĐỐC\n- Như trên; PHÓ GIÁM ĐỐC\n- UBND tỉnh (b/c);\n- Các phòng thuộc Sở; (Đã ký)\n- Lưu: VT. Đặng Quốc Tuyền\n"
    )
    h = read(text).header
    assert (h.issuer, h.parent) == ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "UBND TỈNH KIM HÀ")
    assert (h.number, h.place, h.day) == ("2318/SGDĐT-CNTT", "Kim Hà", date(2023, 9, 18))
    assert h.recipients == ["Như trên", "UBND tỉnh (b/c)", "Các phòng thuộc Sở", "Lưu: VT"]
    assert (h.signer, h.signer_title) == ("Đặng Quốc Tuyền", "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC")


def test_a_text_without_any_header_has_none():
    h = read("Rà soát mạng lưới trường lớp. Bố trí đủ giáo viên.").header
    assert (h.kind, h.number, h.issuer, h.subject, h.signer, h.recipients) == (None, None, None, None, None, [])


def test_a_regulation_behind_the_signature_of_its_decision_is_read_too():
    reading = read(
        "UBND TỈNH KIM HÀ\nSố: 19/QĐ-UBND\nKim Hà, ngày 02 tháng 3 năm 2026\n\nQUYẾT ĐỊNH\nBan hành Quy chế phối hợp\n\n"
        "Điều 1. Ban hành kèm theo Quyết định này Quy chế phối hợp.\n\n"
        "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nCHỦ TỊCH\nNông Thế Vinh\n\n"
        "QUY CHẾ\nPhối hợp quản lý học sinh\n(Ban hành kèm theo Quyết định số 19/QĐ-UBND)\n\n"
        "Chương I\nTRÁCH NHIỆM\nĐiều 2. Trách nhiệm của Công an tỉnh\n1. Tuần tra trước cổng trường.\n"
    )
    assert (reading.header.signer, reading.header.recipients) == ("Nông Thế Vinh", ["Như trên", "Lưu: VT"])
    found = [(t.section, t.quote, [o.value for o in t.owners]) for t in reading.tasks]
    assert found == [("I.2.1", "Tuần tra trước cổng trường", ["Công an tỉnh"])]


def test_a_star_beside_place_and_date_is_no_text():
    h = read(
        "ĐẢNG ỦY PHƯỜNG AN            ĐẢNG CỘNG SẢN VIỆT NAM\n*         An, ngày 20 tháng 11 năm 2025\nSố 15-NQ/ĐU\n\nNGHỊ QUYẾT\nvề giáo dục\n"
    ).header
    assert (h.kind, h.number, h.place, h.day) == ("NGHỊ QUYẾT", "15-NQ/ĐU", "An", date(2025, 11, 20))
