"""How things stand as a whole, in words and in a table. Each sentence says what is counted before it says how many."""

from khue.documents.models import Report
from khue.documents.report.blocks import TABLE, TEXT, Block
from khue.documents.report.gather import Matter
from khue.documents.report.phrases import day_words, whole
from khue.documents.report.series import by_series, how_many
from khue.tasks.asof import Then
from khue.tasks.states import Numbers

HEAD = ["Được giao", "Hoàn thành đúng hạn", "Hoàn thành quá hạn", "Chưa xong, trong hạn", "Quá hạn, chưa hoàn thành"]


def number_table(matter: Matter) -> Block:
    """The numbers that every office reports; a period has only a part of what was given."""
    n = matter.numbers
    head = ["Tính trong kỳ", *HEAD[1:]] if matter.starts_on else HEAD
    return Block(TABLE, "", "numbers", rows=[head, [whole(v) for v in (n.given, n.done_in_time, n.done_late, n.open_in_time, n.overdue)]])


def overall(matter: Matter) -> Block:
    """The numbers in words."""
    if not matter.numbers.given:
        text = _none(matter)
    else:
        text = f"{_of_period(matter) if matter.starts_on else _until_now(matter)}. Trong số này, {_how(matter)}."
    return Block(TEXT, text + _left(matter), "overall")


def whose(matter: Matter) -> str:
    """Which tasks are looked at, said of them: "do Phòng GD&ĐT giao", "giao cho TH Kim Đồng"."""
    if matter.about == Report.About.DOCUMENT:
        return "của văn bản này"
    if matter.about == Report.About.UNIT and matter.about_unit:
        return f"giao cho {matter.name(matter.about_unit)}"
    name = matter.name(matter.unit)
    mine = {then.share.task.unit_id == matter.unit.pk for then in [*matter.everything, *matter.left] if then.counts}
    if mine == {True}:
        return f"do {name} giao"
    return f"giao cho {name}" if mine == {False} else f"do {name} giao và giao cho {name}"


def tasks_words(matter: Matter) -> str:
    """So many tasks: a recurring one counts once, and its periods are told; so is where a unit only joins in."""
    series = [periods for periods in by_series(matter.tasks) if len(periods) > 1]
    joined = [t for t in matter.tasks if not any(share.counts for share in matter.shares[t.pk])]
    more = [f"{whole(len(series))} nhiệm vụ định kỳ, gồm {whole(sum(map(len, series)))} kỳ"] if series else []
    more += [f"{whole(how_many(joined))} nhiệm vụ chỉ có phần việc phối hợp"] if joined else []
    return f"{whole(how_many(matter.tasks))} nhiệm vụ" + (f" (trong đó {'; '.join(more)})" if more else "")


def _units(matter: Matter) -> str:
    counted = [t for t in matter.everything if t.counts]
    units = {t.share.unit_id for t in counted}
    return f"{whole(len(units))} đơn vị" if len(units) > 1 else matter.name(counted[0].share.unit)


def _until_now(matter: Matter) -> str:
    """Everything that was given."""
    part = ""
    if matter.document and matter.document.unit_id != matter.unit.pk:
        part = f" trong phạm vi {matter.name(matter.unit)}"
    given = whole(matter.numbers.given)
    return f"Tính đến ngày {day_words(matter.as_of)}{part}, có {tasks_words(matter)}, giao thành {given} phần việc cho {_units(matter)}"


def _of_period(matter: Matter) -> str:
    """What a period counts, and why each share is counted."""
    assert matter.starts_on is not None
    counted = [t for t in matter.everything if t.counts]
    before = sum(t.due_on is not None and t.due_on < matter.starts_on for t in counted)
    after = sum(t.due_on is None or t.due_on > matter.as_of for t in counted)
    why = {
        f"{{}} đến hạn từ ngày {day_words(matter.starts_on)} đến ngày {day_words(matter.as_of)}": len(counted) - before - after,
        "{} đến hạn trước kỳ, hoàn thành trong kỳ hoặc còn quá hạn": before,
        "{} hoàn thành trong kỳ, đến hạn sau kỳ hoặc không quy định thời hạn": after,
    }
    reasons = "; ".join(words.format(whole(n)) for words, n in why.items() if n)
    return f"Trong các việc {whose(matter)}, kỳ này có {tasks_words(matter)} với {whole(len(counted))} phần việc của {_units(matter)}: {reasons}"


def _how(matter: Matter) -> str:
    n = matter.numbers
    parts = [_done_words(n), _due_last_day(matter) if matter.starts_on else _open_words(n)]
    parts.append(f"quá hạn, chưa hoàn thành {whole(n.overdue)} phần việc" if n.overdue else "không có phần việc quá hạn chưa hoàn thành")
    return "; ".join(filter(None, parts))


def _done_words(n: Numbers) -> str:
    if not n.done:
        return "chưa có phần việc nào hoàn thành"
    text = f"đã hoàn thành {whole(n.done)} phần việc ({round(100 * n.done / n.given)}%)"
    if not n.done_late:
        return text + ", không có phần việc hoàn thành quá hạn"
    return text + f", trong đó đúng hạn {whole(n.done_in_time)}, quá hạn {whole(n.done_late)}"


def _open_words(n: Numbers) -> str:
    if not n.open_in_time:
        return "không có phần việc chưa hoàn thành mà còn trong hạn"
    if n.no_deadline == n.open_in_time:
        return f"chưa hoàn thành {whole(n.open_in_time)} phần việc không quy định thời hạn"
    text = f"chưa hoàn thành, còn trong hạn {whole(n.open_in_time)} phần việc"
    return text + (f" (trong đó {whole(n.no_deadline)} phần việc không quy định thời hạn)" if n.no_deadline else "")


def _due_last_day(matter: Matter) -> str:
    """Of a period only what is due on its last day can be neither done nor overdue."""
    still = matter.numbers.open_in_time
    return f"chưa hoàn thành {whole(still)} phần việc đến hạn đúng ngày {day_words(matter.as_of)}" if still else ""


def _none(matter: Matter) -> str:
    """Nothing is counted: of what, and since when."""
    if matter.starts_on:
        period = f"Từ ngày {day_words(matter.starts_on)} đến ngày {day_words(matter.as_of)}"
        return f"{period}, trong các việc {whose(matter)} không có phần việc nào đến hạn, hoàn thành hay còn quá hạn."
    of = whose(matter)
    if matter.document:
        own = matter.document.unit_id == matter.unit.pk
        of += " được giao" if own else f" được giao trong phạm vi {matter.name(matter.unit)}"
    with_others = " (chỉ có phần việc phối hợp, không tính vào số liệu)" if matter.tasks else ""
    return f"Tính đến ngày {day_words(matter.as_of)}, chưa có phần việc nào {of}{with_others}."


def _left(matter: Matter) -> str:
    """What is under way and not counted, so that nobody takes the period for everything."""
    left: list[Then] = matter.left
    if not left:
        return ""
    day = day_words(matter.as_of)
    return f" Ngoài ra có {whole(len(left))} phần việc chưa hoàn thành, đến hạn sau ngày {day} hoặc không quy định thời hạn, không tính trong kỳ."
