"""Refuses what is no document, by name and reason, before it is kept: wrong type, macro, bomb, password, web page."""

import io
import unicodedata
import zipfile
from collections.abc import Collection, Iterable
from typing import IO

from django.conf import settings

from khue.core.errors import InputError
from khue.core.said import said
from khue.reader.loading.encodings import decode, is_text
from khue.reader.loading.sniff import sniff

# what the parts of a zipped document may unpack to, all together and against their packed size
MOST_UNPACKED = 400_000_000
MOST_RATIO = 150
MOST_PARTS = 5_000
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "macros/", "macrosheets/", "basic/")
_OLE_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "VBA_PROJECT"))
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_WEB = (b"<!doctype", b"<html", b"<?xml", b"<?php", b"<svg", b"<script")
EXTENSIONS = {
    "pdf": {"pdf"},
    "docx": {"docx"},
    "office": {"doc", "odt", "rtf"},
    "image": {"png", "jpg", "jpeg", "tif", "tiff", "bmp"},
    "text": {"txt"},
    "xlsx": {"xlsx", "ods"},
}
# a kind as people know it
_SHOWN = {"image": ".jpg, .png", "text": ".txt", "office": ".doc, .odt, .rtf", "xlsx": ".xlsx, .ods"}
# what may be registered as a document, and what may be shown as evidence of work done
DOCUMENTS = frozenset(EXTENSIONS) - {"xlsx"}
EVIDENCE = frozenset(EXTENSIONS)


def accept(kinds: Iterable[str]) -> str:
    """The endings of those kinds as a file field wants them."""
    return ",".join(f".{e}" for kind in EXTENSIONS if kind in kinds for e in sorted(EXTENSIONS[kind]))


ACCEPT = accept(DOCUMENTS)


def clean_name(name: str) -> str:
    """The file's own name without folders, control characters and marks that turn the direction of writing."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(". ")
    return kept[-200:] or "tep"


def check_upload(file: IO[bytes], name: str, size: int, kinds: Collection[str] = DOCUMENTS) -> str:
    """The kind of a file that may be kept, one of `kinds` (keys of EXTENSIONS). Raises InputError."""
    most = settings.MAX_UPLOAD_BYTES
    if size > most:
        raise too_large(name)
    if size == 0:
        raise InputError("input.empty", said("{name}: tệp rỗng.", name=name), said("Kiểm tra lại tệp gốc."))
    file.seek(0)
    data = file.read()
    file.seek(0)
    kind = sniff(data)
    if kind == "zip" and "xlsx" in kinds and _is_spreadsheet(data):
        kind = "xlsx"
    _refuse_kind(kind, data, name)
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension not in EXTENSIONS[kind]:
        raise InputError(
            "input.type",
            said("{name}: đuôi tệp không khớp với nội dung (nội dung là {kind}).", name=name, kind=_SHOWN.get(kind, f".{kind}")),
            said("Đổi đúng đuôi: {extensions}.", extensions=", ".join(f".{e}" for e in sorted(EXTENSIONS[kind]))),
        )
    return kind


def _is_spreadsheet(data: bytes) -> bool:
    """Whether an archive is a spreadsheet (.xlsx or .ods); a broken one is not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                return b"opendocument.spreadsheet" in archive.open("mimetype").read(80)
            return "xl/workbook.xml" in names
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return False


def too_large(name: str) -> InputError:
    """The error for a file over the limit."""
    return InputError(
        "input.huge",
        said("{name}: tệp lớn hơn mức {most:.3g} MB.", name=name, most=settings.MAX_UPLOAD_BYTES / 1e6),
        said("Tách tệp hoặc giảm độ phân giải bản quét rồi tải lại."),
    )


def _refuse_kind(kind: str, data: bytes, name: str) -> None:
    if kind == "encrypted":
        raise InputError("input.encrypted", said("{name}: tệp đặt mật khẩu.", name=name), said("Mở bằng Word, bỏ mật khẩu rồi lưu lại."))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _refuse_archive(kind, data, name)
    if data.startswith(_PROGRAMS):
        raise InputError("input.program", said("{name}: là chương trình, không phải văn bản.", name=name), said("Không tải lên tệp này."))
    if kind == "office" and (any(m in data for m in _OLE_MACROS) or b"\\objdata" in data):
        raise _macro(name, kind)
    if kind == "text":
        _refuse_no_text(data, name)


def _macro(name: str, kind: str) -> InputError:
    again = said("Lưu lại thành .xlsx không macro, hoặc .pdf.") if kind == "xlsx" else said("Lưu lại thành .docx không macro, hoặc .pdf.")
    return InputError("input.macro", said("{name}: tệp chứa macro hoặc đối tượng nhúng.", name=name), again)


def _refuse_archive(kind: str, data: bytes, name: str) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise InputError("input.damaged", said("{name}: tệp hỏng, không mở được.", name=name), said("Xin lại tệp gốc.")) from error
    unpacked = sum(p.file_size for p in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(len(data), 100_000):
        raise InputError(
            "input.bomb",
            said("{name}: tệp nén bất thường (bung ra {size:.3g} MB).", name=name, size=unpacked / 1e6),
            said("Xin lại tệp gốc từ nơi gửi."),
        )
    names = [p.filename.lower() for p in parts]
    if any(".." in n.split("/") or n.startswith(("/", "\\")) for n in names):
        raise InputError("input.path", said("{name}: tệp nén có đường dẫn bất thường.", name=name), said("Xin lại tệp gốc từ nơi gửi."))
    if any(part in n for n in names for part in _MACRO_PARTS):
        raise _macro(name, kind)
    if kind == "zip":
        raise InputError("input.kind", said("{name}: là tệp nén, không phải văn bản.", name=name), said("Giải nén rồi tải lên từng tệp."))


def _refuse_no_text(data: bytes, name: str) -> None:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:60].lower().startswith(_WEB):
        raise InputError(
            "input.web", said("{name}: là trang web, không phải văn bản.", name=name), said("Lưu thành .docx, .pdf hoặc .txt.")
        )
    text, _ = decode(data)
    if not text.strip() or not is_text(text):
        raise InputError(
            "input.kind",
            said("{name}: không phải văn bản.", name=name),
            said("Khuê đọc được .txt, .docx, .pdf, .doc, .odt, .rtf và ảnh quét."),
        )
