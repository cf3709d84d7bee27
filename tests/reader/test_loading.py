import io
import random
import shutil
import zipfile

import docx
import pytest

from khue.core.errors import InputError, MissingTool
from khue.reader import load, read
from khue.reader.loading.encodings import decode
from tests.conftest import ROOT

SENTENCE = "Tiếp tục triển khai thực hiện nhiệm vụ năm học; Ủy ban nhân dân các xã, phường bố trí kinh phí trước ngày 15/9/2024."
# the same sentence as it was typed in the fonts of before Unicode
TCVN3 = "TiÕp tôc triÓn khai thùc hiÖn nhiÖm vô n¨m häc; Uû ban nh©n d©n c¸c x·, ph­êng bè trÝ kinh phÝ tr­íc ngµy 15/9/2024."
VNI = (
    "Tieáp tuïc trieån khai thöïc hieän nhieäm vuï naêm hoïc; UÛy ban nhaân daân caùc xaõ, phöôøng boá trí kinh phí tröôùc ngaøy 15/9/2024."
)


def same(text):
    return text.replace("Uỷ", "Ủy").strip()


def write(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SENTENCE.encode("utf-8"), "utf-8"),
        (SENTENCE.encode("utf-8-sig"), "utf-8"),
        (SENTENCE.encode("utf-16"), "utf-16"),
        (SENTENCE.encode("utf-16-le"), "utf-16-le"),
        (SENTENCE.encode("utf-16-be"), "utf-16-be"),
        (TCVN3.encode("latin-1"), "tcvn3"),
        (VNI.encode("latin-1"), "vni"),
        (TCVN3.encode("utf-8"), "tcvn3"),
    ],
)
def test_encodings_of_plain_text(data, encoding):
    text, found = decode(data)
    assert found == encoding
    assert same(text) == SENTENCE


def test_cp1258_with_its_combining_tones():
    import unicodedata

    decomposed = "".join(
        unicodedata.normalize(
            "NFC", unicodedata.normalize("NFD", c).translate({0x301: None, 0x300: None, 0x309: None, 0x303: None, 0x323: None})
        )
        + "".join(m for m in unicodedata.normalize("NFD", c) if ord(m) in (0x301, 0x300, 0x309, 0x303, 0x323))
        for c in SENTENCE
    )
    text, found = decode(decomposed.encode("cp1258"))
    assert (found, text) == ("cp1258", SENTENCE)


def test_a_text_file_says_where_a_line_is(tmp_path):
    loaded = load(write(tmp_path / "a.txt", "dòng một\ndòng hai\n"))
    assert loaded.where(loaded.text.index("hai")) == "dòng 2"


def make_docx(path):
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "UBND TỈNH KIM HÀ\nSỞ GIÁO DỤC VÀ ĐÀO TẠO\nSố: 12/KH-SGDĐT"
    table.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nKim Hà, ngày 20 tháng 8 năm 2024"
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Công tác năm học 2024-2025")
    document.add_paragraph("I. NHIỆM VỤ")
    document.add_paragraph("Rà soát mạng lưới trường lớp trước ngày 15/9/2024.", style="List Number")
    document.add_paragraph("Bố trí đủ giáo viên.", style="List Number")
    legacy = document.add_paragraph()
    run = legacy.add_run("TiÕp tôc triÓn khai phæ cËp gi¸o dôc.")
    run.font.name = ".VnTime"
    tasks = document.add_table(rows=2, cols=3)
    for cell, text in zip(tasks.rows[0].cells, ("STT", "Nhiệm vụ", "Chủ trì"), strict=True):
        cell.text = text
    for cell, text in zip(tasks.rows[1].cells, ("1", "Thành lập tổ công tác", "Văn phòng Sở"), strict=True):
        cell.text = text
    document.save(path)
    return path


def test_a_word_file_with_its_own_numbers_old_fonts_and_tables(tmp_path):
    loaded = load(make_docx(tmp_path / "a.docx"))
    assert loaded.kind == "docx"
    assert "1. Rà soát mạng lưới" in loaded.text
    assert "2. Bố trí đủ giáo viên" in loaded.text
    assert "Tiếp tục triển khai phổ cập giáo dục." in loaded.text
    reading = read(loaded.text)
    assert (reading.header.number, reading.header.issuer) == ("12/KH-SGDĐT", "SỞ GIÁO DỤC VÀ ĐÀO TẠO")
    assert [t.section for t in reading.tasks] == ["I.1", "I.2", "I.2", "I.2.1"]
    assert [f.value for f in reading.tasks[-1].owners] == ["Văn phòng Sở"]
    assert loaded.where(reading.tasks[-1].span.start).startswith("bảng ở đoạn")


def make_pdf(text):
    """The bytes of a PDF of one page with Latin text, made by hand so that no tool is needed."""
    lines = "".join(f"({line}) Tj 0 -14 Td " for line in text.split("\n"))
    stream = f"BT /F1 11 Tf 60 760 Td {lines} ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def test_a_pdf_with_text(tmp_path):
    loaded = load(
        write(tmp_path / "a.pdf", make_pdf("Ke hoach nam hoc cua nha truong\nTiep tuc ra soat mang luoi truong lop tren dia ban"))
    )
    assert loaded.kind == "pdf"
    assert "mang luoi truong lop" in loaded.text
    assert loaded.where(5) == "trang 1"


@pytest.mark.parametrize(
    ("name", "data", "code", "says"),
    [
        ("rong.txt", b"", "input.empty", "tệp rỗng"),
        ("trang.txt", b" \n\n ", "input.empty", "không có chữ nào"),
        ("ngau-nhien.txt", random.Random(3).randbytes(20_000), "input.kind", "không phải văn bản"),
        ("may.exe", b"MZ\x90\x00" + bytes(range(256)) * 20, "input.kind", "không phải văn bản"),
        ("hong.pdf", b"%PDF-1.7\nrubbish", "input.damaged", "PDF hỏng"),
        ("hong.docx", b"PK\x03\x04word/document.xml rubbish", "input.damaged", "hỏng"),
        ("hong.png", b"\x89PNG\r\n\x1a\nrubbish", None, ""),
        (
            "khoa.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512 + "EncryptedPackage".encode("utf-16-le"),
            "input.encrypted",
            "mật khẩu",
        ),
    ],
)
def test_a_file_that_is_no_document_is_refused_by_name_and_reason(tmp_path, name, data, code, says):
    with pytest.raises((InputError, MissingTool)) as error:
        load(write(tmp_path / name, data))
    assert error.value.message.startswith(name)
    assert error.value.remedy
    if code:
        assert error.value.code == code
        assert says in error.value.message


def test_an_archive_and_a_zip_bomb_are_refused(tmp_path):
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError) as error:
        load(write(tmp_path / "a.zip", plain.getvalue()))
    assert error.value.code == "input.kind"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 301_000_000)
    with pytest.raises(InputError) as error:
        load(write(tmp_path / "bomb.docx", bomb.getvalue()))
    assert error.value.code == "input.huge"


def test_an_encrypted_pdf_is_named(tmp_path):
    data = make_pdf("x" * 40).replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >> /ID [(a)(a)]" % (b"o" * 32, b"u" * 32),
    )
    with pytest.raises(InputError) as error:
        load(write(tmp_path / "khoa.pdf", data))
    assert error.value.code in ("input.encrypted", "input.damaged")


def test_a_size_limit_can_be_set(tmp_path):
    path = write(tmp_path / "to.txt", "Rà soát mạng lưới. " * 100)
    assert load(path).text
    with pytest.raises(InputError) as error:
        load(path, max_bytes=1000)
    assert error.value.code == "input.huge"
    assert "--max-mb" in error.value.remedy


def test_a_folder_and_a_missing_file(tmp_path):
    for path, code in ((tmp_path, "input.folder"), (tmp_path / "khong-co.txt", "input.missing")):
        with pytest.raises(InputError) as error:
            load(path)
        assert error.value.code == code


def test_without_its_tool_an_old_file_or_a_scan_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for name, data in (("a.rtf", b"{\\rtf1 x}"), ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50)):
        with pytest.raises(MissingTool) as error:
            load(write(tmp_path / name, data))
        assert "apt install" in error.value.remedy


@pytest.mark.skipif(shutil.which("soffice") is None, reason="skipped: LibreOffice is not installed here")
@pytest.mark.parametrize("suffix", ["odt", "doc", "rtf"])
def test_old_office_files_through_libreoffice(tmp_path, suffix):
    import subprocess

    source = make_docx(tmp_path / "a.docx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", tmp_path, source], capture_output=True, timeout=180
    )
    loaded = load(tmp_path / f"a.{suffix}")
    assert "Rà soát mạng lưới trường lớp" in loaded.text


def _has_tesseract():
    try:
        import pytesseract

        return "vie" in pytesseract.get_languages()
    except Exception:
        return False


@pytest.mark.skipif(not _has_tesseract(), reason="skipped: Tesseract with Vietnamese is not installed here")
def test_a_scan_through_tesseract(tmp_path):
    from PIL import Image, ImageDraw, ImageFont

    font = next((p for p in ("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",) if shutil.os.path.exists(p)), None)
    if font is None:
        pytest.skip("skipped: no font to draw a page with")
    image = Image.new("L", (1700, 400), 255)
    ImageDraw.Draw(image).text((60, 80), "KẾ HOẠCH\nTiếp tục rà soát mạng lưới trường lớp", font=ImageFont.truetype(font, 52), fill=0)
    image.save(tmp_path / "quet.png")
    loaded = load(tmp_path / "quet.png")
    assert "mạng lưới" in loaded.text
    assert loaded.note == "đọc bằng OCR: cần người soát lại"
    image.convert("RGB").save(tmp_path / "quet.pdf", "PDF", resolution=200)
    assert load(tmp_path / "quet.pdf").kind == "pdf-scan"


def test_the_samples_are_read_from_their_files():
    for path in sorted((ROOT / "samples").glob("*.txt")):
        assert len(read(load(path).text).tasks) > 15


def test_titles_of_a_tcvn3_file_are_capitals_throughout(tmp_path):
    file = tmp_path / "cu.txt"
    file.write_bytes(("KT. GI¸M §èC\nPHã GI¸M §èC\n\nVò V¨n An\n" + TCVN3).encode("latin-1"))
    text = load(file).text
    assert "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC" in text
    assert "Vũ Văn An" in text


def test_the_current_folder_is_refused_by_name():
    with pytest.raises(InputError, match=r"^\.: là thư mục"):
        load(".")
