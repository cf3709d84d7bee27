"""What no browser sends by itself: numbers that no database holds, signs that are no digits, marks that are no text."""

import json

import pytest

from khue.tasks.models import Stage
from tests.factories import sign_in
from tests.tasks.world import World

pytestmark = pytest.mark.django_db
BIG = "9" * 25
ODD = [f"{name}={value}" for name in ("unit", "task", "document", "person", "page", "section") for value in (BIG, "-1", "²", "%00")]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def office(client, world):
    return sign_in(client, world.official)


@pytest.mark.parametrize("query", [*ODD, "sort=x", "view=x", "state=x", "since=x", "on=31/31/2024", "q=%00", "kind=x", "role=x"])
def test_a_list_asked_for_strangely_is_a_list(office, world, query):
    world.give()
    assert office.get(f"/viec/?view=all&{query}").status_code == 200
    assert office.get(f"/viec/xuat.xlsx?{query}").status_code == 200


@pytest.mark.parametrize("number", [BIG, "²", "-1", "x"])
def test_a_number_that_is_none_means_nothing(office, world, number):
    task = world.give()
    share = world.share(task)
    assert office.get(f"/viec/{task.pk}/?phan={number}").status_code == 200
    assert office.post("/viec/hang-loat/", {"view": "all", "action": "verify", "row": [number]}).status_code == 302
    assert office.post(f"/viec/{task.pk}/giao-them/", {"unit": [number]}).status_code == 422
    assert office.post("/viec/bo-loc/", {"drop": number}).status_code == 302
    assert office.post(f"/viec/phan/{share.pk}/grant/", {"extension": number, "granted_on": "2030-01-01"}).status_code in (404, 422)
    ref = json.dumps({"type": "unit", "id": int(number) if number.lstrip("-").isascii() and number != "x" else number})
    assert office.post("/viec/moi/", {"unit": world.office.pk, "quote": "x", "lead": "khôngcóđâu", "lead_ref": ref}).status_code == 422
    share.refresh_from_db()
    assert share.stage == Stage.GIVEN


def test_words_with_a_mark_that_no_database_takes_are_words(office, world):
    task = world.give()
    office.post("/viec/hang-loat/", {"view": "all", "action": "remind", "confirmed": "1", "row": [world.share(task).pk], "text": "Nhắc\0."})
    office.post(f"/viec/{task.pk}/thu-hoi/", {"why": "Đổi\0 kế hoạch."})
    task.refresh_from_db()
    assert task.withdrawn_why == "Đổi kế hoạch."
    assert world.share(task).events.get(kind="comment").text == "Nhắc."
