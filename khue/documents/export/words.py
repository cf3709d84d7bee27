"""How a plan's parts are put into words, alike on the terminal and in every file."""

from collections.abc import Callable, Iterable

from khue.core.said import template
from khue.reader.compare.reasons import number
from khue.reader.model import Found, Header, Target, Task

RECURS = {
    "weekly": template("hằng tuần"),
    "monthly": template("hằng tháng"),
    "quarterly": template("hằng quý"),
    "semester": template("mỗi học kỳ"),
    "yearly": template("hằng năm"),
}
SIGNS = {">=": "≥", "<=": "≤"}
SLIPS = {
    "impossible_date": template("Ngày sai"),
    "two_dates": template("Hai ngày"),
    "misspelt_symbol": template("Ký hiệu sai"),
    "later_citation": template("Ngày sau"),
    "past_deadline": template("Hạn đã qua"),
    "school_year": template("Năm học"),
    "programme_year": template("Tên chương trình"),
    "programme_period": template("Giai đoạn"),
    "numbered_name": template("Số thứ tự"),
    "congress": template("Khóa đại hội"),
    "name": template("Tên riêng"),
    "missing_grade": template("Thiếu lớp"),
    "sum": template("Cộng sai"),
    "reversed_goal": template("Ngược nghĩa"),
    "period": template("Thời hạn"),
    "weekday": template("Thứ, ngày"),
    "abolished_unit": template("Cấp đã bỏ"),
    "person": template("Tên riêng"),
    "subject_period": template("Giai đoạn"),
    "session": template("Số thứ tự"),
}


def slip_name(kind: str) -> str:
    """What a kind of slip is called, in Vietnamese, ready to be translated."""
    return SLIPS.get(kind, kind)


def names(found: Iterable[Found]) -> str:
    """Units in a row."""
    return "; ".join(f.value for f in found)


def due_words(task: Task, tr: Callable[[str], str] = str) -> str:
    """The deadline, the rhythm, or a suggested day in brackets with a question mark."""
    if task.due and task.due.recurs:
        return tr(RECURS[task.due.recurs])
    if task.due and task.due.day:
        return f"{task.due.day:%d/%m/%Y}"
    if task.suggestion:
        return f"({task.suggestion.day:%d/%m/%Y}?)"
    return ""


def target_figures(target: Target) -> str:
    """A target as sign, number and unit: "≥ 98,5 %"."""
    return f"{SIGNS.get(target.comparator, target.comparator)} {number(target.value)} {target.unit}"


def heading_line(header: Header) -> str:
    """Kind, number, date and issuer in a line."""
    parts = [header.kind or ("Công văn" if header.number else ""), header.number or ""]
    line = " ".join(p for p in parts if p)
    if header.day:
        line += f" ngày {header.day.day}/{header.day.month}/{header.day.year}"
    return " · ".join(p for p in (line.strip(), header.issuer or "") if p)


def cited(task: Task) -> str:
    """The documents a task names, each once."""
    return "; ".join(dict.fromkeys(f"{c.kind} {c.symbol}" for c in task.cites))
