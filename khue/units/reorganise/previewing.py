"""What a reorganisation would do, told before it is done: it is carried out, looked at, and rolled back."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from khue.core.errors import KhueError
from khue.units.history import Reorganisation, Succession
from khue.units.kinds import UnitKind
from khue.units.models import Place, Unit
from khue.units.reorganise.applying import numbered, try_steps
from khue.units.reorganise.drafting import Step
from khue.units.reorganise.heirs import Line, Moved, Touched, foreseen, from_kept, people_moved
from khue.units.reorganise.spells import Change, altered

MOST_PEOPLE = 20
FACTS = ("name", "short_name", "kind", "parent_id", "guide_id", "place_id", "is_public")


@dataclass(frozen=True, slots=True)
class Had:
    """Something that a unit has: how many, how many of them are overdue, the list of them, the first ones by name."""

    words: str
    number: int
    address: str
    is_part: bool
    late: int
    lines: list[Line]
    # the list of everything open that the unit has, for what is told only in part
    every: str = ""

    @property
    def more(self) -> int:
        """How many there are beside those that are named."""
        return self.number - len(self.lines)


@dataclass(frozen=True, slots=True)
class End:
    """A unit that ends, who carries it on (none where nobody does), and what it has."""

    unit_id: int
    name: str
    heirs: list[str]
    # where nobody carries it on: the unit above, for which what is open waits
    above: str = ""
    has: list[Had] = field(default_factory=list)

    @property
    def heir(self) -> str:
        """The main heir; "" for nobody."""
        return self.heirs[0] if self.heirs else ""


@dataclass(frozen=True, slots=True)
class Altered:
    """A unit that goes on otherwise: what is different, as (field, before, after) in words."""

    unit_id: int
    name: str
    facts: list[tuple[str, str, str]]


@dataclass(slots=True)
class Preview:
    """Units that end and who carries them on, units that begin, units that change, and what each room has of them."""

    ends: list[End] = field(default_factory=list)
    begins: list[str] = field(default_factory=list)
    changes: list[Altered] = field(default_factory=list)
    touched: list[Touched] = field(default_factory=list)
    people: list[Moved] = field(default_factory=list)
    # open things of units that nobody carries on: they wait for a person of the unit above
    waiting: int = 0
    # what cannot be: the number of the step (0 for the decision itself), and why
    errors: list[tuple[int, KhueError]] = field(default_factory=list)

    @property
    def error(self) -> KhueError | None:
        """The first of them."""
        return numbered(*self.errors[0]) if self.errors else None

    @property
    def first_people(self) -> list[Moved]:
        """Those whose roles change, as many as are shown at once."""
        return self.people[:MOST_PEOPLE]

    @property
    def more_people(self) -> list[Moved]:
        """The rest, folded away."""
        return self.people[MOST_PEOPLE:]

    @property
    def persons(self) -> int:
        """How many people that are."""
        return len({m.user_id for m in self.people})


def preview(event: Reorganisation) -> Preview:
    """Tells everything that applying the event would touch; nothing stays changed."""
    told = Preview()
    with transaction.atomic():
        change, told.errors = try_steps(event, event.steps)
        if not told.errors:
            _tell(told, change)
        transaction.set_rollback(True)
    return told


def refused(event: Reorganisation, number: int | None, step: Step) -> KhueError | None:
    """Why a step cannot be as the one with that number (None: after all others); None where it can."""
    before = event.steps if number is None else event.steps[:number]
    with transaction.atomic():
        _change, wrong = try_steps(event, [*before, step])
        transaction.set_rollback(True)
    return next((error for n, error in wrong if n == len(before) + 1), None)


def what_changed(event: Reorganisation, *, whole: bool = True) -> Preview:
    """The same of a decision that was applied, from what it kept of it, with what the rooms had then; without `whole` only units."""
    told = Preview(touched=[from_kept(t) for t in event.record.get("touched", [])] if whole else [])
    told.people = [Moved(*m) for m in event.record.get("people", [])] if whole else []
    _fill(told, event.record, _lines(event))
    return told


def _lines(event: Reorganisation) -> dict[int, list[tuple[str, bool]]]:
    """{unit that ends: (name of one that follows it, whether it carries on what is open), the main one first}."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for line in Succession.objects.filter(reorganisation=event).select_related("after").order_by("-is_main", "pk"):
        found.setdefault(line.before_id, []).append((line.after.name, line.is_main))
    return found


def _end(unit_id: int, name: str, lines: list[tuple[str, bool]], touched: list[Touched]) -> End:
    names, has = [n for n, _main in lines], _had(touched, unit_id)
    if any(main for _n, main in lines):
        return End(unit_id, name, names, has=has)
    return End(unit_id, name, [], above="; ".join(names), has=has)


def _tell(told: Preview, change: Change) -> None:
    told.touched, told.people = foreseen(change), people_moved(change)
    _fill(told, change.as_record(), _lines(change.event))
    told.waiting = sum(t.by_unit.get(u, 0) for t in told.touched if t.passes_on for u in change.closed if change.heir_of(u) is None)


def _fill(told: Preview, record: dict[str, Any], lines: dict[int, list[tuple[str, bool]]]) -> None:
    before, after = (list(record[n].values()) for n in ("spells", "after"))
    names = _names(before, after, record)
    for unit_id in record["closed"]:
        name = next((b["name"] for b in before if b["unit_id"] == unit_id), names["unit"].get(unit_id, ""))
        told.ends.append(_end(unit_id, name, lines.get(unit_id, []), told.touched))
    told.begins = [names["unit"][u] for u in record["made_units"]]
    for old, new in altered(record):
        if facts := _facts(old, new, names):
            told.changes.append(Altered(old["unit_id"], old["name"], facts))


def _had(touched: list[Touched], unit_id: int) -> list[Had]:
    every = next((t.at(unit_id) for t in touched if t.passes_on and t.address), "")
    return [
        Had(t.words, t.by_unit[unit_id], t.at(unit_id), t.is_part, t.late.get(unit_id, 0), t.lines.get(unit_id, []), every)
        for t in touched
        if t.by_unit.get(unit_id)
    ]


def _names(before: list[dict[str, Any]], after: list[dict[str, Any]], record: dict[str, Any]) -> dict[str, dict[int, str]]:
    """{"unit": {id: name}, "place": {id: name}} of everything that is mentioned; two queries."""
    rows = [*before, *after]
    units = {r[n] for r in rows for n in ("unit_id", "parent_id", "guide_id")} | {*record["made_units"], *record["closed"]}
    places = {r["place_id"] for r in rows}
    return {
        "unit": dict(Unit.objects.filter(pk__in=units - {None}).values_list("pk", "name")),
        "place": {p.pk: str(p) for p in Place.objects.filter(pk__in=places - {None})},
    }


def _facts(old: dict[str, Any], new: dict[str, Any], names: dict[str, dict[int, str]]) -> list[tuple[str, str, str]]:
    return [(n, _word(n, old[n], names), _word(n, new[n], names)) for n in FACTS if old[n] != new[n]]


def _word(name: str, value: Any, names: dict[str, dict[int, str]]) -> str:
    if name == "kind":
        return str(UnitKind(value).label)
    if name == "is_public":
        return _("có") if value else _("không")
    if name.endswith("_id"):
        return names["place" if name == "place_id" else "unit"].get(value, "") if value else ""
    return str(value)
