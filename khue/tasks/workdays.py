"""Days as the pages of this room tell them: a working day, a weekend, a holiday by its name."""

from datetime import date

from django.utils.translation import gettext as _

from khue.catalog.calendar import about
from khue.core.spoken import speak


def why_not_working(day: date) -> str:
    """Why nobody works on that day; empty on a working day."""
    known = about(day)
    if known.working:
        return ""
    return speak(known.name) or (_("thứ Bảy") if day.isoweekday() == 6 else _("Chủ nhật"))


def name_of(day: date) -> str:
    """What a day is called where it is not an ordinary one: a holiday, a Saturday on which offices work; else empty."""
    return speak(about(day).name)
