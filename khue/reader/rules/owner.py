"""Who is to act: "Giao X", "yêu cầu X", "X chủ trì", a printed subject, the unit a heading names."""

import re

from khue.reader.clauses import behind_time
from khue.reader.clean.paragraph import Para
from khue.reader.grammar import Subject, done_by, having, subject_at, verb_at
from khue.reader.lexicon import Lexicon
from khue.reader.model import Found
from khue.reader.unitname import skip, unit_end, unit_head

_INTRO = re.compile(
    r"(?:căn cứ|quá trình|quá thời hạn|trường hợp(?![^,;.]*\bthì\b)|trên cơ sở|để|nhằm|trong|hằng|hàng|định kì|trước|sau|khi|nếu|từ|đến|theo|nhận được|với|đối với|tại|ngoài|chậm nhất|vào|sau khi|qua|bằng|tùy|về|do|nơi|những nơi|ở những nơi|riêng)\b[^;.]*?,\s*"
)
# "những bản chưa có điện thì …" tells where, not who
_IF = re.compile(r"(?:những|các|nơi|với|đối với)\b(?![^,]*\bnào\b)[^,]*\bthì\b")
_IF_ANY = re.compile(r"(?:[\w,]+\s+){1,4}?nào\s[^;.]{2,160}?\bthì\s")
_LED = re.compile(r"\bchủ trì\b")
_LEVELS = ("quận", "huyện", "thị xã", "thành phố", "thị trấn", "xã", "phường", "đặc khu", "tỉnh")
_SPLIT = re.compile(r"\s*[,;]\s*(?:và\s+)?|\s+và\s+")
_ORDER = re.compile(
    r"(?:kính |trân trọng |cũng )?(?:yêu cầu|đề nghị|giao cho|giao trách nhiệm cho|giao nhiệm vụ cho|giao(?! ban| lưu)|kiến nghị|ủy quyền cho|uỷ quyền cho)\s+"
)

# "Trên đây là Kế hoạch …, đề nghị các đơn vị …" and "Giao chỉ tiêu phát triển giáo dục năm 2026 cho Ủy ban nhân dân các xã (…), trong đó:"
_CLOSING_ORDER = re.compile(r",\s*(?=(?:yêu cầu|đề nghị|giao)\s)")
_TOLD = re.compile(
    r"\bthông báo\b[^;]*\s(?:để|đến) (?P<who>[^;.]{3,160}?)(?: được)? biết(?:,| và| để) (?:tổ chức |triển khai )?thực hiện[\s./]*$"
)
_GIVEN_TO = re.compile(r"giao (?:các )?(?:chỉ tiêu|nhiệm vụ|dự toán|kế hoạch|biên chế)\b[^:;.]{0,120}?\bcho\s+(?=\S)")


def names(lex: Lexicon, para: Para, start: int, end: int, rule: str) -> list[Found]:
    """The names in a list of names, one by one; commas and "và" inside a name do not cut it."""
    text, low = para.text, para.low
    fixed = list(lex["units.fixed"].find(low, start, end))
    bounds: list[tuple[int, int]] = []
    at = start
    for sign in _SPLIT.finditer(low, start, end):
        if any(a < sign.end() and sign.start() < b for a, b in fixed):
            continue
        if _new_name(lex, text, low, at, sign, end):
            bounds.append((at, sign.start()))
            at = sign.end()
    bounds.append((at, end))
    found = []
    for a, b in bounds:
        a, b = _strip_name(lex, text, low, a, b)
        if b > a:
            found.append(Found(para.quote(a, b), para.span(a, b), rule))
    return found


def _new_name(lex: Lexicon, text: str, low: str, at: int, sign: "re.Match[str]", end: int) -> bool:
    """Whether a name of its own follows, not one more word of a group ("các sở, ban, ngành")."""
    nxt = sign.end()
    if nxt >= end:
        return False
    if ";" in sign.group():
        return True
    if lex["units.quantifiers"].match(low, nxt) != -1 or lex["units.orders"].match(low, nxt) != -1:
        return True
    if text[nxt].isupper():
        return not _one_more_level(lex, low, at, nxt, end)
    grouped = lex["units.quantifiers"].first(low, at, sign.start()) is not None
    head = unit_head(lex, low, nxt)
    if low[nxt:head] in _LEVELS:
        return False
    return head != -1 and not grouped and " " in low[nxt:head]


def _one_more_level(lex: Lexicon, low: str, at: int, nxt: int, end: int) -> bool:
    """ "các trường Mầm non, Phổ thông": the second is a kind of school too, not a unit."""
    level = lex["nouns.levels"].match(low, nxt)
    if level == -1 or (level < end and low[level] not in ",;" and not low.startswith(" và ", level)):
        return False
    return re.search(r"\b(?:trường|cấp học|cơ sở)\b", low[at:nxt]) is not None


def _strip_name(lex: Lexicon, text: str, low: str, a: int, b: int) -> tuple[int, int]:
    order = lex["units.orders"].match(low, a)
    if order != -1 and order < b:
        a = skip(low, order)
    while a < b and text[a] in " -–+•,;:.":
        a += 1
    while b > a and text[b - 1] in " ,;:.":
        b -= 1
    bracket = re.search(r"\s*\([^()]*\)$", text[a:b])
    return (a, a + bracket.start()) if bracket and bracket.start() else (a, b)


def heading_owners(lex: Lexicon, para: Para, start: int, end: int) -> list[Found]:
    """The units that a heading consists of ("1. Sở Nội vụ", "5. Đề nghị Ủy ban … và các tổ chức …"), else []."""
    low, text = para.low, para.text
    at = start
    given = _GIVEN_TO.match(low, at, end)
    at = given.end() if given else at
    while (lead := lex["units.heading_leads"].match(low, at)) != -1 and lead < end:
        at = skip(low, lead)
    while end > at and text[end - 1] in " :.;":
        end -= 1
    # a heading in capitals tells no names by their capitals
    printed = low if text[at:end].isupper() else text
    until = unit_end(lex, printed, low, at, end)
    if until == -1:
        return []
    rest = text[until:end].strip()
    if (
        rest
        and not re.fullmatch(r"\([^()]*\)", rest)
        and not (given and rest.startswith((",", "(")))
        and not re.fullmatch(
            r"(?:phụ trách|chuyên trách|được phân công)\b.*|(?:là (?:cơ quan|đơn vị|đầu mối)[^:;]{0,80}|(?:chủ trì|có trách nhiệm|chịu trách nhiệm)(?:,? phối hợp với.*)?)",
            low[until:end].strip(),
        )
    ):
        return []
    described = re.match(r"\s*(?:phụ trách|chuyên trách)\b", low[until:end])
    return names(lex, para, at, end if described else until, "owner.heading")


def clause_owners(lex: Lexicon, para: Para, start: int, end: int, zone: str) -> tuple[list[Found], int]:
    """(the owners a clause names itself, where its own verb begins); ([], start) where it names none."""
    text, low = para.text, para.low
    at = _behind_condition(lex, para, _behind_intro(lex, low, start, end), end)
    if low.startswith("trên đây là ", at) and (order := _CLOSING_ORDER.search(low, at, end)):
        at = order.end()
    ordered = _ordered(lex, para, at, end) or _told(lex, para, at, end)
    if ordered:
        return ordered
    subject = subject_at(lex, text, low, at, end)
    if (
        subject
        and subject.kind in ("unit", "person")
        and zone != "targets"
        and not low[at].isdigit()
        and not _IF.match(low, at, subject.verb + 5)
    ):
        if _authority(low, subject.verb):
            ordered = _ordered(lex, para, subject.verb, end)
            if ordered:
                return ordered
        return names(lex, para, subject.start, subject.end, "owner.subject"), subject.verb
    topic = _behind_topic(lex, para, at, end)
    if topic and zone != "targets":
        return names(lex, para, topic.start, topic.end, "owner.subject"), topic.verb
    led = _led(lex, para, start, end) or _by(lex, para, at, end)
    return (led, start) if led else ([], start)


def _behind_condition(lex: Lexicon, para: Para, at: int, end: int) -> int:
    """ "xã nào để tỷ lệ … dưới 90% thì Chủ tịch UBND xã phải …": who acts stands behind "thì"."""
    then = _IF_ANY.match(para.low, at, end)
    if then and (found := subject_at(lex, para.text, para.low, then.end(), end)) and found.kind in ("unit", "person"):
        return then.end()
    return at


def _behind_topic(lex: Lexicon, para: Para, at: int, end: int) -> Subject | None:
    """ "Công tác chuyển đổi số các cơ sở đánh giá …": the topic stands first, then who acts."""
    low = para.low
    if not low.startswith(("công tác ", "về ", "việc "), at):
        return None
    for match in re.finditer(r"\b(?:các|mỗi|từng)\s", low[at : min(end, at + 90)]):
        found = subject_at(lex, para.text, low, at + match.start(), end)
        if found and found.kind in ("unit", "person") and "," not in low[at : found.start]:
            return found
    return None


def _behind_intro(lex: Lexicon, low: str, start: int, end: int) -> int:
    """Past an opening like "Căn cứ tình hình thực tế, …" when somebody or an order stands behind it."""
    at = skip(low, start)
    for opening in ("đồng thời", "sau đó", "riêng", "ngoài ra", "trước mắt", "bên cạnh đó"):
        if low.startswith(opening, at):
            at = skip(low, at + len(opening))
            at = skip(low, at + 1) if at < end and low[at] == "," else at
    intro = _INTRO.match(low, at, end)
    timed = behind_time(low, at, end)
    if timed > at and verb_at(lex, low, timed) != -1:
        return timed
    while intro:
        behind = intro.end()
        if lex["units.orders"].match(low, behind) != -1 or unit_end(lex, low, low, behind, end) != -1:
            return behind
        following = re.compile(r"[^;.]*?,\s*").match(low, behind, end)
        if not following or following.end() - at > 260:
            break
        intro = following
    return at


def _authority(low: str, verb: int) -> bool:
    return bool(_ORDER.match(low, verb))


def _ordered(lex: Lexicon, para: Para, at: int, end: int) -> tuple[list[Found], int] | None:
    """ "Giao X …", "yêu cầu X …": X acts."""
    low, text = para.low, para.text
    order = _ORDER.match(low, at, end)
    if not order:
        return None
    p = order.end()
    until = unit_end(lex, text, low, p, end)
    if until == -1:
        return None
    until = _described(lex, low, until, end)
    return names(lex, para, p, until, "owner.order"), skip(low, until)


def _told(lex: Lexicon, para: Para, at: int, end: int) -> tuple[list[Found], int] | None:
    """ "Văn phòng thông báo kết luận … để các đơn vị biết, thực hiện": those who are told act."""
    told = _TOLD.search(para.low, at, end)
    if told is None or unit_end(lex, para.text, para.low, told.start("who"), told.end("who")) != told.end("who"):
        return None
    return names(lex, para, *told.span("who"), "owner.order"), told.end("who") + 1


def _described(lex: Lexicon, low: str, until: int, end: int) -> int:
    """A name goes on to its verb ("các đơn vị còn thiếu giáo viên khẩn trương …") when that is near."""
    further = having(lex, low, skip(low, until), end)
    if further != -1:
        return further
    if verb_at(lex, low, skip(low, until)) != -1:
        return until
    stop = min([end, *(i for i in (low.find(c, until, end) for c in ",;:(") if i != -1)])
    first = lex["verbs.finite"].first(low, until, stop)
    gap = low[until : first[0]] if first else ""
    return until + len(gap.rstrip()) if first and 0 < len(gap.split()) <= 5 and not gap.lstrip().startswith("và ") else until


def _by(lex: Lexicon, para: Para, at: int, end: int) -> list[Found]:
    """ "Số liệu … do các trường cập nhật": the one by whom a thing is to be done."""
    by = done_by(lex, para.text, para.low, at, end) if verb_at(lex, para.low, at) == -1 else None
    return names(lex, para, *by, "owner.by") if by else []


def _led(lex: Lexicon, para: Para, start: int, end: int) -> list[Found]:
    """ "do Sở Nội vụ chủ trì", "(Văn phòng chủ trì)": the unit before "chủ trì"."""
    low, text = para.low, para.text
    for match in _LED.finditer(low, start, end):
        at = match.start()
        for word in re.finditer(r"(?<!\w)\w", low[max(start, at - 90) : at]):
            p = max(start, at - 90) + word.start()
            if lex["units.all"].match(low, p) == -1:
                continue
            until = unit_end(lex, text, low, p, at)
            if until != -1 and not low[until:at].strip():
                return names(lex, para, p, until, "owner.leads")
    return []
