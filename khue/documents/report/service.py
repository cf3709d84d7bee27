"""Drafting a report and keeping its figures fresh. Editing is in editing.py, issuing in issuing.py."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import said
from khue.documents.models import Document, Report
from khue.documents.report.blocks import Block, blocks_of
from khue.documents.report.compose import compose, document_words
from khue.documents.report.editing import held
from khue.documents.report.gather import Matter
from khue.documents.report.kept import REPLACES
from khue.documents.report.letterhead import defaults
from khue.documents.report.phrases import day_words
from khue.units.models import Unit
from khue.units.tree import today

About = Report.About


@transaction.atomic
def make_draft(
    unit: Unit,
    about: str,
    *,
    by: Any,
    document: Document | None = None,
    about_unit: Unit | None = None,
    starts_on: date | None = None,
    as_of: date | None = None,
    replaces: Report | None = None,
) -> Report:
    """A new draft, composed of the tasks as they stood at the end of `as_of` (today). Raises KhueError for what is missing."""
    day = as_of or today()
    _check(about, document, about_unit, starts_on, day)
    matter = Matter(
        unit,
        about,
        day,
        starts_on if about in (About.PERIOD, About.UNIT) else None,
        document if about == About.DOCUMENT else None,
        about_unit if about == About.UNIT else None,
    )
    matter.replaces = replaces
    composed = compose(matter)
    report = Report.objects.create(
        unit=unit,
        about=about,
        document=matter.document,
        about_unit=matter.about_unit,
        starts_on=matter.starts_on,
        as_of=day,
        title=title_of(matter)[:500],
        blocks=[b.data() for b in composed.blocks],
        figures=composed.figures() | ({REPLACES: replaces.pk} if replaces else {}),
        created_by=by,
        **defaults(unit, day, about, matter.document),
    )
    log_action("report.drafted", report, by=by, changes={"as_of": [None, day]})
    return report


def _check(about: str, document: Document | None, about_unit: Unit | None, starts_on: date | None, day: date) -> None:
    if about not in About.values:
        raise KhueError("report.about", said("Chưa chọn loại báo cáo."))
    if day > today():
        raise KhueError(
            "report.future", said("Ngày {day} ở sau hôm nay.", day=f"{day:%d/%m/%Y}"), said("Chọn hôm nay hoặc một ngày trước đó.")
        )
    if about == About.DOCUMENT and document is None:
        raise KhueError("report.document", said("Chưa chọn văn bản."), said("Chọn văn bản cần báo cáo kết quả."))
    if about == About.UNIT and about_unit is None:
        raise KhueError("report.unit", said("Chưa chọn đơn vị."), said("Chọn đơn vị cần báo cáo."))
    if about == About.PERIOD and starts_on is None:
        raise KhueError("report.period", said("Chưa chọn kỳ báo cáo."), said("Chọn tháng, quý, năm học hoặc ghi ngày bắt đầu."))
    if starts_on and starts_on > day:
        raise KhueError("report.order", said("Ngày bắt đầu ở sau ngày cuối của kỳ."), said("Sửa lại một trong hai ngày."))


def title_of(matter: Matter) -> str:
    """What stands under BÁO CÁO."""
    if matter.about == About.DOCUMENT and matter.document:
        return f"Kết quả thực hiện {document_words(matter, matter.document)}"
    if matter.about == About.BRIEF:
        return f"Phục vụ họp giao ban ngày {day_words(matter.as_of)}"
    period = f" {period_words(matter.starts_on, matter.as_of)}" if matter.starts_on else ""
    if matter.about == About.UNIT and matter.about_unit:
        return f"Kết quả thực hiện nhiệm vụ{period} của {matter.full_name(matter.about_unit)}"
    return f"Kết quả thực hiện nhiệm vụ{period}"


def period_words(first: date, last: date) -> str:
    """A period as an office calls it, however far into it the last day lies."""
    if (first.day, first.year) == (1, last.year):
        if first.month == last.month:
            return f"tháng {first.month} năm {first.year}"
        if first.month % 3 == 1 and last.month <= first.month + 2:
            return f"quý {('I', 'II', 'III', 'IV')[first.month // 3]} năm {first.year}"
        if first.month == 1:
            return f"năm {first.year}"
    if (first.month, first.day) == (9, 1) and last < date(first.year + 1, 9, 1):
        return f"năm học {first.year}-{first.year + 1}"
    return f"từ ngày {day_words(first)} đến ngày {day_words(last)}"


@dataclass(slots=True)
class Refreshed:
    """What a refresh did: how many pieces say something else now, and which a person had changed and therefore stay."""

    changed: int = 0
    kept: list[Block] = field(default_factory=list)
    same: bool = False


@transaction.atomic
def refresh(report_id: int, *, by: Any, as_of: date | None = None, bring_back: bool = False) -> Refreshed:
    """Composes the draft anew, as of `as_of` (its own day). What people wrote, added, moved or took out stays as they left it.

    `bring_back` lets the pieces come again that were taken out. Raises KhueError where the report is issued.
    """
    report = held(report_id)
    day = as_of or report.as_of
    if day > today():
        raise KhueError(
            "report.future", said("Ngày {day} ở sau hôm nay.", day=f"{day:%d/%m/%Y}"), said("Chọn hôm nay hoặc một ngày trước đó.")
        )
    if report.starts_on and report.starts_on > day:
        raise KhueError("report.order", said("Ngày bắt đầu ở sau ngày cuối của kỳ."), said("Chọn ngày khác."))
    before = report.as_of
    report.as_of = day
    composed = compose(Matter.of(report))
    dropped = [] if bring_back else list(report.figures.get("dropped", []))
    blocks, done = merged(blocks_of(report.blocks), composed.blocks, set(dropped))
    report.blocks = [b.data() for b in blocks]
    stays = {name: value for name, value in report.figures.items() if name == REPLACES}
    report.figures = composed.figures() | stays | ({"dropped": dropped} if dropped else {})
    report.version += 1
    report.save(update_fields=["blocks", "figures", "as_of", "version", "changed_at"])
    log_action("report.refreshed", report, by=by, changes={"as_of": [before, day], "count": [None, done.changed]})
    return done


def merged(old: list[Block], composed: list[Block], dropped: set[str]) -> tuple[list[Block], Refreshed]:
    """The blocks as people left them with the machine's new words in those that nobody touched."""
    new = {b.key: b for b in composed}
    done, kept = Refreshed(), []
    for block in old:
        fresh = new.get(block.key) if block.key else None
        if fresh is None:
            if block.edited or not block.key:
                kept.append(block)
            else:
                done.changed += 1
            continue
        kept.append(_renewed(block, fresh, done))
    _insert(kept, [b for b in composed if b.key not in {k.key for k in kept} | dropped], composed, done)
    return kept, done


def _renewed(block: Block, fresh: Block, done: Refreshed) -> Block:
    block.tasks, block.row_tasks, block.level = fresh.tasks, fresh.row_tasks, fresh.level
    if block.edited:
        block.machine = fresh.text
        if block.machine_differs:
            done.kept.append(block)
    elif block.says != fresh.says:
        block.text, block.rows, block.rev = fresh.text, fresh.rows, block.rev + 1
        done.changed += 1
    return block


def _insert(kept: list[Block], missing: list[Block], order: list[Block], done: Refreshed) -> None:
    """What is new comes after the piece that it follows in the machine's order."""
    place = {b.key: n for n, b in enumerate(order)}
    for block in missing:
        before = [i for i, k in enumerate(kept) if k.key in place and place[k.key] < place[block.key]]
        kept.insert(max(before) + 1 if before else 0, block)
        done.changed += 1
