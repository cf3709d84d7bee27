"""Word files: paragraphs with their automatic numbers, tables, footnotes, text typed in TCVN3 or VNI fonts."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import viparse
from docx.oxml.ns import qn
from docx.table import Table

from khue.core.errors import InputError
from khue.core.said import said
from khue.core.text import key, squeeze
from khue.reader.loading.load import Loaded, Place
from khue.reader.loading.numbering import Numbering

# a Word file whose parts unpack to more than this is no document of an office
MAX_UNPACKED = 300_000_000
_LAYOUT_WORDS = ("cộng hòa xã hội", "cộng hoà xã hội", "độc lập", "nơi nhận", "đảng cộng sản")


def load_docx(path: Path, data: bytes) -> Loaded:
    """The text of a Word file, a line a paragraph, `|` between the cells of its tables."""
    _check_size(path, data)
    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx raises many kinds on damaged files
        raise InputError(
            "input.damaged", said("{name}: tệp Word hỏng, không mở được.", name=path.name), said("Mở bằng Word rồi lưu lại.")
        ) from error
    writer = _Writer(document)
    for number, element in enumerate(document.element.body.iterchildren(), 1):
        if element.tag == qn("w:p"):
            writer.line(writer.paragraph(element), said("đoạn {number}", number=number))
        elif element.tag == qn("w:tbl"):
            writer.table(Table(element, document), said("bảng ở đoạn {number}", number=number))
        elif element.tag == qn("w:sdt"):
            for inner in element.iter(qn("w:p")):
                writer.line(writer.paragraph(inner), said("đoạn {number}", number=number))
    writer.notes()
    return Loaded("".join(writer.out), path.name, "docx", writer.places, writer.note)


def _check_size(path: Path, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            locked = any(info.flag_bits & 1 for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise InputError(
            "input.damaged", said("{name}: tệp Word hỏng, không mở được.", name=path.name), said("Xin lại tệp gốc.")
        ) from error
    if locked:
        raise InputError("input.encrypted", said("{name}: tệp đặt mật khẩu.", name=path.name), said("Bỏ mật khẩu rồi lưu lại."))
    if unpacked > MAX_UNPACKED:
        raise InputError(
            "input.huge",
            said("{name}: bung ra {size:.0f} MB, quá lớn.", name=path.name, size=unpacked / 1e6),
            said("Kiểm tra lại tệp gốc."),
        )


class _Writer:
    """Collects lines and where they came from."""

    def __init__(self, document: Any) -> None:
        self.out: list[str] = []
        self.places: list[Place] = []
        self.note = ""
        self._length = 0
        self._numbering = Numbering(document)
        self._marks: list[str] = []
        self._document = document
        self._default_font = self._style_font()

    def _style_font(self) -> str:
        try:
            return self._document.styles["Normal"].font.name or ""
        except (KeyError, AttributeError):
            return ""

    def line(self, text: str, label: str) -> None:
        """Adds a line of the text."""
        self.places.append(Place(self._length, label))
        self.out.append(text + "\n")
        self._length += len(text) + 1

    def paragraph(self, element: Any) -> str:
        """A paragraph with its number in front and the marks of its footnotes."""
        text = "".join(self._runs(element))
        number = self._numbering.label(element)
        return f"{number} {text}" if number and text.strip() else text

    def _runs(self, element: Any) -> Iterator[str]:
        for node in element.iter():
            if node.tag == qn("w:t") and not _in_box(node, element):
                yield self._modern(node.text or "", node.getparent())
            elif node.tag == qn("w:tab") and node.getparent().tag == qn("w:r"):
                yield "\t"
            elif node.tag in (qn("w:br"), qn("w:cr")):
                yield "\f" if node.get(qn("w:type")) == "page" else "\n"
            elif node.tag == qn("w:noBreakHyphen"):
                yield "-"
            elif node.tag == qn("w:footnoteReference"):
                self._marks.append(node.get(qn("w:id")))
                yield str(len(self._marks))

    def _modern(self, text: str, run: Any) -> str:
        """Text typed in a font of before Unicode, in Unicode."""
        fonts = run.find(qn("w:rPr") + "/" + qn("w:rFonts")) if run is not None else None
        name = (fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or "") if fonts is not None else ""
        name = name or self._default_font
        old = "tcvn3" if name.startswith(".Vn") else "vni" if name.upper().startswith("VNI") else ""
        if not old or not text.strip():
            return text
        self.note = said("chuyển từ phông {font}", font=old.upper())
        mended: str = viparse.fix(text, encoding=old)
        return mended.upper() if old == "tcvn3" and name.endswith("H") else mended

    def table(self, table: Table, label: str) -> None:
        """A table: the page's own layout as lines, cell after cell; real tables as rows with `|`."""
        rows = [[self._cell(cell) for cell in _unmerged(row)] for row in table.rows]
        text = key(" ".join(c for row in rows for c in row))
        if any(word in text for word in _LAYOUT_WORDS) or (len(rows) == 1 and len(rows[0]) <= 2):
            for row in rows:
                for cell in row:
                    for line in cell.split("\n"):
                        self.line(line, label)
            return
        for number, row in enumerate(rows, 1):
            self.line(
                "| " + " | ".join(squeeze(c.replace("|", "/")) for c in row) + " |",
                said("{table}, hàng {number}", table=label, number=number),
            )

    def _cell(self, cell: Any) -> str:
        return "\n".join(self.paragraph(p) for p in cell._tc.iter(qn("w:p")))

    def notes(self) -> None:
        """The footnotes, behind the text, each after its mark."""
        part = next((r.target_part for r in self._document.part.rels.values() if r.reltype.endswith("/footnotes")), None)
        if part is None or not self._marks:
            return
        from lxml import etree

        root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
        texts = {n.get(qn("w:id")): squeeze("".join(t.text or "" for t in n.iter(qn("w:t")))) for n in root.iter(qn("w:footnote"))}
        self.line("_" * 20, said("chú thích"))
        for number, mark in enumerate(self._marks, 1):
            self.line(f"{number} {texts.get(mark, '')}", said("chú thích {number}", number=number))


def _in_box(node: Any, stop: Any) -> bool:
    """Text of a drawing's box comes twice in the file; the box is no part of the paragraph."""
    for parent in node.iterancestors():
        if parent is stop:
            return False
        if parent.tag == qn("w:txbxContent"):
            return True
    return False


def _unmerged(row: Any) -> list[Any]:
    """The cells of a row, a merged one once."""
    seen: list[Any] = []
    for cell in row.cells:
        if all(cell._tc is not other._tc for other in seen):
            seen.append(cell)
    return seen
