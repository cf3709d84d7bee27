"""The web application for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from khue.core.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
application = get_wsgi_application()
settle()
