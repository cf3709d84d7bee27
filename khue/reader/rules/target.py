"""Numbers to be reached: "ít nhất 36% trẻ", "không quá 35 học sinh/lớp", "02 trường", "từ 99,5% trở lên"."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from khue.core.text import key
from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon, alternation
from khue.reader.model import Target
from khue.reader.phrases import WORD
from khue.reader.unitname import skip

_NUMBER = re.compile(
    r"(?P<n>\d(?<![\w/.,\-–].)(?:\d{0,2}(?:\.\d{3})+(?:,\d+)?|\d*(?:,\d+)?))(?:(?:\s?[-–]\s?|\sđến\s)(?P<to>\d[\d.]*(?:,\d+)?))?\s?(?P<of>/\s?\d{1,5}(?!\d))?\s?(?P<u>%|m2\b|m²|km\b|ha\b)?"
)
_WORDS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "mười": 10}
_RATIO = re.compile(
    r"\s?/\s?(?P<per>(?:\d{1,4}\s+)?[^\W\d_]+(?:\s(?:học|kì|sinh|viên|kỳ|tính|dân|phòng|nhà|tiêu|tâm|vị|sở|đình|trường|trẻ|nấu ăn|sơ))?)"
)
_FOR_WHICH = re.compile(r"\s(ở|đối với|với|tại|cho)\s")
_NEXT_SHARE = re.compile(r"\s\S[^,;:%]{0,60}(?:,|\svà|, và)\s$")
# "tăng từ 120 đến 150 phòng": the second number is to be reached; in "từ 150 đến 180 người" the first will do
_CHANGED = re.compile(r"(?:tăng|nâng|giảm|kéo giảm|hạ)(?:\s\S+){0,4}?\s(?:từ\s)?$")
# what is paid to whom is no goal
_PAID = re.compile(r"(?:hỗ trợ|trợ cấp|phụ cấp|được hưởng|mức thu|mức chi|mức hưởng|thu không quá|chi trả|học phí)\b[^,;]{0,60}$")
# money that somebody is told to find
_GRANTED = re.compile(r"(?:cân đối|bố trí|bổ sung|phân bổ|dành|cấp)(?: (?:đủ|thêm|bổ sung))?$")
_FOLLOW = re.compile(r"\s*(?:[,;:.()]|$)")
_CONDITION = re.compile(r"\b(?:nào|nếu|trường hợp|khi)\b[^;]{0,300}$")
_BARE = re.compile(r"(?<!\w)(?:trên|dưới|hơn)\s*$")
_CLOCK = re.compile(r"\s*(?:\d{1,2}\s*(?:phút)?)?\s*,?\s*(?:ngày|hằng|hàng|sáng|chiều|thứ)\b")
_AT_HOUR = re.compile(r"(?:đến|lúc|trước|sau|vào|từ) $")
_COVER = re.compile(r"(?:,|;|\s(?:và|để|nhằm|theo|trong|vào|trước|đến|tại|ở|cho|bằng|từ|có|được|đạt|qua|thuộc|với|trên|so)\s)")


@lru_cache(maxsize=4)
def _comparators(lex: Lexicon) -> list[tuple[str, "re.Pattern[str]"]]:
    rows = lex.data["targets"]["comparators"]
    return [
        (
            r["sign"],
            re.compile(
                rf"(?<!\w){alternation(r['before'])}\s*(?:mỗi\s+(?:năm học|học kì|năm|quí|tháng|tuần|ngày)\s+|là\s+|khoảng\s+|mức\s+|tỉ lệ\s+|các\s+|từ\s+)*$"
            ),
        )
        for r in rows
    ]


def find_targets(lex: Lexicon, para: Para, start: int, end: int, zone: str, masked: Iterable[tuple[int, int]] = ()) -> list[Target]:
    """The targets of a clause. `masked` stretches (citations, quoted slogans, dates) hold none."""
    hidden = list(masked)
    found: list[Target] = []
    ends = start
    for match in _NUMBER.finditer(para.low, start, end):
        a, b = match.span()
        if any(x < b and a < y for x, y in hidden) or b > end:
            continue
        listed = bool(found) and re.fullmatch(r"[\w\s%/]*?,\s*(?:và\s*)?|\s*và\s+", para.low[ends:a] if ends <= a else "") is not None
        near = 12 if found and para.low[ends:a].rstrip().endswith(",") and not found[-1].unit.startswith("%") else 3
        target = _target(
            lex, para, match, start, end, "targets" if listed and zone == "plan" and len(para.low[ends:a].split()) <= near else zone
        )
        if target:
            if _as_before(para.low, found, target, (ends, a, b)):
                target = replace(target, comparator=found[-1].comparator)
            ends = b
            found.append(target)
    return found


def _target(lex: Lexicon, para: Para, match: "re.Match[str]", start: int, end: int, zone: str) -> Target | None:
    low = para.low
    a = match.start()
    before = low[max(start, a - 60) : a]
    sign, sign_start = _sign(lex, before, a)
    counted = low[max(start, sign_start - 160) : sign_start].rstrip()
    unit, unit_end = _unit(lex, para.text.lower() if len(para.text.lower()) == len(low) else low, low, match, end)
    upward = low.startswith("trở lên", skip(low, unit_end))
    if unit is None or (_other_number(lex, low, match) and not unit.startswith("%") and not _lasting(low, unit, before, sign, unit_end)):
        return None
    if (
        unit != "%"
        and (sign in ("<", ">") or before.rstrip().endswith("từ"))
        and counted.endswith(" có")
        and not re.search(r"(?:phấn đấu|đến|\d{4}|để|đảm|bảo|mỗi \w+|mỗi \w+ \w+) có$", counted)
    ):
        return None
    if _conditional(low, start, a, end) or (
        unit != "%" and "/" not in unit and zone != "targets" and _describes(lex, before, counted, sign)
    ):
        return None
    if unit == "giờ" and (_CLOCK.match(low, unit_end, end) or (not sign and _AT_HOUR.search(before))):
        return None
    if unit != "%" and not _is_goal(lex, low, before, counted, unit, sign, zone, start, a, upward):
        return None
    if unit == "%" and re.search(r"(?:hiện|đã|mới|năm trước|cùng kì|hiện có|hiện nay|so với)[^,;]{0,25}$", before) and not sign:
        return None
    if sign == "<" and re.search(r"không (?:có|để)[^,;]{0,40}$", counted):
        sign = ">="
    if upward:
        sign, unit_end = ">=", skip(low, unit_end) + 7
    elif re.search(r"từ\s*$", before) and re.match(r"\s*[^,;.]{0,40}?trở lên", low[unit_end:end]):
        sign = ">="
    number = match["to"] if match["to"] and _CHANGED.search(before) else match["n"]
    value = float(number.rstrip(".").replace(".", "").replace(",", "."))
    quote_end = _cover(low, unit_end, end) if not low[sign_start:unit_end].endswith("trở lên") else unit_end
    return Target(value, unit, sign or "=", para.quote(sign_start, quote_end), para.span(sign_start, quote_end), "target")


def _as_before(low: str, found: list[Target], target: Target, place: tuple[int, int, int]) -> bool:
    """ "không quá 0,15% ở cấp tiểu học và 0,4% ở cấp trung học": the second share is a ceiling as well."""
    last, a, b = place
    if not found or (found[-1].unit, target.unit, target.comparator) != ("%", "%", "=") or not found[-1].comparator.startswith("<"):
        return False
    first = _FOR_WHICH.match(low, last)
    second = _FOR_WHICH.match(low, b)
    return bool(first and second and first[1] == second[1]) and _NEXT_SHARE.search(low, last, a) is not None


def _other_number(lex: Lexicon, low: str, match: "re.Match[str]") -> bool:
    """A number that the words behind it make an age, a grade, a name."""
    return lex["targets.not_followed"].match(low, skip(low, match.end("n"))) != -1


def _lasting(low: str, unit: str, before: str, sign: str, end: int) -> bool:
    """ "lưu trữ ít nhất 10 năm": how long something must last; "từ 24 tháng" tells an age."""
    aimed = sign in (">=", "<=") and not before.rstrip().endswith(("từ", "trẻ", "đến", "còn"))
    return unit in ("năm", "tháng") and aimed and not low.startswith(("học", "tuổi", "công tác", "kinh nghiệm"), skip(low, end))


def _conditional(low: str, start: int, a: int, end: int) -> bool:
    """ "xã nào để tỷ lệ dưới 90% thì …": the number says when, not what is to be reached."""
    return low.find(" thì ", a, end) != -1 and _CONDITION.search(low, start, a) is not None


def _describes(lex: Lexicon, before: str, counted: str, sign: str) -> bool:
    """ "thí sinh ở xa trên 20 km", "bài thi dưới 2 điểm": a bare "trên"/"dưới" behind a noun tells which ones."""
    if sign not in ("<", ">") or not _BARE.search(before) or not counted:
        return False
    words = counted.rsplit(",", 1)[-1].split()
    last = [" ".join(words[-n:]) for n in (1, 2, 3)]
    verb = any(lex[name].full(w) for name in ("targets.goal_verbs", "verbs.finite") for w in last)
    return bool(words) and not verb and not any(lex["verbs.verbs"].full(w) for w in last[1:])


def _sign(lex: Lexicon, before: str, a: int) -> tuple[str, int]:
    """(comparator, where its words begin); ("", a) without one. "không dưới" wins over "dưới"."""
    best = ("", a, 0)
    for sign, pattern in _comparators(lex):
        match = pattern.search(before)
        if match and len(match.group()) > best[2]:
            best = (sign, a - len(before) + match.start(), len(match.group()))
    return best[0], best[1]


def _unit(lex: Lexicon, printed: str, low: str, match: "re.Match[str]", end: int) -> tuple[str | None, int]:
    """(the unit, its end): "%", a counted noun, or the whole ratio."""
    if match["u"] == "%":
        return "%", match.end("u")
    at = skip(low, match.end("u") if match["u"] else match.end())
    noun = match.end("u") if match["u"] else lex["targets.units"].match(low, at)
    name = (match["u"] or "").replace("²", "2")
    if name and (of := re.compile(r"\s[^\W\d_]+(?=/[^\W\d_])").match(low, noun, end)):
        name, noun = f"{name}{printed[of.start() : of.end()]}", of.end()
    if noun == -1 or noun > end:
        ratio = re.compile(r"[^\W\d_]+(?:\s[^\W\d_]+){0,3}?(?=\s?/\s?(?:\d{1,4}\s)?[^\W\d_])").match(low, at, end)
        if not ratio:
            return None, at
        noun = ratio.end()
    else:
        longer = re.compile(r"(?:\s[^\W\d_]+){0,3}?(?=\s?/\s?(?:\d{1,4}\s)?[^\W\d_])").match(low, noun, end)
        if longer:
            noun = longer.end()
    name = name or printed[at:noun]
    per = _RATIO.match(low, noun, end)
    first = per.start("per") if per else 0
    while per and (further := _RATIO.match(low, per.end(), end)):
        per = further
    if per:
        return f"{name}/{printed[first : per.end('per')].removeprefix('1 ')}", per.end()
    return name, noun


def _is_goal(lex: Lexicon, low: str, before: str, counted: str, unit: str, sign: str, zone: str, start: int, a: int, upward: bool) -> bool:
    """Whether a counted noun is a goal: not a name, an order, a grade; weak units need a comparator or goal's verb."""
    stripped = before.rstrip()
    if "/" in unit and stripped.endswith("định mức"):
        return True
    if lex["targets.not_after"].ends(stripped) and not sign and not stripped.endswith(("mỗi năm", "mỗi tháng", "mỗi tuần", "mỗi ngày")):
        return False
    if sign and lex["targets.not_after"].ends(counted) and counted.endswith(("lần thứ", "độ tuổi", "tuổi")):
        return False
    if unit.startswith(("đồng/", "triệu đồng/", "nghìn đồng/")) and _PAID.search(before):
        return False
    if unit.endswith(" đồng") and _GRANTED.search(stripped):
        return True
    if "/" in unit:
        return unit not in ("buổi/ngày",)
    if sign and (sign != ">=" or upward or not stripped.endswith(("từ", "còn"))):
        return True
    if zone == "targets" and not re.search(r"giai đoạn|nhiệm kì", before):
        return True
    chunk = low[max(start, low.rfind(",", start, a) + 1, low.rfind("(", start, a) + 1) : a]
    verb = lex["targets.goal_verbs"].ends(stripped) or any(
        not low[e:a].strip(" ") for _, e in lex["targets.goal_verbs"].find(low, max(start, a - 80), a)
    )
    if verb:
        return True
    weak = lex["targets.weak_units"].full(key(unit))
    return not weak and lex["targets.goal_verbs"].first(chunk) is not None and "hiện" not in chunk.split()


def _cover(low: str, at: int, end: int) -> int:
    """The quote of a target goes on over what is counted ("100% trẻ 5 tuổi"), up to a comma or a preposition."""
    stop = _COVER.search(low, at, end)
    until = stop.start() if stop else end
    return min(until, at + 60) if WORD.search(low, at, until) else at
