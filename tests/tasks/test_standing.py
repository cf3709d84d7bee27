"""How shares stood on earlier days: what a page showed on the evening of a day, it shows for that day ever after."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.accounts.person import Person
from khue.core.errors import KhueError
from khue.tasks import judge, standing, work
from khue.tasks.asof import count, stood_all
from khue.tasks.evidence import evidence, told
from khue.tasks.filters import ALL, GIVEN, MINE
from khue.tasks.followed import followed, tasks
from khue.tasks.give import Address, add_receivers, give, move_due, withdraw
from khue.tasks.lists import shares
from khue.tasks.models import Assignment, Extension, Stage, Standing, Task, Unplayed
from khue.tasks.month import Asked as Programmed
from khue.tasks.month import programme
from khue.tasks.reach import shares_on
from khue.tasks.record import FACETS, record
from khue.tasks.record import Asked as Recorded
from khue.tasks.states import numbers
from khue.units.groups import unit_ref
from khue.units.kinds import UnitKind
from khue.units.models import Unit
from khue.units.reorganise import apply, undo
from khue.units.tree import change_unit, today
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.clock import Clock
from tests.units.test_reorganise import DAY, merger, world

pytestmark = pytest.mark.django_db
START = date(2023, 10, 2)
FILTERS = (
    {"view": ALL},
    {"view": ALL, "state": "overdue"},
    {"view": ALL, "state": "done_late"},
    {"view": ALL, "state": "submitted"},
    {"view": ALL, "state": "given"},
    {"view": ALL, "state": "wishes"},
    {"view": ALL, "person": "me"},
    {"view": ALL, "role": "partner"},
    {"view": ALL, "until": date(2023, 10, 6)},
    {"view": MINE, "sort": "unit"},
)


def one(unit, **more):
    return Address(unit_ref(unit.pk), **more)


class Office:
    """An office, three schools, and what people may do on a day."""

    def __init__(self):
        self.office = make_unit(name="Phòng GD&ĐT")
        self.schools = [make_unit(name=f"TH số {n}", parent=self.office) for n in (1, 2, 3)]
        self.leader = make_user(role="leader", unit=self.office)
        self.specialist = make_user(role="specialist", unit=self.schools[0])
        self.people = [Person(self.leader), Person(self.specialist)]

    def act(self, what, n, day):
        """One step with the n-th share, task or wish; a step that is not possible changes nothing."""
        found = list(Assignment.objects.exclude(stage__in=(Stage.TRANSFERRED, Stage.WITHDRAWN)).order_by("pk"))
        share = found[n % len(found)].pk if found else None
        task = Task.objects.filter(withdrawn_at__isnull=True).order_by("pk").first()
        if what == "give" or share is None or task is None:
            addresses = [one(s, is_partner=i == n % 5) for i, s in enumerate(self.schools) if i <= n % 3 or i == n % 5]
            return give(self.office, f"Việc {n}", addresses, by=self.leader, due_on=day + timedelta(days=n % 6) if n % 4 else None)
        steps = {
            "receive": lambda: work.receive(share, by=self.specialist),
            "report": lambda: work.report(share, by=self.specialist, text=f"Đang làm {n}", percent=n * 7 % 100),
            "submit": lambda: work.report(share, by=self.specialist, text="Xong", submit=True),
            "verify": lambda: judge.verify(share, by=self.leader),
            "back": lambda: judge.send_back(share, "Thiếu", by=self.leader),
            "reopen": lambda: judge.reopen(share, "Nhầm", by=self.leader),
            "hand": lambda: work.hand_to(share, self.specialist if n % 2 else None, by=self.specialist),
            "ask": lambda: work.ask_extension(share, day + timedelta(days=9), "Mưa", by=self.specialist),
            "drop": lambda: work.drop_extension(share, by=self.specialist),
            "answer": lambda: judge.decide_extension(self._wish(), grant=bool(n % 2), answer="Được", by=self.leader),
            "move": lambda: move_due(task.pk, day + timedelta(days=n % 5), by=self.leader, base=task.due_on),
            "pass": lambda: work.transfer(share, self.schools[n % 3], "Nhầm nơi", by=self.leader),
            "add": lambda: add_receivers(task.pk, [self.schools[n % 3].pk], by=self.leader),
            "withdraw": lambda: withdraw(task.pk, by=self.leader, why="Thôi"),
        }
        return steps[what]()

    def _wish(self):
        wish = Extension.objects.filter(state=Extension.State.ASKED).first()
        return wish.pk if wish else 0


WHAT = (
    *("give", "receive", "report", "submit", "submit", "verify", "verify", "back", "reopen"),
    *("hand", "ask", "ask", "drop", "answer", "move", "pass", "add", "withdraw"),
)


def shown(rows):
    """What a list says of each share."""
    fields = ("share_id", "unit_id", "task_id", "is_partner", "person_id", "due_on", "stage", "done_on", "percent", "latest", "state")
    return [tuple(getattr(row, name) for name in fields) for row in rows]


def evening(people, on):
    """All that lists and figures say of a day: asked that evening, or later."""
    said = []
    for person in people:
        for asked in FILTERS:
            said.append(sorted(shown(shares(person, asked | {"on": on}, on)), key=str))
        said.append(numbers(shares_on(person, on), on))
        said.append(programmed(person, on))
        said.append(recorded(person, on))
        given_out = followed(tasks(person, {"view": GIVEN, "on": on}, on), on)
        said.append(sorted((f.task.pk, f.task.due, f.numbers, f.submitted, f.wishes, f.name, f.task.still) for f in given_out))
    return said


def programmed(person, on):
    """The programme of the month in which these days lie."""
    found = programme(person, Programmed(START.year, START.month, "all", as_of=on if on < today() else None))
    entries = [(e.task.pk, e.day, e.given, e.numbers, e.leads, e.partners, e.tone, e.loose) for e in found.entries]
    return entries, [(cell.day, [e.task.pk for e in cell.entries]) for week in found.weeks for cell in week], found.units


def recorded(person, on):
    """The record of each unit in reach, and the whole evidence."""
    said = []
    for unit in Unit.objects.filter(pk__in=person.scope("tasks.view")).order_by("pk"):
        asked = Recorded(unit, START - timedelta(days=1), START + timedelta(days=20), as_of=on if on < today() else None)
        found = record(person, asked)
        said.append([(line.name, line.first, line.last, line.tally) for line in [found.total, *found.periods, *found.heads]])
        said.append(found.undated.tally if found.undated else None)
        for facet in FACETS:
            rows = told(evidence(person, asked, facet, undated=False), on)
            said.append([(s.share_id, s.state, s.times_returned, s.times_extended, [e.pk for e in s.way]) for s in rows])
    return said


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(days=st.lists(st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 40)), max_size=5), min_size=2, max_size=7))
def test_what_a_page_showed_on_an_evening_it_shows_for_that_day_ever_after(days):
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        clock, office = Clock(patch, START), Office()
        said = {}
        for n, steps in enumerate(days):
            day = START + timedelta(days=n)
            clock.set(day)
            for what, number in steps:
                try:
                    with transaction.atomic():
                        office.act(what, number, day)
                except (KhueError, Extension.DoesNotExist):
                    pass
            said[day] = evening(office.people, day)
        clock.set(START + timedelta(days=40))
        for day, then in said.items():
            assert evening(office.people, day) == then, day
            everything = count(stood_all(Assignment.objects.all(), day))
            assert everything == numbers(standing.stood_on(day), day), "the report of that day says the same"
        transaction.set_rollback(True)


class TestReorganised:
    def test_the_day_before_shows_who_had_it_under_the_old_name(self, client, monkeypatch):
        clock = Clock(monkeypatch, DAY - timedelta(days=9))
        w = world()
        task = give(w["office"], "Khảo sát", [one(w["dong"])], by=None, due_on=DAY)
        leader = make_user(role="leader", unit=w["office"])
        clock.set(DAY)
        apply(merger(w, name="TH Chu Văn An - Kim Đồng").pk, by=None)
        clock.set(DAY + timedelta(days=30))
        sign_in(client, leader)
        for address in (reverse("tasks:list") + "?view=all", reverse("operations"), reverse("tasks:list") + f"?view=given&task={task.pk}"):
            then = client.get(address, {"on": "2024-02-14"}, follow=True) if "?" not in address else client.get(f"{address}&on=2024-02-14")
            page = then.content.decode()
            assert ("TH Kim Đồng" in page, "TH Chu Văn An - Kim Đồng" in page) == (True, False), address
            assert "TH Chu Văn An - Kim Đồng" in client.get(address).content.decode()

    def test_a_partner_that_leads_since_the_merger_was_a_partner_before(self, monkeypatch):
        clock = Clock(monkeypatch, DAY - timedelta(days=9))
        w = world()
        give(w["office"], "Khảo sát", [one(w["dong"]), one(w["an"], is_partner=True)], by=None, due_on=DAY)
        clock.set(DAY)
        apply(merger(w).pk, by=None)
        clock.set(DAY + timedelta(days=3))
        before = {s.unit_id: s.is_partner for s in standing.stood_on(DAY - timedelta(days=1))}
        assert before == {w["dong"].pk: False, w["an"].pk: True}
        assert [(s.unit_id, s.is_partner) for s in standing.stood_on(DAY)] == [(w["an"].pk, False)]

    def test_a_partner_that_had_done_its_part_has_not_done_what_it_comes_to_lead(self, monkeypatch):
        clock = Clock(monkeypatch, DAY - timedelta(days=9))
        w = world()
        task = give(w["office"], "Khảo sát", [one(w["dong"]), one(w["an"], is_partner=True)], by=None, due_on=DAY)
        judge.verify(task.assignments.get(unit=w["an"]).pk, by=None)
        clock.set(DAY)
        was = Assignment.objects.filter(unit=w["an"]).values().get()
        e = apply(merger(w).pk, by=None)
        clock.set(DAY + timedelta(days=3))
        now = numbers(Assignment.objects.all(), today())
        assert (now.given, now.done, now.overdue) == (1, 0, 1)
        assert numbers(standing.stood_on(DAY), DAY).open_in_time == 1
        assert [s.stage for s in standing.stood_on(DAY - timedelta(days=1)) if s.is_partner] == [Stage.VERIFIED]
        undo(e.pk, by=None)
        assert Assignment.objects.filter(unit=w["an"]).values().get() == was

    def test_an_undo_leaves_the_standings_as_if_nothing_had_been(self, monkeypatch):
        clock = Clock(monkeypatch, DAY - timedelta(days=9))
        w = world()
        give(w["office"], "Khảo sát", [one(w["dong"]), one(w["third"])], by=None, due_on=DAY)
        clock.set(DAY)
        kept = sorted(standing.stood_on(DAY - timedelta(days=1)).values_list("unit_id", "until", "stage"))
        e = apply(merger(w).pk, by=None)
        clock.set(DAY + timedelta(days=1))
        assert sorted(standing.stood_on(DAY).values_list("unit_id", flat=True)) == sorted([w["an"].pk, w["third"].pk])
        undo(e.pk, by=None)
        assert sorted(standing.stood_on(DAY - timedelta(days=1)).values_list("unit_id", "until", "stage")) == kept
        assert sorted(standing.stood_on(DAY).values_list("unit_id", "until", "stage")) == kept

    def test_units_are_told_by_the_kind_of_the_day(self, monkeypatch):
        clock = Clock(monkeypatch, DAY - timedelta(days=9))
        w = world()
        give(w["office"], "Khảo sát", [one(w["third"])], by=None)
        clock.set(DAY)
        change_unit(w["third"], by=None, on=DAY, kind=UnitKind.PRIMARY_LOWER)
        clock.set(DAY + timedelta(days=2))
        person = Person(make_user(role="leader", unit=w["office"]))
        found = [
            [shares(person, {"view": ALL, "on": on, "kind": kind}, today()).count() for kind in (UnitKind.PRIMARY, UnitKind.PRIMARY_LOWER)]
            for on in (DAY - timedelta(days=1), DAY + timedelta(days=2))
        ]
        assert found == [[1, 0], [0, 1]]


def test_an_earlier_day_is_to_be_read_and_not_to_be_worked_on(client, monkeypatch):
    clock = Clock(monkeypatch, START)
    office = Office()
    give(office.office, "Báo cáo", [one(s) for s in office.schools], by=office.leader, due_on=START + timedelta(days=1))
    clock.set(START + timedelta(days=5))
    sign_in(client, office.leader)
    now, then = client.get(reverse("tasks:list") + "?view=all"), client.get(reverse("tasks:list") + f"?view=all&on={START}")
    assert ('name="row"' in now.content.decode(), 'name="row"' in then.content.decode()) == (True, False)
    assert ("quá 4 ngày" in now.content.decode(), "còn 1 ngày" in then.content.decode()) == (True, True)


def test_what_is_not_played_yet_is_played_before_it_is_read_and_only_once(monkeypatch):
    clock = Clock(monkeypatch, START)
    office = Office()
    give(office.office, "Báo cáo", [one(s) for s in office.schools], by=office.leader)
    assert (Standing.objects.count(), Unplayed.objects.count()) == (0, 3)
    clock.set(START + timedelta(days=1))
    assert standing.stood_on(START).count() == 3
    assert (standing.catch_up(), Unplayed.objects.count()) == (0, 0)


def test_a_share_of_which_nothing_is_told_is_passed_over(monkeypatch):
    Clock(monkeypatch, START)
    office = Office()
    task = give(office.office, "Báo cáo", [one(office.schools[0])], by=office.leader)
    silent = Assignment.objects.create(task=task, unit=office.schools[1])
    standing.mark([silent.pk])
    assert standing.catch_up() == 2
    assert list(standing.stood_on(START).values_list("unit_id", flat=True)) == [office.schools[0].pk]


def test_killed_while_it_plays_the_marks_stay(monkeypatch):
    Clock(monkeypatch, START)
    office = Office()
    give(office.office, "Báo cáo", [one(s) for s in office.schools], by=office.leader)

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Standing.objects, "bulk_create", killed)
        with pytest.raises(KeyboardInterrupt):
            standing.catch_up()
    assert Unplayed.objects.count() == 3
    assert standing.catch_up() == 3


def test_where_too_much_is_left_to_play_it_says_so_and_today_can_be_read(client, monkeypatch):
    clock = Clock(monkeypatch, START)
    office = Office()
    give(office.office, "Báo cáo", [one(s) for s in office.schools], by=office.leader)
    clock.set(START + timedelta(days=1))
    monkeypatch.setattr(standing, "MOST_AT_ONCE", 2)
    sign_in(client, office.leader)
    answer = client.get(reverse("operations"), {"on": str(START)})
    assert (answer.status_code, "đang được dựng lại" in answer.content.decode()) == (503, True)
    assert client.get(reverse("operations")).status_code == 200
