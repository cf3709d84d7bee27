from khue.reader import load, read
from khue.reader.compare import cascade, changes, clashes
from tests.helpers import directive


def reading(*lines):
    return read(directive(*lines))


def test_an_obligation_is_carried_whole_in_part_or_not_at_all():
    upper = reading(
        "1. Từng bước hiện đại hóa cơ sở vật chất, kỹ thuật ở các trường có điều kiện.",
        "2. Tiếp tục triển khai Đề án giáo dục STEM và phổ cập bơi cho học sinh tiểu học theo Kế hoạch số 12/KH-UBND ngày 01/3/2024.",
        "3. Đưa học sinh điểm trường lẻ về học tại trường chính.",
        "4. Công khai các khoản thu đầu năm học.",
    )
    lower = reading(
        "1. Chú trọng bữa ăn bán trú.",
        "2. Từng bước hiện đại hóa cơ sở vật chất, kỹ thuật ở các trường.",
        "3. Phổ cập bơi cho học sinh tiểu học ở các xã ven sông.",
        "4. Niêm yết các khoản thu tại bảng tin.",
    )
    links = cascade(upper, lower)
    assert [(k.upper, k.strength) for k in links.links][:1] == [(0, "whole")]
    assert links.links[0].lower == [1]
    assert (links.links[1].strength, links.links[1].lower) == ("part", [2])
    assert "12/KH-UBND" in links.links[1].why
    assert (links.links[2].strength, links.links[2].lower) == ("none", [])
    assert 0 in links.orphans


def test_short_forms_and_verbs_of_one_meaning_count_as_the_same():
    links = cascade(
        reading("1. Đẩy mạnh phổ cập giáo dục mầm non cho trẻ em 4 tuổi."),
        reading("1. Tăng cường PCGD mầm non cho trẻ em 4 tuổi.", "2. Sửa chữa nhà vệ sinh."),
    )
    assert links.links[0].lower == [0]


def test_every_link_gives_its_reason():
    links = cascade(
        reading("1. Rà soát các điểm trường lẻ.", "2. Thi đua dạy tốt."), reading("1. Rà soát các điểm trường lẻ, lập phương án.")
    )
    assert "điểm trường lẻ" in links.links[0].why
    assert links.links[1].why == "Không thấy nhiệm vụ nào cùng nội dung."


def test_the_same_document_is_carried_and_kept_whole():
    one = reading("1. Rà soát điểm trường lẻ.", "2. Bố trí đủ giáo viên Tin học.", "3. Huy động 98% trẻ 5 tuổi ra lớp.")
    assert {k.strength for k in cascade(one, one).links} == {"whole"}
    result = changes(one, one)
    assert [(p.old, p.new, p.change, p.what) for p in result.pairs] == [(i, [i], "kept", "") for i in range(3)]
    assert result.new_only == []


def test_what_changed_is_told_word_figure_grade_and_date():
    old = reading(
        "1. Huy động 95% trẻ mẫu giáo 5 tuổi ra lớp.",
        "2. Tổ chức bồi dưỡng giáo viên dạy lớp 2 và lớp 6 theo chương trình mới.",
        "3. Hoàn thành sáp nhập các trường tiểu học nhỏ trước ngày 15/9/2022.",
        "4. Đẩy mạnh phong trào xây dựng thư viện xanh trong nhà trường.",
        "5. Phòng chống dịch Covid-19 trong trường học.",
    )
    new = reading(
        "1. Huy động 98% trẻ mẫu giáo 5 tuổi ra lớp.",
        "2. Tổ chức bồi dưỡng giáo viên dạy lớp 4 và lớp 8 theo chương trình mới.",
        "3. Hoàn thành sáp nhập các trường tiểu học nhỏ trước ngày 20/9/2024.",
        "4. Duy trì phong trào xây dựng thư viện xanh trong nhà trường.",
        "5. Triển khai học bạ số ở cấp tiểu học.",
    )
    result = changes(old, new)
    assert [p.change for p in result.pairs] == ["changed"] * 4 + ["dropped"]
    assert "số liệu: “95%” → “98%”" in result.pairs[0].what
    assert "lớp" in result.pairs[1].what
    assert "hạn: 15/09/2022 → 20/09/2024" in result.pairs[2].what
    assert "chữ: “Đẩy mạnh” → “Duy trì”" in result.pairs[3].what
    assert result.new_only == [4]


def test_a_change_is_told_in_whole_words():
    old = read(directive("1. Tuyên truyền để cán bộ quản lý giáo dục, giáo viên, nhân viên hiểu đúng."))
    new = read(directive("1. Tuyên truyền để cán bộ quản lý, giáo viên, nhân viên hiểu đúng."))
    assert "bỏ chữ: “giáo dục”" in changes(old, new).pairs[0].what


def test_punctuation_and_small_words_are_no_change():
    old = reading("1. Tăng cường an ninh, an toàn trường học và phòng cháy chữa cháy.")
    new = reading("1. Tăng cường công tác an ninh an toàn trường học, phòng cháy chữa cháy;")
    assert [p.change for p in changes(old, new).pairs] == ["kept"]


def test_an_old_obligation_taken_up_into_a_longer_one():
    old = reading("1. Duy trì tỷ lệ huy động trẻ mẫu giáo 5 tuổi ra lớp.", "2. Thi đua dạy tốt, học tốt.")
    new = reading(
        "1. Tăng tỷ lệ huy động trẻ nhà trẻ và trẻ mẫu giáo 3 tuổi, duy trì tỷ lệ huy động trẻ mẫu giáo 5 tuổi ra lớp.",
        "2. Thi đua dạy tốt, học tốt.",
    )
    pair = changes(old, new).pairs[0]
    assert (pair.change, pair.new) == ("changed", [0])


def test_two_documents_on_one_matter_with_two_dates():
    one = reading("1. Hoàn thiện đề án sáp nhập Trường Tiểu học Hoa Ban và Trường Tiểu học Nậm Lúc trong Quý IV/2024.")
    two = reading(
        "1. Xây dựng đề án sáp nhập trường TH Nậm Lúc với trường TH Hoa Ban trong tháng 2/2025.",
        "2. Hoàn thiện hồ sơ trường TH Suối Cát trong tháng 3/2025.",
    )
    found = clashes([one, two])
    assert [(c.first, c.second, c.kind) for c in found] == [((0, 0), (1, 0), "due")]
    assert "31/12/2024" in found[0].why
    assert "28/02/2025" in found[0].why


def test_the_same_date_is_no_clash():
    one = reading("1. Hoàn thiện đề án sáp nhập Trường Hoa Ban và Trường Nậm Lúc trong tháng 2/2025.")
    assert clashes([one, one]) == []


def test_empty_documents_compare_to_nothing():
    none, one = read(""), reading("1. Rà soát điểm trường lẻ.")
    assert cascade(none, one).orphans == [0]
    assert [k.strength for k in cascade(one, none).links] == ["none"]
    assert changes(none, none).pairs == []
    assert clashes([none, one]) == []


def test_the_province_and_the_city(seeds):
    province, city = (read(load(seeds[n]).text) for n in ("001", "000"))
    links = cascade(province, city)
    carried = {k.upper: k for k in links.links}
    assert len(links.links) == 82
    # "kỷ cương, nền nếp", "10 lời hứa", the 2018 programme by grade, careers education: all word for word in the city's
    for upper, lower in ((2, 1), (7, 6), (28, 55), (39, 65)):
        assert lower in carried[upper].lower
        assert carried[upper].strength == "whole"
    # two programmes of national level that the city leaves out
    assert carried[43].strength == "none"


def test_the_province_two_years_apart(seeds):
    old, new = (read(load(seeds[n]).text) for n in ("002", "001"))
    result = changes(old, new)
    dropped = [old.tasks[p.old].quote for p in result.pairs if p.change == "dropped"]
    fresh = [new.tasks[j].quote for j in result.new_only]
    assert any("Covid-19" in q for q in dropped)
    assert any("hồ sơ điện tử" in q for q in dropped)
    assert any("cơ sở dữ liệu ngành" in q for q in fresh)
    assert sum(p.change == "kept" for p in result.pairs) >= 20


def test_the_merger_with_two_dates(seeds):
    readings = [read(load(seeds[n]).text) for n in ("003", "004")]
    found = clashes(readings)
    assert any("Chu Văn An" in c.why and "Kim Đồng" in c.why and "Quý IV/2023" in c.why for c in found)
