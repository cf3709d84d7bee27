"""Settings of the test suite: the same as everywhere, with quick passwords, jobs done at once, a folder of its own."""

import atexit
import os
import shutil
import tempfile

_HOME = tempfile.mkdtemp(prefix="khue-test-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["KHUE_HOME"] = _HOME
for _name in ("fonts", "static"):
    os.mkdir(f"{_HOME}/{_name}")
os.environ.setdefault("KHUE_SECRET_KEY", "only-for-tests")
os.environ["KHUE_REQUIRE_MFA"] = "0"
os.environ["KHUE_LOG_LEVEL"] = "ERROR"
os.environ["KHUE_HOSTS"] = "*"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

from khue.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # a file, so that the server of a browser test and the test itself see the same data
    DATABASES["default"]["TEST"] = {"NAME": f"{_HOME}/test.sqlite3"}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"  # noqa: F405
