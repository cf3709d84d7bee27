"""Printed capitals are shown in ordinary case."""

import pytest

from khue.core.casing import ordinary_case


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH LÀO CAI", "Ủy ban nhân dân tỉnh Lào Cai"),
        ("UỶ BAN NHÂN DÂN TỈNH ĐÔNG LĨNH", "Uỷ ban nhân dân tỉnh Đông Lĩnh"),
        ("ỦY BAN NHÂN DÂN THÀNH PHỐ BẠCH GIANG", "Ủy ban nhân dân thành phố Bạch Giang"),
        ("UBND HUYỆN MƯỜNG CHÀ", "UBND huyện Mường Chà"),
        ("HỘI ĐỒNG NHÂN DÂN XÃ KHE TRÀM", "Hội đồng nhân dân xã Khe Tràm"),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "Sở Giáo dục và Đào tạo"),
        ("SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH TRÀ NINH", "Sở Giáo dục và Đào tạo tỉnh Trà Ninh"),
        ("BỘ GIÁO DỤC VÀ ĐÀO TẠO", "Bộ Giáo dục và Đào tạo"),
        ("PHÒNG GD&ĐT", "Phòng GD&ĐT"),
        ("PHÒNG GD&ĐT THÀNH PHỐ LÀO CAI", "Phòng GD&ĐT thành phố Lào Cai"),
        ("BAN VĂN HÓA - XÃ HỘI", "Ban Văn hóa - Xã hội"),
        ("SỞ LAO ĐỘNG, THƯƠNG BINH VÀ XÃ HỘI", "Sở Lao động, Thương binh và Xã hội"),
        ("TRUNG TÂM VĂN HÓA, THỂ THAO VÀ TRUYỀN THÔNG", "Trung tâm Văn hóa, Thể thao và Truyền thông"),
        ("TRƯỜNG THCS NGUYỄN DU", "Trường THCS Nguyễn Du"),
        ("TRƯỜNG PTDTBT THCS ĐẠI HƯNG", "Trường PTDTBT THCS Đại Hưng"),
        ("TRƯỜNG MẦM NON MƯỜNG LÙNG", "Trường Mầm non Mường Lùng"),
        ("TRƯỜNG TIỂU HỌC VÀ TRUNG HỌC CƠ SỞ DUYÊN HẢI", "Trường Tiểu học và Trung học cơ sở Duyên Hải"),
        ("TỈNH ỦY LAM CHÂU", "Tỉnh ủy Lam Châu"),
        ("ĐẢNG ỦY PHƯỜNG ĐÔNG THÀNH", "Đảng ủy phường Đông Thành"),
        ("THỦ TƯỚNG CHÍNH PHỦ", "Thủ tướng Chính phủ"),
        ("VĂN PHÒNG", "Văn phòng"),
        ("MỘT SỐ NHIỆM VỤ CHUNG ĐẾN HẾT HỌC KÌ I", "Một số nhiệm vụ chung đến hết học kì I"),
        ("HỌC KỲ VI", "Học kỳ VI"),
        ("HÀNH VI VI PHẠM QUY ĐỊNH DẠY THÊM", "Hành vi vi phạm quy định dạy thêm"),
        ("NÂNG CAO CHẤT LƯỢNG GIÁO DỤC VÀ ĐÀO TẠO CÁC XÃ, PHƯỜNG", "Nâng cao chất lượng giáo dục và đào tạo các xã, phường"),
        ("VỀ NHIỆM VỤ TRỌNG TÂM NĂM HỌC 2023-2024", "Về nhiệm vụ trọng tâm năm học 2023-2024"),
        ("ĐẨY MẠNH CNTT VÀ STEM TRONG PHÒNG HỌC", "Đẩy mạnh CNTT và STEM trong phòng học"),
        ("Ủy ban nhân dân tỉnh Lào Cai", "Ủy ban nhân dân tỉnh Lào Cai"),
        ("Sở GD&ĐT", "Sở GD&ĐT"),
        ("UBND", "UBND"),
        ("", ""),
    ],
)
def test_capitals_become_what_an_official_would_write(printed, shown):
    assert ordinary_case(printed) == shown


def test_it_never_changes_more_than_the_case():
    for text in ("ỦY BAN  NHÂN DÂN, TỈNH (LÀO CAI);", "SỞ XYZ - TRƯỜNG", "TH", "- - ,", "XÃ", "TRƯỜNG THCS", "1 2 3 A"):
        assert ordinary_case(text).upper() == " ".join(text.split())
