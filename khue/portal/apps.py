"""Home, search, errors, the design system."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The pages that belong to no room, and what all pages share."""

    name = "khue.portal"
    label = "portal"
    verbose_name = "Cổng"
