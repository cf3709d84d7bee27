"""What settings.py makes of the environment: the secret key, the database, the way letters go out."""

import contextlib
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from khue.config import value


def _private_folder(path: Path) -> Path:
    """A folder that only the account running Khuê may open; a home that cannot be made is told by the health page."""
    with contextlib.suppress(OSError):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def secret_key(home: Path) -> str:
    """The key given, or one that is made once and kept in the home."""
    given: str = value("KHUE_SECRET_KEY")
    if given:
        return given
    path = _private_folder(home) / "secret.key"
    try:
        with contextlib.suppress(FileExistsError), os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        return path.read_text()
    except OSError:
        return secrets.token_urlsafe(50)


# a query that comes the third time is planned once for the connection; a pooler that changes connections loses such plans
_PREPARED = {"server_side_binding": True, "prepare_threshold": 3}


def database(sqlite_name: str) -> dict[str, object]:
    """SQLite under that name, or the PostgreSQL of DATABASE_URL (`pooled=1` in it: behind a pooler)."""
    url: str = value("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sqlite_name,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # synchronous=FULL: what was acknowledged is on the disk, also when the power goes
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-16000;",
            },
            "TEST": {"NAME": os.environ.get("KHUE_TEST_SQLITE") or None},
        }
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    pooled = query.pop("pooled", "") == "1"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # compiling a query takes longer than any of ours runs; planning one often takes as long as running it
        "OPTIONS": {"options": "-c jit=off", **({} if pooled else _PREPARED), **query},
    }


def email(home: Path) -> dict[str, object]:
    """Letters go to a folder of the home, or to the server of KHUE_EMAIL_URL."""
    url: str = value("KHUE_EMAIL_URL")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(home / "mail")}
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": query.get("tls", ["0"])[-1] == "1",
        "EMAIL_TIMEOUT": 20,
    }
