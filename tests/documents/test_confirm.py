import pytest

from khue.core.errors import KhueError
from khue.documents.confirm import confirm, reopen, reread, what_is_left
from khue.documents.gold import gold
from khue.documents.models import State, Status
from khue.documents.review import Refused, apply
from tests.documents.makers import make_document

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
    with pytest.raises(KhueError, match="chưa soát"):
        confirm(document.pk, by=document.created_by)


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
