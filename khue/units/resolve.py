"""From the words printed in a directive to the units and groups they mean, seen from the unit that keeps the document.

`exact` marks one clear best; otherwise two to five suggestions come for a person to choose from, or nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from khue.core.said import said
from khue.units.groups import Ref, group_ref, rule_ref, unit_ref
from khue.units.kinds import SCHOOLS, UnitKind
from khue.units.models import Unit
from khue.units.phrases import Named, named_groups
from khue.units.wording import Wording, Words, begins, canonical, says_many, wording
from khue.units.world import Row, World, look_around

SURE = 0.8
CLEAR = 0.04
MOST = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """What words may mean: a reference (units/groups.py), its name, how well it fits (0 to 1), and why."""

    ref: Ref
    label: str
    score: float
    why: str
    exact: bool = False
    near: float = 0


def resolve(text: str, *, at: Unit, on: date) -> list[Candidate]:
    """What the words may mean, best first."""
    return resolve_many([text], at=at, on=on)[text]


def resolve_many(texts: Iterable[str], *, at: Unit, on: date) -> dict[str, list[Candidate]]:
    """The same for many texts at once; four queries for any number of them."""
    wanted = list(dict.fromkeys(texts))
    if not wanted:
        return {}
    world = look_around(at, on)
    return {text: _best(_candidates(text, world)) for text in wanted}


def _best(found: Iterable[Candidate]) -> list[Candidate]:
    """Each reference once, best first, the first marked exact where nothing else comes near."""
    ranked = sorted(found, key=lambda c: (-round(_fit(c), 3), c.near, len(c.label), c.label))
    kept: dict[str, Candidate] = {}
    for candidate in ranked:
        kept.setdefault(_identity(candidate.ref), candidate)
    best = list(kept.values())[: MOST + 1]
    if best and best[0].score >= SURE and (len(best) == 1 or _clear(best[0], best[1])):
        best[0] = replace(best[0], exact=True)
        return best[:MOST]
    return best[:MOST]


def _identity(ref: Ref) -> str:
    return repr(sorted((k, v) for k, v in ref.items() if k != "label" and v))


def _fit(candidate: Candidate) -> float:
    """The score, less for what is far away."""
    return candidate.score - 0.03 * min(candidate.near, 5)


def _clear(first: Candidate, second: Candidate) -> bool:
    return _fit(first) - _fit(second) >= CLEAR or (first.score >= second.score - 0.02 and first.near < second.near)


def _candidates(text: str, world: World) -> Iterator[Candidate]:
    known, many = wording(), says_many(text)
    words = canonical(text)
    if not words:
        return
    if found := list(_named_by_offices(words, world)):
        yield from found
        return
    keeper = world.rows.get(world.at)
    if keeper and keeper.kind in SCHOOLS and words in known.lists["school_own"] and not many:
        yield Candidate(unit_ref(keeper.id), keeper.name, 1.0, said("Chính đơn vị giữ văn bản."))
        return
    for variant, weight in _variants(words, known):
        found = list(_units(variant, world))
        if many or not any(c.ref["id"] in world.chain and c.score >= 0.9 for c in found):
            # "UBND huyện" is one's own committee where there is one, else all of them
            found += _groups(variant, many, text, world)
        if found:
            yield from (replace(c, score=c.score * weight) for c in found)
            return
    rest = _bare(words, known)
    if rest:
        yield from _similar(rest, world)


def _named_by_offices(words: Words, world: World) -> Iterator[Candidate]:
    for name, pk, label, owner in world.groups:
        if name == words:
            yield Candidate(group_ref(pk), label, 1.0, said("Nhóm do {owner} đặt tên.", owner=owner))
            return


def _variants(words: Words, known: Wording) -> Iterator[tuple[Words, float]]:
    """The words as they stand, then without what stands before the name: requests, heads of units, people of units."""
    if _means_nobody(words, known):
        return
    yield words, 1.0
    weight = 1.0
    while words:
        size = begins(words, known.lists["leads"]) or begins(words, known.lists["roles"]) or _chief(words, known)
        if not size and (size := begins(words, known.lists["staff"])):
            weight = 0.75
        if not size or _means_nobody(words[size:], known):
            return
        words = words[size:]
        if words:
            yield words, weight


def _means_nobody(words: Words, known: Wording) -> bool:
    """Whether the words begin with a person, a thing or those whom the work is for, and with no group longer than that."""
    size = begins(words, known.lists["none"])
    return bool(size) and not any(words[:n] in known.groups for n in range(size, known.longest + 1))


def _chief(words: Words, known: Wording) -> int:
    size = begins(words, known.lists["chiefs"])
    return size if size and begins(words[size:], known.lists["headed"]) else 0


def _bare(words: Words, known: Wording) -> Words:
    """The words without everything that may stand before a name."""
    return next(reversed([w for w, _ in _variants(words, known)]), ())


def _units(words: Words, world: World) -> Iterator[Candidate]:
    for unit_id, weight in world.forms.get(words, {}).items():
        row = world.rows[unit_id]
        if weight < 0.96 and row.kind not in SCHOOLS and _elsewhere(words, row, world):
            # "Phòng Kinh tế" without its city is that of one's own city; of another it is only a guess
            weight -= 0.2
        why = said("Trùng tên đơn vị.") if weight >= 0.95 else said("Gọi theo cách rút gọn của tên đơn vị.")
        yield Candidate(unit_ref(unit_id), row.name, weight, why, near=world.nearness(unit_id))


def _elsewhere(words: Words, row: Row, world: World) -> bool:
    """Whether the unit lies in a territory that is not one's own and that the words do not name."""
    if not row.territories or row.territories[0] in world.around:
        return False
    return not {*row.territories[0]} <= {*words}


def _groups(words: Words, many: bool, text: str, world: World) -> Iterator[Candidate]:
    readings = list(named_groups(words, many, world))
    if many and "th&thcs" in words and not {*text} & {*"&-"}:
        # "các trường tiểu học và THCS": rather schools of either kind than those that are both
        apart = [w for word in words for w in (("tiểu", "học", "trung", "học", "cơ", "sở") if word == "th&thcs" else (word,))]
        readings = [replace(n, sure=False) for n in (*named_groups(tuple(apart), many, world), *readings)]
    for rank, named in enumerate(readings):
        if (top := _top(named, world)) is not None:
            yield Candidate(_ref(named, top, world), _label(named, top, world), (0.97 if named.sure else 0.75) - 0.05 * rank, _why(named))


def _ref(named: Named, top: int, world: World) -> Ref:
    return rule_ref(
        named.kinds,
        label=_label(named, top, world),
        within=None if named.place else top,
        place=named.place,
        public=named.public,
        private=named.private,
        direct=named.direct and not named.place,
    )


def _why(named: Named) -> str:
    if named.left:
        return said("Chưa lọc được theo “{words}”; cần chọn tay.", words=" ".join(named.left))
    return said("Nhóm theo loại đơn vị.")


def _top(named: Named, world: World) -> int | None:
    """The unit below which the group lies: the one that is named, of the level that is named, or the nearest that has any."""
    if named.place or named.within:
        return named.within or world.at
    chain = sorted(world.chain, key=lambda u: (world.chain[u], u))
    if named.level:
        starts = [world.chain[u] for u in chain if u in world.rows and world.rows[u].kind == named.level]
        chain = [u for u in chain if world.chain[u] >= starts[0]] if starts else chain
        chain.sort(key=lambda u: (world.chain[u], world.rows[u].kind != named.level if u in world.rows else True))
    wanted = {r.id for r in world.rows.values() if r.kind in named.kinds}
    return next((top for top in chain if wanted & world.below(top, named.direct)), None)


def _label(named: Named, top: int, world: World) -> str:
    """The group's name, with where it lies when that is not one's own office."""
    row = world.rows.get(top)
    if named.place or named.within or row is None or not row.territory or row.kind == UnitKind.COMMUNE:
        return named.label
    if UnitKind.DIVISION in named.kinds:
        return f"{named.label} ({row.short_name or row.name})"
    return f"{named.label} ({row.territory})"


def _similar(words: Words, world: World) -> Iterator[Candidate]:
    """Units whose name holds all the words in their order; offered, and sure only where little is missing."""
    if len(words) < 2:
        return
    for form in world.holding(words):
        rest = iter(form)
        if not all(word in rest for word in words) or (form[0] != words[0] and len(words) < 4):
            continue
        weight = 0.53 + 0.4 * len(words) / len(form)
        for unit_id, own in world.forms[form].items():
            if own >= 0.9:
                yield Candidate(unit_ref(unit_id), world.rows[unit_id].name, weight, said("Tên gần giống."), near=world.nearness(unit_id))
