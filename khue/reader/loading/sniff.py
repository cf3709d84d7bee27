"""What kind of file some bytes are."""

import io
import zipfile

_MAGIC = [
    (b"%PDF", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"BM", "image"),
    (b"{\\rtf", "office"),
]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sniff(data: bytes) -> str:
    """ "pdf", "docx", "office" (.doc, .odt, .rtf), "image", "encrypted", "zip" (some other archive) or "text"."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return "encrypted" if ENCRYPTED in data else "office"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (magic != b"BM" or _is_bitmap(data)):
            return kind
    return "text"


def _is_bitmap(data: bytes) -> bool:
    return len(data) > 14 and int.from_bytes(data[2:6], "little") == len(data)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return "docx"
            if "mimetype" in names and b"opendocument.text" in archive.read("mimetype")[:80]:
                return "office"
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return "docx" if b"word/" in data else "zip"
    return "zip"
