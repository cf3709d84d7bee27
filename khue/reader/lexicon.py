"""The wordings the reader knows, compiled once from `catalog/vn/documents/`."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from khue.catalog.loader import catalog_folders, load_entry, phrases
from khue.core.text import key
from khue.reader.phrases import Phrases

FOLDER = "vn/documents/"


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Every word list by name; see the comments in the catalog files for what each means."""

    lists: dict[str, Phrases]
    data: dict[str, dict[str, Any]]

    def __getitem__(self, name: str) -> Phrases:
        return self.lists[name]


_LISTS = {
    "verbs": ("verbs", "leads", "strong_leads", "finite"),
    "nouns": ("heads", "documents", "things", "thing_markers", "attributive", "levels"),
    "units": ("heads", "persons", "beneficiaries", "not_units", "quantifiers", "modifiers", "fixed", "orders", "heading_leads"),
    "sentences": ("not_a_duty", "effect", "performatives", "past", "closings"),
    "headings": ("review", "review_exact", "purpose", "basis", "funding", "targets", "organise", "requests", "plan"),
    "targets": ("units", "weak_units", "goal_verbs", "not_after", "not_followed"),
    "deadlines": ("not_before", "name_of", "period_of", "recurs_not_after"),
    "layout": ("motto", "recipients", "addressees", "signer_titles", "signed_marks", "agency_heads", "appendix", "abbreviations"),
    "citations": ("issuers",),
    "kinds": ("printed",),
    "compare": (),
    "stock": (),
}


@lru_cache(maxsize=8)
def _compile(folders: tuple[Any, ...]) -> Lexicon:
    data = {name: load_entry(f"{FOLDER}{name}.yaml", folders) for name in _LISTS}
    lists = {f"{name}.{part}": Phrases(phrases(data[name][part])) for name, parts in _LISTS.items() for part in parts}
    lists["units.all"] = Phrases([*phrases(data["units"]["heads"]), *phrases(data["units"]["persons"])])
    lists["targets.units"] = Phrases([*phrases(data["targets"]["units"]), *data["targets"]["unit_groups"]])
    lists["kinds.names"] = Phrases(k["name"] for k in data["kinds"]["kinds"])
    for role, words in data["layout"]["labels"].items():
        lists[f"labels.{role}"] = Phrases(words.split("|"))
    for role, words in data["layout"]["line_labels"].items():
        lists[f"lines.{role}"] = Phrases(words.split("|"))
    return Lexicon(lists, data)


def lexicon() -> Lexicon:
    """The lexicon of Khuê's catalog and of the folders in KHUE_CATALOG. Raises CatalogError."""
    return _compile(catalog_folders())


def alternation(words: str) -> str:
    """A regular expression for "a|b c" in folded text: longest first, any white space between words."""
    items = sorted((key(w.strip()) for w in words.split("|")), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+").replace(r"\.\{0,40\}", ".{0,40}") for w in items) + ")"
