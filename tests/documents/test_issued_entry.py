"""What an issued report fixed of its entry in the register, and what is asked before a document goes out of the register."""

from datetime import date

import pytest

from khue.core.errors import KhueError
from khue.core.models import Action
from khue.documents.confirm import reread
from khue.documents.frozen import FROZEN
from khue.documents.models import Document, Report
from khue.documents.register import change, remove
from khue.documents.report.issuing import issue
from khue.documents.report.service import make_draft
from khue.units.tree import today
from tests.documents.makers import make_document
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
VI = {"accept-language": "vi"}


@pytest.fixture
def entry(world):
    draft = make_draft(world.office, "document", by=world.clerk, document=world.document)
    Report.objects.filter(pk=draft.pk).update(signer="Trần Thị Minh Hà", signer_title="TRƯỞNG PHÒNG", place="Lào Cai", recipients="Lưu")
    return Document.objects.get(pk=issue(draft.pk, by=world.leader).issued_as_id)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "99/BC-PGDĐT"),
        ("book_number", 99),
        ("signed_on", date(2024, 1, 1)),
        ("kind", "Công văn"),
        ("subject", "Khác"),
        ("signer", "Người khác"),
        ("place", "Sa Pa"),
        ("recipients", "Không ai"),
        ("direction", "in"),
    ],
)
def test_what_was_signed_cannot_be_changed_in_the_register(world, entry, name, value):
    with pytest.raises(KhueError, match="lập báo cáo mới thay thế"):
        change(entry.pk, by=world.clerk, base={name: getattr(entry, name)}, said_now={name: value})
    assert getattr(Document.objects.get(pk=entry.pk), name) == getattr(entry, name)


def test_the_form_of_an_issued_report_shows_what_is_fixed_and_saves_the_rest(client, world, entry):
    sign_in(client, world.clerk)
    where = f"/van-ban/{entry.pk}/sua/"
    answer = client.get(where, headers=VI)
    page = answer.content.decode()
    assert not set(FROZEN) & set(answer.context["form"].fields)
    assert "giữ nguyên như bản đã ký" in page
    assert f"<dd>{entry.number}" in page
    assert f'href="/van-ban/bao-cao/{entry.report.pk}/"' in page, "where another takes its place"
    assert client.post(where, {"urgency": "normal", "note": "Lưu kho 2"}, headers=VI).status_code == 302
    refused = client.post(where, {"urgency": "normal", "number": "99/BC-PGDĐT"}, headers=VI)
    assert refused.status_code == 422
    assert "lập báo cáo mới thay thế" in refused.content.decode()
    after = Document.objects.get(pk=entry.pk)
    assert (after.note, after.number, after.book_number) == ("Lưu kho 2", entry.number, entry.book_number)


def test_the_history_gives_back_no_old_value_of_what_is_fixed(client, world, entry):
    log = Action.objects.create(
        verb="document.changed", target_type="document", target_id=entry.pk, changes={"number": ["1/BC", "2/BC"], "note": ["a", "b"]}
    )
    sign_in(client, world.clerk)
    page = client.get(f"/van-ban/{entry.pk}/lich-su/", headers=VI).content.decode()
    assert "Lấy lại giá trị cũ: ghi chú" in page
    assert "Lấy lại giá trị cũ: số, ký hiệu" not in page
    client.post(f"/van-ban/{entry.pk}/lich-su/{log.pk}/", {"field": "number"})
    assert Document.objects.get(pk=entry.pk).number == entry.number


def test_an_issued_report_stays_in_the_register_and_is_not_read_as_a_document(client, world, entry):
    with pytest.raises(KhueError, match="không bỏ khỏi sổ được"):
        remove(entry.pk, by=world.clerk, why="nhầm")
    with pytest.raises(KhueError):
        reread(entry.pk, by=world.clerk)
    sign_in(client, make_user(role="specialist", unit=world.office))
    page = client.get(f"/van-ban/{entry.pk}/", headers=VI).content.decode()
    assert "không bỏ khỏi sổ được" in page
    assert f"/van-ban/{entry.pk}/bo/" not in page
    client.post(f"/van-ban/{entry.pk}/bo/", {"why": "nhầm"})
    assert Document.objects.get(pk=entry.pk).removed_at is None


def test_a_document_from_which_work_was_given_goes_out_of_the_register_only_with_a_reason(client, world):
    given = world.document
    sign_in(client, world.clerk)
    where = f"/van-ban/{given.pk}/bo/"
    assert f'href="{where}"' in client.get(f"/van-ban/{given.pk}/", headers=VI).content.decode()
    assert "việc đã giao theo văn bản vẫn còn" in client.get(where, headers=VI).content.decode()
    answer = client.post(where, {"why": "   "}, headers=VI)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["why"])
    with pytest.raises(KhueError, match="lý do"):
        remove(given.pk, by=world.clerk, why=" ")
    client.post(where, {"why": "Trùng với số 5"})
    assert Document.objects.get(pk=given.pk).removed_at is not None
    assert Action.objects.get(verb="document.removed").changes == {"why": ["", "Trùng với số 5"]}


def test_a_document_that_nobody_goes_by_yet_needs_a_reason_too_and_button_and_message_say_the_same(client, office, clerk):
    document = make_document(office, by=clerk)
    where = f"/van-ban/{document.pk}/bo/"
    assert f'href="{where}">Bỏ khỏi sổ</a>' in client.get(f"/van-ban/{document.pk}/", headers=VI).content.decode()
    assert client.post(where, headers=VI).status_code == 422
    assert Document.objects.get(pk=document.pk).removed_at is None
    answer = client.post(where, {"why": "Tải nhầm tệp"}, headers=VI, follow=True)
    assert "khỏi sổ. Có thể đưa trở lại ở trang này." in answer.content.decode()
    assert "Tải nhầm tệp" in client.get(f"/van-ban/{document.pk}/lich-su/", headers=VI).content.decode()
    assert Document.objects.get(pk=document.pk).removed_at.date() == today()
