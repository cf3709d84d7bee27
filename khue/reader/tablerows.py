"""Rows of a task table: the header tells which cell holds the task, its owner, its time."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from khue.core.text import squeeze
from khue.reader.clean.paragraph import Para
from khue.reader.clean.tables import is_number
from khue.reader.lexicon import Lexicon
from khue.reader.model import Found, Task
from khue.reader.outline import Item
from khue.reader.rules.deadline import find_due
from khue.reader.rules.owner import names
from khue.reader.rules.recurrence import find_recurrence
from khue.reader.rules.school_year import find_suggestion

_ROLES = ("number", "task", "owner", "with", "due", "target", "basis", "other")
_NOBODY = re.compile(r"[\s\-–—./x]*|nt|như trên|\"")
Bounds = tuple[int, int]


@dataclass(slots=True)
class TableReader:
    """Remembers the header and the group of the table that is being read."""

    lex: Lexicon
    year: int | None
    after: date | None
    first_year: int | None
    roles: list[str] = field(default_factory=list)
    group: str = ""
    tasks_of: Callable[[Task, Para, int, int], None] | None = None

    def end(self) -> None:
        """The table is over."""
        self.roles, self.group = [], ""

    def row(self, item: Item) -> Task | None:
        """The task of a row; None for a header, a group's title or a row that is no task."""
        cells = item.para.cells or []
        header = self._header(item.para, cells)
        if header:
            self.roles, self.group = header, ""
            return None
        if "task" not in self.roles:
            return None
        found = dict(zip(self.roles, cells, strict=False))
        number = item.para.text[slice(*found["number"])].strip(" .)") if "number" in found else ""
        start, end = found.get("task", (0, 0))
        filled = [c for c in cells if item.para.text[c[0] : c[1]].strip()]
        if len(filled) <= 2 and end > start and (len(filled) == 1 or is_number(number)) and len(cells) > 2:
            if not self._only_task(found, item.para, filled):
                self.group = number
                return None
        if end <= start:
            self.group = number if len(filled) <= 2 else self.group
            return None
        return self._task(item, found, number)

    def _only_task(self, found: dict[str, Bounds], para: Para, filled: list[Bounds]) -> bool:
        """A numbered row with nothing but its task is still a task where its number is arabic."""
        number = para.text[slice(*found["number"])].strip(" .)") if "number" in found else ""
        return len(filled) == 2 and number.isdigit()

    def _header(self, para: Para, cells: list[Bounds]) -> list[str]:
        roles = []
        for a, b in cells:
            name = squeeze(re.sub(r"\([^()]*\)", "", para.low[a:b])).strip(" .:")
            roles.append(next((r for r in _ROLES if self.lex[f"labels.{r}"].full(name)), ""))
        known = [r for r in roles if r]
        if "task" not in known and len(known) >= 2 and "number" in known and "" in roles:
            roles[roles.index("")] = "task"
            known.append("task")
        return roles if "task" in known and len(known) >= 2 else []

    def _task(self, item: Item, found: dict[str, Bounds], number: str) -> Task:
        para, lex = item.para, self.lex
        start, end = found["task"]
        while end > start and para.text[end - 1] in " .;,":
            end -= 1
        while start < end and para.text[start] in "-–+• ":
            start += 1
        section = ".".join(s for s in (item.section, self.group, number) if s)
        task = Task(para.quote(start, end), section, para.span(start, end), "task.row", heading=item.heading)
        task.owners = self._names(para, found.get("owner"), "owner.table") or list(item.owners)
        task.partners = self._names(para, found.get("with"), "partner.table")
        if "due" in found:
            a, b = found["due"]
            task.due = find_recurrence(lex, para, a, b) or find_due(lex, para, a, b, self.year, heading=True, after=self.after)
            task.suggestion = None if task.due else find_suggestion(lex, para, a, b, self.first_year)
        if self.tasks_of:
            self.tasks_of(task, para, start, end)
        if "target" in found:
            task.product = para.quote(*found["target"]).strip() or None
        return task

    def _names(self, para: Para, cell: Bounds | None, rule: str) -> list[Found]:
        if cell is None or _NOBODY.fullmatch(para.low[cell[0] : cell[1]].strip()):
            return []
        return names(self.lex, para, cell[0], cell[1], rule)
