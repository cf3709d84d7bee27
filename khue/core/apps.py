"""The core as a Django app: the action log, answers that are given once, the search index."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Knows nothing of education."""

    name = "khue.core"
    label = "core"
    verbose_name = "Lõi"
