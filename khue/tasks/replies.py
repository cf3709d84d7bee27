"""A unit's own word beside its record: said by the unit itself, kept as it was said, with its date."""

from datetime import date
from typing import Any

from django.db import transaction

from khue.core.errors import KhueError
from khue.core.log import log_action
from khue.core.said import said
from khue.tasks.models import Assignment, UnitWord
from khue.units.models import Unit
from khue.units.tree import with_past

MOST_CHARACTERS = 4000


@transaction.atomic
def say_word(
    unit: Unit, text: str, *, by: Any, share_id: int | None = None, first: date | None = None, last: date | None = None
) -> UnitWord:
    """Keeps what a unit says of one of its shares (or of those that an ended unit left it), or of the days from `first` to `last`.

    Raises KhueError where nothing or too much is said, the share is another unit's, or the days are none.
    """
    text = text.strip()
    if not text or len(text) > MOST_CHARACTERS:
        raise KhueError("word.text", said("Ý kiến phải có từ 1 đến {n} ký tự.", n=MOST_CHARACTERS), said("Ghi ngắn gọn điều cần nói."))
    share = Assignment.objects.filter(pk=share_id, unit_id__in=with_past([unit.pk])).first() if share_id else None
    if share_id and share is None:
        raise KhueError("word.share", said("Việc này không phải của đơn vị."), said("Mở lại hồ sơ và ghi vào đúng việc."))
    if share is None and not (first and last and first <= last):
        raise KhueError("word.days", said("Chưa rõ ý kiến về thời gian nào."), said("Chọn từ ngày, đến ngày rồi ghi lại."))
    days = {"first_on": first, "last_on": last} if share is None else {}
    word = UnitWord.objects.create(unit=unit, assignment=share, text=text, by=by, **days)
    about = str(share.task) if share else f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
    log_action("unit.word", unit, by=by, changes={"text": ["", text], "about": ["", about]})
    return word
