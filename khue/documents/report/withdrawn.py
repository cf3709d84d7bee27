"""What was taken back: no figure counts it, and yet nobody should miss it in silence."""

from khue.documents.report.blocks import TEXT, Block
from khue.documents.report.brief import cut
from khue.documents.report.gather import Matter, Taken
from khue.documents.report.phrases import asked, day_words, sentence, whole
from khue.tasks.models import Task

MOST, SHORT, NAMED = 3, 80, 3


def withdrawn(matter: Matter) -> list[Block]:
    """What was taken back, and what goes on without some unit: a sentence on each, the first of it by name."""
    standing = set(matter.let_off)
    taken = [t for t in matter.in_order if t.pk in matter.withdrawn and t not in standing]
    return [
        *_all(matter, taken, "Đã thu hồi, không tính trong số liệu", "withdrawn"),
        *_all(matter, matter.let_off, "Nhiệm vụ vẫn thực hiện, có đơn vị được thôi giao", "let-off"),
    ]


def _all(matter: Matter, found: list[Task], begin: str, key: str) -> list[Block]:
    if not found:
        return []
    named = "; ".join(f"{cut(t, SHORT)} ({_when(matter, t)})" for t in found[:MOST])
    left = f"; và {whole(len(found) - MOST)} nhiệm vụ khác" if len(found) > MOST else ""
    # what the period does not count has no line of its own further on
    more = f"{left} nêu tại phần II" if left and all(t in matter.in_order for t in found) else left
    return [Block(TEXT, f"{begin}: {named}{more}.", key, tasks=[t.pk for t in found])]


def gone_line(matter: Matter, task: Task, lead: str) -> Block:
    """A task of which nothing is left to count, in its place among the others."""
    return Block(TEXT, f"{lead} {asked(task)}: đã {_when(matter, task)}; không tính vào số liệu.", f"w:{task.pk}", tasks=[task.pk])


def rest_gone(matter: Matter, task: Task) -> str:
    """What is said after the sentence on a task of which some shares were taken back."""
    if task.pk not in matter.withdrawn:
        return ""
    said = _when(matter, task)
    return f" {sentence(said)}." if task in matter.let_off else f" Đã {said}."


def gone_row(matter: Matter, task: Task) -> list[str]:
    """Its row in the annex, without a number of its own."""
    labels = "; ".join(dict.fromkeys(a.label for a in task.addressed.all() if not a.is_partner))
    due = day_words(task.due_on) if task.due_on else "Không quy định"
    return ["–", asked(task), sentence(labels), due, f"Đã thu hồi ngày {day_words(matter.withdrawn[task.pk][-1].day)}"]


def _when(matter: Matter, task: Task) -> str:
    """thu hồi ngày 26/11/2026, lý do: giao trùng; each time with whom it was taken from where others of the task stay."""
    taken = matter.withdrawn[task.pk]
    if task in matter.gone:
        return _once(taken[-1], "thu hồi")
    if task in matter.let_off:
        said = [_once(t, f"thôi giao cho {_units(matter, t) or f'{whole(len(t.units))} đơn vị'}") for t in taken]
        return "; ".join([*said, f"còn {whole(matter.all_of(task))} đơn vị"])
    return "; ".join(_once(t, f"thu hồi {_parts_of(matter, t)}") for t in taken)


def _once(taken: Taken, what: str) -> str:
    why = f", lý do: {taken.why}" if taken.why else ""
    return f"{what} ngày {day_words(taken.day)}{why}"


def _parts_of(matter: Matter, taken: Taken) -> str:
    named = _units(matter, taken)
    return f"phần việc của {named}" if named else f"{whole(len(taken.units))} phần việc chưa hoàn thành"


def _units(matter: Matter, taken: Taken) -> str:
    """Their names; nothing where they are too many to be named."""
    return ", ".join(sorted(matter.name(u) for u in taken.units)) if len(taken.units) <= NAMED else ""
