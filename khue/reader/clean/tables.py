"""Tables drawn with `|` or tabs: their rows, cell by cell, also where a cell runs over several lines."""

import re
from collections.abc import Iterator

from khue.core.text import key
from khue.reader.clean.paragraph import Para, build
from khue.reader.lines import Line

Piece = tuple[Line, int, int]
_RULE = re.compile(r"[\s|+:=_─━\-]*[-=─━]{3,}[\s|+:=_─━\-]*")
_NUMBER = re.compile(r"\s*(?:\d{1,3}(?:\.\d{1,2})*|[IVX]{1,5}|[A-D])\s*[.)]?\s*")


def take_tables(lines: list[Line]) -> Iterator[tuple[list[Para] | None, list[Line]]]:
    """Runs of lines: (rows, []) for a table, (None, lines) for plain text."""
    run: list[Line] = []
    i = 0
    while i < len(lines):
        end = _table_end(lines, i)
        if end > i:
            if run:
                yield None, run
                run = []
            yield _rows(lines[i:end]), []
            i = end
        else:
            run.append(lines[i])
            i += 1
    if run:
        yield None, run


def _separator(line: Line) -> str:
    if line.text.count("|") >= 2:
        return "|"
    return "\t" if line.text.strip().count("\t") >= 2 else ""


def _table_end(lines: list[Line], start: int) -> int:
    """The end of the table that begins at `start`, or `start`. A table has at least two drawn rows."""
    sign = _separator(lines[start])
    if not sign:
        return start
    end, drawn = start, 0
    open_row = False
    for i in range(start, len(lines)):
        line = lines[i]
        if line.blank or (sign == "|" and _RULE.fullmatch(line.text)):
            continue
        whole = i > start and sign == "\t" and line.text.count(sign) == lines[start].text.count(sign)
        if sign in line.text and (_separator(line) == sign or whole or open_row or line.text.strip().startswith("|")):
            end, drawn = i + 1, drawn + 1
            open_row = sign == "|" and not line.text.rstrip().endswith("|") and lines[start].text.strip().startswith("|")
        elif open_row:
            end = i + 1
        else:
            break
    return end if drawn >= 2 else start


def _rows(lines: list[Line]) -> list[Para]:
    sign = _separator(lines[0])
    framed = lines[0].text.strip().startswith(sign)
    rows: list[list[list[Piece]]] = []
    width = len(_cells(_whole_header(lines, sign, framed), sign, framed))
    closed = True
    for line in lines:
        if line.blank or (sign == "|" and _RULE.fullmatch(line.text)):
            continue
        cells = _cells([(line, 0, len(line.text))], sign, framed)
        opens = line.text.lstrip().startswith("|") if framed and sign == "|" else len(cells) > 1
        if not rows or (opens and len(rows[-1]) >= width and not _continues(cells)):
            rows.append(cells)
        elif opens and len(cells) == width and _continues(cells):
            for into, more in zip(rows[-1], cells, strict=False):
                into += more
        elif line.text.lstrip().startswith(sign) or closed:
            rows[-1] += cells
        else:
            rows[-1][-1] += cells[0]
            rows[-1] += cells[1:]
        closed = line.text.rstrip().endswith(sign)
    return [_row(cells) for cells in rows]


def _whole_header(lines: list[Line], sign: str, framed: bool) -> list[Piece]:
    """The first row's pieces, which may run over several lines when it is framed by `|`."""
    pieces: list[Piece] = []
    for line in lines:
        pieces.append((line, 0, len(line.text)))
        if not framed or sign != "|" or line.text.rstrip().endswith("|"):
            break
    return pieces


def _continues(cells: list[list[Piece]]) -> bool:
    """A row whose first cell is empty goes on with the cells above it."""
    return len(cells) > 1 and not any(line.text[a:b].strip() for line, a, b in cells[0])


def _cells(pieces: list[Piece], sign: str, framed: bool) -> list[list[Piece]]:
    cells: list[list[Piece]] = [[]]
    for line, start, end in pieces:
        at = start
        for i in range(start, end):
            if line.text[i] == sign:
                cells[-1].append((line, at, i))
                cells.append([])
                at = i + 1
        cells[-1].append((line, at, end))
    if framed and sign == "|" and len(cells) > 1:
        # the frame's own bars make an empty cell at either end
        if pieces[0][0].text.lstrip().startswith(sign):
            cells = cells[1:]
        if len(cells) > 1 and pieces[-1][0].text.rstrip().endswith(sign):
            cells = cells[:-1]
    return cells


def _row(cells: list[list[Piece]]) -> Para:
    """A row as one paragraph, its cells a blank apart, with the bounds of each."""
    row = build([])
    parts = [build(cell) if cell else build([]) for cell in cells]
    text, bounds = "", []
    for part in parts:
        if text:
            text += " "
            row.origin.append(row.origin[-1] + 1)
        bounds.append((len(text), len(text) + len(part.text)))
        row.breaks += [len(text) + b for b in part.breaks]
        text += part.text
        row.origin.extend(part.origin)
        row.tails.update(part.tails)
    row.text, row.cells = text, bounds
    row.low = key(text)
    row.page = parts[0].page
    return row


def is_number(text: str) -> bool:
    """Whether a cell holds only an ordinal: 1, 2.1, II, A."""
    return bool(_NUMBER.fullmatch(text)) and bool(text.strip())
