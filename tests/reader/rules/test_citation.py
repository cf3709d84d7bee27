import pytest

from khue.reader.register import normal_symbol, register
from khue.reader.rules.citation import find_citations
from tests.helpers import LEX, day, para


def cited(text):
    return [(m.kind, m.symbol, m.day, m.issuer) for m in find_citations(LEX, para(text))]


@pytest.mark.parametrize(
    ("text", "kind", "symbol", "iso", "issuer"),
    [
        (
            "Quyết định số 2457/QĐ-BGDĐT ngày 23/8/2023 của Bộ Giáo dục và Đào tạo về Ban hành",
            "Quyết định",
            "2457/QĐ-BGDĐT",
            "2023-08-23",
            "Bộ Giáo dục và Đào tạo",
        ),
        (
            "Nghị quyết số 29- NQ/TW ngày 04/11/2013 của Ban Chấp hành Trung ương;",
            "Nghị quyết",
            "29-NQ/TW",
            "2013-11-04",
            "Ban Chấp hành Trung ương",
        ),
        ("Nghị quyết số 88/2014/QH 13 ngày 28/11/2014 của Quốc hội", "Nghị quyết", "88/2014/QH13", "2014-11-28", "Quốc hội"),
        ("theo Kế hoạch 164/KH-UBND ngày\n14/6/2021 của UBND thành phố về", "Kế hoạch", "164/KH-UBND", "2021-06-14", "UBND thành phố"),
        ("công văn số 473/PGD&ĐT-TCCB ngày 08/9/2023 của phòng GD&ĐT", "Công văn", "473/PGD&ĐT-TCCB", "2023-09-08", "phòng GD&ĐT"),
        (
            "Thông tư liên tịch số 06/2015/TTLT-BGDĐT-BCA ngày 28/2/2015 về",
            "Thông tư liên tịch",
            "06/2015/TTLT-BGDĐT-BCA",
            "2015-02-28",
            None,
        ),
        ("Thông tư số 32/2018/TT-BGDĐT ngày 26 tháng 12 năm 2018 của Bộ trưởng", "Thông tư", "32/2018/TT-BGDĐT", "2018-12-26", "Bộ trưởng"),
        ("QÐ số 952/QÐ\u2011UBND ngày 06/10/2023", "Quyết định", "952/QĐ-UBND", "2023-10-06", None),
        ("Luật Giáo dục số 43/2019/QH14", "Luật", "43/2019/QH14", None, None),
        ("mục tiêu của Đề án số 03", "Đề án", "03", None, None),
        ("phòng học theo Đề án 03, dứt điểm", "Đề án", "03", None, None),
        ("các quy trình của Quy chế 07", "Quy chế", "07", None, None),
        ("QĐ số 952/QĐ-UBND ngày 06/10/2023", "Quyết định", "952/QĐ-UBND", "2023-10-06", None),
        ("Kế hoạch 87/KH-UBND (ban hành ngày 14/3/2023) của UBND tỉnh", "Kế hoạch", "87/KH-UBND", "2023-03-14", "UBND tỉnh"),
        ("Kết luận số 51-KL/TW ngày 30/5/20219 của Ban Bí thư", "Kết luận", "51-KL/TW", None, "Ban Bí thư"),
    ],
)
def test_it_reads_a_numbered_document(text, kind, symbol, iso, issuer):
    assert cited(text) == [(kind, symbol, day(iso), issuer)]


@pytest.mark.parametrize(
    "text",
    [
        "Chương trình giáo dục phổ thông 2018",
        "Nghị quyết Trung ương 4 khóa XII",
        "Kế hoạch 5 năm của tỉnh",
        "Trường Tiểu học 19-8",
        "năm học 2023-2024",
        "tỷ lệ 15/20 trường",
        "quyết định 3 phương án",
        "Đề án “Xây dựng xã hội học tập giai đoạn 2021-2030”",
    ],
)
def test_it_leaves_what_has_no_number_of_a_document(text):
    assert cited(text) == []


def test_a_list_shares_its_kind():
    found = cited("các Thông tư số 21/2018/TT-BGDĐT, số 04/2014/TT-BGDĐT và các văn bản hướng dẫn")
    assert [(k, s) for k, s, *_ in found] == [("Thông tư", "21/2018/TT-BGDĐT"), ("Thông tư", "04/2014/TT-BGDĐT")]


def test_one_document_written_differently_is_one_entry():
    text = "KH 309/KH-UBND; kế hoạch số 309/KH-UBND ngày 25/12/2020; Đề án số 03-ĐA/TU ngày 28/10/2020; Đề án 03; Thông tư 21/2018/TT-BDGĐT, Thông tư 21/2018/TT-BGDĐT"
    citations, documents = register(LEX, find_citations(LEX, para(text)))
    assert [c.entry for c in citations] == [0, 0, 1, 1, 2, 2]
    assert documents[0].day == day("2020-12-25")
    assert len(documents) == 3


def test_symbols_compare_whatever_their_signs():
    assert normal_symbol(LEX, "50/KH-PGD&ĐT") == normal_symbol(LEX, "50/KH-PGDĐT")
    assert normal_symbol(LEX, "29-NQ/TW") != normal_symbol(LEX, "29-NQ/TU")
