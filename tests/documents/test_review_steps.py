"""Steps of a review: what they change, what they refuse, what they give back."""

import pytest

from khue.core.models import Action
from khue.documents.models import Obligation, State
from khue.documents.review import Refused, apply
from tests.documents.makers import make_clerk, make_document, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def document():
    return make_document()


@pytest.fixture
def clerk(document):
    return document.created_by


def standing(document):
    return list(document.obligations.exclude(state=State.REPLACED))


def test_a_reading_becomes_obligations_in_reading_order(document):
    quotes = [o.quote for o in standing(document)]
    assert quotes[0].startswith("Phòng Giáo dục và Đào tạo tổ chức khảo sát")
    assert all(q in " ".join(document.reading.text.split()) for q in quotes)
    assert document.number == "11/CT-UBND"
    assert document.signed_on.isoformat() == "2023-08-28"


def test_owners_are_resolved_to_the_units_of_the_office(document):
    first = standing(document)[0]
    assert first.owners[0]["quote"] == "Phòng Giáo dục và Đào tạo"
    assert first.owners[0]["ref"] == {"type": "unit", "id": document.unit_id}


def test_an_impossible_date_becomes_a_question(document):
    slip = document.slips.get()
    assert slip.kind == "impossible_date"
    assert "31/6/2023" in slip.quote


def test_accepting_changes_state_and_revision_and_is_logged(document, clerk):
    first = standing(document)[0]
    done = apply(document.pk, "state", {"items": [first.pk], "state": "accepted"}, by=clerk)
    first.refresh_from_db()
    assert (first.state, first.revision) == ("accepted", done["revision"])
    logged = Action.objects.filter(verb="review.state").get()
    assert logged.changes == {f"#{first.pk}": {"state": ["proposed", "accepted"]}}
    assert logged.by == clerk


def test_the_same_key_counts_once(document, clerk):
    first = standing(document)[0]
    data = {"items": [first.pk], "field": "note", "value": "xem lại", "base": ""}
    one = apply(document.pk, "field", data, by=clerk, key="k1")
    two = apply(document.pk, "field", data, by=clerk, key="k1")
    assert one == two
    assert document.events.count() == 1


def test_what_another_person_wrote_is_not_written_over(document, clerk):
    other = make_clerk(document.unit)
    first = standing(document)[0]
    apply(document.pk, "field", {"items": [first.pk], "field": "note", "value": "của Lan", "base": ""}, by=other)
    done = apply(document.pk, "field", {"items": [first.pk], "field": "note", "value": "của Hoa", "base": ""}, by=clerk)
    first.refresh_from_db()
    assert first.note == "của Lan"
    assert done["conflicts"] == [{"item": first.pk, "field": "note", "theirs": "của Lan", "yours": "của Hoa", "by": str(other)}]


def test_two_people_may_change_different_fields_of_one_obligation(document, clerk):
    other = make_clerk(document.unit)
    first = standing(document)[0]
    apply(document.pk, "field", {"items": [first.pk], "field": "note", "value": "ghi", "base": ""}, by=other)
    done = apply(document.pk, "field", {"items": [first.pk], "field": "product", "value": "báo cáo", "base": ""}, by=clerk)
    first.refresh_from_db()
    assert (first.note, first.product, done["conflicts"]) == ("ghi", "báo cáo", [])


@pytest.mark.parametrize(
    ("op", "data"),
    [
        ("field", {"field": "quote", "value": "bịa"}),
        ("field", {"field": "due", "value": "31/6/2023"}),
        ("field", {"field": "recurs", "value": "daily"}),
        ("field", {"field": "targets", "value": [{"value": "nhiều"}]}),
        ("state", {"state": "replaced"}),
        ("split", {"offset": 3}),
        ("merge", {}),
        ("bogus", {}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(document, clerk, op, data):
    first = standing(document)[0]
    before = Obligation.objects.filter(pk=first.pk).values().get()
    with pytest.raises(Refused):
        apply(document.pk, op, {"items": [first.pk], "item": first.pk, **data}, by=clerk)
    assert Obligation.objects.filter(pk=first.pk).values().get() == before
    assert not document.events.exists()


def test_another_documents_obligation_is_refused(document, clerk):
    other = make_document(make_office())
    with pytest.raises(Refused):
        apply(document.pk, "state", {"items": [standing(other)[0].pk], "state": "accepted"}, by=clerk)


def test_splitting_gives_two_quotes_that_stand_in_the_text(document, clerk):
    found = next(o for o in standing(document) if "98%" in o.quote)
    at = found.quote.index("5 tuổi")
    done = apply(document.pk, "split", {"item": found.pk, "offset": at}, by=clerk)
    found.refresh_from_db()
    assert found.state == State.REPLACED
    new = list(document.obligations.filter(pk__in=done["items"]).exclude(pk=found.pk))
    assert [n.quote for n in new] == [found.quote[:at].strip(), found.quote[at:].strip()]
    assert [len(n.targets) for n in new] == [1, 0]
    assert set(found.became.all()) == set(new)


def test_merging_joins_neighbours_and_keeps_what_both_say(document, clerk):
    one, two = standing(document)[:2]
    done = apply(document.pk, "merge", {"items": [one.pk, two.pk]}, by=clerk)
    whole = document.obligations.exclude(state=State.REPLACED).filter(pk__in=done["items"]).get()
    assert whole.quote.startswith(one.quote[:40])
    assert whole.quote.endswith(two.quote[-40:])
    assert whole.due == one.due


def test_obligations_with_others_between_are_not_merged(document, clerk):
    all_ = standing(document)
    with pytest.raises(Refused):
        apply(document.pk, "merge", {"items": [all_[0].pk, all_[2].pk]}, by=clerk)


def test_a_marked_sentence_becomes_an_obligation_with_its_own_fields(document, clerk):
    number, text = next((i, b["text"]) for i, b in enumerate(document.reading.blocks) if b["text"].startswith("Năm học vừa qua"))
    done = apply(document.pk, "add", {"p": number, "from": 0, "to": len(text)}, by=clerk)
    made = document.obligations.get(pk=done["items"][0])
    assert made.quote == text.rstrip(".")
    assert (made.origin, made.state) == ("added", "accepted")


def test_what_is_marked_may_not_lie_over_another_obligation(document, clerk):
    number, text = next((i, b["text"]) for i, b in enumerate(document.reading.blocks) if "98%" in b["text"])
    with pytest.raises(Refused, match="chồng"):
        apply(document.pk, "add", {"p": number, "from": 0, "to": len(text)}, by=clerk)


@pytest.mark.parametrize("op", ["state", "split", "merge", "field"])
def test_undo_gives_back_the_state_before(document, clerk, op):
    one, two = standing(document)[:2]
    before = list(document.obligations.values("pk", "quote", "state", "note", "due", "start", "end"))
    data = {
        "state": {"items": [one.pk, two.pk], "state": "rejected"},
        "split": {"item": one.pk, "offset": one.quote.index("hoàn thành")},
        "merge": {"items": [one.pk, two.pk]},
        "field": {"items": [one.pk], "field": "due", "value": "2024-01-31"},
    }[op]
    apply(document.pk, op, data, by=clerk)
    apply(document.pk, "undo", {}, by=clerk)
    visible = [
        r for r in document.obligations.values("pk", "quote", "state", "note", "due", "start", "end") if r["state"] != State.REPLACED
    ]
    assert visible == before


def test_undo_keeps_what_somebody_changed_since_and_says_so(document, clerk):
    other = make_clerk(document.unit)
    one, two = standing(document)[:2]
    apply(document.pk, "state", {"items": [one.pk, two.pk], "state": "rejected"}, by=clerk)
    apply(document.pk, "field", {"items": [one.pk], "field": "note", "value": "giữ", "base": ""}, by=other)
    done = apply(document.pk, "undo", {}, by=clerk)
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.state, two.state) == ("rejected", "proposed")
    assert [c["item"] for c in done["conflicts"]] == [one.pk]


def test_undo_takes_back_only_ones_own_steps(document, clerk):
    other = make_clerk(document.unit)
    one, two = standing(document)[:2]
    apply(document.pk, "state", {"items": [one.pk], "state": "accepted"}, by=clerk)
    apply(document.pk, "state", {"items": [two.pk], "state": "accepted"}, by=other)
    apply(document.pk, "undo", {}, by=clerk)
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.state, two.state) == ("proposed", "accepted")


def test_answering_a_question_is_kept_with_who_and_when(document, clerk):
    slip = document.slips.get()
    apply(document.pk, "answer", {"slip": slip.pk, "answer": "meant", "value": "30/6/2023", "base": ""}, by=clerk)
    slip.refresh_from_db()
    assert (slip.answer, slip.value, slip.answered_by) == ("meant", "30/6/2023", clerk)


def test_choosing_a_unit_takes_the_doubt_away(document, clerk):
    found = standing(document)[0]
    found.owners = [{"quote": "đơn vị lạ", "span": None, "rule": "owner.subject", "ref": None, "label": "", "candidates": []}]
    found.doubts = ["unit"]
    found.save()
    chosen = [{**found.owners[0], "ref": {"type": "unit", "id": document.unit_id}, "label": "Phòng"}]
    apply(document.pk, "field", {"items": [found.pk], "field": "owners", "value": chosen, "base": found.owners}, by=clerk)
    found.refresh_from_db()
    assert found.doubts == []
