"""Lines into paragraphs: the hard wraps of a PDF are undone, real paragraph ends stay."""

import itertools
import re
from dataclasses import dataclass

from khue.core.text import key
from khue.reader.clean.markers import BULLETS, Marker, marker, ordinal
from khue.reader.clean.paragraph import Para, build
from khue.reader.clean.tables import take_tables
from khue.reader.lexicon import lexicon
from khue.reader.lines import Line

Piece = tuple[Line, int, int]
# no paragraph of an office is longer; a text without line ends is read in stretches of this many characters
MAX_PARAGRAPH = 20_000
_STOP = re.compile(r"[.;:!?…/]\s*[”\"’)\]]*$")
_FULL_STOP = re.compile(r"[.!?…]\s*[”\"’)\]]*$")
_OPEN_END = re.compile(
    r"(?:[,(–—]|[-&/]|(?<!\w)(?:và|của|các|những|tại|trường|phường|xã|tỉnh|thành phố|quận|huyện|số|ngày|theo|cho|với|trong|đến|về|là|từ|do|ông|bà|đồng chí|lớp|Sở|Phòng|Bộ|Ủy ban|UBND|môn))$"
)
_OPEN_SHORT = re.compile(r"(?:[,(–—]|[-&/]|(?<!\w)(?:và|của|các|những|với|cho|về|theo))$")
_CAPS = re.compile(r"[^a-zà-ỹđ]*$")
_LINE_HEADING = re.compile(
    r"(?:Tháng|THÁNG|Quý|QUÝ|Phụ lục|PHỤ LỤC|Phần|PHẦN|Chương|CHƯƠNG|Tuần|Bước|Chủ trì|Phối hợp|Thời gian|Đơn vị|Cơ quan|Thời hạn|Sản phẩm|Hoàn thành|Kính gửi|Nơi nhận)\b"
)


@dataclass(slots=True)
class Habit:
    """How a text is laid out: its usual line width, whether lines are wrapped, whether blank lines mean anything."""

    width: int
    wrapped: bool
    blanks_count: bool


def habit(lines: list[Line]) -> Habit:
    """Reads the layout from the lines themselves."""
    solid = [line.text.strip() for line in lines if not line.blank]
    lower = sum(t[0].islower() for t in solid)
    wrapped = len(solid) > 3 and lower >= 0.12 * len(solid)
    long = sorted(len(t) for t in solid if len(t) > 40)
    width = long[int(0.9 * (len(long) - 1))] if long else 80
    after_blank = [b.text.strip() for a, b in itertools.pairwise(lines) if a.blank and not b.blank]
    meaningless = sum(t[0].islower() for t in after_blank) >= max(2, 0.12 * len(after_blank))
    return Habit(width, wrapped and width <= 160, not meaningless)


def paragraphs(lines: list[Line], appendix: bool = False, layout: Habit | None = None) -> list[Para]:
    """The paragraphs and table rows of `lines`, in reading order."""
    layout = layout or habit(lines)
    found: list[Para] = []
    for rows, chunk in take_tables(lines):
        if rows is not None:
            found += rows
        else:
            found += [build(group) for group in _groups(chunk, layout)]
    for para in found:
        para.appendix = appendix
    return [p for p in found if p.text]


def _groups(lines: list[Line], layout: Habit) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    last: dict[str, int] = {}
    previous: Line | None = None
    gap = size = 0
    for line in lines:
        if line.blank:
            gap += 1
            continue
        mark = marker(line.text.lstrip())
        first, *rest = _chunks(line)
        size += len(line.text)
        if previous is None or size > MAX_PARAGRAPH or _starts(previous, line, mark, gap, layout, last):
            groups.append([first])
            size = len(line.text)
            if mark:
                last[mark.style] = ordinal(mark.style, mark.label)
        else:
            groups[-1].append(first)
        groups += [[piece] for piece in rest]
        previous, gap = line, 0
    return groups


def _chunks(line: Line) -> list[Piece]:
    """A line in stretches that can be read at a bounded cost; every line of a real document is one stretch."""
    text, found, start = line.text, [], 0
    while len(text) - start > MAX_PARAGRAPH:
        stop = max(text.rfind(". ", start, start + MAX_PARAGRAPH) + 1, text.rfind("; ", start, start + MAX_PARAGRAPH) + 1)
        stop = stop if stop > start + MAX_PARAGRAPH // 4 else text.rfind(" ", start + 1, start + MAX_PARAGRAPH)
        stop = stop if stop > start else start + MAX_PARAGRAPH
        found.append((line, start, stop))
        start = stop
    return [*found, (line, start, len(text))]


def _starts(before: Line, line: Line, mark: Marker | None, gap: int, layout: Habit, last: dict[str, int]) -> bool:
    """Whether `line` begins a paragraph."""
    prev, text = before.text.strip(), line.text.strip()
    stopped = bool(_STOP.search(prev))
    room = len(prev) + 1 + len(text.split(None, 1)[0]) < 0.85 * layout.width
    apart = bool(gap) and layout.blanks_count
    if mark:
        return _marks(prev, text, mark, last, stopped or room or apart or not layout.wrapped)
    if text[0].islower():
        return stopped and not layout.wrapped
    if not layout.wrapped:
        return True
    if not stopped and room and opens_clause(text):
        return True
    if (_OPEN_SHORT if room else _OPEN_END).search(prev) and not apart:
        return False
    if not stopped and opens_clause(text):
        return True
    if _CAPS.match(prev) and not _CAPS.match(text) and len(prev) > 3:
        return True
    if _LINE_HEADING.match(text) and (room or stopped or apart):
        return True
    if stopped:
        return bool(_FULL_STOP.search(prev)) or room or apart or _indented(before, line)
    return room or apart


def opens_clause(text: str) -> bool:
    """Whether a line begins with a verb in capitals, which in mid-sentence would be small."""
    lex, low = lexicon(), key(text)
    end = max(lex["verbs.leads"].match(low), lex["verbs.verbs"].match(low))
    return end > 0 and " " in low[:end] and lex["kinds.names"].match(low) == -1 and lex["units.all"].match(low) == -1


def _indented(before: Line, line: Line) -> bool:
    return line.text[:1] == " " and before.text[:1] != " "


def _marks(prev: str, text: str, mark: Marker, last: dict[str, int], free: bool) -> bool:
    """A number or dash at the start of a line is a marker unless the wrap put it there."""
    if mark.style in BULLETS:
        rest = text[mark.end : mark.end + 1]
        return free or (rest.isupper() and not prev.endswith(("-", ",")))
    if free:
        return True
    value = ordinal(mark.style, mark.label)
    if mark.style.startswith("dotted"):
        return not _OPEN_END.search(prev)
    return value == last.get(mark.style, 0) + 1 and not _OPEN_END.search(prev)
