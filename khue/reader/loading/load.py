"""`load`: one file in, its text and where each stretch of it stood in the file out."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from khue.core.errors import InputError, KhueError, why
from khue.core.said import said
from khue.reader.loading.encodings import decode, is_text
from khue.reader.loading.sniff import sniff

DEFAULT_MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text that begins at `start`, and what a person calls its place ("trang 2", "đoạn 14")."""

    start: int
    label: str


@dataclass(slots=True)
class Loaded:
    """The text of a file. `kind` is how it was read, `note` what a reader should know of it (OCR, old encoding)."""

    text: str
    name: str
    kind: str
    places: list[Place] = field(default_factory=list)
    note: str = ""

    def where(self, offset: int) -> str:
        """The place of a character of the text in the file."""
        if not self.places:
            return said("dòng {line}", line=self.text.count(chr(10), 0, offset) + 1)
        i = bisect_right([p.start for p in self.places], offset) - 1
        return self.places[max(i, 0)].label


def load(path: str | Path, max_bytes: int = DEFAULT_MAX_BYTES, name: str = "") -> Loaded:
    """Reads .txt, .docx, .pdf; scans and images through Tesseract; .doc, .odt, .rtf through LibreOffice.

    `name` is what the file is called by people, where it lies under another name.

    Raises InputError (empty, encrypted, damaged, larger than `max_bytes`, no document) or MissingTool; each
    names the file, the reason and what to do.
    """
    path = Path(path)
    data = _bytes(path, max_bytes)
    path = Path(name) if name else path
    kind = sniff(data)
    try:
        loaded = _reader(kind)(path, data)
    except KhueError:
        raise
    except Exception as error:  # a parser's own failure on a damaged file must not reach the user as a traceback
        raise InputError(
            "input.damaged",
            said("{name}: tệp hỏng, không đọc được ({error}).", name=path.name, error=type(error).__name__),
            said("Xin lại tệp gốc."),
        ) from error
    if not loaded.text.strip():
        raise InputError("input.empty", said("{name}: tệp không có chữ nào.", name=path.name), said("Kiểm tra lại tệp gốc."))
    return loaded


def _bytes(path: Path, max_bytes: int) -> bytes:
    try:
        if path.is_dir():
            raise InputError("input.folder", said("{name}: là thư mục.", name=path.name or str(path)), said("Chọn từng tệp trong đó."))
        size = path.stat().st_size
        if size > max_bytes:
            raise InputError(
                "input.huge",
                said("{name}: tệp {size:.3g} MB, quá mức {most:.3g} MB.", name=path.name, size=size / 1e6, most=max_bytes / 1e6),
                said("Tách tệp, hoặc tăng mức bằng --max-mb."),
            )
        if size == 0:
            raise InputError("input.empty", said("{name}: tệp rỗng.", name=path.name), said("Kiểm tra lại tệp gốc."))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("input.missing", said("{path}: không có tệp này.", path=path), said("Kiểm tra lại đường dẫn.")) from error
    except OSError as error:
        raise InputError(
            "input.unreadable",
            said("{name}: không mở được tệp ({reason}).", name=path.name, reason=why(error)),
            said("Kiểm tra quyền đọc."),
        ) from error


def _reader(kind: str) -> Callable[[Path, bytes], Loaded]:
    if kind == "docx":
        from khue.reader.loading.docx import load_docx

        return load_docx
    if kind == "pdf":
        from khue.reader.loading.pdf import load_pdf

        return load_pdf
    if kind == "office":
        from khue.reader.loading.office import load_office

        return load_office
    if kind == "image":
        from khue.reader.loading.ocr import load_image

        return load_image
    return {"encrypted": _refuse_encrypted, "zip": _refuse_archive}.get(kind, _load_text)


def _refuse_encrypted(path: Path, data: bytes) -> Loaded:
    raise InputError("input.encrypted", said("{name}: tệp đặt mật khẩu.", name=path.name), said("Mở bằng Word, bỏ mật khẩu rồi lưu lại."))


def _refuse_archive(path: Path, data: bytes) -> Loaded:
    raise InputError("input.kind", said("{name}: là tệp nén, không phải văn bản.", name=path.name), said("Giải nén rồi đọc từng tệp."))


def _load_text(path: Path, data: bytes) -> Loaded:
    text, encoding = decode(data)
    if text.strip() and not is_text(text):
        raise InputError(
            "input.kind",
            said("{name}: không phải văn bản.", name=path.name),
            said("Khuê đọc được .txt, .docx, .pdf, .doc, .odt, .rtf và ảnh quét."),
        )
    note = "" if encoding.startswith("utf") else said("chuyển từ bảng mã {encoding}", encoding=encoding)
    return Loaded(text, path.name, "txt", note=note)
