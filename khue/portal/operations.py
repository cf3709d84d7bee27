"""The figures of leaders: one set of shares, counted by document, section, unit and month, each number with its list.

Every number comes from tasks/states.py (through counting.py, one grouped query a table); the lists that open are those of
tasks/lists.py with the same filters, so that both mean the same rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from khue.accounts.person import Person
from khue.core.kept import kept
from khue.documents.models import Obligation
from khue.portal.counting import Counted
from khue.portal.jobs import count_figures
from khue.portal.operations_rows import Row, added, carried_on, late_first, list_address, year_of
from khue.tasks.filters import ALL, REPORTED, kinds_of
from khue.tasks.models import Assignment, Task
from khue.tasks.reach import SHARES_OF_A_DOCUMENT, documents_for, is_wide, outward, shares_for, shares_on, tasks_for
from khue.tasks.states import Numbers
from khue.units.kinds import SCHOOLS, UnitKind
from khue.units.models import Unit
from khue.units.then import called_then, of_kinds
from khue.units.tree import today

TABLES = ("document", "section", "unit", "month")
# of each kind of unit so many are shown until one asks for the kind
MOST_UNITS = 8
# and of documents until one asks for all
MOST_DOCUMENTS = 20
# shares, roughly, of which counting all takes more than a moment
HEAVY = 300_000
# how the list of tasks calls what stands in no section
NO_SECTION = "-"


@dataclass(slots=True)
class Table:
    """Rows of one kind with their sum; `of` names what stands in the first column, `kind` the units' kind."""

    title: str | Promise
    of: str | Promise
    rows: list[Row]
    total: Row
    kind: str = ""
    hidden: int = 0

    @property
    def whole(self) -> dict[str, Any]:
        """The parameters that show every row of a table that was cut."""
        return {"kind": self.kind} if self.kind else {"all_documents": 1}

    @property
    def most(self) -> int:
        """The largest number given, for the width of the bars."""
        return max((r.numbers.given for r in self.rows), default=0)


def shares_of(person: Person, asked: dict[str, Any], on: date) -> QuerySet[Any]:
    """The shares that one sees and that fit the filters of the page of leaders, as they stood on a day."""
    found = outward(shares_on(person, on))
    if asked.get("document") is not None:
        document = Task.objects.filter(document_id=asked["document"] or None)
        found = found.filter(task_id__in=document.order_by().values("pk"))
    if asked.get("kind"):
        found = found.filter(unit_id__in=of_kinds(kinds_of(asked["kind"]), on))
    if asked.get("year"):
        first, last = year_of(asked["year"])
        found = found.filter(due_on__range=(first, last))
    return found


@dataclass
class Operations:
    """The shares that a person asks about, and what they come to."""

    person: Person
    asked: dict[str, Any] = field(default_factory=dict)
    all_documents: bool = False

    @cached_property
    def on(self) -> date:
        """The day that counts as today."""
        return self.asked.get("on") or today()

    @cached_property
    def past(self) -> bool:
        """Whether an earlier day was asked about."""
        return self.on < today()

    @cached_property
    def ahead(self) -> bool:
        """Whether a day to come was asked about."""
        return self.on > today()

    @cached_property
    def counted(self) -> Counted:
        """The numbers of the shares, by what they belong to."""
        # not a method of this: they would hold each other, and what was counted would wait for the garbage collector
        return Counted(self.person, self.asked, self.on, partial(shares_of, self.person, self.asked, self.on))

    def shares(self) -> QuerySet[Any]:
        """The shares that fit the filters and stood on that day."""
        return shares_of(self.person, self.asked, self.on)

    @property
    def heavy(self) -> bool:
        """Whether counting takes seconds: somebody at the top asks for more than one document where very many shares are."""
        if self.asked.get("document") or not is_wide(self.person):
            return False
        newest = Assignment.objects.order_by("-pk").values_list("pk", flat=True).first()
        return (newest or 0) > HEAVY

    def at_hand(self, query: str = "") -> bool:
        """Whether the figures are there, or quickly counted; else a worker counts them. `query` is the address's, as asked."""
        giver = self.person.giver.pk if self.person.giver else 0
        return not self.heavy or self.counted.at_hand(lambda: count_figures.enqueue(self.person.user.pk, giver, query))

    @cached_property
    def _whole(self) -> dict[str, Any]:
        found: dict[str, Any] = {"view": ALL, "role": REPORTED}
        found |= {name: self.asked[name] for name in ("document", "kind") if self.asked.get(name) not in (None, "")}
        if self.asked.get("year"):
            found["since"], found["until"] = year_of(self.asked["year"])
        if self.on != today():
            found["on"] = self.on
        return found

    def link(self, **more: Any) -> dict[str, Any]:
        """The parameters of the list that holds exactly these shares."""
        return self._whole | more

    def total(self) -> Row:
        """The numbers at the top."""
        return Row(_("Tất cả"), self.counted.total(), self.link())

    def by_document(self, *, everything: bool = False) -> list[Table]:
        """One row a document; its name opens the figures of the document."""
        rows = []
        for (pk, title), found in self.counted.groups.documents:
            name = title if pk else _("Không theo văn bản nào")
            rows.append(Row(name, found, self.link(document=pk or 0), more={"document": pk or 0}))
        table = self._table(_("Theo văn bản"), _("Văn bản"), added(rows))
        return [table if everything or self.all_documents else _cut(table, MOST_DOCUMENTS)]

    def by_section(self) -> list[Table]:
        """One row a section and one for what stands above it, for the one document that is asked for, in its order."""
        if not self.asked.get("document"):
            return []
        sums: dict[str, list[Numbers]] = {}
        whole = self.counted.groups.sections
        for section, found in whole:
            for key in _levels(section):
                sums.setdefault(key, []).append(found)
        names = self._headings()
        place = {key: n for n, key in enumerate(names)}
        rows = [
            self._section(key, sums[key], names.get(key, ""))
            for key in sorted(sums, key=lambda k: (k == NO_SECTION, place.get(k, len(place)), k))
        ]
        return [Table(_("Theo mục của văn bản"), _("Mục"), rows, Row(_("Cộng"), Numbers.sum(n for _section, n in whole), self.link()))]

    def _section(self, key: str, found: list[Numbers], heading: str) -> Row:
        name = key if key != NO_SECTION else _("Không thuộc mục nào")
        return Row(name, Numbers.sum(found), self.link(section=key), heading, key.count("."))

    def _headings(self) -> dict[str, str]:
        """{section: what its heading says, or ""} of the document's obligations, in the document's order."""
        found: dict[str, str] = {}
        for section, heading in Obligation.objects.filter(document_id=self.asked["document"]).values_list("section", "heading"):
            for key in _levels(section):
                own = heading[:120] if "." in key and key != section else ""
                found[key] = found.get(key) or own
        return {key: heading for key, heading in found.items() if key != NO_SECTION}

    def by_unit(self, *, everybody: bool = False) -> list[Table]:
        """A table for each kind of unit, like beside like; long ones are cut unless their kind is asked for."""
        kinds: dict[str, list[Row]] = {}
        units = Unit.objects.in_bulk([pk for pk, _numbers in self.counted.groups.units])
        list(called_then(units.values(), self.on, ""))
        notes = carried_on(units, self.on)
        for pk, found in sorted(self.counted.groups.units, key=lambda row: (row[0], units[row[0]].name)):
            kinds.setdefault(units[pk].kind, []).append(Row(units[pk].called, found, self.link(unit=pk), notes.get(pk, "")))
        everybody = everybody or bool(self.asked.get("kind"))
        return [self._units(kind, late_first(kinds[kind]), everybody) for kind in _ordered(kinds)]

    def _units(self, kind: str, rows: list[Row], everybody: bool) -> Table:
        table = self._table(UnitKind(kind).label, _("Đơn vị"), rows, kind=kind)
        return table if everybody else _cut(table, MOST_UNITS)

    def by_month(self) -> list[Table]:
        """One row for each month in which something is due, and one for what has no deadline."""
        months: dict[date | None, list[Numbers]] = {}
        for day, found in self.counted.groups.days:
            months.setdefault(day and day.replace(day=1), []).append(found)
        rows = []
        for first in sorted(m for m in months if m):
            last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
            since, until = self._within_year(first, last)
            rows.append(Row(f"{first:%m/%Y}", Numbers.sum(months[first]), self.link(since=since, until=until)))
        if None in months:
            rows.append(Row(_("Không có hạn"), Numbers.sum(months[None]), self.link(undated="on")))
        return [self._table(_("Theo tháng của thời hạn"), _("Tháng"), rows)]

    def _within_year(self, first: date, last: date) -> tuple[date, date]:
        if not self.asked.get("year"):
            return first, last
        start, end = year_of(self.asked["year"])
        return max(first, start), min(last, end)

    def _table(self, title: str | Promise, of: str, rows: list[Row], kind: str = "") -> Table:
        more = {"kind": kind} if kind else {}
        return Table(title, of, rows, Row(_("Cộng"), Numbers.sum(r.numbers for r in rows), self.link(**more)), kind)

    def on_page(self, name: str) -> list[Table]:
        """The tables of one name as the page shows them: long ones cut, none by document for a single one."""
        if name == "document" and self.asked.get("document") is not None:
            return []
        if name == "document":
            return self.by_document()
        return self.by_unit() if name == "unit" else self.table(name)

    def table(self, name: str) -> list[Table]:
        """The whole tables of one name, as they are exported."""
        if name == "unit":
            return self.by_unit(everybody=True)
        if name == "document":
            return self.by_document(everything=True)
        return {"section": self.by_section, "month": self.by_month}[name]()

    def latest(self) -> list[dict[str, Any]]:
        """The tasks that are overdue, the longest first, each with how many units owe it."""
        found = [dict(row) for row in self.counted.groups.latest]
        for row in found:
            row["days"] = (self.on - row["since"]).days
            row["address"] = list_address(self.link(task=row["task_id"], state="overdue"))
        return found

    def documents(self) -> list[tuple[int, str]]:
        """The documents one may ask for."""
        return documents_for(self.person)

    def years(self) -> list[str]:
        """The school years in which something is due, the newest first."""
        documents = len(self.documents()) * SHARES_OF_A_DOCUMENT
        tops = sorted(u.pk for u in self.person.units("tasks.view"))
        firsts = kept("years", tops, self._years, lambda _found: documents)[1]
        return [f"{y}-{y + 1}" for y in sorted(firsts, reverse=True)]

    def _years(self) -> set[int]:
        return {d.year if d.month >= 9 else d.year - 1 for d in self._due_days() if d}

    def _due_days(self) -> Iterable[date | None]:
        """The days on which something is due; for somebody at the top those of the tasks, which are far fewer than the shares."""
        if is_wide(self.person):
            return tasks_for(self.person).order_by().values_list("due_on", flat=True).distinct()
        return shares_for(self.person).order_by().values_list("due_on", flat=True).distinct()


def _cut(table: Table, most: int) -> Table:
    """The table with its first rows only, if it is longer."""
    if len(table.rows) > most:
        table.rows, table.hidden = table.rows[:most], len(table.rows) - most
    return table


def _levels(section: str) -> list[str]:
    """The section's first two levels, the outer first: "III.4.b" lies in "III" and in "III.4"."""
    parts = section.split(".") if section else []
    return [".".join(parts[:n]) for n in (1, 2) if n <= len(parts)] or [NO_SECTION]


def _ordered(kinds: Iterable[str]) -> list[str]:
    """Schools by level first, then communes, then the rest in the order of the list of kinds."""
    order = [*SCHOOLS, UnitKind.COMMUNE, *UnitKind]
    return sorted(kinds, key=lambda k: order.index(UnitKind(k)))
