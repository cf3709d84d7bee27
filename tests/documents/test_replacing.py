"""Another file in the place of a broken or wrong one: under the same number, while nobody goes by it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from khue.core.models import Action
from khue.documents.models import Document
from khue.documents.review import apply
from khue.tasks.give import Address, give
from khue.units.groups import unit_ref
from tests.documents.makers import make_document
from tests.documents.test_upload import send, text_file
from tests.factories import make_unit

pytestmark = pytest.mark.django_db(transaction=True)


def replace(client, document, *files, **data):
    where = f"/van-ban/{document.pk}/thay-tep/"
    return client.post(where, {"file": files, **data}, follow=True, headers={"accept-language": "vi"})


def test_a_broken_file_is_replaced_under_the_same_number_and_stays_in_the_history(client, office, clerk):
    send(client, office, SimpleUploadedFile("hong.pdf", b"%PDF-1.4 rac"))
    document = Document.objects.get()
    page = client.get(f"/van-ban/{document.pk}/", headers={"accept-language": "vi"}).content.decode()
    assert (document.status, f"/van-ban/{document.pk}/thay-tep/" in page) == ("unreadable", True)
    for _ in range(2):
        replace(client, document, text_file(), _once="k")
    number = document.book_number
    document.refresh_from_db()
    assert (document.book_number, document.file.name, document.status, document.error) == (number, "chi-thi.txt", "review", None)
    assert document.number == "11/CT-UBND"
    done = Action.objects.get(verb="document.refiled")
    assert done.changes["file"] == ["hong.pdf", "chi-thi.txt"]
    history = client.get(f"/van-ban/{document.pk}/lich-su/", headers={"accept-language": "vi"}).content.decode()
    assert "thay tệp của văn bản" in history
    old = f"/van-ban/{document.pk}/tep/?truoc={done.pk}"
    assert old in history
    assert b"".join(client.get(old).streaming_content) == b"%PDF-1.4 rac"
    assert client.get(f"/van-ban/{document.pk}/tep/?truoc={done.pk + 1}").status_code == 404


def test_a_wrong_file_takes_what_was_read_of_it_along_and_leaves_what_people_wrote(client, office, clerk):
    document = make_document(office, by=clerk, signer="Người của văn thư")
    document.refresh_from_db()
    apply(document.pk, "state", {"items": [document.obligations.first().pk], "state": "accepted"}, by=clerk)
    assert "Những gì đã soát trên tệp cũ sẽ bỏ." in client.get(f"/van-ban/{document.pk}/thay-tep/").content.decode()
    replace(client, document, text_file("dung.txt", "Một trang không có nhiệm vụ nào."))
    document.refresh_from_db()
    assert (document.number, document.signed_on, document.signer) == ("", None, "Người của văn thư")
    assert not document.obligations.exists()
    assert not document.events.exists()
    assert Action.objects.get(verb="document.refiled").changes["number"] == ["11/CT-UBND", ""]


@pytest.mark.parametrize("why", ["settled", "given", "removed", "waits"])
def test_a_file_that_others_go_by_is_not_replaced(client, office, clerk, why):
    document = make_document(office, by=clerk)
    if why == "given":
        give(office, "Việc", [Address(unit_ref(make_unit(parent=office).pk))], by=clerk, document_id=document.pk)
    fields = {"settled": {"status": "confirmed"}, "removed": {"removed_at": timezone.now()}, "waits": {"status": "waiting"}}
    Document.objects.filter(pk=document.pk).update(**fields.get(why, {"note": ""}))
    answer = replace(client, document, text_file("khac.txt", "Một tệp khác."))
    assert answer.status_code == 404 or "Tệp này không thay được." in answer.content.decode()
    assert f"/van-ban/{document.pk}/thay-tep/" not in client.get(f"/van-ban/{document.pk}/").content.decode()
    assert not Action.objects.filter(verb="document.refiled").exists()


def test_the_bytes_of_another_entry_and_what_is_no_document_do_not_replace_a_file(client, office, clerk):
    first, second = make_document(office, by=clerk), make_document(office, by=clerk, text="Văn bản khác.", name="hai.txt")
    assert "Tệp này đã có trong sổ, số" in replace(client, second, text_file()).content.decode()
    assert "may.exe:" in replace(client, second, SimpleUploadedFile("may.exe", b"MZ")).content.decode()
    second.refresh_from_db()
    assert second.file.name == "hai.txt"
    assert first.pk != second.pk
