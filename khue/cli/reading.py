"""`khue read`: files in; a plan on the terminal, as JSON or in a file out."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from khue.cli.language import fail, tr
from khue.core.errors import KhueError, OutputError
from khue.core.said import said
from khue.documents.export import ReadFile, export
from khue.reader import load, read
from khue.reader.shape import shape


@dataclass(slots=True)
class Batch:
    """What could be read of the files asked for; `failed` is True where one could not."""

    files: list[ReadFile]
    failed: bool


def read_files(paths: list[Path], max_bytes: int) -> Batch:
    """Reads each file; one that cannot be read is told in a line on the error stream, the others go on."""
    batch = Batch([], False)
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True, disable=len(paths) < 2
    ) as progress:
        job = progress.add_task(tr("Đang đọc"), total=len(paths))
        for path in paths:
            try:
                loaded = load(path, max_bytes)
                batch.files.append(ReadFile(path.name, loaded, read(loaded.text)))
            except KhueError as error:
                batch.failed = True
                progress.console.file.flush()
                fail(message_of(error))
            progress.advance(job)
    return batch


def message_of(error: KhueError) -> str:
    """An error as one line: what is wrong and what to do."""
    return f"khue: {tr(error.message)} {tr(error.remedy)}".strip()


def run(paths: list[Path], as_json: bool, outputs: dict[str, Path | None], max_bytes: int) -> int:
    """Exit code: 0, or 1 where a file could not be read or written."""
    try:
        _check_outputs(paths, outputs)
        batch = read_files(paths, max_bytes)
        if not batch.files:
            return 1
        for kind, path in outputs.items():
            if path is not None:
                export(kind, batch.files, path)
                print(tr("Đã ghi {path}").format(path=path), file=sys.stderr)
                if kind == "ics" and not any(t.due for f in batch.files for t in f.reading.tasks):
                    print(tr("Văn bản không nêu thời hạn nào nên lịch trống."), file=sys.stderr)
        if as_json:
            print_json([_data(f) for f in batch.files], single=len(paths) == 1)
        elif not any(outputs.values()):
            from khue.cli.terminal import print_plan

            for file in batch.files:
                print_plan(file)
    except KhueError as error:
        fail(message_of(error))
        return 1
    return 1 if batch.failed else 0


def _check_outputs(paths: list[Path], outputs: dict[str, Path | None]) -> None:
    """Refuses, before anything is read, to write over a document that is read, or one form over another."""
    taken = {path.resolve(): path for path in paths}
    for kind, path in outputs.items():
        if path is None:
            continue
        if path.resolve() in taken:
            raise OutputError(
                "output.input",
                said("Không ghi đè lên {name}: tệp này đang được đọc hoặc đã dùng cho kết quả khác.", name=path.name),
                said("Chọn tên tệp khác sau --{kind}.", kind=kind),
            )
        if path.suffix.lower() not in (f".{kind}", ".htm" if kind == "html" else ""):
            raise OutputError(
                "output.name",
                said("{name}: kết quả của --{kind} phải là tệp .{kind}.", name=path.name, kind=kind),
                said("Đổi đuôi tên tệp."),
            )
        taken[path.resolve()] = path


def _data(file: ReadFile) -> dict[str, Any]:
    """The reading as JSON, with the file's name and where in the file each task stands."""
    data = shape(file.reading)
    data["file"] = file.name
    for task, found in zip(data["tasks"], file.reading.tasks, strict=True):
        task["where"] = tr(file.loaded.where(found.span.start))
    if file.loaded.note:
        data["note"] = tr(file.loaded.note)
    for slip, kept in zip(data["slips"], file.reading.slips, strict=True):
        slip["why"] = tr(kept.why)
    return data


def print_json(things: list[Any], single: bool) -> None:
    """One object, or a list of them for several files."""
    json.dump(things[0] if single and things else things, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
