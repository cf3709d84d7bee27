"""Makers of documents for tests."""

import io
from datetime import date
from typing import Any

from khue.accounts.models import RoleName, User
from khue.documents.files.reading import read_document
from khue.documents.models import Document, Status
from khue.documents.register import register
from khue.files.store import keep
from khue.units.kinds import UnitKind
from khue.units.models import Unit
from tests.factories import make_unit, make_user

DIRECTIVE = """ỦY BAN NHÂN DÂN
THÀNH PHỐ HOA SEN
Số: 11/CT-UBND

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Hoa Sen, ngày 28 tháng 8 năm 2023

CHỈ THỊ
Về nhiệm vụ trọng tâm năm học 2023-2024

Thực hiện Quyết định số 2457/QĐ-BGDĐT ngày 31/6/2023 của Bộ Giáo dục và Đào tạo, Chủ tịch UBND thành phố yêu cầu:

I. NHIỆM VỤ TRỌNG TÂM

1. Nâng cao chất lượng giáo dục

Phòng Giáo dục và Đào tạo tổ chức khảo sát chất lượng đầu năm, hoàn thành trước ngày 15/10/2023; xây dựng kế hoạch bồi dưỡng giáo viên cho các trường tiểu học.

Các trường mầm non huy động 98% trẻ 5 tuổi đến lớp; rà soát cơ sở vật chất trước ngày 30/9/2023.

2. Bảo đảm an toàn trường học

UBND các xã, phường phối hợp với Công an thành phố kiểm tra an toàn cổng trường trong tháng 9/2023.

Năm học vừa qua toàn ngành đã đạt nhiều kết quả tốt, được nhân dân ghi nhận.

CHỦ TỊCH

Nguyễn Văn Nam
"""


def make_office() -> Unit:
    """An education office with a city above it and two schools below."""
    city = make_unit(name="UBND thành phố Hoa Sen", kind=UnitKind.DISTRICT)
    office = make_unit(
        name="Phòng Giáo dục và Đào tạo thành phố Hoa Sen", short_name="Phòng GD&ĐT", kind=UnitKind.EDUCATION_OFFICE, parent=city
    )
    make_unit(name="Trường Tiểu học Bông Lúa", short_name="TH Bông Lúa", kind=UnitKind.PRIMARY, parent=office)
    make_unit(name="Trường Mầm non Hoa Mai", short_name="MN Hoa Mai", kind=UnitKind.KINDERGARTEN, parent=office)
    return office


def make_clerk(unit: Unit, role: str = RoleName.CLERK, **fields: Any) -> User:
    """Somebody who may register and review at that unit."""
    return make_user(role=role, unit=unit, **fields)


def make_document(
    unit: Unit | None = None, *, by: User | None = None, text: str = DIRECTIVE, name: str = "chi-thi.txt", **fields: Any
) -> Document:
    """A document that was registered and read."""
    unit = unit or make_office()
    by = by or make_clerk(unit)
    file = keep(io.BytesIO(text.encode()), name=name, kind="text", by=by)
    document = register(unit, by=by, file=file, read=False, **{"arrived_on": date(2023, 8, 30), **fields})
    Document.objects.filter(pk=document.pk).update(status=Status.WAITING)
    read_document.call(document.pk)
    return Document.objects.get(pk=document.pk)
