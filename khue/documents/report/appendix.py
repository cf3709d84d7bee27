"""The tables at the end: every task in a row, and every unit that is late."""

from khue.documents.report.blocks import APPENDIX, TABLE, Block
from khue.documents.report.gather import Matter
from khue.documents.report.phrases import asked, day_words, sentence, short, whole
from khue.tasks.asof import Then
from khue.tasks.models import Task
from khue.units.models import Unit

TASK_HEAD = ["Số", "Nhiệm vụ", "Đơn vị thực hiện", "Thời hạn", "Kết quả"]
LATE_HEAD = ["Số", "Đơn vị", "Phần việc quá hạn", "Quá hạn lâu nhất", "Nhiệm vụ số", "Lý do đã báo cáo"]


def task_table(matter: Matter, groups: list[tuple[str, list[Task]]], no: dict[int, int]) -> list[Block]:
    """Every task, in the order of the report."""
    rows: list[list[str]] = [TASK_HEAD]
    links: list[list[int]] = []
    for number, (title, tasks) in enumerate(groups, 1):
        rows.append([f"{number}. {title}"])
        links.append([])
        for task in tasks:
            due = day_words(task.due_on) if task.due_on else "Không quy định"
            rows.append([str(no[task.pk]), asked(task), _who(matter, task), due, short(matter, task)])
            links.append([task.pk])
    heading = Block(APPENDIX, "KẾT QUẢ THỰC HIỆN TỪNG NHIỆM VỤ", "h:tasks", 1)
    return [heading, Block(TABLE, "", "tasks", rows=rows, row_tasks=links)]


def _who(matter: Matter, task: Task) -> str:
    """The one unit, or those it was addressed to and how many they were on the day."""
    leading = [t for t in matter.shares[task.pk] if t.counts]
    if len(leading) == 1:
        return matter.name(leading[0].share.unit)
    labels = "; ".join(dict.fromkeys(a.label for a in task.addressed.all() if not a.is_partner))
    return f"{sentence(labels)}: {whole(len(leading))} đơn vị" if labels else f"{whole(len(leading))} đơn vị"


def late_units(matter: Matter, no: dict[int, int]) -> list[Block]:
    """Those who are overdue, the most first; nothing where nobody is."""
    by_unit: dict[Unit, list[Then]] = {}
    for then in matter.everything:
        if then.counts and then.is_overdue:
            by_unit.setdefault(then.share.unit, []).append(then)
    if not by_unit:
        return []
    rows: list[list[str]] = [LATE_HEAD]
    links: list[list[int]] = []
    for number, (unit, late) in enumerate(sorted(by_unit.items(), key=lambda p: (-len(p[1]), matter.name(p[0]))), 1):
        longest = max((matter.as_of - t.due_on).days for t in late if t.due_on)
        why = "; ".join(dict.fromkeys(sentence(t.difficulties[-1]) for t in late if t.difficulties))
        tasks = sorted({t.share.task_id for t in late}, key=lambda pk: no[pk])
        numbers = ", ".join(str(no[pk]) for pk in tasks)
        rows.append([str(number), matter.name(unit), whole(len(late)), f"{whole(longest)} ngày", numbers, why or "Chưa có"])
        links.append(tasks)
    return [Block(APPENDIX, "ĐƠN VỊ CÒN PHẦN VIỆC QUÁ HẠN", "h:late", 1), Block(TABLE, "", "late", rows=rows, row_tasks=links)]
