""".doc, .odt and .rtf: turned into .docx by LibreOffice, where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from khue.core.errors import InputError, MissingTool
from khue.core.said import said
from khue.reader.loading.load import Loaded

SECONDS = 120


def load_office(path: Path, data: bytes) -> Loaded:
    """The text of the converted file. Raises MissingTool without LibreOffice, InputError where it fails."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise MissingTool(
            "tool.libreoffice",
            said("{name}: cần LibreOffice để đọc tệp này.", name=path.name),
            said("Cài: apt install libreoffice-writer-nogui, hoặc lưu lại thành .docx."),
        )
    with tempfile.TemporaryDirectory(prefix="khue-") as folder:
        source = Path(folder) / ("in" + (path.suffix.lower() if path.suffix.lower() in (".doc", ".odt", ".rtf") else ".doc"))
        source.write_bytes(data)
        converted = _convert(program, source, path)
        from khue.reader.loading.docx import load_docx

        loaded = load_docx(path, converted.read_bytes())
    loaded.kind = path.suffix.lower().lstrip(".") or "doc"
    return loaded


def _convert(program: str, source: Path, path: Path) -> Path:
    profile = source.parent / "profile"
    command = [
        program,
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--convert-to",
        "docx",
        "--outdir",
        str(source.parent),
        str(source),
    ]
    try:
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise InputError(
            "input.damaged",
            said("{name}: LibreOffice không đọc xong sau {seconds} giây.", name=path.name, seconds=SECONDS),
            said("Lưu lại thành .docx."),
        ) from error
    result = source.with_suffix(".docx")
    if not result.is_file():
        raise InputError("input.damaged", said("{name}: LibreOffice không đọc được tệp này.", name=path.name), said("Xin lại tệp gốc."))
    return result
