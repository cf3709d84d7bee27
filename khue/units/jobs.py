"""What this room does by the timetable."""

import logging

from django_tasks import task

from khue.core.errors import KhueError
from khue.units.reorganise.applying import apply_due
from khue.units.tree import today

log = logging.getLogger("khue.units")


@task()  # type: ignore[untyped-decorator]
def reorganise() -> None:
    """Applies the reorganisations whose day has come; one that cannot be applied any more is left for a person."""
    try:
        apply_due(today())
    except KhueError as error:
        log.error("a reorganisation could not be applied", extra={"why": str(error)})
