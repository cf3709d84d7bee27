"""The record of a unit and its heads: its numbers are those of states.py, each opens what it counts, the unit has its word."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from khue.accounts.models import Role, RoleName
from khue.core.errors import KhueError
from khue.core.models import Action
from khue.tasks import judge, work
from khue.tasks.evidence import evidence, told
from khue.tasks.likeness import FEWEST, likeness
from khue.tasks.models import Assignment, Task, UnitWord
from khue.tasks.record import FACETS, MONTH, QUARTER, YEAR, Asked, periods, record, school_year
from khue.tasks.replies import say_word
from khue.tasks.states import counted, numbers
from khue.tasks.templatetags.record import percent
from khue.tasks.views.record import PER_PAGE
from khue.units.tree import today
from tests.factories import make_user, sign_in
from tests.tasks.world import World, person

pytestmark = pytest.mark.django_db
FIRST, LAST = today() - timedelta(days=60), today() + timedelta(days=60)


@pytest.fixture
def world():
    return World()


def play(world: World, n: int, *, days: int, done: int | None = None, returned: bool = False, extended: bool = False, **fields) -> Task:
    """The n-th task, due in so many days; `done` so many days from today at the school."""
    task = world.give(quote=f"Việc {n}.", due=today() + timedelta(days=days), on=today() - timedelta(days=100), **fields)
    share = world.share(task)
    if extended:
        wish = work.ask_extension(share.pk, share.due_on + timedelta(days=5), "Chờ kinh phí", by=world.head)
        judge.decide_extension(wish.pk, grant=True, by=world.official)
    if returned:
        work.report(share.pk, by=world.head, text="Xong", submit=True)
        judge.send_back(share.pk, "Thiếu số liệu", by=world.official)
    if done is not None:
        work.report(share.pk, by=world.head, text="Đã xong", submit=True, on=today() + timedelta(days=done))
        judge.verify(share.pk, by=world.official)
    return task


@pytest.fixture
def played(world):
    """In time, late, sent back and then late, extended and open, overdue, far away, without a deadline."""
    play(world, 1, days=-20, done=-25)
    play(world, 2, days=-20, done=-2)
    play(world, 3, days=-8, done=-1, returned=True)
    play(world, 4, days=3, extended=True)
    play(world, 5, days=-3)
    play(world, 6, days=200)
    undated = world.give(quote="Việc 7.", on=today() - timedelta(days=10))
    Task.objects.filter(pk=undated.pk).update(due_on=None)
    undated.assignments.update(due_on=None)
    return world


def asked(world: World, step: str = MONTH, first: date = FIRST, last: date = LAST) -> Asked:
    return Asked(world.lua, first, last, step)


def test_its_numbers_are_those_of_the_states(played):
    found = record(person(played.official), asked(played)).total.tally
    shares = Assignment.objects.filter(unit=played.lua, due_on__range=(FIRST, LAST))
    assert found.numbers == numbers(shares, today())
    assert [found.of(name) for name in FACETS] == [5, 1, 2, 1, 1, 1, 1]


@pytest.mark.parametrize("step", [MONTH, QUARTER, YEAR])
def test_the_periods_add_up_to_the_whole(played, step):
    found = record(person(played.official), asked(played, step))
    for name in FACETS:
        assert sum(line.tally.of(name) for line in found.periods) == found.total.tally.of(name)


def test_every_number_opens_exactly_what_it_counts(played):
    client = sign_in(Client(), played.official)
    found = record(person(played.official), asked(played))
    for line in [found.total, found.undated, *found.periods, *found.heads]:
        for name, _heading, number, address in line.cells:
            answer = client.get(address)
            assert answer.context["page_obj"].paginator.count == number, (line.name, name)


def test_what_has_no_deadline_stands_beside_and_not_in_the_sum(played):
    found = record(person(played.official), asked(played))
    assert found.undated.tally.numbers.no_deadline == 1
    assert found.total.tally.numbers.no_deadline == 0


def test_what_was_withdrawn_and_the_parts_of_partners_do_not_count(world):
    from khue.tasks.give import withdraw

    withdraw(world.give(due=today()).pk, by=world.official)
    world.give(world.schools, world.helping(), due=today())
    commune = Asked(world.commune, FIRST, LAST)
    assert record(person(world.chair), commune).total.tally.numbers.given == 0
    assert record(person(world.official), asked(world)).total.tally.numbers.given == 1


def test_periods_are_cut_to_the_days_asked_for():
    days = date(2025, 8, 20), date(2025, 10, 5)
    assert periods(*days, MONTH) == [
        ("08/2025", date(2025, 8, 20), date(2025, 8, 31)),
        ("09/2025", date(2025, 9, 1), date(2025, 9, 30)),
        ("10/2025", date(2025, 10, 1), date(2025, 10, 5)),
    ]
    assert [(a, b) for _n, a, b in periods(*days, YEAR)] == [(date(2025, 8, 20), date(2025, 8, 31)), (date(2025, 9, 1), date(2025, 10, 5))]
    assert [n for n, _a, _b in periods(*days, QUARTER)] == ["Quý III/2025", "Quý IV/2025"]
    assert school_year(date(2026, 8, 31)) == (date(2025, 9, 1), date(2026, 8, 31))


def test_a_share_belongs_to_the_head_of_the_day_it_was_due(played):
    change = today() - timedelta(days=10)
    Role.objects.filter(user=played.head).update(valid_to=change)
    new = make_user(role=RoleName.LEADER, unit=played.lua, name="Vàng Thị Mới", since=change + timedelta(days=1))
    old, now = record(person(played.official), asked(played)).heads
    assert (old.name, old.last, old.tally.numbers.given) == (str(played.head), change, 2)
    assert (now.name, now.first, now.tally.numbers.given) == (str(new), change + timedelta(days=1), 3)


def test_the_evidence_holds_all_that_happened_and_the_reasons(played):
    rows = list(told(evidence(person(played.official), asked(played), "returned", undated=False), today()))
    assert [row.task.quote for row in rows] == ["Việc 3."]
    assert "Thiếu số liệu" in [event.text for event in rows[0].way]
    page = sign_in(Client(), played.official).get(asked(played).address("tasks:record-evidence", so="returned")).content.decode()
    assert "Thiếu số liệu" in page
    assert "Việc 1." not in page


def test_a_unit_outside_ones_reach_is_not_there(played):
    stranger = sign_in(Client(), played.stranger)
    for name in ("tasks:record", "tasks:record-evidence", "tasks:record-export"):
        assert stranger.get(reverse(name), {"don_vi": played.lua.pk}).status_code == 404


def test_a_head_sees_the_own_record_first_and_not_that_of_the_school_beside(played):
    client = sign_in(Client(), played.head)
    assert client.get(reverse("tasks:record")).context["asked"].unit == played.lua
    assert client.get(reverse("tasks:record"), {"don_vi": played.sen.pk}).status_code == 404


def test_a_unit_is_found_by_its_name(played):
    client = sign_in(Client(), played.official)
    assert client.get(reverse("tasks:record"), {"don_vi": "truong tieu hoc bong lua"}).context["asked"].unit == played.lua
    page = client.get(reverse("tasks:record"), {"don_vi": "Trường Không Có"})
    assert "Không thấy đúng một đơn vị tên “Trường Không Có”" in page.content.decode()


def test_days_that_are_none_mean_the_school_year(played):
    found = sign_in(Client(), played.head).get(reverse("tasks:record"), {"tu": "hôm qua", "den": "9999-99-99", "ky": "x"}).context["asked"]
    assert (found.first, found.last, found.step) == (*school_year(today()), MONTH)


# --- like units


def likes(world: World, count: int) -> None:
    """So many further primary schools, each with one task due, every second one done."""
    for n in range(count):
        school = world.school(f"Trường Tiểu học số {n}")
        task = world.give(quote=f"Riêng {n}", due=today() - timedelta(days=5), on=today() - timedelta(days=30))
        if n % 2:
            share = world.share(task, school)
            work.report(share.pk, by=world.head, text="Xong", submit=True, on=today() - timedelta(days=6))
            judge.verify(share.pk, by=world.official)


def test_few_like_units_are_not_compared(world):
    likes(world, FEWEST - 3)
    found = likeness(asked(world), record(person(world.official), asked(world)).total.tally)
    assert found.units == FEWEST - 1
    assert found.spreads == []
    assert "nên không so sánh" in sign_in(Client(), world.official).get(asked(world).address()).content.decode()


def test_like_units_show_quartiles_and_nobodys_name(world):
    likes(world, 6)
    found = likeness(asked(world), record(person(world.official), asked(world)).total.tally)
    spread = next(s for s in found.spreads if s.measure.name == "overdue")
    assert (spread.units, spread.part, spread.whole, spread.own) == (8, 6, 6, 100.0)
    assert spread.low <= spread.middle <= spread.high
    page = sign_in(Client(), world.head).get(asked(world).address()).content.decode()
    assert '<svg class="spread"' in page
    assert "Trường Tiểu học số 1" not in page


def test_only_the_same_kind_under_the_same_unit_is_like(world):
    likes(world, 6)
    kindergarten = Asked(world.mai, FIRST, LAST)
    found = likeness(kindergarten, record(person(world.official), kindergarten).total.tally)
    assert (found.units, found.spreads) == (0, [])


# --- the unit's own word


def say(client: Client, world: World, **fields):
    sent = {"text": "Trường chỉ có hai giáo viên.", "tu": FIRST, "den": LAST, "ky": MONTH, "_once": "k1", **fields}
    return client.post(reverse("tasks:record-reply", args=[world.lua.pk]), sent)


def test_a_unit_says_its_word_on_a_period_once_and_it_is_logged(played):
    client = sign_in(Client(), played.head)
    assert say(client, played).url == f"{asked(played).address()}#y-kien"
    say(client, played)
    word = UnitWord.objects.get()
    assert (word.unit, word.first_on, word.last_on, word.by) == (played.lua, FIRST, LAST, played.head)
    assert Action.objects.get(verb="unit.word").unit_id == played.lua.pk
    page = sign_in(Client(), played.official).get(asked(played).address()).content.decode()
    assert "Trường chỉ có hai giáo viên." in page


def test_a_unit_says_its_word_on_one_share_and_it_stands_beside_the_evidence(played):
    share = played.share(Task.objects.get(quote="Việc 5."))
    where = say(sign_in(Client(), played.head), played, share=share.pk, so="overdue").url
    page = sign_in(Client(), played.official).get(where).content.decode()
    assert where.endswith(f"#s{share.pk}")
    assert "Trường chỉ có hai giáo viên." in page


def test_nobody_speaks_for_another_unit(played):
    boss = make_user(role=RoleName.LEADER, unit=played.office)
    entry = make_user(role=RoleName.ENTRY, unit=played.lua)
    for user, status in ((boss, 403), (entry, 403), (played.other_head, 404), (played.stranger, 404)):
        assert say(sign_in(Client(), user), played).status_code == status
    assert not UnitWord.objects.exists()


def test_a_word_is_about_a_share_of_the_unit_or_about_days(played):
    other = played.share(Task.objects.get(quote="Việc 5."), played.sen)
    for wrong in ({"share_id": other.pk}, {}, {"first": LAST, "last": FIRST}):
        with pytest.raises(KhueError):
            say_word(played.lua, "Một câu.", by=played.head, **wrong)
    with pytest.raises(KhueError):
        say_word(played.lua, "  ", by=played.head, first=FIRST, last=LAST)
    assert not UnitWord.objects.exists()


def test_a_word_on_exactly_a_period_stands_at_its_row(played):
    _name, first, last = periods(FIRST, LAST, MONTH)[1]
    word = say_word(played.lua, "Bão lũ cả tháng.", by=played.head, first=first, last=last)
    found = record(person(played.official), asked(played))
    assert [line.words for line in found.periods if line.first == first] == [[word]]
    assert found.words == [word]


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_a_word_that_says_nothing_or_too_much_is_told_at_its_field_and_kept(played, text):
    share = played.share(Task.objects.get(quote="Việc 5."))
    client = sign_in(Client(), played.head)
    for more, field in (({}, "text"), ({"share": share.pk, "so": "overdue"}, f"t{share.pk}")):
        answer = say(client, played, text=text, **more)
        page = answer.content.decode()
        words = "Ý kiến phải có từ 1 đến 4000 ký tự." if text.strip() else "Chưa ghi gì."
        assert answer.status_code == 422
        assert f'id="{field}-error">{words}' in page
        assert f">{text}</textarea>" in page
        assert list(answer.context["messages"]) == []
    assert not UnitWord.objects.exists()


def test_days_the_wrong_way_round_are_turned_and_it_is_said(played):
    client = sign_in(Client(), played.head)
    for first, last, turned in ((LAST, FIRST, True), (FIRST, LAST, False)):
        answer = client.get(reverse("tasks:record"), {"tu": first, "den": last})
        assert (answer.context["asked"].first, answer.context["asked"].last) == (FIRST, LAST)
        assert ("hai ngày đã được đổi chỗ" in answer.content.decode()) == turned


def test_it_says_that_it_counts_only_what_fell_due_in_its_time(played):
    found = record(person(played.official), asked(played))
    assert (found.everything, found.total.tally.numbers.given) == (7, 5)
    page = sign_in(Client(), played.official).get(asked(played).address()).content.decode()
    assert "được giao tất cả 7 việc; hồ sơ chỉ đếm 5 việc đến hạn" in page


def test_a_percentage_is_written_as_in_its_language():
    with translation.override("vi"):
        assert [percent(74.06), percent(50.0)] == ["74,1%", "50%"]
    with translation.override("en"):
        assert [percent(74.06), percent(50.0)] == ["74.1%", "50%"]


# --- workbook, queries


def test_the_workbook_holds_figures_evidence_and_words(played):
    say_word(played.lua, "=1+1 không phải công thức", by=played.head, first=FIRST, last=LAST)
    answer = sign_in(Client(), played.official).get(asked(played).address("tasks:record-export"))
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    shares = book.get_sheet_by_name("Từng việc").to_python()
    assert len(shares) == 1 + counted(Assignment.objects.filter(unit=played.lua, due_on__range=(FIRST, LAST))).count()
    assert any("Thiếu số liệu" in str(row) for row in shares)
    assert "=1+1 không phải công thức" in str(book.get_sheet_by_name("Ý kiến của đơn vị").to_python())
    assert f"tính đến ngày {today():%d/%m/%Y}" in str(book.get_sheet_by_name("Hồ sơ").to_python()), "a file is read on another day"


def test_the_pages_take_as_many_queries_for_many_shares_as_for_few(world):
    client = sign_in(Client(), world.official)
    addresses = [asked(world).address(), asked(world).address("tasks:record-evidence")]

    def count() -> list[int]:
        found = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    play(world, 0, days=-20, done=-25)
    few = count()
    for n in range(1, PER_PAGE + 3):
        play(world, n, days=-n, done=-n - 1 if n % 2 else None, returned=n % 3 == 0)
    likes(world, 6)
    Role.objects.create(user=make_user(), unit=world.lua, role=RoleName.LEADER)
    assert count() == few
