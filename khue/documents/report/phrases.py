"""One task in a sentence of office prose: what was asked, by how many of how many it is done, who is late and why."""

import re
from collections import Counter
from datetime import date
from typing import Any

from khue.core.text import squeeze
from khue.documents.report.gather import Matter
from khue.documents.report.tables import roman
from khue.tasks.asof import Then, count
from khue.tasks.models import Stage, Task
from khue.tasks.targets import COMPARE
from khue.units.models import Unit

MOST_NAMES = 12
GOALS = {">=": "từ {} trở lên", "<=": "không quá {}", "=": "{}", ">": "trên {}", "<": "dưới {}"}


# what a unit's word repeats of the sentence before it: "đã hoàn thành. Đã hoàn thành, 21 đơn vị gửi kết quả về"
_ALREADY = re.compile(r"^\s*đã hoàn thành\s*(?:[.,;:]\s*|$)", re.IGNORECASE)


def whole(number: int) -> str:
    """A count, with points between thousands: 1.045."""
    return f"{number:,}".replace(",", ".")


def measured(value: Any) -> str:
    """A measured value with a comma: 98,5."""
    text = f"{float(value):,.3f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(".,", ",."))


def day_words(day: date) -> str:
    """A day within a sentence: days below 10 and the months 1 and 2 with a leading zero."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}" if day.month < 3 else f"{day.day:02d}/{day.month}/{day.year}"


def sentence(text: str) -> str:
    """Words of a person as the end of a sentence: one line, capital first, no mark at the end."""
    said = squeeze(text).rstrip(" .;,:")
    return said[:1].upper() + said[1:]


def lower_first(text: str) -> str:
    """The words as they stand within a sentence; a word in capitals stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def asked(task: Task) -> str:
    """The sentence of the directive as a list of tasks has it, with the period of a repeated one."""
    period = f" (kỳ {period_words(task.period)})" if task.period else ""
    return sentence(task.quote) + period


def period_words(period: str) -> str:
    """A period as people call it: tháng 10/2026, quý IV/2026, tuần 45/2026, học kỳ 1 năm học 2026-2027."""
    if "-W" in period:
        year, week = period.split("-W")
        return f"tuần {int(week)}/{year}"
    if "-Q" in period:
        year, quarter = period.split("-Q")
        return f"quý {roman(int(quarter))}/{year}"
    if "-HK" in period:
        years, half = period.split("-HK")
        return f"học kỳ {half} năm học {years}"
    if len(period) == 7:
        return f"tháng {int(period[5:])}/{period[:4]}"
    return f"năm học {period}"


def situation(matter: Matter, task: Task) -> str:
    """How a task stood: "overdue", "done", "doing", "waiting", or "nobody" where no share counts."""
    leading = [t for t in matter.shares[task.pk] if t.counts]
    n = count(leading)
    if not n.given:
        return "nobody"
    if n.overdue:
        return "overdue"
    if n.done == n.given:
        return "done"
    return "waiting" if all(t.state == "waiting" for t in leading) else "doing"


def about(matter: Matter, task: Task) -> str:
    """The whole sentence on one task, without what was asked."""
    leading = [t for t in matter.shares[task.pk] if t.counts]
    if not leading:
        return f"{names(matter, [t.share.unit for t in matter.shares[task.pk]])} phối hợp thực hiện, không tính vào số liệu."
    said = one(matter, leading[0]) if len(leading) == 1 else _of_all(matter, task) + many(matter, leading)
    return (said + figures(task, leading)).rstrip(".; ") + "."


def names(matter: Matter, units: list[Unit], most: int = 3) -> str:
    """The first of some units by name, and how many more."""
    more = f" và {whole(len(units) - most)} đơn vị khác" if len(units) > most else ""
    return ", ".join(matter.name(u) for u in units[:most]) + more


def in_part(matter: Matter, task: Task) -> bool:
    """Whether a period counts only some of the units that lead in a task."""
    return 0 < sum(t.counts for t in matter.shares[task.pk]) < matter.all_of(task)


def of_all(matter: Matter, task: Task) -> str:
    """How many units lead in a task, and of how many where a period counts only some of them: 6/66."""
    counted, every = sum(t.counts for t in matter.shares[task.pk]), matter.all_of(task)
    return whole(counted) if counted == every else f"{whole(counted)}/{whole(every)}"


def _of_all(matter: Matter, task: Task) -> str:
    """Said first where a period counts only some of the units, so that "all of them" is not taken for all of the task."""
    return f"(kỳ này tính {of_all(matter, task)} đơn vị) " if in_part(matter, task) else ""


def one(matter: Matter, then: Then) -> str:
    """The share of the only unit; its name is left out where it is the one that reports, or that all of the report is about."""
    named = {matter.unit.pk, matter.about_unit.pk if matter.about_unit else None}
    who = "" if then.share.unit_id in named else f"{matter.name(then.share.unit)} "
    word = sentence(_ALREADY.sub("", then.latest) if then.is_done else then.latest)
    if word and then.stage == Stage.RETURNED:
        word = f"Nội dung đã báo cáo: {lower_first(word)}"
    return f"{who}{_stood(matter, then)}{'. ' + word if word else ''}"


def _stood(matter: Matter, then: Then) -> str:
    due = day_words(then.due_on) if then.due_on else ""
    if then.state == "done_in_time":
        return "đã hoàn thành đúng hạn" if due else "đã hoàn thành"
    if then.state == "done_late" and then.done_on and then.due_on:
        return f"đã hoàn thành, quá hạn {whole((then.done_on - then.due_on).days)} ngày (thời hạn {due})"
    late = f", quá hạn {whole((matter.as_of - then.due_on).days)} ngày (thời hạn {due})" if then.is_overdue and then.due_on else ""
    if then.stage == Stage.SUBMITTED:
        return f"đã trình kết quả, đang chờ duyệt{late}"
    if not then.started:
        return f"chưa có báo cáo{late or (', còn trong hạn' if due else '')}"
    return f"đang thực hiện{how_far(then)}{late or (', còn trong hạn' if due else '')}"


def how_far(then: Then) -> str:
    """ ", ước đạt 80%" where a percentage was told; what was sent back is no longer the whole that the unit had said."""
    back = then.stage == Stage.RETURNED
    told = then.percent and not (back and then.percent == 100)
    return (", bị trả lại" if back else "") + (f", ước đạt {then.percent}%" if told else "")


def many(matter: Matter, leading: list[Then]) -> str:
    """The shares of several units."""
    n = count(leading)
    if all(t.state == "waiting" for t in leading):
        return f"{whole(n.given)} đơn vị đều chưa có báo cáo" + (", còn trong hạn" if any(t.due_on for t in leading) else "")
    if n.done == n.given:
        every = "" if leading[0].share.task_id in matter.withdrawn else "tất cả "
        parts = [f"{every}{whole(n.given)} đơn vị đã hoàn thành"]
    elif n.done:
        parts = [f"{whole(n.done)}/{whole(n.given)} đơn vị đã hoàn thành"]
    else:
        parts = [f"chưa có đơn vị nào trong {whole(n.given)} đơn vị hoàn thành"]
    if n.done_late:
        parts[0] += f", trong đó {whole(n.done_late)} đơn vị quá hạn"
    on_time = [t for t in leading if not t.is_done and not t.is_overdue]
    submitted = sum(t.stage == Stage.SUBMITTED for t in on_time)
    waiting = sum(t.state == "waiting" for t in on_time)
    parts += [f"{whole(submitted)} đơn vị đã trình kết quả, chờ duyệt"] if submitted else []
    doing = len(on_time) - submitted - waiting
    returned = sum(t.stage == Stage.RETURNED for t in on_time)
    back = f" (trong đó {whole(returned)} đơn vị bị trả lại)" if returned else ""
    parts += [f"{whole(doing)} đơn vị đang thực hiện{back}"] if doing else []
    in_time = ", còn trong hạn" if any(t.due_on for t in on_time) else ""
    # nothing was reported; what they do without telling, nobody knows
    parts += [f"{whole(waiting)} đơn vị chưa có báo cáo{in_time}"] if waiting else []
    return "; ".join(parts) + late(matter, leading)


def late(matter: Matter, leading: list[Then], most: int = MOST_NAMES) -> str:
    """Who is overdue, with the deadline most of them had, and why where they said so."""
    found = [t for t in leading if t.is_overdue]
    if not found:
        return ""
    usual = Counter(t.due_on for t in found).most_common(1)[0][0]
    names = ", ".join(_late_name(matter, t, usual) for t in found[:most])
    more = f" và {whole(len(found) - most)} đơn vị khác" if len(found) > most else ""
    when = f" (thời hạn {day_words(usual)})" if usual else ""
    return f". Còn {whole(len(found))} đơn vị quá hạn{when}: {names}{more}"


def _late_name(matter: Matter, then: Then, usual: date | None) -> str:
    why = [f"thời hạn {day_words(then.due_on)}"] if then.due_on and then.due_on != usual else []
    why += ["đã trình, chờ duyệt"] if then.stage == Stage.SUBMITTED else ["bị trả lại"] if then.stage == Stage.RETURNED else []
    why += [lower_first(sentence(then.difficulties[-1]))] if then.difficulties else []
    return matter.name(then.share.unit) + (f" ({'; '.join(why)})" if why else "")


def figures(task: Task, leading: list[Then]) -> str:
    """What was reported against the target; a figure that is missing is told as missing, never as nought."""
    if not task.targets:
        return ""
    target = task.targets[0]
    goal = GOALS[target["comparator"]].format(_with_unit(target["value"], target))
    told = [t.figure for t in leading if t.figure is not None]
    if not told:
        return f". Chỉ tiêu {goal}: chưa có số liệu"
    reached = [v for v in told if COMPARE[target["comparator"]](float(v), float(target["value"]))]
    if len(leading) == 1:
        return f". Số liệu báo cáo {_with_unit(told[0], target)}, {'đạt' if reached else 'chưa đạt'} chỉ tiêu ({goal})"
    low, high = min(told), max(told)
    spread = _with_unit(low, target) if low == high else f"từ {_with_unit(low, target)} đến {_with_unit(high, target)}"
    missing = f"; {whole(len(leading) - len(told))} đơn vị chưa có số liệu" if len(told) < len(leading) else ""
    return f". Chỉ tiêu {goal}: {whole(len(reached))}/{whole(len(leading))} đơn vị đạt; số liệu báo cáo {spread}{missing}"


def _with_unit(value: Any, target: dict[str, Any]) -> str:
    unit = squeeze(target.get("unit") or "")
    return f"{measured(value)}%" if unit == "%" else f"{measured(value)} {unit}".strip()


def short(matter: Matter, task: Task) -> str:
    """How a task stood, as the cell of a table."""
    leading = [t for t in matter.shares[task.pk] if t.counts]
    n = count(leading)
    if not n.given:
        return "Phối hợp thực hiện"
    if n.given == 1:
        return sentence(_short_one(leading[0]))
    parts = [f"{whole(n.done)}/{whole(n.given)} đơn vị hoàn thành"]
    parts += [f"{whole(n.done_late)} hoàn thành quá hạn"] if n.done_late else []
    parts += [f"{whole(n.overdue)} quá hạn chưa xong"] if n.overdue else []
    return "; ".join(parts)


def _short_one(then: Then) -> str:
    if then.is_done:
        return "hoàn thành quá hạn" if then.state == "done_late" else "hoàn thành đúng hạn" if then.due_on else "hoàn thành"
    begun = "chờ duyệt" if then.stage == Stage.SUBMITTED else "đang thực hiện" if then.started else "chưa có báo cáo"
    late_too = ", quá hạn" if then.is_overdue else ""
    if then.stage == Stage.RETURNED:
        return f"bị trả lại, {begun}{late_too}"
    return f"{begun}{late_too}{f' ({then.percent}%)' if then.started and then.percent else ''}"
