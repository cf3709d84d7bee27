"""The demo: the city of Lào Cai and its province in the school year 2023-24, from catalog/lao-cai/units.

What no document names is marked `invented` in the catalog and says so in the unit's basis on screen.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from khue.catalog.loader import Entry, load_entry
from khue.core.errors import CatalogError, MissingTool
from khue.core.said import said
from khue.core.text import plain
from khue.units.kinds import ContactKind, PlaceLevel, Scheme, UnitKind
from khue.units.models import BEGINNING, Place, Unit, UnitContact, UnitGroup, UnitIdentifier
from khue.units.places import LAST_OLD_DAY, load_places
from khue.units.tree import found_unit, index_unit

CITY_CODE, PROVINCE_CODE, PROVINCE_NOW = "080", "10", "15"
INVENTED = "Dữ liệu minh họa, không có thật"
_SHORTER = (
    ("Trường Mầm non tư thục ", "MN "),
    ("Trường Mầm non ", "MN "),
    ("Trường Tiểu học ", "TH "),
    ("Trường Trung học cơ sở ", "THCS "),
)


@dataclass
class DemoCity:
    """The main units of the demo, and all of them by the id that the catalog gives them."""

    ministry: Unit
    province: Unit
    department: Unit
    city: Unit
    office: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    communes: list[Unit] = field(default_factory=list)
    schools: list[Unit] = field(default_factory=list)


@transaction.atomic
def make_city(by: Any = None) -> DemoCity:
    """Makes what is missing of the demo's units, places and groups; a second run changes nothing."""
    entry = load_entry("lao-cai/units/city.yaml")
    places = _places(entry["places"])
    known = {i.value: i.unit for i in UnitIdentifier.objects.filter(scheme=Scheme.LOCAL, value__startswith="lc-").select_related("unit")}
    maker = _Maker(by, places, known)
    for unit in entry["units"]:
        maker.make(unit)
    communes = [maker.make(c) for c in _communes(entry["places"]["communes"])]
    for centre in _centres(entry["places"]["communes"]):
        maker.make(centre)
    schools = [maker.school(s) for s in load_entry("lao-cai/units/schools.yaml")["schools"]]
    made = maker.units
    city = DemoCity(made["bo-gddt"], made["ubnd-tinh"], made["so-gddt"], made["ubnd-tp"], made["pgd"], made, communes, schools)
    _groups(city)
    return city


def _places(entry: Entry) -> dict[str, Place]:
    """The places before 2025-07-01 by code: all of the province where the package is installed, else those of the catalog."""
    try:
        load_places([PROVINCE_NOW])
    except MissingTool:
        province = _place(entry["province"], PlaceLevel.PROVINCE, None)
        districts = {d["code"]: _place(d, PlaceLevel.DISTRICT, province) for d in entry["districts"]}
        for commune in entry["communes"]:
            _place(commune, PlaceLevel.COMMUNE, districts[CITY_CODE])
    old = Place.objects.filter(scheme=Scheme.GSO_OLD)
    province_places = old.filter(level=PlaceLevel.PROVINCE, code=PROVINCE_CODE)
    districts_and_communes = old.filter(parent__code=PROVINCE_CODE) | old.filter(parent__parent__code=PROVINCE_CODE)
    return {p.code: p for p in [*province_places, *districts_and_communes]}


def _place(entry: Entry, level: PlaceLevel, parent: Place | None) -> Place:
    said_of = {"kind": entry["kind"], "name": entry["name"], "parent": parent, "valid_to": LAST_OLD_DAY}
    return Place.objects.get_or_create(scheme=Scheme.GSO_OLD, level=level, code=entry["code"], defaults=said_of)[0]


def _communes(entries: list[Entry]) -> list[Entry]:
    return [
        {
            "id": f"ubnd-{c['code']}",
            "name": f"Ủy ban nhân dân {c['kind'].lower()} {c['name']}",
            "short": f"UBND {c['kind'].lower()} {c['name']}",
            "kind": UnitKind.COMMUNE.value,
            "parent": "ubnd-tp",
            "place": c["code"],
        }
        for c in entries
    ]


def _centres(entries: list[Entry]) -> list[Entry]:
    return [
        {
            "id": f"tthtcd-{c['code']}",
            "name": f"Trung tâm học tập cộng đồng {c['kind'].lower()} {c['name']}",
            "short": f"TTHTCĐ {c['kind'].lower()} {c['name']}",
            "kind": UnitKind.COMMUNITY_CENTRE.value,
            "parent": f"ubnd-{c['code']}",
            "guide": "pgd",
            "place": c["code"],
        }
        for c in entries
    ]


@dataclass
class _Maker:
    """Makes units by the catalog's ids; those that are there are taken as they are."""

    by: Any
    places: dict[str, Place]
    known: dict[str, Unit]
    units: dict[str, Unit] = field(default_factory=dict)

    def make(self, entry: Entry) -> Unit:
        """The unit of one catalog entry."""
        value = f"lc-{entry['id']}"
        unit = self.known.get(value)
        if unit is None:
            unit = found_unit(
                name=entry["name"],
                short_name=entry.get("short", ""),
                kind=entry["kind"],
                parent=self._upper(entry, "parent"),
                guide=self._upper(entry, "guide"),
                place=self._place(entry),
                is_public=entry.get("public", True),
                valid_from=BEGINNING,
                basis=INVENTED if entry.get("invented") else "",
                by=self.by,
            )
            UnitIdentifier.objects.create(unit=unit, scheme=Scheme.LOCAL, value=value)
            index_unit(unit)
        self.units[entry["id"]] = unit
        return unit

    def school(self, entry: Entry) -> Unit:
        """A school with its invented address and its satellite sites."""
        name, of = entry["name"], entry.get("of", "pgd")
        short = next((f"{new}{name.removeprefix(old)}" for old, new in _SHORTER if name.startswith(old)), name.removeprefix("Trường "))
        code = re.sub(r"\W+", "-", plain(short))
        school = self.make({**entry, "id": code, "short": short, "parent": of})
        UnitContact.objects.get_or_create(unit=school, kind=ContactKind.EMAIL, value=f"{code}@laocai.example")
        for site in entry.get("sites", []):
            called = f"Điểm trường {site} ({short})"
            said_of = {"kind": UnitKind.SITE.value, "parent": code, "place": entry["place"], "invented": True}
            self.make({"id": f"{code}-{re.sub(r'[^a-z0-9]+', '-', plain(site))}", "name": called, "short": f"Điểm {site}", **said_of})
        return school

    def _upper(self, entry: Entry, role: str) -> Unit | None:
        name = entry.get(role)
        if name and name not in self.units:
            raise CatalogError(
                "catalog.unit",
                said("lao-cai/units: {unit} có {role} là {name!r} chưa nêu ở trên.", unit=entry["id"], role=role, name=name),
                said("Đặt đơn vị cấp trên trước, hoặc sửa tên."),
            )
        return self.units[name] if name else None

    def _place(self, entry: Entry) -> Place | None:
        code = entry.get("place")
        if code and code not in self.places:
            raise CatalogError(
                "catalog.place",
                said("lao-cai/units: {unit} ở địa bàn {code!r} không có.", unit=entry["id"], code=code),
                said("Sửa mã địa bàn."),
            )
        return self.places[code] if code else None


def _groups(city: DemoCity) -> None:
    """Two groups that the Phòng keeps: one by rule, one by list."""
    kinds = [UnitKind.KINDERGARTEN, UnitKind.PRIMARY, UnitKind.PRIMARY_LOWER, UnitKind.LOWER_SECONDARY]
    UnitGroup.objects.get_or_create(
        owner=city.office, name="Các trường công lập trực thuộc Phòng", defaults={"kinds": [k.value for k in kinds], "public_only": True}
    )
    merging, new = UnitGroup.objects.get_or_create(
        owner=city.office, name="Các trường trong lộ trình sáp nhập", defaults={"by_rule": False}
    )
    if new:
        names = (
            "th-chu-van-an",
            "th-kim-dong",
            "th-ta-phoi",
            "thcs-ta-phoi",
            "th-van-hoa",
            "thcs-van-hoa",
            "th-hop-thanh",
            "thcs-hop-thanh",
        )
        merging.members.set([city.units[n] for n in names])
