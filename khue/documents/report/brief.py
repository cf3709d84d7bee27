"""A page for the leaders' meeting: what is late first, then what is near, what waits for an answer, what was done of late."""

from collections.abc import Callable
from datetime import timedelta

from khue.documents.report.blocks import HEADING, TEXT, Block
from khue.documents.report.gather import Matter
from khue.documents.report.phrases import asked, day_words, how_far, sentence, whole
from khue.tasks.asof import Then
from khue.tasks.models import Stage, Task

# so much of each kind fits on one page
MOST_LATE, MOST_UNITS, MOST_NAMED = 4, 3, 1
SOON, LATELY = 7, 7
LONGEST = 75


def brief_blocks(matter: Matter, numbers: Block) -> list[Block]:
    """The whole page."""
    day = day_words(matter.as_of)
    opening = f"{matter.name(matter.unit)} báo cáo tình hình thực hiện nhiệm vụ đến ngày {day}:"
    blocks = [Block(TEXT, opening, "opening"), numbers]
    blocks += _late(matter)
    until, since = matter.as_of + timedelta(days=SOON), matter.as_of - timedelta(days=LATELY)
    near = f"2. Đến hạn trong {SOON} ngày tới"
    blocks += _part(matter, "near", near, lambda t: not t.is_done and not t.is_overdue and t.due_on is not None and t.due_on <= until)
    blocks += _part(matter, "waits", "3. Đã trình, chờ duyệt kết quả", lambda t: t.stage == Stage.SUBMITTED)
    done = f"4. Hoàn thành trong {LATELY} ngày qua"
    blocks += _part(matter, "done", done, lambda t: t.is_done and t.done_on is not None and t.done_on > since)
    return [*blocks, Block(TEXT, "Kính báo cáo để hội nghị cho ý kiến chỉ đạo./.", "closing")]


def _late(matter: Matter) -> list[Block]:
    """What is overdue, the longest first."""
    found = _tasks(matter, lambda t: t.is_overdue)
    found.sort(key=lambda pair: (min(t.due_on for t in pair[1] if t.due_on), -len(pair[1])))
    blocks = [Block(HEADING, "1. Quá hạn, chưa hoàn thành", "h:late", 2)]
    for task, shares in found[:MOST_LATE]:
        said = _one(matter, shares[0]) if len(shares) == 1 else _several(matter, shares)
        blocks.append(Block(TEXT, f"- {cut(task)}: {said}.", f"late:{task.pk}", tasks=[task.pk]))
    if not found:
        blocks.append(Block(TEXT, "- Không có.", "late:none"))
    if left := found[MOST_LATE:]:
        text = f"- Và {whole(len(left))} nhiệm vụ khác với {whole(sum(len(s) for _t, s in left))} phần việc."
        blocks.append(Block(TEXT, text, "late:more", tasks=[t.pk for t, _s in left]))
    return blocks


def _one(matter: Matter, then: Then) -> str:
    """Who, and for how long; the words reported are on the task's page."""
    assert then.due_on is not None
    far = ", đã trình, chờ duyệt" if then.stage == Stage.SUBMITTED else how_far(then)
    return f"{matter.name(then.share.unit)}, quá hạn {whole((matter.as_of - then.due_on).days)} ngày{far}"


def _several(matter: Matter, shares: list[Then]) -> str:
    longest = max((matter.as_of - t.due_on).days for t in shares if t.due_on)
    names = ", ".join(matter.name(t.share.unit) for t in shares[:MOST_UNITS])
    more = f" và {whole(len(shares) - MOST_UNITS)} đơn vị khác" if len(shares) > MOST_UNITS else ""
    return f"{whole(len(shares))} đơn vị, lâu nhất {whole(longest)} ngày ({names}{more})"


def _part(matter: Matter, key: str, title: str, wanted: Callable[[Then], bool]) -> list[Block]:
    """How many, and the first of them by name."""
    found = _tasks(matter, wanted)
    found.sort(key=lambda pair: (pair[1][0].due_on is None, pair[1][0].due_on, -len(pair[1])))
    if not found:
        return [Block(TEXT, f"{title}: không có.", key)]
    named = [f"{cut(t)} ({_who(matter, shares)})" for t, shares in found[:MOST_NAMED]]
    more = f"; và {whole(len(found) - MOST_NAMED)} nhiệm vụ khác" if len(found) > MOST_NAMED else ""
    shares = sum(len(s) for _task, s in found)
    text = f"{title}: {whole(shares)} phần việc thuộc {whole(len(found))} nhiệm vụ, trong đó có: {'; '.join(named)}{more}."
    return [Block(TEXT, text, key, tasks=[t.pk for t, _s in found])]


def _who(matter: Matter, shares: list[Then]) -> str:
    return matter.name(shares[0].share.unit) if len(shares) == 1 else f"{whole(len(shares))} đơn vị"


def _tasks(matter: Matter, wanted: Callable[[Then], bool]) -> list[tuple[Task, list[Then]]]:
    pairs = ((task, [t for t in matter.shares[task.pk] if t.counts and wanted(t)]) for task in matter.tasks)
    return [(task, shares) for task, shares in pairs if shares]


def cut(task: Task) -> str:
    """The sentence, up to its last comma within the length, or to a whole word with dots."""
    whole_sentence = sentence(task.quote)
    period = asked(task).removeprefix(whole_sentence)
    if len(whole_sentence) <= LONGEST:
        return whole_sentence + period
    comma = max(whole_sentence.rfind(mark, 0, LONGEST) for mark in (",", ";"))
    if comma > LONGEST // 3:
        return whole_sentence[:comma] + period
    return whole_sentence[: whole_sentence.rfind(" ", 0, LONGEST)] + "…" + period
