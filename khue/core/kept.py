"""What is counted of very many things is kept for a few minutes; what is counted of few is counted anew every time."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
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


def kept(
    name: str, about: object, count: Callable[[], T], size: Callable[[T], int], seconds: int = KEPT, stale: int = 0
) -> tuple[datetime, T]:
    """(when it was counted, what came out). `about` is everything that the result depends on; its repr is the key.

    It is counted anew after so many seconds; for `stale` more `last` still gives it.
    """
    found: tuple[datetime, T] | None = last(name, about)
    if found is None or not is_fresh(found, seconds):
        found = timezone.now(), count()
        if size(found[1]) > MANY:
            cache.set(key_of(name, about), found, seconds + stale)
    return found


def last(name: str, about: object) -> Any:
    """(when it was counted, what came out), fresh or not; None where nothing is kept."""
    return cache.get(key_of(name, about))


def is_fresh(found: tuple[datetime, Any], seconds: int) -> bool:
    """Whether it was counted within so many seconds."""
    return (timezone.now() - found[0]).total_seconds() < seconds


def fresh_for(on: date) -> int:
    """For how many seconds figures of a day are fresh."""
    return KEPT if on >= timezone.localdate() else KEPT_OF_THE_PAST


def keeping(name: str, about: object, seconds: int = KEPT) -> Callable[[Callable[[], int]], int]:
    """Keeps how very many rows a list has (core/paging.py); fewer are counted anew."""
    return lambda count: kept(name, about, count, int, seconds)[1]


def key_of(name: str, about: object) -> str:
    """Under which it is kept."""
    return f"{name}-{hashlib.sha256(repr(about).encode()).hexdigest()[:40]}"
