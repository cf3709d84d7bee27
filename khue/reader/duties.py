"""Which clauses ask somebody to do something, and which only tell, explain, praise or close."""

import itertools
import re

from khue.reader.clauses import opens_duty, stands_alone
from khue.reader.clean.paragraph import Para
from khue.reader.grammar import done_by, subject_at, verb_at
from khue.reader.lexicon import Lexicon
from khue.reader.outline import Item
from khue.reader.unitname import skip, unit_end
from khue.reader.zones import NO_DUTIES

_MODAL = re.compile(
    r"\b(?:phải|(?<!chuyên )cần|có trách nhiệm|chịu trách nhiệm|yêu cầu|đề nghị|không được|khẩn trương|nghiêm túc|chủ động|tiếp tục|có nhiệm vụ|phấn đấu|tuyệt đối)\b"
)
_PAST = re.compile(r"\b(?:đã|vừa|(?<!chưa )từng(?! bước))\b")
_PRAISE = re.compile(r"(?:\S+\s+){0,6}?(?:ghi nhận (?:và|những|sự|kết quả)|đánh giá cao|hoan nghênh|cảm ơn)\b")
# "Ủy ban nhân dân tỉnh kính trình Hội đồng nhân dân tỉnh xem xét": done by sending it
_SUBMITS = re.compile(r"(?:[^\s;,.]+\s+){0,8}?kính trình\b")
_PLANNED = re.compile(r"giai đoạn\s+\d{4}|năm học\s+\d{4}|\d{4}\s*[-–]\s*\d{4}")
_COOPERATE = re.compile(r"phối hợp[^;]*?\btrong (?:việc |công tác )?[^;]*$")
# a rate of support: who is paid how much
_RATE = re.compile(
    r"được\s+(?:\S+\s+)?(?:hỗ trợ|hưởng|trợ cấp|chi trả)\s+(?:\S+\s+){0,4}?\d[\d.,]*\s*(?:%|đồng|triệu|nghìn|kg|lần mức|tháng lương)"
)
# "giáo viên dạy lớp được tính giờ theo …": what somebody is entitled to
_ENTITLED = re.compile(r"(?:[^\s;.]+\s+){1,10}?được (?:tính|hưởng|thanh toán|chi trả|trả|quy đổi|cộng)\b")
# "Ban kiểm tra gồm 11 người do …": who belongs to it
_COMPOSED = re.compile(r"(?:ban|tổ|đoàn|hội đồng)(?:\s[^\s;.,]+){1,8}?\sgồm(?: có)?:?\s+(?:\d|đồng chí|ông|bà|các (?:đồng chí|ông|bà))")
_YEAR_OPENING = re.compile(r"(?:trong |đến )?(?:năm học|học kì|năm|tháng|quí)\s[\divx][\w\-–/ ]*,\s*")
_ITEM = re.compile(r"([a-zđ])\)\s*(?=\S)")


def is_duty(lex: Lexicon, item: Item, start: int, end: int, orphan: bool) -> bool:
    """Whether a sentence asks for something. `orphan`: the document has no headings, its text is all there is."""
    para, zone = item.para, item.zone
    low, text = para.low, para.text
    at = skip(low, start)
    if (zone in NO_DUTIES and not _dated_step(lex, item, at, end)) or text[start:end].rstrip().endswith(":"):
        return False
    if _effect(lex, low, at, end) or _OWN_EFFECT.match(low, at) or (text[at] == "(" and text[start:end].rstrip(" .;/").endswith(")")):
        return False
    if lex["sentences.not_a_duty"].match(low, at) != -1 and not _orders_anyway(lex, low, at, end):
        return False
    if _RATE.search(low, at, end) and verb_at(lex, low, at) == -1 and not _MODAL.search(low, at, end):
        return False
    if zone != "targets" and _COMPOSED.match(low, at, end) and not _MODAL.search(low, at, end):
        return False
    if zone != "targets" and _is_entitled(lex, low, at, end):
        return False
    if (_PRAISE.match(low, at, end) or _SUBMITS.match(low, at, end)) and not _MODAL.search(low, at, end):
        return False
    if zone == "preamble":
        return _preamble_duty(lex, para, at, end, orphan) or (orphan and _told_in_a_list(lex, item, at, end))
    if item.mark and item.mark.style == "article" and at <= item.start + 2 and _performative(lex, low, at, end):
        return False
    if verb_at(lex, low, at) != -1 or lex["units.orders"].match(low, at) != -1:
        return True
    if zone == "targets":
        return not _PAST.search(low, at, end)
    if _tells(lex, para, at, end):
        return False
    if zone == "funding":
        return bool(_MODAL.search(low, at, end)) or subject_at(lex, text, low, at, end) is not None
    if opens_duty(lex, text, low, at, end) or item.due is not None:
        return True
    return _default(lex, item, at, end)


def _dated_step(lex: Lexicon, item: Item, at: int, end: int) -> bool:
    """ "2. Thời gian" over "b) Công bố kết quả chậm nhất ngày 20/7/2024": the steps of a calendar are duties, a bare time is not."""
    low = item.para.low
    if item.zone != "basis" or not item.mark or not item.heading.lower().startswith(("thời gian", "thời hạn")):
        return False
    subject = subject_at(lex, item.para.text, low, at, end)
    acts = verb_at(lex, low, at) != -1 or (subject is not None and subject.kind in ("unit", "person"))
    return acts and not _PAST.search(low, at, end) and re.search(r"\d", low[at:end]) is not None


# "Các địa phương được phép vận dụng nguồn vốn …": what one may do; "chỉ được phép", "không được phép" ask something
_ALLOWED = re.compile(r"(?:[^\s;.]+\s+){1,10}?(?<!chỉ )(?<!không )(?<!mới )được phép\b")


def _is_entitled(lex: Lexicon, low: str, at: int, end: int) -> bool:
    """What somebody gets, where nothing else is asked."""
    if _ALLOWED.match(low, at, end) and verb_at(lex, low, at) == -1 and not _MODAL.search(low, at, end):
        return True
    who = max(lex["units.persons"].match(low, at), lex["units.beneficiaries"].match(low, at))
    return who != -1 and bool(_ENTITLED.match(low, at, end)) and not _MODAL.search(low, at, end)


def _effect(lex: Lexicon, low: str, at: int, end: int) -> bool:
    """The document speaks of itself: when it takes effect, what it replaces, what it comes with."""
    if lex["sentences.effect"].first(low, at, end) is None or _MODAL.search(low, at, min(end, at + 160)):
        return False
    return bool(re.search(r"\bnày\b|hiệu lực|từ ngày (?:kí|ban hành)\b", low[at:end]))


_OWN_EFFECT = re.compile(
    r"(?:\S+\s){1,3}này\s+(?:được gửi|phổ biến đến|phổ biến tới|được phổ biến|được công bố|được niêm yết|có hiệu lực|thay thế|được ban hành|được lập|gồm|áp dụng|thay cho)"
)


def _default(lex: Lexicon, item: Item, at: int, end: int) -> bool:
    """A clause whose opening is unknown: a duty where it has a verb at all, but a bulleted noun is a list's item."""
    low = item.para.low
    if item.mark and item.mark.bullet:
        if done_by(lex, item.para.text, low, at, end):
            return True
        return bool(_MODAL.search(low, at, end)) or (bool(item.owners) and _no_noun(lex, low, at))
    noun = lex["nouns.heads"].match(low, at)
    verb = lex["verbs.finite"].first(low, at, end)
    return verb is not None and (noun == -1 or bool(_MODAL.search(low, at, end)) or verb[0] < at + 60)


def _no_noun(lex: Lexicon, low: str, at: int) -> bool:
    """Under the name of a unit a bullet that opens with no known noun opens with a verb that is not in the catalog."""
    known = ("nouns.heads", "nouns.documents", "nouns.things", "units.all", "units.beneficiaries")
    return low[at : at + 1].isalpha() and all(lex[name].match(low, at) == -1 for name in known)


def _orders_anyway(lex: Lexicon, low: str, at: int, end: int) -> bool:
    """ "Trên đây là …, đề nghị các đơn vị …", "Do vậy, các trường cần …" still order something."""
    opening = lex["sentences.not_a_duty"].match(low, at)
    soft = low[at:opening] in ("vì vậy", "do vậy", "do đó", "nhờ đó", "kết quả", "đến nay", "hiện nay")
    order = re.search(r",\s*(?:đề nghị|yêu cầu|kính đề nghị|giao)\s", low[at:end])
    return bool(order) or (soft and bool(_MODAL.search(low, opening, end)))


def _performative(lex: Lexicon, low: str, at: int, end: int) -> bool:
    """What a decision does by being signed ("Phê duyệt Kế hoạch …", "Ban hành kèm theo …")."""
    return lex["sentences.performatives"].match(low, at) != -1


def _preamble_duty(lex: Lexicon, para: Para, at: int, end: int, orphan: bool) -> bool:
    """Before the first heading only an order counts; without any headings whatever opens as a duty does."""
    low = para.low
    if low.startswith(("căn cứ", "xét ", "theo đề nghị")) and not _MODAL.search(low, at, end):
        return False
    order = re.compile(r"(?:^|[,\s])(?:yêu cầu|đề nghị|giao(?! ban| lưu))\s+").search(low, at, end)
    if order and unit_end(lex, para.text, low, order.end(), end) != -1:
        return orphan or lex["units.orders"].match(low, at) != -1 or not _PAST.search(low, at, order.start())
    return orphan and verb_at(lex, low, at) != -1


def _told_in_a_list(lex: Lexicon, item: Item, at: int, end: int) -> bool:
    """In a document without numbers a bullet under a title tells somebody to act ("Ban đại diện … không quyên góp")."""
    if not (item.mark and item.mark.bullet and item.heading) or _tells(lex, item.para, at, end):
        return False
    subject = subject_at(lex, item.para.text, item.para.low, at, end)
    return subject is not None and subject.kind in ("unit", "person")


def _tells(lex: Lexicon, para: Para, at: int, end: int) -> bool:
    """Something told: the past or a state comes before any word of duty."""
    low = para.low
    if _MODAL.search(low, at, end):
        return False
    past = lex["sentences.past"].first(low, at, min(end, at + 200))
    if past is None:
        return bool(re.match(r"(?:năm học|học kì|năm|tháng|quí|ngày)\s+[\divx]", low[at:end])) and " là " in low[at : at + 80]
    name = unit_end(lex, para.text, low, at, end)
    if name != -1 and low.startswith(("đã ", "vừa ", "từng "), skip(low, name)):
        return True
    subject = subject_at(lex, para.text, low, at, end)
    if subject and subject.kind in ("unit", "person", "thing"):
        return subject.verb == past[0]
    opening = _YEAR_OPENING.match(low, at, past[0])
    duty = lex["verbs.finite"].first(low, opening.end() if opening else at, past[0])
    return duty is None or bool(_PAST.match(low, past[0]))


def pieces(lex: Lexicon, para: Para, start: int, end: int, semicolons: list[int]) -> list[tuple[int, int]]:
    """A sentence cut at those semicolons behind which a clause of its own begins."""
    bounds = [start, *(s + 1 for s in semicolons), end + 1]
    found: list[tuple[int, int]] = []
    for a, b in itertools.pairwise(bounds):
        b -= 1
        if found and (not _stands_alone(lex, para, a, b) or _unfinished(lex, para, *found[-1]) or _in_title(para, found[-1], a, b)):
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
    return found


def _stands_alone(lex: Lexicon, para: Para, a: int, b: int) -> bool:
    at = skip(para.low, a)
    inner = _ITEM.match(para.low, at)
    if inner:
        return True
    return stands_alone(lex, para.text, para.low, at, b)


def _unfinished(lex: Lexicon, para: Para, a: int, b: int) -> bool:
    """A piece that is only names ("Yêu cầu Thủ trưởng các sở, ban, ngành tỉnh") waits for its verb."""
    low = para.low
    at = skip(low, a)
    order = lex["units.orders"].match(low, at)
    until = unit_end(lex, para.text, low, skip(low, order) if order != -1 else at, b)
    return until != -1 and not low[until:b].strip(" ,;")


def _in_title(para: Para, before: tuple[int, int], a: int, b: int) -> bool:
    """Rule 9: still the name of a plan that goes on behind the semicolon, or a list governed by "phối hợp trong"."""
    last, piece = para.low[max(before[0], before[1] - 600) : before[1]], para.low[a : min(b, a + 600)]
    title = re.search(r"\d/?[^\s;]*[A-ZĐa-zđ]{2}.*?\svề\s[^.;]*$", last)
    if title and _PLANNED.search(piece) and not _PLANNED.search(last, title.start()) and "/kh" not in piece:
        return True
    return bool(_COOPERATE.search(last)) and not _MODAL.search(piece) and "đặc biệt" not in last and last.rstrip().endswith("trong")


def inline_label(para: Para, start: int) -> tuple[str, int]:
    """("a", where the text begins) for a piece that opens with "a)"; ("", start) otherwise."""
    at = skip(para.low, start)
    found = _ITEM.match(para.low, at)
    return (found.group(1), found.end()) if found else ("", start)
