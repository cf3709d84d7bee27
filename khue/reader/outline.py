"""The tree of headings: every paragraph with its section path, zone and the owner and time its headings name."""

import re
from dataclasses import dataclass, field
from datetime import date

from khue.core.text import squeeze
from khue.reader.clauses import opens_duty
from khue.reader.clean.markers import Marker, marker
from khue.reader.clean.paragraph import Para
from khue.reader.clean.tables import is_number
from khue.reader.cutting import protected
from khue.reader.lexicon import Lexicon
from khue.reader.model import Due, Found
from khue.reader.rules.deadline import find_due
from khue.reader.rules.labels import label_at
from khue.reader.rules.owner import heading_owners
from khue.reader.unitname import skip, unit_end
from khue.reader.zones import NO_DUTIES, zone_of

_RANK = {
    "part": 0,
    "article": 1,
    "letter": 2,
    "roman": 3,
    "number": 4,
    "item": 8,
    "paren1": 9,
    "parena": 9,
    "line": 9.5,
    "dash": 10,
    "plus": 11,
    "dot": 12,
}
_STOPPED = re.compile(r"(?:\.|…|;|!|\./)\s*[”\"’)]?\s*$")
_STAFF = re.compile(r"\s*(?:giáo viên|nhân viên|cán bộ|học sinh|nhà giáo|đội ngũ)")
_WORDS = re.compile(r"[^\W\d_]{2}")
_ATTACHED = ("(ban hành kèm", "(kèm theo", "ban hành kèm theo")
_GOALS_OF = re.compile(r"(?:chỉ tiêu|mục tiêu)(?:\s[^\W\d]+){0,6}\s(?P<year>năm (?P<y>20\d\d))$")
_MONTH_LINE = re.compile(r"(?:tháng|quí|tuần)\s+[\divx]+")


def rank(style: str) -> float:
    """How high a style of marker usually stands; used where a document has not shown its own order yet."""
    return 4 + int(style[6:] or 1) * 0.5 if style.startswith("dotted") else _RANK.get(style, 9)


@dataclass(slots=True)
class Frame:
    """A heading that is open: what it passes on to everything below it."""

    style: str
    label: str
    heading: str = ""
    zone: str | None = None
    owners: list[Found] = field(default_factory=list)
    due: Due | None = None


@dataclass(slots=True)
class Item:
    """A paragraph in its place. `start` is where its own text begins, behind marker and title."""

    para: Para
    kind: str  # "heading", "text", "row", "label", "closing"
    start: int
    section: str
    zone: str
    heading: str = ""
    owners: list[Found] = field(default_factory=list)
    due: Due | None = None
    mark: Marker | None = None
    title_end: int = 0


class Outline:
    """Walks the paragraphs once, keeping the open headings on a stack."""

    def __init__(self, paras: list[Para], lex: Lexicon, year: int | None, after: date | None = None) -> None:
        self.paras, self.lex, self.year, self.after = paras, lex, year, after
        self.stack: list[Frame] = []
        self.marks = [None if p.cells else marker(p.text) for p in paras]
        self.in_appendix = False
        self.headed = any(m and not m.bullet for m in self.marks)

    def items(self) -> list[Item]:
        """Every paragraph in its place, in reading order."""
        return [self._item(i) for i in range(len(self.paras))]

    def _item(self, i: int) -> Item:
        para, mark = self.paras[i], self.marks[i]
        if para.appendix and not self.in_appendix:
            self.stack, self.in_appendix = [], True
        if para.cells:
            return self._place(para, "row", 0)
        start = mark.end if mark else 0
        if label_at(self.lex, para.low, start):
            return self._place(para, "label", start)
        self._open(mark)
        if self._is_heading(i, start):
            return self._heading(para, mark, start)
        colon = self._title(para, start, numbered=bool(mark and not mark.bullet))
        if colon:
            return self._titled(para, mark, start, colon)
        return self._place(para, "text", start, mark)

    def _open(self, mark: Marker | None) -> None:
        if mark is None:
            while self.stack and rank(self.stack[-1].style) >= 10:
                self.stack.pop()
            return
        styles = [f.style for f in self.stack]
        if mark.style in styles:
            del self.stack[len(styles) - 1 - styles[::-1].index(mark.style) :]
        else:
            while self.stack and rank(self.stack[-1].style) > rank(mark.style):
                self.stack.pop()
        self.stack.append(Frame(mark.style, mark.label))

    def _place(self, para: Para, kind: str, start: int, mark: Marker | None = None) -> Item:
        owners = next((f.owners for f in reversed(self.stack) if f.owners), [])
        due = next((f.due for f in reversed(self.stack) if f.due), None)
        heading = next((f.heading for f in reversed(self.stack) if f.heading), "")
        section = ".".join(f.label for f in self.stack if f.label)
        return Item(para, kind, start, section, self._zone(), heading, owners, due, mark)

    def _zone(self) -> str:
        found = next((f.zone for f in reversed(self.stack) if f.zone), None)
        if found:
            return found
        return "plan" if (self.stack and any(f.label for f in self.stack)) or self.in_appendix else "preamble"

    def _is_heading(self, i: int, start: int) -> bool:
        """A line without a full stop over a body; an unnumbered one must also look like a title."""
        para, mark = self.paras[i], self.marks[i]
        text = para.text
        if not text[start:].strip() or self._titles_attached(i):
            return True
        if _STOPPED.search(text) or i + 1 >= len(self.paras):
            return False
        if not self._has_body(i, mark):
            return False
        if text.rstrip().endswith(":"):
            return mark is not None or self._short_title(para, 140)
        if mark and mark.bullet:
            return self._short_title(para, 160) and self.marks[i + 1] is not None
        return mark is not None or self._short_title(para, 120)

    def _titles_attached(self, i: int) -> bool:
        """The title of an attached document: "(Ban hành kèm theo …)" stands below it."""
        after = self.paras[i + 1] if self.paras[i].appendix and i + 1 < len(self.paras) else None
        return after is not None and self.marks[i] is None and after.low.startswith(_ATTACHED)

    def _short_title(self, para: Para, most: int) -> bool:
        text, mark = para.text, marker(para.text)
        if len(text) > most or ";" in text or not (text[:1].isupper() or mark):
            return False
        if text.isupper() or text.rstrip().endswith(":"):
            return True
        return not opens_duty(self.lex, text, para.low, mark.end if mark else 0, len(text))

    def _has_body(self, i: int, mark: Marker | None) -> bool:
        after = self.paras[i + 1]
        nxt = self.marks[i + 1]
        if after.cells:
            return True
        if label_at(self.lex, after.low, nxt.end if nxt else 0):
            return False
        if after.appendix != self.paras[i].appendix:
            return False
        if nxt is None:
            return not (mark is None and self.paras[i].text.isupper() is False and after.text.isupper())
        if mark is None:
            open_styles = {f.style for f in self.stack}
            return nxt.bullet or nxt.style not in open_styles
        return nxt.style != mark.style and (nxt.style not in {f.style for f in self.stack} or rank(nxt.style) > rank(mark.style))

    def _heading(self, para: Para, mark: Marker | None, start: int) -> Item:
        end = len(para.text.rstrip(" :."))
        frame = self._frame(para, start, end)
        above = self.stack[-1] if self.stack else None
        if mark is None and above and above.style == "part" and not above.heading:
            # "Phần thứ nhất" on a line of its own, its title on the next
            frame.style, frame.label = above.style, above.label
            self.stack[-1] = frame
        elif mark is None:
            while self.stack and rank(self.stack[-1].style) >= 9.5:
                self.stack.pop()
            frame.style = "line"
            self.stack.append(frame)
        else:
            frame.style, frame.label = mark.style, mark.label
            self.stack[-1] = frame
        return self._place(para, "heading", start, mark)

    def _frame(self, para: Para, start: int, end: int) -> Frame:
        low = para.low[start:end]
        parent = next((f.zone for f in reversed(self.stack) if f.zone), None)
        owners = heading_owners(self.lex, para, start, end)
        if parent != "organise" and _STAFF.match(low):
            owners = []
        zone = zone_of(self.lex, low, parent if self.stack else None) if not owners or not parent else None
        due = find_due(self.lex, para, start, end, self.year, heading=True, after=self.after)
        if due is None and zone == "targets":
            due = self._year_of_goals(para, start, end)
        return Frame("", "", squeeze(para.text[start:end]), zone, owners, due)

    def _year_of_goals(self, para: Para, start: int, end: int) -> Due | None:
        """ "Mục tiêu, chỉ tiêu năm 2026": goals that are to be reached by the end of the year."""
        found = _GOALS_OF.search(para.low, start, end)
        if found is None:
            return None
        a, b = found.span("year")
        return Due(date(int(found["y"]), 12, 31), None, para.quote(a, b), para.span(a, b), "deadline.Y", "year")

    def _title(self, para: Para, start: int, numbered: bool) -> int:
        """The colon that ends a title: clauses with verbs follow it. 0 where there is none."""
        text, low = para.text, para.low
        guarded = protected(text)
        at = start
        while (at := text.find(":", at)) != -1:
            if not any(a <= at < b for a, b in guarded) and not text[at + 1 : at + 2].isdigit():
                break
            at += 1
        if at == -1 or re.search(r"[.!?]\s+[A-ZÀ-ỸĐ]", text[start:at]):
            return 0
        title = low[start:at]
        body = skip(low, at + 1)
        if body >= len(text) or not _WORDS.search(text, body):
            return 0
        if numbered and (_MONTH_LINE.match(title) or zone_of(self.lex, title, None) in (*NO_DUTIES, "funding")):
            return at
        unit = unit_end(self.lex, text, low, self._after_lead(low, start), at)
        names_unit = unit != -1 and not text[unit:at].strip(" ()")
        inner = marker(text, body)
        begins = opens_duty(self.lex, text, low, inner.end if inner and inner.style == "item" else body, len(text))
        if names_unit and (begins or text[body].islower()):
            return at
        if not numbered and (";" in title or opens_duty(self.lex, text, low, start, at)):
            return 0
        if not numbered and len(title.split()) > 14:
            return 0
        return at if begins else 0

    def _after_lead(self, low: str, start: int) -> int:
        lead = self.lex["units.heading_leads"].match(low, start)
        return skip(low, lead) if lead != -1 else start

    def _titled(self, para: Para, mark: Marker | None, start: int, colon: int) -> Item:
        frame = self._frame(para, start, colon)
        frame.style, frame.label = (mark.style, mark.label) if mark else ("line", "")
        if mark:
            self.stack[-1] = frame
        else:
            self.stack.append(frame)
        item = self._place(para, "text", colon + 1, mark)
        item.title_end = colon
        if is_number(frame.heading):
            item.heading = ""
        return item
