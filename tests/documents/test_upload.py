"""Files come in: what is kept, what is refused by name, what is noticed."""

import io
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khue.accounts.models import RoleName
from khue.documents.models import Document, Status, StoredFile
from khue.documents.register import register
from khue.files.check import clean_name
from khue.files.store import keep, path_of
from tests.documents.makers import DIRECTIVE, make_clerk, make_document
from tests.factories import make_unit, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/van-ban/tai-len/"


def send(client, office, *files, **more):
    return client.post(URL, {"unit": office.pk, "direction": "in", "files": list(files), **more}, headers={"accept-language": "vi"})


def text_file(name="chi-thi.txt", text=DIRECTIVE):
    return SimpleUploadedFile(name, text.encode())


def zipped(parts, name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return SimpleUploadedFile(name, buffer.getvalue())


def word_parts():
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("CHỈ THỊ")
    document.save(buffer)
    return {n: zipfile.ZipFile(buffer).read(n) for n in zipfile.ZipFile(buffer).namelist()}


def test_a_file_is_registered_read_and_opened(client, office, clerk):
    answer = send(client, office, text_file())
    document = Document.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("documents:show", args=[document.pk])
    assert (document.status, document.book_number, document.number) == (Status.REVIEW, 1, "11/CT-UBND")
    assert path_of(document.file.sha256).read_bytes().decode() == DIRECTIVE


def test_many_files_get_numbers_one_after_the_other(client, office, clerk):
    answer = send(client, office, text_file("a.txt", DIRECTIVE + "a"), text_file("b.txt", DIRECTIVE + "b"))
    assert answer.status_code == 200
    assert sorted(Document.objects.values_list("book_number", flat=True)) == [1, 2]


def test_the_same_bytes_are_noticed_and_can_be_entered_again_on_purpose(client, office, clerk):
    send(client, office, text_file())
    answer = send(client, office, text_file("ten-khac.txt"))
    assert Document.objects.count() == 1
    assert "đã có trong sổ" in answer.content.decode()
    client.post(URL, {"again": Document.objects.get().pk, "_once": "x"})
    assert Document.objects.count() == 2


def test_the_same_words_in_another_file_are_noticed_on_its_page(client, office, clerk):
    send(client, office, text_file())
    send(client, office, text_file("b.txt", DIRECTIVE.replace("\n\n", "\n\n\n")))
    newest = Document.objects.order_by("-pk").first()
    assert "Cùng số, ký hiệu và ngày với" in client.get(f"/van-ban/{newest.pk}/").content.decode()


def test_a_form_sent_twice_registers_once(client, office, clerk):
    send(client, office, text_file(), _once="same")
    send(client, office, text_file(), _once="same")
    assert Document.objects.count() == 1
    assert StoredFile.objects.count() == 1


HOSTILE = {
    "program": lambda: SimpleUploadedFile("van-ban.docx", b"MZ\x90\x00" + b"\x00" * 200),
    "script": lambda: SimpleUploadedFile("a.txt", b"#!/bin/sh\nrm -rf .\n"),
    "web page": lambda: SimpleUploadedFile("a.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
    "macro": lambda: zipped({**word_parts(), "word/vbaProject.bin": b"x"}, "a.docx"),
    "old macro": lambda: SimpleUploadedFile(
        "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le") + b"\0" * 600
    ),
    "object in rtf": lambda: SimpleUploadedFile("a.rtf", b"{\\rtf1{\\object\\objdata 0105}}"),
    "bomb": lambda: zipped({**word_parts(), "word/media/x.png": b"\0" * 60_000_000}, "a.docx"),
    "way out": lambda: zipped({**word_parts(), "../../etc/passwd": b"x"}, "a.docx"),
    "archive": lambda: zipped({"a.txt": b"x"}, "a.zip"),
    "wrong ending": lambda: SimpleUploadedFile("a.pdf", DIRECTIVE.encode()),
    "no document": lambda: SimpleUploadedFile("a.txt", bytes(range(256)) * 40),
    "empty": lambda: SimpleUploadedFile("a.txt", b""),
    "only blanks": lambda: SimpleUploadedFile("a.txt", b" \n \n"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_document_is_refused_by_name_and_nothing_is_kept(client, office, clerk, kind):
    file = HOSTILE[kind]()
    answer = send(client, office, file)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{file.name}:" in page
    assert "Không nhận" in page
    assert not Document.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_good_file_comes_in_beside_a_bad_one(client, office, clerk):
    answer = send(client, office, HOSTILE["macro"](), text_file())
    assert answer.status_code == 200
    assert Document.objects.count() == 1


def test_a_file_over_the_limit_is_refused_while_it_comes_in(client, office, clerk, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    answer = send(client, office, text_file("to.txt", "x" * 5000))
    assert "to.txt" in answer.content.decode()
    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_an_announced_two_gigabytes_are_not_even_read(client, office, clerk):
    answer = client.generic("POST", URL, b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(2 * 10**9))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\chi thi.docx", "chi thi.docx"),
        ("a\x00b\u202etxt.exe.txt", "abtxt.exe.txt"),
        ("...", "tep"),
        ("Chỉ thị số 11.docx", "Chỉ thị số 11.docx"),
    ],
)
def test_names_lose_what_is_no_name(name, clean):
    assert clean_name(name) == clean


def test_a_file_that_cannot_be_read_says_why_on_its_page(client, office, clerk):
    send(client, office, SimpleUploadedFile("hong.pdf", b"%PDF-1.4 hong"))
    document = Document.objects.get()
    assert document.status == Status.UNREADABLE
    page = client.get(f"/van-ban/{document.pk}/").content.decode()
    assert "hong.pdf" in page
    assert "Xin lại tệp gốc" in page


def test_a_viewer_may_not_upload(client, office):
    sign_in(client, make_clerk(office, RoleName.VIEWER))
    assert send(client, office, text_file()).status_code == 403


def test_nobody_registers_in_another_offices_book(client, office, clerk):
    other = make_unit(name="Phòng khác")
    assert send(client, other, text_file()).status_code == 422
    assert not Document.objects.exists()


def test_the_file_comes_back_as_it_was_under_its_name(client, office, clerk):
    document = make_document(office, by=clerk, name="Chỉ thị.txt")
    answer = client.get(f"/van-ban/{document.pk}/tep/")
    assert b"".join(answer.streaming_content).decode() == DIRECTIVE
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_document_whose_reading_was_given_up_does_not_wait_for_ever(office, clerk):
    from types import SimpleNamespace

    from django_tasks import TaskResultStatus

    from khue.documents.files.reading import given_up, read_document

    document = make_document(office, by=clerk)
    Document.objects.filter(pk=document.pk).update(status=Status.WAITING)
    result = SimpleNamespace(status=TaskResultStatus.FAILED, task=read_document, args=[document.pk])
    given_up(sender=None, task_result=result)
    document.refresh_from_db()
    assert document.status == Status.UNREADABLE
    assert "không xong" in str(document.error)


def without_file(office, clerk, **fields):
    return register(office, by=clerk, read=False, **{"subject": "Chỉ thị đầu năm", "signer": "Trần Thị Hoa", **fields})


def add_file(client, document, *files, **data):
    return client.post(f"/van-ban/{document.pk}/them-tep/", {"file": files, **data}, follow=True, headers={"accept-language": "vi"})


def test_a_file_is_added_to_a_document_that_was_entered_without_one_and_read(client, office, clerk):
    document = without_file(office, clerk)
    assert "Thêm tệp của văn bản này" in client.get(f"/van-ban/{document.pk}/", headers={"accept-language": "vi"}).content.decode()
    for _ in range(2):
        add_file(client, document, text_file(), _once="k")
    document.refresh_from_db()
    assert (document.status, document.file.name, document.signer) == ("review", text_file().name, "Trần Thị Hoa")
    assert document.obligations.exists()
    assert document.number == "11/CT-UBND", "empty fields take what the head says"
    assert StoredFile.objects.count() == 1
    assert "thêm tệp cho văn bản" in client.get(f"/van-ban/{document.pk}/lich-su/", headers={"accept-language": "vi"}).content.decode()
    assert "Thêm tệp của văn bản này" not in client.get(f"/van-ban/{document.pk}/", headers={"accept-language": "vi"}).content.decode()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_document_is_not_added(client, office, clerk, kind):
    document, file = without_file(office, clerk), HOSTILE[kind]()
    page = add_file(client, document, file).content.decode()
    assert f"{file.name}:" in page
    document.refresh_from_db()
    assert (document.file, document.status) == (None, "registered")
    assert not StoredFile.objects.exists()


def test_a_second_file_and_the_bytes_of_another_entry_are_refused(client, office, clerk):
    first, second = without_file(office, clerk), without_file(office, clerk)
    add_file(client, first, text_file())
    assert "Văn bản này đã có tệp." in add_file(client, first, text_file("khac.txt", DIRECTIVE + "khác")).content.decode()
    assert "Tệp này đã có trong sổ, số 1/" in add_file(client, second, text_file()).content.decode()
    assert "Chưa chọn tệp nào." in add_file(client, second).content.decode()
    second.refresh_from_db()
    assert (second.file, StoredFile.objects.count()) == (None, 1)


def test_the_page_for_adding_a_file_can_be_opened_and_says_what_was_wrong_at_its_field(client, office, clerk):
    document = without_file(office, clerk)
    where = f"/van-ban/{document.pk}/them-tep/"
    page = client.get(where, headers={"accept-language": "vi"})
    assert (page.status_code, 'aria-invalid="true"' in page.content.decode()) == (200, False)
    for sent in ({}, {"file": SimpleUploadedFile("may.exe", b"MZ")}, {"file": SimpleUploadedFile("rong.txt", b"")}):
        answer = client.post(where, sent, headers={"accept-language": "vi"})
        field = answer.content.decode().split('<div class="field has-error">')[1].split("</div>")[0]
        assert answer.status_code == 422
        assert 'class="error" id="id_file_error"' in field
        assert 'aria-invalid="true" aria-describedby="id_file_error"' in field
    add_file(client, document, text_file())
    assert client.get(where)["Location"] == f"/van-ban/{document.pk}/", "it has its file now"


def test_an_upload_without_a_file_is_told_at_the_field(client, office, clerk):
    answer = client.post("/van-ban/tai-len/", {"unit": office.pk, "direction": "in"}, headers={"accept-language": "vi"})
    field = answer.content.decode().split('<div class="field has-error">')[1].split("</div>")[0]
    assert answer.status_code == 422
    assert "Chưa chọn tệp nào." in field
    assert 'aria-describedby="id_files_error"' in field


def test_a_file_over_the_limit_is_not_added(client, office, clerk, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    document = without_file(office, clerk)
    assert "to.txt" in add_file(client, document, text_file("to.txt", "x" * 5000)).content.decode()
    document.refresh_from_db()
    assert document.file is None


def test_a_viewer_is_offered_no_field_for_a_file_and_may_not_add_one(client, office):
    document = without_file(office, None)
    sign_in(client, make_clerk(office, "viewer"))
    assert "them-tep" not in client.get(f"/van-ban/{document.pk}/").content.decode()
    assert add_file(client, document, text_file()).status_code == 403


def test_a_document_that_is_kept_with_its_file_is_not_called_without_one(client, office, clerk):
    file = keep(io.BytesIO(DIRECTIVE.encode()), name="bao-cao.txt", kind="text", by=clerk)
    document = without_file(office, clerk, file=file, direction="out")
    page = client.get(f"/van-ban/{document.pk}/", headers={"accept-language": "vi"}).content.decode()
    assert "Tệp gốc" in page
    assert "Chưa có tệp" not in page
