"""A plan on the terminal: what needs attention first, then the tasks by section."""

import os
from datetime import date
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from khue.cli.language import tr
from khue.documents.export import ReadFile
from khue.documents.export.words import due_words, heading_line, names, slip_name, target_figures
from khue.reader.model import Reading, Task

ACCENT, CALM, DONE = "red3", "bright_black", "dark_cyan"
PLAIN_WIDTH = 110
# how many deadlines stand at the top
SOONEST = 5


class _Screen(Console):
    """A console whose reader may go away (`khue read … | head`): `main` ends the command then, with nothing wrong."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """The terminal, or else the width that COLUMNS asks for, or a fixed one where the output goes into a file."""
    screen = _Screen(highlight=False)
    if screen.is_terminal or os.environ.get("COLUMNS", "").isdigit():
        return screen
    return _Screen(width=PLAIN_WIDTH, highlight=False)


def print_plan(file: ReadFile) -> None:
    """One document's plan."""
    screen = console()
    reading = file.reading
    screen.print()
    screen.print(Text(heading_line(reading.header) or file.name, style="bold"))
    if reading.header.subject:
        screen.print(Text(reading.header.subject))
    screen.print(Text(_summary(reading), style=CALM))
    if file.loaded.note:
        screen.print(Text(tr(file.loaded.note), style=CALM))
    _attention(screen, reading)
    if not reading.tasks:
        screen.print()
        screen.print(tr("Không thấy nhiệm vụ nào trong văn bản này."))
    for section, tasks in groupby(enumerate(reading.tasks, 1), key=lambda pair: pair[1].section):
        _section(screen, section, list(tasks))
    screen.print()


def _summary(reading: Reading) -> str:
    due = sum(1 for t in reading.tasks if t.due and (t.due.day or t.due.recurs))
    owned = sum(1 for t in reading.tasks if t.owners)
    targets = sum(len(t.targets) for t in reading.tasks)
    return tr("{tasks} nhiệm vụ · {owned} ghi rõ đơn vị · {due} có thời hạn · {targets} chỉ tiêu · {documents} văn bản được dẫn").format(
        tasks=len(reading.tasks), owned=owned, due=due, targets=targets, documents=sum(d.numbered for d in reading.documents)
    )


def _attention(screen: Console, reading: Reading) -> None:
    """Slips, then the nearest deadlines."""
    coming = _soonest(reading)
    soon = coming[:SOONEST]
    if not reading.slips and not soon:
        return
    screen.print()
    screen.print(Text(tr("Cần xem trước"), style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for slip in reading.slips:
        said = Text(f"{slip.quote} ")
        said.append(tr(slip.why), style=CALM)
        if slip.probably:
            said.append(" " + tr("Có lẽ: {probably}").format(probably=tr(slip.probably)), style=DONE)
        table.add_row(Text(f"? {tr(slip_name(slip.kind))}", style=ACCENT), said)
    for number, task in soon:
        table.add_row(Text(due_words(task, tr), style="bold"), Text(f"({number}) {task.quote}", overflow="ellipsis", no_wrap=True))
    if len(coming) > len(soon):
        table.add_row("", Text(tr("… còn {more} việc có thời hạn").format(more=len(coming) - len(soon)), style=CALM))
    screen.print(Padding(table, (0, 0, 0, 2)))


def _soonest(reading: Reading) -> list[tuple[int, Task]]:
    """The tasks with a day after the document's own, the nearest first."""
    start = reading.header.day or date.min
    dated = [(t.due.day, n, t) for n, t in enumerate(reading.tasks, 1) if t.due and t.due.day and t.due.day >= start]
    return [(n, t) for _, n, t in sorted(dated, key=lambda row: (row[0], row[1]))]


def _section(screen: Console, section: str, tasks: list[tuple[int, Task]]) -> None:
    heading = tasks[0][1].heading
    title = f"{section}  {heading}".strip() if section else tr("Tổ chức thực hiện chung")
    screen.print()
    screen.print(Text(title, style="bold", overflow="ellipsis", no_wrap=True))
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", style=CALM, width=3)
    table.add_column(ratio=5, overflow="fold")
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=1, min_width=10, overflow="fold")
    for number, task in tasks:
        what = Text(task.quote)
        if task.targets:
            what.append("\n→ " + "; ".join(target_figures(t) for t in task.targets), style=DONE)
        who = Text(names(task.owners))
        if task.partners:
            who.append((" " if task.owners else "") + tr("cùng {partners}").format(partners=names(task.partners)), style=CALM)
        table.add_row(str(number), what, who, Text(due_words(task, tr), style="bold" if task.due else CALM))
    screen.print(table)
