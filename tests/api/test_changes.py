"""The change feed: a follower that replays it ends with what the lists say, and nothing that is written late is missed."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from khue.accounts.models import Role, RoleName
from khue.core import settled
from khue.core.log import log_action
from khue.core.models import Action
from khue.documents.register import change, remove, restore
from khue.tasks import judge, work
from khue.tasks.give import Address, add_receivers, move_due, withdraw
from khue.units.groups import unit_ref
from khue.units.tree import today
from tests.api.world import Program
from tests.documents.makers import make_document
from tests.factories import make_unit, make_user
from tests.tasks.world import World

pytestmark = pytest.mark.django_db
postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """What is written in a test is settled at once, unless the test is about that."""
    monkeypatch.setattr(settled, "MARGIN", timedelta(seconds=-5))


class Follower:
    """Another instance: asks what changed, then for each thing as it is now; forgets what it may not see any more."""

    ROOMS = {"document": "documents", "task": "tasks"}

    def __init__(self, user):
        self.program, self.since, self.kept = Program(user), 0, {"documents": {}, "tasks": {}}

    def follow(self, limit=7):
        while True:
            page = self.program.read("changes", since=self.since, limit=limit)
            for item in page["items"]:
                if room := self.ROOMS.get(item["target"]["type"]):
                    self.fetch(room, item["target"]["id"])
            assert page["next"] >= self.since
            self.since = page["next"]
            if not page["more"]:
                return self

    def fetch(self, room, pk):
        answer = self.program.get(f"{room}/{pk}")
        self.kept[room].pop(pk, None)
        if answer.status_code == 200 and answer.json().get("standing", not answer.json().get("removed")):
            self.kept[room][pk] = answer.json()

    def lists(self):
        """The same from the lists."""
        return {room: {x["id"]: x for x in self.program.read(room, limit=200)["items"]} for room in self.kept}

    def in_step(self):
        for room, theirs in self.lists().items():
            mine = self.kept[room]
            assert sorted(mine) == sorted(theirs)
            for pk, row in theirs.items():
                assert {name: mine[pk][name] for name in row} == row
        return True


@pytest.fixture
def world():
    return World()


def test_a_follower_ends_with_the_lists_of_its_person(world):
    by = world.official
    followers = [Follower(u) for u in (by, world.head, world.other_head, world.chair, world.stranger)]
    one, two = make_document(world.office, by=by), make_document(world.office, by=by, text="Công văn về việc khác.", name="khac.txt")
    first, second, third = world.give(), world.give(Address(unit_ref(world.lua.pk)), quote="Báo cáo sĩ số."), world.give()
    assert all(f.follow().in_step() for f in followers)
    change(one.pk, by=by, base={"note": ""}, said_now={"note": "Khẩn"})
    remove(two.pk, by=by, why="Vào sổ nhầm")
    work.report(world.share(first).pk, by=world.head, text="Xong.", submit=True)
    judge.verify(world.share(first).pk, by=by)
    work.transfer(world.share(second).pk, world.sen, "Thuộc trường bên.", by=world.head)
    move_due(third.pk, today() + timedelta(days=30), by=by, base=third.due_on)
    add_receivers(third.pk, [world.commune.pk], by=by)
    withdraw(first.pk, by=by)
    assert all(f.follow().in_step() for f in followers)
    restore(two.pk, by=by)
    work.ask_extension(world.share(third).pk, date(2099, 1, 1), "Chờ.", by=world.head)
    assert all(f.follow().in_step() for f in followers)
    assert set(followers[0].kept["documents"]) == {one.pk, two.pk}
    assert second.pk in followers[2].kept["tasks"], "what was passed on is there"
    assert followers[4].kept == {"documents": {}, "tasks": {}}


def test_next_is_stable_and_nothing_comes_twice(world):
    world.give(), world.give()
    program = Program(world.official)
    ids, since = [], 0
    while True:
        page = program.read("changes", since=since, limit=2)
        assert program.read("changes", since=since, limit=2)["items"] == page["items"]
        ids += [i["id"] for i in page["items"]]
        since = page["next"]
        if not page["more"]:
            break
    assert ids == sorted(set(ids))
    assert program.read("changes", since=since) == {"items": [], "next": since, "more": False, "seen": page["seen"]}


def test_fields_before_and_after_are_for_those_who_may_read_the_log(world):
    world.give()
    leader = make_user(role=RoleName.LEADER, unit=world.office)
    for user, reads in ((leader, True), (world.official, False)):
        given = [i for i in Program(user).read("changes", limit=200)["items"] if i["verb"] == "task.given"]
        assert [bool(i["changes"]) and i["by"] == world.official.pk for i in given] == [reads]


def test_what_other_units_do_is_not_told(world):
    task = world.give()
    work.report(world.share(task, world.sen).pk, by=world.other_head, text="Đang làm.")
    make_document(make_unit())
    told = Program(world.head).read("changes", limit=200)["items"]
    assert [(i["verb"], i["target"]["id"]) for i in told if i["target"]["type"] == "task"] == [("task.given", task.pk)]
    assert not [i for i in told if i["target"]["type"] == "document"]


def test_signing_in_and_tokens_are_told_only_to_those_who_may_read_the_log(world):
    Program(world.official)
    assert not [i for i in Program(world.official).read("changes", limit=200)["items"] if i["target"]["type"] == "token"]
    leader = make_user(role=RoleName.LEADER, unit=world.office)
    assert [i for i in Program(leader).read("changes", limit=200)["items"] if i["target"]["type"] == "token"]


def test_another_scope_is_told_by_another_word(world):
    program = Program(world.head)
    before = program.read("changes")["seen"]
    assert program.read("changes")["seen"] == before
    Role.objects.create(user=world.head, unit=world.office, role=RoleName.VIEWER)
    assert program.read("changes")["seen"] != before


def test_rows_after_the_first_that_waits_wait_with_it():
    now = timezone.now()
    rows = [Action(pk=1, at=now - timedelta(minutes=3)), Action(pk=2, at=now), Action(pk=3, at=now - timedelta(minutes=2))]
    kept, whole = settled.settled(rows, now - timedelta(minutes=1))
    assert ([row.pk for row in kept], whole) == ([1], False)
    assert settled.settled(rows, None) == (rows, True)


@postgres
@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_late_is_not_missed(monkeypatch):
    """One takes a lower number and commits after another with a higher number was there to be read."""
    monkeypatch.setattr(settled, "MARGIN", timedelta(0))
    world = World()
    program = Program(world.official)
    since = program.read("changes", limit=200)["next"]
    written, go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            log_action("unit.changed", world.office, by=None)
            written.set()
            go.wait(20)
        connection.close()

    late = threading.Thread(target=slow)
    late.start()
    assert written.wait(20)
    quick = log_action("unit.changed", world.lua, by=None)
    held = program.read("changes", since=since)
    assert (held["items"], held["next"]) == ([], since), "the quick one waits for the slow one"
    go.set()
    late.join()
    told = program.read("changes", since=since)["items"]
    assert len(told) == 2
    assert told[-1]["id"] == quick.pk > told[0]["id"]


@postgres
def test_what_was_just_written_waits_for_the_margin(monkeypatch):
    monkeypatch.setattr(settled, "MARGIN", timedelta(seconds=5))
    world = World()
    program = Program(world.official)
    assert program.read("changes")["items"] == []
    Action.objects.update(at=timezone.now() - timedelta(seconds=6))
    assert program.read("changes")["items"] != []
