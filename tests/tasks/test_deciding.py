"""What whoever decides about a share sees: the files, the whole past, and what another decided meanwhile."""

import io
from datetime import timedelta

import pytest

from khue.core.errors import KhueError
from khue.files.store import keep
from khue.tasks import judge, work
from khue.tasks.give import Address, give
from khue.tasks.models import Event, Extension
from khue.units.groups import unit_ref
from khue.units.reorganise import apply
from khue.units.tree import today
from tests.factories import make_user, sign_in
from tests.tasks.world import World
from tests.units.test_reorganise import merger
from tests.units.test_reorganise import world as merging

pytestmark = pytest.mark.django_db
LATER = today() + timedelta(days=30)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def wish(world):
    share = world.share(world.give(due=today() + timedelta(days=3)))
    work.ask_extension(share.pk, LATER, "Chờ kinh phí.", by=world.head)
    return Extension.objects.get(assignment=share)


def test_who_refuses_what_another_granted_is_told_so_and_keeps_the_words(client, world, wish):
    judge.decide_extension(wish.pk, grant=True, by=world.official)
    sign_in(client, world.official)
    answer = client.post(f"/viec/phan/{wish.assignment_id}/refuse/", {"extension": wish.pk, "text": "Đã hết hạn lập dự toán."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{world.official.full_name} đã gia hạn đến {LATER:%d/%m/%Y}." in page
    assert "Đã hết hạn lập dự toán." in page
    assert "Đã trả lời không gia hạn" not in page
    assert not Event.objects.filter(kind=Event.Kind.EXTENSION_REFUSED).exists()


def test_the_same_answer_twice_is_one(world, wish):
    judge.decide_extension(wish.pk, grant=True, by=world.official)
    assert judge.decide_extension(wish.pk, grant=True, by=world.official).granted_on == LATER
    assert Event.objects.filter(kind=Event.Kind.EXTENDED).count() == 1


def test_another_day_than_the_one_granted_is_no_second_grant(world, wish):
    judge.decide_extension(wish.pk, grant=True, by=world.official)
    with pytest.raises(KhueError) as refused:
        judge.decide_extension(wish.pk, grant=True, by=world.official, granted_on=LATER + timedelta(days=1))
    assert refused.value.code == "extension.decided"


def test_a_wish_that_was_taken_back_is_not_answered(world, wish):
    work.drop_extension(wish.assignment_id, by=world.head)
    with pytest.raises(KhueError, match="không còn chờ trả lời"):
        judge.decide_extension(wish.pk, grant=False, by=world.official, answer="Không.")


def test_who_sends_back_what_another_verified_is_told_so_and_keeps_the_words(client, world):
    share = world.share(world.give())
    work.report(share.pk, by=world.head, text="Xong.", submit=True)
    judge.verify(share.pk, by=world.official)
    sign_in(client, world.official)
    answer = client.post(f"/viec/phan/{share.pk}/send-back/", {"text": "Thiếu biểu 2."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("Chữ bạn vừa ghi, chưa gửi: Thiếu biểu 2." in page, "Việc này đã ở bước" in page) == (True, True)
    assert not Event.objects.filter(kind=Event.Kind.RETURNED).exists()


def test_who_decides_sees_the_files_that_were_sent(client, world):
    photo = keep(io.BytesIO(b"x"), name="anh-lop.png", kind="image", by=world.head)
    share = world.share(world.give())
    work.report(share.pk, by=world.head, text="Xong.", files=[photo], submit=True)
    sign_in(client, world.official)
    page = client.get(f"/viec/{share.task_id}/").content.decode()
    waiting = page.split("Chờ bạn quyết định")[1].split("Nội dung việc")[0]
    assert "anh-lop.png" in waiting


def test_an_heirs_share_shows_its_giver_the_whole_past(client):
    w = merging()
    task = give(w["office"], "Khảo sát", [Address(unit_ref(w["dong"].pk))], by=None, due_on=LATER)
    official, head = make_user(role="specialist", unit=w["office"]), make_user(role="leader", unit=w["dong"])
    old = task.assignments.get().pk
    work.report(old, by=head, text="Số liệu ban đầu.", submit=True)
    judge.send_back(old, "Thiếu số liệu theo lớp.", by=official)
    apply(merger(w).pk, by=None)
    share = task.assignments.get(unit=w["an"])
    sign_in(client, official)
    page = client.get(f"/viec/{task.pk}/", {"phan": share.pk}).content.decode()
    opened = page.split(f'id="p{share.pk}"')[1]
    assert "Thiếu số liệu theo lớp." in opened.split("Diễn biến")[0], "why it was sent back"
    assert "Số liệu ban đầu." in opened.split("Diễn biến")[1]


def test_a_unit_that_was_let_off_is_not_counted_among_those_it_was_given_to(client, world):
    world.school("Trường Tiểu học Mới")
    task = world.give(world.schools)
    judge.take_back(world.share(task).pk, "Trường xin miễn.", by=world.official)
    sign_in(client, world.official)
    page = client.get(f"/viec/{task.pk}/").content.decode()
    assert ("(2 đơn vị" in page, "(3 đơn vị" in page) == (True, False)


def test_an_heir_submits_what_the_former_unit_reported_as_it_stands():
    w = merging()
    task = give(w["office"], "Khảo sát", [Address(unit_ref(w["dong"].pk))], by=None, due_on=LATER)
    work.report(task.assignments.get().pk, by=make_user(role="leader", unit=w["dong"]), text="Đã khảo sát xong.", percent=100)
    apply(merger(w).pk, by=None)
    share = task.assignments.get(unit=w["an"])
    assert work.report(share.pk, by=make_user(role="leader", unit=w["an"]), submit=True).stage == "submitted"
