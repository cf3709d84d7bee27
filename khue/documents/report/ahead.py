"""The end of a report: what stands in the way, and what the dates ask for next."""

from datetime import timedelta

from khue.documents.report.blocks import HEADING, TEXT, Block
from khue.documents.report.gather import Matter
from khue.documents.report.phrases import day_words, sentence, whole
from khue.tasks.asof import count

MOST_DIFFICULTIES = 15


def difficulties(matter: Matter) -> list[Block]:
    """What units said when they asked for more time, each reason once with those who gave it."""
    blocks = [Block(HEADING, "III. KHÓ KHĂN, VƯỚNG MẮC", "h:difficulties", 1)]
    told: dict[str, tuple[list[str], list[int]]] = {}
    for then in matter.everything:
        for words in then.difficulties:
            units, tasks = told.setdefault(sentence(words), ([], []))
            units.append(matter.name(then.share.unit))
            tasks.append(then.share.task_id)
    if not told:
        return [*blocks, Block(TEXT, "Các đơn vị chưa phản ánh khó khăn, vướng mắc.", "difficulties:none")]
    most_first = sorted(told.items(), key=lambda pair: -len(set(pair[1][0])))
    for words, (units, tasks) in most_first[:MOST_DIFFICULTIES]:
        names = ", ".join(dict.fromkeys(units))
        blocks.append(Block(TEXT, f"- {words} ({names}).", f"difficulty:{words[:80]}", tasks=list(dict.fromkeys(tasks))))
    if left := len(most_first) - MOST_DIFFICULTIES:
        if left > 0:
            blocks.append(Block(TEXT, f"- Và {whole(left)} ý kiến khác của các đơn vị.", "difficulties:more"))
    return blocks


def next_steps(matter: Matter) -> list[Block]:
    """What the dates ask for next; wishes are for people to write."""
    blocks = [Block(HEADING, "IV. NHIỆM VỤ THỜI GIAN TỚI VÀ ĐỀ XUẤT", "h:next", 1)]
    counted = [t for t in matter.everything if t.counts]
    overdue = [t for t in counted if t.is_overdue]
    if overdue:
        units = len({t.share.unit_id for t in overdue})
        text = f"- Đôn đốc {whole(units)} đơn vị hoàn thành {whole(len(overdue))} phần việc đã quá hạn."
        blocks.append(Block(TEXT, text, "next:overdue", tasks=list(dict.fromkeys(t.share.task_id for t in overdue))))
    until = matter.as_of + timedelta(days=30)
    soon = [t for t in counted if not t.is_done and t.due_on and matter.as_of <= t.due_on <= until]
    if soon:
        tasks = list(dict.fromkeys(t.share.task_id for t in soon))
        text = f"- Tiếp tục thực hiện {whole(count(soon).given)} phần việc thuộc {whole(len(tasks))} nhiệm vụ đến hạn từ nay đến ngày "
        blocks.append(Block(TEXT, text + f"{day_words(until)}.", "next:soon", tasks=tasks))
    return [*blocks, Block(TEXT, f"- {matter.name(matter.unit)} không có đề xuất, kiến nghị.", "proposals")]
