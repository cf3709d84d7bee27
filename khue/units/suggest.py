"""What a picker offers while somebody types: units, named groups, built-in groups."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy

from khue.core.search import matching, nearness, plain_words, words_of
from khue.core.text import key, nfc, plain
from khue.units.groups import Ref, group_ref, unit_ref
from khue.units.kinds import UnitKind
from khue.units.models import Unit, UnitGroup, UnitSpell, holds_on
from khue.units.resolve import resolve_many
from khue.units.tree import ancestor_ids, past, subtree
from khue.units.wording import with_marks, wording

MOST = 12
# so many names are read to find those that hold the words as they were typed
MOST_READ = 400


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of a picker."""

    ref: Ref
    label: str
    kind: str


def suggest(query: str, *, at: Unit, on: date, scope: RawSQL | None = None) -> list[Offer]:
    """At most twelve offers for what was typed, with or without diacritics; those a directive would mean come first.

    Names of organisations are public, so that a clerk may address any of the province; `scope` keeps a picker to units
    that a person may act on, and then offers units only.
    """
    query = " ".join(query.split())[:200]
    if not query:
        return []
    offers: dict[str, Offer] = {}
    sure, found = _meant(query, at, on, scope)
    found = [*found, *_units(query, at, on, scope), *(() if scope is not None else _groups(query, at, on))]
    for offer in [*sure, *sorted(found, key=_order(query))]:
        offers.setdefault(f"{offer.ref.get('type')}:{offer.ref.get('id') or offer.label}", offer)
    return list(offers.values())[:MOST]


def _order(query: str) -> Callable[[Offer], int]:
    """A group whose name begins with what was typed, then names that hold it as it stands, then those with its words scattered."""
    near = nearness(query)
    form = plain_words if _is_plain(query) else words_of
    typed = form(query)

    def of(offer: Offer) -> int:
        begins = offer.ref.get("type") != "unit" and form(offer.label).startswith(typed)
        return 0 if begins else 1 + near(offer.label)

    return of


def _meant(query: str, at: Unit, on: date, scope: RawSQL | None) -> tuple[list[Offer], list[Offer]]:
    """What a directive would mean by it: for certain, and perhaps."""
    if scope is not None:
        return [], []
    # "cac truong tieu hoc" means what it would mean with its marks
    read = resolve_many([query, *([with_marks(query)] if _is_plain(query) else [])], at=at, on=on)
    found = [candidate for candidates in read.values() for candidate in candidates]
    kinds = dict(Unit.objects.filter(pk__in=[c.ref["id"] for c in found if c.ref["type"] == "unit"]).values_list("pk", "kind"))
    offers: tuple[list[Offer], list[Offer]] = ([], [])
    for candidate in found:
        kind = UnitKind(kinds[candidate.ref["id"]]).label if candidate.ref["type"] == "unit" else _GROUP
        offers[0 if candidate.exact else 1].append(Offer(candidate.ref, candidate.label, str(kind)))
    return offers


def _is_plain(query: str) -> bool:
    return plain(query) == key(nfc(query))


_GROUP = gettext_lazy("Nhóm")


def _units(query: str, at: Unit, on: date, scope: RawSQL | None) -> Iterator[Offer]:
    within = scope if scope is not None else subtree(_tops(at, on), on)
    rows = UnitSpell.objects.filter(holds_on(on), unit_id__in=within)
    rows = rows.filter(unit_id__in=matching(query, "unit").values("object_id")).order_by("name", "unit_id")
    near = nearness(query)
    found = sorted(rows.values_list("unit_id", "name", "kind")[:MOST_READ], key=lambda row: near(row[1]))
    for pk, name, kind in found[:MOST]:
        yield Offer(unit_ref(pk), name, str(UnitKind(kind).label))


def _tops(at: Unit, on: date) -> set[int]:
    """Everything above a unit but the ministry, whose subtree is the country."""
    above = ancestor_ids([at.pk], on)
    return set(Unit.objects.filter(pk__in=above).exclude(~Q(pk=at.pk) & Q(kind=UnitKind.MINISTRY)).values_list("pk", flat=True))


def _groups(query: str, at: Unit, on: date) -> Iterator[Offer]:
    """Groups whose name holds every word typed: those that offices named, then the built-in ones."""
    wanted = key(nfc(query)).split()
    typed_plain = _is_plain(query)

    def fits(name: str) -> bool:
        words = (plain(name) if typed_plain else key(name)).replace(",", " ").split()
        return all(any(w.startswith(part) for w in words) for part in wanted)

    named = UnitGroup.objects.filter(owner_id__in=past(ancestor_ids([at.pk], on), on)).order_by("name")
    for pk, name in named.values_list("pk", "name"):
        if fits(name):
            yield Offer(group_ref(pk), name, str(_GROUP))
    schools = (f"các trường {' '.join(level)}" for level in wording().levels)
    labels = dict.fromkeys(name for name in (*(g.label for g in wording().groups.values()), *schools) if fits(name))
    for found in resolve_many(list(labels)[:MOST], at=at, on=on).values():
        for candidate in found[:1]:
            yield Offer(candidate.ref, candidate.label, str(_GROUP))
