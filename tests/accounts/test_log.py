import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from khue.accounts import people
from khue.accounts.verbs import VERBS
from khue.core.log import log_action
from khue.core.models import Action
from khue.documents.models import Document
from tests.conftest import ROOT
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_unit(name="Phòng Giáo dục")


@pytest.fixture
def admin(office):
    user = make_user(role="admin", unit=office, name="Phạm Long")
    people.index_person(user)
    Action.objects.all().delete()
    return user


def rows(client, **filters):
    return list(client.get(reverse("people:log"), filters).context["page_obj"])


def test_it_shows_what_was_done_in_the_subtree_only(client, admin, office):
    school = make_unit(name="Trường", parent=office)
    outside = make_unit(name="Sở")
    found = {row.target_name for row in rows(sign_in(client, admin))}
    assert school.name in found
    assert outside.name not in found


def test_a_step_of_a_review_names_the_tasks_it_is_about(client, admin, office):
    document = Document.objects.create(unit=office, book_year=2024, book_number=1, kind="Chỉ thị")
    tasks = [document.obligations.create(start=n, end=n + 1, quote=f"Báo cáo lần {n}") for n in range(3)]
    changes = {f"#{t.pk}": {"due_on": [None, "2024-05-25"]} for t in tasks} | {"#999999": {"due_on": [None, "2024-06-01"]}}
    log_action("review.edit", document, by=admin, changes=changes)
    page = sign_in(client, admin).get(reverse("people:log"), headers={"accept-language": "vi"}).content.decode()
    assert all(f"nhiệm vụ “{t.quote}”" in page and f"#{t.pk}," not in page for t in tasks)
    assert "nhiệm vụ #999999" in page


def test_signing_in_stands_in_the_log_of_ones_unit(client, admin):
    sign_in(client, admin)
    assert [row.verb for row in rows(client)] == ["person.signed_in"]


def test_it_filters_by_person_kind_object_and_day(client, admin, office):
    other = make_user(role="clerk", unit=office, name="Lê Trang")
    people.index_person(other)
    sign_in(client, admin)
    Action.objects.all().delete()
    log_action("unit.changed", office, by=admin)
    old = log_action("person.changed", other, by=other, unit_id=office.pk)
    Action.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=10))
    today = timezone.localdate()
    assert {r.verb for r in rows(client, nguoi=other.pk)} == {"person.changed"}
    assert {r.verb for r in rows(client, nguoi="le trang")} == {"person.changed"}
    assert {r.verb for r in rows(client, viec="unit.changed")} == {"unit.changed"}
    assert {r.verb for r in rows(client, loai="unit", id=office.pk)} == {"unit.changed"}
    assert {r.verb for r in rows(client, tu=today)} == {"unit.changed"}
    assert {r.verb for r in rows(client, den=today - timedelta(days=5))} == {"person.changed"}
    assert {r.verb for r in rows(client, tu=today - timedelta(days=10), den=today)} == {"person.changed", "unit.changed"}


@pytest.mark.parametrize("filters", [{"tu": "2024-99-99"}, {"den": "x"}, {"nguoi": "9" * 60}, {"id": "9" * 60}, {"viec": "'"}])
def test_nonsense_in_the_address_breaks_nothing(client, admin, filters):
    assert sign_in(client, admin).get(reverse("people:log"), filters).status_code == 200


def test_verbs_and_fields_are_said_in_words(client, admin, office):
    log_action("person.changed", admin, by=admin, unit_id=office.pk, changes={"phone": ["", "0912"], "is_active": [True, False]})
    page = sign_in(client, admin).get(reverse("people:log")).content.decode()
    assert "sửa thông tin người dùng" in page
    assert "điện thoại: — → 0912" in page
    assert "đang hoạt động: có → không" in page


def test_a_step_of_a_review_tells_the_obligations_in_words(client, admin, office):
    log_action("review.state", office, by=admin, changes={"#322": {"state": ["proposed", "accepted"]}, "slip #1": ["", ""]})
    page = sign_in(client, admin).get(reverse("people:log")).content.decode()
    assert "nhiệm vụ #322, tình trạng: Chờ soát → Chấp nhận" in page


def test_steps_of_a_task_and_days_are_said_in_words(client, admin, office):
    log_action("task.returned", office, by=admin, changes={"stage": ["submitted", "returned"], "due_on": ["2026-11-10", "2026-11-27"]})
    text = sign_in(client, admin).get(reverse("people:log")).content.decode()
    assert "submitted → returned" not in text
    assert "10/11/2026 → 27/11/2026" in text


def test_a_role_is_called_by_its_name(client, admin, office):
    log_action("role.granted", admin.roles.get(), by=admin, changes={"role": ["", "clerk"]})
    assert "vai trò: — → Văn thư" in sign_in(client, admin).get(reverse("people:log")).content.decode()


def test_its_queries_do_not_grow(client, admin, office, django_assert_max_num_queries):
    for _ in range(40):
        log_action("unit.changed", office, by=admin)
    sign_in(client, admin)
    rows(client)
    with django_assert_max_num_queries(14):
        rows(client)


def test_every_verb_that_the_code_writes_has_its_words():
    written = set()
    for path in (ROOT / "khue").rglob("*.py"):
        if path.name != "verbs.py":
            written |= set(re.findall(r"(?:log_action|_log)\(\s*\"([a-z]+\.[a-z_]+)\"", path.read_text("utf-8")))
    steps = re.search(r"^STEPS.*?^}", (ROOT / "khue/documents/review/apply.py").read_text("utf-8"), re.M | re.S).group()
    written |= {f"review.{op}" for op in re.findall(r"\"(\w+)\":", steps)}
    assert len(written) > 30
    assert sorted(written - set(VERBS)) == []
