import pytest

from khue.reader.rules.school_year import find_suggestion
from tests.helpers import LEX, day, para


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("nhiệm vụ thực hiện đến hết học kì I", "2024-01-15"),
        ("khảo sát chất lượng cuối năm học", "2024-05-31"),
        ("kiểm tra đôn đốc hoàn thành trước khai giảng năm học mới", "2023-09-05"),
        ("đánh giá cuối năm học 2024-2025 về cuối năm học", "2025-05-31"),
        ("vận dụng các chuyên đề đã được bồi dưỡng trong hè", None),
        ("tổ chức Ngày hội sách", None),
    ],
)
def test_words_of_the_school_year_suggest_a_day(text, iso):
    p = para(text)
    found = find_suggestion(LEX, p, 0, len(p.text), 2023)
    assert (found.day if found else None) == day(iso)


def test_without_a_school_year_nothing_is_suggested():
    p = para("hết học kì I")
    assert find_suggestion(LEX, p, 0, len(p.text), None) is None
