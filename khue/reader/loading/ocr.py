"""Scans and images through Tesseract with its Vietnamese data, where both are installed."""

import io
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from khue.core.errors import InputError, MissingTool
from khue.core.said import said
from khue.reader.loading.load import Loaded

OCR_NOTE = said("đọc bằng OCR: cần người soát lại")
HOW = said("Cài: apt install tesseract-ocr tesseract-ocr-vie, và pip install 'khue[ocr]'.")


def _tesseract(path: Path) -> Any:
    """The module that drives Tesseract. Raises MissingTool with the way to get what is missing."""
    if shutil.which("tesseract") is None:
        raise MissingTool("tool.tesseract", said("{name}: là bản quét, cần Tesseract để đọc.", name=path.name), HOW)
    try:
        import pytesseract
    except ImportError as error:
        raise MissingTool("tool.pytesseract", said("{name}: là bản quét, thiếu gói pytesseract.", name=path.name), HOW) from error
    if "vie" not in pytesseract.get_languages():
        raise MissingTool("tool.tesseract_vie", said("{name}: Tesseract thiếu tiếng Việt.", name=path.name), HOW)
    return pytesseract


def read_images(path: Path, images: Iterable[Any]) -> list[str]:
    """The text of each image. Raises MissingTool."""
    tesseract = _tesseract(path)
    return [str(tesseract.image_to_string(image, lang="vie")) for image in images]


def load_image(path: Path, data: bytes) -> Loaded:
    """The text of a picture of a page. Raises InputError, MissingTool."""
    _tesseract(path)
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise InputError("input.damaged", said("{name}: ảnh hỏng, không mở được.", name=path.name), said("Quét lại trang này.")) from error
    return Loaded("\f".join(read_images(path, [image])), path.name, "image", note=OCR_NOTE)
