"""One obligation to many units: groups expanded on the day, offered to those who come later, taken back, moved."""

from datetime import timedelta

import pytest

from khue.core.errors import KhueError
from khue.core.models import Action
from khue.core.search import matching
from khue.tasks import work
from khue.tasks.give import Address, add_receivers, expand, give, move_due, offers, withdraw
from khue.tasks.judge import verify
from khue.tasks.models import Assignment, Event, Notice, Stage
from khue.tasks.reach import outward
from khue.tasks.work import ask_extension, transfer
from khue.units.groups import rule_ref, unit_ref
from khue.units.kinds import UnitKind
from khue.units.tree import today
from tests.tasks.world import QUOTE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def units(task):
    return sorted(a.unit.name for a in task.assignments.exclude(stage__in=(Stage.TRANSFERRED, Stage.WITHDRAWN)))


def test_a_group_becomes_its_members_of_the_day_each_with_the_deadline(world):
    task = world.give(world.schools, world.helping())
    assert units(task) == ["Trường Tiểu học Bông Lúa", "Trường Tiểu học Sen Hồng", "UBND phường Cốc Lếu"]
    assert {a.due_on for a in task.assignments.all()} == {task.due_on}
    partner = task.assignments.get(is_partner=True)
    assert (partner.unit, partner.owes) == (world.commune, "Rà soát trẻ tạm trú")
    assert list(task.addressed.values_list("label", "is_partner")) == [("Các trường tiểu học", False), ("UBND phường Cốc Lếu", True)]


def test_a_unit_named_twice_has_it_once_and_leads_rather_than_helps(world):
    helps = Address(unit_ref(world.lua.pk), "Bông Lúa", True, "x")
    task = world.give(helps, Address(unit_ref(world.lua.pk), "Bông Lúa"), world.schools)
    assert list(task.assignments.filter(unit=world.lua).values_list("is_partner", flat=True)) == [False]
    assert task.assignments.count() == 2


def test_nobody_to_lead_is_refused_by_name_and_nothing_is_written(world):
    nobody = Address(rule_ref([UnitKind.PRESS], label="Báo, đài", within=world.office.pk))
    with pytest.raises(KhueError, match="Báo, đài"):
        world.give(nobody, world.helping())
    assert not Event.objects.exists()
    assert not Action.objects.filter(verb="task.given").exists()


def test_what_is_shown_before_is_what_is_given(world):
    shown = {u.pk for e in expand([world.schools, world.helping()], today()) for u in e.units}
    assert shown == set(world.give(world.schools, world.helping()).assignments.values_list("unit_id", flat=True))


def test_a_school_founded_later_is_offered_and_never_added_by_itself(world):
    task = world.give(world.schools, world.helping())
    assert offers(task) == []
    new = world.school("Trường Tiểu học Mới", valid_from=today())
    assert offers(task) == [new]
    assert new.name not in units(task)
    add_receivers(task.pk, [new.pk], by=world.official)
    add_receivers(task.pk, [new.pk], by=world.official)
    assert units(task).count(new.name) == 1
    assert offers(task) == []
    assert task.assignments.get(unit=new).due_on == task.due_on


def test_a_unit_that_passed_it_on_is_not_offered_it_again(world):
    task = world.give()
    transfer(world.share(task).pk, world.mai, "Thuộc bậc mầm non.", by=world.head)
    assert offers(task) == []


def test_withdrawing_ends_what_is_open_keeps_what_is_verified_and_leaves_the_search(world):
    task = world.give()
    verify(world.share(task, world.sen).pk, by=world.official)
    assert matching("huy động", "task").exists()
    for _ in range(2):
        withdraw(task.pk, by=world.official, why="Cấp trên đổi kế hoạch.")
    assert world.share(task).stage == Stage.WITHDRAWN
    assert world.share(task, world.sen).stage == Stage.VERIFIED
    assert Event.objects.filter(kind=Event.Kind.WITHDRAWN).count() == 1
    assert not matching("huy động", "task").exists()
    assert Notice.objects.filter(user=world.head, kind="withdrawn").count() == 1
    with pytest.raises(KhueError, match="thu hồi"):
        add_receivers(task.pk, [world.mai.pk], by=world.official)


def test_a_moved_deadline_leaves_alone_whoever_has_one_of_their_own_or_is_done(world):
    task = world.give()
    old, new = task.due_on, task.due_on + timedelta(days=5)
    verify(world.share(task, world.sen).pk, by=world.official)
    kept = world.give(quote="Việc khác")
    moved = move_due(task.pk, new, by=world.official, base=old)
    assert moved.due_on == new
    assert world.share(task).due_on == new
    assert world.share(task, world.sen).due_on == old
    assert world.share(kept).due_on == old


def test_two_people_who_move_it_at_once_do_not_undo_each_other(world):
    task = world.give()
    old = task.due_on
    move_due(task.pk, old + timedelta(days=5), by=world.official, base=old)
    with pytest.raises(KhueError, match="Người khác vừa dời hạn"):
        move_due(task.pk, old + timedelta(days=9), by=world.official, base=old)
    assert world.share(task).due_on == old + timedelta(days=5)


def test_everybody_who_reports_at_a_receiving_unit_is_told_once_but_not_the_giver(world):
    task = world.give(Address(unit_ref(world.lua.pk)), Address(unit_ref(world.office.pk)))
    given = Notice.objects.filter(kind="given")
    assert set(given.values_list("user_id", flat=True)) == {world.head.pk}
    assert given.get().address == f"/viec/{task.pk}/?phan={world.share(task).pk}#p{world.share(task).pk}"


def test_giving_is_in_the_log_with_its_unit(world):
    task = world.give()
    action = Action.objects.get(verb="task.given")
    assert (action.target_id, action.unit_id, action.by) == (task.pk, world.office.pk, world.official)
    assert action.changes["units"] == [0, 2]


def test_an_extension_of_ones_own_survives_a_moved_deadline(world):
    from khue.tasks.judge import decide_extension

    task = world.give()
    share = world.share(task)
    wish = ask_extension(share.pk, task.due_on + timedelta(days=30), "Mưa lũ.", by=world.head)
    decide_extension(wish.pk, grant=True, by=world.official)
    move_due(task.pk, task.due_on + timedelta(days=5), by=world.official, base=task.due_on)
    assert world.share(task).due_on == wish.wanted_on


def test_a_task_is_found_with_and_without_diacritics(world):
    task = give(world.office, QUOTE, [world.schools], by=world.official)
    for words in ("huy động trẻ", "huy dong tre"):
        assert list(matching(words, "task").values_list("object_id", flat=True)) == [task.pk]


def test_what_a_school_gives_itself_is_its_own_matter_and_counts_in_no_figure(world):
    own = give(world.lua, "Họp tổ chuyên môn.", [Address(unit_ref(world.lua.pk))], by=world.head)
    asked = world.give()
    office = give(world.office, "Họp cơ quan.", [Address(unit_ref(world.office.pk))], by=world.official)
    assert [task.inward for task in (own, asked, office)] == [True, False, False]
    shares = outward(Assignment.objects.filter(unit=world.lua))
    assert [share.task_id for share in shares] == [asked.pk]
    small = work.make_subtask(world.share(asked).pk, "Rà soát.", by=world.head)
    assert small.inward
