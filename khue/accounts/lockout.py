"""After five wrong passwords an account opens to nobody for ten minutes, whatever name it was tried under.

Each try takes one of five slots in the shared cache (`add` is atomic), so two servers count as one. A right password
gives them all back.
"""

import hashlib
import time
from datetime import UTC, datetime

from django.core.cache import cache

from khue.accounts.models import User

TRIES = 5
SECONDS = 600


def key_of(login: str) -> str:
    """Where the tries for what was typed are counted: an account's are the same by username and by e-mail."""
    name = login.strip().lower()
    user = User.objects.filter(username=name).first() or (User.objects.filter(email=name).first() if name else None)
    what = f"user:{user.pk}" if user else f"name:{name}"
    return "lockout:" + hashlib.sha256(what.encode()).hexdigest()[:32]


def locked_until(key: str) -> datetime | None:
    """When sign-in opens again; None where it is open."""
    until = cache.get(f"{key}:until")
    return datetime.fromtimestamp(until, UTC) if until and until > time.time() else None


def take(key: str) -> bool:
    """Takes one try. False where none is left: the account is locked from now on."""
    for slot in range(TRIES):
        if cache.add(f"{key}:{slot}", 1, SECONDS):
            return True
    cache.add(f"{key}:until", time.time() + SECONDS, SECONDS)
    return False


def wrong(key: str) -> bool:
    """A try was wrong. True where it was the last: the account is locked now."""
    if all(cache.get_many([f"{key}:{slot}" for slot in range(TRIES)]).get(f"{key}:{slot}") for slot in range(TRIES)):
        cache.set(f"{key}:until", time.time() + SECONDS, SECONDS)
        return True
    return False


def right(key: str) -> None:
    """The password was right, or a new one was set: all tries are given back."""
    cache.delete_many([f"{key}:{slot}" for slot in range(TRIES)] + [f"{key}:until"])
