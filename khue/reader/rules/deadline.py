"""By when: "trước ngày 15/10/2024", "trong Quý IV/2023", "đến hết năm 2025", "tuần đầu tháng 9", "Tháng 3/2024:"."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon, alternation
from khue.reader.model import Due
from khue.reader.rules.times import Time, times

Spans = Iterable[tuple[int, int]]
_BETWEEN = (
    r"\s*:?\s*(?:là\s+|vào\s+|khoảng\s+)?(?:\d{1,2}\s*(?:h|giờ|g|:)\s*\d{0,2}\s*(?:phút)?\s*,?\s*)?"
    r"(?:sáng\s+|chiều\s+)?(?:(?:thứ\s+\w+|chủ nhật)\s*,?\s*)?(?:ngày\s+|cuối\s+|hết\s+)*$"
)
_KINDS = ("chương trình", "đề án", "kế hoạch", "chiến lược", "quy hoạch", "dự án", "nghị quyết", "quyết định", "chỉ thị")
_YEARS = re.compile(r"\s*(?:năm\s+)?(20\d\d)(?:\s*[-–]\s*(20\d\d))?\s*")
_STAGE = re.compile(r"giai đoạn\s+(?:\S+\s*[:(]\s*)?(?:từ\s+)?(?:năm\s+)?(20\d\d)\s*(?:[-–]|đến|đến năm)\s*(20\d\d)(?!\d)")
# "huy động 120 tỷ đồng trong giai đoạn 2023 - 2025" closes a clause with when it is to be done; "Đề án … giai đoạn" is a name
_WITHIN_STAGE = re.compile(r"\btrong (?P<s>giai đoạn\s+(?:từ\s+)?(?:năm\s+)?20\d\d\s*(?:[-–]|đến năm|đến)\s*(?P<y>20\d\d))\s*(?:[.;/]|$)")
# "kéo dài thời gian thực hiện Đề án đến hết năm 2026": no name between the kind and the time
_NO_NAME = re.compile(rf"(?:{'|'.join(_KINDS)})(?: này)? (?:đến hết|trong|đến cuối)\s+(?:năm\s+)?")
_LIMIT_ANYWAY = re.compile(r"\b(?:vào|trước|chậm nhất|muộn nhất)\s(?:\S+\s){0,2}$")
# "tiến hành sơ kết trong năm 2027": the review is held then; in "sơ kết … trong năm" it is of that year
_REVIEWED_THEN = re.compile(r"\b(?:sơ kết|tổng kết)\s+(?:đề án |chương trình |kế hoạch |giữa kì )?trong\s")
# "trong tháng 4 và tháng 5/2026": the limit is the last of them
_AND = re.compile(r"\s*(?:và|,|[-–])\s*")
_RANGE = re.compile(r"\s*[-–]\s*(?:ngày\s+)?")
# "lần 1 trong tháng 9, lần 2 trong tháng 4": the limit is that of the last round
_ROUND = re.compile(r"\b(?:lần|đợt|kì) (?:thứ (?:hai|ba|tư)|[2-9]|ii|iii|iv)\b[^;.]{0,60}$")
_CLOSED = re.compile(r"\s*(?:[,;.)]|$)")
_SEND = re.compile(r"\b(?:báo cáo|gửi|nộp|trình|hoàn thành|xong)\b")
_EVENT = re.compile(r"(?:họp|hội nghị|phiên|văn bản|kết luận|kỉ niệm|nhân dịp|chào mừng|sinh|thành lập|từ|kể từ|thư)\s*$")
_PURPOSE = re.compile(r"\b(?:để|nhằm|phục vụ)\b")
_GOAL = re.compile(r"\b(?:đạt|hoàn thành|phấn đấu|giảm|tăng|có|xong|(?<!chương )trình|ban hành|gửi|nộp|phê duyệt)\b")


@lru_cache(maxsize=4)
def _limits(lex: Lexicon) -> list[tuple[str, bool, "re.Pattern[str]"]]:
    return [
        (str(g["takes"]), g.get("day") == "before", re.compile(rf"(?<!\w){alternation(str(g['words']))}{_BETWEEN}"))
        for g in lex.data["deadlines"]["limits"]
    ]


def find_due(
    lex: Lexicon,
    para: Para,
    start: int,
    end: int,
    year: int | None,
    heading: bool = False,
    masked: Spans = (),
    after: date | None = None,
    month: int = 0,
) -> Due | None:
    """The last day allowed that a stretch of a paragraph states, or None. A limit that is no real day has `day` None.

    `heading` also takes a bare time ("Tháng 3/2024"), as headings and table cells write it. `masked` stretches
    (citations, quoted titles) are not read. `after` moves a day without a year to the next year if it lies before.
    """
    if heading and (stage := _STAGE.match(para.low, start, end) or _YEARS.fullmatch(para.low, start, end)):
        span = para.span(stage.start(), stage.end())
        return Due(date(int(stage[2] or stage[1]), 12, 31), None, para.quote(stage.start(), stage.end()), span, "deadline.stage", "period")
    within = _WITHIN_STAGE.search(para.low, start, end)
    if within and not any(a < within.end() and within.start() < b for a, b in masked):
        span = para.span(within.start("s"), within.end())
        return Due(date(int(within["y"]), 12, 31), None, para.quote(within.start("s"), within.end()), span, "deadline.stage", "period")
    best: tuple[int, int, Time, date] | None = None
    wrong: Time | None = None
    hidden = list(masked)
    for time in times(para.low, start, end, year, after, month):
        if time.wrong and time.kind == "D" and _limit_words(lex, para.low, start, time):
            wrong = time
        if time.last is None or any(a < time.end and time.start < b for a, b in hidden):
            continue
        found = _limit(lex, para.low, start, time, heading)
        if found and not _is_title(para.text, para.low, start, time):
            order, day = found
            ranged = heading and best is not None and order == best[0] and _RANGE.fullmatch(para.low, best[2].end, time.start)
            later = best is not None and order == best[0] and _one_more_day(para.low, best[2], time)
            if best is None or order < best[0] or ranged or later:
                best = (order, time.start, time, day)
        elif best is None and (after is None or time.last >= after) and _plain_day(para.low, start, end, time):
            best = (6, time.start, time, time.last)
        elif best and time.kind == best[2].kind and _AND.fullmatch(para.low, best[2].end, time.start):
            best = (best[0], best[1], time, time.last)
    if best is None and wrong:
        span = para.span(wrong.start, wrong.end)
        return Due(None, None, para.quote(wrong.start, wrong.end), span, "deadline.impossible")
    if best is None:
        return None
    _, _, time, day = best
    period = "year" if time.kind == "Y" else "day" if time.kind == "D" else "period"
    span = para.span(time.start, time.end)
    return Due(day, None, para.quote(time.start, time.end), span, f"deadline.{time.kind}", period)


def _one_more_day(low: str, before: Time, time: Time) -> bool:
    """ "sơ kết trước 10/01, tổng kết trước 25/5": the later day; not where it is told what the first is for."""
    if time.last is None or before.last is None:
        return False
    if time.last > before.last and _ROUND.search(low, max(before.end, time.start - 90), time.start):
        return True
    if time.kind != "D" or before.kind != "D":
        return False
    return time.last > before.last and not _PURPOSE.search(low, before.end, time.start)


def _plain_day(low: str, start: int, end: int, time: Time) -> bool:
    """ "gửi danh sách về Phòng ngày 30/7/2026": a day to come at the end of what is to be sent or done."""
    if time.kind != "D" or not time.dated or not low.startswith("ngày", time.start) or not _CLOSED.match(low, time.end, end):
        return False
    before = low[max(start, time.start - 90) : time.start]
    return bool(_SEND.search(before)) and not _EVENT.search(before)


def _limit(lex: Lexicon, low: str, start: int, time: Time, heading: bool) -> tuple[int, date] | None:
    """(order of preference, day) where the words before the time make it a limit."""
    before = low[max(start, time.start - 70) : time.start]
    assert time.last is not None
    assert time.first is not None
    kind = "D" if time.kind in "DWN" else time.kind
    for order, (takes, day_before, pattern) in enumerate(_limits(lex)):
        if kind not in takes and not (time.kind in "WN" and "M" in takes):
            continue
        match = pattern.search(before)
        opens = heading and not _before_words(lex, before[: match.start()]) if match else False
        if match and (opens or not _excluded(lex, low, before[: match.start()], before, time)):
            day = time.first - timedelta(days=1) if day_before and kind != "D" else time.last
            return order, day
    told = time.kind in "MQH" or (time.kind == "D" and low.startswith("ngày", time.start))
    if told and before.endswith("(") and low[time.end : time.end + 1] == ")":
        return 5, time.last
    bare = before.strip(" ,(:;-")
    stands_free = not bare or heading or (time.kind == "W" and before.rstrip().endswith((",", "(")))
    if (heading or time.kind in "WY") and stands_free and not _named(lex, before):
        return (5, time.last) if time.kind not in "YH" or not bare else None
    if bare.endswith("cuối") and time.kind in "MY":
        return 5, time.last
    return None


def _named(lex: Lexicon, before: str) -> bool:
    """Whether the words right before a time say that it is no limit."""
    return lex["deadlines.not_before"].ends(before.rstrip()) or lex["deadlines.name_of"].ends(before.rstrip())


def _limit_words(lex: Lexicon, low: str, start: int, time: Time) -> bool:
    """Whether a day that cannot be is meant as a limit."""
    before = low[max(start, time.start - 70) : time.start]
    return any("D" in takes and pattern.search(before) for takes, _, pattern in _limits(lex))


def _before_words(lex: Lexicon, ahead: str) -> str:
    """What stands before the limit, a word of orientation that opens a heading left out."""
    words = ahead.strip(" ,")
    return "" if lex["deadlines.not_before"].full(words) else words


def _excluded(lex: Lexicon, low: str, ahead: str, before: str, time: Time) -> bool:
    """A vision, a start, a comparison, or the period of a review."""
    if lex["deadlines.not_before"].ends(ahead.rstrip(" ,")):
        return True
    if time.kind == "Y" and before.rstrip().endswith("trong"):
        start = low.rfind(".", 0, time.start) + 1
        chunk = low[max(start, low.rfind(",", 0, time.start) + 1) : time.start]
        if _REVIEWED_THEN.search(chunk):
            return False
        return not _GOAL.search(chunk) and lex["deadlines.period_of"].first(low, start, time.start) is not None
    return False


def _is_title(text: str, low: str, start: int, time: Time) -> bool:
    """A year inside the name of a programme ("Chương trình phát triển giáo dục đến năm 2025") is no deadline."""
    if time.kind != "Y":
        return False
    chunk_start = max(low.rfind(",", start, time.start), low.rfind(";", start, time.start), start - 1) + 1
    chunk = low[chunk_start : time.start]
    if _LIMIT_ANYWAY.search(chunk):
        return False
    at = max(chunk.rfind(k) for k in _KINDS)
    if at != -1 and _NO_NAME.fullmatch(chunk, at):
        return False
    return at != -1 and text[chunk_start + at].isupper() and not _GOAL.search(chunk, at)
