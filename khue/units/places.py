"""Vietnam's provinces, districts and communes before and after 2025-07-01, from the package `vietnamadminunits`.

The package's own data files are read; the package is not imported (importing it loads parsers that are not needed).
"""

import importlib.util
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from khue.core.errors import InputError, MissingTool
from khue.core.log import log_action
from khue.core.said import said
from khue.core.text import key
from khue.units.kinds import PlaceLevel, Scheme
from khue.units.models import Place

REFORM = date(2025, 7, 1)
LAST_OLD_DAY = date(2025, 6, 30)
_FIELDS = ["name", "kind", "parent", "latitude", "longitude", "area_km2", "valid_from", "valid_to"]
_BATCH = 500

Key = tuple[str, str, str]  # scheme, level, code


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load brought: places and links from old to new ones."""

    old: int
    new: int
    links: int


def data_folder() -> Path:
    """Where the package keeps its data. Raises MissingTool where it is not installed."""
    found = importlib.util.find_spec("vietnamadminunits")
    if found is None or not found.submodule_search_locations:
        raise MissingTool(
            "places.package",
            said("Chưa có danh mục hành chính Việt Nam (gói vietnamadminunits)."),
            said("Cài phần kèm thêm: pip install 'khue[places]', rồi chạy lại."),
        )
    folder = Path(next(iter(found.submodule_search_locations))) / "data"
    for name in ("dataset.db", "converter_2025.json"):
        if not (folder / name).is_file():
            raise MissingTool(
                "places.data",
                said("Gói vietnamadminunits không có tệp {name}.", name=name),
                said("Cài lại bản 1.0.4 trở lên của gói này."),
            )
    return folder


def load_places(provinces: Iterable[str] | None = None, *, by: Any = None) -> Loaded:
    """Loads the places of some of today's provinces (by code or name) and of those merged into them; all without a list.

    Places that are there already are brought up to date, never doubled. Raises InputError for an unknown province.
    """
    folder = data_folder()
    merged: dict[str, Any] = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)) as source:
        source.row_factory = sqlite3.Row
        chosen = _chosen(source, provinces)
        before = {old for name in chosen for old in merged["DICT_PROVINCE"].get(name, [])}
        new_rows = _rows(source, "admin_units", chosen)
        old_rows = _rows(source, "admin_units_legacy", before)
    return _store(old_rows, new_rows, merged, by)


def _chosen(source: sqlite3.Connection, provinces: Iterable[str] | None) -> set[str]:
    """The keys of today's provinces that were asked for."""
    known = {}
    for row in source.execute("SELECT DISTINCT provinceCode, province, provinceShort, provinceKey FROM admin_units"):
        for name in (row["provinceCode"], key(row["province"]), key(row["provinceShort"])):
            known[name] = row["provinceKey"]
    if provinces is None:
        return set(known.values())
    wanted = {p.strip() for p in provinces}
    unknown = sorted(p for p in wanted if key(p) not in known)
    if unknown:
        codes = ", ".join(sorted(name for name in known if name.isdigit()))
        raise InputError(
            "places.province",
            said("Không có tỉnh, thành phố: {names}.", names=", ".join(unknown)),
            said("Viết tên hoặc mã của một tỉnh, thành phố hiện nay. Các mã: {codes}.", codes=codes),
        )
    return {known[key(p)] for p in wanted}


def _rows(source: sqlite3.Connection, table: str, provinces: set[str]) -> list[sqlite3.Row]:
    marks = ",".join("?" * len(provinces))
    return source.execute(f"SELECT * FROM {table} WHERE provinceKey IN ({marks})", sorted(provinces)).fetchall()


@transaction.atomic
def _store(old_rows: list[sqlite3.Row], new_rows: list[sqlite3.Row], merged: dict[str, Any], by: Any) -> Loaded:
    before = Place.objects.count()
    ids: dict[Key, int] = {}
    old, new = _places(old_rows, Scheme.GSO_OLD), _places(new_rows, Scheme.GSO_NEW)
    for level in (PlaceLevel.PROVINCE, PlaceLevel.DISTRICT, PlaceLevel.COMMUNE):
        _save([*(p for p in old if p[0].level == level), *(p for p in new if p[0].level == level)], ids)
    links = _save_links(_links(old_rows, new_rows, merged), ids)
    after = Place.objects.count()
    if after != before:
        log_action("places.loaded", Place(kind="Danh mục", name="hành chính Việt Nam"), by=by, changes={"places": [before, after]})
    return Loaded(len(old), len(new), links)


def _places(rows: list[sqlite3.Row], scheme: Scheme) -> list[tuple[Place, Key | None]]:
    """Each place once, with the key of the one it lies in."""
    seen: dict[Key, tuple[Place, Key | None]] = {}
    old = scheme == Scheme.GSO_OLD
    span = {"valid_to": LAST_OLD_DAY} if old else {"valid_from": REFORM}
    for row in rows:
        upper: Key | None = None
        for level, prefix in _levels(old):
            code, full = row[f"{prefix}Code"], row[prefix]
            if not code:
                continue
            name = (scheme.value, level.value, code)
            if name not in seen:
                kind, short = _split(full)
                place = Place(scheme=scheme, level=level, code=code, kind=kind, name=short, **span)
                place.latitude, place.longitude = row[f"{prefix}Lat"], row[f"{prefix}Lon"]
                place.area_km2 = row["wardAreaKm2"] if not old and level == PlaceLevel.COMMUNE else None
                seen[name] = (place, upper)
            upper = name
    return list(seen.values())


def _levels(old: bool) -> Iterator[tuple[PlaceLevel, str]]:
    yield PlaceLevel.PROVINCE, "province"
    if old:
        yield PlaceLevel.DISTRICT, "district"
    yield PlaceLevel.COMMUNE, "ward"


def _split(full: str) -> tuple[str, str]:
    """("Phường", "Bắc Cường") of "Phường Bắc Cường"."""
    for kind in ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Tỉnh", "Huyện", "Quận", "Phường", "Xã"):
        if full.lower().startswith(f"{kind.lower()} "):
            return kind, full[len(kind) + 1 :]
    return "", full


def _save(places: list[tuple[Place, Key | None]], ids: dict[Key, int]) -> None:
    """Writes the places of one level; those above must be in `ids` already."""
    for place, upper in places:
        place.parent_id = ids[upper] if upper else None
    Place.objects.bulk_create(
        [p for p, _ in places],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["scheme", "level", "code"],
        update_fields=_FIELDS,
    )
    levels = {p.level for p, _ in places}
    stored = Place.objects.filter(level__in=levels, scheme__in=[Scheme.GSO_OLD, Scheme.GSO_NEW])
    ids.update({(s, lv, c): pk for s, lv, c, pk in stored.values_list("scheme", "level", "code", "pk")})


def _links(old_rows: list[sqlite3.Row], new_rows: list[sqlite3.Row], merged: dict[str, Any]) -> Iterator[tuple[Key, Key]]:
    """(old, new) for every province, commune and island district that became (part of) a new one."""
    old: dict[str, set[Key]] = defaultdict(set)
    for row in old_rows:
        old[row["provinceKey"]].add((Scheme.GSO_OLD.value, PlaceLevel.PROVINCE.value, row["provinceCode"]))
        level, code = (PlaceLevel.COMMUNE, row["wardCode"]) if row["wardCode"] else (PlaceLevel.DISTRICT, row["districtCode"])
        old[f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"].add((Scheme.GSO_OLD.value, level.value, code))
    parts = {(row["provinceKey"], row["wardKey"]): (Scheme.GSO_NEW.value, PlaceLevel.COMMUNE.value, row["wardCode"]) for row in new_rows}
    for province, code in {row["provinceKey"]: row["provinceCode"] for row in new_rows}.items():
        for name in merged["DICT_PROVINCE"].get(province, []):
            yield from ((k, (Scheme.GSO_NEW.value, PlaceLevel.PROVINCE.value, code)) for k in old[name])
        for name, ward in _ward_links(province, merged):
            if (province, ward) in parts:
                yield from ((k, parts[province, ward]) for k in old.get(name, ()))


def _ward_links(province: str, merged: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(key of the old commune, key of the new one) of a province."""
    for ward, names in merged["DICT_PROVINCE_WARD_NO_DIVIDED"].get(province, {}).items():
        yield from ((name, ward) for name in names)
    for name, pieces in merged["DICT_PROVINCE_WARD_DIVIDED"].get(province, {}).items():
        yield from ((name, piece["newWardKey"]) for piece in pieces)


def _save_links(links: Iterator[tuple[Key, Key]], ids: dict[Key, int]) -> int:
    through = Place.successors.through
    rows = {(ids[a], ids[b]) for a, b in links}
    through.objects.bulk_create(
        [through(from_place_id=a, to_place_id=b) for a, b in sorted(rows)],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )
    return len(rows)
