import pytest

from khue.reader.rules.labels import label_at
from tests.helpers import LEX, para


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Chủ trì: Sở Y tế", "owner"),
        ("Cơ quan chủ trì: Sở Y tế", "owner"),
        ("Phối hợp: UBND các xã", "with"),
        ("Thời gian thực hiện: Quý II/2023", "due"),
        ("Sản phẩm: Báo cáo", "target"),
        ("Yêu cầu: các hoạt động phải gắn với nhiệm vụ", None),
        ("Mục đích: nâng cao chất lượng", None),
        ("Chủ trì, phối hợp với Sở Nội vụ rà soát", None),
        ("Sở Y tế: chỉ đạo y tế cơ sở", None),
    ],
)
def test_lines_that_speak_of_the_task_above(text, role):
    p = para(text)
    found = label_at(LEX, p.low, 0)
    assert (found.role if found else None) == role
