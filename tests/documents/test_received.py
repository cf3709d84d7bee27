"""A document as those read it who have work from it, and who they are."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.accounts.models import RoleName
from khue.documents.confirm import reopen
from khue.documents.giving import give_plan
from khue.documents.models import Obligation
from khue.documents.register import remove
from khue.documents.review import apply
from khue.files.store import path_of
from khue.portal.finding import find
from khue.tasks import reach, work
from khue.tasks.give import withdraw
from khue.tasks.judge import verify
from khue.tasks.models import Assignment, Task
from khue.units.models import Unit
from tests.documents.makers import DIRECTIVE, make_document
from tests.documents.test_confirm import settle
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.clock import Clock
from tests.tasks.world import person

pytestmark = pytest.mark.django_db
OWN = "Các trường mầm non huy động 98% trẻ 5 tuổi đến lớp"


class Sent:
    """A directive that was given out; `school` has work from it, `other` beside it has none."""

    def __init__(self) -> None:
        self.document = make_document(note="Ghi chú nội bộ")
        settle(self.document, self.document.created_by)
        self.document.refresh_from_db()
        give_plan(self.document.pk, by=self.document.created_by)
        self.school = Unit.objects.get(name="Trường Mầm non Hoa Mai")
        self.other = make_unit(name="Trường Mầm non Mới", parent=self.document.unit)
        self.head = make_user(role=RoleName.SPECIALIST, unit=self.school, name="Trần Thị Hòa")
        self.stranger = make_user(role=RoleName.LEADER, unit=self.other)
        self.where = f"/van-ban/{self.document.pk}/"

    @property
    def share(self) -> Assignment:
        return Assignment.objects.select_related("task").filter(unit=self.school, task__quote__startswith=OWN).get()


@pytest.fixture
def sent():
    return Sent()


def body(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_has_work_from_it_reads_it_with_the_own_sentences_first_and_marked(client, sent):
    page = body(sign_in(client, sent.head).get(sent.where))
    assert page.index("Việc giao cho đơn vị mình") < page.index(f"/viec/{sent.share.task_id}/") < page.index("Toàn văn")
    assert f'<mark id="n{sent.share.task.obligation_id}">{OWN}' in page
    assert "Phòng Giáo dục và Đào tạo tổ chức khảo sát chất lượng đầu năm" in page
    foreign = Obligation.objects.exclude(pk__in=Task.objects.filter(assignments__unit=sent.school).values("obligation_id"))
    assert foreign.exists()
    assert not any(f'id="n{o.pk}"' in page for o in foreign)


def test_it_shows_nothing_of_the_review_of_giving_out_or_of_what_others_have(client, sent):
    page = body(sign_in(client, sent.head).get(sent.where))
    for hidden in ("Ghi chú nội bộ", "Soát", "Giao việc", "Xuất", "phần việc đã giao", "Lập báo cáo", "Kế hoạch đã chốt", "Bông Lúa"):
        assert hidden not in page.split("<main")[1], hidden


@pytest.mark.parametrize(
    "page",
    ["sua/", "bo/", "dua-lai/", "ke-hoach.xlsx", "tinh-trang/", "soat/", "giao/", "lich-su/", "cu-the-hoa/", "so-nam-truoc/", "mau.json"],
)
def test_everything_else_of_it_is_not_there_for_them(client, sent, page):
    sign_in(client, sent.head)
    answer = client.get(sent.where + page)
    assert (client.post(sent.where + page) if answer.status_code == 405 else answer).status_code == 404


def test_they_download_the_file(client, sent):
    answer = sign_in(client, sent.head).get(f"{sent.where}tep/")
    assert b"".join(answer.streaming_content) == path_of(sent.document.file.sha256).read_bytes() == DIRECTIVE.encode()


def test_without_a_share_it_is_not_there_and_the_file_neither(client, sent):
    sign_in(client, sent.stranger)
    assert [client.get(sent.where + page).status_code for page in ("", "tep/")] == [404, 404]


@pytest.mark.parametrize("is_partner", [False, True])
def test_a_share_opens_it_whether_one_leads_or_helps(client, sent, is_partner):
    Assignment.objects.create(task=sent.share.task, unit=sent.other, is_partner=is_partner)
    assert OWN in body(sign_in(client, sent.stranger).get(sent.where))


def test_a_share_that_was_passed_on_still_opens_it_for_both(client, sent):
    for share in Assignment.objects.filter(unit=sent.school).exclude(pk=sent.share.pk):
        share.delete()
    work.transfer(sent.share.pk, sent.other, "Trường bạn làm.", by=sent.head)
    for user in (sent.head, sent.stranger):
        assert OWN in body(sign_in(client, user).get(sent.where))


def test_what_was_taken_back_opens_it_no_more_and_an_own_task_under_it_neither(client, sent):
    work.make_subtask(sent.share.pk, "Lập danh sách trẻ.", by=sent.head)
    for task in Task.objects.filter(document_id=sent.document.pk, parent=None):
        withdraw(task.pk, why="Gửi nhầm.", by=sent.document.created_by)
    assert sign_in(client, sent.head).get(sent.where).status_code == 404


def test_a_task_taken_back_is_gone_also_for_who_passed_it_on(client, sent):
    work.transfer(sent.share.pk, sent.other, "Trường bạn làm.", by=sent.head)
    for task in Task.objects.filter(document_id=sent.document.pk, parent=None):
        withdraw(task.pk, why="Gửi nhầm.", by=sent.document.created_by)
    assert [sign_in(client, user).get(sent.where).status_code for user in (sent.head, sent.stranger)] == [404, 404]


def test_the_unit_above_those_who_have_work_reads_it_too(client, sent):
    area = make_unit(name="Cụm trường")
    below = make_unit(name="Điểm trường", parent=area)
    Assignment.objects.create(task=sent.share.task, unit=below)
    page = body(sign_in(client, make_user(role=RoleName.VIEWER, unit=area)).get(sent.where))
    assert "Điểm trường" in page


def test_it_stays_readable_while_it_is_reviewed_again_and_when_it_left_the_register(client, sent):
    reopen(sent.document.pk, by=sent.document.created_by)
    apply(sent.document.pk, "state", {"items": [sent.share.task.obligation_id], "state": "rejected"}, by=sent.document.created_by)
    remove(sent.document.pk, by=sent.document.created_by, why="Vào sổ nhầm")
    assert f"/viec/{sent.share.task_id}/" in body(sign_in(client, sent.head).get(sent.where))


def test_the_task_leads_to_the_sentence_and_the_search_to_the_document(client, sent):
    link = f"{sent.where}#n{sent.share.task.obligation_id}"
    assert link in body(sign_in(client, sent.head).get(f"/viec/{sent.share.task_id}/"))
    assert [hit.id for hit in find(person(sent.head), "11/CT-UBND")["document"]] == [sent.document.pk]
    assert "document" not in find(person(sent.stranger), "11/CT-UBND")


def test_who_sees_very_many_units_finds_the_documents_that_ask_something_of_the_own_one(sent, monkeypatch):
    monkeypatch.setattr(reach, "WIDE", 0)
    assert [hit.id for hit in find(person(sent.head), "11/CT-UBND")["document"]] == [sent.document.pk]
    area = make_unit(name="Cụm trường")
    Assignment.objects.create(task=sent.share.task, unit=make_unit(name="Điểm trường", parent=area))
    assert "document" not in find(person(make_user(role=RoleName.VIEWER, unit=area)), "11/CT-UBND")


def test_the_register_of_a_school_holds_its_own_documents_only(client, sent):
    assert "11/CT-UBND" not in body(sign_in(client, sent.head).get("/van-ban/"))


def test_more_work_takes_no_more_queries(client, sent):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            body(client.get(sent.where))
        return len(seen)

    sign_in(client, sent.head)
    queries()
    before = queries()
    for task in Task.objects.filter(document_id=sent.document.pk).exclude(assignments__unit=sent.school):
        Assignment.objects.create(task=task, unit=sent.school)
        Assignment.objects.create(task=task, unit=make_unit(parent=sent.school))
    assert queries() == before


def test_the_list_of_documents_that_ask_something_of_ones_own_unit(client, sent):
    page = body(sign_in(client, sent.head).get("/van-ban/giao-viec/"))
    n = Assignment.objects.filter(unit=sent.school, is_partner=False).count()
    assert (sent.where in page, f"xong 0/{n}" in page) == (True, True)
    assert "/van-ban/giao-viec/" in body(client.get("/van-ban/")), "an empty register says where the directives are"
    work.report(sent.share.pk, by=sent.head, text="Xong", submit=True)
    verify(sent.share.pk, by=sent.document.created_by)
    assert f"xong 1/{n}" in body(client.get("/van-ban/giao-viec/"))
    assert sent.where in body(client.get("/van-ban/giao-viec/", {"q": "chi thi"}))
    assert sent.where not in body(client.get("/van-ban/giao-viec/", {"q": "không có chữ này"}))


def test_it_lists_nothing_to_who_has_no_work_and_nothing_of_ones_own_register(client, sent):
    assert sent.where not in body(sign_in(client, sent.stranger).get("/van-ban/giao-viec/"))
    assert sent.where not in body(sign_in(client, sent.document.created_by).get("/van-ban/giao-viec/"))


def test_the_list_and_the_document_say_how_it_stood_on_an_earlier_day(client, monkeypatch):
    clock = Clock(monkeypatch, date(2023, 9, 4))
    sent = Sent()
    n = Assignment.objects.filter(unit=sent.school, is_partner=False).count()
    clock.set(date(2023, 9, 20))
    work.report(sent.share.pk, by=sent.head, text="Đã xong", percent=100, submit=True)
    verify(sent.share.pk, by=sent.document.created_by)
    clock.set(date(2023, 9, 25))
    sign_in(client, sent.head)
    where = "/van-ban/giao-viec/"
    assert f"xong 1/{n}" in body(client.get(where))
    then = body(client.get(where, {"on": "2023-09-10"}))
    assert (f"xong 0/{n}" in then, f"{sent.where}?on=2023-09-10" in then, "tính đến 10/09/2023" in then) == (True, True, True)
    before = body(client.get(where, {"on": "2023-09-01"}))
    assert (sent.where in before, "Không có văn bản nào như vậy" in before) == (False, True)
    task = f"/viec/{sent.share.task_id}/"
    then = body(client.get(sent.where, {"on": "2023-09-10"}))
    assert (f"{task}?on=2023-09-10" in then, "đã xong" in then, "đã xong" in body(client.get(sent.where))) == (True, False, True)
    assert task not in body(client.get(sent.where, {"on": "2023-09-01"}))
