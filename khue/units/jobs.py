"""What this room does by the timetable."""

from django_tasks import task

from khue.units.reorganise.applying import apply_due
from khue.units.tree import today


@task()  # type: ignore[untyped-decorator]
def reorganise() -> None:
    """Applies the reorganisations whose day has come; one that cannot be applied any more is left for a person."""
    apply_due(today())
