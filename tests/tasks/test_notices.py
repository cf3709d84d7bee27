from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from khue.accounts.models import RoleName
from khue.core.models import Action
from khue.core.said import as_data, said
from khue.tasks.choices import choices_of
from khue.tasks.give import Address, give, move_due, withdraw
from khue.tasks.judge import verify
from khue.tasks.models import FeedSecret, Notice, NoticeChoice
from khue.tasks.work import hand_to, report, transfer
from khue.units.groups import unit_ref
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.clock import Clock

pytestmark = pytest.mark.django_db
TODAY, DUE = date(2024, 3, 4), date(2024, 3, 15)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, TODAY)


@pytest.fixture
def person():
    return make_user(role=RoleName.ENTRY, unit=make_unit(name="Trường Bông Lúa"))


def tell(user, text="Việc mới: Báo cáo", **more):
    number = Notice.objects.count()
    fields = {"kind": "given", "address": f"/viec/thong-bao/?so={number}", "day": TODAY, **more}
    return Notice.objects.create(user=user, key=f"k{number}", text=as_data(said(text)), **fields)


class TestTheList:
    def test_the_unread_come_first_and_the_bell_counts_them(self, client, person, clock):
        sign_in(client, person)
        tell(person, "Đã đọc", read_at=clock.moment)
        tell(person, "Chưa đọc A")
        tell(person, "Chưa đọc B")
        tell(person, "Đọc sau cùng", read_at=clock.moment + timedelta(hours=1))
        page = client.get(reverse("tasks:notices"))
        said_there = [n.text["say"] for n in page.context["page_obj"]]
        assert said_there == ["Chưa đọc B", "Chưa đọc A", "Đọc sau cùng", "Đã đọc"]
        assert page.context["unread"] == 2
        assert '<b class="num">2</b>' in page.content.decode()
        only = client.get(reverse("tasks:notices"), {"chua-doc": "1"})
        assert [n.text["say"] for n in only.context["page_obj"]] == ["Chưa đọc B", "Chưa đọc A"]

    def test_somebody_elses_are_not_there(self, client, person, clock):
        other = tell(make_user())
        sign_in(client, person)
        assert list(client.get(reverse("tasks:notices")).context["page_obj"]) == []
        assert client.post(reverse("tasks:notices-read"), {"notice": other.pk}).status_code == 404
        other.refresh_from_db()
        assert other.read_at is None

    def test_opening_one_marks_it_and_leads_there(self, client, person, clock):
        notice, left = tell(person), tell(person)
        sign_in(client, person)
        answer = client.post(reverse("tasks:notices-read"), {"notice": notice.pk, "go": "1"})
        assert answer["Location"] == notice.address
        assert list(Notice.objects.filter(read_at=None)) == [left]

    @pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", ""])
    def test_it_leads_nowhere_else(self, client, person, clock, address):
        notice = tell(person, address=address)
        sign_in(client, person)
        answer = client.post(reverse("tasks:notices-read"), {"notice": notice.pk, "go": "1"})
        assert answer["Location"] == reverse("tasks:notices")

    @pytest.mark.parametrize("number", ["x", "9" * 30, "0", "-1"])
    def test_what_is_no_notice_is_not_there(self, client, person, clock, number):
        sign_in(client, person)
        assert client.post(reverse("tasks:notices-read"), {"notice": number}).status_code == 404

    def test_all_are_marked_at_once(self, client, person, clock):
        other = tell(make_user())
        tell(person)
        tell(person)
        sign_in(client, person)
        page = client.post(reverse("tasks:notices-read"), follow=True)
        assert "Đã đánh dấu 2 tin" in page.content.decode()
        assert list(Notice.objects.filter(read_at=None)) == [other]

    @pytest.mark.parametrize("count", [1, 40])
    def test_the_number_of_queries_does_not_grow(self, client, person, clock, count, django_assert_max_num_queries):
        for _ in range(count):
            tell(person)
        # a session is noted with its first page
        sign_in(client, person).get(reverse("home"))
        with django_assert_max_num_queries(10):
            client.get(reverse("tasks:notices"))


class TestTheChoice:
    GOOD = {"by_mail": "on", "digest": "daily", "quiet_from": "18:00", "quiet_to": "07:00", "days_before": "5, 2", "days_after": "1"}

    def test_it_shows_the_defaults_and_makes_no_row_by_looking(self, client, person):
        sign_in(client, person)
        page = client.get(reverse("tasks:notice-choice")).content.decode()
        assert 'value="7, 3, 1"' in page
        assert not NoticeChoice.objects.exists()

    def test_it_is_saved_and_told_in_the_log(self, client, person):
        sign_in(client, person)
        client.post(reverse("tasks:notice-choice"), self.GOOD | {"digest": "at-once"})
        choice = choices_of([person.pk])[person.pk]
        assert (choice.by_mail, choice.digest, choice.quiet_from, choice.quiet_to) == (True, False, time(18), time(7))
        assert (choice.days_before, choice.days_after) == ([5, 2], [1])
        assert Action.objects.get(verb="notices.chosen").by == person

    def test_no_days_mean_no_reminder(self, client, person):
        sign_in(client, person)
        client.post(reverse("tasks:notice-choice"), self.GOOD | {"days_before": "", "days_after": " "})
        choice = choices_of([person.pk])[person.pk]
        assert (choice.days_before, choice.days_after) == ([], [])

    @pytest.mark.parametrize("days", ["0", "31", "x", "-1", "1.5", "1,2,3,4,5,6,7,8,9", "9999999999"])
    def test_what_is_no_days_is_said(self, client, person, days):
        sign_in(client, person)
        page = client.post(reverse("tasks:notice-choice"), self.GOOD | {"days_before": days})
        assert "số từ 1 đến 30" in page.content.decode()
        assert not NoticeChoice.objects.exists()


class TestTheCalendar:
    @pytest.fixture
    def world(self, clock):
        office = make_unit(name="Phòng Giáo dục")
        school, other = make_unit(name="Trường Bông Lúa", parent=office), make_unit(name="Trường Sen Hồng", parent=office)
        official = make_user(role=RoleName.SPECIALIST, unit=office)
        head = make_user(role=RoleName.LEADER, unit=school)
        task = give(office, "Báo cáo sĩ số", [Address(unit_ref(school.pk))], by=official, due_on=DUE)
        return {"office": office, "school": school, "other": other, "official": official, "head": head, "task": task}

    def feed(self, client, user):
        sign_in(client, user)
        address = client.get(reverse("tasks:notice-choice")).context["feed"]
        client.logout()
        answer = client.get(address[address.index("/viec/") :])
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/calendar")
        return {str(e["uid"]): e for e in Calendar.from_ical(answer.content).walk("VEVENT")}

    def test_it_holds_my_shares_with_alarms_on_working_mornings(self, client, world):
        share = world["task"].assignments.get()
        events = self.feed(client, world["head"])
        event = events[f"share-{share.pk}@khue"]
        assert (event["dtstart"].dt, str(event["status"]), str(event["summary"])) == (DUE, "CONFIRMED", "Báo cáo sĩ số")
        alarms = sorted(a["trigger"].dt.isoformat() for a in event.walk("VALARM"))
        # eight in the morning of the 6th, 12th, 14th and 15th in Vietnam
        assert alarms == [f"2024-03-{d:02}T01:00:00+00:00" for d in (6, 12, 14, 15)]

    def test_it_holds_the_tasks_i_follow(self, client, world):
        events = self.feed(client, world["official"])
        assert [str(e["summary"]) for e in events.values()] == ["Theo dõi: Báo cáo sĩ số"]
        assert list(events) == [f"task-{world['task'].pk}@khue"]

    def test_a_moved_deadline_keeps_its_number_and_counts_up(self, client, world):
        before = self.feed(client, world["official"])
        move_due(world["task"].pk, date(2024, 3, 22), by=world["official"], base=DUE)
        after = self.feed(client, world["official"])
        assert list(before) == list(after)
        (old,), (new,) = before.values(), after.values()
        assert new["dtstart"].dt == date(2024, 3, 22)
        assert int(new["sequence"]) > int(old["sequence"])

    def test_what_is_taken_back_or_passed_on_is_cancelled_and_silent(self, client, world):
        share = world["task"].assignments.get()
        second = give(world["office"], "Việc khác", [Address(unit_ref(world["school"].pk))], by=world["official"], due_on=DUE)
        transfer(second.assignments.get().pk, world["other"], "Không thuộc trường", by=world["head"])
        withdraw(world["task"].pk, by=world["official"])
        events = self.feed(client, world["head"])
        assert {str(e["status"]) for e in events.values()} == {"CANCELLED"}
        assert f"share-{share.pk}@khue" in events
        assert not any(list(e.walk("VALARM")) for e in events.values())
        followed = self.feed(client, world["official"])
        assert str(followed[f"task-{world['task'].pk}@khue"]["status"]) == "CANCELLED"

    def test_what_is_done_says_so_without_alarms(self, client, world):
        share = world["task"].assignments.get()
        report(share.pk, by=world["head"], text="Xong", submit=True)
        verify(share.pk, by=world["official"])
        (event,) = self.feed(client, world["head"]).values()
        assert str(event["summary"]) == "Xong: Báo cáo sĩ số"
        assert list(event.walk("VALARM")) == []

    def test_it_holds_nobody_elses(self, client, world):
        teacher = make_user(role=RoleName.ENTRY, unit=world["school"])
        share = world["task"].assignments.get()
        hand_to(share.pk, teacher, by=world["head"])
        assert self.feed(client, world["head"]) == {}
        assert self.feed(client, make_user(role=RoleName.LEADER, unit=world["other"])) == {}
        assert list(self.feed(client, teacher)) == [f"share-{share.pk}@khue"]

    def test_a_new_address_ends_the_old_one(self, client, world):
        self.feed(client, world["head"])
        old = FeedSecret.objects.get().secret
        sign_in(client, world["head"])
        client.post(reverse("tasks:feed-reset"))
        new = FeedSecret.objects.get().secret
        assert client.get(reverse("tasks:feed", args=[old])).status_code == 404
        assert client.get(reverse("tasks:feed", args=[new])).status_code == 200
        assert Action.objects.filter(verb="feed.reset", by=world["head"]).exists()
        assert old not in str(list(Action.objects.values()))

    def test_somebody_who_left_has_no_calendar_any_more(self, client, world):
        self.feed(client, world["head"])
        world["head"].is_active = False
        world["head"].save()
        assert client.get(reverse("tasks:feed", args=[FeedSecret.objects.get().secret])).status_code == 404

    def test_a_secret_that_nobody_has_is_not_there(self, client, world):
        assert client.get("/viec/lich/x.ics").status_code == 404


def test_a_task_handed_on_is_new_to_that_person_once(clock):
    school = make_unit(name="Trường Bông Lúa")
    head, teacher, other = (make_user(role=role, unit=school) for role in (RoleName.LEADER, RoleName.ENTRY, RoleName.ENTRY))
    share = give(make_unit(name="Phòng"), "Rà soát", [Address(unit_ref(school.pk))], by=None, due_on=DUE).assignments.get()
    hand_to(share.pk, teacher, by=head)
    unread = Notice.objects.filter(read_at=None)
    assert list(unread.filter(user=teacher).values_list("kind", flat=True)) == ["person"]
    assert list(unread.filter(user=other).values_list("kind", flat=True)) == ["given"]
