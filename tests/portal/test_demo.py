"""The demo: half-way through the year, the same whenever it is made again, and every share as its events left it."""

from datetime import date

import pytest
from django.db import transaction

from khue.core.models import Action
from khue.documents.models import Document, Report, Status
from khue.portal import demo, demo_year
from khue.tasks.models import Assignment, Event, Extension, FormerDue, Notice, Stage, Task
from khue.tasks.states import numbers, state_of
from khue.units.models import Unit
from khue.units.tree import today

pytestmark = pytest.mark.django_db
K = Event.Kind


def _state_of_everything():
    return {
        "tasks": list(Task.objects.order_by("pk").values()),
        "shares": list(Assignment.objects.order_by("pk").values()),
        "events": list(Event.objects.order_by("pk").values()),
        "wishes": list(Extension.objects.order_by("pk").values()),
        "notices": list(Notice.objects.order_by("pk").values()),
        "documents": list(Document.objects.order_by("pk").values()),
        "units": list(Unit.objects.order_by("pk").values()),
        "actions": Action.objects.count(),
    }


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The demo, made once for the tests of this file and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.make()
        transaction.set_rollback(True)


def test_a_second_run_changes_nothing(made):
    before = _state_of_everything()
    again = demo.make()
    assert again.refused == []
    assert again.documents == []
    assert _state_of_everything() == before


def test_it_is_half_way_with_every_state_a_person_may_meet(made):
    found = {state_of(s, today()) for s in Assignment.objects.all()}
    assert found == {"waiting", "waiting_late", "doing", "doing_late", "done_in_time", "done_late"}
    assert set(Assignment.objects.values_list("stage", flat=True)) >= {Stage.GIVEN, Stage.RECEIVED, Stage.SUBMITTED, Stage.RETURNED}
    assert set(Extension.objects.values_list("state", flat=True)) == {"asked", "granted"}
    counted = numbers(Assignment.objects.all(), today())
    assert counted.done_in_time > counted.done_late > 0
    assert 0 < counted.overdue < counted.done
    assert Event.objects.filter(files__isnull=False).exists()
    assert Assignment.objects.filter(is_partner=True).exists()


def test_plans_are_given_by_those_whose_they_are_to_nobody_above(made):
    city = Unit.objects.get(name="Ủy ban nhân dân thành phố Lào Cai")
    out = Document.objects.filter(pk__in=Task.objects.values("document_id"))
    assert sorted(out.values_list("kind", flat=True)) == ["Chương trình", "Chỉ thị", "Thông báo"]
    assert set(out.values_list("status", flat=True)) == {Status.CONFIRMED}
    assert Task.objects.get(quote__startswith="Kiện toàn Ban Chỉ đạo").unit == city
    assert not Assignment.objects.filter(unit__kind__in=["department", "province_committee", "ministry"]).exists()


def test_the_report_on_the_citys_directive_is_issued_by_its_deputy_head(made):
    report = Report.objects.get()
    assert report.state == Report.State.ISSUED
    assert report.document.file.name == demo.OF_THE_CITY
    assert report.issued_as.number == "01/BC-UBND"
    assert report.signer_title == "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"
    assert report.figures["numbers"]["given"] == Assignment.objects.filter(task__document_id=report.document_id, is_partner=False).count()
    assert report.issued_as.file.name == "01-BC-UBND.docx"


def test_every_share_stands_where_its_events_left_it(made):
    for share in Assignment.objects.prefetch_related("events").select_related("task"):
        stage, submitted, done, due, last = Stage.GIVEN, None, None, share.task.due_on, None
        for event in share.events.all():
            day = event.at.astimezone().date() if event.kind != K.GIVEN else share.task.given_on
            assert last is None or event.at >= last
            last = event.at
            if event.kind == K.SUBMITTED:
                stage, submitted = Stage.SUBMITTED, day
            elif event.kind == K.VERIFIED:
                assert stage == Stage.SUBMITTED
                stage, done = Stage.VERIFIED, submitted
            elif event.kind == K.RETURNED:
                assert stage == Stage.SUBMITTED
                stage, submitted = Stage.RETURNED, None
            elif event.kind in (K.RECEIVED, K.REPORT):
                stage = Stage.RECEIVED
            elif event.kind == K.EXTENDED:
                due = date.fromisoformat(event.data["to"])
            assert day <= today()
        assert (share.stage, share.submitted_on, share.done_on, share.due_on) == (stage, submitted, done, due)


def test_a_task_whose_units_all_got_more_time_is_due_with_the_first_of_them(made):
    shares: dict[int, list] = {}
    for task, due in (
        Assignment.objects.filter(is_partner=False).exclude(stage__in=("transferred", "withdrawn")).values_list("task_id", "due_on")
    ):
        shares.setdefault(task, []).append(due)
    late = {
        t.pk
        for t in Task.objects.filter(due_on__isnull=False)
        if t.pk in shares and None not in shares[t.pk] and min(shares[t.pk]) > t.due_on
    }
    assert late == set()
    assert FormerDue.objects.exists()


@pytest.mark.parametrize(
    ("day", "years"),
    [((2023, 10, 15), 0), ((2023, 10, 14), -1), ((2026, 11, 25), 3), ((2027, 8, 1), 3), ((2027, 10, 14), 3), ((2027, 10, 15), 4)],
)
def test_deadlines_move_by_whole_years_into_the_year_that_is_going_on(day, years):
    assert demo_year.years_on(date(*day)) == years


def test_the_29th_of_february_has_a_day_in_every_year():
    assert demo_year.moved(date(2024, 2, 29), 3) == date(2027, 2, 28)


def test_a_plan_that_somebody_touched_is_left_alone(made):
    held = next(d for d in made.documents if d.status == Status.REVIEW and d.file.name == "ke-hoach-so.txt")
    assert demo_year.give_out(held, by=held.created_by, within=held.unit) == []
    held.refresh_from_db()
    assert held.status == Status.REVIEW


def test_a_document_of_another_school_year_stays_to_be_looked_through(made, tmp_path):
    text = (demo.samples() / "demo" / "ket-luan.txt").read_text(encoding="utf-8")
    (tmp_path / "cu.txt").write_text(text.replace("năm học 2023-2024", "năm học 2021-2022"), encoding="utf-8")
    (tmp_path / "moi.txt").write_text(text.replace("Số: 00/TB", "Số: 01/TB"), encoding="utf-8")
    demo.make([tmp_path / "cu.txt", tmp_path / "moi.txt"])
    old, new = (Document.objects.get(file__name=name) for name in ("cu.txt", "moi.txt"))
    assert old.status == Status.REVIEW
    assert not Task.objects.filter(document_id=old.pk).exists()
    assert Task.objects.filter(document_id=new.pk).exists()
