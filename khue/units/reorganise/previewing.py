"""What a reorganisation would do, told before it is done: it is carried out, looked at, and rolled back."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from khue.core.errors import KhueError
from khue.units.history import Reorganisation, Succession
from khue.units.kinds import UnitKind
from khue.units.models import Place, Unit
from khue.units.reorganise.applying import run_steps
from khue.units.reorganise.heirs import Line, Touched, foreseen, from_kept
from khue.units.reorganise.spells import Change

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
    # open things of units that nobody carries on: they wait for a person of the unit above
    waiting: int = 0
    error: KhueError | None = None


def preview(event: Reorganisation) -> Preview:
    """Tells everything that applying the event would touch; nothing stays changed."""
    told = Preview()
    with transaction.atomic():
        try:
            change = run_steps(event)
        except KhueError as error:
            told.error = error
        else:
            _tell(told, change)
        transaction.set_rollback(True)
    return told


def what_changed(event: Reorganisation) -> Preview:
    """The same of a decision that was applied, from what it kept of it, with what the rooms had then."""
    told = Preview(touched=[from_kept(t) for t in event.record.get("touched", [])])
    _fill(told, event.record, _heirs(event))
    return told


def _heirs(event: Reorganisation) -> dict[int, list[str]]:
    """{unit that ends: names of those that carry it on, the main one first}."""
    found: dict[int, list[str]] = {}
    for line in Succession.objects.filter(reorganisation=event).select_related("after").order_by("-is_main", "pk"):
        found.setdefault(line.before_id, []).append(line.after.name)
    return found


def _tell(told: Preview, change: Change) -> None:
    told.touched = foreseen(change)
    _fill(told, change.as_record(), _heirs(change.event))
    told.waiting = sum(t.by_unit.get(u, 0) for t in told.touched if t.passes_on for u in change.closed if change.heir_of(u) is None)


def _fill(told: Preview, record: dict[str, Any], heirs: dict[int, list[str]]) -> None:
    before, after = (list(record[n].values()) for n in ("spells", "after"))
    names = _names(before, after, record)
    for unit_id in record["closed"]:
        name = next((b["name"] for b in before if b["unit_id"] == unit_id), names["unit"].get(unit_id, ""))
        told.ends.append(End(unit_id, name, heirs.get(unit_id, []), _had(told.touched, unit_id)))
    told.begins = [names["unit"][u] for u in record["made_units"]]
    gone = {*record["closed"], *record["made_units"]}
    first = {b["unit_id"]: b for b in reversed(before)}
    last = {a["unit_id"]: a for a in after if a["valid_to"] is None}
    for unit_id in sorted((first.keys() & last.keys()) - gone, key=lambda u: first[u]["name"]):
        if facts := _facts(first[unit_id], last[unit_id], names):
            told.changes.append(Altered(unit_id, first[unit_id]["name"], facts))


def _had(touched: list[Touched], unit_id: int) -> list[Had]:
    return [
        Had(t.words, t.by_unit[unit_id], t.at(unit_id), t.is_part, t.late.get(unit_id, 0), t.lines.get(unit_id, []))
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
