"""Rows of a task table: the header tells which cell holds the task, its owner, its time."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from khue.core.text import squeeze
from khue.reader.clean.paragraph import Para
from khue.reader.clean.tables import is_number
from khue.reader.lexicon import Lexicon
from khue.reader.model import Found, Target, Task
from khue.reader.outline import Item
from khue.reader.rules.deadline import find_due
from khue.reader.rules.owner import names
from khue.reader.rules.recurrence import find_recurrence
from khue.reader.rules.school_year import find_suggestion

_ROLES = ("number", "task", "owner", "with", "due", "target", "basis", "measure", "other")
# the column of an indicator's goal: "Chỉ tiêu giao năm 2026", "Kế hoạch 2026", "Mục tiêu đến 2030"; not what was done
_GOAL = re.compile(r"(?:chỉ tiêu|kế hoạch|mục tiêu|giao|phấn đấu|nhiệm vụ)\b(?!.*(?:thực hiện|ước|đạt được))")
_AMOUNT = re.compile(
    r"(?P<sign>≥|>=|≤|<=|>|<|trên|dưới|từ|đạt|tối thiểu|ít nhất|không dưới|tối đa|không quá)?\s*"
    r"(?P<n>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)\s*(?P<share>%)?(?P<up>\s*trở lên)?"
)
_SIGNS = {"≥": ">=", "tối thiểu": ">=", "ít nhất": ">=", "không dưới": ">=", "từ": ">=", "đạt": ">=", ">=": ">="}
_SIGNS |= {"≤": "<=", "tối đa": "<=", "không quá": "<=", "<=": "<=", ">": ">", "trên": ">", "<": "<", "dưới": "<"}
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
        if "goal" in found and not item.para.text[slice(*found["goal"])].strip():
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
        if "measure" in roles:
            roles = self._indicators(para, cells, roles)
        known = [r for r in roles if r]
        if "task" not in known and len(known) >= 2 and "number" in known and "" in roles:
            roles[roles.index("")] = "task"
            known.append("task")
        return roles if "task" in known and len(known) >= 2 else []

    def _indicators(self, para: Para, cells: list[Bounds], roles: list[str]) -> list[str]:
        """A table of indicators: the first column that names one is the task, the last that names a goal its amount."""
        names = [squeeze(re.sub(r"\([^()]*\)", "", para.low[a:b])).strip(" .:") for a, b in cells]
        measure = roles.index("measure")
        what = next((i for i in range(measure) if self.lex["labels.indicator"].full(names[i]) or roles[i] == "task"), -1)
        goal = next((i for i in reversed(range(len(names))) if i > measure and roles[i] in ("", "target") and _GOAL.match(names[i])), -1)
        if what == -1 or goal == -1:
            return [r or "other" for r in roles]
        kept = [r if r in ("number", "owner", "with", "due", "measure") else "other" for r in roles]
        kept[what], kept[goal] = "task", "goal"
        return kept

    def _amount(self, para: Para, found: dict[str, Bounds]) -> Target | None:
        """What the cells of an indicator's row say is to be reached, or None."""
        a, b = found["goal"]
        match = _AMOUNT.fullmatch(para.low[a:b].strip())
        unit = "%" if match and match["share"] else para.quote(*found["measure"]).strip()
        if match is None or not unit:
            return None
        sign = ">=" if match["up"] else _SIGNS.get(match["sign"] or "", "=")
        value = float(match["n"].replace(".", "").replace(",", "."))
        return Target(value, unit, sign, para.quote(a, b).strip(), para.span(a, b), "target.table")

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
            self._day_within(task, para, start, end)
        if self.tasks_of:
            self.tasks_of(task, para, start, end)
        if "goal" in found and (amount := self._amount(para, found)):
            task.targets = [amount]
        if "target" in found:
            task.product = para.quote(*found["target"]).strip() or None
        return task

    def _day_within(self, task: Task, para: Para, start: int, end: int) -> None:
        """ "…, xong trước ngày 20/9" in a row of September: the day within the cell's period is the limit."""
        cell = task.due
        if cell is None or cell.day is None or cell.period != "period":
            return
        own = find_due(self.lex, para, start, end, cell.day.year, after=None)
        if own and own.day and own.period == "day" and (own.day.year, own.day.month) == (cell.day.year, cell.day.month):
            task.due = own

    def _names(self, para: Para, cell: Bounds | None, rule: str) -> list[Found]:
        if cell is None or _NOBODY.fullmatch(para.low[cell[0] : cell[1]].strip()):
            return []
        return names(self.lex, para, cell[0], cell[1], rule)
