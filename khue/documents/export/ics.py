"""Deadlines as a calendar: a day's event for each, a rhythm for tasks that come back."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event, vRecur

from khue.core.dates import month_end
from khue.documents.export import ReadFile
from khue.documents.export.words import heading_line, names
from khue.reader.model import Task
from khue.reader.rules.rhythm import NamedDay, day_within, named_day

MONTHS = {"monthly": 1, "quarterly": 3, "semester": 6, "yearly": 12}


def make(files: list[ReadFile]) -> bytes:
    """The calendar's bytes. The same plan gives the same events, so that a second import changes nothing twice."""
    calendar = Calendar()
    calendar.add("prodid", "-//Khue//Ke hoach//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Khuê: thời hạn")
    for file in files:
        for number, task in enumerate(file.reading.tasks, 1):
            event = _event(file, number, task)
            if event:
                calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(file: ReadFile, number: int, task: Task) -> Event | None:
    due = task.due
    first = due.day if due and due.day else _first_day(file, task)
    if due is None or first is None:
        return None
    event = Event()
    event.add("summary", task.quote if len(task.quote) <= 120 else task.quote[:117].rsplit(" ", 1)[0] + "…")
    event.add("dtstart", first)
    event.add("dtend", first + timedelta(days=1))
    event.add("dtstamp", datetime.now(UTC))
    event.add("uid", f"{_uid(file, number, task)}@khue")
    event.add("description", _description(file, number, task))
    event.add("transp", "TRANSPARENT")
    if due.recurs:
        event.add("rrule", _rule(due.recurs, first, named_day(due.recurs, due.quote)))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Sắp đến hạn")
    alarm.add("trigger", timedelta(days=-3))
    event.add_component(alarm)
    return event


def _first_day(file: ReadFile, task: Task) -> date | None:
    """The deadline of the first period from the document's own day on, for a task that comes back."""
    start = file.reading.header.day or (date(int(file.reading.header.school_year[:4]), 9, 1) if file.reading.header.school_year else None)
    recurs = task.due.recurs if task.due else None
    if start is None or recurs is None:
        return None
    named = named_day(recurs, task.due.quote if task.due else "")
    if recurs == "weekly":
        return start + timedelta(days=((named.day if named else 4) - start.weekday()) % 7)
    step = MONTHS[recurs]
    month = -(-start.month // step) * step
    last = month_end(start.year, month)
    if named is None or last is None:
        return last
    day = day_within(named, recurs, date(start.year, month - step + 1, 1))
    return day if day >= start else day_within(named, recurs, last + timedelta(days=1))


def _rule(recurs: str, first: date, named: NamedDay | None) -> vRecur:
    """A year of it: the plan of one school year."""
    until = first.replace(year=first.year + 1) if (first.month, first.day) != (2, 29) else date(first.year + 1, 2, 28)
    if recurs == "weekly":
        return vRecur({"freq": "weekly", "until": until})
    day = named.day if named and named.day < 31 else 0
    # "ngày 30": the last day there is up to the 30th
    days: dict[str, Any] = {"bymonthday": list(range(28, day + 1)), "bysetpos": -1} if day > 28 else {"bymonthday": day or -1}
    return vRecur({"freq": "monthly", "interval": MONTHS[recurs], **days, "until": until})


def _uid(file: ReadFile, number: int, task: Task) -> str:
    own = f"{file.reading.header.number or file.name}|{number}|{task.quote}"
    return hashlib.sha256(own.encode()).hexdigest()[:24]


def _description(file: ReadFile, number: int, task: Task) -> str:
    lines = [task.quote, "", f"Mục {task.section}" if task.section else "", heading_line(file.reading.header) or file.name]
    if task.owners:
        lines.append(f"Chủ trì: {names(task.owners)}")
    if task.partners:
        lines.append(f"Phối hợp: {names(task.partners)}")
    if task.targets:
        lines.append("Chỉ tiêu: " + "; ".join(t.quote for t in task.targets))
    lines.append(f"Nhiệm vụ số {number}")
    return "\n".join(line for i, line in enumerate(lines) if line or i == 1)
