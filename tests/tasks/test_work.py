"""What the receiving unit does with its share."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest

from khue.accounts.models import RoleName
from khue.core.errors import KhueError
from khue.core.models import Action
from khue.core.spoken import speak_data
from khue.files.store import keep
from khue.tasks import judge, work
from khue.tasks.models import Assignment, Event, Notice, Stage
from khue.units.kinds import UnitKind
from khue.units.tree import today
from tests.factories import make_unit, make_user
from tests.tasks.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def share(world):
    return world.share(world.give())


def told(user):
    return [speak_data(n.text) for n in Notice.objects.filter(user=user).order_by("pk")]


def events(share):
    return list(Event.objects.filter(assignment=share).values_list("kind", flat=True))


def test_receiving_twice_is_receiving_once(world, share):
    work.receive(share.pk, by=world.head)
    again = work.receive(share.pk, by=world.other_head)
    assert (again.stage, again.received_by) == (Stage.RECEIVED, world.head)
    assert events(share) == ["given", "received"]


def test_a_report_without_receiving_first_counts_as_received_and_begun(world, share):
    work.report(share.pk, by=world.head, percent=40, text="Đã làm được bốn lớp.")
    share.refresh_from_db()
    assert (share.stage, share.started_on, share.percent, share.received_by) == (Stage.RECEIVED, today(), 40, world.head)
    assert share.latest == "Đã làm được bốn lớp."


def test_a_later_report_keeps_what_it_does_not_speak_of(world, share):
    work.report(share.pk, by=world.head, percent=40, text="Bốn lớp.")
    work.report(share.pk, by=world.head, figure=Decimal("97.5"))
    share.refresh_from_db()
    assert (share.percent, share.figure, share.latest) == (40, Decimal("97.500"), "Bốn lớp.")


@pytest.mark.parametrize("percent", [-1, 101, 1000])
def test_a_percentage_that_is_none_is_refused_and_nothing_is_written(world, share, percent):
    with pytest.raises(KhueError, match="từ 0 đến 100"):
        work.report(share.pk, by=world.head, percent=percent)
    assert events(share) == ["given"]


def test_a_report_of_nothing_is_refused(world, share):
    with pytest.raises(KhueError, match="chưa có gì"):
        work.report(share.pk, by=world.head, text="   ")


def test_a_report_that_only_repeats_the_last_number_is_refused_and_nobody_is_told(world, share):
    work.report(share.pk, by=world.head, percent=80, figure=Decimal("97.5"))
    for again in ({"percent": 80}, {"figure": Decimal("97.500")}, {"percent": 80, "figure": Decimal("97.5"), "text": "  "}):
        with pytest.raises(KhueError, match="Chưa có gì mới"):
            work.report(share.pk, by=world.head, **again)
    assert events(share) == ["given", "report"]
    work.report(share.pk, by=world.head, percent=80, text="Vẫn thế, chờ kinh phí.")
    work.report(share.pk, by=world.head, percent=80, submit=True)
    assert events(share) == ["given", "report", "report", "submitted"]
    assert Notice.objects.filter(user=world.official).count() == 3


def test_a_file_alone_is_a_report(world, share):
    file = keep(io.BytesIO(b"x"), name="anh.txt", kind="text", by=world.head)
    work.report(share.pk, by=world.head, files=[file])
    assert list(Event.objects.get(kind="report").files.all()) == [file]


def test_submitting_makes_it_wait_and_tells_the_giver(world, share):
    work.report(share.pk, by=world.head, text="Xong.", submit=True)
    share.refresh_from_db()
    assert (share.stage, share.submitted_on, share.percent) == (Stage.SUBMITTED, today(), 100)
    assert Notice.objects.filter(user=world.official, kind="submitted").count() == 1
    assert not Notice.objects.filter(user=world.head, kind="submitted").exists()


@pytest.mark.parametrize("step", ["report", "hand", "extend", "transfer", "subtask"])
def test_what_is_closed_takes_no_further_step(world, share, step):
    judge.verify(share.pk, by=world.official)
    steps = {
        "report": lambda: work.report(share.pk, by=world.head, text="x"),
        "hand": lambda: work.hand_to(share.pk, world.head, by=world.head),
        "extend": lambda: work.ask_extension(share.pk, share.due_on + timedelta(days=1), "x", by=world.head),
        "transfer": lambda: work.transfer(share.pk, world.mai, "x", by=world.head),
        "subtask": lambda: work.make_subtask(share.pk, "x", by=world.head),
    }
    with pytest.raises(KhueError, match="Hoàn thành"):
        steps[step]()
    assert events(share) == ["given", "verified"]


def test_a_wish_for_more_time_needs_a_reason_a_later_day_and_no_other_open_wish(world, share):
    with pytest.raises(KhueError, match="lý do"):
        work.ask_extension(share.pk, share.due_on + timedelta(days=2), " ", by=world.head)
    for day in (share.due_on, share.due_on - timedelta(days=1)):
        with pytest.raises(KhueError, match="phải sau hạn"):
            work.ask_extension(share.pk, day, "Mưa lũ.", by=world.head)
    work.ask_extension(share.pk, share.due_on + timedelta(days=2), "Mưa lũ.", by=world.head)
    with pytest.raises(KhueError, match="chờ trả lời"):
        work.ask_extension(share.pk, share.due_on + timedelta(days=9), "Mưa lũ.", by=world.head)
    share.refresh_from_db()
    assert share.due_on == share.task.due_on
    assert Notice.objects.filter(user=world.official, kind="extension_asked").count() == 1


def test_passing_on_moves_the_share_with_its_deadline_and_keeps_the_way_here(world, share):
    new = work.transfer(share.pk, world.mai, "Thuộc bậc mầm non.", by=world.head)
    share.refresh_from_db()
    assert (share.stage, share.transferred_to) == (Stage.TRANSFERRED, new)
    assert (new.unit, new.due_on, new.stage) == (world.mai, share.due_on, Stage.GIVEN)
    assert Event.objects.get(assignment=new, kind="given").data == {"from": world.lua.name}
    with pytest.raises(KhueError, match="đã có việc này"):
        work.transfer(new.pk, world.sen, "x", by=world.head)


def test_passing_on_reaches_only_whom_the_giver_leads_or_ones_own(world, share):
    for unit in (world.city, world.elsewhere):
        with pytest.raises(KhueError, match=f"{world.office.called} không giao việc cho {unit.called}."):
            work.transfer(share.pk, unit, "Không thuộc trường.", by=world.head)
    share.refresh_from_db()
    assert share.stage == Stage.GIVEN
    site = make_unit(name="Điểm trường Bản Phùng", kind=UnitKind.SITE, parent=world.elsewhere)
    theirs = Assignment.objects.create(task=share.task, unit=world.elsewhere)
    assert work.transfer(theirs.pk, site, "Việc của điểm trường.", by=world.stranger).unit == site


def test_whoever_gave_it_and_the_head_learn_where_a_task_went_and_why(world, share):
    clerk = make_user(role=RoleName.CLERK, unit=world.lua, name="Vàng A Páo")
    work.transfer(share.pk, world.mai, "Thuộc bậc mầm non.", by=clerk)
    assert told(world.official)[-1] == f"{world.lua.called} chuyển việc cho {world.mai.name}: {share.task.quote}. Lý do: Thuộc bậc mầm non."
    assert told(world.head)[-1] == f"Vàng A Páo đã chuyển cho {world.mai.name} thay mặt {world.lua.called}: {share.task.quote}"


def test_a_person_is_told_and_taking_them_off_again_is_written(world, share):
    teacher = make_user(role=RoleName.ENTRY, unit=world.lua, name="Lò Thị May")
    work.hand_to(share.pk, teacher, by=world.head)
    work.hand_to(share.pk, teacher, by=world.head)
    assert Notice.objects.filter(user=teacher, kind="person").count() == 1
    work.hand_to(share.pk, None, by=world.head)
    share.refresh_from_db()
    assert share.person is None
    with pytest.raises(KhueError, match="Chưa chọn người làm"):
        work.hand_to(share.pk, None, by=world.head)
    assert events(share) == ["given", "person", "person"]


def test_a_subtask_lies_under_the_share_and_is_not_due_later(world, share):
    with pytest.raises(KhueError, match="trong hạn của đơn vị"):
        work.make_subtask(share.pk, "Lập danh sách lớp 1A.", by=world.head, due_on=share.due_on + timedelta(days=1))
    made = work.make_subtask(share.pk, "Lập danh sách lớp 1A.", by=world.head, person=world.head)
    assert (made.unit, made.parent, made.due_on) == (world.lua, share, share.due_on)
    assert made.assignments.get().person == world.head


def test_a_word_reaches_the_other_side(world, share):
    work.comment(share.pk, "Xin mẫu danh sách.", by=world.head)
    assert Notice.objects.filter(user=world.official, kind="comment").count() == 1
    work.comment(share.pk, "Mẫu ở cổng thông tin.", by=world.official, from_giver=True)
    assert Notice.objects.filter(user=world.head, kind="comment").count() == 1


def test_every_step_is_in_the_log_under_the_unit_that_took_it(world, share):
    work.receive(share.pk, by=world.head)
    work.report(share.pk, by=world.head, percent=100, submit=True)
    verbs = ["task.received", "task.submitted"]
    logged = Action.objects.filter(verb__in=verbs).order_by("pk")
    assert [(a.verb, a.unit_id, a.by_id) for a in logged] == [(v, world.lua.pk, world.head.pk) for v in verbs]
    assert logged[1].changes["stage"] == ["received", "submitted"]


def test_a_head_learns_what_the_own_clerk_sent_in_the_schools_name(world):
    clerk = make_user(role=RoleName.ENTRY, unit=world.lua, name="Giàng A Páo")
    share = world.share(world.give(due=today() + timedelta(days=9)))
    work.ask_extension(share.pk, today() + timedelta(days=20), "Chờ kinh phí", by=clerk)
    work.report(share.pk, by=clerk, text="Xong", submit=True)
    texts = [t for t in told(world.head) if "thay mặt" in t]
    assert [t.split(" thay mặt")[0] for t in texts] == ["Giàng A Páo đã xin gia hạn", "Giàng A Páo đã trình duyệt"]
    Notice.objects.all().delete()
    other = world.share(world.give(due=today() + timedelta(days=9)))
    work.report(other.pk, by=world.head, text="Xong", submit=True)
    assert not [t for t in told(world.head) if "thay mặt" in t]


def test_within_a_school_the_notice_names_who_did_it(world):
    clerk = make_user(role=RoleName.ENTRY, unit=world.lua, name="Giàng A Páo")
    own = work.make_subtask(world.share(world.give()).pk, "Đếm lớp", by=world.head, person=clerk)
    work.report(own.assignments.get().pk, by=clerk, text="Xong", submit=True)
    assert "Giàng A Páo trình duyệt: Đếm lớp" in told(world.head)


@pytest.fixture
def handed(world, share):
    """A share that its head gave to a teacher, and that the clerk submitted."""
    teacher = make_user(role=RoleName.ENTRY, unit=world.lua, name="Lò Thị May")
    clerk = make_user(role=RoleName.CLERK, unit=world.lua, name="Vàng A Páo")
    bystander = make_user(role=RoleName.ENTRY, unit=world.lua, name="Giàng Thị Dở")
    work.hand_to(share.pk, teacher, by=world.head)
    work.report(share.pk, by=clerk, text="Xong.", submit=True)
    return teacher, clerk, bystander


def test_the_head_and_whoever_submitted_learn_with_the_person_what_became_of_it(world, share, handed):
    teacher, clerk, bystander = handed
    judge.send_back(share.pk, "Thiếu danh sách.", by=world.official)
    work.report(share.pk, by=clerk, text="Đủ.", submit=True)
    judge.verify(share.pk, by=world.official)
    judge.reopen(share.pk, "Nhầm.", by=world.official)
    for user, times in ((teacher, 1), (clerk, 1), (world.head, 1), (bystander, 0)):
        for kind in ("returned", "verified", "reopened"):
            assert Notice.objects.filter(user=user, kind=kind).count() == times, (user, kind)


def test_who_submitted_and_left_the_school_since_is_told_nothing_more(world, share, handed):
    clerk = handed[1]
    clerk.roles.update(valid_to=today() - timedelta(days=1))
    judge.verify(share.pk, by=world.official)
    assert not Notice.objects.filter(user=clerk, kind="verified").exists()
    assert Notice.objects.filter(user=world.head, kind="verified").exists()
