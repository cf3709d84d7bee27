"""The wordings that name units and groups, read from the catalog, and the one form in which names are compared."""

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from khue.catalog.loader import catalog_folders, load_entry, phrases
from khue.core.errors import CatalogError
from khue.core.said import said
from khue.core.text import key, nfc, plain, squeeze
from khue.units.kinds import UnitKind

Words = tuple[str, ...]
_TOKEN = re.compile(r"[\w&%]+")
_SILENT = {"các", "những", "và", "&", "cùng"}
_MANY_PLAIN = {"cac", "nhung"}
_SILENT_PLAIN = {plain(word) for word in _SILENT}
_MANY = re.compile(r"(?<!\w)(?:các|những|tất cả|toàn bộ|mọi|từng|mỗi|cấp huyện|cấp xã)(?!\w)")


@dataclass(frozen=True, slots=True)
class Group:
    """A built-in group: its name, the kinds it means, whether a text that names it is certain."""

    label: str
    kinds: tuple[UnitKind, ...]
    sure: bool = True
    many: bool = False
    direct: bool = False


@dataclass(frozen=True)
class Wording:
    """Everything of catalog/vn/units, in comparable form; lists of phrases stand longest first."""

    short: dict[str, str]
    joined: dict[str, str]
    lists: dict[str, list[Words]] = field(default_factory=dict)
    groups: dict[Words, Group] = field(default_factory=dict)
    heads: dict[Words, tuple[UnitKind, ...]] = field(default_factory=dict)
    levels: dict[Words, tuple[UnitKind, ...]] = field(default_factory=dict)
    every_school: tuple[UnitKind, ...] = ()
    both: list[tuple[set[UnitKind], UnitKind]] = field(default_factory=list)
    also: dict[UnitKind, tuple[UnitKind, ...]] = field(default_factory=dict)
    longest: int = 0


def canonical(text: str) -> Words:
    """The words of a name as they are compared: folded, short forms written out, without "các" and "và"."""
    return _canonical(text, _folders(os.environ.get("KHUE_CATALOG", "")))


@lru_cache(maxsize=8)
def _folders(setting: str) -> tuple[Path, ...]:
    """The catalog's folders, looked up on the disk once for each setting."""
    return catalog_folders()


def says_many(text: str) -> bool:
    """Whether the text speaks of several units ("các", "những")."""
    return bool(_MANY.search(key(nfc(text))))


@lru_cache(maxsize=100_000)
def _canonical(text: str, folders: tuple[Path, ...]) -> Words:
    short, joined, short_re, joined_re = _short_forms(folders)
    low = short_re.sub(lambda m: short[m.group()], key(squeeze(nfc(text))))
    low = joined_re.sub(lambda m: joined[m.group()], low)
    return tuple(w for w in _TOKEN.findall(low) if w not in _SILENT)


@lru_cache(maxsize=8)
def _short_forms(folders: tuple[Path, ...]) -> tuple[dict[str, str], dict[str, str], re.Pattern[str], re.Pattern[str]]:
    entry = load_entry("vn/units/short.yaml", folders)
    reader = load_entry("vn/documents/units.yaml", folders)["short"]
    short = {
        key(a): key(b) for a, b in {**{key(a): b for a, b in reader.items()}, **{key(a): b for a, b in entry["short"].items()}}.items()
    }
    joined = {key(a): key(b) for a, b in entry["joined"].items()}
    return short, joined, _any_of(short), _any_of(joined)


def _any_of(words: dict[str, str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w&])(?:{'|'.join(map(re.escape, longest_first))})(?![\w&])")


def wording() -> Wording:
    """The wordings of the catalog, with the office's own folders laid over them."""
    return _wording(_folders(os.environ.get("KHUE_CATALOG", "")))


@lru_cache(maxsize=8)
def _wording(folders: tuple[Path, ...]) -> Wording:
    entry = load_entry("vn/units/groups.yaml", folders)
    reader = load_entry("vn/documents/units.yaml", folders)
    schools, where = entry["schools"], entry["where"]
    lists = {name: entry[name] for name in ("leads", "roles", "chiefs", "headed", "staff", "persons", "limits")}
    lists |= {f"school_{name}": schools[name] for name in ("public", "private", "holding", "titles", "own")}
    lists |= {f"where_{name}": where[name] for name in ("leads", "district", "province", "everywhere")}
    lists["none"] = [*(p for p in phrases(reader["not_units"]) if " " in p), *phrases(reader["beneficiaries"]), *phrases(entry["persons"])]
    groups = _groups(entry["groups"], folders)
    short, joined, _, _ = _short_forms(folders)
    return Wording(
        short=short,
        joined=joined,
        lists={name: _longest_first(value, folders) for name, value in lists.items()},
        groups=groups,
        heads={_canonical(w, folders): _kinds(k, w) for w, k in schools["heads"].items()},
        levels={_canonical(w, folders): _kinds(k, w) for w, k in schools["levels"].items()},
        every_school=_kinds(schools["all"], "all"),
        both=[({*_kinds(b["has"], "both")}, _kinds([b["adds"]], "both")[0]) for b in schools["both"]],
        also={_kinds([k], "also")[0]: _kinds(v, "also") for k, v in schools["also"].items()},
        longest=max(map(len, groups)),
    )


def _longest_first(value: Any, folders: tuple[Path, ...]) -> list[Words]:
    return sorted({_canonical(p, folders) for p in phrases(value)} - {()}, key=lambda w: (-len(w), w))


def _groups(entries: dict[str, Any], folders: tuple[Path, ...]) -> dict[Words, Group]:
    found: dict[Words, Group] = {}
    for label, entry in entries.items():
        unknown = set(entry) - {"say", "kinds", "sure", "many", "direct"}
        if unknown or not entry.get("say") or not entry.get("kinds"):
            raise CatalogError(
                "catalog.group",
                said("vn/units/groups.yaml: nhóm {label!r} chưa đúng.", label=label),
                said("Cần say, kinds; có thể có sure, many, direct."),
            )
        group = Group(label, _kinds(entry["kinds"], label), entry.get("sure", True), entry.get("many", False), entry.get("direct", False))
        for words in [label, *entry["say"]]:
            found.setdefault(_canonical(words, folders), group)
    return found


def _kinds(names: list[str], where: str) -> tuple[UnitKind, ...]:
    for name in names:
        if name not in UnitKind.values:
            raise CatalogError(
                "catalog.kind",
                said("vn/units/groups.yaml, {where!r}: không có loại đơn vị {name!r}.", where=where, name=name),
                said("Các loại: {known}.", known=", ".join(UnitKind.values)),
            )
    return tuple(UnitKind(n) for n in names)


def with_marks(text: str) -> str:
    """A text typed without diacritics in the words of the catalog: "cac truong tieu hoc" is "các trường tiểu học".

    Words that the catalog does not have stay as they were typed.
    """
    words = [plain(w) for w in canonical(text)]
    many = any(w in _MANY_PLAIN for w in words)
    rest, found = [w for w in words if w not in _SILENT_PLAIN], ["các"] if many else []
    phrases, longest = _phrases(_folders(os.environ.get("KHUE_CATALOG", "")))
    while rest:
        size = next((n for n in range(min(longest, len(rest)), 0, -1) if tuple(rest[:n]) in phrases), 0)
        found += phrases[tuple(rest[:size])] if size else rest[:1]
        rest = rest[size or 1 :]
    return " ".join(found)


@lru_cache(maxsize=4)
def _phrases(folders: tuple[Path, ...]) -> tuple[dict[Words, Words], int]:
    """Levels of schools, words for school and groups by their words without marks; how many words the longest has."""
    known = _wording(folders)
    found: dict[Words, Words] = {}
    for words in [*known.levels, *known.heads, *known.groups]:
        found.setdefault(tuple(plain(w) for w in words), words)
    return found, max(map(len, found), default=0)


def begins(words: Words, options: list[Words]) -> int:
    """How many words at the beginning are one of the options, the longest one; 0 for none."""
    return next((len(o) for o in options if words[: len(o)] == o), 0)
