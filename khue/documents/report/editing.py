"""Changing a draft piece by piece. Each piece has its own revision, so that two people lose nothing to each other."""

from typing import Any

from django.db import transaction

from khue.core.errors import KhueError
from khue.core.log import differences, log_action
from khue.core.said import said
from khue.documents.models import Report
from khue.documents.register import Stale
from khue.documents.report.blocks import HEADING, TABLE, TEXT, Block, blocks_of
from khue.documents.report.screen import called
from khue.documents.report.tables import printable

HEAD_FIELDS = ("title", "addressee", "recipients", "place", "signer_title", "signer")
LONGEST = 20_000


class StaleBlock(KhueError):
    """Somebody changed or took out the piece meanwhile; `theirs` is its text as it is now, None where it is gone."""

    def __init__(self, theirs: str | None) -> None:
        why = said("Người khác vừa sửa đoạn này.") if theirs is not None else said("Người khác vừa bỏ đoạn này.")
        super().__init__("stale", why, said("Chữ của bạn vẫn còn trên trang; so rồi gửi lại."))
        self.theirs = theirs


def held(report_id: int) -> Report:
    """The draft under its lock. Raises KhueError where it was issued."""
    report = Report.objects.select_for_update(of=("self",)).select_related("unit", "document", "about_unit").get(pk=report_id)
    if report.state == Report.State.ISSUED:
        raise KhueError(
            "report.issued", said("Báo cáo đã ban hành nên không sửa được."), said("Cần thay đổi thì lập báo cáo mới thay thế.")
        )
    return report


def _find(blocks: list[Block], block_id: str, rev: int) -> int:
    at = next((i for i, b in enumerate(blocks) if b.id == block_id), -1)
    if at < 0:
        raise StaleBlock(None)
    if blocks[at].rev != rev:
        raise StaleBlock(blocks[at].text)
    return at


def _save(report: Report, blocks: list[Block], by: Any, what: str, before: str, after: str) -> Report:
    report.blocks = [b.data() for b in blocks]
    report.version += 1
    report.save(update_fields=["blocks", "figures", "version", "changed_at"])
    log_action(f"report.{what}", report, by=by, changes={"text": [before, after]})
    return report


def _words(text: str) -> str:
    said_now = printable(text.replace("\r\n", "\n")).strip()
    if not said_now:
        raise KhueError("report.empty", said("Đoạn này chưa có chữ."), said("Ghi nội dung, hoặc bỏ đoạn."))
    if len(said_now) > LONGEST:
        raise KhueError("report.long", said("Đoạn dài quá {n} chữ cái.", n=LONGEST), said("Chia thành nhiều đoạn."))
    return said_now


@transaction.atomic
def edit_block(report_id: int, block_id: str, text: str, *, rev: int, by: Any) -> Report:
    """Gives a heading or a paragraph other words. `rev` is what the person saw. Raises StaleBlock where it changed since.

    The same words again change nothing. Tables are not edited: their figures are those of the tasks.
    """
    report, words = held(report_id), _words(text)
    blocks = blocks_of(report.blocks)
    found = next((b for b in blocks if b.id == block_id), None)
    if found and found.text == words:
        return report
    at = _find(blocks, block_id, rev)
    block = blocks[at]
    if block.kind == TABLE:
        raise KhueError(
            "report.table", said("Số trong bảng lấy từ các việc nên không sửa tay."), said("Sửa ở việc rồi cập nhật số liệu, hoặc bỏ bảng.")
        )
    before = block.text
    if block.key and not block.edited:
        block.machine = block.text
    block.machine_then = block.machine
    block.text, block.rev = words, block.rev + 1
    block.edited = bool(block.key) and words != block.machine
    return _save(report, blocks, by, "edited", before, words)


@transaction.atomic
def add_block(report_id: int, text: str, *, after: str, by: Any, kind: str = TEXT) -> Report:
    """A paragraph or a heading of one's own, after the piece `after` (at the end where it is gone)."""
    report, words = held(report_id), _words(text)
    if kind not in (TEXT, HEADING):
        raise KhueError("report.kind", said("Chỉ thêm được đoạn văn hoặc đề mục."))
    blocks = blocks_of(report.blocks)
    at = next((i for i, b in enumerate(blocks) if b.id == after), len(blocks) - 1)
    blocks.insert(at + 1, Block(kind, words, level=2 if kind == HEADING else 0))
    return _save(report, blocks, by, "added", "", words)


@transaction.atomic
def remove_block(report_id: int, block_id: str, *, rev: int, by: Any) -> Report:
    """Takes a piece out; a refresh does not bring it back, and the log keeps its words. Raises StaleBlock."""
    report = held(report_id)
    blocks = blocks_of(report.blocks)
    gone = blocks.pop(_find(blocks, block_id, rev))
    if gone.key:
        report.figures = report.figures | {"dropped": [*report.figures.get("dropped", []), gone.key]}
    return _save(report, blocks, by, "removed", called(gone), "")


@transaction.atomic
def move_block(report_id: int, block_id: str, steps: int, *, rev: int, by: Any) -> Report:
    """Moves a piece up (-1) or down (1). Raises StaleBlock where it changed meanwhile."""
    report = held(report_id)
    blocks = blocks_of(report.blocks)
    at = _find(blocks, block_id, rev)
    to = min(max(at + steps, 0), len(blocks) - 1)
    if to == at:
        return report
    blocks.insert(to, blocks.pop(at))
    return _save(report, blocks, by, "moved", str(at + 1), str(to + 1))


@transaction.atomic
def change_head(report_id: int, *, by: Any, base: dict[str, Any], said_now: dict[str, Any]) -> Report:
    """Changes the fields around the text. `base` is what the person saw; Stale where another changed the same field."""
    report = held(report_id)
    said_now = {n: printable(v) for n, v in said_now.items() if n in HEAD_FIELDS}
    mine = {n: v for n, v in said_now.items() if v != base.get(n)}
    theirs = {n: getattr(report, n) for n in mine if getattr(report, n) not in (base.get(n), mine[n])}
    if theirs:
        raise Stale(theirs)
    before = {n: getattr(report, n) for n in mine}
    for name, value in mine.items():
        setattr(report, name, value)
    if mine:
        report.version += 1
        report.save()
        log_action("report.changed", report, by=by, changes=differences(before, mine))
    return report
