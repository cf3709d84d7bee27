import io
from datetime import date

import pytest
from django.urls import reverse
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from khue.accounts.person import Person
from khue.core.errors import KhueError
from khue.tasks import reach
from khue.tasks.give import Address, give, move_due
from khue.tasks.judge import decide_extension, verify
from khue.tasks.models import Event, Notice, Task
from khue.tasks.month import Asked, move_back, programme, without_day
from khue.tasks.work import ask_extension
from khue.units.groups import rule_ref, unit_ref
from khue.units.kinds import UnitKind
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.clock import Clock

pytestmark = pytest.mark.django_db
PAGE = "/viec/thang/"
MARCH, TODAY = Asked(2024, 3), date(2024, 3, 10)


@pytest.fixture
def office():
    return make_unit(name="Phòng Giáo dục và Đào tạo", kind=UnitKind.EDUCATION_OFFICE)


@pytest.fixture
def schools(office):
    return [make_unit(name=f"Trường Tiểu học {name}", kind=UnitKind.PRIMARY, parent=office) for name in ("Bông Lúa", "Hoa Mai")]


@pytest.fixture
def clerk(office):
    return make_user(role="specialist", unit=office)


def made(office, clerk, quote="Báo cáo sĩ số", due=date(2024, 3, 15), to=None, **fields):
    ref = unit_ref(to.pk) if to else rule_ref([UnitKind.PRIMARY], label="Các trường tiểu học", within=office.pk)
    return give(office, quote, [Address(ref)], by=clerk, on=date(2024, 3, 1), due_on=due, **fields)


def of(user, asked=MARCH):
    return programme(Person(user), asked)


class TestTheProgramme:
    def test_weeks_are_whole_and_begin_on_monday(self, clerk):
        found = of(clerk)
        days = [cell.day for week in found.weeks for cell in week]
        assert (days[0], days[-1], len(days)) == (date(2024, 2, 26), date(2024, 3, 31), 35)
        assert all(week[0].day.weekday() == 0 and len(week) == 7 for week in found.weeks)

    @pytest.mark.parametrize(("year", "month", "weeks"), [(2021, 2, 4), (2024, 9, 6), (2024, 2, 5), (2026, 3, 6)])
    def test_every_month_has_the_weeks_it_needs(self, clerk, year, month, weeks):
        found = of(clerk, Asked(year, month))
        assert len(found.weeks) == weeks
        assert sum(cell.inside for week in found.weeks for cell in week) == (Asked(year, month).last - Asked(year, month).first).days + 1

    def test_weekends_and_holidays_are_marked_and_named(self, clerk):
        april = {cell.day: cell for week in of(clerk, Asked(2024, 4)).weeks for cell in week}
        assert april[date(2024, 4, 17)].working
        assert not april[date(2024, 4, 20)].working
        assert not april[date(2024, 4, 30)].working
        assert april[date(2024, 4, 30)].name

    def test_a_task_stands_on_its_deadline(self, office, schools, clerk):
        made(office, clerk)
        made(office, clerk, "Việc tháng tư", date(2024, 4, 1))
        found = of(clerk)
        assert [(day, [e.task.quote for e in entries]) for day, entries in found.days] == [(date(2024, 3, 15), ["Báo cáo sĩ số"])]
        assert found.entries[0].leads == "Các trường tiểu học"

    @pytest.mark.parametrize(
        ("quote", "period", "day", "loose"),
        [
            ("tháng 3/2024", "", date(2024, 3, 31), True),
            ("Quý I/2024", "", date(2024, 3, 31), True),
            ("trước ngày 31/3/2024", "", date(2024, 3, 31), False),
            ("", "", date(2024, 3, 31), False),
            ("", "2024-03", date(2024, 3, 31), True),
            ("tuần cuối tháng 3", "", date(2024, 3, 31), False),
            ("tháng 3/2024", "", date(2024, 3, 20), False),
        ],
    )
    def test_what_only_names_the_month_stands_beside_the_days(self, office, schools, clerk, quote, period, day, loose):
        task = made(office, clerk, due=day, due_quote=quote, period=period)
        assert without_day(task, day) is loose
        found = of(clerk)
        assert [bool(found.loose), bool(found.days)] == [loose, not loose]

    def test_a_school_sees_its_own_share_on_its_own_deadline(self, office, schools, clerk):
        task = made(office, clerk)
        share = task.assignments.get(unit=schools[0])
        decide_extension(ask_extension(share.pk, date(2024, 3, 20), "mưa", by=clerk).pk, grant=True, by=clerk)
        mine, other = make_user(role="leader", unit=schools[0]), make_user(role="leader", unit=schools[1])
        assert [day for day, _entries in of(mine).days] == [date(2024, 3, 20)]
        assert [day for day, _entries in of(other).days] == [date(2024, 3, 15)]
        assert of(mine).entries[0].leads == schools[0].name
        assert not of(mine).entries[0].movable

    def test_what_was_taken_back_is_gone(self, office, schools, clerk):
        from khue.tasks.give import withdraw

        withdraw(made(office, clerk).pk, by=clerk)
        assert of(clerk).entries == []

    def test_it_shows_how_far_each_is(self, office, schools, clerk):
        task = made(office, clerk)
        verify(task.assignments.first().pk, by=clerk, on=date(2024, 3, 9))
        (entry,) = of(clerk).entries
        assert (entry.numbers.done, entry.numbers.given, entry.numbers.overdue, entry.tone) == (1, 2, 1, "now")

    def test_filters_narrow_by_unit_kind_and_document(self, office, schools, clerk):
        made(office, clerk, document_id=7, document_name="Chỉ thị 11")
        own = give(schools[0], "Việc của trường", [Address(unit_ref(schools[0].pk))], by=clerk, on=TODAY, due_on=date(2024, 3, 20))
        assert [e.task.quote for e in of(clerk).entries] == ["Báo cáo sĩ số"]
        assert {e.task.quote for e in of(clerk, Asked(2024, 3, "all")).entries} == {"Báo cáo sĩ số", own.quote}
        assert {e.task.quote for e in of(clerk, Asked(2024, 3, str(schools[0].pk))).entries} == {"Báo cáo sĩ số", own.quote}
        assert of(clerk, Asked(2024, 3, kind="mine")).entries == []
        assert [e.task.quote for e in of(clerk, Asked(2024, 3, "all", document=7)).entries] == ["Báo cáo sĩ số"]
        assert of(clerk).documents == [(7, "Chỉ thị 11")]
        assert {name for _pk, name in of(clerk).units} == {office.name, *(s.name for s in schools)}

    def test_another_unit_is_not_to_be_asked_for(self, office, schools, clerk):
        made(office, clerk)
        head = make_user(role="leader", unit=schools[0])
        assert of(head, Asked(2024, 3, str(schools[1].pk))).entries == []
        assert {name for _pk, name in of(head, Asked(2024, 3, "all")).units} == {schools[0].name}

    def test_of_very_many_units_one_is_typed(self, office, schools, clerk, client, monkeypatch):
        monkeypatch.setattr(reach, "WIDE", 0)
        made(office, clerk)
        sign_in(client, clerk)
        page = client.get(PAGE).content.decode()
        assert 'name="ten"' in page
        assert schools[0].name not in page
        answer = client.get(PAGE, {"ten": "trường tiểu học bông lúa", "thang": "2024-03", "loai": "mine"})
        assert answer.url == f"{PAGE}?thang=2024-03&don_vi={schools[0].pk}&loai=mine"
        assert f'<option value="{schools[0].pk}" selected>{schools[0].name}' in client.get(answer.url).content.decode()

    def test_a_typed_unit_that_is_none_or_not_seen_is_said_at_its_field(self, office, schools, clerk, client, monkeypatch):
        monkeypatch.setattr(reach, "WIDE", 0)
        make_unit(name="Trường Tiểu học Nơi Khác", kind=UnitKind.PRIMARY)
        sign_in(client, clerk)
        for words, said in (("Trường Không Có", "Không tìm thấy đơn vị nào"), ("Trường Tiểu học Nơi Khác", "Bạn không xem được việc của")):
            page = client.get(PAGE, {"ten": words}).content.decode()
            assert said in page
            assert f'value="{words}"' in page

    def test_its_queries_do_not_grow_with_the_tasks(self, client, office, schools, clerk, django_assert_max_num_queries):
        sign_in(client, clerk)
        for n in range(12):
            made(office, clerk, f"Việc {n}", date(2024, 3, n + 1))
        with django_assert_max_num_queries(24):
            assert client.get("/viec/thang/?thang=2024-03").status_code == 200


class TestMoving:
    @pytest.fixture(autouse=True)
    def _on_that_day(self, monkeypatch):
        Clock(monkeypatch, TODAY)

    def send(self, client, task, day, base="2024-03-15", json=False, **more):
        headers = {"accept": "application/json"} if json else {}
        return client.post(
            reverse("tasks:month-move", args=[task.pk]), {"den": day, "base": base, "thang": "2024-03", **more}, headers=headers
        )

    def test_a_task_moves_with_its_shares_and_tells_the_log(self, client, office, schools, clerk):
        task = made(office, clerk)
        answer = self.send(sign_in(client, clerk), task, "2024-03-20", json=True)
        assert "Đã dời sang 20/03/2024" in answer.json()["words"]
        task.refresh_from_db()
        assert task.due_on == date(2024, 3, 20)
        assert set(task.assignments.values_list("due_on", flat=True)) == {date(2024, 3, 20)}
        assert Event.objects.filter(kind="due_moved").count() == 2

    def test_the_people_of_the_units_learn_the_new_deadline(self, office, schools, clerk):
        head = make_user(role="leader", unit=schools[0])
        task = made(office, clerk)
        Notice.objects.all().delete()
        move_due(task.pk, date(2024, 3, 20), by=clerk, base=date(2024, 3, 15))
        (notice,) = Notice.objects.filter(user=head)
        assert notice.text["parts"] == {"due": "20/03/2024", "quote": "Báo cáo sĩ số"}

    def test_a_move_that_somebody_else_was_quicker_with_is_told(self, client, office, schools, clerk):
        task = made(office, clerk)
        move_due(task.pk, date(2024, 3, 18), by=clerk, base=date(2024, 3, 15))
        answer = self.send(sign_in(client, clerk), task, "2024-03-20", json=True)
        assert answer.status_code == 409
        assert "Người khác vừa dời hạn sang 18/03/2024" in answer.json()["words"]
        task.refresh_from_db()
        assert task.due_on == date(2024, 3, 18)

    def test_a_day_that_has_passed_is_refused_and_a_day_off_told(self, client, office, schools, clerk):
        task = made(office, clerk)
        answer = self.send(sign_in(client, clerk), task, "2024-03-09", json=True)
        assert (answer.status_code, "Ngày 09/03/2024 đã qua." in answer.json()["words"]) == (409, True)
        task.refresh_from_db()
        assert task.due_on == date(2024, 3, 15)
        later = made(office, clerk, "Việc sau", date(2098, 3, 3))
        answer = self.send(client, later, "2098-03-01", base="2098-03-03", json=True)
        assert "ngày nghỉ: thứ Bảy" in answer.json()["words"]

    @pytest.mark.parametrize("day", ["", "31/3/2024", "2024-02-30", "1024-03-01", "x"])
    def test_what_is_no_day_changes_nothing(self, client, office, schools, clerk, day):
        task = made(office, clerk)
        assert self.send(sign_in(client, clerk), task, day, json=True).status_code == 422
        task.refresh_from_db()
        assert task.due_on == date(2024, 3, 15)

    def test_without_a_script_the_page_offers_to_undo(self, client, office, schools, clerk):
        task = made(office, clerk)
        answer = sign_in(client, clerk).post(
            reverse("tasks:month-move", args=[task.pk]), {"den": "2024-03-20", "base": "2024-03-15", "thang": "2024-03"}, follow=True
        )
        assert "thang=2024-03" in answer.request["QUERY_STRING"]
        text = answer.content.decode()
        assert "Đã dời sang 20/03/2024" in text
        assert "đã dời sang 20/03/2024" in text
        self.send(client, task, "2024-03-15", base="2024-03-20", undo="1")
        task.refresh_from_db()
        assert task.due_on == date(2024, 3, 15)

    def test_undoing_leaves_a_share_alone_that_had_that_day_already(self, office, schools, clerk):
        task = made(office, clerk)
        extended = task.assignments.get(unit=schools[0])
        decide_extension(ask_extension(extended.pk, date(2024, 3, 20), "mưa", by=clerk).pk, grant=True, by=clerk)
        move_due(task.pk, date(2024, 3, 20), by=clerk, base=date(2024, 3, 15))
        move_back(task.pk, date(2024, 3, 15), by=clerk, base=date(2024, 3, 20))
        assert dict(task.assignments.values_list("unit_id", "due_on")) == {
            schools[0].pk: date(2024, 3, 20),
            schools[1].pk: date(2024, 3, 15),
        }

    def test_undoing_is_refused_where_somebody_moved_on(self, office, schools, clerk):
        task = made(office, clerk)
        move_due(task.pk, date(2024, 3, 20), by=clerk, base=date(2024, 3, 15))
        move_due(task.pk, date(2024, 3, 25), by=clerk, base=date(2024, 3, 20))
        with pytest.raises(KhueError, match="25/03/2024"):
            move_back(task.pk, date(2024, 3, 15), by=clerk, base=date(2024, 3, 20))

    def test_only_those_who_give_may_move(self, client, office, schools, clerk):
        task = made(office, clerk)
        assert self.send(sign_in(client, make_user(role="viewer", unit=office)), task, "2024-03-20").status_code == 403
        assert self.send(sign_in(client, make_user(role="leader", unit=schools[0])), task, "2024-03-20").status_code == 403
        assert self.send(sign_in(client, make_user(role="leader")), task, "2024-03-20").status_code == 404
        assert Task.objects.get(pk=task.pk).due_on == date(2024, 3, 15)

    def test_nobody_is_offered_a_move_that_they_may_not_make(self, client, office, schools, clerk):
        made(office, clerk)
        text = sign_in(client, make_user(role="viewer", unit=office)).get("/viec/thang/?thang=2024-03").content.decode()
        assert "Báo cáo sĩ số" in text
        assert "data-move=" not in text
        assert "doi-ngay" not in text


class TestFiles:
    def test_the_calendar_holds_every_task_of_the_month(self, client, office, schools, clerk):
        task = made(office, clerk)
        made(office, clerk, "Việc trong tháng", date(2024, 3, 31), due_quote="tháng 3/2024")
        answer = sign_in(client, clerk).get("/viec/thang/xuat.ics?thang=2024-03")
        events = Calendar.from_ical(answer.content).walk("vevent")
        assert [str(e["summary"]) for e in events] == ["Báo cáo sĩ số", "Việc trong tháng"]
        assert events[0].decoded("dtstart") == task.due_on

    def test_the_spreadsheet_is_the_programme_on_screen(self, client, office, schools, clerk):
        made(office, clerk, "=1+1")
        made(office, clerk, "Việc trong tháng", date(2024, 3, 31), due_quote="Quý I/2024")
        answer = sign_in(client, clerk).get("/viec/thang/xuat.xlsx?thang=2024-03")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert rows[1][0] == "CHƯƠNG TRÌNH CÔNG TÁC THÁNG 3 NĂM 2024"
        assert rows[4][:4] == [1, "=1+1", date(2024, 3, 15), "Các trường tiểu học"]
        assert rows[5][1:3] == ["Việc trong tháng", "Quý I/2024"]

    def test_an_address_that_cannot_be_read_is_this_month(self, client, clerk):
        for month in ("", "x", "2024-13", "0000-01", "9" * 40):
            assert sign_in(client, clerk).get(f"/viec/thang/?thang={month}&don_vi=x&van_ban=x&loai=x").status_code == 200
        assert client.get("/viec/thang/xuat.exe").status_code == 404
