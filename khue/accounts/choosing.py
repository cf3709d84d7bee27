"""Units and people chosen by typing their name: what may be typed, and whom it means."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from khue.accounts.models import User
from khue.accounts.person import Person
from khue.core.spoken import speak
from khue.core.text import key, plain, squeeze
from khue.units.gone import Gone
from khue.units.kinds import Scheme
from khue.units.models import Unit, UnitIdentifier
from khue.units.tree import today

MOST_OFFERED = 200
MOST_NEAR = 5
_SCHEMES = (Scheme.MOET, Scheme.LOCAL, Scheme.EDOC)


def units_to_manage(person: Person) -> QuerySet[Unit]:
    """The units at which `person` may give roles: the subtree of those where they are admin."""
    return Unit.objects.filter(pk__in=person.scope("people.manage"), closed_on__isnull=True)


def units_to_view(person: Person) -> QuerySet[Unit]:
    """The units whose people `person` sees."""
    return Unit.objects.filter(pk__in=person.scope("people.view"))


class UnitNames:
    """Units by code, by full name and by short name; two queries for all of them."""

    def __init__(self, units: QuerySet[Unit]) -> None:
        self.by_id = {unit.pk: unit for unit in units}
        self.codes: dict[int, str] = {}
        self._names: dict[str, set[int]] = {}
        for unit in self.by_id.values():
            for name in {unit.name, unit.short_name} - {""}:
                self._names.setdefault(key(squeeze(name)), set()).add(unit.pk)
        identifiers = UnitIdentifier.objects.filter(unit__in=units, valid_to=None, scheme__in=_SCHEMES)
        for value, unit_id in identifiers.values_list("value", "unit_id"):
            self.codes[unit_id] = value
            self._names.setdefault(key(value), set()).add(unit_id)

    def find(self, words: str) -> list[Unit]:
        """Every unit that `words` may mean; those typed without diacritics only where nothing fits with them."""
        found = self._names.get(key(squeeze(words)), set())
        if not found and plain(words) == key(words):
            found = {pk for name, ids in self._names.items() if plain(name) == plain(squeeze(words)) for pk in ids}
        return [self.by_id[pk] for pk in sorted(found)]

    def gone(self, words: str) -> str:
        """That units of this name ended or are called otherwise, and who they are now; "" for none."""
        return " ".join(map(speak, self._gone.told(words)))

    @cached_property
    def _gone(self) -> Gone:
        return Gone(today(), self.by_id)

    def holding(self, words: str) -> list[Unit]:
        """The first units whose name holds `words` whole, with or without diacritics; never taken for what was meant."""
        part = f" {plain(squeeze(words))} "
        found = sorted({pk for name, ids in self._names.items() if part in f" {plain(name)} " for pk in ids})
        return sorted((self.by_id[pk] for pk in found), key=lambda unit: unit.name)[:MOST_NEAR]


class Pick(forms.TextInput):
    """A line to type into, with what may be typed offered below; works without the list, too."""

    template_name = "accounts/widgets/pick.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.offered: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the list, which is left out where it would be too long to be of use."""
        context = super().get_context(name, value, attrs)
        context["offered"] = self.offered
        if self.offered:
            context["widget"]["attrs"]["list"] = f"{name}-offered"
        return context


class UnitField(forms.CharField):
    """A unit by its name or code, out of those that `choose_from` was given."""

    widget = Pick

    def choose_from(self, units: QuerySet[Unit]) -> None:
        """The units that may be named."""
        self.units = units
        self.widget.offered = offered(unit.name for unit in units[: MOST_OFFERED + 1])

    def clean(self, value: Any) -> Any:
        """The unit, None for an empty line that may be empty. ValidationError says what was expected."""
        words = super().clean(value)
        if not words:
            return None
        names = UnitNames(self.units)
        found = names.find(words)
        if len(found) == 1:
            return found[0]
        if found:
            codes = ", ".join(names.codes.get(unit.pk, "") or unit.name for unit in found)
            raise ValidationError(_("Có {count} đơn vị mang tên này; hãy ghi mã: {codes}.").format(count=len(found), codes=codes))
        if gone := names.gone(words):
            raise ValidationError([gone, _("Ghi tên đơn vị đang hoạt động.")])
        if near := names.holding(words):
            listed = "; ".join(unit.name for unit in near)
            raise ValidationError(_("Không có đơn vị mang đúng tên «{words}». Có phải: {names}?").format(words=words, names=listed))
        raise ValidationError(_("Không có đơn vị «{words}» trong phạm vi của bạn; ghi đúng tên hoặc mã đơn vị.").format(words=words))


class PersonField(forms.CharField):
    """A person by name or username, out of those that `choose_from` was given."""

    widget = Pick

    def choose_from(self, people: QuerySet[User]) -> None:
        """The people who may be named."""
        self.people = people
        self.widget.offered = offered(f"{u.full_name} ({u.username})" for u in people[: MOST_OFFERED + 1])

    def clean(self, value: Any) -> Any:
        """The person. ValidationError says what was expected."""
        words = super().clean(value)
        if not words:
            return None
        name, _open, rest = words.partition("(")
        found = list(self.people.filter(username=rest.rstrip(") ").lower() if rest else words.lower())[:2])
        found = found or list(self.people.filter(full_name__iexact=squeeze(name))[:2])
        if len(found) == 1:
            return found[0]
        raise ValidationError(_("Ghi đúng họ tên hoặc tên đăng nhập của một người trong danh sách."))


def offered(names: Iterable[str]) -> list[str]:
    """The names to offer, none where there are too many of them."""
    found = list(names)
    return found if len(found) <= MOST_OFFERED else []
