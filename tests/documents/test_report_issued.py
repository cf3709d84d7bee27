"""What was issued stays what it was: who said that it was signed, what becomes of its row in the register, what comes after it."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone

from khue.accounts.person import Person
from khue.documents.models import Document, Report
from khue.documents.report.editing import change_head, edit_block
from khue.documents.report.issuing import issue
from khue.documents.report.letterhead import letter_of
from khue.documents.report.service import refresh
from khue.files.store import path_of
from khue.tasks.filters import FilterForm
from khue.tasks.give import withdraw
from khue.tasks.judge import verify
from khue.tasks.lists import shares
from khue.units.tree import today
from tests.documents.report_world import FIRST
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
VI = {"accept-language": "vi"}
ROOM = "/van-ban/bao-cao/"


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


# --- what comes after it


def test_another_report_takes_the_place_of_one_that_was_issued_and_each_leads_to_the_other(client, world, made):
    line = made.blocks[0]
    edit_block(made.pk, line["id"], "Lời mở đầu của tôi.", rev=line["rev"], by=world.clerk)
    change_head(made.pk, by=world.clerk, base={"addressee": made.addressee}, said_now={"addressee": "Sở Giáo dục và Đào tạo"})
    old = issue(made.pk, by=world.leader)
    sign_in(client, world.clerk)
    assert "Lập báo cáo thay thế" in look(client, f"{ROOM}{old.pk}/")
    for _ in range(2):
        answer = client.post(f"{ROOM}{old.pk}/thay-the/")
    new = Report.objects.exclude(pk=old.pk).get()
    assert answer["Location"] == f"{ROOM}{new.pk}/"
    assert (new.as_of, new.addressee, new.state) == (old.as_of, "Sở Giáo dục và Đào tạo", "draft")
    texts = [b["text"] for b in new.blocks]
    assert texts[0] == "Lời mở đầu của tôi."
    assert texts.index("Báo cáo này thay thế Báo cáo số 01/BC-PGDĐT ngày 22/02/2024.") == len(texts) - 2
    page = look(client, f"{ROOM}{old.pk}/")
    assert "Đang có dự thảo thay thế" in page
    assert "Lập báo cáo thay thế" not in page
    assert "thay thế báo cáo số 01/BC-PGDĐT" in look(client, f"{ROOM}{new.pk}/")
    refresh(new.pk, by=world.clerk, as_of=today() - timedelta(days=3))
    issue(new.pk, by=world.leader)
    assert "Đã được thay thế bằng báo cáo số 02/BC-PGDĐT" in look(client, f"{ROOM}{old.pk}/")
    assert f"{ROOM}{old.pk}/" in look(client, f"{ROOM}{new.pk}/")


def test_a_draft_is_not_replaced_and_who_only_reads_replaces_nothing(client, world, made):
    sign_in(client, world.clerk)
    assert "còn là dự thảo" in client.post(f"{ROOM}{made.pk}/thay-the/", headers=VI, follow=True).content.decode()
    issue(made.pk, by=world.leader)
    sign_in(client, make_user(role="viewer", unit=world.office))
    assert client.post(f"{ROOM}{made.pk}/thay-the/").status_code == 403
    assert "Lập báo cáo thay thế" not in look(client, f"{ROOM}{made.pk}/")
    assert Report.objects.count() == 1


def test_the_figures_of_an_issued_report_open_what_they_counted_whatever_happened_since(client, world, made):
    done = issue(made.pk, by=world.leader)
    world.clock.set(FIRST + timedelta(days=50))
    withdraw(world.tasks[7].pk, by=world.leader, why="Nhầm")
    verify(world.share(5).pk, by=world.leader)
    sign_in(client, world.specialist)
    cells = re.findall(r'<a href="/viec/\?([^"]+)">(\d+)</a>', look(client, f"{ROOM}{done.pk}/"))
    assert len(cells) == 5
    person = Person(world.specialist)
    for query, figure in cells:
        asked = FilterForm(dict(parse_qsl(query.replace("&amp;", "&"))), person=person).asked
        assert shares(person, asked, asked["on"] or today()).count() == int(figure)
