"""Units and places, each with the periods in which its name, kind and place in the tree held.

A unit or place keeps its identity while all that is said of it changes; what is said stands in spells. A spell holds
from `valid_from` to `valid_to`, both days included; `valid_to` empty means it still holds.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from khue.units.kinds import ContactKind, PlaceLevel, Scheme, UnitKind

BEGINNING = date(1900, 1, 1)


def holds_on(on: date, prefix: str = "") -> Q:
    """Filter: the spell holds on that day."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on}))


class Spell(models.Model):
    """A period, both days included."""

    valid_from = models.DateField(_("từ ngày"), default=BEGINNING)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds(self, on: date) -> bool:
        """Whether the period includes that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Place(Spell):
    """A territory: province, district (until 2025-06-30), commune. A renamed or redrawn territory is a new place."""

    name = models.CharField(_("tên"), max_length=200)
    kind = models.CharField(_("loại"), max_length=30)
    level = models.CharField(_("cấp"), max_length=10, choices=PlaceLevel.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    scheme = models.CharField(max_length=20, choices=Scheme.choices)
    code = models.CharField(_("mã"), max_length=10)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    area_km2 = models.FloatField(null=True)
    successors = models.ManyToManyField("self", symmetrical=False, related_name="predecessors", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "level", "code"], name="place_code")]
        indexes = [models.Index(fields=["level", "name"], name="place_name")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Unit(models.Model):
    """An organisation that can act: what is said of it stands in its spells."""

    created_at = models.DateTimeField(auto_now_add=True)
    # the newest spell's name and kind, so that lists and logs need no join; kept by units/tree.py
    name = models.CharField(_("tên"), max_length=300)
    short_name = models.CharField(_("tên gọn"), max_length=120, blank=True)
    kind = models.CharField(_("loại"), max_length=30, choices=UnitKind.choices)
    closed_on = models.DateField(_("ngày thôi hoạt động"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["kind", "name"], name="unit_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_id(self) -> Any:
        """Itself, for the action log."""
        return self.pk

    @property
    def called(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class UnitSpell(Spell):
    """What was true of a unit in one period.

    `parent` is the unit it belongs to; `guide` the one that leads its professional work without owning it (a Sở leads
    the Phòng that belongs to a UBND). Both see it.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="spells")
    name = models.CharField(_("tên"), max_length=300)
    short_name = models.CharField(_("tên gọn"), max_length=120, blank=True)
    kind = models.CharField(_("loại"), max_length=30, choices=UnitKind.choices)
    parent = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="child_spells")
    guide = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="guided_spells")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="unit_spells")
    is_public = models.BooleanField(_("công lập"), default=True)
    basis = models.CharField(_("căn cứ"), max_length=200, blank=True)

    class Meta:
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="unit_spell_order"),
            models.UniqueConstraint(fields=["unit"], condition=Q(valid_to__isnull=True), name="unit_one_open_spell"),
        ]
        indexes = [
            models.Index(fields=["parent", "valid_from"], name="spell_parent"),
            models.Index(fields=["guide", "valid_from"], name="spell_guide"),
            models.Index(fields=["kind", "valid_from"], name="spell_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from}…)"


class UnitIdentifier(Spell):
    """A unit's number in somebody's scheme."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(_("hệ mã"), max_length=20, choices=Scheme.choices)
    value = models.CharField(_("mã"), max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], condition=Q(valid_to__isnull=True), name="unit_identifier_once")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class UnitContact(models.Model):
    """A way to reach a unit."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(_("loại"), max_length=10, choices=ContactKind.choices)
    value = models.CharField(_("giá trị"), max_length=300)

    class Meta:
        ordering = ["kind", "value"]

    def __str__(self) -> str:
        return self.value


class UnitGroup(models.Model):
    """A group that directives address as one. By rule (`kinds` within `within` or `place`) or by list (`members`)."""

    owner = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="groups", help_text="the unit that keeps the group")
    name = models.CharField(_("tên nhóm"), max_length=200)
    by_rule = models.BooleanField(default=True)
    kinds = models.JSONField(default=list, blank=True)
    within = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    public_only = models.BooleanField(default=False)
    members = models.ManyToManyField(Unit, blank=True, related_name="listed_in")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="group_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_id(self) -> Any:
        """The keeper, for scope and log."""
        return self.owner_id


# the models of reorganisations stand in a file of their own; Django finds them through this one
from khue.units.history import Reorganisation, Succession  # noqa: E402

__all__ = [
    "BEGINNING",
    "Place",
    "Reorganisation",
    "Spell",
    "Succession",
    "Unit",
    "UnitContact",
    "UnitGroup",
    "UnitIdentifier",
    "UnitSpell",
    "holds_on",
]
