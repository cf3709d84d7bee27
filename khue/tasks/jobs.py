"""What this room does by the timetable. Each may be killed at any moment and run again: nothing is done twice."""

from django_tasks import task

from khue.catalog.calendar import is_working_day
from khue.tasks import letters, recurring, reminders, standing, webhooks
from khue.units.tree import today


@task()  # type: ignore[untyped-decorator]
def make_recurring() -> None:
    """The periods of recurring tasks that begin; on the next working day where they begin on a day off."""
    if is_working_day(today()):
        recurring.make_due(today())


@task()  # type: ignore[untyped-decorator]
def remind() -> None:
    """The day's reminders."""
    reminders.run(today())


@task()  # type: ignore[untyped-decorator]
def send_letters() -> None:
    """The letters that may go out now."""
    letters.send_due()


@task()  # type: ignore[untyped-decorator]
def deliver(delivery_id: int) -> None:
    """One delivery of a webhook."""
    webhooks.send(delivery_id)


@task()  # type: ignore[untyped-decorator]
def deliver_due() -> None:
    """Deliveries that are due and that no job of their own has sent."""
    webhooks.send_due()


@task()  # type: ignore[untyped-decorator]
def stand() -> None:
    """How shares stood at the end of earlier days, for those to which something happened."""
    standing.catch_up()
