"""The numbers that every office reports, wherever they stand: each is recounted by hand from what happened, day by day.

The recount knows nothing of states.py: it plays the events of each share again and asks the tree of units by itself.
"""

import io
import re
from collections import Counter
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from khue.accounts.models import RoleName
from khue.documents.models import Document
from khue.tasks import judge, work
from khue.tasks.give import Address, add_receivers, give, move_due, withdraw
from khue.tasks.models import Assignment, Event, Extension
from khue.units.groups import rule_ref, unit_ref
from khue.units.kinds import UnitKind
from tests.api.world import Program
from tests.factories import make_unit, make_user, sign_in
from tests.tasks.clock import ZONE, Clock

pytestmark = pytest.mark.django_db
K = Event.Kind
FIELDS = ("given", "done_in_time", "done_late", "open_in_time", "overdue")
START, TODAY = date(2023, 9, 4), date(2023, 12, 20)


class World:
    """A city with an office, schools and communes, and five tasks on which everything has happened that can."""

    def __init__(self, monkeypatch):
        self.clock = Clock(monkeypatch, START)
        self.city = make_unit(name="UBND thành phố", kind=UnitKind.DISTRICT)
        self.office = make_unit(name="Phòng GD&ĐT", kind=UnitKind.EDUCATION_OFFICE, parent=self.city)
        self.schools = [make_unit(name=f"Trường Tiểu học {n:02}", kind=UnitKind.PRIMARY, parent=self.office) for n in range(1, 13)]
        self.nurseries = [make_unit(name=f"Trường Mầm non {n}", kind=UnitKind.KINDERGARTEN, parent=self.office) for n in (1, 2)]
        self.communes = [make_unit(name=f"UBND phường {n}", kind=UnitKind.COMMUNE, parent=self.city) for n in (1, 2, 3)]
        self.by = make_user(role=RoleName.LEADER, unit=self.office, name="Trưởng phòng")
        self.people = {
            "city": make_user(role=RoleName.LEADER, unit=self.city),
            "office": self.by,
            "specialist": make_user(role=RoleName.SPECIALIST, unit=self.office),
            "school": make_user(role=RoleName.LEADER, unit=self.schools[0]),
            "admin": make_user(role=RoleName.ADMIN, unit=self.schools[3]),
            "nursery": make_user(role=RoleName.LEADER, unit=self.nurseries[0]),
        }
        self.documents = [
            Document.objects.create(unit=u, book_year=2023, book_number=1, number=n)
            for u, n in ((self.city, "1/CT"), (self.office, "2/TB"))
        ]
        self.primary = Address(rule_ref([UnitKind.PRIMARY], label="Các trường tiểu học", within=self.office.pk))
        self.play()
        self.clock.set(TODAY)

    def on(self, month, day):
        self.clock.set(date(2023, month, day))

    def give(self, unit, quote, addresses, document=None, **fields):
        name = document.called if document else ""
        return give(unit, quote, addresses, by=self.by, document_id=document and document.pk, document_name=name, **fields)

    def share(self, task, unit):
        return task.assignments.get(unit=unit).pk

    def done(self, task, unit, month, day):
        self.on(month, day)
        work.report(self.share(task, unit), by=self.by, text="Xong", submit=True)
        self.clock.set(date(2023, month, day) + timedelta(days=2))
        judge.verify(self.share(task, unit), by=self.by)

    def play(self):
        s, city, office = self.schools, *self.documents
        first = self.give(self.office, "Sơ kết", [self.primary], office, section="II.1.a", due_on=date(2023, 10, 15))
        for n, day in enumerate((10, 15, 16)):  # before, on, and after the deadline
            self.done(first, s[n], 10, day)
        self.on(10, 17)
        work.report(self.share(first, s[3]), by=self.by, percent=30)
        work.receive(self.share(first, s[4]), by=self.by)
        work.report(self.share(first, s[5]), by=self.by, text="Xong", submit=True)
        judge.send_back(self.share(first, s[5]), "Thiếu biên bản", by=self.by)
        self.done(first, s[6], 10, 18)
        judge.reopen(self.share(first, s[6]), "Nhầm", by=self.by)
        asked = work.ask_extension(self.share(first, s[7]), date(2023, 12, 25), "Mưa", by=self.by)
        judge.decide_extension(asked.pk, grant=True, by=self.by)
        asked = work.ask_extension(self.share(first, s[8]), date(2023, 12, 30), "Mưa", by=self.by)
        judge.decide_extension(asked.pk, grant=False, answer="Không", by=self.by)
        work.transfer(self.share(first, s[9]), self.nurseries[1], "Không thuộc", by=self.by)
        work.report(self.share(first, s[10]), by=self.by, text="Xong", submit=True)
        work.ask_extension(self.share(first, s[11]), date(2023, 12, 31), "Chờ", by=self.by)
        self.on(9, 6)
        partner = Address(unit_ref(self.communes[0].pk), is_partner=True)
        second = self.give(
            self.city,
            "Phổ cập",
            [*map(self._one, self.communes[1:]), self._one(self.office), partner],
            city,
            section="I.1",
            due_on=date(2023, 11, 30),
        )
        self.done(second, self.communes[1], 11, 1)
        third = self.give(self.city, "An toàn", [self._one(self.nurseries[0]), self._one(s[0])], city, section="I.2")
        self.done(third, s[0], 12, 1)
        self.on(12, 1)
        gone = self.give(self.office, "Nhầm", [self.primary], office, section="II.2", due_on=date(2023, 12, 5))
        self.done(gone, s[1], 12, 2)
        withdraw(gone.pk, by=self.by, why="Giao nhầm")
        self.on(12, 3)
        alone = self.give(self.office, "Giao riêng", [self._one(s[0]), self._one(s[2])], due_on=date(2023, 12, 10))
        add_receivers(alone.pk, [s[3].pk], by=self.by)
        move_due(alone.pk, date(2024, 1, 10), by=self.by, base=date(2023, 12, 10))
        work.make_subtask(self.share(alone, s[0]), "Phần của tổ 1", by=self.by, due_on=date(2023, 12, 15))

    def _one(self, unit):
        return Address(unit_ref(unit.pk))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once, because every test only looks at it; taken back after the last."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        yield World(patch)
        transaction.set_rollback(True)


# --- by hand


def _day(event):
    return event.at.astimezone(ZONE).date()


def outcome(share, on):
    """What had become of a share at the end of a day: one of the numbers, or "" where it did not count."""
    events = list(share.events.order_by("pk"))
    moved = [e for e in events if e.kind in (K.EXTENDED, K.DUE_MOVED)]
    due = date.fromisoformat(moved[0].data["from"]) if moved else share.due_on
    submitted, done, stands = None, None, False
    for event in events:
        if _day(event) > on:
            continue
        match event.kind:
            case K.GIVEN:
                stands = True
            case K.SUBMITTED:
                submitted = _day(event)
            case K.VERIFIED:
                done = submitted or _day(event)
            case K.RETURNED | K.REOPENED:
                submitted = done = None
            case K.EXTENDED | K.DUE_MOVED:
                due = date.fromisoformat(event.data["to"])
            case K.TRANSFERRED | K.WITHDRAWN:
                stands = False
    if not stands or share.is_partner:
        return ""
    if done is not None:
        return "done_late" if due and done > due else "done_in_time"
    return "overdue" if due and due < on else "open_in_time"


def parents(unit):
    found = set()
    while unit is not None:
        found.add(unit.pk)
        unit = unit.spells.get().parent
    return found


def by_hand(person, on=TODAY, keep=lambda share: True, subtasks=False):
    """{number: how many} of the shares that a person may see; units' own sub-tasks are no part of what is reported."""
    mine = set(person.roles.values_list("unit_id", flat=True))
    found = Counter()
    for share in Assignment.objects.select_related("task__unit", "unit"):
        if (parents(share.unit) | parents(share.task.unit)) & mine and keep(share) and (subtasks or share.task.parent_id is None):
            found[outcome(share, on)] += 1
    del found[""]
    return {"given": sum(found.values())} | {name: found[name] for name in FIELDS[1:]}


# --- as it stands on the pages


def figures(page):
    """The numbers of the row of figures, each with the list it opens."""
    block = re.search(r'<ul class="figures five">(.*?)</ul>', page, re.S)[1]
    links = re.findall(r'<li[^>]*><a href="([^"]*)"><b>(\d+)</b>', block)
    return dict(zip(FIELDS, ((int(n), unescape(a)) for a, n in links), strict=True))


def tables(page):
    """[{first cell: {number: (n, address or "")}}] of every table of numbers."""
    found = []
    for table in re.findall(r'<table class="tally">(.*?)</table>', page, re.S):
        rows = {}
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.S)[1:]:
            name = re.sub(r"<[^>]+>", "", re.search(r"<th scope=\"row\">(.*?)</th>", row, re.S)[1]).strip()
            cells = {}
            for field, cell in re.findall(r'<td class="num (\w+)"[^>]*>(.*?)</td>', row, re.S):
                address = re.search(r'href="([^"]*)"', cell)
                cells[field] = (int(re.sub(r"<[^>]+>", "", cell)), unescape(address[1]) if address else "")
            rows[unescape(name)] = cells
        found.append(rows)
    return found


def only(numbers):
    return {name: n for name, (n, _address) in numbers.items()}


def length_of(client, address):
    """How many rows the list at that address says it has."""
    page = client.get(address)
    assert page.status_code == 200
    return page.context["page_obj"].paginator.count


def count_of(client, address):
    """The same, and how many rows its spreadsheet holds."""
    rows = length_of(client, address)
    sheet = client.get(address.replace(reverse("tasks:list"), reverse("tasks:export")))
    exported = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    return rows, len([r for r in exported[1:] if any(r)])


@pytest.mark.parametrize("who", ["city", "office", "specialist", "school", "admin", "nursery"])
def test_home_operations_lists_and_spreadsheets_say_the_same(client, world, who):
    person = world.people[who]
    sign_in(client, person)
    expected = by_hand(person)
    assert expected["given"] > 0
    for name in ("home", "operations"):
        shown = figures(client.get(reverse(name)).content.decode())
        assert only(shown) == expected
        for n, address in shown.values():
            assert count_of(client, address) == (n, n)


@pytest.mark.parametrize("who", ["city", "school"])
@pytest.mark.parametrize(
    "narrowed",
    ["", "?kind=primary", "?kind=schools", "?year=2023-2024", "?on=2023-10-16", "?on=2023-09-30", "?document=0", "?document={city}"],
)
def test_every_number_of_every_table_is_that_of_its_list(client, world, who, narrowed):
    person = world.people[who]
    sign_in(client, person)
    page = client.get(reverse("operations") + narrowed.format(city=world.documents[0].pk)).content.decode()
    for rows in tables(page):
        whole = rows.pop("Cộng", None) or rows.pop(next((n for n in rows if n.startswith("Cộng")), ""), None)
        for cells in [*rows.values(), *([whole] if whole else [])]:
            for n, address in cells.values():
                assert not n or length_of(client, address) == n
            assert cells["given"][0] == sum(cells[f][0] for f in FIELDS[1:])


@pytest.mark.parametrize("who", ["city", "office", "school"])
def test_rows_are_those_counted_by_hand(client, world, who):
    person = world.people[who]
    sign_in(client, person)
    named = {}
    pages = [client.get(reverse("operations"), {"kind": kind}).content.decode() for kind in ("primary", "")]
    for rows in (rows for page in pages for rows in tables(page)):
        named |= {name: only(cells) for name, cells in rows.items() if not name.startswith("Cộng")}
    checks = {world.documents[0].called: lambda s: s.task.document_id == world.documents[0].pk}
    checks |= {"Không theo văn bản nào": lambda s: s.task.document_id is None, "Không có hạn": lambda s: s.due_on is None}
    checks |= {"10/2023": lambda s: s.due_on and (s.due_on.year, s.due_on.month) == (2023, 10)}
    checks |= {world.schools[0].name: lambda s: s.unit_id == world.schools[0].pk}
    for name, keep in checks.items():
        assert named.get(name, dict.fromkeys(FIELDS, 0)) == by_hand(person, keep=keep), name


@pytest.mark.parametrize(
    "on", [date(2023, 9, 30), date(2023, 10, 15), date(2023, 10, 16), date(2023, 12, 1), date(2023, 12, 2), date(2023, 12, 4)]
)
def test_a_day_that_is_past_is_counted_as_it_stood_then(client, world, on):
    """Who had it then, with the deadline of then; what nobody had said yet is not done."""
    sign_in(client, world.people["city"])
    shown = figures(client.get(reverse("operations"), {"on": on.isoformat()}).content.decode())
    assert only(shown) == by_hand(world.people["city"], on)
    for n, address in shown.values():
        assert count_of(client, address) == (n, n)


@pytest.mark.parametrize("on", [None, date(2023, 9, 30), date(2023, 10, 16), date(2023, 12, 2), date(2023, 12, 4)])
def test_the_page_of_a_document_counts_its_shares_on_the_day_asked_for(client, world, on):
    person = world.people["city"]
    sign_in(client, person)
    for document in world.documents:
        page = client.get(reverse("documents:show", args=[document.pk]), {"on": on.isoformat()} if on else {})
        shown = figures(page.content.decode())
        assert only(shown) == by_hand(person, on or TODAY, keep=lambda s, pk=document.pk: s.task.document_id == pk)
        for n, address in shown.values():
            assert count_of(client, address) == (n, n)


@pytest.mark.parametrize("on", [None, date(2023, 10, 16), date(2023, 12, 4)])
def test_a_program_is_told_the_same(world, on):
    program = Program(world.people["city"])
    asked = {"on": on.isoformat()} if on else {}
    told = program.read("numbers", **asked)["total"]
    assert {name: told[name] for name in FIELDS} == by_hand(world.people["city"], on or TODAY)
    for state in (None, *FIELDS[1:]):
        rows = program.read("shares", role="reported", **asked, **({"state": state} if state else {}))
        assert rows["count"] == told[state or "given"]


@pytest.mark.parametrize("table", ["document", "unit", "month"])
def test_an_exported_table_adds_up_to_the_number_at_the_top(client, world, table):
    person = world.people["city"]
    sign_in(client, person)
    answer = client.get(reverse("operations-export", args=[table]))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()[1:]
    rows = [r for r in rows if len(r) > 6 and isinstance(r[2], float)]
    for sums in ([r for r in rows if r[1] == "Cộng"], [r for r in rows if r[1] != "Cộng"]):
        assert [sum(int(r[n]) for r in sums) for n in range(2, 7)] == list(by_hand(person).values())


def test_sections_add_up_and_hold_what_lies_below_them(client, world):
    person, document = world.people["city"], world.documents[0]
    sign_in(client, person)
    page = client.get(reverse("operations"), {"document": document.pk}).content.decode()
    sections = next(rows for rows in tables(page) if any(name.startswith("I.1") for name in rows))
    top = next(cells for name, cells in sections.items() if name == "I")
    assert only(top) == by_hand(person, keep=lambda s: s.task.document_id == document.pk)
    below = next(cells for name, cells in sections.items() if name.startswith("I.1"))
    assert only(below) == by_hand(person, keep=lambda s: s.task.section == "I.1")


def test_a_task_followed_shows_the_numbers_of_its_own_shares(client, world):
    sign_in(client, world.by)
    for row in client.get(reverse("tasks:list"), {"view": "given"}).context["page_obj"]:
        expected = by_hand(world.by, keep=lambda s, task=row.task: s.task_id == task.pk, subtasks=True)
        assert {name: getattr(row.numbers, name) for name in FIELDS} == expected


@pytest.mark.parametrize("who", ["office", "school", "nursery"])
def test_what_home_says_of_ones_own_tasks_is_what_their_lists_hold(client, world, who):
    sign_in(client, world.people[who])
    page = client.get(reverse("home")).content.decode()
    chips = re.findall(r'<a class="chip[^"]*" href="(/viec/[^"]*)">(\d+) ', page)
    assert chips
    for address, n in chips:
        assert count_of(client, unescape(address)) == (int(n), int(n))


def test_what_waits_for_a_decision_is_counted_once(client, world):
    sign_in(client, world.by)
    decide = client.get(reverse("home")).context["decide"]
    waiting = [s for s in Assignment.objects.filter(task__unit=world.office) if s.stage == "submitted"]
    wishes = Extension.objects.filter(state="asked", assignment__task__unit=world.office)
    assert (decide["submitted"], len(decide["wishes"])) == (len(waiting), wishes.count())
    for row in decide["rows"]:
        assert count_of(client, f"{reverse('tasks:list')}?view=all&task={row.task_id}&state=submitted") == (row.n, row.n)


@pytest.mark.parametrize("who", ["city", "office", "school"])
def test_what_fell_due_since_the_beginning_is_what_is_late_now_and_what_was_done_late(client, world, who):
    sign_in(client, world.people[who])
    page = client.get(reverse("tasks:since"), {"tu": START.isoformat(), "den": TODAY.isoformat()})
    late = sum(group.count for group in page.context["groups"] if group.name == "late")
    expected = by_hand(world.people[who], subtasks=True)
    assert late == expected["overdue"] + expected["done_late"]


@pytest.mark.parametrize("who", ["school", "office"])
def test_a_task_and_the_programme_of_its_month_count_its_shares_alike(client, world, who):
    person = world.people[who]
    sign_in(client, person)
    seen = 0
    for month in ("2023-10", "2023-11", "2023-12", "2024-01"):
        for entry, _when, _result in client.get(reverse("tasks:month"), {"thang": month}).context["rows"]:
            expected = by_hand(person, keep=lambda s, task=entry.task: s.task_id == task.pk, subtasks=True)
            shown = client.get(reverse("tasks:show", args=[entry.task.pk])).context["page"].numbers
            for found in (entry.numbers, shown):
                assert {name: getattr(found, name) for name in FIELDS} == expected, entry.task.quote
            seen += 1
    assert seen >= 2


def test_the_clock_of_this_test_stands(world):
    assert timezone.localdate() == TODAY
