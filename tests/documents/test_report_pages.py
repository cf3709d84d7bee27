"""The pages of reports: who may do what, how a piece is edited without a script, where figures lead."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.documents.models import Document, Report
from khue.documents.report.editing import edit_block
from khue.documents.report.service import make_draft
from khue.documents.report.shares import FIGURES
from khue.tasks.give import withdraw
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


def test_from_a_document_to_its_draft_in_two_steps_and_only_once(client, world):
    sign_in(client, world.clerk)
    assert f"{ROOM}moi/?document={world.document.pk}" in look(client, f"/van-ban/{world.document.pk}/")
    page = look(client, f"{ROOM}moi/?document={world.document.pk}")
    assert f'value="{world.document.pk}" selected' in page
    data = {"unit": world.office.pk, "about": "document", "document": world.document.pk, "_once": "k"}
    for _ in range(2):
        answer = client.post(f"{ROOM}moi/", data)
    assert Report.objects.count() == 1
    assert answer["Location"] == f"{ROOM}{Report.objects.get().pk}/"
    assert "Báo cáo kết quả" in look(client, f"/van-ban/{world.document.pk}/")


def test_a_period_is_chosen_by_its_name(client, world):
    sign_in(client, world.clerk)
    page = look(client, f"{ROOM}moi/?about=period")
    value = re.search(r'value="([^"]+)"[^>]*>Tháng 1/2024', page)[1]
    client.post(f"{ROOM}moi/", {"unit": world.office.pk, "about": "period", "period": value})
    assert Report.objects.get().title == "Kết quả thực hiện nhiệm vụ tháng 1 năm 2024"


def test_a_unit_is_typed_by_name(client, world):
    sign_in(client, world.clerk)
    data = {"unit": world.office.pk, "about": "unit", "where": "Trường Tiểu học Kim Đồng"}
    client.post(f"{ROOM}moi/", data)
    assert Report.objects.get().about_unit == world.schools[1]
    answer = client.post(f"{ROOM}moi/", {**data, "where": "Trường không có"}, headers=VI)
    assert answer.status_code == 422
    assert "Trường không có" in answer.content.decode()


def test_nobody_reports_on_a_unit_outside_the_own_tree(client, world):
    head = make_user(role="clerk", unit=world.schools[0])
    sign_in(client, head)
    data = {"unit": world.schools[0].pk, "about": "unit", "where": "x", "ref": f'{{"type": "unit", "id": {world.schools[1].pk}}}'}
    assert client.post(f"{ROOM}moi/", data).status_code == 403
    assert client.post(f"{ROOM}moi/", {"unit": world.office.pk, "about": "brief"}).status_code == 422


def test_every_figure_of_the_table_opens_the_list_of_exactly_its_shares(client, world, made):
    sign_in(client, world.specialist)
    page = look(client, f"{ROOM}{made.pk}/")
    cells = re.findall(r'<a href="(/viec/\?[^"]+)">(\d+)</a>', page)
    assert len(cells) == 5
    from urllib.parse import parse_qsl

    from khue.accounts.person import Person
    from khue.tasks.filters import FilterForm

    person = Person(world.specialist)
    for address, figure in cells:
        assert client.get(address.replace("&amp;", "&")).status_code == 200
        form = FilterForm(dict(parse_qsl(address.replace("&amp;", "&").split("?")[1])), person=person)
        assert shares(person, form.asked, today()).count() == int(figure)


@pytest.mark.parametrize("about", ["brief", "period"])
@pytest.mark.parametrize("earlier", [0, 20])
def test_every_figure_of_a_meeting_and_of_a_period_opens_the_shares_it_counts(client, world, about, earlier):
    more = {"starts_on": FIRST} if about == "period" else {}
    made = make_draft(world.office, about, by=world.clerk, as_of=today() - timedelta(days=earlier), **more)
    sign_in(client, world.clerk)
    page = client.get(f"{ROOM}{made.pk}/", headers=VI).content.decode()
    cells = re.findall(rf'<a href="({ROOM}{made.pk}/phan-viec/[^"]*)">(\d+)</a>', page)
    assert [int(n) for _address, n in cells] == [made.figures["numbers"][n] for n in ("given", *FIGURES[1:])]
    for address, figure in cells:
        answer = client.get(address, headers=VI)
        assert answer.context["page_obj"].paginator.count == int(figure)
        assert "Báo cáo ghi" not in answer.content.decode()
        for row in answer.context["rows"]:
            assert (f"&on={made.as_of:%Y-%m-%d}" in row.address) == bool(earlier)
            assert client.get(row.address).status_code == 200


def test_a_figure_that_changed_since_the_report_says_what_the_report_has(client, world):
    made = make_draft(world.office, "brief", by=world.clerk)
    before = made.figures["numbers"]["given"]
    withdraw(world.tasks[3].pk, by=world.leader)
    sign_in(client, world.clerk)
    assert f"Báo cáo ghi {before}:" in client.get(f"{ROOM}{made.pk}/phan-viec/", headers=VI).content.decode()
    assert client.get(f"{ROOM}{made.pk}/phan-viec/?state=bogus").status_code == 404


def test_the_list_behind_a_figure_asks_the_database_no_more_for_more_rows(client, world):
    made = make_draft(world.office, "brief", by=world.clerk)
    sign_in(client, world.clerk)
    client.get(f"{ROOM}{made.pk}/phan-viec/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{ROOM}{made.pk}/phan-viec/?state=done_late")
    with CaptureQueriesContext(connection) as many:
        client.get(f"{ROOM}{made.pk}/phan-viec/")
    assert len(many) <= len(few) + 1


def test_a_sentence_leads_to_its_task(client, world, made):
    sign_in(client, world.specialist)
    page = look(client, f"{ROOM}{made.pk}/")
    for task in world.tasks:
        assert f"/viec/{task.pk}/" in page
        assert client.get(f"/viec/{task.pk}/").status_code == 200


def test_a_piece_is_edited_in_place_without_a_script(client, world, made):
    sign_in(client, world.clerk)
    first = made.blocks[0]
    page = look(client, f"{ROOM}{made.pk}/?sua={first['id']}")
    assert page.count("<textarea") == 2
    client.post(f"{ROOM}{made.pk}/sua/", {"do": "edit", "block": first["id"], "rev": first["rev"], "text": "Lời mở đầu của tôi."})
    page = look(client, f"{ROOM}{made.pk}/")
    assert "Lời mở đầu của tôi." in page
    assert "đã sửa tay" in page


def test_what_another_wrote_meanwhile_stands_beside_ones_own_words(client, world, made):
    sign_in(client, world.clerk)
    first = made.blocks[0]
    edit_block(made.pk, first["id"], "Của người khác.", rev=first["rev"], by=world.specialist)
    answer = client.post(f"{ROOM}{made.pk}/sua/", {"do": "edit", "block": first["id"], "rev": first["rev"], "text": "Của tôi."}, headers=VI)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Của người khác." in page
    assert "Của tôi.</textarea>" in page
    rev = re.search(r'name="rev" value="(\d+)"', page)[1]
    client.post(f"{ROOM}{made.pk}/sua/", {"do": "edit", "block": first["id"], "rev": rev, "text": "Của tôi."})
    made.refresh_from_db()
    assert made.blocks[0]["text"] == "Của tôi."


def test_pieces_are_added_moved_and_taken_out_by_plain_forms(client, world, made):
    sign_in(client, world.clerk)
    first = made.blocks[0]
    for _ in range(2):
        client.post(f"{ROOM}{made.pk}/sua/", {"do": "add", "block": first["id"], "text": "Đoạn thêm.", "_once": "a"})
    made.refresh_from_db()
    assert [b["text"] for b in made.blocks].count("Đoạn thêm.") == 1
    mine = made.blocks[1]
    client.post(f"{ROOM}{made.pk}/sua/", {"do": "up", "block": mine["id"], "rev": mine["rev"]})
    made.refresh_from_db()
    assert made.blocks[0]["text"] == "Đoạn thêm."
    client.post(f"{ROOM}{made.pk}/sua/", {"do": "remove", "block": mine["id"], "rev": mine["rev"]})
    made.refresh_from_db()
    assert "Đoạn thêm." not in [b["text"] for b in made.blocks]


def test_the_head_is_edited_and_a_clash_is_shown(client, world, made):
    sign_in(client, world.clerk)
    page = look(client, f"{ROOM}{made.pk}/?sua=head")
    assert "Trần Thị Minh Hà" in page
    head = {n: getattr(made, n) for n in ("title", "addressee", "recipients", "place", "signer_title", "signer")}
    client.post(f"{ROOM}{made.pk}/sua/", {"do": "head", **head, "signer": "Lê Văn Nam", "_base": "{}"})
    made.refresh_from_db()
    assert made.signer == "Lê Văn Nam"
    stale = {"do": "head", **head, "signer": "Vũ Thị Mai", "_base": '{"signer": "Trần Thị Minh Hà"}'}
    answer = client.post(f"{ROOM}{made.pk}/sua/", stale, headers=VI)
    assert answer.status_code == 409
    assert "Lê Văn Nam" in answer.content.decode()


def test_a_leader_previews_and_issues_and_the_register_has_it(client, world, made):
    sign_in(client, world.leader)
    page = look(client, f"{ROOM}{made.pk}/ban-hanh/")
    assert 'value="01/BC-PGDĐT"' in page
    assert "nay đã khác" not in page
    for _ in range(2):
        client.post(f"{ROOM}{made.pk}/ban-hanh/", {"number": "01/BC-PGDĐT", "version": made.version, "_once": "i"})
    entry = Document.objects.get(direction="out")
    assert f"{ROOM}{made.pk}/" in look(client, f"/van-ban/{entry.pk}/")
    page = look(client, f"{ROOM}{made.pk}/")
    assert "Đã ban hành số 01/BC-PGDĐT" in page
    assert "?sua=" not in page
    assert client.get(f"{ROOM}{made.pk}/ban-hanh/").status_code == 302


def test_the_preview_says_that_figures_have_changed_and_what_is_missing(client, world, made):
    from khue.tasks.judge import verify

    sign_in(client, world.leader)
    verify(world.share(5).pk, by=world.leader)
    Report.objects.filter(pk=made.pk).update(signer="")
    page = look(client, f"{ROOM}{made.pk}/ban-hanh/")
    assert "nay đã khác" in page
    assert "Còn thiếu: người ký." in page
    answer = client.post(f"{ROOM}{made.pk}/ban-hanh/", {"number": "01/BC-PGDĐT"}, headers=VI)
    assert answer.status_code == 422
    assert "Còn thiếu" in answer.content.decode()


def test_a_clerk_drafts_and_does_not_issue_a_leader_does_both(client, world, made):
    sign_in(client, world.clerk)
    assert client.get(f"{ROOM}{made.pk}/ban-hanh/").status_code == 403
    sign_in(client, world.leader)
    assert client.get(f"{ROOM}{made.pk}/ban-hanh/").status_code == 200
    assert "Cập nhật số liệu" in look(client, f"{ROOM}{made.pk}/")
    assert look(client, f"{ROOM}moi/")
    assert f"{ROOM}moi/" in look(client, "/dieu-hanh/")


def test_who_only_reads_drafts_nothing(client, world, made):
    sign_in(client, make_user(role="viewer", unit=world.office))
    assert client.post(f"{ROOM}{made.pk}/sua/", {"do": "up"}).status_code == 403
    assert "Cập nhật số liệu" not in look(client, f"{ROOM}{made.pk}/")


def test_a_refresh_from_the_page_says_what_it_did(client, world, made):
    sign_in(client, world.clerk)
    answer = client.post(f"{ROOM}{made.pk}/cap-nhat/", {"as_of": "2024-01-20"}, headers=VI, follow=True)
    assert "Đã cập nhật" in answer.content.decode()
    made.refresh_from_db()
    assert made.as_of.isoformat() == "2024-01-20"
    answer = client.post(f"{ROOM}{made.pk}/cap-nhat/", {"as_of": "2024-13-40"}, headers=VI, follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_the_files_come_down_under_their_name(client, world, made, kind, begins):
    sign_in(client, world.clerk)
    answer = client.get(f"{ROOM}{made.pk}/tep.{kind}")
    assert answer.content.startswith(begins)
    assert f".{kind}" in answer["Content-Disposition"]
    assert client.get(f"{ROOM}{made.pk}/tep.exe").status_code == 404


def test_without_typst_the_page_says_so(client, world, made, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    sign_in(client, world.clerk)
    answer = client.get(f"{ROOM}{made.pk}/tep.pdf", headers=VI, follow=True)
    assert "chưa cài phần xuất PDF" in answer.content.decode()


def test_the_list_is_of_ones_own_units_and_is_filtered(client, world, made):
    make_draft(world.city, "brief", by=world.clerk)
    sign_in(client, world.clerk)
    page = look(client, ROOM)
    assert made.title in page
    assert "họp giao ban ngày" not in page
    assert "Không có báo cáo nào" in look(client, f"{ROOM}?state=issued")
    assert made.title in look(client, f"{ROOM}?q=Chỉ thị&about=document")


def test_the_page_asks_the_database_as_often_for_many_tasks_as_for_few(client, world, made, django_assert_max_num_queries):
    sign_in(client, world.clerk)
    client.get(f"{ROOM}{made.pk}/")
    with django_assert_max_num_queries(25):
        client.get(f"{ROOM}{made.pk}/")


def test_what_is_missing_stands_at_its_field(client, world):
    sign_in(client, world.clerk)
    for about, field, why in (
        ("period", "period", "Chưa chọn kỳ"),
        ("unit", "where", "Chưa chọn đơn vị"),
        ("document", "document", "Chưa chọn văn bản"),
    ):
        answer = client.post(f"{ROOM}moi/", {"unit": world.office.pk, "about": about}, headers=VI)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert re.search(rf'id="id_{field}_error">{why}', page)
        assert 'role="alert"' not in page
        assert re.search(rf'name="{field}"[^>]*id_{field}_error', page)
    data = {"unit": world.office.pk, "about": "brief", "as_of": "2030-01-01"}
    assert 'id="id_as_of_error">Ngày 01/01/2030 ở sau hôm nay' in client.post(f"{ROOM}moi/", data, headers=VI).content.decode()


def test_a_report_goes_out_under_the_name_of_ones_own_unit(client, world):
    sign_in(client, world.clerk)
    page = look(client, f"{ROOM}moi/")
    units = re.search(r'<select name="unit".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'<option value="(\d*)"', units) == [str(world.office.pk)]
    assert "---------" not in page
    assert "Chọn văn bản" in page
    assert client.post(f"{ROOM}moi/", {"unit": world.schools[0].pk, "about": "brief"}).status_code == 422


def test_the_page_says_who_issues_and_quarters_have_roman_numbers(client, world):
    sign_in(client, world.clerk)
    page = look(client, f"{ROOM}moi/")
    assert "Sửa chữ xong thì lãnh đạo ký, rồi ban hành và vào sổ văn bản đi." in page
    assert "trình ban hành" not in page
    assert "Quý I/2024" in page
    assert "Quý IV/2023" in page


def test_tables_have_names_for_those_who_do_not_see_them(client, world, made):
    sign_in(client, world.clerk)
    page = look(client, f"{ROOM}{made.pk}/")
    assert 'Chuyển chỗ, bỏ<span class="visually-hidden">: Số liệu chung</span>' in page
    assert 'Chuyển chỗ, bỏ<span class="visually-hidden">: Số liệu theo nhóm nhiệm vụ</span>' in page
    for name in ("numbers", "section-numbers"):
        assert f": {name}<" not in page


def test_proposals_are_a_line_to_fill_and_the_preview_says_while_it_is_empty(client, world, made):
    line = next(b for b in made.blocks if b["key"] == "proposals")
    assert re.fullmatch(r"- Đề xuất, kiến nghị: \.+", line["text"])
    assert not any("không có đề xuất" in b["text"] for b in made.blocks)
    sign_in(client, world.leader)
    assert "Mục đề xuất, kiến nghị còn trống" in look(client, f"{ROOM}{made.pk}/ban-hanh/")
    edit_block(made.pk, line["id"], "- Đề nghị cấp kinh phí.", rev=line["rev"], by=world.clerk)
    assert "Mục đề xuất" not in look(client, f"{ROOM}{made.pk}/ban-hanh/")
