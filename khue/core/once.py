"""A request that a browser sends again after a broken line must not be carried out twice."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from khue.core.models import Submission

MAX_KEY = 64


def once(key: str, what: str, *, by: Any, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Runs `do` and keeps its answer under `key`, in one transaction; the second time gives the kept answer.

    Two requests with one key at the same moment: the later waits for the earlier (unique row) and gets its answer.
    An empty key runs `do` without keeping anything.
    """
    if not key:
        with transaction.atomic():
            return do()
    with transaction.atomic():
        kept, new = Submission.objects.get_or_create(key=key[:MAX_KEY], by=by, defaults={"what": what})
        if not new:
            return dict(kept.answer)
        answer = do()
        Submission.objects.filter(pk=kept.pk).update(answer=answer)
    return answer
