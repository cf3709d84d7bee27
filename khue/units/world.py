"""The units among which a name is looked for, seen from one unit on a day: its province or city, nearest first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from khue.units.kinds import SCHOOLS, UnitKind
from khue.units.models import Unit, UnitGroup, UnitSpell, holds_on
from khue.units.tree import ancestor_ids, past, subtree
from khue.units.wording import Words, begins, canonical, wording

FAR = 99
_SCHOOL_KINDS = {*SCHOOLS}
_COMMITTEES = (UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.PROVINCE)


class Row(NamedTuple):
    """What resolving needs of a unit's spell."""

    id: int
    name: str
    short_name: str
    kind: str
    parent: int | None
    guide: int | None
    place: int | None
    territories: tuple[Words, ...]  # ("phường", "bắc", "cường"), then the one around it, ...
    territory: str  # "phường Bắc Cường"


@dataclass
class World:
    """Units by id, the forms of their names with weights, how near each is, the groups that offices have named."""

    at: int
    rows: dict[int, Row]
    chain: dict[int, int]  # at and everything above it -> steps up
    forms: dict[Words, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    places: dict[Words, int] = field(default_factory=dict)
    called: dict[int, str] = field(default_factory=dict)  # place -> "phường Bắc Cường"
    groups: list[tuple[Words, int, str, str]] = field(default_factory=list)
    _near: dict[int, float] = field(default_factory=dict)
    _below: dict[int, set[int]] = field(default_factory=dict)
    _by_word: dict[str, set[Words]] = field(default_factory=lambda: defaultdict(set))

    def nearness(self, unit_id: int) -> float:
        """Steps from `at` up to the nearest unit that is, or stands above, this one, and a tenth for each step down."""
        if unit_id not in self._near:
            self._near[unit_id] = FAR
            row = self.rows.get(unit_id)
            uppers = [u for u in (row.parent, row.guide) if u] if row else []
            near = self.chain.get(unit_id)
            self._near[unit_id] = min((self.nearness(u) + 0.1 for u in uppers), default=FAR) if near is None else near
        return self._near[unit_id]

    def below(self, top: int, direct: bool = False) -> set[int]:
        """The ids of everything below a unit, or of what belongs to it directly."""
        if direct:
            return {i for i in self._lower[top] if self.rows[i].parent == top}
        if top not in self._below:
            found, more = {top}, {top}
            while more:
                more = {i for upper in more for i in self._lower[upper]} - found
                found |= more
            self._below[top] = found - {top}
        return self._below[top]

    def holding(self, words: Words) -> list[Words]:
        """The forms of names that hold all the words."""
        if not self._by_word:
            for form in self.forms:
                for word in form:
                    self._by_word[word].add(form)
        found = [self._by_word.get(word, set()) for word in words]
        return sorted(set.intersection(*found)) if found else []

    @cached_property
    def around(self) -> set[Words]:
        """The territories of the unit itself and of everything above it."""
        return {t for i in self.chain if i in self.rows for t in self.rows[i].territories}

    @cached_property
    def _lower(self) -> dict[int, set[int]]:
        lower: dict[int, set[int]] = defaultdict(set)
        for row in self.rows.values():
            for upper in {row.parent, row.guide} - {None}:
                lower[upper or 0].add(row.id)
        return lower


def look_around(at: Unit, on: date) -> World:
    """The world of a unit on a day, in four queries however large it is."""
    above = ancestor_ids([at.pk], on)
    heads = list(_rows(Q(unit_id__in=above), on))
    tops = [r.id for r in heads if r.kind != UnitKind.MINISTRY or r.id == at.pk] or [at.pk]
    rows = {r.id: r for r in heads}
    country = rows.get(at.pk) is not None and rows[at.pk].kind == UnitKind.MINISTRY
    wanted = Q(unit_id__in=subtree(tops, on))
    rows |= {r.id: r for r in _rows(wanted & ~Q(kind__in=[*_SCHOOL_KINDS, UnitKind.SITE]) if country else wanted, on)}
    world = World(at.pk, rows, _chain(at.pk, rows))
    for row in rows.values():
        upper = rows.get(row.parent or row.guide or 0)
        _enter(world, row if row.territories or upper is None else row._replace(territories=upper.territories))
    named = UnitGroup.objects.filter(owner_id__in=past([at.pk, *above], on)).values_list("pk", "name", "owner__name", "owner_id")
    world.groups = [(canonical(name), pk, name, owner) for pk, name, owner, _ in sorted(named, key=lambda g: world.chain.get(g[3], FAR))]
    return world


def _rows(which: Q, on: date) -> Iterator[Row]:
    fields = ["unit_id", "name", "short_name", "kind", "parent_id", "guide_id", "place_id"]
    places = [f"place__{up}{part}" for up in ("", "parent__", "parent__parent__") for part in ("kind", "name")]
    for row in UnitSpell.objects.filter(which, holds_on(on)).values_list(*fields, *places):
        unit, name, short, kind, parent, guide, place, *around = row
        territories = tuple(canonical(f"{k} {n}") for k, n in zip(around[::2], around[1::2], strict=True) if n)
        yield Row(unit, name, short, kind, parent, guide, place, territories, _called(*around[:2]))


def _called(kind: str | None, name: str | None) -> str:
    return f"{kind[:1].lower()}{kind[1:]} {name}" if kind and name else ""


def _chain(at: int, rows: dict[int, Row]) -> dict[int, int]:
    """The steps up from a unit to everything above it; an owner is nearer than a guide."""
    steps, level, more = {at: 0}, 0, [at]
    while more:
        level += 1
        uppers = [u for i in more if i in rows for u in (rows[i].parent, rows[i].guide) if u and u not in steps]
        steps |= dict.fromkeys(uppers, level)
        more = uppers
    return steps


def _enter(world: World, row: Row) -> None:
    """Enters every form of a unit's name, the surest with the most weight."""
    for form, weight in _forms(row):
        if form and weight > world.forms[form].get(row.id, 0):
            world.forms[form][row.id] = weight
    if row.kind in _COMMITTEES and row.place and row.territories:
        world.places.setdefault(row.territories[0], row.place)
        world.called[row.place] = row.territory


def _forms(row: Row) -> Iterator[tuple[Words, float]]:
    name, short = canonical(row.name), canonical(row.short_name)
    full = dict(_without_territory(name, row))
    # a short name that only leaves the territory out is as unsure as any name without its territory
    for words in (name,) if short in full else (name, short):
        for form, weight in _without_territory(words, row):
            yield form, weight
            if row.kind in _SCHOOL_KINDS:
                yield from ((f, weight * w) for f, w in _school_forms(form))
    if row.kind in _COMMITTEES and row.territories:
        here = row.territories[0]
        yield here, 0.85
        if name[-len(here) :] == here and len(here) > _kind_size(here):
            yield (*name[: -len(here)], *here[_kind_size(here) :]), 0.9


def _kind_size(territory: Words) -> int:
    """How many words say what kind of territory it is ("thành phố" two, "phường" one)."""
    return 2 if territory[:2] in (("thành", "phố"), ("thị", "xã"), ("thị", "trấn"), ("đặc", "khu")) else 1


def _without_territory(words: Words, row: Row) -> Iterator[tuple[Words, float]]:
    """The name, then with "thành phố" in place of "thành phố Lào Cai", then without it.

    A school is often called after its commune, so that only a territory written out is taken off its name.
    """
    yield words, 1.0
    for territory in row.territories:
        kind = territory[: _kind_size(territory)]
        tails = [(territory, 0.98), (territory[len(kind) :], 0.96), (kind, 0.96)]
        for tail, weight in tails[:1] if row.kind in _SCHOOL_KINDS else tails:
            base = words[: -len(tail)]
            if words[-len(tail) :] == tail and len(base) > 1:
                yield (*base, *kind), weight
                yield (*base, *territory), weight
                yield base, weight - 0.03
                return


def _school_forms(words: Words) -> Iterator[tuple[Words, float]]:
    """Without "trường"; without its level; only its own name."""
    known = wording()
    rest = words[1:] if words[:1] == ("trường",) else words
    yield rest, 0.98
    own = rest
    while size := begins(own, [*known.lists["school_titles"], *sorted(known.levels, key=len, reverse=True)]):
        own = own[size:]
    if own and own != rest:
        yield ("trường", *own), 0.86
        yield own, 0.7
