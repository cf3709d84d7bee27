"""Home says to each role what to do, what to decide and what came in; nothing where nothing waits; never more questions asked."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from khue.accounts.models import RoleName
from khue.core.search import index
from khue.documents.models import Document, Report, Status
from khue.documents.report.service import make_draft
from khue.portal.finding import find
from khue.tasks import judge, work
from khue.tasks.models import Notice, Stage
from khue.units.tree import today
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.world import World, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return World()


def home(client, user):
    return sign_in(client, user).get(reverse("home"))


def quotes(answer):
    return [share.task.quote for share in answer.context["tasks"]["rows"]]


def test_a_head_teacher_sees_late_sent_back_soon_and_new_in_this_order(client, world):
    for quote, days in (("Để sau", 60), ("Mới", 50), ("Sắp đến", 3), ("Trả lại", 20), ("Quá hạn", -2)):
        task = world.give(quote=quote, due=today() + days * DAY)
        if quote == "Trả lại":
            work.report(world.share(task).pk, by=world.head, text="Xong", submit=True)
            judge.send_back(world.share(task).pk, "Thiếu", by=world.official)
        if quote == "Để sau":
            work.report(world.share(task).pk, by=world.head, percent=50)
    answer = home(client, world.head)
    assert quotes(answer) == ["Quá hạn", "Trả lại", "Sắp đến", "Mới", "Để sau"]
    assert answer.context["tasks"]["counts"] == {"open": 5, "overdue": 1, "returned": 1, "soon": 1, "given": 3, "beside": 0}
    assert not answer.context["decide"]


def test_a_head_teacher_reads_what_was_given_to_the_school_and_opens_the_schools_record(client, world):
    world.give()
    page = home(client, world.head).content.decode()
    assert "</b>Được giao</a>" in page
    assert f'href="{reverse("tasks:record")}"' in page
    page = home(client, world.official).content.decode()
    assert "</b>Đã giao</a>" in page


def test_to_give_a_task_is_not_the_first_button_of_a_school(client, world):
    for user, view, primary in ((world.head, "mine", False), (world.head, "given", True), (world.official, "mine", True)):
        page = sign_in(client, user).get(reverse("tasks:list"), {"view": view}).content.decode()
        button = page.split(f'href="{reverse("tasks:new")}"')[0].rpartition("<a")[2]
        assert ("primary" in button) == primary


def test_pages_on_oneself_are_not_the_room_of_people(client, world):
    for name, current in (("people:me", False), ("people:tokens", False), ("people:list", True)):
        page = sign_in(client, world.official).get(reverse(name)).content.decode()
        rooms = page.split('<nav class="rooms"')[1].split("</nav>")[0]
        assert ('aria-current="page"' in rooms) == current


def test_counts_are_written_with_their_thousands_apart_in_both_languages():
    template = Template(
        "{% blocktranslate count n=n|whole %}{{ n }} việc{% plural %}{{ n }} việc{% endblocktranslate %} {{ n|whole }} {{ x|whole }}"
    )
    said = {}
    for language in ("vi", "en"):
        with override(language):
            said[language] = template.render(Context({"n": 1234567, "x": "—"}))
    assert said["vi"] == "1.234.567 việc 1.234.567 —"
    assert said["en"].startswith("1,234,567 ")
    assert said["en"].endswith(" 1,234,567 —")


def test_what_was_submitted_is_not_to_be_done_any_more(client, world):
    task = world.give()
    work.report(world.share(task).pk, by=world.head, text="Xong", submit=True)
    assert quotes(home(client, world.head)) == []


def test_an_official_decides_what_was_submitted_by_task_and_wishes_one_by_one(client, world):
    task, other = world.give(), world.give(quote="Việc khác")
    for unit, by in ((world.lua, world.head), (world.sen, world.other_head)):
        work.report(world.share(task, unit).pk, by=by, text="Xong", submit=True)
    work.ask_extension(world.share(other).pk, today() + 30 * DAY, "Mưa", by=world.head)
    answer = home(client, world.official)
    decide = answer.context["decide"]
    assert [(row.task_id, row.n) for row in decide["rows"]] == [(task.pk, 2)]
    assert [wish.assignment.unit for wish in decide["wishes"]] == [world.lua]
    assert decide["all"] == 3
    assert "Trường Tiểu học Bông Lúa xin gia hạn" in answer.content.decode()


def test_only_those_who_may_decide_are_asked(client, world):
    task = world.give()
    work.report(world.share(task).pk, by=world.head, text="Xong", submit=True)
    for role in (RoleName.CLERK, RoleName.ENTRY, RoleName.VIEWER, RoleName.ADMIN):
        assert not home(client, make_user(role=role, unit=world.office)).context["decide"]
    assert not home(client, world.stranger).context["decide"]


def test_a_person_finds_what_was_handed_to_them_first(client, world):
    teacher = make_user(role=RoleName.ENTRY, unit=world.lua)
    late, mine = world.give(quote="Quá hạn", due=today() - 3 * DAY), world.give(quote="Của tôi")
    work.hand_to(world.share(mine).pk, teacher, by=world.head)
    assert quotes(home(client, teacher)) == ["Của tôi", "Quá hạn"]
    assert quotes(home(client, world.head)) == ["Quá hạn", "Của tôi"]
    assert late.quote in quotes(home(client, world.head))


def test_a_commune_sees_what_it_owes_as_a_partner(client, world):
    world.give(world.schools, world.helping())
    answer = home(client, world.chair)
    assert [share.is_partner for share in answer.context["tasks"]["rows"]] == [True]
    assert "phối hợp" in answer.content.decode()


def test_a_viewer_reads_what_the_unit_is_doing_and_gets_no_figures_of_leaders(client, world):
    world.give()
    answer = home(client, make_user(role=RoleName.VIEWER, unit=world.lua))
    assert quotes(answer)
    assert answer.context["operations"] is None
    assert "Việc đơn vị đang làm" in answer.content.decode()


@pytest.mark.parametrize(("role", "figures"), [(r, r in (RoleName.LEADER, RoleName.SPECIALIST, RoleName.ADMIN)) for r in RoleName])
def test_figures_and_the_page_of_operations_are_for_those_who_lead(client, world, role, figures):
    world.give()
    answer = home(client, make_user(role=role, unit=world.office))
    assert bool(answer.context["operations"]) is figures
    assert (reverse("operations") in answer.content.decode()) is figures
    assert (client.get(reverse("operations")).status_code == 200) is figures


def test_a_clerk_has_documents_to_look_through_and_one_thing_to_press(client, world):
    clerk = make_user(role=RoleName.CLERK, unit=world.office)
    Document.objects.create(unit=world.office, book_year=2023, book_number=1, number="7/CT", kind="Chỉ thị", status=Status.REVIEW)
    Document.objects.create(unit=world.lua, book_year=2023, book_number=1, number="8/CT", kind="Chỉ thị", status=Status.REVIEW)
    answer = home(client, clerk)
    assert [d.number for d in answer.context["documents"]["to_review"]] == ["7/CT"]
    page = answer.content.decode()
    assert page.count("btn primary") == 1
    assert reverse("documents:upload") in page


def test_documents_to_look_through_say_how_many_there_are_and_lead_to_all_the_most_urgent_first(client, world):
    clerk = make_user(role=RoleName.CLERK, unit=world.office)
    for n in range(1, 8):
        Document.objects.create(unit=world.office, book_year=2023, book_number=n, number=f"{n}/CT", status=Status.REVIEW)
    Document.objects.create(unit=world.lua, book_year=2023, book_number=1, number="8/CT", status=Status.REVIEW)
    Document.objects.filter(number="7/CT").update(urgency="express")
    answer = home(client, clerk)
    assert [d.number for d in answer.context["documents"]["to_review"]] == ["7/CT", "1/CT", "2/CT", "3/CT", "4/CT", "5/CT"]
    link = re.search(r'<a href="([^"]+)">Xem cả 7 văn bản chờ soát</a>', answer.content.decode())[1]
    assert client.get(html.unescape(link)).context["page_obj"].paginator.count == 7
    Document.objects.filter(number="7/CT").update(status=Status.CONFIRMED)
    assert "văn bản chờ soát</a>" not in home(client, clerk).content.decode()


def test_notices_that_were_not_read_stand_on_the_page(client, world):
    world.give(quote="Việc rất mới")
    assert "Việc mới: Việc rất mới" in home(client, world.head).content.decode()
    Notice.objects.all().update(read_at="2026-01-01T00:00Z")
    assert "Bạn đã đọc hết thông báo." in home(client, world.head).content.decode()


def test_nothing_that_waits_is_said_so(client, world):
    assert "Không có gì chờ bạn" in home(client, world.head).content.decode()


def test_without_a_role_one_is_told_whom_to_ask(client):
    assert "Bạn chưa có vai trò nào" in home(client, make_user()).content.decode()


def test_the_page_asks_the_database_no_more_with_more_tasks(client, world):
    def many(n):
        for i in range(n):
            task = world.give(quote=f"Việc {i} {n}")
            work.report(world.share(task).pk, by=world.head, text="Xong", submit=True)
            work.ask_extension(world.share(task, world.sen).pk, today() + 30 * DAY, "Mưa", by=world.other_head)
            Document.objects.create(unit=world.office, book_year=2000 + n, book_number=i + 1, status=Status.REVIEW)

    def asked(user):
        sign_in(client, user).get(reverse("home"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("home"))
        return len(queries)

    many(1)
    before = [asked(world.official), asked(world.head), asked(world.other_head)]
    many(7)
    assert [asked(world.official), asked(world.head), asked(world.other_head)] == before


def test_more_than_fits_leads_to_the_list(client, world):
    for n in range(9):
        world.give(quote=f"Việc {n}")
    answer = home(client, world.head)
    assert len(quotes(answer)) == 6
    assert "Xem cả 9 việc chưa xong" in answer.content.decode()
    assert "không tính vào con số trên" not in answer.content.decode()


def test_what_stands_in_no_figure_is_said_beside_the_list(client, world):
    for n in range(7):
        world.give(quote=f"Việc {n}")
    work.make_subtask(world.share(world.give()).pk, "Đếm lớp", by=world.head)
    text = home(client, world.head).content.decode()
    assert "Xem cả 9 việc chưa xong" in text
    assert "(có 1 việc phối hợp hoặc nội bộ, không tính vào con số trên)" in text


def test_search_finds_tasks_with_and_without_marks_for_those_who_see_them(client, world):
    task = world.give(quote="Tổ chức ngày hội đọc sách")
    for query in ("ngày hội", "ngay hoi doc"):
        page = sign_in(client, world.head).get(reverse("search"), {"q": query}).content.decode()
        assert reverse("tasks:show", args=[task.pk]) in page
        page = sign_in(client, world.stranger).get(reverse("search"), {"q": query}).content.decode()
        assert reverse("tasks:show", args=[task.pk]) not in page


def test_a_share_that_was_taken_away_is_no_more_found_or_shown(client, world):
    task = world.give(quote="Tổ chức ngày hội")
    work.transfer(world.share(task).pk, make_unit(parent=world.office), "Không thuộc", by=world.head)
    assert world.share(task).stage == Stage.TRANSFERRED
    assert quotes(home(client, world.head)) == []
    page = client.get(reverse("search"), {"q": "ngày hội"}).content.decode()
    assert reverse("tasks:show", args=[task.pk]) not in page


def test_a_teacher_sees_which_of_the_schools_tasks_were_handed_to_them(client, world):
    teacher = make_user(role=RoleName.ENTRY, unit=world.lua)
    for quote in ("Việc của tôi", "Việc của trường"):
        task = world.give(quote=quote)
        if quote == "Việc của tôi":
            work.hand_to(world.share(task).pk, teacher, by=world.head)
    page = home(client, teacher).content.decode()
    rows = page.split('<ul class="rows">')[1].split("</ul>")[0].split("<li>")[1:]
    assert [("Việc của tôi" in row, "giao cho bạn" in row) for row in rows] == [(True, True), (False, False)]


def test_a_draft_of_a_report_waits_for_those_who_may_issue_it(client, world):
    leader, viewer = (make_user(role=role, unit=world.office) for role in (RoleName.LEADER, RoleName.VIEWER))
    draft = make_draft(world.office, Report.About.PERIOD, by=world.official, starts_on=today() - 30 * DAY)
    for user, seen in ((leader, True), (viewer, False), (world.head, False)):
        assert (f"/van-ban/bao-cao/{draft.pk}/" in home(client, user).content.decode()) == seen


def test_who_types_the_name_of_a_school_finds_it_above_the_tasks_that_mention_it(world):
    index("task", world.give().pk, unit_id=world.office.pk, title="Kiểm tra", texts=[world.lua.name])
    assert list(find(person(world.official), world.lua.name)) == ["unit", "task"]
