"""`read`: the stages, one after another. Any text gives a Reading; nothing raises."""

import re
from bisect import bisect_right
from datetime import date

from khue.reader.clean.footnotes import RawNote, take_footnotes
from khue.reader.clean.furniture import drop_furniture
from khue.reader.clean.join import habit, paragraphs
from khue.reader.clean.paragraph import Para, build
from khue.reader.closing import mark_closing
from khue.reader.header.bottom import read_bottom
from khue.reader.header.top import read_top
from khue.reader.lexicon import Lexicon, lexicon
from khue.reader.lines import Line, split_lines
from khue.reader.model import Block, Citation, Cited, Footnote, Header, Reading, Span, Task
from khue.reader.outline import Item, Outline
from khue.reader.register import normal_symbol, register
from khue.reader.rules.citation import Mention, find_citations
from khue.reader.rules.school_year import school_year_in
from khue.reader.slips import find_slips
from khue.reader.slips.base import Look
from khue.reader.tasks import Context, TaskReader

_SUBJECT_YEAR = re.compile(r"năm (20\d\d)(?!\s*[-–]\s*\d)")


def read(text: str) -> Reading:
    """What a document's text asks for: header, blocks, tasks, citations, slips, footnotes.

    Every span is a stretch of `text`, every quote stands there (white space and lone page numbers aside).
    A text that no rule understands gives a Reading with paragraphs only. Raises CatalogError only where an
    office's own catalog folder is wrong.
    """
    lex = lexicon()
    lines, raw_notes = take_footnotes(drop_furniture(split_lines(text)))
    top = read_top(lines, lex)
    bottom = read_bottom(lines, top.body, lex, top.header)
    layout = habit(lines[top.body :])
    body = paragraphs(lines[top.body : bottom.body_end], layout=layout)
    appendix = paragraphs(lines[bottom.appendix :], appendix=True, layout=layout)
    paras = [*body, *appendix]
    notes = [_footnote(note) for note in raw_notes]
    subject = _subject(lines, top.header)
    mentions, placed = _mentions(lex, top.header, subject, paras, notes)
    citations, documents = register(lex, mentions)
    return _assemble(text, lex, top.header, subject, paras, placed, citations, documents, notes, mentions)


def _assemble(
    text: str,
    lex: Lexicon,
    header: Header,
    subject: Para | None,
    paras: list[Para],
    placed: list[tuple[int, tuple[int, int]]],
    citations: list[Citation],
    documents: list[Cited],
    notes: list[tuple[Footnote, Para]],
    mentions: list[Mention],
) -> Reading:
    year, after = _calendar(header)
    outline = Outline(paras, lex, year, after)
    items = outline.items()
    mark_closing(lex, items)
    context = Context(lex, year, after, _first_year(header), not outline.headed)
    for (owner, bounds), citation in zip(placed, citations, strict=True):
        context.citations.setdefault(owner, []).append((bounds, citation))
    tasks = TaskReader(context).read(items)
    footnotes = [note for note, _ in notes]
    slips = find_slips(Look(lex, header, subject, items, tasks, list(zip(citations, mentions, strict=True))))
    return Reading(text, header, _blocks(items, tasks), tasks, citations, documents, slips, footnotes)


def _footnote(note: RawNote) -> tuple[Footnote, Para]:
    para = build([(line, at, len(line.text)) for line, at in note.lines])
    mark = None
    if note.at:
        line, column = note.at
        mark = Span(line.at(column), line.at(column) + len(note.mark))
    return Footnote(note.mark, para.text, para.span(0, len(para.text)), mark), para


def _subject(lines: list[Line], header: Header) -> Para | None:
    """The subject as a paragraph, so that documents named in it are found too."""
    span = header.spans.get("subject")
    if span is None:
        return None
    pieces = [
        (line, 0, len(line.text))
        for line in lines
        if not line.blank and span.start <= line.at(len(line.text) - 1) and line.at(0) < span.end
    ]
    return build(pieces) if pieces else None


def _mentions(
    lex: Lexicon, header: Header, subject: Para | None, paras: list[Para], notes: list[tuple[Footnote, Para]]
) -> tuple[list[Mention], list[tuple[int, tuple[int, int]]]]:
    """Every mention in reading order, the document's own number left out, and where each stands."""
    own = normal_symbol(lex, header.number.replace(" ", "")) if header.number else None
    places = [p for p in (subject, *paras, *(para for _, para in notes)) if p is not None]
    found = [(m, id(p)) for p in places for m in find_citations(lex, p) if normal_symbol(lex, m.symbol) != own]
    found.sort(key=lambda pair: pair[0].span.start)
    return [m for m, _ in found], [(owner, (m.start, m.end)) for m, owner in found]


def _calendar(header: Header) -> tuple[int | None, date | None]:
    """(the year of times that name none, the day before which such a time belongs to the next year)."""
    # "Kết quả năm 2024, nhiệm vụ năm 2025": the tasks are of the last year named
    named = next(reversed(list(_SUBJECT_YEAR.finditer((header.subject or "").lower()))), None)
    first = _first_year(header)
    if named and not first and (header.day is None or int(named[1]) >= header.day.year):
        return int(named[1]), None
    if header.day:
        return header.day.year, header.day
    return (first, date(first, 7, 1)) if first else (None, None)


def _first_year(header: Header) -> int | None:
    if header.school_year:
        return int(header.school_year[:4])
    return school_year_in((header.subject or "").lower())


def _blocks(items: list[Item], tasks: list[Task]) -> list[Block]:
    """The paragraphs in reading order; those that hold tasks are of kind "tasks"."""
    starts = sorted(t.span.start for t in tasks)
    blocks = []
    for item in items:
        span = item.para.span(0, len(item.para.text))
        i = bisect_right(starts, span.end - 1)
        holds = i > 0 and starts[i - 1] >= span.start
        kind = "tasks" if holds and item.kind in ("text", "closing") else item.kind
        blocks.append(Block(kind, item.para.text, item.section, span, item.para.origin))
    return blocks
