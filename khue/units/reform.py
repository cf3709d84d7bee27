"""A reorganisation of many units at once from a file of the catalog (lao-cai/reorganisations/*.yaml).

The file names units by the catalog's ids (local numbers `lc-…`) and territories by code. What an old commune's
committee, schools and centres go to follows the list of places, so that the file need not say it for each.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from khue.catalog.loader import Entry, catalog_folders, load_entry
from khue.core.errors import CatalogError, InputError
from khue.core.log import log_action
from khue.core.said import said
from khue.units.history import Reorganisation
from khue.units.kinds import PlaceLevel, Scheme, UnitKind
from khue.units.models import Place, Unit, UnitIdentifier, UnitSpell, holds_on
from khue.units.tree import subtree

Step = dict[str, Any]


@transaction.atomic
def draft_reform(name: str, *, by: Any) -> Reorganisation:
    """The decision that a file of the catalog describes, as a draft; the one that is there already where it was made before.

    Raises CatalogError for a unit or territory that is not there, naming file and entry.
    """
    entry = _entry(name)
    builder = _Builder(name, entry, entry["effective_on"])
    owner = builder.unit(entry["owner"])
    there = Reorganisation.objects.select_for_update().filter(owner=owner, decision=entry["decision"], title=entry["title"])
    if found := there.exclude(state=Reorganisation.State.UNDONE).first():
        return found
    event = Reorganisation.objects.create(
        owner=owner,
        title=entry["title"],
        decision=entry["decision"],
        decided_on=entry.get("decided_on"),
        effective_on=entry["effective_on"],
        steps=builder.steps(),
        created_by=by,
    )
    log_action("reorganisation.drafted", event, by=by, changes={"steps": [0, len(event.steps)]})
    return event


def _entry(name: str) -> Entry:
    """The file, of an office's own catalog where it has one of that name."""
    for folder in reversed(catalog_folders()):
        if (folder / name).is_file():
            return load_entry(name, (folder,))
    raise CatalogError(
        "reform.file",
        said("Danh mục không có tệp {name}.", name=name),
        said("Ghi đường dẫn trong danh mục, như lao-cai/reorganisations/2025-07-01.yaml."),
    )


@dataclass
class _Builder:
    """Makes the steps of one file."""

    file: str
    entry: Entry
    day: date
    units: dict[str, int] = field(default_factory=dict)
    spells: dict[int, UnitSpell] = field(default_factory=dict)
    # {place of a new committee: its number among the units made}
    made: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        before = self.day - timedelta(days=1)
        known = UnitIdentifier.objects.filter(scheme=Scheme.LOCAL, value__startswith="lc-")
        self.units = {value[3:]: pk for value, pk in known.values_list("value", "unit_id")}
        spells = UnitSpell.objects.filter(holds_on(before)).select_related("place").prefetch_related("place__successors")
        self.spells = {s.unit_id: s for s in spells}

    def steps(self) -> list[Step]:
        """Every step, in an order in which each finds what it needs."""
        return [
            *self.found(),
            *self.to_communes(),
            *self.guided(),
            *self.committees(),
            *(step for e in self.entry["ended"] for step in self.end(e)),
            *self.moved(),
        ]

    def unit(self, local: str) -> Unit:
        """The unit with that id of the catalog."""
        if local not in self.units:
            raise CatalogError(
                "reform.unit",
                said("{file}: không có đơn vị {unit!r}.", file=self.file, unit=local),
                said("Đơn vị phải có mã nội bộ lc-{unit}.", unit=local),
            )
        return Unit.objects.get(pk=self.units[local])

    def ref(self, local: str) -> Any:
        """A unit as a step names it: by id, or by its number among those that are founded."""
        for number, founded in enumerate(self.entry["founded"]):
            if founded["id"] == local:
                return {"made": number}
        return self.unit(local).pk

    def place(self, code: str, level: str) -> Place:
        """A territory of the new list."""
        found = Place.objects.filter(scheme=Scheme.GSO_NEW, code=code, level=level).first()
        if found is None:
            raise CatalogError(
                "reform.place",
                said("{file}: chưa có địa bàn mã {code} từ 01/7/2025.", file=self.file, code=code),
                said("Nạp danh mục địa bàn (khue places) rồi chạy lại."),
            )
        return found

    def found(self) -> list[Step]:
        """The new committees."""
        upper = self.unit(self.entry["founded_below"]).pk
        steps = []
        for number, e in enumerate(self.entry["founded"]):
            place = self.place(e["place"], PlaceLevel.COMMUNE)
            self.made[place.pk] = number
            facts = {"name": e["name"], "short_name": e["short"], "kind": UnitKind.COMMUNE.value, "parent_id": upper, "place_id": place.pk}
            steps.append({"kind": "found", "unit": facts})
        return steps

    def below(self, rule: Entry) -> list[UnitSpell]:
        """The units of some kinds below another on the day before."""
        reached = Unit.objects.filter(pk__in=subtree([self.unit(rule["below"]).pk], self.day - timedelta(days=1)))
        inside = set(reached.values_list("pk", flat=True))
        return [s for u, s in sorted(self.spells.items()) if u in inside and s.kind in rule["kinds"]]

    def new_commune(self, spell: UnitSpell) -> int:
        """The new committee of the territory in which a unit lies, as its number among those founded."""
        places = spell.place.successors.all() if spell.place else []
        found = [self.made[p.pk] for p in places if p.pk in self.made]
        if len(found) != 1:
            raise CatalogError(
                "reform.commune",
                said(
                    "{file}: {unit} ở {place}, nơi không thành đúng một xã, phường mới.", file=self.file, unit=spell.name, place=spell.place
                ),
                said("Sửa địa bàn của đơn vị, hoặc thêm xã, phường mới vào tệp."),
            )
        return found[0]

    def to_communes(self) -> list[Step]:
        """Schools pass to the committees of the communes that they now lie in."""
        steps = []
        for rule in self.entry["to_communes"]:
            groups: dict[int, list[int]] = {}
            for spell in self.below(rule):
                groups.setdefault(self.new_commune(spell), []).append(spell.unit_id)
            guide = self.ref(rule["guide"])
            for number, units in sorted(groups.items()):
                steps.append({"kind": "transfer", "units": units, "parent": {"made": number}, "guide": guide})
        return steps

    def guided(self) -> list[Step]:
        """Units that somebody else guides from now on."""
        return [
            {"kind": "transfer", "units": [s.unit_id for s in self.below(rule)], "guide": self.ref(rule["guide"])}
            for rule in self.entry["guided"]
        ]

    def committees(self) -> list[Step]:
        """The committees of the old communes become those of the new ones."""
        groups: dict[int, list[int]] = {}
        new = set(self.made)
        for unit_id, spell in sorted(self.spells.items()):
            if spell.kind == UnitKind.COMMUNE and spell.place and new & {p.pk for p in spell.place.successors.all()}:
                groups.setdefault(self.new_commune(spell), []).append(unit_id)
        return [{"kind": "merge", "units": units, "into": {"made": number}} for number, units in sorted(groups.items())]

    def end(self, e: Entry) -> Iterable[Step]:
        """Units that end, with one heir, or one unit with several."""
        units, heirs = [self.unit(u).pk for u in e["units"]], [self.ref(h) for h in e["heirs"]]
        if len(heirs) == 1:
            return [{"kind": "dissolve", "units": units, "heir": heirs[0]}]
        return [{"kind": "split", "unit": unit, "parts": heirs, "main": 0} for unit in units]

    def moved(self) -> list[Step]:
        """Units that go on in a territory with a new name and number."""
        ending = {self.units[u] for e in self.entry["ended"] for u in e["units"]}
        steps: dict[int, list[int]] = {}
        for unit_id, spell in sorted(self.spells.items()):
            if unit_id in ending or spell.place is None or spell.place.valid_to is None or spell.place.valid_to >= self.day:
                continue
            if (to := self._goes_to(spell)) and not (spell.kind == UnitKind.COMMUNE and to in self.made):
                steps.setdefault(to, []).append(unit_id)
        return [{"kind": "transfer", "units": units, "place": place} for place, units in sorted(steps.items())]

    def _goes_to(self, spell: UnitSpell) -> int | None:
        for rule in self.entry["places"]:
            if spell.place and spell.place.code == rule["from"] and spell.place.scheme == Scheme.GSO_OLD:
                return self.place(rule["to"], rule["level"]).pk
        after = list(spell.place.successors.all()) if spell.place else []
        if len(after) > 1:
            raise InputError(
                "reform.divided",
                said("{unit} ở {place}, nơi được chia cho nhiều xã, phường.", unit=spell.name, place=spell.place),
                said("Ghi địa bàn mới của đơn vị vào tệp."),
            )
        return after[0].pk if after else None
