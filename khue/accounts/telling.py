"""A change as the action log shows it: which field, what it was, what it is, all in words."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from khue.accounts.verbs import FIELDS
from khue.core.models import Action

EMPTY = "—"
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MOST = 12


class Told(NamedTuple):
    """One line: the field's name in words, the value before and after."""

    name: str
    before: str
    after: str


def told(action: Action) -> list[Told]:
    """The changes of one action, a dozen at most."""
    lines: list[Told] = []
    names = getattr(action, "names", {})
    for name, change in list(action.changes.items())[:MOST]:
        if isinstance(change, dict):
            # a step of a review tells of several obligations: {"#322": {field: [before, after]}}
            lines += [
                _line("obligation", inner, pair, _("nhiệm vụ {number}, ").format(number=names.get(name, name)))
                for inner, pair in change.items()
            ]
        else:
            lines.append(_line(action.target_type, name, change, ""))
    return [line for line in lines[:MOST] if line.before != line.after]


def name_all(actions: Iterable[Action]) -> None:
    """Puts on each action the sentences of the obligations that its changes tell of, all in one query."""
    told_of = {a: [n for n, change in a.changes.items() if isinstance(change, dict) and n[1:].isdigit()] for a in actions}
    ids = {int(n[1:]) for names in told_of.values() for n in names}
    quotes = dict(apps.get_model("documents", "Obligation").objects.filter(pk__in=ids).values_list("pk", "quote")) if ids else {}
    for action, names in told_of.items():
        action.names = {n: f"“{Truncator(quotes[int(n[1:])]).chars(60)}”" for n in names if int(n[1:]) in quotes}  # type: ignore[attr-defined]


def _line(target: str, name: str, change: Any, prefix: str) -> Told:
    before, after = change if isinstance(change, list) and len(change) == 2 else ("", change)
    return Told(prefix + _field_words(target, name), _value_words(target, name, before), _value_words(target, name, after))


@cache
def _field(target: str, name: str) -> Any:
    """The field of that name of the model, or None."""
    models = {m._meta.model_name: m for m in apps.get_models() if m.__module__.startswith("khue.")}
    try:
        return models[target]._meta.get_field(name)
    except (KeyError, FieldDoesNotExist):
        return None


def _field_words(target: str, name: str) -> str:
    known = FIELDS.get(f"{target}.{name}") or FIELDS.get(name)
    if known:
        return str(known)
    # the model's own word; a field without one has a made-up English name
    words = getattr(_field(target, name), "verbose_name", None)
    return str(words) if isinstance(words, Promise) else name


def _value_words(target: str, name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, str) and (day := _DAY.fullmatch(value)):
        return f"{day[3]}/{day[2]}/{day[1]}"
    # what is said of a task is mostly of one unit's share in it
    field = _field(target, name) or _field("assignment", name)
    choices = dict(getattr(field, "flatchoices", None) or ())
    if isinstance(value, str) and value in choices:
        return str(choices[value])
    if isinstance(value, list):
        return ", ".join(_value_words(target, name, v) for v in value)
    if isinstance(value, dict):
        return str(value.get("label") or value.get("quote") or ", ".join(str(v) for v in value.values()))
    return str(value)
