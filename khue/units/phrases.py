"""Words that name many units at once, taken apart: "các trường MN, TH công lập trên địa bàn phường Bắc Cường"."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from khue.units.kinds import SCHOOLS, UnitKind
from khue.units.wording import Wording, Words, begins, wording
from khue.units.world import World


@dataclass(frozen=True, slots=True)
class Named:
    """A group that words name: kinds, where, public or not, how sure."""

    label: str
    kinds: tuple[UnitKind, ...]
    sure: bool = True
    public: bool = False
    private: bool = False
    direct: bool = False
    place: int | None = None
    within: int | None = None
    level: UnitKind | None = None  # "thành phố", "tỉnh": below the committee of that level
    left: Words = field(default=())  # words that were not understood and narrow the group


def named_groups(words: Words, many: bool, world: World) -> Iterator[Named]:
    """The groups that the words name, the surest first; none where a word remains that has no meaning here."""
    known = wording()
    for size in range(min(known.longest, len(words)), 0, -1):
        group = known.groups.get(words[:size])
        if group and (many or not group.many):
            found = _qualified(Named(group.label, group.kinds, group.sure, direct=group.direct), words[size:], known, world)
            if found:
                yield found
                return
    yield from _schools(words, many, known, world)


def _schools(words: Words, many: bool, known: Wording, world: World) -> Iterator[Named]:
    head = begins(words, sorted(known.heads, key=len, reverse=True))
    extra = known.heads[words[:head]] if head else ()
    kinds, holding, rest = _levels(words[head:], known)
    if not head and not (many and kinds):
        return
    if not kinds:
        kinds = known.every_school
    whole = _with_both(kinds, known)
    if UnitKind.KINDERGARTEN in whole:
        whole = (*whole, *(k for k in extra if k not in whole))
    found = _qualified(Named(_school_label(whole, known), whole), rest, known, world)
    if found is None:
        return
    wider = tuple(dict.fromkeys([*whole, *(k for kind in whole for k in known.also.get(kind, ()))]))
    second = replace(found, kinds=wider, label=_school_label(wider, known), sure=False)
    if holding and wider != whole:
        yield replace(second, sure=found.sure)
        return
    yield found
    if wider != whole:
        yield second


def _levels(words: Words, known: Wording) -> tuple[tuple[UnitKind, ...], bool, Words]:
    """The levels at the beginning, whether "có cấp" stands before them, and what remains."""
    kinds: list[UnitKind] = []
    options, holds = sorted(known.levels, key=len, reverse=True), False
    heads = sorted(known.heads, key=len, reverse=True)
    while words:
        if size := begins(words, options):
            kinds += known.levels[words[:size]]
        elif (size := begins(words, known.lists["school_holding"])) and begins(words[size:], options):
            holds = True
        elif not ((size := begins(words, heads)) and kinds and begins(words[size:], options)):
            break
        words = words[size:]
    return tuple(dict.fromkeys(kinds)), holds, words


def _with_both(kinds: tuple[UnitKind, ...], known: Wording) -> tuple[UnitKind, ...]:
    more = [adds for has, adds in known.both if has <= {*kinds} and adds not in kinds]
    return (*kinds, *more)


def _school_label(kinds: tuple[UnitKind, ...], known: Wording) -> str:
    if {*kinds} >= {*known.every_school}:
        return "Các cơ sở giáo dục" if UnitKind.NURSERY_GROUP in kinds else "Các trường"
    general = {k for k in known.every_school if k != UnitKind.KINDERGARTEN}
    if {*kinds} >= general:
        return "Các trường phổ thông"
    names = [_SCHOOL_NAMES[k] for k in UnitKind if k in kinds and k in _SCHOOL_NAMES]
    return f"Các trường {', '.join(names)}"


_SCHOOL_NAMES = {
    UnitKind.KINDERGARTEN: "mầm non",
    UnitKind.PRIMARY: "tiểu học",
    UnitKind.PRIMARY_LOWER: "TH&THCS",
    UnitKind.LOWER_SECONDARY: "THCS",
    UnitKind.LOWER_UPPER: "THCS&THPT",
    UnitKind.UPPER_SECONDARY: "THPT",
    UnitKind.CONTINUING: "GDNN-GDTX",
    UnitKind.NURSERY_GROUP: "mầm non độc lập",
}


def _qualified(found: Named, words: Words, known: Wording, world: World) -> Named | None:
    """The group narrowed by what follows its name; None where something follows that has no meaning."""
    while words:
        if size := begins(words, known.lists["school_private"]):
            found = replace(found, private=True, label=f"{found.label} ngoài công lập")
        elif size := begins(words, known.lists["school_public"]):
            found = replace(found, public=True, label=f"{found.label} công lập")
        elif begins(words, known.lists["limits"]):
            return replace(found, sure=False, left=words)
        else:
            return _placed(found, words, known, world)
        words = words[size:]
    return found


def _placed(found: Named, words: Words, known: Wording, world: World) -> Named | None:
    lead = begins(words, known.lists["where_leads"])
    if lead and (size := begins(words[lead:], known.lists["where_leads"])):
        lead += size
    where = words[lead:]
    if not where or (where in known.lists["where_everywhere"] and (lead or where[0] in ("xã", "phường"))):
        # "đoàn thể xã": those of every commune, which a group of one office does not hold
        return replace(found, sure=False, left=where) if found.direct and where and not lead else found
    for name, level in (("where_district", UnitKind.DISTRICT), ("where_province", UnitKind.PROVINCE)):
        if where in known.lists[name]:
            return replace(found, level=level)
    if lead and (size := begins(where, known.lists["where_district"])) and where[size:] in known.lists["where_province"]:
        return replace(found, level=UnitKind.DISTRICT)
    return _at_place(found, where, bool(lead), known, world)


def _at_place(found: Named, where: Words, led: bool, known: Wording, world: World) -> Named | None:
    """Below the committee of a territory, in a commune, or below a unit, whichever the words name."""
    for kind in ("phường", "xã", "thị trấn", "thành phố"):
        full = where if where in world.places else (*kind.split(), *where)
        if full in world.places and (led or full == where):
            return _in_territory(found, full, world)
    units = [u for u, weight in world.forms.get(where, {}).items() if weight >= 0.9 and world.rows[u].kind not in SCHOOLS]
    if units:
        nearest = min(units, key=lambda u: (world.nearness(u), u))
        return replace(found, within=nearest, label=f"{found.label} thuộc {world.rows[nearest].short_name or world.rows[nearest].name}")
    if begins(where, known.lists["limits"]):
        return replace(found, sure=False, left=where)
    return None


def _in_territory(found: Named, territory: Words, world: World) -> Named:
    place = world.places[territory]
    committee = next(r for r in world.rows.values() if r.place == place and r.territories and r.territories[0] == territory)
    if committee.kind in (UnitKind.DISTRICT, UnitKind.PROVINCE):
        return replace(found, within=committee.id)
    called = world.called.get(place, " ".join(territory))
    return replace(found, place=place, label=f"{found.label} trên địa bàn {called}")
