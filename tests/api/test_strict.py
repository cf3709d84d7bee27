"""What an operation does not take is refused by name, whichever way it is sent; errors have one shape and the caller's own names."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from khue.api.site import schema
from khue.tasks.models import Assignment, Event
from tests.api.world import Program
from tests.documents.makers import make_clerk
from tests.tasks.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def _wrong(answer):
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "request.invalid"), told
    assert told["message"]
    assert told["remedy"]
    return {f["where"]: f["expected"] for f in told["fields"]}


@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        ("shares", "sate", "state"),
        ("numbers", "limit", "by"),
        ("units", "onn", "on"),
        ("changes", "offset", "since"),
        ("people/me", "x", ""),
    ],
)
def test_a_misspelled_filter_is_named_and_nothing_is_listed(world, path, name, known):
    wrong = _wrong(Program(world.official).get(path, **{name: "2"}))
    assert list(wrong) == [name]
    assert known in wrong[name]
    assert wrong[name].startswith("không có tên này")


def test_a_figure_under_another_name_is_not_lost(world):
    pk = world.share(world.give()).pk
    head = Program(world.head)
    wrong = _wrong(head.post(f"shares/{pk}/submit", {"text": "Xong.", "value": 1}, form=True))
    assert list(wrong) == ["value"]
    assert "figure" in wrong["value"]
    evidence = SimpleUploadedFile("a.txt", b"a")
    assert list(_wrong(head.post(f"shares/{pk}/submit", {"text": "Xong.", "file": evidence}, form=True))) == ["file"]
    assert _wrong(head.post(f"shares/{pk}/submit", {"files": "a.txt"}, form=True)) == {"files": "một tệp"}
    assert _wrong(head.post(f"shares/{pk}/submit", {"text": evidence}, form=True)) == {"text": "chữ, không phải tệp"}
    as_json = head.post(f"shares/{pk}/submit", {"text": "Xong.", "figure": 1})
    assert (as_json.status_code, as_json.json()["code"]) == (422, "request.form")
    assert Assignment.objects.get(pk=pk).stage == "given"
    assert not Event.objects.filter(kind="submitted").exists()


def test_a_key_of_json_that_is_not_known_is_named(world):
    pk = world.share(world.give()).pk
    head = Program(world.head)
    wrong = _wrong(head.post(f"shares/{pk}/extension", {"wanted_on": "2030-01-01", "why": "Chờ."}))
    assert wrong == {"why": "không có tên này; ở đây có: wanted_on, reason"}
    assert list(_wrong(head.post(f"shares/{pk}/receive", {"text": "Đã nhận."}))) == ["text"]
    assert head.do(f"shares/{pk}/receive", {})["stage"] == "received"


def test_every_filter_that_is_described_is_taken(world):
    program = Program(world.official)
    for path, methods in schema()["paths"].items():
        names = [p["name"] for p in methods.get("get", {}).get("parameters", []) if p["in"] == "query"]
        if "{" not in path:
            for name in names:
                told = program.get(path.removeprefix("/api/"), **{name: ""}).content
                assert "không có tên này".encode() not in told, (path, name)


def test_a_wrong_value_stands_under_the_name_that_the_caller_wrote(world):
    pk = world.share(world.give()).pk
    head = Program(world.head)
    assert _wrong(head.post(f"shares/{pk}/extension", {"wanted_on": "mai"})) == {
        "wanted_on": "một ngày, như 2026-11-26",
        "reason": "phải có",
    }
    assert list(_wrong(head.post(f"shares/{pk}/report", {"percent": 101}, form=True))) == ["percent"]
    assert list(_wrong(head.get("shares", limit=0))) == ["limit"]
    assert _wrong(Program(make_clerk(world.office)).post("documents/upload", form=True)) == {"file": "phải có", "unit": "phải có"}
    assert list(_wrong(head.post(f"shares/{pk}/comment", {"text": "Kèm."}, form=True, key="k" * 201))) == ["Idempotency-Key"]
    headers = {"Authorization": f"Bearer {head.secret}"}
    listed = Client().post(f"/api/shares/{pk}/extension", json.dumps([1]), content_type="application/json", headers=headers)
    assert _wrong(listed) == {"body": "một đối tượng JSON"}


def test_a_method_that_an_address_does_not_take_is_told_in_the_shape_of_every_error(world):
    headers = {"Authorization": f"Bearer {Program(world.official).secret}"}
    for method, path, allow in (("delete", "documents", "GET"), ("put", f"shares/{world.share(world.give()).pk}/receive", "POST")):
        answer = getattr(Client(), method)(f"/api/{path}", headers=headers)
        assert (answer.status_code, answer["Allow"]) == (405, allow)
        assert set(answer.json()) == {"code", "message", "remedy"}
        assert method.upper() in answer.json()["message"]
        assert allow in answer.json()["remedy"]
