"""The tables at the end: every task in a row, and every unit that is late."""

from khue.documents.report.blocks import APPENDIX, TABLE, TEXT, Block
from khue.documents.report.gather import Matter
from khue.documents.report.phrases import asked, day_words, in_part, names, of_all, sentence, short, whole
from khue.documents.report.sections import Section
from khue.documents.report.withdrawn import gone_row
from khue.tasks.asof import Then
from khue.tasks.models import Task
from khue.units.models import Unit

TASK_HEAD = ["TT", "Nhiệm vụ", "Đơn vị thực hiện", "Thời hạn", "Kết quả"]
LATE_HEAD = ["TT", "Đơn vị", "Phần việc quá hạn", "Quá hạn lâu nhất", "Nhiệm vụ (TT tại Phụ lục I)", "Lý do đã báo cáo"]


def annexes(with_late: bool) -> list[Block]:
    """The text must lead to its annexes (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""
    text = "Kết quả từng nhiệm vụ tại Phụ lục I, các đơn vị còn phần việc quá hạn tại Phụ lục II (kèm theo)."
    return [Block(TEXT, text if with_late else "Kết quả từng nhiệm vụ tại Phụ lục kèm theo.", "annexes")]


def task_table(matter: Matter, groups: list[Section], no: dict[int, str]) -> list[Block]:
    """Every task, in the order of the report; what was taken back has a row and no number."""
    rows: list[list[str]] = [TASK_HEAD]
    links: list[list[int]] = []
    for section in groups:
        rows.append([section.of_annex])
        links.append([])
        for task in section.tasks:
            due = day_words(task.due_on) if task.due_on else "Không quy định"
            rows.append([no[task.pk], asked(task), _who(matter, task), due, short(matter, task)])
            links.append([task.pk])
        rows += [gone_row(matter, task) for task in section.gone]
        links += [[task.pk] for task in section.gone]
    heading = Block(APPENDIX, "KẾT QUẢ THỰC HIỆN TỪNG NHIỆM VỤ", "h:tasks", 1)
    return [heading, Block(TABLE, "", "tasks", rows=rows, row_tasks=links)]


def _who(matter: Matter, task: Task) -> str:
    """The one unit, or those it was addressed to and how many they were on the day."""
    leading = [t for t in matter.shares[task.pk] if t.counts]
    if not leading:
        return f"{names(matter, [t.share.unit for t in matter.shares[task.pk]])} (phối hợp)"
    if len(leading) == 1:
        return matter.name(leading[0].share.unit)
    labels = "; ".join(dict.fromkeys(a.label for a in task.addressed.all() if not a.is_partner))
    many = f"{of_all(matter, task)} đơn vị" + (" (kỳ này)" if in_part(matter, task) else "")
    return f"{sentence(labels)}: {many}" if labels else many


def late_units(matter: Matter, no: dict[int, str]) -> list[Block]:
    """Those who are overdue, the most first; nothing where nobody is."""
    by_unit: dict[Unit, list[Then]] = {}
    for then in matter.everything:
        if then.counts and then.is_overdue:
            by_unit.setdefault(then.share.unit, []).append(then)
    if not by_unit:
        return []
    rows: list[list[str]] = [LATE_HEAD]
    links: list[list[int]] = []
    order = {pk: n for n, pk in enumerate(no)}
    for number, (unit, late) in enumerate(sorted(by_unit.items(), key=lambda p: (-len(p[1]), matter.name(p[0]))), 1):
        longest = max((matter.as_of - t.due_on).days for t in late if t.due_on)
        why = "; ".join(dict.fromkeys(sentence(t.difficulties[-1]) for t in late if t.difficulties))
        tasks = sorted({t.share.task_id for t in late}, key=order.__getitem__)
        numbers = ", ".join(no[pk] for pk in tasks)
        rows.append([str(number), matter.name(unit), whole(len(late)), f"{whole(longest)} ngày", numbers, why or "Chưa có"])
        links.append(tasks)
    return [Block(APPENDIX, "ĐƠN VỊ CÒN PHẦN VIỆC QUÁ HẠN", "h:late", 1), Block(TABLE, "", "late", rows=rows, row_tasks=links)]
