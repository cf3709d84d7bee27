"""Files that come in: what may be a document, what may be evidence, what may be neither."""

import io
import zipfile

import pytest
import xlsxwriter

from khue.core.errors import InputError
from khue.files.check import ACCEPT, DOCUMENTS, EVIDENCE, accept, check_upload


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Lớp 1").write_string(0, 0, "Sĩ số")
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def opendocument() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return out.getvalue()


def check(data: bytes, name: str, kinds=EVIDENCE) -> str:
    return check_upload(io.BytesIO(data), name, len(data), kinds)


def test_a_spreadsheet_may_be_evidence():
    assert check(workbook(), "si-so.xlsx") == "xlsx"
    assert check(opendocument(), "si-so.ods") == "xlsx"


def test_a_spreadsheet_is_no_document():
    for kinds in (DOCUMENTS, {"pdf"}):
        with pytest.raises(InputError, match="tệp nén"):
            check(workbook(), "si-so.xlsx", kinds)
    data = workbook()
    with pytest.raises(InputError, match="tệp nén"):
        check_upload(io.BytesIO(data), "si-so.xlsx", len(data))


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "Basic/Standard/Module1.xml"])
def test_a_spreadsheet_with_macros_is_refused_by_name(part):
    with pytest.raises(InputError, match=r"si-so\.xlsx: tệp chứa macro.*\.xlsx không macro"):
        check(with_part(workbook(), part, b"x"), "si-so.xlsx")


def test_a_spreadsheet_under_another_ending_is_refused():
    with pytest.raises(InputError, match="đuôi tệp không khớp"):
        check(workbook(), "si-so.xlsm")


def test_an_archive_that_is_no_spreadsheet_stays_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError, match="tệp nén"):
        check(out.getvalue(), "a.xlsx")


def test_a_damaged_spreadsheet_is_refused():
    with pytest.raises(InputError):
        check(workbook()[:-40], "si-so.xlsx")


def test_a_photo_is_taken_and_a_program_is_not():
    assert check(b"\xff\xd8\xff\xe0" + b"\0" * 40, "anh.jpg") == "image"
    with pytest.raises(InputError, match="chương trình"):
        check(b"MZ" + b"x" * 400, "anh.jpg")


def test_the_endings_that_a_field_offers_are_those_that_are_taken():
    assert ".xlsx" not in ACCEPT
    assert {".xlsx", ".ods", ".jpg", ".pdf", ".docx"} <= set(accept(EVIDENCE).split(","))
