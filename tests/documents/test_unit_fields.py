"""Units on the forms of documents are typed or picked; the words count where the reference says something else."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.documents.models import Document
from khue.documents.register import register
from khue.units.groups import unit_ref
from khue.units.models import Unit
from tests.documents.makers import make_clerk, make_office
from tests.factories import make_unit, sign_in

pytestmark = pytest.mark.django_db
UPLOAD, NEW = "/van-ban/tai-len/", "/van-ban/moi/"


@pytest.fixture
def office():
    return make_office()


@pytest.fixture(autouse=True)
def clerk(client, office):
    return sign_in(client, make_clerk(office))


@pytest.fixture
def school():
    return Unit.objects.get(short_name="TH Bông Lúa")


def body(answer):
    return answer.content.decode()


def as_json(unit):
    return json.dumps(unit_ref(unit.pk))


@pytest.mark.parametrize("page", [UPLOAD, NEW])
def test_the_own_unit_stands_there_already(client, office, page):
    html = body(client.get(page))
    assert f'value="{office.name}"' in html
    assert f'value="{office.pk}"' not in html


@pytest.mark.parametrize("page", [UPLOAD, NEW, "edit"])
def test_more_units_make_the_page_no_longer_and_take_no_more_queries(client, office, page):
    if page == "edit":
        page = f"/van-ban/{register(office, by=None, read=False, subject='Việc').pk}/sua/"

    def measured():
        with CaptureQueriesContext(connection) as seen:
            html = body(client.get(page))
        return len(seen), html.count("Trường"), html.count("<option")

    measured()
    before = measured()
    for _n in range(5):
        make_unit(name="Trường Tiểu học Thêm", parent=office)
    assert measured() == before


@pytest.mark.parametrize(
    "typed",
    [
        lambda u: {"unit_words": u.name, "unit": ""},
        lambda u: {"unit_words": "TH Bông Lúa"},
        lambda u: {"unit_words": " trường  tiểu học Bông Lúa ", "unit": ""},
        lambda u: {"unit_words": u.name, "unit": as_json(u)},
        lambda u: {"unit": as_json(u)},
        lambda u: {"unit": str(u.pk)},
    ],
)
def test_a_unit_is_taken_as_typed_as_picked_or_by_its_number(client, school, typed):
    client.post(NEW, {"direction": "in", "urgency": "normal", "subject": "Việc", **typed(school)})
    assert Document.objects.get().unit == school


def test_words_that_were_changed_count_although_the_old_reference_is_sent_with_them(client, office, school):
    client.post(
        UPLOAD, {"unit_words": school.name, "unit": as_json(office), "direction": "in", "files": SimpleUploadedFile("a.txt", b"Bao cao")}
    )
    assert Document.objects.get().unit == school


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"unit_words": "Phòng của huyện bên"}, "Bạn không chọn được “Phòng của huyện bên” ở đây"),
        ({"unit_words": "khôngcóđâu"}, "Không tìm thấy đơn vị nào là “khôngcóđâu”"),
        ({"unit_words": ""}, "Cần điền ô này."),
        ({"unit": "987654321"}, "Cần điền ô này."),
        ({"unit": '{"type": "unit"}'}, "Cần điền ô này."),
        ({"unit": "²"}, "Cần điền ô này."),
        ({"unit": "9" * 40}, "Cần điền ô này."),
        ({}, "Cần điền ô này."),
    ],
)
def test_what_may_not_be_chosen_is_told_and_stays_as_typed(client, office, typed, words):
    make_unit(name="Phòng của huyện bên", parent=office.spells.get().parent)
    answer = client.post(NEW, {"direction": "in", "urgency": "normal", "subject": "Việc", **typed}, headers={"accept-language": "vi"})
    assert answer.status_code == 422
    assert words in body(answer)
    assert typed.get("unit_words", "") in body(answer)
    assert not Document.objects.exists()


def test_a_unit_of_others_is_not_taken_by_its_number_either(client, office):
    foreign = make_unit(name="Phòng của huyện bên")
    answer = client.post(NEW, {"direction": "in", "urgency": "normal", "subject": "Việc", "unit": str(foreign.pk)})
    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_who_handles_it_is_changed_kept_and_taken_away(client, office, school):
    document = register(office, by=None, read=False, subject="Việc")
    page = f"/van-ban/{document.pk}/sua/"

    def send(**typed):
        form = client.get(page).context["form"]
        fields = {n: form[n].value() or "" for n in form.fields if n != "handler_unit"}
        base = {"_base": client.get(page).context["base"]}
        assert client.post(page, {**fields, **base, **typed}).status_code == 302
        document.refresh_from_db()
        return document.handler_unit

    assert send(handler_unit_words=school.name) == school
    assert send(handler_unit_words=school.name, handler_unit=as_json(school)) == school
    assert send(handler_unit_words="", handler_unit=as_json(school)) is None
