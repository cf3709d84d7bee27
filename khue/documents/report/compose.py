"""The text of a report: what was asked, what was done, by how many of how many, who is late and why, figures against targets.

Every sentence is made of what the tasks hold; nothing is guessed. `Block.tasks` leads from a sentence to its tasks.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from khue.documents.models import Document
from khue.tasks.asof import Then, count, stood_all
from khue.tasks.models import Assignment, Task
from khue.tasks.states import Numbers

MOST_NAMES = 12
COMPARE = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<": lambda a, b: a < b}


@dataclass(slots=True)
class Block:
    """A heading, a paragraph or a table of the report."""

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)
    tasks: list[int] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


@dataclass(slots=True)
class Composed:
    """A report's text and its numbers."""

    blocks: list[Block]
    numbers: Numbers
    by_task: dict[int, Numbers]


def compose(tasks: Iterable[Task], on: date, opening: str) -> Composed:
    """The report over some tasks as they stood at the end of a day, in the order given."""
    tasks = list(tasks)
    shares = Assignment.objects.filter(task__in=[t.pk for t in tasks]).order_by("task_id", "is_partner", "unit__name")
    by_task: dict[int, list[Then]] = {t.pk: [] for t in tasks}
    for then in stood_all(shares, on):
        by_task[then.share.task_id].append(then)
    everything = [t for group in by_task.values() for t in group]
    whole = count(everything)
    blocks = [Block("text", opening), Block("heading", "I. TÌNH HÌNH CHUNG", 1), Block("text", _overall(whole, tasks, on)), _table(whole)]
    blocks.append(Block("heading", "II. KẾT QUẢ THỰC HIỆN CÁC NHIỆM VỤ", 1))
    blocks += _sections(tasks, by_task)
    blocks += _difficulties(everything)
    blocks += [Block("heading", "IV. ĐỀ XUẤT, KIẾN NGHỊ", 1), Block("text", "(Không có.)")]
    return Composed(blocks, whole, {pk: count(group) for pk, group in by_task.items()})


def _overall(n: Numbers, tasks: list[Task], on: date) -> str:
    day = f"{on.day}/{on.month}/{on.year}"
    if not n.given:
        return f"Tính đến ngày {day}, chưa có phần việc nào được giao."
    done = f"đã hoàn thành {n.done} (đúng hạn {n.done_in_time}, quá hạn {n.done_late})"
    left = f"đang thực hiện trong hạn {n.open_in_time}, quá hạn chưa hoàn thành {n.overdue}"
    return f"Tính đến ngày {day}, {len(tasks)} nhiệm vụ được giao thành {n.given} phần việc cho các đơn vị; {done}; {left}."


def _table(n: Numbers) -> Block:
    head = ["Được giao", "Hoàn thành đúng hạn", "Hoàn thành quá hạn", "Đang thực hiện trong hạn", "Quá hạn chưa hoàn thành"]
    return Block("table", rows=[head, [str(v) for v in (n.given, n.done_in_time, n.done_late, n.open_in_time, n.overdue)]])


def _sections(tasks: list[Task], by_task: dict[int, list[Then]]) -> list[Block]:
    blocks = []
    for section, group in groupby(tasks, key=lambda t: t.section):
        if section:
            blocks.append(Block("heading", f"Mục {section}", 2))
        for task in group:
            blocks.append(Block("text", _about(task, by_task[task.pk]), tasks=[task.pk]))
    return blocks


def _about(task: Task, shares: list[Then]) -> str:
    """One task: the sentence, how many of how many, the figures, who is late and what they say."""
    leading = [t for t in shares if t.state and not t.share.is_partner]
    n = count(shares)
    parts = [f"- {task.quote}: "]
    if not n.given:
        return parts[0] + "chưa có đơn vị nào thực hiện."
    if n.given == 1:
        parts.append(_one(leading[0]))
    else:
        parts.append(f"{n.done}/{n.given} đơn vị hoàn thành" + (f", trong đó {n.done_late} quá hạn" if n.done_late else ""))
        parts.append(f"; {n.open_in_time} đơn vị đang thực hiện trong hạn" if n.open_in_time else "")
        parts.append(_late(leading, n))
    parts.append(_figures(task, leading))
    return "".join(parts).rstrip(".; ") + "."


def _one(then: Then) -> str:
    said = {
        "done_in_time": "đã hoàn thành đúng hạn",
        "done_late": "đã hoàn thành, quá hạn",
        "doing": "đang thực hiện, trong hạn",
        "doing_late": "đang thực hiện, quá hạn",
        "waiting": "chưa thực hiện, trong hạn",
        "waiting_late": "chưa thực hiện, quá hạn",
    }[then.state]
    how_far = f" ({then.percent}%)" if then.percent is not None and then.percent < 100 else ""
    word = f"; {_sentence(then.latest)}" if then.latest else ""
    return f"{then.share.unit.called} {said}{how_far}{word}"


def _sentence(text: str) -> str:
    return text.strip().rstrip(".")


def _late(leading: list[Then], n: Numbers) -> str:
    if not n.overdue:
        return ""
    late = [t for t in leading if t.state.endswith("_late") and not t.state.startswith("done")]
    names = ", ".join(t.share.unit.called for t in late[:MOST_NAMES])
    more = f" và {len(late) - MOST_NAMES} đơn vị khác" if len(late) > MOST_NAMES else ""
    return f"; {n.overdue} đơn vị quá hạn: {names}{more}"


def _figures(task: Task, leading: list[Then]) -> str:
    """The figures that were reported against the target; a missing one is told as missing, never as nought."""
    if not task.targets:
        return ""
    target = task.targets[0]
    told = [t for t in leading if t.figure is not None]
    goal = f"{_number(target['value'])} {target['unit']}".replace(" %", "%").strip()
    if not told:
        return f". Chỉ tiêu {goal}: chưa có số liệu"
    reached = [t for t in told if COMPARE[target["comparator"]](float(t.figure or 0), float(target["value"]))]
    low, high = min(t.figure for t in told), max(t.figure for t in told)  # type: ignore[type-var]
    if len(leading) == 1:
        return f". Đạt {_number(told[0].figure)}, chỉ tiêu {goal}"
    spread = _number(low) if low == high else f"từ {_number(low)} đến {_number(high)}"
    missing = f", {len(leading) - len(told)} đơn vị chưa có số liệu" if len(told) < len(leading) else ""
    return f". Chỉ tiêu {goal}: {len(reached)}/{len(leading)} đơn vị đạt ({spread}){missing}"


def _number(value: Any) -> str:
    text = f"{float(value):.3f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _difficulties(everything: list[Then]) -> list[Block]:
    blocks = [Block("heading", "III. KHÓ KHĂN, VƯỚNG MẮC", 1)]
    told: dict[str, list[str]] = {}
    for then in everything:
        for words in then.difficulties:
            told.setdefault(_sentence(words), []).append(then.share.unit.called)
    if not told:
        return [*blocks, Block("text", "(Các đơn vị chưa phản ánh khó khăn, vướng mắc.)")]
    for words, units in told.items():
        names = ", ".join(dict.fromkeys(units))
        blocks.append(Block("text", f"- {words} ({names})."))
    return blocks


def opening_of(document: Document) -> str:
    """The first sentence of a report on a document."""
    day = f" ngày {document.signed_on.day}/{document.signed_on.month}/{document.signed_on.year}" if document.signed_on else ""
    issuer = f" của {document.issuer}" if document.issuer else ""
    subject = f" {document.subject[:1].lower() + document.subject[1:]}" if document.number and document.subject else ""
    return f"Thực hiện {document.called}{day}{issuer}{subject}, {document.unit.name} báo cáo kết quả như sau:"
