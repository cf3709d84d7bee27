"""A recurring task is one task, however many of its periods there are: how many to say, and by which number in the annex."""

from collections.abc import Iterable

from khue.tasks.models import Task


def series_of(task: Task) -> int:
    """What the periods of a recurring task have in common; the task itself where it does not recur."""
    return task.series_id or task.pk


def by_series(tasks: Iterable[Task]) -> list[list[Task]]:
    """The periods of a recurring task together, in the order of the first."""
    found: dict[int, list[Task]] = {}
    for task in tasks:
        found.setdefault(series_of(task), []).append(task)
    return list(found.values())


def how_many(tasks: Iterable[Task]) -> int:
    """How many tasks the directive has, each once."""
    return len({series_of(t) for t in tasks})


def numbered(tasks: Iterable[Task]) -> dict[int, str]:
    """{task: its number in the annex}, in the order of the annex: 5, or 5.1 and 5.2 for two periods of one task."""
    found: dict[int, str] = {}
    for number, periods in enumerate(by_series(tasks), 1):
        for n, task in enumerate(periods, 1):
            found[task.pk] = f"{number}.{n}" if len(periods) > 1 else str(number)
    return found


def numbers_in(tasks: Iterable[Task], no: dict[int, str]) -> str:
    """The numbers of some tasks as a sentence names them, a recurring one once."""
    return ", ".join(dict.fromkeys(no[t.pk].partition(".")[0] for t in tasks))
