"""From placed paragraphs to tasks: cut, judged, and given their owners, partners, times, targets and citations."""

import re
from dataclasses import dataclass, field
from datetime import date

from khue.reader.clauses import thing_with_duty
from khue.reader.clean.paragraph import Para
from khue.reader.cutting import cuts, protected, trimmed
from khue.reader.duties import inline_label, is_duty, pieces
from khue.reader.grammar import subject_at
from khue.reader.lexicon import Lexicon
from khue.reader.model import Citation, Due, Found, Task
from khue.reader.outline import Item
from khue.reader.rules.deadline import find_due
from khue.reader.rules.labels import Label, label_at, labels_inside
from khue.reader.rules.owner import clause_owners, names
from khue.reader.rules.partner import find_partners
from khue.reader.rules.recurrence import find_recurrence
from khue.reader.rules.school_year import find_suggestion, school_year_in
from khue.reader.rules.target import find_targets
from khue.reader.tablerows import TableReader
from khue.reader.unitname import skip

Bounds = tuple[int, int]
_AIMED = re.compile(r"ít nhất|tối thiểu|không quá|tối đa|không dưới|trở lên|không vượt|không ít|không nhiều|đạt|trên \d|dưới \d")
_QUOTED = '“"„«'


@dataclass(slots=True)
class Context:
    """What the whole document gives to its clauses."""

    lex: Lexicon
    year: int | None
    day: date | None
    first_year: int | None
    orphan: bool
    citations: dict[int, list[tuple[Bounds, Citation]]] = field(default_factory=dict)


class TaskReader:
    """Reads the items of a document in order; a label line speaks of the tasks of the item before it."""

    def __init__(self, context: Context) -> None:
        self.c = context
        self.tasks: list[Task] = []
        self.recent: list[Task] = []
        self.table = TableReader(context.lex, context.year, context.day, context.first_year, tasks_of=self._measure)

    def read(self, items: list[Item]) -> list[Task]:
        """All tasks, in reading order."""
        for item in items:
            if item.kind == "row":
                task = self.table.row(item)
                if task:
                    self.tasks.append(task)
                continue
            self.table.end()
            if item.kind == "label":
                self._labels(item, item.start, len(item.para.text))
            elif item.kind in ("text", "closing"):
                self.recent = self._clauses(item)
                self.tasks += self.recent
            else:
                self.recent = []
        return self.tasks

    def _clauses(self, item: Item) -> list[Task]:
        para, lex = item.para, self.c.lex
        found: list[Task] = []
        section = item.section
        start = item.start
        semicolons: list[int] = []
        bounds: list[tuple[int, int, list[int]]] = []
        for cut in cuts(para, lex, item.start):
            if cut.sign == ";":
                semicolons.append(cut.at)
            else:
                bounds.append((start, cut.at, semicolons))
                start, semicolons = cut.at + 1, []
        if para.text[start:].strip():
            bounds.append((start, len(para.text), semicolons))
        for a, b, signs in bounds:
            label = label_at(lex, para.low, a)
            if label and found:
                self._apply(item, label, b, found)
                continue
            if is_duty(lex, item, a, b, self.c.orphan):
                found += self._sentence(item, a, b, signs, section)
        return found

    def _sentence(self, item: Item, start: int, end: int, semicolons: list[int], section: str) -> list[Task]:
        para, found = item.para, list[Task]()
        carried: list[Found] = []
        inner = ""
        for a, b in pieces(self.c.lex, para, start, end, semicolons):
            label = label_at(self.c.lex, para.low, a)
            if label and found:
                self._apply(item, label, b, found)
                continue
            letter, a = inline_label(para, a)
            inner = letter or inner
            a, b = trimmed(para.text, a, b)
            if b <= a or not any(ch.isalpha() for ch in para.text[a:b]):
                continue
            where = f"{section}.{inner}".strip(".") if inner else section
            task = Task(para.quote(a, b), where, para.span(a, b), "task.clause", heading=item.heading)
            carried = self._fill(task, item, a, b, carried)
            found.append(task)
        return found

    def _fill(self, task: Task, item: Item, a: int, b: int, carried: list[Found]) -> list[Found]:
        """Gives a task its fields; returns the owners that hold for the rest of the sentence."""
        para, lex = item.para, self.c.lex
        own, _ = clause_owners(lex, para, a, b, item.zone)
        if item.owners and para.low.startswith("kiến nghị ", skip(para.low, a)):
            own = list(item.owners)  # told to a unit: it is to petition
        if not own and carried and self._other_subject(para, a, b):
            carried = []
        task.owners = own or carried or list(item.owners)
        task.partners = find_partners(lex, para, a, b)
        self._times(task, item, a, b)
        self._measure(task, para, a, b, item.zone)
        return own or carried

    def _other_subject(self, para: Para, a: int, b: int) -> bool:
        """A piece with a thing as its subject is not carried on by the owner of the piece before it."""
        subject = subject_at(self.c.lex, para.text, para.low, a, b)
        return subject.kind in ("thing", "beneficiary") if subject else thing_with_duty(self.c.lex, para.low, a, b)

    def _times(self, task: Task, item: Item, a: int, b: int) -> None:
        para, lex = item.para, self.c.lex
        masked = self._masked(para, a, b)
        year, after, month = self.c.year, self.c.day, 0
        if item.due and item.due.day:
            year, after, month = item.due.day.year, None, item.due.day.month
        task.due = find_recurrence(lex, para, a, b, masked) or find_due(lex, para, a, b, year, masked=masked, after=after, month=month)
        if task.due is None and item.due:
            task.due = item.due
        if task.due is None:
            first = school_year_in(item.heading.lower()) or self.c.first_year
            task.suggestion = find_suggestion(lex, para, a, b, first)

    def _measure(self, task: Task, para: Para, a: int, b: int, zone: str = "plan") -> None:
        """Targets and citations."""
        masked = self._masked(para, a, b)
        task.targets = find_targets(self.c.lex, para, a, b, zone, [*masked, *self._brackets(para, a, b)])
        task.cites = [c for (x, y), c in self.c.citations.get(id(para), []) if a <= x and y <= b + 1]

    def _masked(self, para: Para, a: int, b: int) -> list[Bounds]:
        """Citations and quoted names: their dates and numbers are not the clause's."""
        hidden = [bounds for bounds, _ in self.c.citations.get(id(para), [])]
        hidden += [(x, y) for x, y in protected(para.text) if para.text[x] in _QUOTED]
        return [(x, y) for x, y in hidden if x < b and a < y]

    def _brackets(self, para: Para, a: int, b: int) -> list[Bounds]:
        """Counts told in brackets ("hiện còn 214 điểm") are no goals; goals in brackets carry a comparator."""
        return [(x, y) for x, y in protected(para.text) if para.text[x] == "(" and not _AIMED.search(para.low, x, y) and a <= x < b]

    def _labels(self, item: Item, start: int, end: int) -> None:
        marks = labels_inside(self.c.lex, item.para.low, start, end)
        for n, (_, label) in enumerate(marks):
            stop = marks[n + 1][0] if n + 1 < len(marks) else end
            self._apply(item, label, stop, self.recent)

    def _apply(self, item: Item, label: Label, end: int, tasks: list[Task]) -> None:
        """What a line "Chủ trì: …" says, given to every task it stands under."""
        para, lex = item.para, self.c.lex
        a, b = trimmed(para.text, label.value, end)
        if b <= a:
            return
        if label.role in ("owner", "with"):
            found = names(lex, para, a, b, f"{'owner' if label.role == 'owner' else 'partner'}.label")
            for task in tasks:
                if label.role == "owner":
                    task.owners = found
                else:
                    task.partners = [*task.partners, *found]
        elif label.role == "due":
            self._label_due(para, a, b, tasks)
        elif label.role == "target":
            for task in tasks:
                task.product = para.quote(a, b)

    def _label_due(self, para: Para, a: int, b: int, tasks: list[Task]) -> None:
        lex, c = self.c.lex, self.c
        due: Due | None = find_recurrence(lex, para, a, b) or find_due(lex, para, a, b, c.year, heading=True, after=c.day)
        suggestion = None if due else find_suggestion(lex, para, a, b, c.first_year)
        for task in tasks:
            task.due, task.suggestion = due or task.due, suggestion or task.suggestion
