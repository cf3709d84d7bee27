"""A figure held against the target of its task."""

from collections.abc import Callable
from typing import Any

from khue.tasks.models import Task

# "=" is a goal to be reached, not a number to be hit
COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


def misses(task: Task, figure: Any) -> bool:
    """Whether a figure falls short of what the task asks for; without either it does not."""
    if figure is None or not task.targets:
        return False
    target = task.targets[0]
    return not COMPARE[target["comparator"]](float(figure), float(target["value"]))
