"""Why two obligations are linked, in a line: the documents, names and rare words they share, and what is missing."""

import re
from difflib import SequenceMatcher

from khue.core.said import joined, said
from khue.core.text import key
from khue.reader.model import Task

_WORD = re.compile(r"[^\W_]+")


def reason(task: Task, others: list[Task]) -> str:
    """The grounds for a link, strongest first; for none, that nothing was found."""
    if not others:
        return said("Không thấy nhiệm vụ nào cùng nội dung.")
    parts: list[str] = []
    documents = sorted({c.symbol for c in task.cites if any(_same(c.symbol, o) for other in others for o in _symbols(other))})
    if documents:
        parts.append(said("cùng dẫn {documents}", documents=", ".join(documents)))
    runs = _common_runs(task.quote, [o.quote for o in others])
    heading = [] if runs else _common_runs(task.quote, [o.heading for o in others])
    if runs or heading:
        words = ", ".join(f"“{w}”" for w in runs or heading)
        parts.append(said("cùng nói: {words}", words=words) if runs else said("đề mục cùng nói: {words}", words=words))
    lost = sorted({c.symbol for c in task.cites} - set(documents))
    if lost:
        parts.append(said("không nhắc {documents}", documents=", ".join(lost)))
    parts += _owners(task, others) + _figures(task, others)
    return joined(parts or [said("nhiều từ chung")], end=".")


def _common_runs(text: str, others: list[str]) -> list[str]:
    """The longest runs of two words or more that a text shares with others, as it writes them; at most three."""
    words = list(_WORD.finditer(text))
    folded = [key(w.group()) for w in words]
    runs: dict[int, int] = {}
    for other in others:
        theirs = [key(w) for w in _WORD.findall(other)]
        for block in SequenceMatcher(None, folded, theirs, autojunk=False).get_matching_blocks():
            if block.size >= 2:
                runs[block.a] = max(runs.get(block.a, 0), block.size)
    best = sorted(runs.items(), key=lambda run: -run[1])[:3]
    return [_short(text[words[a].start() : words[a + size - 1].end()]) for a, size in sorted(best)]


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rsplit(" ", 1)[0] + "…"


def _symbols(task: Task) -> list[str]:
    return [c.symbol for c in task.cites]


def _same(a: str, b: str) -> bool:
    return a.replace("&", "").upper() == b.replace("&", "").upper()


def _owners(task: Task, others: list[Task]) -> list[str]:
    mine = {key(f.value) for f in task.owners}
    theirs = {key(f.value) for o in others for f in o.owners}
    return [said("cùng đơn vị chủ trì")] if mine & theirs else []


def _figures(task: Task, others: list[Task]) -> list[str]:
    """Targets with the same unit and another value."""
    found: list[str] = []
    for target in task.targets:
        values = {t.value for o in others for t in o.targets if t.unit == target.unit}
        if target.value in values:
            found.append(said("cùng chỉ tiêu {target}", target=target.quote))
        elif values:
            theirs = ", ".join(number(v) for v in sorted(values))
            found.append(said("chỉ tiêu khác: {ours} và {theirs} {unit}", ours=number(target.value), theirs=theirs, unit=target.unit))
    return found


def number(value: float) -> str:
    """A number as Vietnamese texts write it: a comma before the decimals."""
    return f"{value:g}".replace(".", ",")
