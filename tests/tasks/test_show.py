"""The page of one task, what is done there, and giving a task that comes from no document."""

import io
import json
import uuid
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khue.accounts.models import RoleName
from khue.core.errors import KhueError
from khue.files.store import keep
from khue.tasks import judge, work
from khue.tasks.forms import read_number, read_ref
from khue.tasks.give import Address, withdraw
from khue.tasks.models import Assignment, Event, Extension, Stage, Task
from khue.tasks.models.task import OUT
from khue.tasks.recurring import make_due
from khue.units.groups import rule_ref, unit_ref
from khue.units.kinds import UnitKind
from khue.units.tree import today
from tests.factories import make_user, sign_in
from tests.tasks.world import World

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 60


@pytest.fixture
def world():
    return World()


@pytest.fixture
def office(client, world):
    return sign_in(client, world.official)


def body(answer):
    return answer.content.decode()


def act(client, share, action, **data):
    return client.post(f"/viec/phan/{share.pk}/{action}/", {"_once": uuid.uuid4().hex, **data})


def fresh(share):
    share.refresh_from_db()
    return share


# --- what is on the page


def test_the_receiver_sees_the_sentence_its_own_share_and_no_other_units_words(client, world):
    task = world.give(
        world.schools, world.helping(), product="Danh sách", note="Theo mẫu 2", targets=[{"value": 98.5, "unit": "%", "comparator": ">="}]
    )
    work.report(world.share(task, world.sen).pk, by=world.other_head, text="Bí mật của trường Sen.")
    page = body(sign_in(client, world.head).get(f"/viec/{task.pk}/"))
    for words in (task.quote, "Danh sách", "Theo mẫu 2", "≥ 98,5", "Các trường tiểu học", "Rà soát trẻ tạm trú", "Nhận việc"):
        assert words in page
    assert "Bí mật của trường Sen." not in page
    assert world.sen.name not in page


def test_the_next_step_is_receive_then_report_then_submit_then_wait(client, world):
    task = world.give()
    share = world.share(task)
    sign_in(client, world.head)

    def primary():
        page = body(client.get(f"/viec/{task.pk}/"))
        return [line.split(">")[1].split("<")[0] for line in page.split("<button") if 'class="btn primary' in line.split(">")[0]]

    assert primary() == ["Nhận việc"]
    act(client, share, "receive")
    assert primary() == ["Gửi báo cáo"]
    act(client, share, "report", text="Đang làm.")
    assert primary() == ["Đã xong, trình duyệt"]
    act(client, share, "report", text="Xong.", submit="1")
    assert primary() == []
    assert "đang chờ Phòng Giáo dục duyệt" in body(client.get(f"/viec/{task.pk}/"))


def test_the_giver_sees_what_waits_on_top_and_every_unit(office, world):
    task = world.give(world.schools, world.helping())
    work.report(world.share(task).pk, by=world.head, text="Đã huy động đủ.", submit=True)
    work.ask_extension(world.share(task, world.sen).pk, task.due_on + timedelta(days=9), "Mưa lũ, đường sạt.", by=world.other_head)
    page = office.get(f"/viec/{task.pk}/")
    assert [o.share.unit for o in page.context["page"].waiting] == [world.lua, world.sen]
    for words in ("Đã huy động đủ.", "Mưa lũ, đường sạt.", "0/2 đơn vị đã xong", world.commune.name):
        assert words in body(page)


def test_whoever_asked_for_more_time_takes_it_back_and_no_other_unit(office, world):
    task = world.give()
    share = world.share(task)
    work.ask_extension(share.pk, task.due_on + timedelta(days=9), "Mưa lũ.", by=world.head)
    assert "Rút đề nghị" not in body(office.get(f"/viec/{task.pk}/?phan={share.pk}"))
    assert act(sign_in(Client(), world.other_head), share, "drop").status_code == 404
    head = sign_in(Client(), world.head)
    assert "Rút đề nghị" in body(head.get(f"/viec/{task.pk}/"))
    act(head, share, "drop")
    page = body(head.get(f"/viec/{task.pk}/"))
    assert ("Đã rút đề nghị gia hạn." in page, "rút đề nghị gia hạn" in page, ">Rút đề nghị<" in page) == (True, True, False)


def test_only_the_step_that_asks_back_asks_back(office, world):
    share = world.share(world.give())
    page = body(office.get(f"/viec/{share.task_id}/?phan={share.pk}"))
    asking = [form.split("</form>")[0] for form in page.split("<form")[1:] if "Ghi là đã hoàn thành hôm nay?" in form.split(">")[0]]
    assert [f"/{share.pk}/verify/" in form for form in asking] == [True]


def test_a_partner_sees_what_it_owes(client, world):
    task = world.give(world.schools, world.helping("Rà soát trẻ tạm trú trên địa bàn"))
    page = body(sign_in(client, world.chair).get(f"/viec/{task.pk}/"))
    assert "Rà soát trẻ tạm trú trên địa bàn" in page
    assert "phối hợp" in page
    assert world.lua.name not in page


def test_a_later_school_is_offered_on_the_page_and_added_when_asked(office, world):
    task = world.give()
    new = world.school("Trường Tiểu học Mới", valid_from=today())
    page = body(office.get(f"/viec/{task.pk}/"))
    assert "Mới có thêm 1 đơn vị thuộc nhóm này: giao thêm?" in page
    assert not task.assignments.filter(unit=new).exists()
    office.post(f"/viec/{task.pk}/giao-them/", {"unit": [new.pk, world.elsewhere.pk]})
    assert task.assignments.filter(unit=new).exists()
    assert not task.assignments.filter(unit=world.elsewhere).exists()
    assert "giao thêm?" not in body(office.get(f"/viec/{task.pk}/"))


def test_more_units_may_be_named_and_what_is_no_unit_is_told(office, world):
    task = world.give()
    office.post(f"/viec/{task.pk}/giao-them/", {"where": "Trường Mầm non Hoa Mai", "ref": ""})
    assert task.assignments.filter(unit=world.mai).exists()
    answer = office.post(f"/viec/{task.pk}/giao-them/", {"where": "khôngcóđâu"}, follow=True)
    assert "Không tìm thấy đơn vị hay nhóm nào là “khôngcóđâu”" in body(answer)
    assert "Chưa chọn đơn vị nào" in body(office.post(f"/viec/{task.pk}/giao-them/", follow=True))


def test_the_document_is_linked_for_those_who_see_the_office_and_those_who_have_work_from_it(client, world):
    task = world.give(document_id=5, obligation_id=9, document_name="Chỉ thị 7", section="II")
    link = "/van-ban/5/#n9"
    for user in (world.official, world.head):
        assert link in body(sign_in(client, user).get(f"/viec/{task.pk}/"))
    withdraw(task.pk, why="Giao nhầm.", by=world.official)
    page = body(sign_in(client, world.head).get(f"/viec/{task.pk}/"))
    assert link not in page
    assert "Chỉ thị 7" in page


def test_any_share_opens_on_demand_for_the_giver_only(client, world):
    task = world.give()
    work.report(world.share(task, world.sen).pk, by=world.other_head, text="Riêng trường Sen.")
    where = f"/viec/{task.pk}/?phan={world.share(task, world.sen).pk}"
    assert sign_in(client, world.official).get(where).context["page"].opened.share.unit == world.sen
    answer = sign_in(client, world.head).get(where)
    assert answer.context["page"].opened is None
    assert "Riêng trường Sen." not in body(answer)
    assert client.get(f"/viec/{task.pk}/?phan=khong").status_code == 200


@pytest.mark.parametrize("whose", ["official", "head"])
def test_more_units_and_events_take_no_more_queries(client, world, whose):
    task = world.give(world.schools, world.helping())
    sign_in(client, getattr(world, whose))

    def step(unit, by):
        work.report(world.share(task, unit).pk, by=by, text="x", files=[keep(io.BytesIO(b"x"), name="a.txt", kind="text", by=by)])
        work.report(world.share(task, unit).pk, by=by, text="x", submit=True)

    step(world.lua, world.head)
    client.get(f"/viec/{task.pk}/")
    with CaptureQueriesContext(connection) as before:
        client.get(f"/viec/{task.pk}/")
    more = [world.school(f"Trường {i}") for i in range(8)]
    work_ids = [u.pk for u in more]
    from khue.tasks.give import add_receivers

    add_receivers(task.pk, work_ids, by=world.official)
    for unit in more:
        step(unit, world.head)
    step(world.lua, world.head)
    with CaptureQueriesContext(connection) as after:
        client.get(f"/viec/{task.pk}/")
    assert len(after) <= len(before) <= 45


def test_a_task_taken_back_says_so_and_offers_nothing(client, world):
    task = world.give()
    withdraw(task.pk, by=world.official, why="Cấp trên đổi kế hoạch.")
    page = body(sign_in(client, world.head).get(f"/viec/{task.pk}/"))
    assert "Cấp trên đổi kế hoạch." in page
    assert "Nhận việc" not in page


# --- what is done on the page


def test_a_head_teacher_receives_reports_and_submits(client, world):
    share = world.share(world.give())
    sign_in(client, world.head)
    assert act(client, share, "receive").headers["Location"].endswith(f"#p{share.pk}")
    assert fresh(share).stage == Stage.RECEIVED
    act(client, share, "report", percent="60", text="Sáu lớp.")
    assert (fresh(share).percent, share.latest) == (60, "Sáu lớp.")
    act(client, share, "report", text="Đủ.", submit="1")
    assert fresh(share).stage == Stage.SUBMITTED


def test_a_target_asks_for_a_figure_as_vietnamese_write_it(client, world):
    task = world.give(targets=[{"value": 98.5, "unit": "%", "comparator": ">=", "quote": "98,5%"}])
    share = world.share(task)
    sign_in(client, world.head)
    act(client, share, "receive")
    page = body(client.get(f"/viec/{task.pk}/"))
    assert "Con số đạt được (%)" in page
    assert 'name="percent"' not in page
    act(client, share, "report", figure="97,25", text="x")
    assert fresh(share).figure == Decimal("97.250")
    assert "97,25%" in body(client.get(f"/viec/{task.pk}/"))


def test_a_figure_that_is_none_keeps_what_was_typed(client, world):
    task = world.give(targets=[{"value": 98.5, "unit": "%", "comparator": ">=", "quote": ""}])
    answer = act(sign_in(client, world.head), world.share(task), "report", figure="gần đủ", text="Chữ tôi đã gõ.")
    assert answer.status_code == 422
    assert "gần đủ: phải là một con số" in body(answer)
    assert "Chữ tôi đã gõ." in body(answer)
    assert not Event.objects.filter(kind="report").exists()


def test_a_report_of_nothing_says_what_is_missing(client, world):
    answer = act(sign_in(client, world.head), world.share(world.give()), "report")
    assert answer.status_code == 422
    assert "Báo cáo chưa có gì." in body(answer)


def test_evidence_is_kept_and_opened_by_both_sides_and_nobody_else(client, world):
    share = world.share(world.give(world.schools, world.helping()))
    sign_in(client, world.head)
    files = [SimpleUploadedFile("cổng trường.jpg", JPEG), SimpleUploadedFile("biên bản.txt", "Biên bản".encode())]
    act(client, share, "report", text="Có ảnh.", files=files)
    photo, minutes = Event.objects.get(kind="report").files.order_by("pk")
    assert (photo.name, photo.kind, minutes.kind) == ("cổng trường.jpg", "image", "text")
    where = f"/viec/phan/{share.pk}/tep/{photo.pk}/"
    for user, status in ((world.head, 200), (world.official, 200), (world.other_head, 404), (world.chair, 404), (world.stranger, 404)):
        answer = sign_in(client, user).get(where)
        assert answer.status_code == status
    answer = sign_in(client, world.official).get(where)
    assert (b"".join(answer.streaming_content), answer.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in client.get(f"/viec/phan/{share.pk}/tep/{minutes.pk}/").headers["Content-Disposition"]


def test_a_file_of_another_share_cannot_be_reached_through_ones_own(client, world):
    task = world.give()
    other = keep(io.BytesIO(b"x"), name="a.txt", kind="text", by=world.other_head)
    work.report(world.share(task, world.sen).pk, by=world.other_head, files=[other])
    assert sign_in(client, world.head).get(f"/viec/phan/{world.share(task).pk}/tep/{other.pk}/").status_code == 404


def test_a_file_that_is_no_evidence_is_named_and_nothing_is_written(client, world):
    share = world.share(world.give())
    files = [SimpleUploadedFile("ảnh.jpg", JPEG), SimpleUploadedFile("trang.txt", b"<html><script>")]
    answer = act(sign_in(client, world.head), share, "report", text="Chữ tôi đã gõ.", files=files)
    assert answer.status_code == 422
    assert "trang.txt: là trang web" in body(answer)
    assert "Chữ tôi đã gõ." in body(answer)
    assert not Event.objects.filter(kind="report").exists()


def test_a_report_that_comes_twice_counts_once_and_gives_the_same_answer(client, world):
    share, key = world.share(world.give()), uuid.uuid4().hex
    sign_in(client, world.head)
    where = f"/viec/phan/{share.pk}/report/"
    answers = [
        client.post(
            where, {"_once": key, "text": "Xong.", "files": [SimpleUploadedFile("a.jpg", JPEG)]}, headers={"accept": "application/json"}
        )
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json() == answers[1].json() == {"go": f"/viec/{share.task_id}/?phan={share.pk}#p{share.pk}"}
    assert Event.objects.filter(kind="report").count() == 1


def test_a_program_is_told_what_was_wrong(client, world):
    share = world.share(world.give())
    answer = sign_in(client, world.head).post(f"/viec/phan/{share.pk}/report/", {}, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert "Báo cáo chưa có gì." in answer.json()["error"]


def test_the_office_sends_back_extends_verifies_and_reopens(office, world):
    share = world.share(world.give())
    work.report(share.pk, by=world.head, text="Xong.", submit=True)
    answer = act(office, share, "send-back", text=" ")
    assert answer.status_code == 422
    assert "Chưa ghi lý do trả lại." in body(answer)
    act(office, share, "send-back", text="Thiếu danh sách.")
    assert fresh(share).stage == Stage.RETURNED
    wish = work.ask_extension(share.pk, share.due_on + timedelta(days=30), "Mưa.", by=world.head)
    day = share.due_on + timedelta(days=7)
    act(office, share, "grant", extension=wish.pk, granted_on=day.isoformat(), text="Đến hết tuần.")
    assert fresh(share).due_on == day
    work.report(share.pk, by=world.head, text="Đủ.", submit=True)
    act(office, share, "verify")
    assert fresh(share).stage == Stage.VERIFIED
    act(office, share, "reopen", text="Nhầm.")
    assert fresh(share).stage == Stage.RECEIVED


def test_a_wish_for_more_time_is_refused_with_a_word(office, world):
    share = world.share(world.give())
    wish = work.ask_extension(share.pk, share.due_on + timedelta(days=30), "Mưa.", by=world.head)
    assert act(office, share, "refuse", extension=wish.pk).status_code == 422
    act(office, share, "refuse", extension=wish.pk, text="Cần trước kỳ họp.")
    wish.refresh_from_db()
    assert (wish.state, wish.answer) == (Extension.State.REFUSED, "Cần trước kỳ họp.")


def test_a_wish_of_another_share_is_not_decided_through_this_one(office, world):
    task = world.give()
    wish = work.ask_extension(world.share(task).pk, task.due_on + timedelta(days=30), "Mưa.", by=world.head)
    answer = act(office, world.share(task, world.sen), "grant", extension=wish.pk, granted_on=today().isoformat())
    assert answer.status_code == 404
    wish.refresh_from_db()
    assert wish.state == Extension.State.ASKED


def test_a_head_asks_hands_on_makes_a_subtask_and_passes_on(client, world):
    teacher = make_user(role=RoleName.ENTRY, unit=world.lua, name="Lò Thị May")
    share = world.share(world.give())
    sign_in(client, world.head)
    act(client, share, "extend", wanted_on=(share.due_on + timedelta(days=3)).isoformat(), text="Mưa lũ.")
    assert Extension.objects.get().reason == "Mưa lũ."
    act(client, share, "hand", person=teacher.pk)
    assert fresh(share).person == teacher
    client.post(f"/viec/phan/{share.pk}/viec-con/", {"quote": "Lập danh sách lớp 1A.", "person": teacher.pk, "_once": "k"})
    made = Task.objects.get(parent=share)
    assert (made.quote, made.assignments.get().person) == ("Lập danh sách lớp 1A.", teacher)
    assert "Lập danh sách lớp 1A." in body(client.get(f"/viec/{share.task_id}/"))
    act(client, share, "transfer", where="Trường Mầm non Hoa Mai", ref="", text="Thuộc mầm non.")
    assert fresh(share).transferred_to.unit == world.mai


def test_a_person_of_another_unit_cannot_be_handed_the_task(client, world):
    share = world.share(world.give())
    answer = act(sign_in(client, world.head), share, "hand", person=world.other_head.pk)
    assert answer.status_code == 422
    assert fresh(share).person is None


def test_passing_on_to_what_is_no_unit_says_so(client, world):
    share = world.share(world.give())
    sign_in(client, world.head)
    for where, words in (("", "Chưa chọn đơn vị."), ("các trường tiểu học", "không phải là một đơn vị"), ("khôngcóđâu", "Không tìm thấy")):
        answer = act(client, share, "transfer", where=where, text="Nhầm.")
        assert answer.status_code == 422
        assert words in body(answer)
    assert fresh(share).stage == Stage.GIVEN


def test_the_report_says_how_many_of_ones_own_tasks_under_it_are_unfinished(client, world):
    share = world.share(world.give())
    made = [work.make_subtask(share.pk, f"Việc con {n}.", by=world.head).assignments.get() for n in range(3)]
    sign_in(client, world.head)
    for left in (3, 2):
        assert f"Còn {left} việc con chưa xong." in body(client.get(f"/viec/{share.task_id}/"))
        judge.verify(made[left - 1].pk, by=world.head)
    judge.verify(made[0].pk, by=world.head)
    assert "việc con chưa xong" not in body(client.get(f"/viec/{share.task_id}/"))


def test_passing_on_is_asked_about_once_before(client, world):
    share = world.share(world.give())
    page = body(sign_in(client, world.head).get(f"/viec/{share.task_id}/"))
    form = page.split(f'action="/viec/phan/{share.pk}/transfer/"')[1].split(">")[0]
    assert 'data-confirm="Chuyển việc này đi?' in form


def test_a_word_is_told_as_the_side_that_says_it(client, world):
    share = world.share(world.give())
    act(sign_in(client, world.head), share, "comment", text="Xin mẫu.")
    act(sign_in(client, world.official), share, "comment", text="Mẫu đây.")
    assert world.official.notices.filter(kind="comment").count() == 1
    assert world.head.notices.filter(kind="comment").count() == 1


@pytest.mark.parametrize(
    "action", ["receive", "report", "extend", "hand", "transfer", "subtask", "comment", "verify", "send-back", "reopen", "grant", "refuse"]
)
def test_somebody_who_may_only_look_can_do_none_of_it(client, world, action):
    viewer = make_user(role=RoleName.VIEWER, unit=world.lua)
    share = world.share(world.give())
    assert act(sign_in(client, viewer), share, action, text="x").status_code == 403
    assert Event.objects.filter(assignment=share).count() == 1


@pytest.mark.parametrize("action", ["verify", "send-back", "reopen", "grant", "refuse"])
def test_a_school_does_not_judge_its_own_work(client, world, action):
    share = world.share(world.give())
    assert act(sign_in(client, world.head), share, action, text="x").status_code == 403


def test_what_is_no_action_is_not_there(office, world):
    assert act(office, world.share(world.give()), "delete").status_code == 404


def test_the_office_moves_the_deadline_and_takes_the_task_back(office, world):
    task = world.give()
    day = task.due_on + timedelta(days=4)
    office.post(f"/viec/{task.pk}/doi-han/", {"due_on": day.isoformat(), "base": task.due_on.isoformat()})
    task.refresh_from_db()
    assert task.due_on == day
    answer = office.post(f"/viec/{task.pk}/doi-han/", {"due_on": today().isoformat(), "base": "2020-01-01"}, follow=True)
    assert "Người khác vừa dời hạn" in body(answer)
    assert "Chưa chọn ngày." in body(office.post(f"/viec/{task.pk}/doi-han/", {"due_on": "mai"}, follow=True))
    office.post(f"/viec/{task.pk}/thu-hoi/", {"why": "Đổi kế hoạch."})
    assert not task.assignments.exclude(stage__in=OUT).exists()


# --- a task that comes from no document


def draft(world, **more):
    return {
        "unit": world.office.pk,
        "quote": "Nộp báo cáo sơ kết.",
        "lead": ["các trường tiểu học", ""],
        "lead_ref": ["", ""],
        "_once": "k1",
        **more,
    }


def test_a_free_task_is_shown_before_it_is_given(office, world):
    preview = office.post("/viec/moi/", draft(world))
    assert "Sẽ giao cho 2 đơn vị:" in body(preview)
    assert world.lua.name in body(preview)
    assert not Task.objects.exists()
    data = draft(
        world,
        seen=preview.context["seen"],
        due_on="2031-05-06",
        partner=["UBND phường Cốc Lếu"],
        partner_ref=[""],
        partner_owes=["Rà soát"],
    )
    changed = office.post("/viec/moi/", data)
    assert changed.status_code == 200
    assert not Task.objects.exists()
    given = office.post("/viec/moi/", data | {"seen": changed.context["seen"]})
    task = Task.objects.get()
    assert given.headers["Location"] == f"/viec/{task.pk}/"
    assert (task.quote, str(task.due_on), task.assignments.count()) == ("Nộp báo cáo sơ kết.", "2031-05-06", 3)
    assert task.assignments.get(is_partner=True).owes == "Rà soát"
    office.post("/viec/moi/", data | {"seen": changed.context["seen"]})
    assert Task.objects.count() == 1


def test_what_a_picker_chose_is_taken_and_what_it_did_not_say_is_not(office, world):
    ref = json.dumps(rule_ref([UnitKind.KINDERGARTEN], label="Các trường mầm non", within=world.office.pk))
    preview = office.post("/viec/moi/", draft(world, lead=["Mầm non"], lead_ref=[ref]))
    assert [u.pk for e in preview.context["expanded"] for u in e.units] == [world.mai.pk]
    for bad in (
        "{",
        "[]",
        '{"type": "unit", "id": "1; drop"}',
        '{"type": "rule", "kinds": "x"}',
        '{"type": "rule", "kinds": [], "within": "1"}',
    ):
        assert read_ref(bad) is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"lead": [""]}, "Chưa ghi giao cho ai."),
        ({"lead": ["khôngcóđâu"]}, "Không tìm thấy đơn vị hay nhóm nào là “khôngcóđâu”"),
        ({"quote": " "}, "Cần điền ô này."),
        ({"value": "nhiều"}, "nhiều: phải là một con số"),
    ],
)
def test_a_wrong_free_task_says_why_and_keeps_what_was_typed(office, world, more, words):
    answer = office.post("/viec/moi/", draft(world, note="Chữ tôi đã gõ.", **more))
    assert answer.status_code == 422
    assert words in body(answer)
    assert "Chữ tôi đã gõ." in body(answer)


def test_a_recurring_free_task_gets_this_periods_last_day_and_a_target(office, world):
    data = draft(world, recurs="monthly", value="98,5", measure="%", comparator=">=")
    preview = office.post("/viec/moi/", data)
    office.post("/viec/moi/", data | {"seen": preview.context["seen"]})
    task = Task.objects.get()
    assert (task.period, task.due_on.month) == (f"{today():%Y-%m}", today().month)
    assert (task.due_on + timedelta(days=1)).day == 1
    assert task.targets == [{"value": 98.5, "unit": "%", "comparator": ">=", "quote": ""}]


def test_one_gives_only_in_the_name_of_ones_own_units(office, world):
    answer = office.post("/viec/moi/", draft(world, unit=world.city.pk))
    assert answer.status_code == 422
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("98,5", "98.5"),
        ("1.234", "1234"),
        ("1.234,5", "1234.5"),
        ("98.5", "98.5"),
        ("12 %", "12"),
        ("1 250", "1250"),
        ("1 234 567,5", "1234567.5"),
        ("-3", "-3"),
        ("0,1234", "0.123"),
    ],
)
def test_numbers_are_read_as_vietnamese_write_them(typed, number):
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["nhiều", "NaN", "1e400", "99999999999999", "1000000000000", "--1", "1,2,3", "9 8", "1 25", "12 3456"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError):
        read_number(typed)


@pytest.mark.parametrize(("typed", "number"), [("97.555", "97.555"), ("1.500", "1.5"), ("98,5", "98.5"), ("1.234,5", "1234.5")])
def test_a_point_in_a_percentage_parts_no_thousands(typed, number):
    assert read_number(typed, percent=True) == Decimal(number)


IN_PERCENT = [{"value": 98, "unit": "%", "comparator": ">=", "quote": "98% trẻ"}]


@pytest.mark.parametrize(
    ("typed", "words"), [("120", "120%: một tỷ lệ không quá 100%."), ("97555", "Có phải 97,555?"), ("9 8", "phải là một con số")]
)
def test_a_share_of_more_than_the_whole_is_refused_at_its_field_with_what_was_typed(client, world, typed, words):
    share = world.share(world.give(targets=IN_PERCENT))
    answer = act(sign_in(client, world.head), share, "report", figure=typed, text="Đã đếm.")
    assert answer.status_code == 422
    assert words in body(answer)
    assert f'value="{typed}"' in body(answer)
    assert fresh(share).figure is None
    act(client, share, "report", figure="97.555", text="Đã đếm.")
    assert fresh(share).figure == Decimal("97.555")


def test_what_grows_or_is_held_against_a_plan_may_pass_a_hundred_per_cent(client, world):
    sign_in(client, world.head)
    grows = world.give(targets=IN_PERCENT, quote="Tăng 98% số trẻ so với năm trước.")
    plan = world.give(targets=[{**IN_PERCENT[0], "quote": "98% kế hoạch"}], quote="Thu đạt 98% kế hoạch.")
    for task in (grows, plan):
        share = world.share(task)
        act(client, share, "report", figure="120", text="Đã đếm.")
        assert fresh(share).figure == 120


def test_an_address_of_a_single_unit_shows_its_name_once(office, world):
    task = world.give(Address(unit_ref(world.lua.pk), world.lua.name))
    judge.verify(world.share(task).pk, by=world.official)
    page = body(office.get(f"/viec/{task.pk}/"))
    assert "1 đơn vị, tính ngày" not in page


@pytest.mark.parametrize("typed", ["999999999999,999", "0,001"])
def test_the_largest_and_the_smallest_figure_are_kept_as_they_were_typed(world, typed):
    share = world.share(world.give(targets=[{"value": 98.5, "unit": "đồng", "comparator": ">="}]))
    work.report(share.pk, by=world.head, text="Đã đếm.", figure=read_number(typed))
    assert fresh(share).figure == read_number(typed)


def test_the_address_of_an_action_leads_back_to_the_task(client, world):
    share = world.share(world.give())
    assert sign_in(client, world.official).get(reverse("tasks:due", args=[share.task_id])).url == f"/viec/{share.task_id}/"
    sign_in(client, world.head)
    for name in ("extend", "report", "subtask"):
        answer = client.get(f"/viec/phan/{share.pk}/{name}/" if name != "subtask" else reverse("tasks:subtask", args=[share.pk]))
        assert answer.url == f"/viec/{share.task_id}/?phan={share.pk}#p{share.pk}"


def test_an_address_that_only_takes_forms_says_so(client, world):
    answer = sign_in(client, world.official).get(reverse("tasks:month-move", args=[world.give().pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "chưa có gì được ghi" in answer.content.decode()


def test_who_was_signed_out_while_typing_comes_back_to_the_page_of_the_form(client, world):
    share = world.share(world.give())
    page = f"http://testserver/viec/{share.task_id}/?phan={share.pk}"
    for referer, back in ((page, f"/viec/{share.task_id}/?phan={share.pk}"), ("https://elsewhere.example/x/", "/"), ("", "/")):
        answer = client.post(reverse("tasks:act", args=[share.pk, "report"]), {"text": "Xong"}, headers={"referer": referer})
        assert parse_qs(urlsplit(answer.url).query)["next"] == [back]


def test_a_deadline_that_has_gone_by_is_not_set_by_mistake(office, world):
    task, past = world.give(), today() - timedelta(days=1)
    said_so = office.post(reverse("tasks:due", args=[task.pk]), {"due_on": f"{past}", "base": f"{task.due_on}"})
    assert said_so.status_code == 422
    assert "đã qua" in body(said_so)
    # the form is open again, with what was typed and why not at its field
    assert f'value="{past}" required aria-invalid="true" aria-describedby="due_on-error"' in body(said_so)
    task.refresh_from_db()
    assert task.due_on > today()
    assert "giao xong là quá hạn ngay" in body(office.post("/viec/moi/", draft(world, due_on=f"{past}")))
    with pytest.raises(KhueError, match="đã qua"):
        work.make_subtask(world.share(task).pk, "Rà soát.", by=world.head, due_on=past)


def test_a_school_learns_in_the_preview_that_it_cannot_give_to_others(client, world):
    sign_in(client, world.head)
    answer = client.post("/viec/moi/", draft(world, unit=world.lua.pk, lead=[world.sen.name], lead_ref=[""]))
    assert (answer.status_code, answer.context["seen"]) == (422, "")
    assert "không giao việc cho" in answer.content.decode()


def test_an_action_on_no_row_says_so(office, world):
    world.give()
    answer = office.post(reverse("tasks:bulk"), {"view": "given", "action": "remind", "query": "view=given"}, follow=True)
    assert "Chưa chọn dòng nào." in body(answer)


def test_a_figure_short_of_the_target_is_said_to_whoever_approves(client, office, world):
    task = world.give(targets=[{"value": 98, "unit": "%", "comparator": ">=", "quote": ""}])
    for unit, by, figure in ((world.lua, world.head, "97"), (world.sen, world.other_head, "98")):
        work.report(world.share(task, unit).pk, by=by, figure=Decimal(figure), submit=True)
    page = body(office.get(f"/viec/{task.pk}/"))
    assert page.count('">chưa đạt chỉ tiêu') == 1
    assert page.count("Vẫn duyệt hoàn thành?") == 1


def test_a_task_under_another_shows_who_does_it_and_how_far_it_is(client, world):
    share = world.share(world.give())
    teacher = make_user(role=RoleName.ENTRY, unit=world.lua, name="Giàng A Páo")
    small = work.make_subtask(share.pk, "Rà soát danh sách.", by=world.head, person=teacher)
    work.report(small.assignments.get().pk, by=teacher, text="Xong", submit=True)
    page = body(sign_in(client, world.head).get(f"/viec/{share.task_id}/"))
    row = page.split("Rà soát danh sách.")[1].split("</li>")[0]
    assert "Giàng A Páo" in row
    assert "Chờ duyệt" in row


def test_the_periods_of_a_recurring_task_lead_to_each_other(office, world):
    first = world.give(recurs="monthly", period="2023-09", due_quote="ngày 25 hằng tháng", on=date(2023, 9, 5))
    second = make_due(date(2023, 10, 5))[0]
    assert f"/viec/{second.pk}/" in body(office.get(f"/viec/{first.pk}/"))
    page = body(office.get(f"/viec/{second.pk}/"))
    assert f'href="/viec/{first.pk}/"' in page
    assert "hằng tháng" in page.split("Nội dung việc")[1]


def test_how_many_units_got_it_that_day_does_not_change_when_one_passes_it_on(office, world):
    task = world.give()
    assert "2 đơn vị, tính ngày" in body(office.get(f"/viec/{task.pk}/"))
    work.transfer(world.share(task).pk, world.mai, "Thuộc trường bạn.", by=world.head)
    assert "2 đơn vị, tính ngày" in body(office.get(f"/viec/{task.pk}/"))
    # into a share that was there: as a merger of two schools that have the same task does
    world.share(task, world.mai).delete()
    Assignment.objects.filter(task=task, unit=world.lua).update(transferred_to=world.share(task, world.sen))
    assert "2 đơn vị, tính ngày" in body(office.get(f"/viec/{task.pk}/"))


def test_what_one_approves_oneself_stands_once_on_the_page(client, world):
    share = world.share(world.give())
    teacher = make_user(role=RoleName.ENTRY, unit=world.lua)
    small = work.make_subtask(share.pk, "Rà soát.", by=world.head, person=teacher)
    work.report(small.assignments.get().pk, by=teacher, text="Xong", submit=True)
    page = body(sign_in(client, world.head).get(f"/viec/{small.pk}/"))
    assert page.count("/verify/") == 1


def test_a_unit_that_is_unknown_and_a_reason_that_is_missing_are_said_at_their_fields(office, world):
    task = world.give()
    unknown = office.post(reverse("tasks:add", args=[task.pk]), {"where": "Trường Không Có"})
    assert (unknown.status_code, 'value="Trường Không Có" aria-invalid="true"' in body(unknown)) == (422, True)
    silent = office.post(reverse("tasks:withdraw", args=[task.pk]), {"why": "  "})
    assert (silent.status_code, "Chưa ghi lý do." in body(silent)) == (422, True)
    task.refresh_from_db()
    assert task.withdrawn_at is None


def test_a_head_submits_what_the_clerk_reported_as_it_stands(client, world):
    clerk = make_user(role=RoleName.ENTRY, unit=world.lua, name="Giàng A Páo")
    share = world.share(world.give())
    with pytest.raises(KhueError, match="chưa có gì"):
        work.report(share.pk, by=world.head, submit=True)
    work.report(share.pk, by=clerk, text="Đã rà soát", figure=Decimal("98.46"))
    page = sign_in(client, world.head).get(reverse("tasks:show", args=[share.task_id]))
    assert "Giàng A Páo đã báo cáo ngày" in body(page)
    client.post(reverse("tasks:act", args=[share.pk, "report"]), {"submit": "1"})
    share = fresh(share)
    assert (share.stage, share.latest, share.figure) == ("submitted", "Đã rà soát", Decimal("98.46"))
    judge.send_back(share.pk, "Thiếu số liệu", by=world.official)
    # what was sent back needs something new
    with pytest.raises(KhueError, match="chưa có gì"):
        work.report(share.pk, by=world.head, submit=True)


def test_what_waits_for_a_decision_stands_on_the_page_once(client, world):
    share = world.share(world.give())
    work.report(share.pk, by=world.head, text="Xong", submit=True)
    sign_in(client, world.official)
    for query in ("", f"?phan={share.pk}"):
        assert body(client.get(reverse("tasks:show", args=[share.task_id]) + query)).count(f'id="p{share.pk}"') == 1


def test_done_is_a_hundred_per_cent_though_the_field_still_holds_what_was_reported(client, world):
    share = world.share(world.give())
    work.report(share.pk, by=world.head, text="Đang làm", percent=70)
    sign_in(client, world.head).post(reverse("tasks:act", args=[share.pk, "report"]), {"submit": "1", "percent": "70"})
    share.refresh_from_db()
    assert (share.stage, share.percent, share.latest) == (Stage.SUBMITTED, 100, "Đang làm")
