"""A page for the leaders' meeting: what is late first, then what is near, what waits for an answer, what was done of late."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from khue.documents.report.blocks import HEADING, TEXT, Block
from khue.documents.report.gather import Matter, given_below
from khue.documents.report.overall import whose
from khue.documents.report.phrases import asked, day_words, how_far, names, sentence, whole
from khue.documents.report.series import how_many, series_of
from khue.tasks.asof import Then
from khue.tasks.models import Stage, Task

MOST_OWN = 2
SOON, LATELY = 7, 7
SHORTEST = 40


@dataclass(frozen=True, slots=True)
class Size:
    """How much is told: so many overdue tasks, so many units of each, so many tasks in the other parts, so long a sentence."""

    late: int
    units: int
    named: int
    longest: int


# the first with which the text fits on one page
_SIZES = ((5, 3, 3, 130), (4, 3, 2, 120), (4, 2, 1, 110), (4, 1, 1, 90), (4, 1, 1, 75), (3, 1, 1, 90), (3, 1, 1, 75), (2, 1, 1, 60))
SIZES = [Size(*of) for of in _SIZES]
# of a page of 13 points: letters on a line, lines beside head, table and signature, how much a paragraph takes besides
LETTERS, LINES, PARAGRAPH = 82, 26, 0.4
# a sentence is cut where a clause ends, or before the words that say when, what for or in which way
_CLAUSE = re.compile(r"[;,:] | [–-] | (?=(?:trước|vào|trong|để|nhằm|theo|bảo đảm|đảm bảo|đồng thời|từ ngày|đến ngày|tại|phục vụ) )")


def brief_blocks(matter: Matter, numbers: Block) -> list[Block]:
    """The whole page: as much as fits."""
    below = _below(matter)
    for size in SIZES:
        blocks = [Block(TEXT, _opening(matter), "opening"), numbers, *below, *_told(matter, size)]
        if sum(ceil(len(b.text) / LETTERS) + PARAGRAPH for b in blocks if b.text) <= LINES:
            break
    return blocks


def _told(matter: Matter, size: Size) -> list[Block]:
    blocks = _late(matter, size)
    until, since = matter.as_of + timedelta(days=SOON), matter.as_of - timedelta(days=LATELY)
    near = f"2. Đến hạn trong {SOON} ngày tới"
    blocks += _part(matter, size, "near", near, lambda t: not t.is_done and not t.is_overdue and t.due_on is not None and t.due_on <= until)
    blocks += _part(matter, size, "waits", "3. Đã trình, chờ duyệt kết quả", lambda t: t.stage == Stage.SUBMITTED)
    done = f"4. Hoàn thành trong {LATELY} ngày qua"
    blocks += _part(matter, size, "done", done, lambda t: t.is_done and t.done_on is not None and t.done_on > since)
    return [*blocks, Block(TEXT, "Kính báo cáo để hội nghị cho ý kiến chỉ đạo./.", "closing")]


def _opening(matter: Matter) -> str:
    """Whose tasks the figures count, because those of a home page reach further."""
    day, name = day_words(matter.as_of), matter.name(matter.unit)
    given = _given(matter)
    received = matter.numbers.given - given
    begin = f"{name} báo cáo tình hình thực hiện nhiệm vụ đến ngày {day}, "
    if not matter.numbers.given:
        return f"{begin}trong các việc do {name} giao và giao cho {name}:"
    if not (given and received):
        return f"{begin}trong các việc {whose(matter)}:"
    return f"{begin}trong các việc do {name} giao ({whole(given)} phần việc) và được giao ({whole(received)} phần việc):"


def _given(matter: Matter) -> int:
    """How many shares the unit gave itself; none where it only carries out what others ask."""
    return sum(t.counts and t.share.task.unit_id == matter.unit.pk for t in matter.everything)


def _below(matter: Matter) -> list[Block]:
    """What was given to the units below without this one: not in the table, and yet late or not."""
    n = given_below(matter)
    if not n.given:
        return []
    name = matter.name(matter.unit)
    late = f"trong đó quá hạn, chưa hoàn thành {whole(n.overdue)} phần việc" if n.overdue else "không có phần việc quá hạn"
    text = f"Ngoài ra, các đơn vị thuộc {name} được cấp trên giao trực tiếp {whole(n.given)} phần việc (không tính trong bảng), {late}."
    return [Block(TEXT, text, "below")]


def _owed(matter: Matter, size: Size, owed: list[Then]) -> Block:
    """What the unit itself owes to those above, apart from what it presses others for."""
    owed.sort(key=lambda t: t.due_on or matter.as_of)
    to = Counter(matter.giver(t.share.task) for t in owed)
    whom = next(iter(to)) if len(to) == 1 else ", ".join(f"{who} ({whole(n)})" for who, n in to.most_common())
    named = "; ".join(f"{cut(t.share.task, size.longest)} ({_days(matter, t)})" for t in owed[:MOST_OWN])
    most = ", lâu nhất là" if len(owed) > MOST_OWN else ""
    text = f"- {matter.name(matter.unit)} còn {whole(len(owed))} phần việc quá hạn do {whom} giao{most}: {named}."
    return Block(TEXT, text, "owed", tasks=list(dict.fromkeys(t.share.task_id for t in owed)))


def _days(matter: Matter, then: Then) -> str:
    assert then.due_on is not None
    return f"quá hạn {whole((matter.as_of - then.due_on).days)} ngày"


def _late(matter: Matter, size: Size) -> list[Block]:
    """What is overdue, the longest first; what the unit itself owes stands before that in one sentence."""
    blocks = [Block(HEADING, "1. Quá hạn, chưa hoàn thành", "h:late", 2)]
    late = [t for t in matter.everything if t.counts and t.is_overdue]
    owed = [t for t in late if t.share.task.unit_id != matter.unit.pk] if _given(matter) else []
    blocks += [_owed(matter, size, owed)] if owed else []
    apart = {t.share.pk for t in owed}
    found = _tasks(matter, lambda t: t.is_overdue and t.share.pk not in apart)
    found.sort(key=lambda pair: (min(t.due_on for t in pair[1] if t.due_on), -len(pair[1])))
    for task, shares in found[: size.late]:
        said = _one(matter, shares[0]) if len(shares) == 1 else _several(matter, shares, size.units)
        blocks.append(Block(TEXT, f"- {cut(task, size.longest)}: {said}.", f"late:{task.pk}", tasks=[task.pk]))
    if len(blocks) == 1:
        blocks.append(Block(TEXT, "- Không có.", "late:none"))
    if left := found[size.late :]:
        text = f"- Và {whole(sum(len(s) for _t, s in left))} phần việc khác thuộc {whole(how_many(t for t, _s in left))} nhiệm vụ."
        blocks.append(Block(TEXT, text, "late:more", tasks=[t.pk for t, _s in left]))
    return blocks


def _one(matter: Matter, then: Then) -> str:
    """Who, and for how long; the words reported are on the task's page."""
    far = ", đã trình, chờ duyệt" if then.stage == Stage.SUBMITTED else how_far(then)
    return f"{matter.name(then.share.unit)}, {_days(matter, then)}{far}"


def _several(matter: Matter, shares: list[Then], most: int) -> str:
    longest = max((matter.as_of - t.due_on).days for t in shares if t.due_on)
    return f"{whole(len(shares))} đơn vị, lâu nhất {whole(longest)} ngày ({names(matter, [t.share.unit for t in shares], most)})"


def _part(matter: Matter, size: Size, key: str, title: str, wanted: Callable[[Then], bool]) -> list[Block]:
    """How many, and the largest of them by name."""
    found = _tasks(matter, wanted)
    found.sort(key=lambda pair: (-len(pair[1]), pair[1][0].due_on is None, pair[1][0].due_on))
    if not found:
        return [Block(TEXT, f"{title}: không có.", key)]
    named = "; ".join(f"{cut(t, size.longest)} ({_who(matter, shares)})" for t, shares in found[: size.named])
    others = {series_of(t) for t, _s in found} - {series_of(t) for t, _s in found[: size.named]}
    shares, tasks = sum(len(s) for _task, s in found), how_many(t for t, _s in found)
    begin = ", nhiều nhất là: " if len(found) > size.named else ": "
    text = f"{title}: {whole(shares)} phần việc thuộc {whole(tasks)} nhiệm vụ{begin}{named}"
    text += f"; và {whole(len(others))} nhiệm vụ khác." if others else "."
    return [Block(TEXT, text, key, tasks=[t.pk for t, _s in found])]


def _who(matter: Matter, shares: list[Then]) -> str:
    return matter.name(shares[0].share.unit) if len(shares) == 1 else f"{whole(len(shares))} đơn vị"


def _tasks(matter: Matter, wanted: Callable[[Then], bool]) -> list[tuple[Task, list[Then]]]:
    pairs = ((task, [t for t in matter.shares[task.pk] if t.counts and wanted(t)]) for task in matter.tasks)
    return [(task, shares) for task, shares in pairs if shares]


def cut(task: Task, longest: int) -> str:
    """The sentence; a long one up to the end of a clause, with dots that say there is more."""
    whole_sentence = sentence(task.quote)
    period = asked(task).removeprefix(whole_sentence)
    if len(whole_sentence) <= longest:
        return whole_sentence + period
    ends = [m.start() for m in _CLAUSE.finditer(whole_sentence, SHORTEST, longest)]
    end = ends[-1] if ends else whole_sentence.rfind(" ", 0, longest)
    return f"{whole_sentence[:end].rstrip(' ,;:')}…{period}"
