"""The list: the rows asked for, late ones first, in a constant number of queries; many rows at once."""

import io
import uuid
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from khue.accounts.models import RoleName
from khue.accounts.person import Person
from khue.core.models import SavedFilter
from khue.tasks import judge, work
from khue.tasks.filters import GIVEN, FilterForm
from khue.tasks.followed import followed, tasks
from khue.tasks.give import Address
from khue.tasks.lists import shares
from khue.tasks.models import Event, Stage
from khue.tasks.states import numbers
from khue.units.groups import unit_ref
from khue.units.tree import today
from tests.factories import make_user, sign_in
from tests.tasks.world import World, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def found(user, **asked):
    who = person(user)
    form = FilterForm(asked, person=who)
    return [(s.unit.name, s.task.quote) for s in shares(who, form.asked, today())]


def names(user, **asked):
    return [name for name, _quote in found(user, **asked)]


def quotes(user, **asked):
    return [quote for _name, quote in found(user, **asked)]


def test_late_ones_stand_first_then_by_date_and_what_is_done_last(world):
    def give(quote, days):
        return world.give(quote=quote, due=None if days is None else today() + timedelta(days=days))

    judge.verify(world.share(give("Đã xong", -9)).pk, by=world.official)
    for quote, days in (("Sau", 9), ("Trễ", -3), ("Mai", 1)):
        give(quote, days)
    world.give(quote="Không hạn", due_on=None)
    assert quotes(world.head) == ["Trễ", "Mai", "Sau", "Không hạn", "Đã xong"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "huy động"}, ["Huy động trẻ"]),
        ({"q": "huy dong"}, ["Huy động trẻ"]),
        ({"q": "hủy động"}, []),
        ({"document": "7"}, ["Kiểm tra cổng"]),
        ({"document": "0"}, ["Huy động trẻ"]),
        ({"document": "7", "section": "II"}, ["Kiểm tra cổng"]),
        ({"section": "II.1"}, ["Kiểm tra cổng"]),
        ({"section": "I"}, []),
        ({"recurs": "any"}, ["Huy động trẻ"]),
        ({"recurs": "weekly"}, []),
        ({"state": "given"}, ["Kiểm tra cổng"]),
        ({"state": "doing"}, ["Huy động trẻ"]),
        ({"state": "overdue"}, ["Kiểm tra cổng"]),
        ({"state": "waiting_late"}, ["Kiểm tra cổng"]),
        ({"person": "me"}, ["Huy động trẻ"]),
        ({"until": f"{today():%Y-%m-%d}"}, ["Kiểm tra cổng"]),
        ({"since": f"{today():%Y-%m-%d}"}, ["Huy động trẻ"]),
        ({"state": "khong-co"}, ["Kiểm tra cổng", "Huy động trẻ"]),
    ],
)
def test_each_filter_leaves_what_it_says(world, asked, expected):
    world.give(quote="Kiểm tra cổng", due=today() - timedelta(days=2), document_id=7, document_name="Chỉ thị 7", section="II.1")
    share = world.share(world.give(quote="Huy động trẻ", due=today() + timedelta(days=9), recurs="monthly", period="2024-03"))
    work.report(share.pk, by=world.head, percent=20)
    work.hand_to(share.pk, world.head, by=world.head)
    assert quotes(world.head, **asked) == expected


def test_units_are_found_by_id_by_words_and_by_what_they_do(world):
    world.give(world.schools, world.helping())
    assert names(world.official, view="all", unit=str(world.sen.pk)) == [world.sen.name]
    assert names(world.official, view="all", where="bong lua") == [world.lua.name]
    assert names(world.official, view="all", role="partner") == [world.commune.name]
    assert names(world.official, view="all", role="lead") == [world.lua.name, world.sen.name]


def test_mine_is_what_my_units_have_and_what_was_handed_to_me(world):
    task = world.give(world.schools, Address(unit_ref(world.office.pk), "Phòng"))
    assert names(world.official, view="mine") == [world.office.name]
    assert names(world.official, view="all") == [world.office.name, world.lua.name, world.sen.name]
    work.hand_to(world.share(task).pk, world.official, by=world.head)
    assert names(world.official, view="mine") == [world.office.name, world.lua.name]


def test_somebody_who_stands_in_sees_the_other_ones_tasks_as_mine(world):
    deputy = make_user()
    task = world.give()
    work.hand_to(world.share(task).pk, world.head, by=world.head)
    who = Person(deputy, world.head)
    assert [s.unit for s in shares(who, {"view": "mine", "person": "me"}, today())] == [world.lua]


def test_what_one_follows_is_one_row_a_task_with_its_numbers(world):
    task = world.give(world.schools, world.helping())
    judge.verify(world.share(task).pk, by=world.official)
    work.report(world.share(task, world.sen).pk, by=world.other_head, text="Xong.", submit=True)
    work.ask_extension(world.share(task, world.sen).pk, task.due_on + timedelta(days=3), "Mưa.", by=world.other_head)
    row = followed(tasks(person(world.official), {"view": GIVEN}, today()), today())
    assert [(r.task, r.numbers.done, r.numbers.given, r.submitted, r.wishes) for r in row] == [(task, 1, 2, 1, 1)]
    assert not tasks(person(world.head), {"view": GIVEN}, today()).exists()
    asked = {"view": GIVEN, "state": "overdue"}
    assert not tasks(person(world.official), asked, today()).exists()


def test_a_figure_and_its_list_agree(world):
    late = world.give(due=today() - timedelta(days=1))
    world.give()
    who = person(world.official)
    counted = numbers(shares(who, {"view": "all"}, today()), today())
    for state, number in (("overdue", counted.overdue), ("open_in_time", counted.open_in_time), ("done", counted.done)):
        assert shares(who, {"view": "all", "state": state, "role": "lead"}, today()).count() == number
    assert counted.overdue == late.assignments.count()


# --- pages


@pytest.fixture
def office(client, world):
    return sign_in(client, world.official)


def test_the_page_shows_rows_with_their_state_in_words(office, world):
    world.give(due=today() - timedelta(days=1))
    body = office.get("/viec/?view=all").content.decode()
    assert "Chưa thực hiện, quá hạn" in body
    assert "quá 1 ngày" in body
    assert world.lua.name in body


def test_a_late_row_says_what_its_unit_reported_last_and_the_others_do_not(office, world):
    late, early = world.give(due=today() - timedelta(days=1)), world.give(quote="Việc khác")
    work.report(world.share(late).pk, by=world.head, percent=40, text="Chờ kinh phí được cấp")
    work.report(world.share(early).pk, by=world.head, percent=10, text="Đang làm theo kế hoạch")
    body = office.get("/viec/?view=all").content.decode()
    assert "Chờ kinh phí được cấp" in body
    assert "Đang làm theo kế hoạch" not in body


def test_it_opens_on_what_is_to_be_done_else_on_what_is_followed(client, world):
    world.give()
    assert sign_in(client, world.head).get("/viec/").context["view"] == "mine"
    assert sign_in(client, world.official).get("/viec/").context["view"] == "given"


def test_an_office_that_neither_has_nor_gave_anything_opens_on_what_the_offices_below_do(client, world):
    above = make_user(role=RoleName.SPECIALIST, unit=world.city)
    assert sign_in(client, above).get("/viec/").context["view"] == "given"
    task = world.give()
    page = sign_in(client, above).get("/viec/")
    assert page.context["view"] == "all"
    assert page.context["page_obj"].paginator.count == task.assignments.count()


def test_what_a_link_filters_by_is_said_in_words_and_the_boxes_stay_folded(client, world):
    world.give()
    address = "/viec/?view=all&role=reported&kind=primary&since=2026-11-01&document=0&undated=on"
    page = sign_in(client, world.official).get(address, headers={"accept-language": "vi"})
    assert page.context["conditions"] == [
        "Văn bản: Không theo văn bản nào",
        "Vai trò: Chủ trì, tính vào số liệu",
        "Hạn từ ngày: 01/11/2026",
        "Loại đơn vị: Trường tiểu học",
        "Chỉ việc không có hạn",
    ]
    assert "Hạn từ ngày: 01/11/2026" in page.content.decode()
    assert '<details class="more">' in page.content.decode()


@pytest.mark.parametrize("view", ["all", "given", "mine"])
def test_more_rows_take_no_more_queries(office, world, django_assert_max_num_queries, view):
    def many(n):
        for i in range(n):
            task = world.give(world.schools, Address(unit_ref(world.office.pk), "Phòng"), quote=f"Việc {i}")
            work.report(world.share(task).pk, by=world.head, percent=5)

    many(2)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office.get(f"/viec/?view={view}")
    with CaptureQueriesContext(connection) as before:
        office.get(f"/viec/?view={view}")
    many(8)
    with CaptureQueriesContext(connection) as after:
        assert office.get(f"/viec/?view={view}").status_code == 200
    assert len(after) <= len(before) <= 30


def test_fifty_a_page_and_the_filters_stay(office, world):
    for i in range(26):
        world.give(quote=f"Việc {i}")
    page = office.get("/viec/?view=all&q=viec")
    assert len(page.context["page_obj"].object_list) == 50
    assert "view=all&amp;q=viec&amp;page=2" in page.content.decode()


def sheet(answer):
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_export_holds_exactly_the_list(office, world):
    task = world.give(world.schools, world.helping(), section="II.1", document_name="Chỉ thị 7")
    work.report(world.share(task).pk, by=world.head, percent=40, text="=1+1")
    rows = sheet(office.get("/viec/xuat.xlsx?view=all&role=lead"))
    assert [r["Đơn vị thực hiện"] for r in rows] == [world.lua.name, world.sen.name]
    assert (rows[0]["Tình trạng"], rows[0]["Phần trăm"], rows[0]["Báo cáo gần nhất"]) == ("Đang thực hiện, trong hạn", 40, "=1+1")
    assert rows[0]["Thời hạn"] == task.due_on
    followed = sheet(office.get("/viec/xuat.xlsx?view=given"))
    assert [(r["Số đơn vị"], r["Chưa xong, trong hạn"]) for r in followed] == [(2, 2)]


def test_a_filter_is_kept_shared_and_dropped_by_its_owner_only(client, world):
    sign_in(client, world.official)
    client.post("/viec/bo-loc/", {"name": "Quá hạn", "query": "view=all&state=overdue", "shared": "on"})
    kept = SavedFilter.objects.get(page="tasks:list")
    assert kept.unit_id == world.office.pk
    colleague = make_user(role=RoleName.CLERK, unit=world.office)
    sign_in(client, colleague)
    assert "Quá hạn" in [f.name for f in client.get("/viec/").context["saved"]]
    client.post("/viec/bo-loc/", {"drop": str(kept.pk)})
    assert SavedFilter.objects.filter(pk=kept.pk).exists()
    sign_in(client, world.head)
    assert not client.get("/viec/").context["saved"]


# --- many rows at once


def send(client, action, rows, view="all", **more):
    data = {"view": view, "action": action, "row": [r.pk for r in rows], **more}
    return client.post("/viec/hang-loat/", data)


def confirmed(client, action, rows, view="all", **more):
    return send(client, action, rows, view, confirmed="1", **{"_once": uuid.uuid4().hex, **more})


def submitted(world, *units):
    task = world.give(world.schools, Address(unit_ref(world.mai.pk), "Hoa Mai"))
    for unit in units:
        work.report(world.share(task, unit).pk, by=world.head, text="Xong.", submit=True)
    return task


def test_it_says_first_what_will_happen_and_does_nothing_yet(office, world):
    task = submitted(world, world.lua)
    page = send(office, "verify", task.assignments.all())
    body = page.content.decode()
    assert [r.name.split(":")[0] for r in page.context["will"]] == [world.lua.name]
    assert "Bỏ qua 2 dòng" in body
    assert "chưa trình duyệt" in body
    assert not Event.objects.filter(kind="verified").exists()


def test_confirmed_it_does_what_can_be_done_and_names_the_rest_with_the_reason(office, world):
    task = submitted(world, world.lua, world.sen)
    page = confirmed(office, "verify", task.assignments.all())
    assert len(page.context["done"]) == 2
    assert [s["name"].split(":")[0] for s in page.context["skipped"]] == [world.mai.name]
    assert "chưa trình duyệt" in page.content.decode()
    assert task.assignments.filter(stage=Stage.VERIFIED).count() == 2


def test_sent_twice_it_is_done_once_and_says_the_same(office, world):
    task = submitted(world, world.lua)
    rows, key = list(task.assignments.all()), uuid.uuid4().hex
    first = confirmed(office, "remind", rows, text="Sắp đến hạn.", _once=key)
    again = confirmed(office, "remind", rows, text="Sắp đến hạn.", _once=key)
    assert Event.objects.filter(kind="comment").count() == 3
    assert first.context["done"] == again.context["done"]


def test_a_reason_that_is_missing_is_asked_for_again(office, world):
    task = submitted(world, world.lua)
    page = confirmed(office, "send-back", task.assignments.all(), text="  ")
    assert page.status_code == 422
    assert "Chưa ghi gì" in page.content.decode()
    assert not Event.objects.filter(kind="returned").exists()
    confirmed(office, "send-back", task.assignments.all(), text="Thiếu danh sách.")
    assert Event.objects.get(kind="returned").text == "Thiếu danh sách."


def test_a_deadline_moved_meanwhile_is_passed_over_by_name(office, world):
    mine, theirs = world.give(quote="Việc một"), world.give(quote="Việc hai")
    bases = {f"base-{t.pk}": t.due_on.isoformat() for t in (mine, theirs)}
    from khue.tasks.give import move_due

    move_due(theirs.pk, theirs.due_on + timedelta(days=1), by=world.official, base=theirs.due_on)
    day = today() + timedelta(days=40)
    page = confirmed(office, "due", [mine, theirs], view="given", day=day.isoformat(), **bases)
    mine.refresh_from_db()
    assert mine.due_on == day
    assert [s["name"] for s in page.context["skipped"]] == ["Việc hai"]
    assert "Người khác vừa dời hạn" in page.content.decode()


def test_whole_tasks_are_verified_reminded_and_taken_back(office, world):
    task, other = submitted(world, world.lua), world.give(quote="Việc khác")
    page = confirmed(office, "verify", [task, other], view="given")
    assert ([world.share(task).stage], len(page.context["skipped"])) == ([Stage.VERIFIED], 1)
    confirmed(office, "remind", [task], view="given", text="Nhắc.")
    assert Event.objects.filter(kind="comment").count() == 2
    confirmed(office, "withdraw", [task, other], view="given", text="Đổi kế hoạch.")
    assert world.share(task).stage == Stage.VERIFIED
    assert world.share(other).stage == Stage.WITHDRAWN


def test_a_receiver_receives_its_own_and_nothing_of_others(client, world):
    task = world.give()
    sign_in(client, world.head)
    page = confirmed(client, "receive", task.assignments.all())
    assert len(page.context["done"]) == 1
    assert world.share(task).stage == Stage.RECEIVED
    assert world.share(task, world.sen).stage == Stage.GIVEN
    assert confirmed(client, "verify", [world.share(task)]).context["done"] == []
    assert confirmed(client, "withdraw", [task], view="given", text="x").context["done"] == []


def test_an_unknown_action_is_not_there_and_nothing_ticked_goes_back(office, world):
    assert send(office, "delete", []).status_code == 404
    assert send(office, "verify", []).status_code == 302


def test_who_may_only_look_is_offered_no_boxes_to_tick(client, world):
    world.give()
    page = sign_in(client, make_user(role=RoleName.VIEWER, unit=world.lua)).get("/viec/").content.decode()
    assert "Huy động" in page
    assert 'name="row"' not in page
    assert "Với các dòng đã chọn" not in page
    assert 'name="row"' in sign_in(client, world.head).get("/viec/").content.decode()
