"""Footnotes at the bottom of a page: taken out of the running text, kept with the place of their mark."""

import re
from dataclasses import dataclass

from khue.reader.lines import Line

_NOTE = re.compile(r"\s{0,14}\[?(\d{1,2})\]?\s+(?=\S)")
_ENDED = re.compile(r"[.;:!?…]\s*[”\"’)]?\s*$")


@dataclass(slots=True)
class RawNote:
    """A note: its mark, its lines, and the line and column of the mark in the text."""

    mark: str
    lines: list[tuple[Line, int]]
    at: tuple[Line, int] | None


def take_footnotes(lines: list[Line]) -> tuple[list[Line], list[RawNote]]:
    """(the lines without footnotes, the notes). A note must have its mark earlier on the page."""
    kept: list[Line] = []
    notes: list[RawNote] = []
    page: list[Line] = []
    inside = False
    for line in lines:
        if line.feed:
            page, inside = [], False
        note = None if line.blank else _NOTE.match(line.text)
        at = _mark(page, note.group(1)) if note and _follows(notes, note.group(1)) else None
        if note and at:
            notes.append(RawNote(note.group(1), [(line, note.end())], at))
            inside = True
        elif inside and not line.blank and not _resumes(line, page):
            notes[-1].lines.append((line, len(line.text) - len(line.text.lstrip())))
        else:
            inside = inside and line.blank
            kept.append(line)
            if not line.blank:
                page.append(line)
    return kept, notes


def _follows(notes: list[RawNote], mark: str) -> bool:
    """Notes are numbered on, or begin again at 1 on each page."""
    return mark == "1" or (bool(notes) and int(mark) == int(notes[-1].mark) + 1)


def _mark(page: list[Line], mark: str) -> tuple[Line, int] | None:
    """Where the mark hangs on a word of the page ("kết nối1 được", "hoạt động 4thiết thực", "[1]")."""
    hanging = re.compile(rf"(?<=[^\W\d_])\[?{mark}\]?(?![\d\w/])|(?<=[”\"’)]){mark}(?!\d)|(?<=\s){mark}(?=[^\W\d_]{{3}})")
    for line in reversed(page[-90:]):
        found = hanging.search(line.text) if mark in line.text else None
        if found:
            return line, found.start()
    return None


def _resumes(line: Line, page: list[Line]) -> bool:
    """Whether the running text goes on: it was cut in mid-sentence, and this line starts in mid-sentence on a new page."""
    text = line.text
    pending = bool(page) and not _ENDED.search(page[-1].text)
    return pending and text.startswith(" ") and text.lstrip()[:1].islower()
