"""`khue remind`: by hand what the timetable does each day by itself."""

from datetime import date

from khue.catalog import calendar
from khue.cli import site
from khue.cli.running import tell
from khue.core.errors import InputError
from khue.core.said import said


def remind(on: str | None) -> int:
    """Makes the recurring tasks and reminders of a day, then sends the letters that may go out now."""
    wanted = _day(on) if on else None
    site.make_ready(tell)
    from khue.tasks import letters, recurring, reminders
    from khue.units.tree import today

    day = wanted or today()
    told = calendar.about(day)
    if not told.sure:
        tell(said("Lịch nghỉ của ngày {day} chưa chắc chắn: chưa có văn bản trong danh mục.", day=f"{day:%d/%m/%Y}"))
    if not told.working:
        tell(said("{day} là ngày nghỉ, không nhắc việc.", day=f"{day:%d/%m/%Y}"))
    with site.storage_errors():
        made = recurring.make_due(day) if told.working else []
        reminded, sent = reminders.run(day), letters.send_due()
    tell(
        said("{tasks} việc lặp lại mới, {reminders} lời nhắc mới, {letters} thư đã gửi.", tasks=len(made), reminders=reminded, letters=sent)
    )
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("remind.day", said("--on {text}: không phải một ngày.", text=text), said("Viết dạng 2024-03-15.")) from error
