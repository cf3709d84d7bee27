"""What was issued stays what it was: who said that it was signed, what becomes of its row in the register, what comes after it."""

import re
from datetime import date

import pytest
from django.utils import timezone

from khue.documents.models import Document, Report
from khue.documents.report.issuing import issue
from khue.documents.report.letterhead import letter_of
from khue.documents.report.service import make_draft
from khue.files.store import path_of
from khue.units.tree import today
from tests.documents.report_world import World
from tests.factories import sign_in

pytestmark = pytest.mark.django_db
VI = {"accept-language": "vi"}
ROOM = "/van-ban/bao-cao/"


@pytest.fixture
def world(monkeypatch):
    made = World(monkeypatch)
    made.play()
    return made


@pytest.fixture
def made(world):
    return make_draft(world.office, "document", by=world.clerk, document=world.document)


def look(client, address):
    answer = client.get(address, headers=VI)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_issues_for_the_signer_says_that_it_was_signed(client, world, made):
    sign_in(client, world.specialist)
    page = look(client, f"{ROOM}{made.pk}/ban-hanh/")
    assert re.search(r'name="signed" value="1" required> Trần Thị Minh Hà đã ký bản này', page)
    data = {"number": "01/BC-PGDĐT", "version": made.version}
    answer = client.post(f"{ROOM}{made.pk}/ban-hanh/", data, headers=VI)
    assert answer.status_code == 422
    assert "Chưa xác nhận Trần Thị Minh Hà đã ký bản này." in answer.content.decode()
    assert not Document.objects.filter(direction="out").exists()
    client.post(f"{ROOM}{made.pk}/ban-hanh/", {**data, "signed": "1"})
    assert f"người ký: Trần Thị Minh Hà; người ban hành: {world.specialist.full_name}" in look(client, f"{ROOM}{made.pk}/")


def test_the_signer_is_not_asked_about_the_own_signature(client, world, made):
    sign_in(client, world.leader)
    assert 'name="signed"' not in look(client, f"{ROOM}{made.pk}/ban-hanh/")


def test_an_issued_report_does_not_follow_its_row_in_the_register(client, world, made):
    done = issue(made.pk, by=world.leader)
    sign_in(client, world.clerk)
    before = client.get(f"{ROOM}{made.pk}/tep.docx").content
    entry = done.issued_as
    entry.number, entry.signer, entry.signed_on, entry.place = "99/BC-KHAC", "Người khác", date(2020, 1, 1), "Nơi khác"
    entry.save()
    page = look(client, f"{ROOM}{made.pk}/")
    assert "Số: 01/BC-PGDĐT" in page
    assert "Đã ban hành số 01/BC-PGDĐT" in page
    assert not any(words in page for words in ("99/BC-KHAC", "Người khác", "01/01/2020", "Nơi khác"))
    answer = client.get(f"{ROOM}{made.pk}/tep.docx")
    assert answer.content == before == path_of(entry.file.sha256).read_bytes()
    assert "01-BC-PG" in answer["Content-Disposition"]
    letter = letter_of(Report.objects.get(pk=made.pk))
    assert (letter.number, letter.day, letter.signer, letter.place) == ("01/BC-PGDĐT", today(), "Trần Thị Minh Hà", "Lào Cai")
    rows = look(client, f"{ROOM}?q=01/BC")
    assert "01/BC-PGDĐT" in rows
    assert "99/BC-KHAC" not in rows


def test_a_report_that_was_issued_before_its_number_was_kept_has_that_of_the_register(client, world, made):
    done = issue(made.pk, by=world.leader)
    Report.objects.filter(pk=made.pk).update(figures={n: v for n, v in done.figures.items() if n != "issued"})
    sign_in(client, world.clerk)
    assert "Số: 01/BC-PGDĐT" in look(client, f"{ROOM}{made.pk}/")
    assert "01/BC-PGDĐT" in look(client, f"{ROOM}?q=01/BC")


def test_a_report_whose_row_was_taken_out_of_the_register_says_so(client, world, made):
    done = issue(made.pk, by=world.leader)
    sign_in(client, world.clerk)
    assert "Xem trong sổ văn bản đi" in look(client, f"{ROOM}{made.pk}/")
    Document.objects.filter(pk=done.issued_as_id).update(removed_at=timezone.now())
    page = look(client, f"{ROOM}{made.pk}/")
    assert "Đã bỏ khỏi sổ văn bản đi." in page
    assert "Xem trong sổ văn bản đi" not in page
    assert "Đã bỏ khỏi sổ" in look(client, ROOM)
