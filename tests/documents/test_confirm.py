import json

import pytest

from khue.core.errors import KhueError
from khue.documents.confirm import confirm, reopen, reread, what_is_left
from khue.documents.gold import gold
from khue.documents.models import State, Status
from khue.documents.owners import set_default_owner
from khue.documents.review import Refused, apply
from khue.units.groups import unit_ref
from tests.documents.makers import make_document
from tests.factories import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return make_document()


def settle(document, by):
    ids = list(document.obligations.values_list("pk", flat=True))
    apply(document.pk, "state", {"items": ids, "state": "accepted"}, by=by)
    for slip in document.slips.all():
        apply(document.pk, "answer", {"slip": slip.pk, "answer": "ask"}, by=by)
    return confirm(document.pk, by=by)


def test_it_is_not_confirmed_while_something_is_left(document):
    with pytest.raises(KhueError, match="Còn 5 nhiệm vụ chưa soát và 1 câu hỏi chưa trả lời"):
        confirm(document.pk, by=document.created_by)


def test_what_is_left_is_told_without_a_nought(document):
    by = document.created_by
    apply(document.pk, "answer", {"slip": document.slips.get().pk, "answer": "ask"}, by=by)
    with pytest.raises(KhueError, match=r"^Còn \d nhiệm vụ chưa soát\."):
        confirm(document.pk, by=by)
    ids = list(document.obligations.values_list("pk", flat=True))
    apply(document.pk, "undo", {}, by=by)
    apply(document.pk, "state", {"items": ids, "state": "accepted"}, by=by)
    with pytest.raises(KhueError, match=r"^Còn 1 câu hỏi chưa trả lời\."):
        confirm(document.pk, by=by)


def test_a_settled_plan_keeps_whom_it_goes_to_and_its_page_offers_to_open_it_again(client, document):
    settle(document, document.created_by)
    sign_in(client, document.created_by)
    school = json.dumps({"type": "unit", "id": document.unit_id})
    answer = client.post(
        f"/van-ban/{document.pk}/soat/don-vi/", {"ref": school, "label": "Phòng"}, follow=True, headers={"accept-language": "vi"}
    )
    assert "Mở lại để soát tiếp." in answer.content.decode()
    document.refresh_from_db()
    assert document.default_owner is None
    page = client.get(f"/van-ban/{document.pk}/soat/", headers={"accept-language": "vi"}).content.decode()
    assert "rv-default" not in page
    assert f"/van-ban/{document.pk}/mo-lai/" in page
    client.post(f"/van-ban/{document.pk}/mo-lai/")
    client.post(f"/van-ban/{document.pk}/soat/don-vi/", {"ref": school, "label": "Phòng"})
    document.refresh_from_db()
    assert document.default_owner["label"] == "Phòng"


def test_a_confirmed_plan_takes_no_more_steps_until_it_is_opened_again(document):
    by = document.created_by
    done = settle(document, by)
    assert (done.status, done.confirmed_by) == (Status.CONFIRMED, by)
    one = document.obligations.first()
    with pytest.raises(Refused):
        apply(document.pk, "state", {"items": [one.pk], "state": "rejected"}, by=by)
    reopen(document.pk, by=by)
    apply(document.pk, "state", {"items": [one.pk], "state": "rejected"}, by=by)
    one.refresh_from_db()
    assert one.state == State.REJECTED


def test_what_goes_to_no_known_unit_is_counted_before_the_plan_is_settled(document):
    settle(document, document.created_by)
    before = what_is_left(document)["nobody"]
    one, other = [o for o in document.obligations.all() if any(u.get("ref") for u in o.owners)][:2]
    one.owners = [{**one.owners[0], "ref": None}]
    other.owners = []
    for obligation in (one, other):
        obligation.save()
    assert what_is_left(document)["nobody"] == before + 2
    document.default_owner = {"ref": {"type": "unit", "id": document.unit_id}, "label": "Phòng"}
    assert what_is_left(document)["nobody"] == sum(
        bool(o.owners) and not any(u.get("ref") for u in o.owners) for o in document.obligations.filter(state=State.ACCEPTED)
    )


def test_it_is_not_read_again_once_somebody_decided(document):
    one = document.obligations.first()
    apply(document.pk, "state", {"items": [one.pk], "state": "accepted"}, by=document.created_by)
    with pytest.raises(KhueError, match="người soát"):
        reread(document.pk, by=document.created_by)


@pytest.mark.django_db(transaction=True)
def test_reading_again_gives_the_same_plan():
    document = make_document()
    before = list(document.obligations.values_list("quote", flat=True))
    reread(document.pk, by=document.created_by)
    document.refresh_from_db()
    assert document.status == Status.REVIEW
    assert list(document.obligations.values_list("quote", flat=True)) == before


def test_corrections_come_out_in_the_shape_of_the_guideline(document):
    by = document.created_by
    one, two = document.obligations.all()[:2]
    apply(document.pk, "field", {"items": [one.pk], "field": "due", "value": "2023-10-31"}, by=by)
    apply(document.pk, "state", {"items": [two.pk], "state": "rejected"}, by=by)
    found = gold(document)
    assert set(found) >= {"header", "tasks", "citations", "slips"}
    assert {"quote": one.quote, "was": "read", "now": "proposed", "fields": {"due": ["2023-10-15", "2023-10-31"]}} in found["corrections"]
    assert two.quote not in [t["quote"] for t in found["tasks"]]
    assert {"quote": two.quote, "was": "read", "now": "rejected", "fields": {}} in found["corrections"]


def test_whoever_reads_a_plan_through_is_told_what_names_nobody_until_a_default_is_chosen(client):
    document = make_document()
    unnamed, rejected = document.obligations.all()[:2]
    document.obligations.filter(pk__in=[unnamed.pk, rejected.pk]).update(owners=[])
    document.obligations.filter(pk=rejected.pk).update(state=State.REJECTED)
    sign_in(client, document.created_by)
    where = f"/van-ban/{document.pk}/soat/"
    named = document.obligations.exclude(owners=[]).count()
    told = document.obligations.count() - named - 1
    assert f"{told} việc không nêu tên ai" in client.get(where, headers={"accept-language": "vi"}).content.decode()
    set_default_owner(document.pk, unit_ref(document.unit_id), by=document.created_by, label="Phòng")
    assert "không nêu tên ai;" not in client.get(where, headers={"accept-language": "vi"}).content.decode()
