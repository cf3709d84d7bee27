"""What an answer to a question changes in the plan, and what takes it back."""

from datetime import date

import pytest

from khue.core.models import Action
from khue.documents.models import Obligation, State
from khue.documents.register import register
from khue.documents.review import apply
from tests.documents.makers import DIRECTIVE, make_document

pytestmark = pytest.mark.django_db

TEXT = (
    DIRECTIVE.replace("trước ngày 15/10/2023", "trước ngày 31/11/2023")
    .replace("2457/QĐ-BGDĐT ngày 31/6/2023", "2457/QĐ-BDGĐT ngày 30/6/2023")
    .replace("kiểm tra an toàn cổng trường", "kiểm tra an toàn cổng trường theo Quyết định số 2457/QĐ-BDGĐT")
)


@pytest.fixture
def document():
    return make_document(text=TEXT)


@pytest.fixture
def clerk(document):
    return document.created_by


def answer(document, kind, said="meant", value=""):
    slip = document.slips.filter(kind=kind).first()
    return apply(document.pk, "answer", {"slip": slip.pk, "answer": said, "value": value}, by=document.created_by)


def survey(document):
    """The obligation whose deadline is no day."""
    return document.obligations.get(quote__contains="khảo sát chất lượng")


def test_the_day_that_was_meant_becomes_the_deadline_of_the_sentence_and_its_doubt_goes(document):
    found = survey(document)
    assert (found.due, found.doubts) == (None, ["slip"])
    done = answer(document, "impossible_date", value="30/11/2023")
    found = survey(document)
    assert (found.due, found.due_quote, found.doubts, found.state) == (date(2023, 11, 30), "30/11/2023", [], State.PROPOSED)
    assert done["items"] == [found.pk]


@pytest.mark.parametrize("value", ["30/11", "ngày 30 tháng 11 năm 2023", "trước ngày 30/11/2023"])
def test_a_day_is_understood_as_people_write_it(document, value):
    answer(document, "impossible_date", value=value)
    assert survey(document).due == date(2023, 11, 30)


def test_what_the_answer_set_is_taken_back_in_one_step_and_told_in_the_history(document, clerk):
    answer(document, "impossible_date", value="30/11/2023")
    told = Action.objects.get(verb="review.answer").changes
    assert told[f"#{survey(document).pk}"]["due"] == [None, "2023-11-30"]
    assert told["“ngày 31/11/2023”"] == ["", "Đúng ý là: 30/11/2023"]
    apply(document.pk, "undo", {}, by=clerk)
    found = survey(document)
    assert (found.due, found.due_rule, found.doubts) == (None, "deadline.impossible", ["slip"])
    assert document.slips.get(kind="impossible_date").answer == ""


def test_another_answer_takes_the_deadline_of_the_first_one_away(document, clerk):
    answer(document, "impossible_date", value="30/11/2023")
    answer(document, "impossible_date", value="29/11/2023")
    assert survey(document).due == date(2023, 11, 29)
    answer(document, "impossible_date", said="ask")
    assert (survey(document).due, survey(document).due_rule) == (None, "deadline.impossible")


def test_a_deadline_that_a_person_set_stays_whatever_is_answered(document, clerk):
    apply(document.pk, "field", {"items": [survey(document).pk], "field": "due", "value": "2023-12-05"}, by=clerk)
    answer(document, "impossible_date", value="30/11/2023")
    assert survey(document).due == date(2023, 12, 5)
    answer(document, "impossible_date", said="ask")
    assert survey(document).due == date(2023, 12, 5)


def test_the_number_that_was_meant_stands_in_the_citation_in_every_task_and_finds_the_document(document, clerk):
    cited = document.cited.get(symbol="2457/QĐ-BDGĐT")
    there = register(document.unit, by=clerk, read=False, number="2457/QĐ-BGDĐT", signed_on=date(2023, 6, 30), arrived_on=date(2023, 7, 3))
    answer(document, "misspelt_symbol", value="2457/QĐ-BGDĐT")
    cited.refresh_from_db()
    assert (cited.symbol, cited.linked, cited.signed_on) == ("2457/QĐ-BGDĐT", there, date(2023, 6, 30))
    assert document.obligations.get(quote__contains="cổng trường").cites[0]["symbol"] == "2457/QĐ-BGDĐT"
    apply(document.pk, "undo", {}, by=clerk)
    cited.refresh_from_db()
    assert (cited.symbol, cited.linked) == ("2457/QĐ-BDGĐT", None)
    assert document.obligations.get(quote__contains="cổng trường").cites[0]["symbol"] == "2457/QĐ-BDGĐT"


def test_the_day_of_a_citation_is_mended_and_no_tasks_deadline(document, clerk):
    made = make_document(document.unit, by=clerk)
    answer(made, "impossible_date", value="30/6/2023")
    assert made.cited.get(symbol="2457/QĐ-BGDĐT").signed_on == date(2023, 6, 30)
    assert not Obligation.objects.filter(document=made, due=date(2023, 6, 30)).exists()


def test_a_question_that_is_answered_either_way_is_no_doubt_any_more(document):
    answer(document, "impossible_date", said="as_printed")
    assert survey(document).doubts == []
    assert survey(document).due is None


def test_a_doubt_stays_while_another_question_of_the_sentence_is_open(document):
    one = document.slips.get(kind="impossible_date")
    document.slips.create(kind="person", quote="khảo sát", start=one.start, end=one.end)
    answer(document, "impossible_date", value="30/11/2023")
    assert survey(document).doubts == ["slip"]
