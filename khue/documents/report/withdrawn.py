"""What was taken back: no figure counts it, and yet nobody should miss it in silence."""

from khue.documents.report.blocks import TEXT, Block
from khue.documents.report.brief import cut
from khue.documents.report.gather import Matter, Taken
from khue.documents.report.phrases import asked, day_words, sentence, whole
from khue.tasks.models import Task

MOST, SHORT, NAMED = 3, 80, 3


def withdrawn(matter: Matter) -> list[Block]:
    """One sentence on all of it: the first by name, with the day and the reason."""
    found = [t for t in matter.in_order if t.pk in matter.withdrawn]
    if not found:
        return []
    named = "; ".join(f"{cut(t, SHORT)} ({_when(matter, t)})" for t in found[:MOST])
    more = f"; và {whole(len(found) - MOST)} nhiệm vụ khác nêu tại phần II" if len(found) > MOST else ""
    text = f"Đã thu hồi, không tính trong số liệu: {named}{more}."
    return [Block(TEXT, text, "withdrawn", tasks=[t.pk for t in found])]


def gone_line(matter: Matter, task: Task, lead: str) -> Block:
    """A task of which nothing is left to count, in its place among the others."""
    return Block(TEXT, f"{lead} {asked(task)}: đã {_when(matter, task)}; không tính vào số liệu.", f"w:{task.pk}", tasks=[task.pk])


def rest_gone(matter: Matter, task: Task) -> str:
    """What is said after the sentence on a task of which only the finished shares stay."""
    return f" Đã {_when(matter, task)}." if task.pk in matter.withdrawn else ""


def gone_row(matter: Matter, task: Task) -> list[str]:
    """Its row in the annex, without a number of its own."""
    labels = "; ".join(dict.fromkeys(a.label for a in task.addressed.all() if not a.is_partner))
    due = day_words(task.due_on) if task.due_on else "Không quy định"
    return ["–", asked(task), sentence(labels), due, f"Đã thu hồi ngày {day_words(matter.withdrawn[task.pk][-1].day)}"]


def _when(matter: Matter, task: Task) -> str:
    """thu hồi ngày 26/11/2026, lý do: giao trùng; each time with whom it was taken from where others of the task stay."""
    taken = matter.withdrawn[task.pk]
    if task in matter.gone:
        return _once(taken[-1], "")
    return "; ".join(_once(t, _of_whom(matter, t)) for t in taken)


def _once(taken: Taken, whom: str) -> str:
    why = f", lý do: {taken.why}" if taken.why else ""
    return f"thu hồi{whom} ngày {day_words(taken.day)}{why}"


def _of_whom(matter: Matter, taken: Taken) -> str:
    if len(taken.units) > NAMED:
        return f" {whole(len(taken.units))} phần việc chưa hoàn thành"
    return f" phần việc của {', '.join(sorted(matter.name(u) for u in taken.units))}"
