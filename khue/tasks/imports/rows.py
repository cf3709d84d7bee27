"""Every row of a plan: the task it will become, or what is wrong with it, by column; what is there already; what to look at."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from khue.core.errors import KhueError
from khue.core.spoken import speak
from khue.files.sheet import Rows, Wrong
from khue.reader.rules.rhythm import named_day
from khue.tasks.give import Address, Expanded, expand, refuse_outside
from khue.tasks.imports.cells import When, read_due, read_recurs, read_targets, written_day
from khue.tasks.imports.layout import DUE, NOTE, NUMBER, OWNERS, PARTNERS, PRODUCT, QUOTE, RECURS, RECURS_WORDS, TARGETS
from khue.tasks.imports.owners import Named, Names, Unsure, offered
from khue.tasks.models import Task
from khue.tasks.recurring import beginning
from khue.tasks.workdays import why_not_working
from khue.units.groups import Member
from khue.units.models import Unit
from khue.units.tree import standing_unit

_LENGTHS = {QUOTE: 4000, OWNERS: 1000, PARTNERS: 1000, DUE: 200, RECURS: 60, TARGETS: 1000, PRODUCT: 1000, NOTE: 2000, NUMBER: 30}
_HEADING = re.compile(r"[IVXLC]{1,6}\.?|[A-Z]\.?")


@dataclass(frozen=True, slots=True)
class Draft:
    """A task that is not given yet."""

    quote: str
    addresses: list[Address]
    due_on: date | None
    due_quote: str = ""
    recurs: str = ""
    period: str = ""
    section: str = ""
    targets: list[dict[str, Any]] = field(default_factory=list)
    product: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same task as another of the same unit: the words and the deadline, or the rhythm."""
        return self.quote, self.recurs or str(self.due_on or "")

    def fields(self) -> dict[str, Any]:
        """The task's own fields, as `give` takes them."""
        names = ("due_on", "due_quote", "recurs", "period", "section", "targets", "product", "note")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class PlanRow:
    """One row: its number in the file, its cells, what is wrong, what to look at; `draft` where it is good."""

    number: int
    cells: dict[str, str]
    wrong: list[Wrong] = field(default_factory=list)
    warns: list[str] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)
    draft: Draft | None = None
    already: str = ""
    units: int = 0

    @property
    def new(self) -> bool:
        """Whether it will become a task."""
        return self.draft is not None and not self.already

    @property
    def owners(self) -> str:
        """Who leads it, in words."""
        return "; ".join(a.label for a in self.draft.addresses if not a.is_partner) if self.draft else ""

    @property
    def partners(self) -> str:
        """Who helps, in words."""
        return "; ".join(a.label for a in self.draft.addresses if a.is_partner) if self.draft else ""

    @property
    def recurs_words(self) -> str:
        """The rhythm in words."""
        return RECURS_WORDS.get(self.draft.recurs, "") if self.draft else ""


def check(rows: Rows, *, unit: Unit, since: date, on: date, chosen: Mapping[str, str] | None = None) -> list[PlanRow]:
    """Every row with what it will become or what is wrong. `chosen` says what unsure words mean; `on` is today."""
    cells = [row[column] for _number, row in rows for column in (OWNERS, PARTNERS) if row[column]]
    names = Names(cells, at=unit, on=on, chosen=chosen or {})
    found, section = [], ""
    for number, row in rows:
        if _is_heading(row):
            section = row[NUMBER].rstrip(".")
            continue
        found.append(_row(number, row, names, since, on, section))
    _count_units(found, unit, on)
    _twice(found)
    mark_already(found, unit)
    return found


def _is_heading(row: dict[str, str]) -> bool:
    filled = {column for column, text in row.items() if text}
    return filled == {NUMBER, QUOTE} and _HEADING.fullmatch(row[NUMBER]) is not None


def _row(number: int, cells: dict[str, str], names: Names, since: date, on: date, section: str) -> PlanRow:
    # a day is shown and handed back as it is written here, not as a spreadsheet keeps it
    cells = cells | {DUE: written_day(cells[DUE])}
    row = PlanRow(number, cells)
    for column in (QUOTE, OWNERS):
        if not cells[column]:
            row.wrong.append(Wrong(column, "", _("ô này không được để trống")))
    for column, most in _LENGTHS.items():
        if len(cells[column]) > most:
            row.wrong.append(Wrong(column, cells[column], _("nhiều nhất {most} ký tự").format(most=most)))
    due, recurs = _when(row, since, on)
    addresses = [
        Address(ref, label, is_partner)
        for column, is_partner in ((OWNERS, False), (PARTNERS, True))
        for ref, label in _named(row, column, names).found
    ]
    if not row.wrong:
        said = due.quote or (row.cells[RECURS] if recurs and named_day(recurs, row.cells[RECURS]) else "")
        when: dict[str, Any] = beginning(recurs, said, on, due.day) if recurs else {"due_on": due.day, "due_quote": said}
        targets = read_targets(cells[TARGETS])
        note = cells[NOTE] if targets or not cells[TARGETS] else "\n".join(filter(None, (f"{TARGETS}: {cells[TARGETS]}", cells[NOTE])))
        when["due_quote"] = when["due_quote"][:300]
        about: dict[str, Any] = {"recurs": recurs, "section": section[:60], "targets": targets, "product": cells[PRODUCT], "note": note}
        row.draft = Draft(cells[QUOTE], addresses, **when, **about)
    return row


def _when(row: PlanRow, since: date, on: date) -> tuple[When, str]:
    due = read_due(row.cells[DUE], since)
    recurs = read_recurs(row.cells[RECURS])
    if due.wrong:
        row.wrong.append(Wrong(DUE, row.cells[DUE], due.wrong))
    if recurs is None:
        row.wrong.append(Wrong(RECURS, row.cells[RECURS], _("một trong: {names}").format(names=", ".join(RECURS_WORDS.values()))))
    recurs = recurs or due.recurs
    if due.day and due.guessed:
        row.warns.append(_("Thời hạn không ghi năm; hiểu là {day}.").format(day=f"{due.day:%d/%m/%Y}"))
    if due.day and due.day < on:
        row.warns.append(_("Thời hạn {day} đã qua.").format(day=f"{due.day:%d/%m/%Y}"))
    elif due.day and not due.quote and (reason := why_not_working(due.day)):
        row.warns.append(_("Thời hạn {day} là ngày nghỉ: {reason}.").format(day=f"{due.day:%d/%m/%Y}", reason=reason))
    return due, recurs


def _named(row: PlanRow, column: str, names: Names) -> Named:
    named = names.of(row.cells[column]) if row.cells[column] else Named()
    for unsure in named.unsure:
        row.unsure.append(unsure)
        if unsure.chosen is None and unsure.offers:
            expected = _("chọn một trong: {names}").format(names=offered(unsure))
            row.wrong.append(Wrong(column, unsure.words, expected))
        elif unsure.chosen is None:
            row.wrong.append(Wrong(column, unsure.words, _("tên một đơn vị hay nhóm đơn vị có trong danh mục")))
    return named


def _count_units(rows: Iterable[PlanRow], unit: Unit, on: date) -> None:
    """How many units get each task; a row that means nobody today, or somebody to whom the unit gives no tasks, is wrong."""
    known: dict[str, list[Member]] = {}
    meant: list[tuple[PlanRow, list[Expanded]]] = []
    for row in rows:
        if row.draft is None:
            continue
        expanded = expand(row.draft.addresses, on, known)
        row.units = sum(len(e.units) for e in expanded if not e.address.is_partner)
        if row.units:
            meant.append((row, expanded))
        else:
            _not_given(row, _("một nhóm có đơn vị đang hoạt động; nhóm này hôm nay không có đơn vị nào"))
    giver = standing_unit(unit, on)
    # nearly always none is refused: one question for all rows, and one for each only where some are
    if _why_refused(giver, [e for _row, expanded in meant for e in expanded], on):
        for row, expanded in meant:
            if why := _why_refused(giver, expanded, on):
                _not_given(row, why)


def _why_refused(giver: Unit, expanded: list[Expanded], on: date) -> str:
    """What giving would say against these units."""
    try:
        refuse_outside(giver, expanded, on)
    except KhueError as error:
        return f"{speak(error.message)} {speak(error.remedy)}".strip()
    return ""


def _not_given(row: PlanRow, why: str) -> None:
    row.wrong.append(Wrong(OWNERS, row.cells[OWNERS], why))
    row.draft = None


def _twice(rows: Iterable[PlanRow]) -> None:
    """The same task in two rows: to the same units it is passed over, to others it is only told."""
    first: dict[tuple[str, str], PlanRow] = {}
    for row in rows:
        if row.draft is None:
            continue
        before = first.setdefault(row.draft.key, row)
        if before is row or before.draft is None:
            continue
        if before.draft.addresses == row.draft.addresses:
            row.already = _("Trùng hoàn toàn với dòng {number}.").format(number=before.number)
        else:
            row.warns.append(_("Cùng nhiệm vụ và thời hạn với dòng {number}, khác đơn vị.").format(number=before.number))


def mark_already(rows: Iterable[PlanRow], unit: Unit) -> int:
    """Marks the rows whose task the unit follows already, and returns how many; one query."""
    drafts = [row for row in rows if row.draft]
    there = standing(unit, (row.draft.quote for row in drafts if row.draft))
    marked = 0
    for row in drafts:
        if row.draft and row.draft.key in there:
            row.already, marked = _("đã có"), marked + 1
    return marked


def standing(unit: Unit, quotes: Iterable[str]) -> set[tuple[str, str]]:
    """The keys of a unit's tasks with one of these wordings that were not taken back."""
    rows = Task.objects.filter(unit=unit, quote__in=set(quotes), withdrawn_at__isnull=True)
    return {(quote, recurs or str(due or "")) for quote, recurs, due in rows.values_list("quote", "recurs", "due_on")}


def units_words(count: int) -> str:
    """How many units, in words."""
    return ngettext("{n} đơn vị", "{n} đơn vị", count).format(n=count)
