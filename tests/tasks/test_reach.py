"""Who sees which tasks and shares: the giver's side all, a receiver its own, nobody else anything."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from khue.accounts.models import RoleName
from khue.tasks.give import withdraw
from khue.tasks.reach import is_giver, share_for, shares_for, task_for, tasks_for
from khue.tasks.work import make_subtask, transfer
from tests.factories import make_user
from tests.tasks.world import World, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def seen(user, **how):
    return sorted(a.unit.name for a in shares_for(person(user), **how))


def test_the_giver_and_those_above_see_every_share(world):
    world.give(world.schools, world.helping())
    above = make_user(role=RoleName.VIEWER, unit=world.city)
    for user in (world.official, above):
        assert seen(user) == [world.lua.name, world.sen.name, world.commune.name]


def test_a_receiver_sees_its_own_share_and_no_other(world):
    task = world.give(world.schools, world.helping())
    assert seen(world.head) == [world.lua.name]
    assert seen(world.chair) == [world.commune.name]
    assert task_for(person(world.head), task.pk) == task
    with pytest.raises(Http404):
        share_for(person(world.head), world.share(task, world.sen).pk)
    assert (is_giver(person(world.head), task), is_giver(person(world.official), task)) == (False, True)


def test_nobody_else_sees_anything(world):
    task = world.give()
    for user in (world.stranger, world.chair, make_user()):
        assert not tasks_for(person(user)).exists()
        with pytest.raises(Http404):
            task_for(person(user), task.pk)


def test_a_school_sees_its_own_subtasks_and_another_school_does_not(world):
    made = make_subtask(world.share(world.give()).pk, "Lập danh sách lớp 1A.", by=world.head)
    assert made in tasks_for(person(world.head))
    assert made not in tasks_for(person(world.other_head))


def test_what_was_passed_on_or_taken_back_leaves_the_lists_and_stays_readable(world):
    task, other = world.give(), world.give(quote="Việc khác")
    transfer(world.share(task).pk, world.mai, "Nhầm.", by=world.head)
    withdraw(other.pk, by=world.official)
    assert seen(world.head) == []
    assert not tasks_for(person(world.head)).exists()
    assert task_for(person(world.head), task.pk) == task
    assert task_for(person(world.head), other.pk) == other
    assert share_for(person(world.head), world.share(task).pk).unit == world.lua
    assert seen(world.head, past=True) == [world.lua.name] * 2


def test_seeing_is_not_being_allowed(world):
    task = world.give()
    share = world.share(task)
    with pytest.raises(PermissionDenied):
        task_for(person(world.head), task.pk, "tasks.give")
    with pytest.raises(PermissionDenied):
        share_for(person(world.head), share.pk, "tasks.verify")
    viewer = make_user(role=RoleName.VIEWER, unit=world.lua)
    with pytest.raises(PermissionDenied):
        share_for(person(viewer), share.pk, "tasks.report")
    assert share_for(person(world.head), share.pk, "tasks.report") == share
    assert share_for(person(world.head), share.pk, "tasks.give", at_unit=True) == share
    assert share_for(person(world.official), share.pk, "tasks.verify") == share


def test_a_share_seen_from_both_sides_stands_once(world):
    both = make_user(role=RoleName.LEADER, unit=world.lua)
    from khue.accounts.models import Role
    from khue.units.models import BEGINNING

    Role.objects.create(user=both, unit=world.office, role=RoleName.CLERK, valid_from=BEGINNING)
    task = world.give()
    assert shares_for(person(both)).count() == 2
    assert list(tasks_for(person(both))) == [task]
