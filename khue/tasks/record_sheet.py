"""A unit's record as a workbook: the periods and heads, the comparison, and every share with what happened to it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from khue.files.sheet import head_of, new_book
from khue.tasks.evidence import CHUNK, told
from khue.tasks.likeness import Likeness
from khue.tasks.models import UnitWord
from khue.tasks.record import FACETS, Line, Record
from khue.tasks.states import NAMES

MOST = 20_000


class _Sheet:
    """A worksheet that is filled from above, one row after another."""

    def __init__(self, book: Any, name: str, widths: Iterable[int]) -> None:
        self.sheet, self.at = book.add_worksheet(name[:31]), 0
        self.head = head_of(book)
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def put(self, values: Iterable[Any], *, head: bool = False) -> None:
        """One row; text stays text."""
        for column, value in enumerate(values):
            if isinstance(value, date):
                self.sheet.write_datetime(self.at, column, value, self.day)
            elif isinstance(value, str):
                self.sheet.write_string(self.at, column, value[:32000], self.head if head else self.wrap)
            elif value is not None:
                self.sheet.write_number(self.at, column, value)
        self.at += 1


def record_xlsx(found: Record, like: Likeness | None, shares: QuerySet[Any]) -> bytes:
    """The workbook; the shares are read a few at a time."""
    book, output = new_book()
    _figures(_Sheet(book, _("Hồ sơ"), [44, 12, 12, *[11] * len(FACETS)]), found)
    if like:
        _comparison(_Sheet(book, _("So với đơn vị cùng loại"), [52, 10, 10, 12, 12, 12, 12, 10]), like)
    _evidence(_Sheet(book, _("Từng việc"), [70, 30, 30, 12, 12, 24, 9, 9, 60, 40, 40]), shares, found.asked.on)
    _words(_Sheet(book, _("Ý kiến của đơn vị"), [12, 12, 16, 24, 90]), found.words)
    book.close()
    return output.getvalue()


def _figures(sheet: _Sheet, found: Record) -> None:
    sheet.put([found.asked.unit.name], head=True)
    said = _("Việc đến hạn trong thời gian này, tính đến ngày {day}.").format(day=f"{found.asked.on:%d/%m/%Y}")
    sheet.put([said, found.asked.first, found.asked.last])
    for name, lines in ((_("Thời gian"), [*found.periods, found.total]), (_("Người đứng đầu"), _heads(found))):
        if lines:
            sheet.put([])
            sheet.put([name, _("Từ ngày"), _("Đến ngày"), *map(str, FACETS.values())], head=True)
            for line in lines:
                sheet.put(_cells(line))
    if found.undated:
        sheet.put([])
        sheet.put(_cells(found.undated))


def _heads(found: Record) -> list[Line]:
    return [*found.heads, *([found.handed] if found.handed else [])]


def _cells(line: Line) -> list[Any]:
    return [line.name, line.first, line.last, *(line.tally.of(name) for name in FACETS)]


def _comparison(sheet: _Sheet, like: Likeness) -> None:
    heads = (_("Tỷ lệ %"), _("Phần"), _("Trên"), _("Đơn vị này"), _("Tứ phân vị dưới"), _("Trung vị"), _("Tứ phân vị trên"), _("Số đơn vị"))
    sheet.put(heads, head=True)
    for s in like.spreads:
        own = None if s.own is None else round(s.own, 1)
        sheet.put([str(s.measure.label), s.part, s.whole, own, round(s.low, 1), round(s.middle, 1), round(s.high, 1), s.units])
    if not like.spreads:
        sheet.put([_("Có ít hơn {n} đơn vị cùng loại có việc đến hạn nên không so sánh.").format(n=like.fewest)])


def _evidence(sheet: _Sheet, shares: QuerySet[Any], on: date) -> None:
    heads = (
        _("Nhiệm vụ"), _("Văn bản"), _("Đơn vị giao"), _("Thời hạn"), _("Ngày hoàn thành"), _("Tình trạng"), _("Lần trả lại"), _("Lần gia hạn"),
        _("Diễn biến"), _("Tệp"), _("Ý kiến của đơn vị"),
    )  # fmt: skip
    sheet.put(heads, head=True)
    for share in told(shares[:MOST].iterator(chunk_size=CHUNK), on):
        sheet.put(_share(share))


def _share(share: Any) -> list[Any]:
    return [
        share.task.quote,
        share.task.document_name,
        share.task.unit.name,
        share.due_on,
        share.done_on,
        str(NAMES[share.state]),
        share.times_returned,
        share.times_extended,
        "\n".join(f"{timezone.localdate(e.at):%d/%m/%Y} {e.get_kind_display()}{': ' if e.text else ''}{e.text}" for e in share.way),
        "\n".join(f.name for e in share.way for f in e.files.all()),
        "\n".join(f"{timezone.localdate(w.at):%d/%m/%Y} {w.by}: {w.text}" for w in share.own_words),
    ]


def _words(sheet: _Sheet, words: list[UnitWord]) -> None:
    sheet.put((_("Từ ngày"), _("Đến ngày"), _("Ngày ghi"), _("Người ghi"), _("Ý kiến")), head=True)
    for word in words:
        sheet.put([word.first_on, word.last_on, timezone.localdate(word.at), str(word.by), word.text])
