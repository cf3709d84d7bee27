"""The API's application: it has a template and no tables."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API."""

    name = "khue.api"
    label = "api"
    verbose_name = "API"
