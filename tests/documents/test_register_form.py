"""What the register refuses to be told, and what it says of what goes out."""

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from khue.documents.models import Document
from khue.documents.register import register
from khue.units.tree import today

pytestmark = pytest.mark.django_db


def told(client, address, **data):
    return client.post(address, data, headers={"accept-language": "vi"})


def typed(office, **fields):
    return {"unit": str(office.pk), "direction": "in", "urgency": "normal", "subject": "Về khai giảng", **fields}


def test_a_number_that_is_taken_is_refused_at_its_field_and_what_was_typed_stays(client, office, clerk):
    register(office, by=clerk, read=False, subject="một", arrived_on=date(2026, 1, 5))
    answer = told(client, "/van-ban/moi/", **typed(office, book_number="1", arrived_on="2026-02-01"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["book_number"] == ["Số 1 của sổ năm 2026 đã dùng. Chọn số khác."]
    assert "Về khai giảng" in answer.content.decode()
    assert Document.objects.count() == 1
    assert told(client, "/van-ban/moi/", **typed(office, book_number="1", arrived_on="2025-02-01")).status_code == 302


def test_a_number_that_is_taken_in_the_other_register_is_refused_when_a_document_changes_over(client, office, clerk):
    register(office, by=clerk, read=False, subject="đi", direction="out", signed_on=date(2026, 1, 5))
    coming = register(office, by=clerk, read=False, subject="đến", arrived_on=date(2026, 1, 5))
    answer = told(client, f"/van-ban/{coming.pk}/sua/", **typed(office, direction="out", book_number="1"))
    assert answer.context["form"].errors["book_number"] == ["Số 1 của sổ năm 2026 đã dùng. Chọn số khác."]
    coming.refresh_from_db()
    assert coming.direction == "in"


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("book_number", {"book_number": "-3"}),
        ("book_number", {"book_number": "0"}),
        ("copies", {"copies": "0"}),
        ("copies", {"copies": "-2"}),
        ("arrived_on", {"signed_on": "2024-03-05", "arrived_on": "2024-03-04"}),
        ("arrived_on", {"arrived_on": f"{today() + timedelta(days=1)}"}),
        ("forwarded_on", {"arrived_on": "2024-03-05", "forwarded_on": "2024-03-04"}),
        ("forwarded_on", {"direction": "out", "signed_on": "2024-03-05", "forwarded_on": "2024-03-04"}),
    ],
)
def test_numbers_below_one_and_days_in_an_impossible_order_are_refused_at_the_field(client, office, clerk, field, fields):
    there = register(office, by=clerk, read=False, subject="một", arrived_on=date(2024, 1, 5))
    for address in ("/van-ban/moi/", f"/van-ban/{there.pk}/sua/"):
        answer = told(client, address, **typed(office, **fields))
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field]), address
        assert "Đảm bảo" not in answer.content.decode(), "the framework's own words"


def test_what_is_handed_on_on_the_day_it_came_is_entered_and_what_goes_out_needs_no_arrival(client, office, clerk):
    same = {"signed_on": "2024-03-05", "arrived_on": "2024-03-05", "forwarded_on": "2024-03-05", "copies": "1"}
    assert told(client, "/van-ban/moi/", **typed(office, **same)).status_code == 302
    out = {"direction": "out", "signed_on": "2024-03-05", "arrived_on": f"{today() + timedelta(days=9)}"}
    assert told(client, "/van-ban/moi/", **typed(office, **out)).status_code == 302


def test_what_arrives_on_the_day_of_its_issue_is_entered(client, office, clerk):
    assert told(client, "/van-ban/moi/", **typed(office, signed_on="2024-03-05", arrived_on="2024-03-05")).status_code == 302


def test_what_goes_out_has_no_day_of_arrival_and_stands_in_the_book_of_the_year_of_its_issue(client, office, clerk):
    told(client, "/van-ban/moi/", **typed(office, direction="out", signed_on="2024-03-05", arrived_on="2024-03-01"))
    made = Document.objects.get()
    assert (made.direction, made.arrived_on, made.book_year, made.book_number) == ("out", None, 2024, 1)


def test_the_register_of_what_goes_out_tells_whom_it_goes_to_in_how_many_copies_and_when(client, office, clerk):
    made = register(
        office, by=clerk, read=False, subject="Về thi", direction="out", signed_on=date(2024, 3, 5), recipients="Sở\nTrường", copies=12
    )
    answer = client.get("/van-ban/xuat.xlsx?direction=out", headers={"accept-language": "vi"})
    head, row = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    cells = dict(zip(head, row, strict=True))
    assert (cells["Nơi nhận"], cells["Số lượng bản"]) == ("Sở\nTrường", 12)
    page = client.get(f"/van-ban/{made.pk}/", headers={"accept-language": "vi"}).content.decode()
    assert '<dt>Số lượng bản</dt><dd class="num">12</dd>' in page
    listed = client.get("/van-ban/?direction=out", headers={"accept-language": "vi"}).content.decode()
    assert "Số, ngày đi" in listed
    assert "ngày đến" not in listed
    assert listed.count("05/03/2024") == 2


@pytest.mark.parametrize("asked", ["since=2024-05-01&until=2024-04-01", "booked_since=2024-05-01&booked_until=2024-04-01"])
def test_days_the_wrong_way_round_are_told_and_not_shown_as_an_empty_register(client, office, clerk, asked):
    register(office, by=clerk, read=False, subject="một", signed_on=date(2024, 4, 15), arrived_on=date(2024, 4, 15))
    assert "đổi lại hai ngày" in client.get(f"/van-ban/?{asked}", headers={"accept-language": "vi"}).content.decode()
    assert "đổi lại hai ngày" not in client.get("/van-ban/?since=2024-04-01&until=2024-04-01").content.decode()
