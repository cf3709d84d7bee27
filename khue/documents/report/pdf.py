"""A report as .pdf in the same layout as the .docx, set by Typst (the extra `pdf`)."""

import json
from pathlib import Path
from typing import Any

from khue.core.errors import MissingTool
from khue.core.said import said
from khue.documents.report.blocks import APPENDIX, SUM, TABLE, Block
from khue.documents.report.letterhead import COUNTRY, KIND, MOTTO, Letter
from khue.documents.report.tables import centred, printable, roman, together, unbroken, widths

TEMPLATE = Path(__file__).with_name("report.typ")


def make(letter: Letter) -> bytes:
    """The whole file. Raises MissingTool where Typst is not installed."""
    try:
        import typst
    except ImportError as error:
        raise MissingTool(
            "pdf.missing", said("Máy chủ chưa cài phần xuất PDF."), said("Cài bằng: pip install 'khue[pdf]', hoặc tải bản Word.")
        ) from error
    data = json.dumps(_data(letter), ensure_ascii=False)
    made: bytes = typst.compile(TEMPLATE.read_bytes(), sys_inputs={"letter": data}, format="pdf")
    return made


def _data(letter: Letter) -> dict[str, Any]:
    several = len(letter.appendices) > 1
    return {
        "country": COUNTRY,
        "motto": MOTTO,
        "kind": KIND,
        "small": letter.small,
        "parent": printable(letter.parent_lines),
        "agency": printable(letter.agency_lines),
        "number": letter.number,
        "place_and_day": printable(letter.place_and_day),
        "title": unbroken(letter.title),
        "addressees": [printable(a) for a in letter.addressees],
        "recipients": [printable(r) for r in letter.recipients],
        "signer_title": [printable(s) for s in letter.signer_title],
        "signer": printable(letter.signer),
        "body": [_piece(b) for b in letter.body],
        "appendices": [_appendix(letter, blocks, n if several else 0) for n, blocks in enumerate(letter.appendices, 1)],
    }


def _appendix(letter: Letter, blocks: list[Block], number: int) -> dict[str, Any]:
    titled = blocks[0].kind == APPENDIX
    return {
        "name": f"PHỤ LỤC {roman(number)}".strip(),
        "title": printable(blocks[0].text) if titled else "",
        "of": printable(letter.appendix_of),
        "body": [_piece(b) for b in (blocks[1:] if titled else blocks)],
    }


def _piece(block: Block) -> dict[str, Any]:
    if block.kind != TABLE or not block.rows:
        return {"kind": block.kind, "lines": [printable(line) for line in block.text.split("\n") if line.strip()]}
    head, *rows = block.rows
    return {
        "kind": TABLE,
        "head": [printable(c) for c in head],
        "widths": widths(block.key, len(head), 100),
        "rows": [
            {"cells": [printable(row[0])] if len(row) == 1 else _cells(row, n == len(rows) - 1), "kept": kept}
            for n, (row, kept) in enumerate(zip(rows, together(rows), strict=True))
        ],
    }


def _cells(row: list[str], last: bool) -> list[dict[str, Any]]:
    bold = last and row[0] == SUM
    return [{"text": printable(c), "bold": bold, "centred": centred(i, c)} for i, c in enumerate(row)]
