"""A figure held against the target of its task."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from khue.core.errors import KhueError
from khue.core.said import Said, said
from khue.tasks.models import Task

# "=" is a goal to be reached, not a number to be hit
COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}
WHOLE = 100
# what grows, or is held against a plan, may come to more than a hundred per cent; "tăng cường" is no growth
_GROWS = re.compile(r"\b(?:tăng(?! cường)|vượt|gấp|so với)\b")
_OF_A_PLAN = re.compile(r"kế hoạch|dự toán|chỉ tiêu|định mức|cùng kỳ|năm trước")


def misses(task: Task, figure: Any) -> bool:
    """Whether a figure falls short of what the task asks for; without either it does not."""
    if figure is None or not task.targets:
        return False
    target = task.targets[0]
    return not COMPARE[target["comparator"]](float(figure), float(target["value"]))


def in_percent(task: Task) -> bool:
    """Whether the figure that the task asks for is a percentage."""
    return bool(task.targets) and str(task.targets[0].get("unit") or "").strip().startswith("%")


def of_a_whole(task: Task) -> bool:
    """Whether it is the share of a whole, which is never more than all of it."""
    if not in_percent(task) or float(task.targets[0]["value"]) > WHOLE:
        return False
    about = " ".join(str(task.targets[0].get(name) or "") for name in ("quote", "of")).lower()
    return not (_GROWS.search(about) or _OF_A_PLAN.search(about) or _GROWS.search(task.quote.lower()))


def refuse_impossible(task: Task, figure: Decimal | None) -> None:
    """Raises KhueError for a figure that cannot be: below nothing, or a share of more than the whole.

    It is refused, not asked about: a report may go out hours later over a dropped line, when nobody is there to answer.
    """
    if figure is None:
        return
    if figure < 0:
        raise KhueError("report.figure", said("Con số đạt được không thể âm."), said("Sửa lại con số."))
    if figure > WHOLE and of_a_whole(task):
        raise KhueError("report.share", said("{figure}%: một tỷ lệ không quá 100%.", figure=_written(figure)), _meant(figure))


def _written(figure: Decimal) -> str:
    return f"{figure:f}".rstrip("0").rstrip(".").replace(".", ",") if "." in f"{figure:f}" else f"{figure:f}"


def _meant(figure: Decimal) -> Said:
    """Digits that lost their comma are shown with it: 97555 was 97,555."""
    digits = _written(figure)
    if digits.isdigit() and len(digits) in (4, 5) and not digits.endswith("0"):
        return said("Có phải {meant}? Ghi dấu phẩy trước phần lẻ.", meant=f"{digits[:2]},{digits[2:]}")
    return said("Sửa lại con số.")
