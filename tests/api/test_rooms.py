"""What the operations do: the same as the pages, with the same rules."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from khue.accounts.models import Role, RoleName
from khue.accounts.person import Person
from khue.core.models import Action
from khue.documents.models import Document, Report, Slip, State
from khue.documents.report.service import make_draft
from khue.documents.review import apply
from khue.portal.operations import Operations
from khue.tasks import work
from khue.tasks.models import Assignment, Event, Extension, Task
from khue.tasks.standing import mark
from khue.units.groups import unit_ref
from khue.units.history import Reorganisation
from khue.units.models import Unit, UnitGroup, UnitSpell
from khue.units.reorganise import apply as apply_reorganisation
from khue.units.tree import today
from tests.api.world import Program
from tests.documents.makers import DIRECTIVE, make_clerk, make_document, make_office
from tests.factories import make_unit, make_user
from tests.tasks.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def clerk(office):
    return make_clerk(office, RoleName.SPECIALIST)


def _file(text="Các trường báo cáo trước ngày 15/10/2023.", name="cong-van.txt"):
    return SimpleUploadedFile(name, text.encode())


# --- documents


def test_a_document_goes_from_file_to_tasks(office, clerk, django_capture_on_commit_callbacks):
    program = Program(clerk)
    with django_capture_on_commit_callbacks(execute=True):
        made = program.do("documents/upload", {"unit": office.pk, "file": _file(DIRECTIVE)}, form=True)
    pk = made["document"]["id"]
    assert made["made"]
    assert program.read(f"documents/{pk}")["status"] == "review"
    assert DIRECTIVE[:40] in program.read(f"documents/{pk}/reading")["text"]
    refused = program.post(f"documents/{pk}/confirm")
    assert (refused.status_code, refused.json()["code"]) == (409, "review.left")
    ids = [o["id"] for o in program.read(f"documents/{pk}/plan")["items"]]
    apply(pk, "state", {"items": ids, "state": State.ACCEPTED}, by=clerk)
    for slip in Slip.objects.filter(document=pk):
        apply(pk, "answer", {"slip": slip.pk, "answer": "ask"}, by=clerk)
    assert program.do(f"documents/{pk}/confirm")["status"] == "confirmed"
    given = program.do(f"documents/{pk}/give", {})
    assert set(given["tasks"]) == set(Task.objects.filter(document_id=pk).values_list("pk", flat=True)) != set()
    assert program.do(f"documents/{pk}/give", {})["tasks"] == []
    file = program.get(f"documents/{pk}/file")
    assert file.getvalue() == DIRECTIVE.encode()
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("text/plain", "nosniff")
    assert file["Content-Disposition"].startswith("attachment")


def test_the_same_bytes_are_not_entered_twice(office, clerk):
    program = Program(clerk)
    first = program.post("documents/upload", {"unit": office.pk, "file": _file()}, form=True)
    again = program.post("documents/upload", {"unit": office.pk, "file": _file()}, form=True)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["document"]["id"] == first.json()["document"]["id"]
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "status", "code"), [(b"", 422, "input.empty"), (b"MZ\x90\x00", 422, "input"), (b"x" * 3_000, 413, "input.huge")]
)
def test_a_file_that_is_refused_leaves_nothing(office, clerk, settings, data, status, code):
    settings.MAX_UPLOAD_BYTES = 2_000
    answer = Program(clerk).post("documents/upload", {"unit": office.pk, "file": SimpleUploadedFile("tep.txt", data)}, form=True)
    assert answer.status_code == status
    assert answer.json()["code"].startswith(code)
    assert Document.objects.count() == 0


def test_nobody_enters_a_document_for_another_unit(clerk):
    program = Program(clerk)
    assert program.post("documents/upload", {"unit": make_unit().pk, "file": _file()}, form=True).status_code == 404


def test_documents_are_filtered_as_in_the_register(office, clerk):
    kept = make_document(office, by=clerk)
    make_document(office, by=clerk, text="Một văn bản khác.", name="khac.txt")
    make_document(make_unit(), name="noi-khac.txt")
    program = Program(clerk)
    assert program.read("documents")["count"] == 2
    for asked in ({"q": "nhiem vu trong tam"}, {"kind": "Chỉ thị"}, {"since": "2023-08-01"}):
        assert [d["id"] for d in program.read("documents", **asked)["items"]] == [kept.pk], asked
    assert program.read("documents", year=2020)["items"] == []
    assert {s["id"] for s in program.read(f"documents/{kept.pk}/slips")["items"]} == set(kept.slips.values_list("pk", flat=True))


# --- tasks


def test_giver_and_receiver_see_the_shares_that_are_theirs(world):
    task = world.give()
    giver, receiver = Program(world.official), Program(world.head)
    assert giver.read("shares", task=task.pk)["count"] == 2
    assert [s["unit"]["id"] for s in receiver.read("shares", task=task.pk)["items"]] == [world.lua.pk]
    assert giver.read(f"tasks/{task.pk}")["numbers"]["given"] == 2
    assert receiver.read(f"tasks/{task.pk}")["numbers"]["given"] == 1
    assert Program(world.stranger).read("tasks")["count"] == 0


def test_a_share_goes_all_its_way_through_the_api(world):
    pk = world.share(world.give()).pk
    head, official = Program(world.head), Program(world.official)
    assert head.read(f"shares/{pk}")["may"] == ["comment", "extension", "receive", "report"]
    assert head.do(f"shares/{pk}/receive")["stage"] == "received"
    wanted = (today() + timedelta(days=20)).isoformat()
    head.do(f"shares/{pk}/extension", {"wanted_on": wanted, "reason": "Chờ số liệu."})
    assert official.do(f"shares/{pk}/decide", {"grant": True})["due_on"] == wanted
    sent = head.do(f"shares/{pk}/submit", {"text": "Đã huy động 98,7%.", "percent": 100, "figure": "98.7", "files": _file()}, form=True)
    assert (sent["stage"], sent["figure"]) == ("submitted", 98.7)
    (evidence,) = sent["events"][-1]["files"]
    assert official.get(f"shares/{pk}/files/{evidence['id']}").getvalue() == _file().read()
    assert official.do(f"shares/{pk}/send-back", {"text": "Thiếu biểu."})["stage"] == "returned"
    head.do(f"shares/{pk}/submit", {"text": "Đã bổ sung."}, form=True)
    assert official.do(f"shares/{pk}/verify", {})["state"] == "done_in_time"
    assert official.do(f"shares/{pk}/reopen", {"text": "Nhầm."})["stage"] == "received"
    official.do(f"shares/{pk}/comment", {"text": "Xin lỗi, nhầm."}, form=True)
    kinds = [e["kind"] for e in head.read(f"shares/{pk}")["events"]]
    assert kinds == list(Event.objects.filter(assignment=pk).values_list("kind", flat=True))
    assert Action.objects.filter(verb="task.verified", by=world.official).count() == 1


def test_one_unit_is_let_off_and_the_last_is_not(world):
    task = world.give(world.schools)
    first, last = task.assignments.order_by("pk")
    official = Program(world.official)
    assert "take-back" in official.read(f"shares/{first.pk}")["may"]
    assert Program(world.head).post(f"shares/{first.pk}/take-back", {"text": "Thôi."}).status_code == 403
    assert official.do(f"shares/{first.pk}/take-back", {"text": "Giao nhầm trường."})["stage"] == "withdrawn"
    refused = official.post(f"shares/{last.pk}/take-back", {"text": "Cũng thôi."})
    assert (refused.status_code, refused.json()["code"]) == (409, "take_back.last")
    last.refresh_from_db()
    assert last.stage == "given"


def test_what_a_service_refuses_has_code_words_and_remedy(world):
    pk = world.share(world.give()).pk
    head, official = Program(world.head), Program(world.official)
    empty = head.post(f"shares/{pk}/report", {}, form=True)
    assert (empty.status_code, empty.json()["code"]) == (422, "report.empty")
    assert empty.json()["remedy"]
    assert official.post(f"shares/{pk}/send-back", {"text": "Thiếu."}).json()["code"] == "return.stage"
    assert official.post(f"shares/{pk}/decide", {"grant": True}).status_code == 409
    assert head.post(f"shares/{pk}/verify", {}).status_code == 403
    wrong = head.post(f"shares/{pk}/report", {"percent": 101}, form=True)
    assert wrong.status_code == 422
    assert wrong.json()["fields"][0]["where"].endswith("percent")
    assert Event.objects.exclude(kind="given").count() == 0


def test_shares_take_the_filters_of_the_page(world):
    late, soon = world.give(due=today() - timedelta(days=1)), world.give(world.helping(), world.schools, due=today() + timedelta(days=1))
    work.report(world.share(soon).pk, by=world.head, text="Đang làm.")
    program = Program(world.official)

    def found(**asked):
        return {s["id"] for s in program.read("shares", limit=200, **asked)["items"]}

    assert found(state="overdue") == set(late.assignments.values_list("pk", flat=True))
    assert found(state="doing") == {world.share(soon).pk}
    assert found(role="partner") == {world.share(soon, world.commune).pk}
    assert found(unit=world.lua.pk, since=today().isoformat()) == {world.share(soon).pk}
    assert found(kind="primary", where="sen hong") == {world.share(t, world.sen).pk for t in (late, soon)}
    assert Program(world.head).read("shares", view="mine")["count"] == 2


def test_the_rows_that_count_are_as_many_as_the_numbers_say(world):
    work.make_subtask(world.share(world.give()).pk, "Đếm lớp", by=world.head)
    world.give(world.helping(), world.schools)
    program = Program(world.official)
    assert program.read("shares", role="reported")["count"] == program.read("numbers")["total"]["given"]
    assert program.read("shares")["count"] > program.read("shares", role="reported")["count"]


def test_what_was_expected_is_said_in_the_language_asked_for(world):
    program = Program(world.official)
    asked = {"role": "chief", "limit": 0, "unit": "x", "since": "hôm nay", "where": "x" * 201}
    for language, names in (("vi", "một trong: lead, partner, reported"), ("en", "one of: lead, partner, reported")):
        headers = {"Authorization": f"Bearer {program.secret}", "Accept-Language": language}
        told = Client().get("/api/shares", asked, headers=headers).json()["fields"]
        expected = {f["where"].rpartition(".")[2]: f["expected"] for f in told}
        assert expected["role"] == names
        if language == "vi":
            assert expected["limit"] == "từ 1 trở lên"
            assert expected["unit"] == "một số nguyên"
            assert expected["since"].startswith("một ngày")
            assert expected["where"] == "không quá 200 ký tự"


def test_a_list_of_an_earlier_day_names_units_as_they_were_called(world):
    share = world.share(world.give())
    day = today() - timedelta(days=3)
    Event.objects.filter(assignment=share).update(at=timezone.now() - timedelta(days=9))
    mark([share.pk])
    now, spell = today(), UnitSpell.objects.get(unit=world.lua)
    UnitSpell.objects.filter(pk=spell.pk).update(valid_to=now - timedelta(days=1))
    UnitSpell.objects.create(unit=world.lua, name="Trường Tên Mới", kind=spell.kind, parent=spell.parent, valid_from=now)
    Unit.objects.filter(pk=world.lua.pk).update(name="Trường Tên Mới")
    program = Program(world.official)
    named = {s["unit"]["name"] for s in program.read("shares", unit=world.lua.pk, on=day.isoformat())["items"]}
    assert named == {spell.name}
    book = program.get("feeds/tasks.xlsx", unit=world.lua.pk, on=day.isoformat()).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert spell.name in {str(c) for row in rows for c in row}


def test_the_spreadsheet_holds_the_rows_of_the_list(world):
    world.give(), world.give(due=today() - timedelta(days=1))
    answer = Program(world.official).get("feeds/tasks.xlsx", state="overdue")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) - 1 == Program(world.official).read("shares", state="overdue")["count"] == 2


# --- units, reports, numbers


def test_units_are_those_of_the_day(world):
    new = world.school("Trường Tiểu học Mới", valid_from=today())
    program = Program(world.official)
    names = {u["name"] for u in program.read("units", kind="primary")["items"]}
    assert names == {"Trường Tiểu học Bông Lúa", "Trường Tiểu học Sen Hồng", "Trường Tiểu học Mới"}
    before = (today() - timedelta(days=1)).isoformat()
    assert program.read("units", kind="primary", on=before)["count"] == 2
    assert program.get(f"units/{new.pk}", on=before).status_code == 404
    assert program.read(f"units/{world.lua.pk}")["parent"]["id"] == world.office.pk
    assert program.get(f"units/{world.elsewhere.pk}").status_code == 404


def test_a_unit_that_ended_says_so_and_who_carries_it_on_to_whoever_sees_that_one(world):
    merged = {"kind": "merge", "units": [world.lua.pk, world.sen.pk], "into": world.sen.pk}
    day, lua = today(), f"units/{world.lua.pk}"
    event = Reorganisation.objects.create(owner=world.office, title="Sáp nhập", effective_on=day, steps=[merged])
    assert Program(world.official).read(lua)["heirs"] == []
    apply_reorganisation(event.pk, by=None)
    heir = {"id": world.sen.pk, "name": world.sen.name}
    for user in (world.official, world.other_head):
        told = Program(user).read(lua)
        assert (told["name"], told["closed_on"], told["heirs"]) == (world.lua.name, day.isoformat(), [heir])
    assert Program(world.official).read(lua, on=(day - timedelta(days=1)).isoformat())["valid_to"] == told["valid_to"]
    assert Program(world.stranger).get(lua).status_code == 404
    split = {"kind": "dissolve", "units": [world.mai.pk], "heir": None}
    apply_reorganisation(Reorganisation.objects.create(owner=world.office, title="Giải thể", effective_on=day, steps=[split]).pk, by=None)
    told = Program(world.official).read(f"units/{world.mai.pk}")
    assert (told["closed_on"], told["heirs"]) == (day.isoformat(), []), "the unit above only looks on"
    assert Program(world.other_head).get(f"units/{world.mai.pk}").status_code == 404


def test_the_remedy_for_a_reference_can_be_sent_as_it_stands(world):
    told = Program(world.official).get("members", ref="các trường tiểu học").json()
    example = re.search(r"\{.*\}", told["remedy"]).group()
    assert json.loads(example) == {"type": "group", "id": 3}


def test_a_reference_means_its_units_on_the_day_within_ones_reach(world):
    group = UnitGroup.objects.create(owner=world.office, name="Các trường tiểu học", kinds=["primary"])
    program = Program(world.official)
    assert [g["id"] for g in program.read("groups")["items"]] == [group.pk]
    refs = {f'{{"type": "group", "id": {group.pk}}}': 2, '{"type": "rule", "kinds": ["kindergarten", "primary"]}': 3}
    refs[f'{{"type": "unit", "id": {world.elsewhere.pk}}}'] = 0
    for ref, count in refs.items():
        assert program.read("members", ref=ref)["count"] == count, ref
    for wrong in ("x", "{}", '{"type": "unit", "id": 99999999999999999999}', '{"type": "rule", "kinds": 3}'):
        assert program.get("members", ref=wrong).status_code == 422
    theirs = UnitGroup.objects.create(owner=world.elsewhere, name="Nhóm bên", kinds=["primary"])
    assert program.get("members", ref=f'{{"type": "group", "id": {theirs.pk}}}').status_code == 404


def test_a_report_comes_with_its_figures_and_as_a_file(world):
    world.give()
    made = make_draft(world.office, Report.About.BRIEF, by=world.official)
    program = Program(world.official)
    assert [r["id"] for r in program.read("reports", state="draft")["items"]] == [made.pk]
    assert program.read(f"reports/{made.pk}")["figures"] == Report.objects.get().figures
    assert program.get(f"reports/{made.pk}/docx").content.startswith(b"PK")
    assert program.get(f"reports/{made.pk}/pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("by", ["", "document", "section", "unit", "kind", "month"])
def test_numbers_are_those_of_the_page_and_groups_add_up(world, by):
    late = world.give(due=today() - timedelta(days=1))
    world.give(world.helping(), world.schools)
    work.report(world.share(late).pk, by=world.head, text="Xong.", submit=True)
    for user in (world.official, world.head):
        told = Program(user).read("numbers", by=by)
        expected = Operations(Person(user)).total().numbers
        assert told["total"] == {name: getattr(expected, name) for name in told["total"]}
        for name, n in told["total"].items():
            assert not by or sum(g["numbers"][name] for g in told["groups"]) == n


# --- how requests are taken


def test_lists_are_bounded_and_pages_do_not_overlap(world):
    for _ in range(5):
        world.give()
    program = Program(world.official)
    pages = [program.read("shares", limit=4, offset=at) for at in (0, 4, 8)]
    ids = [s["id"] for page in pages for s in page["items"]]
    assert len(ids) == len(set(ids)) == pages[0]["count"] == Assignment.objects.count()
    for wrong in ({"limit": 201}, {"limit": 0}, {"offset": 100_001}, {"offset": 10**30}, {"unit": 10**30}, {"task": 2**63}):
        assert program.get("shares", **wrong).status_code == 422, wrong
    assert program.get(f"shares/{10**30}").status_code in (404, 422)
    assert program.get(f"tasks/{2**63 - 1}").status_code == 404


def test_a_request_with_a_key_is_carried_out_once(world):
    pk = world.share(world.give()).pk
    head = Program(world.head)
    for _ in range(3):
        assert head.do(f"shares/{pk}/report", {"text": "Đã làm một nửa."}, form=True, key="khóa-1")["latest"] == "Đã làm một nửa."
    assert Event.objects.filter(kind="report").count() == 1
    other = head.post(f"shares/{pk}/report", {"text": "Việc khác."}, form=True, key="khóa-1")
    assert (other.status_code, other.json()["code"]) == (409, "request.key_used")
    elsewhere = world.share(world.give()).pk
    assert head.post(f"shares/{elsewhere}/report", {"text": "Đã làm một nửa."}, form=True, key="khóa-1").status_code == 409
    head.do(f"shares/{pk}/comment", {"text": "Khóa của việc khác."}, form=True, key="khóa-1")
    head.do(f"shares/{pk}/report", {"text": "Việc khác."}, form=True, key="khóa-2")
    assert Event.objects.filter(kind="report").count() == 2


def test_one_persons_key_is_not_anothers(world):
    task = world.give()
    for user, unit in ((world.head, world.lua), (world.other_head, world.sen)):
        Program(user).do(f"shares/{world.share(task, unit).pk}/report", {"text": "Đang làm."}, form=True, key="1")
    assert Event.objects.filter(kind="report").count() == 2


def test_a_request_that_cannot_be_read_is_told_so(world):
    pk = world.share(world.give()).pk
    program = Program(world.official)
    headers = {"Authorization": f"Bearer {program.secret}"}
    broken = Client().post(f"/api/shares/{pk}/verify", "{", content_type="application/json", headers=headers)
    assert (broken.status_code, broken.json()["code"]) == (400, "request.unreadable")
    parts = Client().post(f"/api/shares/{pk}/report", b"--x", content_type="multipart/form-data; boundary=", headers=headers)
    assert parts.status_code in (400, 403)


def test_an_address_that_does_not_exist_and_a_wrong_method_are_told_to_a_program():
    absent = Client().get("/api/khong-co")
    assert (absent.status_code, absent.json()["code"]) == (404, "not-found")
    user = make_user(role=RoleName.LEADER, unit=make_unit())
    assert Program(user).post("documents").status_code == 405


def test_a_token_follows_the_roles_of_its_person(world):
    task = world.give()
    program = Program(world.head)
    assert program.read("tasks")["count"] == 1
    Role.objects.filter(user=world.head).delete()
    assert program.get("tasks").status_code == 403
    Role.objects.create(user=world.head, unit=world.office, role=RoleName.VIEWER)
    assert program.read("shares", task=task.pk)["count"] == 2


def test_lists_ask_the_same_number_of_questions_however_long(world, django_assert_max_num_queries):
    for _ in range(3):
        world.give(world.helping(), world.schools)
    program = Program(world.official)
    for path in ("shares", "tasks", "units", "documents", "changes", "numbers", "groups", "reports"):
        program.read(path)
        with django_assert_max_num_queries(9):
            program.read(path)


def test_the_page_of_the_api_names_every_operation(client):
    page = client.get("/api/").content.decode()
    described = client.get("/api/openapi.json").json()
    for address in described["paths"]:
        assert address in page
    assert described["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"


def test_an_extension_is_refused_with_a_reason(world):
    pk = world.share(world.give()).pk
    Program(world.head).do(f"shares/{pk}/extension", {"wanted_on": (today() + timedelta(days=90)).isoformat(), "reason": "Chờ."}, key="x")
    official = Program(world.official)
    assert official.post(f"shares/{pk}/decide", {"grant": False}).json()["code"] == "extension.answer"
    official.do(f"shares/{pk}/decide", {"grant": False, "answer": "Không được."})
    assert Extension.objects.get().state == Extension.State.REFUSED


def test_the_members_of_one_unit_are_itself(world):
    program = Program(world.official)
    ref = str(unit_ref(world.lua.pk)).replace("'", '"')
    assert [u["id"] for u in program.read("members", ref=ref)["items"]] == [world.lua.pk]
