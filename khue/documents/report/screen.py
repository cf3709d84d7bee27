"""A report as the screen shows it: each piece with the ways to its tasks, each figure with the way to its list."""

from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khue.documents.models import Report
from khue.documents.report.blocks import APPENDIX, HEADING, SUM, TABLE, TEXT, Block, blocks_of
from khue.documents.report.shares import FIGURES
from khue.documents.report.tables import centred, roman
from khue.tasks.filters import REPORTED
from khue.tasks.models import Task
from khue.units.tree import today

SHORT = 90
# what the tables are called, where nothing is printed above them
TABLES = {
    "numbers": _("Số liệu chung"),
    "section-numbers": _("Số liệu theo nhóm nhiệm vụ"),
    "tasks": _("Kết quả từng nhiệm vụ"),
    "late": _("Đơn vị còn phần việc quá hạn"),
}


def called(block: Block) -> str:
    """The words of a piece; of a table its name, never the key that only the machine knows."""
    return block.text or str(TABLES.get(block.key, _("Bảng số liệu")))


@dataclass(slots=True)
class Cell:
    """A cell: its words, where they lead, whether they stand in the middle."""

    text: str
    address: str = ""
    centred: bool = False
    links: list[tuple[str, str]] = field(default_factory=list)
    sentence: str = ""

    def drawn(self, row: str) -> str:
        """The cell as HTML; `row` is what the row is called, for those who hear the way to its sentence."""
        if self.links:
            inside = ", ".join(_link(address, words) for address, words in self.links)
        else:
            inside = _link(self.address, self.text) if self.address else escape(self.text)
        if self.sentence:
            hidden = f'<span class="visually-hidden"> {escape(gettext("trong báo cáo"))} ({escape(row)})</span>'
            inside += f' <a class="no-print small" href="{escape(self.sentence)}">{escape(gettext("câu"))}{hidden}</a>'
        opening = '<td class="mid">' if self.centred else "<td>"
        return f"{opening}{inside}</td>"


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


@dataclass(slots=True)
class Piece:
    """A block with its ways."""

    block: Block
    tasks: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    # of an appendix: which it is
    number: int = 0

    @property
    def roman(self) -> str:
        """The number of an appendix as it is written."""
        return roman(self.number)

    @property
    def called(self) -> str:
        """What the piece is called for those who do not see it: its words, or the name of its table."""
        return called(self.block)

    @property
    def body(self) -> SafeString:
        """The rows of a table below its head. Drawn by hand: a template looks at each of a thousand cells a dozen times."""
        return mark_safe("".join(map(self._row, self.rows[1:])))

    def _row(self, row: list[Cell]) -> str:
        if len(row) == 1:
            return f'<tr class="across"><td colspan="{len(self.rows[0])}">{escape(row[0].text)}</td></tr>'
        cells = "".join(cell.drawn(row[0].text) for cell in row)
        opening = '<tr class="sum">' if row[0].text == SUM else "<tr>"
        return f"{opening}{cells}</tr>"

    @property
    def lines(self) -> list[str]:
        """The paragraphs of a text."""
        return [line for line in self.block.text.split("\n") if line.strip()]


def pieces(report: Report) -> list[Piece]:
    """Every block of a report; one query however many there are."""
    blocks = blocks_of(report.blocks)
    quotes = _quotes(blocks)
    sentences = {pk: b.id for b in blocks if b.kind == TEXT for pk in b.tasks if b.key.startswith("t:") or len(b.tasks) > 1}
    sentences |= {pk: b.id for b in blocks if b.key.startswith(("t:", "w:")) for pk in b.tasks}
    headings = _headings(blocks)
    found = [Piece(b, [(f"/viec/{pk}/", quotes.get(pk, f"#{pk}")) for pk in b.tasks if pk in quotes]) for b in blocks]
    number = 0
    for piece in found:
        if piece.block.kind == APPENDIX:
            number += 1
            piece.number = number
        if piece.block.kind == TABLE:
            piece.rows = _rows(report, piece.block, sentences, headings, quotes)
    return found


def _quotes(blocks: list[Block]) -> dict[int, str]:
    wanted = {pk for b in blocks for pk in [*b.tasks, *(t for row in b.row_tasks for t in row)]}
    ids, found = sorted(wanted), {}
    for part in (ids[i : i + 5000] for i in range(0, len(ids), 5000)):
        for pk, quote in Task.objects.filter(pk__in=part).values_list("pk", "quote"):
            found[pk] = quote if len(quote) <= SHORT else quote[: SHORT - 1] + "…"
    return found


def _headings(blocks: list[Block]) -> dict[int, str]:
    """{task: the id of the heading it is told under}."""
    found: dict[int, str] = {}
    heading = ""
    for block in blocks:
        # a point without a heading is told in one numbered line
        if block.kind == HEADING or block.level == 2:
            heading = block.id
        for pk in block.tasks:
            found.setdefault(pk, heading)
    return found


def _rows(report: Report, block: Block, sentences: dict[int, str], headings: dict[int, str], quotes: dict[int, str]) -> list[list[Cell]]:
    rows = [[Cell(text) for text in row] for row in block.rows[:1]]
    for n, row in enumerate(block.rows[1:]):
        cells = [Cell(text, centred=centred(i, text)) for i, text in enumerate(row)]
        tasks = block.row_tasks[n] if n < len(block.row_tasks) else []
        if block.key == "numbers":
            for cell, state in zip(cells, FIGURES, strict=False):
                cell.address = list_address(report, state)
        elif block.key == "section-numbers" and tasks and headings.get(tasks[0]):
            cells[0].address = f"#b-{headings[tasks[0]]}"
        elif block.key == "tasks" and tasks and tasks[0] in quotes:
            cells[0].address = f"/viec/{tasks[0]}/"
            cells[1].sentence = f"#b-{sentences[tasks[0]]}" if tasks[0] in sentences else ""
        elif block.key == "late" and len(cells) > 4:
            cells[4].links = [(f"/viec/{pk}/", words) for pk, words in zip(tasks, cells[4].text.split(", "), strict=False)]
        rows.append(cells)
    return rows


def list_address(report: Report, state: str) -> str:
    """The list of tasks that holds exactly the shares of a figure; the report's own list where that of the tasks does not."""
    asked: dict[str, Any] = {"view": "all", "role": REPORTED}
    if report.about == Report.About.DOCUMENT and report.document and report.document.unit_id == report.unit_id:
        asked["document"] = report.document_id
    elif report.about == Report.About.UNIT and report.starts_on is None:
        asked["unit"] = report.about_unit_id
    else:
        return f"/van-ban/bao-cao/{report.pk}/phan-viec/" + (f"?state={state}" if state else "")
    if state:
        asked["state"] = state
    if report.as_of != today():
        asked["on"] = report.as_of.isoformat()
    return f"/viec/?{urlencode(asked)}"
