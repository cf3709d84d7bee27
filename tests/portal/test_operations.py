"""The figures of leaders: like beside like, late first, no number without its list, no more questions with more units."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khue.accounts.models import RoleName
from khue.accounts.person import Person
from khue.documents.models import Document, Obligation
from khue.portal.charts import stacked
from khue.portal.operations import MOST_UNITS, Operations
from khue.tasks import judge, work
from khue.tasks.give import Address, give
from khue.units.groups import rule_ref, unit_ref
from khue.units.kinds import UnitKind
from khue.units.reorganise import apply
from khue.units.tree import today
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.world import World
from tests.units.test_reorganise import merger
from tests.units.test_reorganise import world as merging

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return World()


def figures(world, **asked):
    return Operations(Person(world.official), asked)


def one(unit):
    return Address(unit_ref(unit.pk))


def finish(world, task, unit):
    work.report(world.share(task, unit).pk, by=world.official, text="Xong", submit=True)
    judge.verify(world.share(task, unit).pk, by=world.official)


def test_schools_stand_with_schools_and_communes_with_communes_late_first(world):
    late = world.give(one(world.sen), due=today() - DAY)
    world.give(world.schools, one(world.mai), one(world.commune))
    tables = figures(world).by_unit()
    assert [str(t.title) for t in tables] == ["Trường mầm non", "Trường tiểu học", "UBND xã, phường"]
    assert [r.name for r in tables[1].rows] == [world.sen.name, world.lua.name]
    assert tables[1].rows[0].numbers.overdue == 1
    assert late.due_on < today()


def test_a_unit_opens_its_record_where_one_may_see_it(client, world):
    outside = make_unit(name="UBND phường khác", kind=UnitKind.COMMUNE)
    world.give(one(world.sen), one(outside))
    page = sign_in(client, world.official).get(reverse("operations")).content.decode()
    assert f'<a href="{reverse("tasks:record")}?don_vi={world.sen.pk}">{world.sen.name}</a>' in page
    assert outside.name in page
    assert f"?don_vi={outside.pk}" not in page


def test_a_long_table_is_cut_says_how_many_and_opens_whole(client, world):
    for n in range(MOST_UNITS):
        world.school(f"Trường Tiểu học {n}")
    world.give()
    found = figures(world)
    assert (len(found.by_unit()[0].rows), found.by_unit()[0].hidden) == (MOST_UNITS, 2)
    assert found.by_unit()[0].total.numbers.given == MOST_UNITS + 2
    assert len(figures(world, kind="primary").by_unit()[0].rows) == MOST_UNITS + 2
    page = sign_in(client, world.official).get(reverse("operations")).content.decode()
    assert f"xem cả {MOST_UNITS + 2} đơn vị" in page
    assert "?kind=primary" in page


def test_the_sections_of_one_document_hold_each_other_under_their_headings(world):
    document = Document.objects.create(unit=world.office, book_year=2023, book_number=1, number="7/CT")
    Obligation.objects.create(document=document, start=0, end=1, quote="x", section="II.1.a", heading="Các trường tiểu học")
    for section in ("II.1.a", "II.1.b", "II.2", "III", ""):
        world.give(quote=section or "Ngoài mục", document_id=document.pk, document_name="7/CT", section=section)
    rows = figures(world, document=document.pk).by_section()[0].rows
    assert [(str(r.name), r.note, r.level, r.numbers.given) for r in rows] == [
        ("II", "", 0, 6),
        ("II.1", "Các trường tiểu học", 1, 4),
        ("II.2", "", 1, 2),
        ("III", "", 0, 2),
        ("Không thuộc mục nào", "", 0, 2),
    ]
    assert figures(world).by_section() == []


def test_what_is_overdue_stands_under_its_task_the_longest_first(world):
    world.give(quote="Mới quá", due=today() - DAY)
    world.give(quote="Quá lâu", due=today() - 9 * DAY)
    done = world.give(one(world.lua), quote="Đã xong", due=today() - 20 * DAY)
    finish(world, done, world.lua)
    assert [(r["task__quote"], r["n"], r["days"]) for r in figures(world).latest()] == [("Quá lâu", 2, 9), ("Mới quá", 2, 1)]


def test_a_school_year_runs_from_september_to_august(world):
    world.give(quote="a", due=today().replace(year=2023, month=8, day=31))
    world.give(quote="b", due=today().replace(year=2023, month=9, day=1))
    world.give(quote="c", due=today().replace(year=2024, month=8, day=31))
    assert figures(world).years() == ["2023-2024", "2022-2023"]
    assert figures(world, year="2023-2024").total().numbers.given == 4
    assert figures(world, year="2022-2023").total().numbers.given == 2


def test_filters_that_make_no_sense_are_not_asked(client, world):
    world.give()
    sign_in(client, world.official)
    for query in ("?document=x", "?year=abcd-efgh", "?kind=zzz", "?on=hôm nay", "?document=999999", "?year=2023-2024'"):
        answer = client.get(reverse("operations") + query)
        assert answer.status_code == 200
        assert answer.context["total"].numbers.given == 2


def test_filters_that_leave_nothing_say_how_to_get_out(client, world):
    world.give()
    page = sign_in(client, world.official).get(reverse("operations"), {"kind": "ministry"}).content.decode()
    assert "Không có việc nào như vậy" in page
    assert "<table" not in page


def test_before_anything_is_given_the_page_says_what_will_come(client, world):
    assert "Chưa có việc nào được giao" in sign_in(client, world.official).get(reverse("operations")).content.decode()


def test_a_leader_counts_what_lies_below_and_nothing_beside(client, world):
    world.give()
    for user, given in ((world.official, 2), (world.head, 1), (world.stranger, 0), (make_user(role=RoleName.LEADER, unit=world.city), 2)):
        assert sign_in(client, user).get(reverse("operations")).context["total"].numbers.given == given


@pytest.mark.parametrize("table", ["document", "section", "unit", "month"])
def test_each_table_is_a_spreadsheet_with_the_filters_of_the_page(client, world, table):
    document = Document.objects.create(unit=world.office, book_year=2023, book_number=1, number="=7/CT")
    world.give(document_id=document.pk, document_name="=7/CT", section="I.1")
    world.give(one(world.mai))
    sign_in(client, world.official)
    answer = client.get(reverse("operations-export", args=[table]), {"document": document.pk})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["Nhóm", "Tên", "Đã giao", "Xong đúng hạn"]
    assert next(r for r in rows if r[1] == "Cộng")[2] == 2
    assert "dieu-hanh" in answer["Content-Disposition"]


def test_a_table_that_does_not_exist_leads_back(client, world):
    assert sign_in(client, world.official).get(reverse("operations-export", args=["x"])).headers["Location"] == reverse("operations")


def test_the_page_asks_the_database_no_more_with_more_units(client, world):
    def asked():
        client.get(reverse("operations"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("operations"))
        return len(queries)

    sign_in(client, world.official)
    world.give(due=today() - DAY)
    world.give(one(world.mai))
    before = asked()
    for n in range(6):
        world.school(f"Trường Tiểu học {n}")
        world.give(
            Address(rule_ref([UnitKind.PRIMARY], label="Các trường", within=world.office.pk)), quote=f"Việc {n}", due=today() - n * DAY
        )
    assert asked() == before


def test_a_bar_is_as_long_as_its_number_and_says_nothing_twice():
    bar = stacked([("good", 3), ("late", 0), ("open", 1), ("over", 0)], 8)
    assert bar.count("<rect") == 2
    assert 'class="good" x="0.0" y="0" width="74.0"' in bar
    assert 'class="open" x="75.0" y="0" width="24.0"' in bar
    assert 'aria-hidden="true"' in bar
    assert "style" not in bar
    assert stacked([("good", 0)], 0).count("<rect") == 0


def test_a_unit_that_ended_and_who_carries_it_on_say_so(client):
    w = merging()
    task = give(w["office"], "Khảo sát", [one(w["an"]), one(w["dong"])], by=None, due_on=today() + DAY)
    done = task.assignments.get(unit=w["dong"])
    official, head = make_user(role=RoleName.SPECIALIST, unit=w["office"]), make_user(role=RoleName.LEADER, unit=w["an"])
    work.report(done.pk, by=official, text="Xong", submit=True)
    judge.verify(done.pk, by=official)
    apply(merger(w).pk, by=None)
    ended, on = w["dong"], w["dong"].spells.order_by("-valid_to").first().valid_to + DAY
    notes = {str(r.name): r.note for t in Operations(Person(official), {}).by_unit() for r in t.rows}
    assert notes == {"TH Kim Đồng": f"thôi hoạt động từ {on:%d/%m/%Y}", "TH Chu Văn An": "nhận việc chưa xong của TH Kim Đồng"}
    home = sign_in(client, head).get("/").content.decode()
    assert "Trong đó 1 phần việc của đơn vị cũ, trước khi sắp xếp." in home
    assert ended.name in client.get(reverse("operations")).content.decode()


def test_a_day_to_come_is_told_as_a_guess(client, world):
    world.give(world.schools)
    words = "dự tính nếu từ nay không có gì thay đổi"
    page = {
        day: sign_in(client, world.official).get(reverse("operations"), {"on": f"{today() + day}"}).content.decode() for day in (DAY, -DAY)
    }
    assert [words in page[day] for day in (DAY, -DAY)] == [True, False]
