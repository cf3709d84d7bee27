"""What the commands of the server side need before they touch the database."""

import os


def setup() -> None:
    """Sets Django up with Khuê's settings; does nothing the second time."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
    if not apps.ready:
        django.setup()
