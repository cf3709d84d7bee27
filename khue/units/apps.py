"""Organisations and places through time."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Units, places, groups, reorganisations."""

    name = "khue.units"
    label = "units"
    verbose_name = "Đơn vị"

    def ready(self) -> None:
        """Puts the reorganisations whose day has come into the timetable."""
        from khue.core import schedule
        from khue.units import jobs

        schedule.register("units.reorganise", schedule.daily, jobs.reorganise)
