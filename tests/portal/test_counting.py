"""Figures of a whole province are counted by a worker, and whoever asks for them sees that it goes on."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone

from khue.accounts.models import RoleName
from khue.accounts.person import Person
from khue.core import kept
from khue.portal import counting, jobs, operations
from khue.portal.operations import Operations
from tests.factories import make_user, sign_in
from tests.tasks.world import World

pytestmark = pytest.mark.django_db
WHERE = "/dieu-hanh/"


@pytest.fixture
def province(monkeypatch, client):
    """A leader who sees so much that counting takes seconds."""
    cache.clear()
    monkeypatch.setattr(operations, "HEAVY", 0)
    monkeypatch.setattr(operations, "is_wide", lambda person: True)
    monkeypatch.setattr(kept, "MANY", 0)
    monkeypatch.setattr(counting, "MANY", 0)
    world = World()
    world.asked = []
    monkeypatch.setattr(operations, "count_figures", SimpleNamespace(enqueue=lambda *about: world.asked.append(about)))
    world.work = lambda: [jobs.count_figures.call(*about) for about in iter_out(world.asked)]
    world.give()
    world.leader = make_user(role=RoleName.LEADER, unit=world.office)
    sign_in(client, world.leader)
    yield world
    cache.clear()


def iter_out(asked):
    """What is asked for, until nothing is."""
    while asked:
        yield asked.pop(0)


def test_the_page_says_that_it_is_counting_and_opens_when_a_worker_has_counted(client, province):
    answer = client.get(WHERE)
    assert (answer.status_code, answer["Refresh"], "Đang tính số liệu" in answer.content.decode()) == (202, "2", True)
    assert client.get(WHERE).status_code == 202
    assert len(province.asked) == 1, "it is asked for once, however often the page is opened"
    province.work()
    page = client.get(WHERE)
    assert (page.status_code, page.context["total"].numbers.given) == (200, 2)


def test_it_is_counted_as_it_was_asked_for(client, province):
    asked = {"kind": "primary", "year": "2020-2021", "on": "2020-10-01"}
    assert client.get(WHERE, asked).status_code == 202
    province.work()
    assert client.get(WHERE, asked).context["operations"].asked["kind"] == "primary", "also where nothing came out"


def test_home_shows_the_rest_meanwhile(client, province):
    page = client.get("/")
    assert (page.status_code, "đang được tính" in page.content.decode()) == (200, True)
    province.work()
    page = client.get("/").content.decode()
    assert ("đang được tính" in page, 'id="so-lieu"' in page) == (False, True)


def test_what_was_counted_a_while_ago_is_shown_while_it_is_counted_anew(client, province):
    client.get(WHERE)
    province.work()
    province.give(quote="Việc thứ hai")
    key = kept.key_of(counting.NAME, Operations(Person(province.leader)).counted._about)
    at, groups = cache.get(key)
    cache.set(key, (at - timedelta(seconds=kept.KEPT), groups))
    cache.delete(f"{key}-asked")
    page = client.get(WHERE)
    assert (page.status_code, page.context["total"].numbers.given) == (200, 2)
    province.work()
    assert client.get(WHERE).context["total"].numbers.given == 4


def test_where_no_worker_counts_whoever_asks_does(client, province, monkeypatch):
    assert client.get(WHERE).status_code == 202
    later = timezone.now() + timedelta(seconds=counting.PATIENCE + 1)
    monkeypatch.setattr(counting.timezone, "now", lambda: later)
    assert client.get(WHERE).status_code == 200


def test_one_document_and_ordinary_offices_are_counted_at_once(client, province, monkeypatch):
    assert client.get(WHERE, {"document": 0}).status_code == 202
    monkeypatch.setattr(operations, "HEAVY", 10**6)
    assert client.get(WHERE).status_code == 200
