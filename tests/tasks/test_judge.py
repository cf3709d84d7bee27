"""What the giving unit answers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from khue.core.errors import KhueError
from khue.core.spoken import speak_data
from khue.tasks import judge, work
from khue.tasks.give import Address, add_receivers, offers
from khue.tasks.models import Event, Extension, FormerDue, Notice, Stage
from khue.tasks.reach import standing_on
from khue.tasks.states import numbers, state_of
from khue.units.groups import unit_ref
from khue.units.tree import today
from tests.factories import sign_in
from tests.tasks.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def share(world):
    return world.share(world.give())


def fresh(share):
    share.refresh_from_db()
    return share


def test_verified_is_done_on_the_day_it_was_submitted(world, share):
    day = share.due_on
    work.report(share.pk, by=world.head, text="Xong.", submit=True, on=day)
    judge.verify(share.pk, by=world.official, on=day + timedelta(days=20))
    done = fresh(share)
    assert (done.stage, done.done_on, done.verified_by) == (Stage.VERIFIED, day, world.official)
    assert state_of(done, day + timedelta(days=20)) == "done_in_time"


def test_verified_without_a_submission_is_done_today(world, share):
    judge.verify(share.pk, by=world.official)
    assert (fresh(share).done_on, share.started_on, share.percent) == (today(), today(), 100)


def test_verifying_twice_changes_nothing(world, share):
    judge.verify(share.pk, by=world.official)
    version = fresh(share).version
    judge.verify(share.pk, by=world.other_head)
    assert (fresh(share).version, share.verified_by) == (version, world.official)
    assert Event.objects.filter(kind="verified").count() == 1


def test_sending_back_needs_a_reason_and_a_submission(world, share):
    with pytest.raises(KhueError, match="chưa trình duyệt"):
        judge.send_back(share.pk, "Thiếu.", by=world.official)
    work.report(share.pk, by=world.head, text="Xong.", submit=True)
    with pytest.raises(KhueError, match="lý do trả lại"):
        judge.send_back(share.pk, "  ", by=world.official)
    judge.send_back(share.pk, "Thiếu danh sách.", by=world.official)
    assert (fresh(share).stage, share.submitted_on, share.times_returned) == (Stage.RETURNED, None, 1)
    assert Notice.objects.filter(user=world.head, kind="returned").count() == 1


def test_what_was_sent_back_stays_so_until_it_is_submitted_again(world, share):
    work.report(share.pk, by=world.head, text="Xong.", submit=True)
    judge.send_back(share.pk, "Thiếu danh sách.", by=world.official)
    work.report(share.pk, by=world.head, text="Đã bổ sung.")
    assert fresh(share).stage == Stage.RETURNED
    work.report(share.pk, by=world.head, text="Đủ.", submit=True)
    assert fresh(share).stage == Stage.SUBMITTED


def test_what_is_verified_leaves_no_wish_for_more_time_behind(world, share):
    wish = ask(world, share)
    judge.verify(share.pk, by=world.official)
    wish.refresh_from_db()
    assert (wish.state, wish.decided_by) == (Extension.State.DROPPED, world.official)


def test_nobody_is_given_less_time_by_an_extension(world, share):
    wish = ask(world, share)
    with pytest.raises(KhueError, match="phải sau hạn hiện tại"):
        judge.decide_extension(wish.pk, grant=True, by=world.official, granted_on=share.due_on)
    wish.refresh_from_db()
    assert (wish.state, fresh(share).due_on) == (Extension.State.ASKED, share.due_on)


def test_a_task_is_due_later_once_all_its_units_have_more_time(world):
    task = world.give()
    shares, first = list(task.assignments.order_by("pk")), task.due_on
    for n, each in enumerate(shares):
        day = first + timedelta(days=20 + n)
        judge.decide_extension(work.ask_extension(each.pk, day, "Mưa.", by=world.head).pk, grant=True, by=world.official)
        task.refresh_from_db()
        assert task.due_on == (first if n < len(shares) - 1 else first + timedelta(days=20))
    assert FormerDue.objects.get(task=task).due_on == first


def test_a_figure_below_nothing_is_refused(world, share):
    with pytest.raises(KhueError, match="không thể âm"):
        work.report(share.pk, by=world.head, figure=Decimal("-3"))


def test_reopening_needs_a_reason_and_undoes_the_verification(world, share):
    judge.verify(share.pk, by=world.official)
    with pytest.raises(KhueError, match="lý do mở lại"):
        judge.reopen(share.pk, "", by=world.official)
    judge.reopen(share.pk, "Duyệt nhầm trường.", by=world.official)
    assert (fresh(share).stage, share.done_on, share.verified_by) == (Stage.RECEIVED, None, None)
    assert state_of(share, today()) == "doing"


def ask(world, share, days=5):
    return work.ask_extension(share.pk, share.due_on + timedelta(days=days), "Mưa lũ.", by=world.head)


def test_granting_moves_only_this_share(world, share):
    wish = ask(world, share)
    judge.decide_extension(wish.pk, grant=True, by=world.official)
    assert (fresh(share).due_on, share.times_extended) == (wish.wanted_on, 1)
    assert world.share(share.task, world.sen).due_on == share.task.due_on
    assert Notice.objects.filter(user=world.head, kind="extended").count() == 1


def test_another_day_may_be_granted_than_was_asked_for(world, share):
    wish, day = ask(world, share, 30), share.due_on + timedelta(days=7)
    judge.decide_extension(wish.pk, grant=True, by=world.official, granted_on=day)
    wish.refresh_from_db()
    assert (fresh(share).due_on, wish.granted_on) == (day, day)


def test_refusing_needs_a_word_and_leaves_the_deadline(world, share):
    wish, due = ask(world, share), share.due_on
    with pytest.raises(KhueError, match="lý do không đồng ý"):
        judge.decide_extension(wish.pk, grant=False, by=world.official)
    judge.decide_extension(wish.pk, grant=False, by=world.official, answer="Số liệu phải có trước kỳ họp.")
    wish.refresh_from_db()
    assert (fresh(share).due_on, wish.state) == (due, Extension.State.REFUSED)


def test_a_wish_is_taken_back_while_nobody_has_answered(world, share):
    wish, due = ask(world, share), share.due_on
    work.drop_extension(share.pk, by=world.head)
    wish.refresh_from_db()
    assert (fresh(share).due_on, wish.state, wish.decided_by) == (due, Extension.State.DROPPED, world.head)
    assert Notice.objects.filter(user=world.official, kind="extension_dropped").count() == 1
    assert ask(world, share, 9).state == Extension.State.ASKED, "another day may be asked for"


def test_what_was_answered_or_never_asked_is_not_taken_back(world, share):
    for wish in (lambda: None, lambda: judge.decide_extension(ask(world, share).pk, grant=True, by=world.official)):
        wish()
        with pytest.raises(KhueError, match="Không có đề nghị gia hạn nào"):
            work.drop_extension(share.pk, by=world.head)


def test_an_answer_stays_the_first_one(world, share):
    wish = ask(world, share)
    judge.decide_extension(wish.pk, grant=False, by=world.official, answer="Không.")
    with pytest.raises(KhueError, match="đã trả lời không gia hạn"):
        judge.decide_extension(wish.pk, grant=True, by=world.official)
    wish.refresh_from_db()
    assert wish.state == Extension.State.REFUSED
    assert fresh(share).times_extended == 0


def test_one_unit_is_let_off_with_a_reason_and_the_others_go_on(client, world):
    task = world.give(world.schools)
    share = world.share(task)
    given = task.assignments.count()
    work.ask_extension(share.pk, share.due_on + timedelta(days=9), "Chờ kinh phí", by=world.head)
    with pytest.raises(KhueError, match="lý do"):
        judge.take_back(share.pk, " ", by=world.official)
    sign_in(client, world.official)
    client.post(reverse("tasks:act", args=[share.pk, "take-back"]), {"text": "Trường không có lớp 1"})
    share.refresh_from_db()
    assert share.stage == Stage.WITHDRAWN
    assert numbers(standing_on(today()).filter(task=task), today()).given == given - 1
    assert not Extension.objects.filter(assignment=share, state=Extension.State.ASKED).exists()
    assert Event.objects.filter(assignment=share, kind="withdrawn", text="Trường không có lớp 1").exists()
    assert [speak_data(n.text)[:17] for n in Notice.objects.filter(user=world.head, kind="withdrawn")] == ["Đã thu hồi việc: "]
    # it is not offered again by itself, and can be given again by name
    assert world.lua not in offers(task)
    assert [a.unit for a in add_receivers(task.pk, [world.lua.pk], by=world.official)] == [world.lua]


def test_the_last_unit_is_let_off_with_the_task_only(world):
    share = world.share(world.give(Address(unit_ref(world.lua.pk))))
    with pytest.raises(KhueError, match="Không còn đơn vị nào khác"):
        judge.take_back(share.pk, "Thôi", by=world.official)


def test_only_who_gives_takes_back_from_one_unit(client, world):
    share = world.share(world.give(world.schools))
    assert sign_in(client, world.head).post(reverse("tasks:act", args=[share.pk, "take-back"]), {"text": "Thôi"}).status_code == 403
