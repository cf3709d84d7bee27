"""What is counted of very many things is kept for a few minutes; what is counted of few is counted anew every time."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils import timezone

T = TypeVar("T")
# from so many things on, and for so many seconds
MANY, KEPT = 5000, 300
# what is counted of a day that is past hardly ever changes
KEPT_OF_THE_PAST = 3600
# what is no longer fresh may still be shown for so long, with its time, while it is counted anew
KEPT_AS_OLD = 3600


def kept(name: str, about: object, count: Callable[[], T], size: Callable[[T], int], seconds: int = KEPT) -> tuple[datetime, T]:
    """(when it was counted, what came out). `about` is everything that the result depends on; its repr is the key."""
    key = key_of(name, about)
    found: tuple[datetime, T] | None = cache.get(key)
    if found is None:
        found = timezone.now(), count()
        if size(found[1]) > MANY:
            keep(key, found, seconds)
    return found


def keep(key: str, found: tuple[datetime, Any], seconds: int) -> None:
    """Keeps what was counted, fresh for some seconds and for a while after that."""
    cache.set(key, found, seconds)
    cache.set(f"{key}-old", found, seconds + KEPT_AS_OLD)


def last(name: str, about: object) -> tuple[Any, bool]:
    """(what was kept last or None, whether it is fresh)."""
    key = key_of(name, about)
    found = cache.get(key)
    return (found, True) if found is not None else (cache.get(f"{key}-old"), False)


def key_of(name: str, about: object) -> str:
    """Under which it is kept."""
    return f"{name}-{hashlib.sha256(repr(about).encode()).hexdigest()[:40]}"
