"""Tasks: what units were asked to do, and how far it has come."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Tasks, reminders, the month's programme."""

    name = "khue.tasks"
    label = "tasks"
    verbose_name = "Công việc"

    def ready(self) -> None:
        """Puts what comes round by itself into the timetable."""
        from khue.core import schedule
        from khue.tasks import heirs, jobs, webhook_heirs
        from khue.units.reorganise.heirs import register

        register(webhook_heirs.ROOM)
        register(heirs.ROOM)
        schedule.register("tasks.recurring", schedule.daily, jobs.make_recurring)
        schedule.register("tasks.reminders", schedule.daily, jobs.remind)
        schedule.register("tasks.webhooks", schedule.quarterly, jobs.deliver_due)
        schedule.register("tasks.letters", schedule.quarterly, jobs.send_letters)
        schedule.register("tasks.standings", schedule.quarterly, jobs.stand)
