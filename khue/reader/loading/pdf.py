"""PDF with text through pdfium; a scan goes on to Tesseract."""

from pathlib import Path

import pypdfium2 as pdfium

from khue.core.errors import InputError
from khue.core.said import said
from khue.reader.loading.load import Loaded, Place

# below this many letters a page the file is a scan, whatever stray marks it has
SCAN_LETTERS = 25


def load_pdf(path: Path, data: bytes) -> Loaded:
    """The text of each page, a form feed between pages."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputError(
                "input.encrypted", said("{name}: PDF đặt mật khẩu.", name=path.name), said("Bỏ mật khẩu rồi lưu lại.")
            ) from error
        raise InputError("input.damaged", said("{name}: PDF hỏng, không mở được.", name=path.name), said("Xin lại tệp gốc.")) from error
    try:
        pages = [_page_text(page) for page in document]
        if sum(c.isalpha() for text in pages for c in text) < SCAN_LETTERS * max(1, len(pages)):
            from khue.reader.loading.ocr import OCR_NOTE, read_images

            pages = read_images(path, (page.render(scale=300 / 72).to_pil() for page in document))
            return _joined(path, pages, "pdf-scan", OCR_NOTE)
        return _joined(path, pages, "pdf", "")
    finally:
        document.close()


def _page_text(page: pdfium.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        text: str = text_page.get_text_bounded()
        return text.replace("\r\n", "\n").replace("\ufffe", "-").replace("\x02", "-")
    finally:
        text_page.close()


def _joined(path: Path, pages: list[str], kind: str, note: str) -> Loaded:
    places, start = [], 0
    for number, text in enumerate(pages, 1):
        places.append(Place(start, said("trang {number}", number=number)))
        start += len(text) + 1
    return Loaded("\f".join(pages), path.name, kind, places, note)
