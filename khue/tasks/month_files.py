"""The programme of a month as a calendar and as a spreadsheet in the official layout."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from khue.files.sheet import new_book
from khue.tasks.month import Entry, Programme

COLUMNS = (("TT", 6), ("Nội dung công việc", 70), ("Thời gian", 14), ("Chủ trì", 34), ("Phối hợp", 34), ("Văn bản", 30), ("Kết quả", 18))


def when(entry: Entry) -> str:
    """The deadline as the programme says it: a day, or the words that name a period."""
    if not entry.loose:
        return f"{entry.day:%d/%m/%Y}"
    return entry.task.due_quote or f"Tháng {entry.day.month}/{entry.day.year}"


def result(entry: Entry) -> str:
    """How far it is: done of all units, and how many are late."""
    n = entry.numbers
    if not n.given:
        return ""
    words = f"{n.done}/{n.given}"
    return f"{words}, {n.overdue} {_('quá hạn')}" if n.overdue else words


def as_ics(programme: Programme, base_url: str) -> bytes:
    """A day's event for each task."""
    calendar = Calendar()
    calendar.add("prodid", "-//Khue//Chuong trinh thang//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Khuê: {title(programme)} {as_of(programme)}".strip())
    for entry in programme.entries:
        event, task = Event(), entry.task
        event.add("summary", task.quote if len(task.quote) <= 120 else task.quote[:117].rsplit(" ", 1)[0] + "…")
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("dtstamp", datetime.now(UTC))
        event.add("uid", f"task-{task.pk}@khue")
        event.add("sequence", task.version)
        lines = [task.quote, f"Chủ trì: {entry.leads}", f"Phối hợp: {entry.partners}" if entry.partners else "", task.document_name]
        event.add("description", "\n".join(line for line in lines if line))
        event.add("url", f"{base_url}/viec/{task.pk}/")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def title(programme: Programme) -> str:
    """The programme's name."""
    return f"Chương trình công tác tháng {programme.asked.month} năm {programme.asked.year}"


def as_of(programme: Programme) -> str:
    """As of which earlier day it is; "" for today's."""
    day = programme.asked.as_of
    return f"(tính đến ngày {day:%d/%m/%Y})" if day else ""


def as_xlsx(programme: Programme, unit_name: str) -> bytes:
    """The programme as an office issues it, ready to print on A4."""
    book, output = new_book()
    sheet = book.add_worksheet(f"Tháng {programme.asked.month}-{programme.asked.year}")
    font = {"font_name": "Times New Roman", "font_size": 12}
    bold = book.add_format({**font, "bold": True, "align": "center"})
    head = book.add_format({**font, "bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    cell = book.add_format({**font, "valign": "top", "border": 1, "text_wrap": True})
    day = book.add_format({**font, "valign": "top", "border": 1, "align": "center", "num_format": "dd/mm/yyyy"})
    last = len(COLUMNS) - 1
    sheet.write_string(0, 1, unit_name.upper(), bold)
    sheet.merge_range(1, 0, 1, last, title(programme).upper(), bold)
    if programme.asked.as_of:
        sheet.merge_range(2, 0, 2, last, as_of(programme), book.add_format({**font, "italic": True, "align": "center"}))
    for column, (name, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, name, head)
    for number, entry in enumerate(programme.entries, 1):
        row = number + 3
        sheet.write_number(row, 0, number, cell)
        sheet.write_string(row, 1, entry.task.quote[:32000], cell)
        if entry.loose:
            sheet.write_string(row, 2, when(entry), cell)
        else:
            sheet.write_datetime(row, 2, entry.day, day)
        for column, words in enumerate((entry.leads, entry.partners, entry.task.document_name, result(entry)), 3):
            sheet.write_string(row, column, words, cell)
    sheet.freeze_panes(4, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    book.close()
    return output.getvalue()
