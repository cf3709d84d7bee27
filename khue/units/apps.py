"""Organisations and places through time."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Units, places, groups."""

    name = "khue.units"
    label = "units"
    verbose_name = "Đơn vị"
