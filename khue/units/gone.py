"""A name that no unit bears any more: which unit bore it, until when, and who carries it on."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from khue.core.said import Said, said
from khue.units.history import Succession
from khue.units.models import UnitSpell
from khue.units.then import names_on
from khue.units.wording import Words, canonical

# of so many units of one name it is told
MOST = 3


@dataclass(frozen=True, slots=True)
class Bore:
    """A unit that bore a name: the name, the first day without it, or without the unit where this has `ended`."""

    unit_id: int
    name: str
    since: date
    ended: bool


@dataclass
class Gone:
    """Names that are gone on a day. Of several units of a name those whose heirs are `near` are meant, where there are any.

    Three queries when the first name is asked about, however many follow; one more for a name that is found.
    """

    on: date
    near: Collection[int] = ()

    def told(self, words: str) -> list[Said]:
        """For each unit that was called so: since when it is not, and what it is now. Empty where no unit was."""
        found = [(b, self._now(b.unit_id)) for b in self._by_name.get(_form(words), {}).values()]
        names = names_on({pk for _b, now in found for pk in now}, self.on)
        found = [(b, now) for b, now in found if b.ended or _otherwise(words, names.get(b.unit_id))]
        here = [(b, now) for b, now in found if any(pk in self.near for pk in now)] or found
        return [_sentence(b, [names[pk][0] for pk in now if pk in names]) for b, now in here[:MOST]]

    def told_of(self, unit_id: int, name: str) -> Said | None:
        """The same of one unit; None where it bears that name still."""
        bore = self._by_name.get(_form(name), {}).get(unit_id)
        if bore is None:
            return None
        now = self._now(unit_id)
        names = names_on(now, self.on)
        return _sentence(bore, [names[pk][0] for pk in now if pk in names])

    @cached_property
    def _by_name(self) -> dict[Words, dict[int, Bore]]:
        found: dict[Words, dict[int, Bore]] = defaultdict(dict)
        spells = UnitSpell.objects.filter(valid_to__lt=self.on).order_by("valid_to", "unit_id")
        for pk, name, short, last, end in spells.values_list("unit_id", "name", "short_name", "valid_to", "unit__closed_on"):
            assert last is not None
            ended = end if end is not None and end <= self.on else None
            for words in {_form(name), _form(short)} - {()}:
                found[words][pk] = Bore(pk, name, ended or last + timedelta(days=1), ended is not None)
        return found

    @cached_property
    def _heirs(self) -> dict[int, list[int]]:
        """{unit that ended: those that carry it on, the main one first}; a unit above that only looks on is none."""
        found: dict[int, list[int]] = defaultdict(list)
        lines = Succession.objects.filter(effective_on__lte=self.on, before__closed_on__lte=self.on).order_by("-is_main", "pk")
        main = set()
        for before, after, is_main in lines.values_list("before_id", "after_id", "is_main"):
            main |= {before} if is_main else set()
            found[before] += [after] if before in main else []
        return found

    def _now(self, unit_id: int) -> list[int]:
        """Who goes on today in the place of a unit: itself, or the heirs of its heirs."""
        if unit_id not in self._ended:
            return [unit_id]
        return list(dict.fromkeys(pk for heir in self._heirs.get(unit_id, []) for pk in self._now(heir)))

    @cached_property
    def _ended(self) -> set[int]:
        closed = UnitSpell.objects.filter(unit__closed_on__lte=self.on).order_by()
        return set(closed.values_list("unit_id", flat=True).distinct())


def _otherwise(words: str, called: tuple[str, str, str] | None) -> bool:
    """Whether a unit that goes on is not called so any more: one that only belongs elsewhere since bears its name still."""
    return called is not None and _form(words) not in map(_form, called[:2])


def _form(name: str) -> Words:
    """A name as it is compared: "TH Kim Đồng" is "Trường Tiểu học Kim Đồng"."""
    words = canonical(name)
    return words[1:] if words[:1] == ("trường",) else words


def _sentence(bore: Bore, now: list[str]) -> Said:
    facts = {"unit": bore.name, "day": f"{bore.since:%d/%m/%Y}"}
    if not bore.ended:
        return said("{unit} đã đổi tên từ {day}, nay là {heir}.", heir="; ".join(now), **facts)
    if not now:
        return said("{unit} đã thôi hoạt động từ {day}, không có đơn vị kế thừa.", **facts)
    return said("{unit} đã thôi hoạt động từ {day}, nay là {heir}.", heir="; ".join(now), **facts)
