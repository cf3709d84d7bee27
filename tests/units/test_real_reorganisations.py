"""Two reorganisations as they happen: two schools merge in the middle of a school year; the reform of 2025-07-01."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from khue.accounts.demo import make_people
from khue.accounts.models import RoleName, User
from khue.accounts.person import Person
from khue.catalog.loader import load_entry
from khue.cli.reforming import run
from khue.core.errors import KhueError
from khue.documents.models import Report
from khue.documents.report.compose import compose
from khue.documents.report.gather import Matter
from khue.tasks import judge, work
from khue.tasks.give import Address, give
from khue.tasks.lists import my_shares
from khue.tasks.models import Assignment, Event, Stage, Task
from khue.tasks.models.task import CLOSED, OUT
from khue.tasks.reach import share_for, shares_for, task_for
from khue.tasks.states import numbers
from khue.units.groups import group_ref, members, rule_ref, unit_ref
from khue.units.history import Reorganisation, Succession
from khue.units.kinds import SCHOOLS, Scheme, UnitKind
from khue.units.models import Place, Unit, UnitGroup, UnitSpell
from khue.units.reform import draft_reform
from khue.units.reorganise import apply, preview, undo
from khue.units.tree import ancestor_ids, spell_of, spells_on, standing, subtree_ids, today
from tests.factories import make_user
from tests.units.test_reorganise import snapshot

pytestmark = pytest.mark.django_db
REFORM = date(2025, 7, 1)
LAST = REFORM - timedelta(days=1)
FILE = "lao-cai/reorganisations/2025-07-01.yaml"
YEAR_END = date(2024, 5, 31)
OWN_SCHOOLS = (UnitKind.KINDERGARTEN, UnitKind.PRIMARY, UnitKind.PRIMARY_LOWER, UnitKind.LOWER_SECONDARY)


def happened(share, kind, day):
    """The newest event of that kind happened on that day."""
    event = share.events.filter(kind=kind).latest("id")
    Event.objects.filter(pk=event.pk).update(at=timezone.make_aware(datetime.combine(day, time(9))))


def given(unit, quote, addresses, on, **fields):
    """A task of an earlier day, with the events of that day."""
    task = give(unit, quote, addresses, by=None, on=on, **fields)
    for share in task.assignments.all():
        happened(share, Event.Kind.GIVEN, on)
    return task


def done(share, head, leader, day):
    """Reported done on a day and verified the next."""
    work.report(share.pk, by=head, text="Đã làm xong", submit=True, on=day)
    happened(share, Event.Kind.SUBMITTED, day)
    judge.verify(share.pk, by=leader)
    happened(share, Event.Kind.VERIFIED, day + timedelta(days=1))


def a_year(city):
    """Tasks of 2023-24 at every level: to all primary schools, to communes, to the office itself; some done, some open."""
    leader = make_user(role="leader", unit=city.office)
    primary = rule_ref([UnitKind.PRIMARY], label="Các trường tiểu học", within=city.office.pk)
    communes = rule_ref([UnitKind.COMMUNE], label="UBND các xã, phường", within=city.city.pk)
    start, due = date(2023, 9, 15), date(2024, 1, 15)
    made = {
        "survey": given(city.office, "Khảo sát chất lượng đầu năm", [Address(primary)], start, due_on=due),
        "gates": given(city.city, "Kiểm tra an toàn cổng trường", [Address(communes)], start, due_on=due),
        "plan": given(city.city, "Lập lộ trình sáp nhập trường", [Address(unit_ref(city.office.pk))], start, due_on=YEAR_END),
        "own": given(city.office, "Tổng hợp số liệu", [Address(unit_ref(city.office.pk))], start),
    }
    for n, share in enumerate(made["survey"].assignments.order_by("unit_id")):
        head = make_user(role="leader", unit=share.unit)
        if n % 2:
            done(share, head, leader, date(2023, 12, 20) if n % 4 == 1 else date(2024, 2, 1))
        elif n % 3 == 0:
            work.report(share.pk, by=head, text="Đang chấm bài", percent=60, on=date(2024, 1, 10))
            happened(share, Event.Kind.REPORT, date(2024, 1, 10))
    return made


def read(unit, as_of=YEAR_END):
    """What a report of a unit on the school year says, drawn anew."""
    matter = Matter(unit, Report.About.PERIOD, as_of, date(2023, 9, 1))
    # a block's id is drawn anew each time; it is not read
    return [{n: v for n, v in b.data().items() if n != "id"} for b in compose(matter).blocks], matter.numbers


def with_somebody_who_stands():
    """Whether every open share is at a unit that stands today."""
    standing_now = set(spells_on(today()).values_list("unit_id", flat=True))
    return [s for s in Assignment.objects.exclude(stage__in=CLOSED) if s.unit_id not in standing_now]


class TestMerger:
    """TH Chu Văn An and TH Kim Đồng become one school on 2024-02-19, between the two semesters."""

    DAY = date(2024, 2, 19)

    def decided(self, city):
        an, dong = city.units["th-chu-van-an"], city.units["th-kim-dong"]
        step = {
            "kind": "merge",
            "units": [an.pk, dong.pk],
            "into": an.pk,
            "name": "Trường Tiểu học Chu Văn An - Kim Đồng",
            "short_name": "TH Chu Văn An - Kim Đồng",
        }
        e = Reorganisation.objects.create(
            owner=city.office, title="Sáp nhập hai trường tiểu học", decision="215/QĐ-UBND", effective_on=self.DAY, steps=[step]
        )
        return an, dong, e

    def test_the_schools_are_one_from_the_day_on_and_two_before(self, city):
        an, dong, e = self.decided(city)
        apply(e.pk, by=None)
        primary = rule_ref([UnitKind.PRIMARY], label="", within=city.office.pk)
        assert members(primary, self.DAY - timedelta(days=1)).count() == members(primary, self.DAY).count() + 1
        assert spell_of(dong, self.DAY) is None
        assert spell_of(an, self.DAY).name == "Trường Tiểu học Chu Văn An - Kim Đồng"
        assert spell_of(an, self.DAY - timedelta(days=1)).name == "Trường Tiểu học Chu Văn An"

    def test_the_report_of_the_first_semester_reads_as_it_did(self, city):
        a_year(city)
        _an, _dong, e = self.decided(city)
        before = {unit: read(unit, date(2024, 1, 31)) for unit in (city.office, city.city)}
        apply(e.pk, by=None)
        assert {unit: read(unit, date(2024, 1, 31)) for unit in before} == before
        assert before[city.office][1].given > 15

    def test_what_was_open_goes_on_and_the_head_sees_the_whole_past_of_both(self, city):
        a_year(city)
        an, dong, e = self.decided(city)
        mine = given(city.office, "Sửa mái nhà lớp học", [Address(unit_ref(dong.pk))], date(2024, 1, 5), due_on=date(2024, 3, 15))
        teacher = make_user(role="entry", unit=dong)
        work.report(mine.assignments.get().pk, by=teacher, text="Đã chọn thợ", percent=30)
        shares = Assignment.objects.count()
        apply(e.pk, by=None)
        assert with_somebody_who_stands() == []
        assert Assignment.objects.count() == shares + 1, "the survey was both schools' already: once is enough"
        head = Person(make_user(role="leader", unit=an))
        new = mine.assignments.get(unit=an)
        assert (new.percent, new.latest, new.due_on) == (30, "Đã chọn thợ", date(2024, 3, 15))
        assert task_for(head, mine.pk) == mine
        old = share_for(head, mine.assignments.get(unit=dong).pk)
        assert [x.text for x in old.events.all()][:2] == ["", "Đã chọn thợ"]
        assert dong.pk in head.own("tasks.view")
        assert new in my_shares(Person(teacher))

    def test_the_four_numbers_stay_and_an_undo_gives_everything_back(self, city):
        made = a_year(city)
        _an, _dong, e = self.decided(city)
        before = snapshot()
        apply(e.pk, by=None)
        there = made["survey"].assignments.exclude(stage__in=OUT)
        assert len({s.unit_id for s in there}) == there.count()
        undo(e.pk, by=None, why="thử")
        assert snapshot() == before

    def test_the_group_of_schools_to_be_merged_means_the_merged_one(self, city):
        an, dong, e = self.decided(city)
        group = UnitGroup.objects.get(name="Các trường trong lộ trình sáp nhập")
        apply(e.pk, by=None)
        assert {dong, an} <= set(members(group_ref(group.pk), date(2023, 10, 1)))
        after = set(members(group_ref(group.pk), self.DAY))
        assert an in after
        assert dong not in after


class TestReform:
    def test_the_file_names_a_source_for_all_that_is_sure(self):
        entry = load_entry(FILE)
        rules = [r for name in ("places", "founded", "to_communes", "guided", "ended") for r in entry[name]]
        assert rules
        for rule in rules:
            assert set(rule["source"]) <= set(entry["sources"]), rule
            assert rule["source"] or rule["sure"] is False, rule

    def test_an_undo_gives_the_very_state_back_while_nothing_depends_on_it(self, city):
        make_people(city)
        made = a_year(city)
        before = snapshot()
        e = draft_reform(FILE, by=None)
        told = preview(e)
        assert snapshot() == before
        assert told.error is None
        assert told.waiting == 0
        assert (len(told.begins), len(told.ends)) == (5, 17 + 7 + 12 + 1 + 1 + 6 + 1 + 1 + 1 + 1 + 7 + 16)
        apply(e.pk, by=None)
        undo(e.pk, by=None, why="thử")
        assert snapshot() == before
        again = draft_reform(FILE, by=None)
        apply(again.pk, by=None)
        work.report(
            made["plan"].assignments.get(unit=city.department).pk, by=make_user(role="leader", unit=city.department), text="làm tiếp"
        )
        with pytest.raises(KhueError, match="làm tiếp"):
            undo(again.pk, by=None, why="thử")

    def test_a_second_run_makes_no_second_decision(self, city):
        assert draft_reform(FILE, by=None) == draft_reform(FILE, by=None)

    def test_a_file_that_is_not_there_is_told_by_its_name(self, city):
        with pytest.raises(KhueError, match="không có tệp khong-co"):
            draft_reform("khong-co.yaml", by=None)

    def test_the_command_shows_drafts_and_applies(self, city, capsys):
        assert run(FILE, False) == 0
        assert "71 đơn vị thôi hoạt động, 5 đơn vị mới" in capsys.readouterr().out
        assert Reorganisation.objects.get().state == Reorganisation.State.DRAFT
        assert run(FILE, True) == 0
        assert Reorganisation.objects.get().state == Reorganisation.State.APPLIED
        assert run("khong-co.yaml", True) == 1
        assert "khong-co.yaml" in capsys.readouterr().err

    def test_without_the_new_places_it_says_what_to_do(self, city):
        Place.objects.filter(scheme=Scheme.GSO_NEW, level="commune").delete()
        with pytest.raises(KhueError, match="địa bàn mã 02647"):
            draft_reform(FILE, by=None)
        assert not Reorganisation.objects.exists()


def world(day):
    """What every unit was on a day."""
    return {(s.unit_id, s.name, s.parent_id, s.guide_id, s.place_id, s.kind) for s in spells_on(day)}


class Reformed:
    """The reform applied to a city with its people and a year of tasks, and how things stood just before."""

    def __init__(self, city):
        make_people(city)
        self.made = a_year(city)
        self.reports = {unit: read(unit) for unit in (city.office, city.city)}
        self.total = numbers(Assignment.objects.all(), today())
        self.old_world, self.reach = world(LAST), subtree_ids([city.department.pk], LAST)
        self.above = ancestor_ids([city.schools[0].pk], LAST)
        apply(draft_reform(FILE, by=None).pk, by=None)


@pytest.fixture(scope="class")
def reformed(city):
    """Made once for the tests that only look at it."""
    with transaction.atomic():
        yield Reformed(city)
        transaction.set_rollback(True)


class TestAfterTheReform:
    def test_schools_pass_to_the_committee_of_the_commune_that_their_own_became(self, city, reformed):
        for school in spells_on(LAST).filter(kind__in=OWN_SCHOOLS, parent=city.office):
            now = spell_of(school.unit, REFORM)
            assert now.parent.kind == UnitKind.COMMUNE
            assert spell_of(now.parent, REFORM).place == now.place == school.place.successors.get()
            assert now.guide == city.department
        names = set(spells_on(REFORM).filter(kind=UnitKind.COMMUNE).values_list("name", flat=True))
        four = {"phường Lào Cai", "phường Cam Đường", "xã Hợp Thành", "xã Cốc San"}
        assert {f"Ủy ban nhân dân {n}" for n in four} <= names
        assert len(names) == 5, "xã Thống Nhất became a part of xã Gia Phú"

    def test_no_unit_of_a_district_is_left_and_every_place_is_one_of_the_new(self, city, reformed):
        now = spells_on(REFORM)
        assert not now.filter(kind__in=[UnitKind.DISTRICT, UnitKind.EDUCATION_OFFICE, UnitKind.OFFICE]).exists()
        assert [s.name for s in now if s.place and s.place.valid_to] == []
        assert [s.name for s in now if s.parent_id is None and s.guide_id is None] == ["Bộ Giáo dục và Đào tạo", "Tỉnh ủy Lào Cai"]
        for ended in UnitSpell.objects.filter(valid_to=LAST).values_list("unit_id", flat=True).distinct():
            assert standing([ended], REFORM), Unit.objects.get(pk=ended)

    def test_the_day_before_sees_the_old_world(self, city, reformed):
        assert world(LAST) == world(date(2023, 10, 1)) == reformed.old_world
        assert subtree_ids([city.department.pk], LAST) == reformed.reach
        assert ancestor_ids([city.schools[0].pk], LAST) == reformed.above
        group = UnitGroup.objects.get(name="Các trường công lập trực thuộc Phòng")
        assert members(group_ref(group.pk), LAST).count() == members(group_ref(group.pk), date(2023, 10, 1)).count() > 40

    def test_a_report_on_2023_24_reads_exactly_as_it_did(self, city, reformed):
        assert reformed.reports[city.office][1].given > 15
        assert {unit: read(unit) for unit in reformed.reports} == reformed.reports
        now, total = numbers(Assignment.objects.all(), today()), reformed.total
        merged = reformed.made["gates"].assignments.filter(stage=Stage.TRANSFERRED).count() - 5
        assert (now.done_in_time, now.done_late) == (total.done_in_time, total.done_late)
        assert now.given == total.given - merged, "seventeen committees became five: each has the task once"

    def test_every_open_task_is_with_somebody_who_stands_and_its_past_is_seen(self, city, reformed):
        made = reformed.made
        assert with_somebody_who_stands() == []
        at_so = Person(make_user(role="leader", unit=city.department))
        plan = made["plan"].assignments.exclude(stage__in=OUT).get()
        assert plan.unit == city.department
        assert share_for(at_so, made["plan"].assignments.get(unit=city.office).pk).transferred_to == plan
        assert at_so.can_at("tasks.verify", made["survey"].unit_id)
        assert set(shares_for(at_so).filter(task=made["survey"])) == set(made["survey"].assignments.exclude(stage__in=OUT))
        commune = Unit.objects.get(name="Ủy ban nhân dân phường Lào Cai", closed_on=None)
        there = Person(make_user(role="leader", unit=commune))
        assert made["gates"] in Task.objects.filter(assignments__in=my_shares(there))
        old = Unit.objects.get(short_name="UBND phường Duyên Hải")
        assert [e.kind for e in share_for(there, made["gates"].assignments.get(unit=old).pk).events.all()] == ["given", "transferred"]
        assert Succession.objects.filter(before=old, after=commune, is_main=True).exists()

    def test_people_of_the_schools_and_communes_still_sign_in_and_see_their_work(self, city, reformed, client):
        made = reformed.made
        client.force_login(User.objects.get(username="hieutruong"), backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get("/").status_code == 200
        page = client.get("/viec/?view=all")
        assert page.status_code == 200
        assert "Khảo sát chất lượng đầu năm" in page.content.decode()
        clerk = Person(User.objects.get(username="xa.canbo"))
        assert [r.unit.name for r in clerk.roles] == ["Ủy ban nhân dân phường Lào Cai"]
        assert made["gates"].pk in {s.task_id for s in my_shares(clerk)}

    def test_nobody_gains_power_upwards(self, city, reformed):
        head = Person(User.objects.get(username="truongphong"))
        assert [(r.unit, r.role) for r in head.roles] == [(city.department, RoleName.VIEWER)]
        assert not Person(User.objects.get(username="quantri")).can("people.manage")

    def test_upper_secondary_schools_stay_with_the_department(self, city, reformed):
        school = city.units["thpt-chuyen-lao-cai"]
        assert spell_of(school, REFORM).parent == city.department
        assert spell_of(school, REFORM).kind in SCHOOLS
        assert str(spell_of(school, REFORM).place) == "Phường Cam Đường"
