"""The end of a report: what stands in the way, and what the dates ask for next."""

from datetime import timedelta
from itertools import takewhile

from khue.documents.report.blocks import HEADING, TEXT, Block
from khue.documents.report.gather import Matter
from khue.documents.report.phrases import day_words, sentence, whole
from khue.documents.report.series import how_many
from khue.tasks.asof import Then

MOST_DIFFICULTIES = 15
PROPOSALS = " VÀ ĐỀ XUẤT"
NEXT = f"IV. NHIỆM VỤ THỜI GIAN TỚI{PROPOSALS}"
# the line that a person fills
WISHES, BLANK = "proposals", "." * 40


def difficulties(matter: Matter) -> list[Block]:
    """What units said when they asked for more time, each reason once with those who gave it; of a period also for what is due later."""
    blocks = [Block(HEADING, "III. KHÓ KHĂN, VƯỚNG MẮC", "h:difficulties", 1)]
    told: dict[str, tuple[list[str], list[int]]] = {}
    for then in [*matter.everything, *matter.left]:
        for words in then.difficulties:
            units, tasks = told.setdefault(sentence(words), ([], []))
            units.append(matter.name(then.share.unit))
            tasks.append(then.share.task_id)
    if not told:
        return [*blocks, Block(TEXT, "Không có đề nghị gia hạn vì khó khăn, vướng mắc.", "difficulties:none")]
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
    blocks = [Block(HEADING, NEXT, "h:next", 1)]
    overdue = [t for t in matter.everything if t.counts and t.is_overdue]
    if overdue:
        blocks.append(Block(TEXT, f"- {_catch_up(matter, overdue)}.", "next:overdue", tasks=_tasks(overdue)))
    until = matter.as_of + timedelta(days=30)
    # also what falls due after the last day of a period, which the period itself does not count
    open_now = [t for t in [*matter.everything, *matter.left] if t.counts and not t.is_done]
    soon = [t for t in open_now if t.due_on and matter.as_of <= t.due_on <= until]
    if soon:
        many = how_many(t.share.task for t in soon)
        text = f"- Tiếp tục thực hiện {whole(len(soon))} phần việc thuộc {whole(many)} nhiệm vụ đến hạn "
        text += f"từ ngày {day_words(matter.as_of)} đến ngày {day_words(until)}."
        blocks.append(Block(TEXT, text, "next:soon", tasks=_tasks(soon)))
    return [*blocks, Block(TEXT, f"- Đề xuất, kiến nghị: {BLANK}", WISHES)]


def _catch_up(matter: Matter, overdue: list[Then]) -> str:
    """The own shares are to be finished, those of others to be pressed for."""
    own = [t for t in overdue if t.share.unit_id == matter.unit.pk]
    others = len(overdue) - len(own)
    late = {t.share.unit_id: matter.name(t.share.unit) for t in overdue if t.share.unit_id != matter.unit.pk}
    whom = f"{whole(len(late))} đơn vị" if len(late) > 1 else "".join(late.values())
    parts = [f"đôn đốc {whom} hoàn thành {whole(others)} phần việc đã quá hạn"] if others else []
    parts += [f"hoàn thành {whole(len(own))} phần việc đã quá hạn của {matter.name(matter.unit)}"] if own else []
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def _tasks(shares: list[Then]) -> list[int]:
    return list(dict.fromkeys(t.share.task_id for t in shares))


def is_blank(block: Block) -> bool:
    """Whether the line for proposals is still as it was made, or has dots left to be filled."""
    return block.key == WISHES and (not block.edited or BLANK[:5] in block.text)


def without_blank(blocks: list[Block]) -> list[Block]:
    """The text as it goes out: a line that nobody filled is left out, and the heading announces nothing that does not follow."""
    blank = next((b for b in blocks if is_blank(b) and not b.edited), None)
    kept = [b for b in blocks if b is not blank]
    at = next((i for i, b in enumerate(kept) if b.key == "h:next" and not b.edited), None)
    if blank is None or at is None:
        return kept
    under = list(takewhile(lambda b: b.kind == TEXT and b.key != "closing", kept[at + 1 :]))
    if not under:
        del kept[at]
    elif all(b.key and not b.edited for b in under):
        kept[at].text = NEXT.removesuffix(PROPOSALS)
    return kept
