"""Units as a plan's cell names them: one or several, found as a directive's would be, or offered to choose from."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from khue.core.said import joined
from khue.units.groups import Ref
from khue.units.models import Unit
from khue.units.resolve import Candidate, resolve_many

# from the least to the most that may part two names; "các trường TH, THCS" is one
_PARTERS = (re.compile(r"(?!)"), re.compile(r"\s*;\s*"), re.compile(r"\s*[;,]\s*"), re.compile(r"\s*[;,]\s*|\s+và\s+"))


@dataclass(slots=True)
class Unsure:
    """Words that may mean several units, or none that is known; a person chooses."""

    words: str
    offers: list[Candidate]
    chosen: Ref | None = None

    @property
    def name(self) -> str:
        """The name of its field."""
        return field_name(self.words)

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """(value, label, whether it is chosen) of what may be chosen."""
        return [(reference(c.ref), c.label, self.chosen == c.ref) for c in self.offers]


@dataclass(slots=True)
class Named:
    """What a cell means: references with their labels, and the words that are unsure."""

    found: list[tuple[Ref, str]] = field(default_factory=list)
    unsure: list[Unsure] = field(default_factory=list)


def field_name(words: str) -> str:
    """The name of the field where a person chooses what the words mean; the same words are asked once."""
    return "chon-" + hashlib.sha256(words.encode()).hexdigest()[:12]


def reference(ref: Ref) -> str:
    """A reference as a form sends it."""
    return json.dumps(ref, sort_keys=True, ensure_ascii=False)


class Names:
    """What the cells of a plan mean, all looked up at once."""

    def __init__(self, cells: Iterable[str], *, at: Unit, on: date, chosen: Mapping[str, str]) -> None:
        texts = {part for cell in cells for parter in _PARTERS for part in _parts(cell, parter)}
        self.known = resolve_many(sorted(texts), at=at, on=on)
        self.chosen = chosen

    def of(self, cell: str) -> Named:
        """What one cell means, cut into as few names as can all be told."""
        cuts = [_parts(cell, parter) for parter in _PARTERS]
        sure = next((cut for cut in cuts if all(self._exact(part) for part in cut)), None)
        named = Named()
        for part in sure or (cuts[1] if len(cuts[1]) > 1 or self.known.get(cell) else cuts[2]):
            self._name(part, named)
        return named

    def _exact(self, part: str) -> Candidate | None:
        return next((c for c in self.known.get(part, []) if c.exact), None)

    def _name(self, part: str, named: Named) -> None:
        if exact := self._exact(part):
            named.found.append((exact.ref, exact.label))
            return
        offers = self.known.get(part, [])
        wanted = self.chosen.get(field_name(part), "")
        picked = next((c for c in offers if reference(c.ref) == wanted), None)
        named.unsure.append(Unsure(part, offers, picked.ref if picked else None))
        if picked:
            named.found.append((picked.ref, picked.label))


def _parts(cell: str, parter: "re.Pattern[str]") -> list[str]:
    return [part for part in (p.strip(" .,;") for p in parter.split(cell)) if part]


def offered(unsure: Unsure) -> str:
    """The names on offer in a sentence."""
    return str(joined([f"«{c.label}»" for c in unsure.offers], ", "))
