"""The record of a unit that has ended is that of its last day: a reorganisation makes no delay disappear."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from khue.accounts.models import Role
from khue.tasks import judge, work
from khue.tasks.give import Address, give
from khue.tasks.record import last_day, record
from khue.tasks.replies import say_word
from khue.tasks.views.record import _asked
from khue.units.groups import unit_ref
from khue.units.reorganise import apply, undo
from tests.factories import make_user, sign_in
from tests.tasks.clock import Clock
from tests.tasks.world import person
from tests.units.test_reorganise import DAY, merger, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, DAY - timedelta(days=60))


@pytest.fixture
def w(clock):
    """Before the merger of DAY the school had four tasks: one done in time, two overdue, one not yet due."""
    w = world()
    w["head"] = make_user(role="leader", unit=w["dong"], name="Giàng A Dơ")
    w["official"] = make_user(role="leader", unit=w["office"])
    days = {"done": -30, "late": -42, "both": -10, "open": 20}
    w["tasks"] = {
        n: give(w["office"], f"Việc {n}", [Address(unit_ref(w["dong"].pk))], by=None, due_on=DAY + timedelta(days=d))
        for n, d in days.items()
    }
    work.report(w["tasks"]["done"].assignments.get().pk, by=w["head"], text="Xong", submit=True)
    judge.verify(w["tasks"]["done"].assignments.get().pk, by=w["official"])
    clock.set(DAY)
    return w


def seen(w, **days):
    asked, _typed = _asked(person(w["official"]), {"don_vi": str(w["dong"].pk), "tu": "2023-09-01", "den": "2024-08-31"} | days)
    return asked, record(person(w["official"]), asked)


def facts(found):
    n = found.total.tally.numbers
    return n.given, n.done_in_time, n.overdue, n.open_in_time


def test_what_was_late_on_its_last_day_stays_late_at_that_head(w, clock):
    before = facts(seen(w)[1])
    apply(merger(w).pk, by=None)
    clock.set(DAY + timedelta(days=9))
    asked, found = seen(w)
    assert (asked.as_of, asked.ended) == (DAY - timedelta(days=1), True)
    assert facts(found) == before == (4, 1, 2, 1)
    assert [(line.name, line.tally.numbers.overdue) for line in found.heads] == [("Giàng A Dơ", 2)]


def test_a_decision_applied_after_its_day_finds_what_came_until_then(w, clock):
    clock.set(DAY + timedelta(days=9))
    give(w["office"], "Việc sau", [Address(unit_ref(w["dong"].pk))], by=None, due_on=DAY + timedelta(days=5))
    clock.set(DAY + timedelta(days=12))
    apply(merger(w).pk, by=None)
    w["dong"].refresh_from_db()
    assert last_day(w["dong"]) == DAY + timedelta(days=11)
    clock.set(DAY + timedelta(days=13))
    assert facts(seen(w)[1]) == (5, 1, 3, 1)


def test_an_earlier_day_is_still_that_day_and_an_undo_brings_today_back(w, clock):
    e = merger(w)
    apply(e.pk, by=None)
    clock.set(DAY + timedelta(days=9))
    asked, found = seen(w, tinh_den=str(DAY - timedelta(days=35)))
    assert (asked.as_of, asked.ended, found.total.tally.numbers.overdue) == (DAY - timedelta(days=35), False, 1)
    undo(e.pk, by=None)
    asked, found = seen(w)
    assert (asked.as_of, asked.ended, found.total.tally.numbers.overdue) == (None, False, 2)


def test_the_page_says_so_and_leads_to_the_heir_and_to_the_evidence(client, w, clock):
    apply(merger(w).pk, by=None)
    clock.set(DAY + timedelta(days=9))
    sign_in(client, w["official"])
    page = client.get(reverse("tasks:record"), {"don_vi": w["dong"].pk, "tu": "2023-09-01", "den": "2024-08-31"})
    text = page.content.decode()
    assert f"thôi hoạt động từ {DAY:%d/%m/%Y}" in text
    assert f"{reverse('tasks:record')}?don_vi={w['an'].pk}" in text
    for _name, _heading, number, address in page.context["record"].total.cells:
        assert client.get(address).context["page_obj"].paginator.count == number


def test_what_was_taken_over_late_is_nobodys_of_the_heirs_heads(client, w, clock):
    Role.objects.filter(user=w["official"]).update(valid_from=date(2023, 8, 1))
    heir = make_user(role="leader", unit=w["an"], name="Lý Thị Mẩy", since=date(2023, 8, 1))
    give(w["office"], "Việc riêng", [Address(unit_ref(w["an"].pk))], by=None, due_on=DAY + timedelta(days=3))
    apply(merger(w).pk, by=None)
    clock.set(DAY + timedelta(days=9))
    sign_in(client, w["official"])
    for days in ({}, {"tinh_den": f"{DAY + timedelta(days=8)}"}):
        page = client.get(reverse("tasks:record"), {"don_vi": w["an"].pk, "tu": "2023-09-01", "den": "2024-08-31"} | days)
        found = page.context["record"]
        assert found.total.tally.numbers.overdue == 3
        # whoever was head of the ended school goes along, from that day on
        heads = [(line.name, line.first, line.tally.numbers.given, line.tally.numbers.overdue) for line in found.heads]
        assert heads == [(str(heir), date(2023, 9, 1), 2, 1), (str(w["head"]), DAY, 2, 1)]
        assert found.handed.tally.numbers.overdue == 2
        for line in [*found.heads, found.handed]:
            for _name, _heading, number, address in line.cells:
                assert client.get(address).context["page_obj"].paginator.count == number
    page = client.get(reverse("tasks:record"), {"don_vi": w["an"].pk, "tu": "2023-09-01", "den": "2024-08-31"}).content.decode()
    assert "Nhận bàn giao khi đã quá hạn" in page
    assert f"{reverse('tasks:record')}?don_vi={w['dong'].pk}" in page
    before = client.get(reverse("tasks:record"), {"don_vi": w["an"].pk, "tinh_den": f"{DAY - timedelta(days=1)}"}).context["record"]
    assert before.handed is None


def test_what_stays_under_the_old_name_is_in_the_record_of_whoever_goes_on_with_it(client, w, clock):
    """Both schools had the task: the ended one's part is not merged away, the heir's people do it."""
    heir = make_user(role="leader", unit=w["an"], name="Lý Thị Mẩy", since=date(2023, 8, 1))
    both = [Address(unit_ref(w[n].pk)) for n in ("an", "dong")]
    clock.set(DAY - timedelta(days=50))
    for n in (-20, 15):
        task = give(w["office"], f"Cả hai {n}", both, by=None, due_on=DAY + timedelta(days=n))
        work.report(task.assignments.get(unit=w["an"]).pk, by=heir, text="Xong", submit=True)
        judge.verify(task.assignments.get(unit=w["an"]).pk, by=w["official"])
    clock.set(DAY)
    apply(merger(w).pk, by=None)
    clock.set(DAY + timedelta(days=5))
    sign_in(client, w["official"])
    found = client.get(reverse("tasks:record"), {"don_vi": w["an"].pk, "tu": "2023-09-01", "den": "2024-08-31"}).context["record"]
    # four of its own and of the merged one's together, and the two parts that stay under the old name
    assert found.everything == found.total.tally.numbers.given == 2 + 3 + 2
    assert {s.task.quote for s in client.get(found.handed.cells[0][3]).context["page_obj"]} == {"Việc late", "Việc both", "Cả hai -20"}
    address = found.total.cells[0][3]
    assert f"việc của {w['dong'].called} để lại" in client.get(address).content.decode()
    kept = next(s for s in client.get(address).context["page_obj"] if s.unit == w["dong"])
    word = say_word(w["an"], "Nhận khi đã quá hạn", by=heir, share_id=kept.pk)
    assert word in next(s for s in client.get(address).context["page_obj"] if s.pk == kept.pk).own_words
