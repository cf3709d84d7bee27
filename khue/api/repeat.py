"""A request with an Idempotency-Key is carried out once; sent again after a broken line it gets the first answer."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from khue.api.kit import ApiRequest
from khue.core.errors import KhueError
from khue.core.once import once
from khue.core.said import said


def repeatable(request: ApiRequest, what: str, key: str, asked: Any, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """`do` once for a key; `asked` is what the request said, so that a key used for something else is refused.

    Raises KhueError where the key was used for another request of the same operation.
    """
    if not key:
        return once("", what, by=request.user, do=do)
    told = _digest(request.path, asked)

    def keep() -> dict[str, Any]:
        return {"asked": told, "answer": do()}

    kept = once(_digest(what, key), what, by=request.user, do=keep)
    if kept.get("asked") != told:
        raise KhueError(
            "request.key_used",
            said("Idempotency-Key này đã dùng cho một yêu cầu khác."),
            said("Mỗi yêu cầu mới dùng một khóa mới; gửi lại đúng yêu cầu cũ thì dùng khóa cũ."),
        )
    answer: dict[str, Any] = kept["answer"]
    return answer


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()
