"""The web application for a WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
application = get_wsgi_application()
# what is loaded now stays for good: collecting garbage among it would hold up a request now and then
gc.collect()
gc.freeze()
