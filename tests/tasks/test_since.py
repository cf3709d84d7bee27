import io
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from khue.accounts.person import Person
from khue.tasks.changes import Between, changes
from khue.tasks.give import Address, give, move_due, withdraw
from khue.tasks.judge import decide_extension, send_back, verify
from khue.tasks.models import Event
from khue.tasks.work import ask_extension, report, transfer
from khue.units.groups import unit_ref
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
WEEK = Between(date(2024, 3, 10), date(2024, 3, 17))


@pytest.fixture
def office():
    return make_unit(name="Phòng Giáo dục")


@pytest.fixture
def school(office):
    return make_unit(name="Trường Kim Đồng", parent=office)


@pytest.fixture
def clerk(office):
    return make_user(role="specialist", unit=office)


def share_of(office, school, clerk, quote="Báo cáo sĩ số", due=date(2024, 4, 15), given="2024-03-01"):
    task = give(office, quote, [Address(unit_ref(school.pk))], by=clerk, on=date.fromisoformat(given), due_on=due)
    happened(given, task.assignments.get().events.all())
    return task.assignments.get()


def happened(day, events):
    """The events were on that day at noon."""
    events.update(at=datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))


def last(share):
    return Event.objects.filter(pk=share.events.latest("pk").pk)


def told(user, between=WEEK, **more):
    return {group.name: [(c.share.task.quote, c.before, c.now) for c in group.changes] for group in changes(Person(user), between, **more)}


class TestWhatChanged:
    @pytest.mark.parametrize(("given", "there"), [("2024-03-09", False), ("2024-03-10", True), ("2024-03-17", True), ("2024-03-18", False)])
    def test_both_days_are_included_and_no_others(self, office, school, clerk, given, there):
        share_of(office, school, clerk, given=given)
        assert ("given" in told(clerk)) is there

    @pytest.mark.parametrize(
        ("due", "late"),
        [(date(2024, 3, 8), False), (date(2024, 3, 9), True), (date(2024, 3, 16), True), (date(2024, 3, 17), False)],
    )
    def test_late_newly_is_what_fell_due_and_was_not_done(self, office, school, clerk, due, late):
        share_of(office, school, clerk, due=due)
        assert ("late" in told(clerk)) is late

    def test_what_was_done_in_time_is_done_and_not_late(self, office, school, clerk):
        share = share_of(office, school, clerk, due=date(2024, 3, 14))
        verify(share.pk, by=clerk, on=date(2024, 3, 13))
        happened("2024-03-13", last(share))
        assert told(clerk) == {"done": [("Báo cáo sĩ số", "", "")]}

    def test_what_was_done_late_is_both(self, office, school, clerk):
        share = share_of(office, school, clerk, due=date(2024, 3, 11))
        verify(share.pk, by=clerk, on=date(2024, 3, 13))
        happened("2024-03-13", last(share))
        assert set(told(clerk)) == {"done", "late"}

    def test_sent_back_extended_moved_passed_on_and_taken_back_are_told(self, office, school, clerk):
        other = make_unit(name="Trường Hoa Mai", parent=office)
        returned, extended, moved, passed, withdrawn = (share_of(office, school, clerk, f"Việc {n}") for n in range(5))
        report(returned.pk, by=clerk, text="xong", submit=True)
        send_back(returned.pk, "thiếu biểu", by=clerk)
        decide_extension(ask_extension(extended.pk, date(2024, 4, 20), "mưa", by=clerk).pk, grant=True, by=clerk)
        move_due(moved.task_id, date(2024, 4, 25), by=clerk, base=date(2024, 4, 15))
        transfer(passed.pk, other, "nhầm", by=clerk)
        withdraw(withdrawn.task_id, by=clerk, why="trùng")
        happened("2024-03-12", Event.objects.exclude(kind="given"))
        found = told(clerk)
        assert found["returned"] == [("Việc 0", "", "")]
        assert found["extended"] == [("Việc 2", date(2024, 4, 15), date(2024, 4, 25)), ("Việc 1", "", date(2024, 4, 20))]
        assert found["transferred"] == [("Việc 3", "", "Trường Hoa Mai")]
        assert found["withdrawn"] == [("Việc 4", "", "")]

    def test_figures_are_told_with_what_they_were_before(self, office, school, clerk):
        share = share_of(office, school, clerk)
        for day, figure in (("2024-03-05", 10), ("2024-03-12", 15), ("2024-03-14", 20), ("2024-03-20", 30)):
            report(share.pk, by=clerk, figure=Decimal(figure))
            happened(day, last(share))
        assert told(clerk)["figures"] == [("Báo cáo sĩ số", Decimal(10), Decimal(20))]

    def test_a_figure_told_again_has_not_moved(self, office, school, clerk):
        share = share_of(office, school, clerk)
        for day in ("2024-03-05", "2024-03-12"):
            report(share.pk, by=clerk, text="Vẫn thế.", figure=Decimal(10), percent=50)
            happened(day, last(share))
        assert told(clerk) == {}

    def test_a_first_figure_counts_from_nothing(self, office, school, clerk):
        share = share_of(office, school, clerk)
        report(share.pk, by=clerk, percent=40)
        happened("2024-03-12", last(share))
        assert told(clerk)["percent"] == [("Báo cáo sĩ số", None, 40)]

    def test_a_share_counts_once_in_a_group(self, office, school, clerk):
        share = share_of(office, school, clerk)
        for _ in range(3):
            report(share.pk, by=clerk, text="xong", submit=True)
            send_back(share.pk, "thiếu", by=clerk)
        happened("2024-03-12", Event.objects.exclude(kind="given"))
        (group,) = (g for g in changes(Person(clerk), WEEK) if g.name == "returned")
        assert (group.count, len(group.changes)) == (1, 1)

    def test_nothing_of_another_unit_is_told(self, office, school, clerk):
        share_of(office, school, clerk, given="2024-03-12", due=date(2024, 3, 13))
        neighbour = make_unit(name="Trường bên", parent=office)
        assert told(make_user(role="leader", unit=neighbour)) == {}
        assert set(told(make_user(role="leader", unit=school))) == {"given", "late"}

    def test_the_count_is_of_all_and_the_lines_are_as_many_as_asked(self, office, school, clerk):
        for n in range(7):
            share_of(office, school, clerk, f"Việc {n}", given="2024-03-12")
        (group,) = changes(Person(clerk), WEEK, most=3)
        assert (group.count, len(group.changes), group.more) == (7, 3, 4)


class TestThePage:
    where = "/viec/thay-doi/?tu=2024-03-10&den=2024-03-17"

    def test_it_groups_counts_and_links(self, client, office, school, clerk):
        share = share_of(office, school, clerk, given="2024-03-12")
        text = sign_in(client, clerk).get(self.where).content.decode()
        assert "Có gì thay đổi từ 10/03/2024" in text
        assert f"/viec/{share.task_id}/#p{share.pk}" in text

    def test_the_same_change_of_many_units_is_one_line_with_their_names_folded(self, client, office, clerk):
        schools = [make_unit(name=f"Trường Tiểu học {n}", parent=office) for n in range(4)]
        task = give(office, "Báo cáo sĩ số", [Address(unit_ref(s.pk)) for s in schools], by=clerk, on=date(2024, 3, 12))
        happened("2024-03-12", Event.objects.all())
        for n, share in enumerate(task.assignments.order_by("pk")[:3]):
            report(share.pk, by=clerk, text=f"Lời {n}", figure=Decimal(n + 1))
        happened("2024-03-13", Event.objects.exclude(kind="given"))
        given, figures = (g.by_task for g in changes(Person(clerk), WEEK) if g.name in ("given", "figures"))
        assert [len(line) for line in given[0][1]] == [4]
        assert [len(line) for line in figures[0][1]] == [1, 1, 1]
        text = " ".join(sign_in(client, clerk).get(self.where).content.decode().split())
        folded = text.split('<details class="inline">')[1].split("</details>")[0]
        assert "4 đơn vị" in folded.split("</summary>")[0]
        assert all(s.name in folded.split("</summary>")[1] for s in schools)

    def test_days_in_the_wrong_order_or_unreadable_are_forgiven(self, client, office, school, clerk):
        share_of(office, school, clerk, given="2024-03-12")
        sign_in(client, clerk)
        assert "Báo cáo sĩ số" in client.get("/viec/thay-doi/?tu=2024-03-17&den=2024-03-10").content.decode()
        assert client.get("/viec/thay-doi/?tu=x&den=2024-99-01&nhom=x").status_code == 200

    def test_its_queries_do_not_grow_with_the_changes(self, client, office, school, clerk, django_assert_max_num_queries):
        sign_in(client, clerk)
        for n in range(12):
            share = share_of(office, school, clerk, f"Việc {n}", given="2024-03-12")
            report(share.pk, by=clerk, figure=Decimal(n + 1))
        happened("2024-03-13", Event.objects.all())
        with django_assert_max_num_queries(36):
            client.get(self.where)

    def test_the_export_holds_every_line(self, client, office, school, clerk):
        for n in range(3):
            share_of(office, school, clerk, f"Việc {n}", given="2024-03-12")
        answer = sign_in(client, clerk).get(self.where.replace("/?", "/xuat.xlsx?"))
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert [row[2] for row in rows] == ["Nhiệm vụ", "Việc 2", "Việc 1", "Việc 0"]
        assert rows[1][:2] == ["Mới giao", date(2024, 3, 12)]
