"""`khue cascade`, `khue changes`, `khue clashes`."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from khue.cli.language import fail, tr
from khue.cli.reading import message_of, read_files
from khue.cli.terminal import ACCENT, CALM, DONE, console
from khue.core.errors import KhueError
from khue.documents.export import ReadFile
from khue.reader.compare import Cascade, Changes, Clash, cascade, changes, clashes

STRENGTH = {"whole": ("●", DONE), "part": ("◐", "dark_orange3"), "none": ("○", ACCENT)}
CHANGE = {"kept": ("=", CALM), "changed": ("≈", "dark_orange3"), "dropped": ("−", ACCENT)}


def _two(first: Path, second: Path, max_bytes: int) -> tuple[ReadFile, ReadFile] | None:
    """Both documents read, or None once the reason is told."""
    try:
        batch = read_files([first, second], max_bytes)
    except KhueError as error:
        fail(message_of(error))
        return None
    return (batch.files[0], batch.files[1]) if len(batch.files) == 2 else None


def _json(data: Any) -> None:
    json.dump(data, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def run_cascade(upper: Path, lower: Path, as_json: bool, max_bytes: int) -> int:
    """Which obligations of the higher document the lower one carries on."""
    both = _two(upper, lower, max_bytes)
    if both is None:
        return 1
    above, below = both
    result = cascade(above.reading, below.reading)
    if as_json:
        _json([{"upper": k.upper, "lower": k.lower, "strength": k.strength, "why": tr(k.why)} for k in result.links])
    else:
        _show_cascade(above, below, result)
    return 0


def _show_cascade(above: ReadFile, below: ReadFile, result: Cascade) -> None:
    screen = console()
    counts = {s: sum(k.strength == s for k in result.links) for s in STRENGTH}
    screen.print(Text(f"{above.name} → {below.name}", style="bold"))
    screen.print(
        Text(
            tr("{whole} trọn vẹn · {part} một phần · {none} chưa có ở cấp dưới · {orphans} nhiệm vụ cấp dưới tự đặt").format(
                **counts, orphans=len(result.orphans)
            ),
            style=CALM,
        )
    )
    table = _table()
    for link in sorted(result.links, key=lambda k: ("none", "part", "whole").index(k.strength)):
        sign, style = STRENGTH[link.strength]
        carried = Text("\n".join(f"({j + 1}) {below.reading.tasks[j].quote}" for j in link.lower))
        carried.append(("\n" if link.lower else "") + tr(link.why), style=CALM)
        table.add_row(Text(sign, style=style), str(link.upper + 1), above.reading.tasks[link.upper].quote, carried)
    screen.print(table)
    _list(screen, tr("Nhiệm vụ cấp dưới không bắt nguồn từ văn bản cấp trên"), [(j, below.reading.tasks[j].quote) for j in result.orphans])


def run_changes(old: Path, new: Path, as_json: bool, max_bytes: int) -> int:
    """What was kept, changed, dropped, new."""
    both = _two(old, new, max_bytes)
    if both is None:
        return 1
    before, after = both
    result = changes(before.reading, after.reading)
    if as_json:
        pairs = [{"old": p.old, "new": p.new, "change": p.change, "what": tr(p.what)} for p in result.pairs]
        _json({"pairs": pairs, "new_only": result.new_only})
    else:
        _show_changes(before, after, result)
    return 0


def _show_changes(before: ReadFile, after: ReadFile, result: Changes) -> None:
    screen = console()
    counts = {c: sum(p.change == c for p in result.pairs) for c in CHANGE}
    screen.print(Text(f"{before.name} → {after.name}", style="bold"))
    summary = tr("{kept} giữ nguyên · {changed} thay đổi · {dropped} bỏ · {new} mới").format(**counts, new=len(result.new_only))
    screen.print(Text(summary, style=CALM))
    table = _table()
    for pair in sorted(result.pairs, key=lambda p: ("dropped", "changed", "kept").index(p.change)):
        sign, style = CHANGE[pair.change]
        what = Text(tr(pair.what), style=CALM)
        if pair.new:
            what = Text(f"({', '.join(str(j + 1) for j in pair.new)}) ").append_text(what)
        table.add_row(Text(sign, style=style), str(pair.old + 1), before.reading.tasks[pair.old].quote, what)
    screen.print(table)
    _list(screen, tr("Nhiệm vụ mới"), [(j, after.reading.tasks[j].quote) for j in result.new_only])


def run_clashes(paths: list[Path], as_json: bool, max_bytes: int) -> int:
    """What several documents say differently of one matter."""
    if len(paths) < 2:
        fail("khue: " + tr("Cần ít nhất hai văn bản để so."))
        return 2
    try:
        batch = read_files(paths, max_bytes)
        found = clashes([f.reading for f in batch.files])
    except KhueError as error:
        fail(message_of(error))
        return 1
    if as_json:
        _json([_clash_shape(c, batch.files) for c in found])
    else:
        _show_clashes(found, batch.files)
    return int(batch.failed)


def _clash_shape(clash: Clash, files: list[ReadFile]) -> dict[str, Any]:
    places = [{"file": files[d].name, "task": t} for d, t in (clash.first, clash.second)]
    return {"kind": clash.kind, "why": tr(clash.why), "first": places[0], "second": places[1]}


def _show_clashes(found: list[Clash], files: list[ReadFile]) -> None:
    screen = console()
    if not found:
        screen.print(tr("Không thấy chỗ nào mâu thuẫn."))
    for clash in found:
        screen.print(Text(tr(clash.why), style="bold"))
        for d, t in (clash.first, clash.second):
            screen.print(Text(f"  {files[d].name} ({t + 1}): {files[d].reading.tasks[t].quote}"))


def _table() -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(justify="right", style=CALM, width=3)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    return table


def _list(screen: Console, title: str, rows: list[tuple[int, str]]) -> None:
    if not rows:
        return
    screen.print()
    screen.print(Text(title, style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", style=CALM, width=4)
    table.add_column(ratio=1, overflow="fold")
    for j, quote in rows:
        table.add_row(str(j + 1), quote)
    screen.print(table)
