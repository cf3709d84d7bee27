"""Tasks: what units were asked to do, and how far it has come."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """Tasks, reminders, the month's programme."""

    name = "khue.tasks"
    label = "tasks"
    verbose_name = "Công việc"
