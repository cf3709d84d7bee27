"""The text of a report: what was asked, what was done, by how many of how many, who is late and why, figures against targets.

Every sentence is made of what the tasks hold; nothing is guessed. `Block.tasks` leads from a sentence to its tasks.
"""

from dataclasses import asdict, dataclass
from typing import Any

from khue.core.casing import ordinary_case
from khue.documents.models import Document, Report
from khue.documents.report.ahead import difficulties, next_steps
from khue.documents.report.appendix import annexes, late_units, task_table
from khue.documents.report.blocks import HEADING, SUM, TABLE, TEXT, Block
from khue.documents.report.brief import brief_blocks
from khue.documents.report.gather import Matter, gather
from khue.documents.report.issuer import from_below, issuer_of
from khue.documents.report.kept import day_of, number_of
from khue.documents.report.overall import number_table, overall
from khue.documents.report.phrases import about, asked, day_words, in_part, lower_first, sentence, situation, whole
from khue.documents.report.sections import Section, sections
from khue.documents.report.series import by_series, how_many, numbered, numbers_in
from khue.documents.report.withdrawn import gone_line, rest_gone, withdrawn
from khue.tasks.models import Task
from khue.tasks.states import Numbers

# from so many tasks on there is a table of all of them, and from so many on the quiet ones are told together
WITH_TABLE, MANY = 12, 40
SHORT_HEAD = ["Nhóm nhiệm vụ", "Số nhiệm vụ", "Phần việc", "Xong đúng hạn", "Xong quá hạn", "Chưa xong, trong hạn", "Quá hạn"]


@dataclass(slots=True)
class Composed:
    """A report's text and its numbers."""

    blocks: list[Block]
    numbers: Numbers
    by_task: dict[int, Numbers]

    def figures(self) -> dict[str, Any]:
        """The numbers as a report keeps them."""
        return {"numbers": asdict(self.numbers), "by_task": {str(pk): asdict(n) for pk, n in self.by_task.items()}}


def compose(matter: Matter) -> Composed:
    """The whole report of a matter, gathered anew."""
    gather(matter)
    blocks = brief_blocks(matter, number_table(matter)) if matter.about == Report.About.BRIEF else _full(matter)
    if matter.replaces:
        blocks.insert(next(i for i, b in enumerate(blocks) if b.key == "closing"), _replaces(matter.replaces))
    return Composed(blocks, matter.numbers, {t.pk: matter.numbers_of([t]) for t in matter.tasks})


def _replaces(old: Report) -> Block:
    day = day_of(old)
    on = f" ngày {day_words(day)}" if day else ""
    return Block(TEXT, f"Báo cáo này thay thế Báo cáo số {number_of(old)}{on}.", "replaces")


def _full(matter: Matter) -> list[Block]:
    found = sections(matter)
    no = numbered(t for s in found for t in s.tasks)
    with_table = len(matter.tasks) > WITH_TABLE
    late = late_units(matter, no) if with_table else []
    appendix = "Phụ lục I" if late else "Phụ lục"
    blocks = [Block(TEXT, opening(matter), "opening"), Block(HEADING, "I. TÌNH HÌNH CHUNG", "h:overall", 1)]
    blocks += [overall(matter), *withdrawn(matter), number_table(matter)]
    if len(found) > 1:
        blocks += [Block(TEXT, "Kết quả theo từng nhóm nhiệm vụ:", "by-section"), _section_table(matter, found)]
    blocks.append(Block(HEADING, "II. KẾT QUẢ THỰC HIỆN CÁC NHIỆM VỤ", "h:results", 1))
    blocks += annexes(bool(late)) if with_table else []
    if not found:
        when = "Trong kỳ không có phần việc nào đến hạn, hoàn thành hay còn quá hạn." if matter.starts_on else "Chưa có phần việc nào."
        blocks.append(Block(TEXT, when, "results:none"))
    for section in found:
        blocks += _section(matter, section, no, appendix)
    blocks += difficulties(matter) + next_steps(matter)
    blocks.append(Block(TEXT, closing(matter), "closing"))
    if with_table:
        blocks += task_table(matter, found, no) + late
    return blocks


# --- the beginning and the end


def opening(matter: Matter) -> str:
    """The first sentence."""
    who = matter.full_name(matter.unit)
    if matter.about == Report.About.DOCUMENT and matter.document:
        if from_below(matter.document, matter.unit, matter.as_of):
            return f"Theo dõi việc thực hiện {document_words(matter, matter.document)}, {who} tổng hợp kết quả như sau:"
        return f"Thực hiện {document_words(matter, matter.document)}, {who} báo cáo kết quả thực hiện như sau:"
    if matter.about == Report.About.UNIT and matter.about_unit and matter.about_unit.pk != matter.unit.pk:
        of = matter.full_name(matter.about_unit)
        return f"{who} báo cáo kết quả thực hiện nhiệm vụ được giao của {of}{_period(matter)} như sau:"
    return f"{who} báo cáo kết quả thực hiện nhiệm vụ{_period(matter)} như sau:"


def _period(matter: Matter) -> str:
    if matter.starts_on:
        return f" từ ngày {day_words(matter.starts_on)} đến ngày {day_words(matter.as_of)}"
    return f" đến ngày {day_words(matter.as_of)}"


def document_words(matter: Matter, document: Document) -> str:
    """A document as a sentence names it: kind, number, day, who issued it, what it is about."""
    day = f" ngày {day_words(document.signed_on)}" if document.signed_on else ""
    issuer = f" của {issuer_words(matter, document)}" if document.issuer else ""
    subject = lower_first(ordinary_case(document.subject).removeprefix("V/v ").strip())
    if not document.number:
        return f"{document.kind} {subject}".strip() + day + issuer if document.kind and subject else document.called + day + issuer
    subject = f" {subject}" if subject.startswith("về ") else f" về {subject}" if subject else ""
    return f"{document.kind} số {document.number}".strip() + day + issuer + subject


def issuer_words(matter: Matter, document: Document) -> str:
    """Who issued it, as a sentence says it: the unit's own name where it is known, else the printed capitals made small."""
    if document.issuer_unit:
        return matter.full_name(document.issuer_unit)
    if not document.issuer.isupper():
        return document.issuer
    known = issuer_of(document, matter.as_of)
    return known[1] if known else ordinary_case(document.issuer)


def closing(matter: Matter) -> str:
    """The last sentence, with the mark that ends the text."""
    if matter.about == Report.About.DOCUMENT and matter.document:
        number = f"{matter.document.kind} số {matter.document.number}" if matter.document.number else matter.document.kind or "văn bản"
        return f"Trên đây là báo cáo của {matter.full_name(matter.unit)} về kết quả thực hiện {number}./."
    if matter.about == Report.About.UNIT and matter.about_unit and matter.about_unit.pk != matter.unit.pk:
        of = matter.full_name(matter.about_unit)
        return f"Trên đây là báo cáo của {matter.full_name(matter.unit)} về kết quả thực hiện nhiệm vụ của {of}{_period(matter)}./."
    return f"Trên đây là báo cáo kết quả thực hiện nhiệm vụ{_period(matter)} của {matter.full_name(matter.unit)}./."


# --- what was done, heading by heading


def _section_table(matter: Matter, found: list[Section]) -> Block:
    rows, links = [SHORT_HEAD], []
    for section in found:
        n = matter.numbers_of(section.tasks)
        values = (how_many(section.tasks), n.given, n.done_in_time, n.done_late, n.open_in_time, n.overdue)
        rows.append([section.heading, *(whole(v) for v in values)])
        links.append([t.pk for t in section.tasks or section.gone])
    n = matter.numbers
    rows.append([SUM, *(whole(v) for v in (how_many(matter.tasks), n.given, n.done_in_time, n.done_late, n.open_in_time, n.overdue))])
    return Block(TABLE, "", "section-numbers", rows=rows, row_tasks=[*links, []])


def _section(matter: Matter, section: Section, no: dict[int, str], appendix: str) -> list[Block]:
    if section.is_point:
        blocks = [_line(matter, section.tasks, section.number)] if section.tasks else [gone_line(matter, section.gone[0], section.number)]
        # the table of groups leads here, as it else leads to a heading
        blocks[0].level = 2
        return blocks
    blocks = [Block(HEADING, section.heading, f"h:{section.key}", 2)]
    quiet: dict[str, list[Task]] = {}
    for tasks in by_series(section.tasks):
        kind = _told_together(matter, tasks)
        if kind:
            quiet.setdefault(kind, []).extend(tasks)
        else:
            blocks.append(_line(matter, tasks))
    for kind in QUIET:
        if kind in quiet:
            blocks += _together(matter, section, kind, quiet[kind], no, appendix)
    return blocks + [gone_line(matter, task, "-") for task in section.gone]


QUIET = {
    "doing": "đang thực hiện",
    "waiting": "chưa có báo cáo",
    "nobody": "chỉ có phần việc phối hợp, không tính vào số liệu",
}


def _told_together(matter: Matter, tasks: list[Task]) -> str:
    """Whether a task has nothing to tell of its own: not begun; among many tasks also one that is on its way."""
    kinds = {situation(matter, t) for t in tasks}
    if len(kinds) > 1 or len(matter.tasks) <= WITH_TABLE or any(in_part(matter, t) for t in tasks):
        return ""
    kind = kinds.pop()
    single = all(sum(t.counts for t in matter.shares[task.pk]) <= 1 for task in tasks)
    if kind in ("waiting", "nobody") or (kind == "doing" and len(matter.tasks) > MANY and single):
        return kind
    return ""


def _together(matter: Matter, section: Section, kind: str, tasks: list[Task], no: dict[int, str], appendix: str) -> list[Block]:
    if how_many(tasks) == 1:
        return [_line(matter, tasks)]
    in_time = ", còn trong hạn" if kind != "nobody" and any(t.due_on for task in tasks for t in matter.shares[task.pk]) else ""
    text = f"- {whole(how_many(tasks))} nhiệm vụ {QUIET[kind]}{in_time} (TT {numbers_in(tasks, no)} tại {appendix} kèm theo)."
    return [Block(TEXT, text, f"{kind}:{section.key}", tasks=[t.pk for t in tasks])]


def _line(matter: Matter, tasks: list[Task], lead: str = "-") -> Block:
    """A task, or the periods of a repeated one: the last two in words, those before as a sum."""
    first = tasks[0]
    key = f"t:{first.series_id or first.pk}"
    if len(tasks) == 1:
        return Block(TEXT, f"{lead} {asked(first)}: {about(matter, first)}{rest_gone(matter, first)}", key, tasks=[first.pk])
    parts = [f"{lead} {sentence(first.quote)}:"]
    if earlier := tasks[:-2]:
        n = matter.numbers_of(earlier)
        overdue = f", {whole(n.overdue)} lượt còn quá hạn" if n.overdue else ""
        counted = " tính trong kỳ báo cáo" if any(in_part(matter, t) for t in earlier) else ""
        parts.append(f"{len(earlier)} kỳ trước có {whole(n.done)}/{whole(n.given)} lượt đơn vị{counted} hoàn thành{overdue}.")
    for task in tasks[-2:]:
        period = asked(task).removeprefix(sentence(task.quote)).strip(" ()") or "kỳ đầu"
        parts.append(f"{period[:1].upper() + period[1:]}: {about(matter, task)}{rest_gone(matter, task)}")
    return Block(TEXT, " ".join(parts), key, tasks=[t.pk for t in tasks])
