"""The register as it stood at the end of an earlier day."""

import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khue.core.models import Action, SavedFilter
from khue.documents.models import Document
from khue.documents.register import register
from khue.tasks.give import Address, give
from khue.units.groups import unit_ref
from khue.units.tree import change_unit
from tests.documents.makers import make_document

pytestmark = pytest.mark.django_db
VI = {"accept-language": "vi"}


def at(day):
    return datetime(2024, *day, 3, tzinfo=UTC)


def look(client, query):
    answer = client.get(f"/van-ban/?{query}", headers=VI)
    return answer.context["page_obj"].object_list, answer.content.decode()


@pytest.fixture
def document(office, clerk):
    """Arrived 2 January, read on the 3rd, settled on the 10th, opened again on the 20th, settled today."""
    made = make_document(office, by=clerk, arrived_on=date(2024, 1, 2))
    Action.objects.filter(target_id=made.pk).delete()
    for verb, day in (("read", 3), ("confirmed", 10), ("reopened", 20)):
        log = Action.objects.create(verb=f"document.{verb}", target_type="document", target_id=made.pk)
        Action.objects.filter(pk=log.pk).update(at=at((1, day)))
    Document.objects.filter(pk=made.pk).update(status="confirmed", created_at=at((1, 2)), confirmed_at=at((2, 1)))
    return made


@pytest.mark.parametrize(
    ("day", "status"), [("2024-01-02", "registered"), ("2024-01-05", "review"), ("2024-01-10", "confirmed"), ("2024-01-25", "review")]
)
def test_a_document_stands_in_the_register_of_a_day_with_the_state_it_had_then(client, document, day, status):
    (row,), page = look(client, f"on={day}")
    assert row.status == status
    assert "tính đến" in page
    assert [d.pk for d in look(client, f"on={day}&status={status}")[0]] == [document.pk]
    assert not look(client, f"on={day}&status=waiting")[0]


def test_what_came_later_is_not_there_and_what_was_taken_out_later_still_is(client, office, clerk, document):
    Document.objects.filter(pk=document.pk).update(removed_at=at((3, 1)))
    register(office, by=clerk, read=False, subject="Về khai giảng", arrived_on=date(2024, 2, 5))
    (row,), page = look(client, "on=2024-02-04")
    assert row.pk == document.pk
    assert 'chip">Đã bỏ khỏi sổ' not in page
    assert not look(client, "on=2024-01-01")[0]
    assert [d.pk for d in look(client, "on=2024-03-01&removed=on")[0]] == [document.pk]
    assert document.pk not in [d.pk for d in look(client, "on=2024-03-01")[0]]


def test_work_that_was_given_by_that_day_is_counted_and_later_work_is_not(client, office, clerk, document):
    for day in (date(2024, 1, 11), date(2024, 1, 15)):
        give(office, "Khảo sát.", [Address(unit_ref(office.pk))], by=clerk, on=day, document_id=document.pk)
    assert [look(client, f"on=2024-01-{d}")[0][0].given for d in (10, 11, 15)] == [0, 1, 2]
    assert "đã giao 1 việc" in look(client, "on=2024-01-11")[1]
    assert "chưa giao" in look(client, "on=2024-01-10")[1]


def test_the_unit_has_the_name_of_that_day_on_the_page_and_in_the_spreadsheet(client, office, document):
    change_unit(office, by=None, on=date(2024, 6, 1), name="Phòng Giáo dục thành phố Hoa Sen mới", short_name="PGD mới")
    assert '<td data-label="Đơn vị giữ sổ">Phòng GD&amp;ĐT</td>' in look(client, "on=2024-01-10")[1]
    assert '<td data-label="Đơn vị giữ sổ">PGD mới</td>' in look(client, "")[1]
    answer = client.get("/van-ban/xuat.xlsx?on=2024-01-10", headers=VI)
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    cells = dict(zip(head, row, strict=True))
    assert cells["Đơn vị giữ sổ"] == "Phòng Giáo dục và Đào tạo thành phố Hoa Sen"
    assert (cells["Tình trạng"], cells["Việc đã giao"]) == ("Đã chốt", 0)
    assert "Nhiệm vụ" not in cells


def test_the_day_is_carried_by_links_and_kept_filters(client, clerk, document):
    page = look(client, "on=2024-01-10")[1]
    assert "/van-ban/xuat.xlsx?on=2024-01-10" in page
    assert page.count('name="on"') == 1
    client.post("/van-ban/bo-loc/", {"name": "Đầu năm", "query": "on=2024-01-10"})
    assert SavedFilter.objects.get().query == "on=2024-01-10"
    assert 'href="?on=2024-01-10"' in look(client, "")[1]


@pytest.mark.parametrize("said", ["2999-01-01", "0001-01-01", "hôm qua"])
def test_a_day_that_is_none_or_has_not_ended_means_today(client, document, said):
    (row,), page = look(client, f"on={said}")
    assert row.status == "confirmed"
    assert "tính đến" not in page


def test_the_register_of_a_day_asks_as_many_questions_for_ten_documents_as_for_one(client, office, clerk, document):
    look(client, "on=2024-02-10")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            look(client, "on=2024-02-10")
        counts.append(len(seen))
        for n in range(9):
            register(office, by=clerk, read=False, subject=f"Văn bản {n}", arrived_on=date(2024, 2, 5))
    assert counts[0] == counts[1]
