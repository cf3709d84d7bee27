"""How a clause begins: with a verb, with somebody who is to act, with a time, or as no more than an item of a list."""

import re

from khue.reader.grammar import subject_at, verb_at
from khue.reader.lexicon import Lexicon
from khue.reader.unitname import quantified, skip, unit_end

_TIME_OPENING = re.compile(
    r"(?:phấn đấu )?(?:đến hết|đến cuối|đến trước|đến|trong|từ|trước|vào|chậm nhất|muộn nhất|tuần|hằng|hàng|cuối|đầu|giữa|mỗi|định kì|sau|ngay|tháng|quí|năm|ngày)\s"
)
_TIME_WORD = re.compile(
    r"(?:(?:là |trong |đến |từ |hết |cuối |đầu |ngày |năm |tháng |quí |tuần |giờ |vào |trước |sau |thứ |hai|ba|tư|bảy|năm học |học kì |giai đoạn |hằng |hàng |kì |của |sáng |chiều |nhất |thứ nhất )*"
    r"(?:\d[\d/.\-–h:]*|[ivx]{1,4}(?!\w)|tuần(?!\w)|tháng(?!\w)|quí(?!\w)|năm(?!\w)|năm học(?!\w)|học kì(?!\w)|hè(?!\w)))(?:\s*(?:năm|tháng|và|đến|,|/|-|–|năm học|ngày|giờ|từ)?\s*\d[\d/\-–]*|\s+(?:hằng|hàng) (?:năm|tháng|quí|tuần))*",
)
# "số liệu phải khớp …", "nhóm trẻ nhận tối đa 25 trẻ": a thing with its own word of duty (or measure) near its start
_OWN_DUTY = re.compile(
    r"(?:[\w\-–/]+\s+){1,8}?(?:(?:phải|cần phải|không được)\s|(?:nhận|đạt|có|không vượt|bình quân)\s+(?:không\s+)?(?:tối đa|tối thiểu|ít nhất|quá|không quá|không vượt)\s|(?:đạt|chiếm|tăng|giảm)\s+(?:(?!giai|năm|thời)[^\W\d]+\s+){0,3}\d)"
)
# "quyết định" is a verb before what is decided, else a document
_DECIDES = re.compile(r"quyết định\s+(?:việc|thời gian|mức|số lượng|hình thức|những|phương án|nội dung|chủ trương)\b")
# "đối với lớp 1, lớp 9, tựu trường …": for whom it is meant, then the verb
_FOR_WHOM = re.compile(r"(?:đối với|với|tại|ở)\s[^;.:]{2,120}?,\s*")
_MUST = re.compile(r"(?:[^\W\d_]+\s+){1,6}?phải\s")
# "sau mỗi đợt kiểm tra, đoàn kiểm tra gửi …"
_AFTER = re.compile(r"(?:sau (?:mỗi|khi)|trước (?:mỗi|khi)|kết thúc|khi)\s[^;.:,]{2,120},\s*")
_HAS = re.compile(r"\b(?:có|đạt)\b")
_COMMA = re.compile(r",\s*")
# "…; cho học sinh tiểu học nghỉ học khi …": somebody is let do something; not "…; cho học sinh" of a list
_LET = re.compile(
    r"cho (?:trẻ|trẻ em|học sinh|học viên|sinh viên|giáo viên)\b[^;.]{0,60}?\s(?:nghỉ|làm quen|tham gia|trở lại|tạm dừng|ở lại|được nghỉ)\b"
)
# "…; mỗi ngày không ít hơn 04 bản tin": a measure of the piece before it
_ONLY_MEASURE = re.compile(
    r"(?:mỗi|từng)(?P<who>(?: (?!có\b|đạt\b|được\b)[^\W\d]+){1,3}) (?:ít nhất|tối thiểu|tối đa|không ít hơn|không dưới|không quá|từ)? ?\d[\d.,]*(?P<what>(?: [^\W\d]+(?:/[^\W\d]+)?){1,5})[\s.,;/]*$"
)
# "…; thời hạn xong trước ngày 20/01": says by when, and goes with the piece before it
_BY_WHEN = re.compile(
    r"(?:thời hạn|thời gian|hạn)(?: (?:thực hiện|hoàn thành|cuối|cuối cùng|chót|báo cáo|gửi|nộp))?(?: là)?:? "
    r"(?:xong|trước|trong|chậm nhất|muộn nhất|hoàn thành|đến|hết|ngày|tháng|quí)\b"
)


def opens_duty(lex: Lexicon, text: str, low: str, at: int, end: int) -> bool:
    """Whether the stretch begins as a clause of its own: a verb, or a subject with its verb."""
    at = skip(low, at)
    if at >= end:
        return False
    order = lex["units.orders"].match(low, at)
    if order != -1 and not low.startswith(("giao ban", "giao lưu"), at):
        return True
    if low.startswith("riêng ", at):
        return opens_duty(lex, text, low, at + 6, end)
    if _FOR_WHOM.match(low, at, end) and any(verb_at(lex, low, p) != -1 for p in _behind_commas(low, at, min(end, at + 160))):
        return True
    after = _AFTER.match(low, at, end)
    if after and (verb_at(lex, low, after.end()) != -1 or subject_at(lex, text, low, after.end(), end) is not None):
        return True
    timed = behind_time(low, at, end)
    if timed > at and (opens_duty(lex, text, low, timed, end) or re.match(r"(?:có )?\d", low[timed:end])):
        return True
    noun = lex["nouns.heads"].match(low, at)
    document = lex["nouns.documents"].match(low, quantified(lex, low, at))
    verb = verb_at(lex, low, at)
    if verb != -1 and (verb > noun or _DECIDES.match(low, at)):
        return not (document != -1 and document >= verb and _is_title(text, low, document))
    if document != -1 and (lex["nouns.things"].match(low, at) == -1 or _is_title(text, low, document)):
        return False
    return subject_at(lex, text, low, at, end) is not None or _conditional(low, at, end) or _percent_subject(lex, low, at, end)


def _behind_commas(low: str, at: int, end: int) -> list[int]:
    """The places behind the commas of a stretch."""
    return [found.end() for found in _COMMA.finditer(low, at, end)]


def behind_time(low: str, at: int, end: int) -> int:
    """Past an opening like "Đến hết năm 2025, …" or "Hằng tuần …"; `at` where there is none."""
    opening = _TIME_OPENING.match(low, at, end)
    if not opening:
        return at
    found = _TIME_WORD.match(low, opening.end(), min(end, opening.end() + 60))
    if not found:
        return at
    p = skip(low, found.end())
    return skip(low, p + 1) if p < end and low[p] == "," else p


def _is_title(text: str, low: str, document: int) -> bool:
    """A document's kind followed by a number or a name in capitals."""
    rest = skip(low, document)
    named = text[rest : rest + 1].isupper() and not low[max(0, document - 12) : document].endswith(
        ("báo cáo", "thông báo", "hướng dẫn", "quyết định")
    )
    return bool(re.match(r"số\s*\d", low[rest : rest + 6])) or named or text[rest : rest + 1].isdigit()


def stands_alone(lex: Lexicon, text: str, low: str, at: int, end: int) -> bool:
    """Whether what follows a semicolon is a clause of its own: it opens as a duty, or at least not as a list's item."""
    at = skip(low, at)
    if _BY_WHEN.match(low, at, end) or _is_measure(lex, low, at, end):
        return False
    if _LET.match(low, at, end):
        return True
    if opens_duty(lex, text, low, at, end):
        return True
    if not low.startswith(("những ", "các "), at) and _OWN_DUTY.match(low, at, end):
        return True
    p = quantified(lex, low, at)
    if p > at and low.startswith(("mỗi ", "từng ", "mọi "), at):
        return lex["verbs.finite"].first(low, p, min(end, p + 50)) is not None or bool(_HAS.search(low, p, min(end, p + 50)))
    if lex["units.beneficiaries"].match(low, at) != -1:
        return lex["verbs.finite"].first(low, at, end) is not None
    if p > at or text[at : at + 1].isupper() or not text[at : at + 1].isalpha():
        return False
    if lex["nouns.heads"].match(low, at) != -1 or lex["nouns.documents"].match(low, at) != -1:
        return False
    name = unit_end(lex, text, low, at, end)
    if name != -1:
        return bool(low[name:end].strip(" ,;.")) and lex["verbs.finite"].first(low, name, end) is not None
    return len(low[at:end].split()) >= 3


def _is_measure(lex: Lexicon, low: str, at: int, end: int) -> bool:
    """Each of something, and how many of it, with no verb between or behind."""
    found = _ONLY_MEASURE.match(low, at, end)
    return found is not None and all(lex["verbs.finite"].first(low, *found.span(part)) is None for part in ("who", "what"))


def thing_with_duty(lex: Lexicon, low: str, at: int, end: int) -> bool:
    """ "mọi sai sót phải chỉnh sửa xong": what must be done is said of a thing that no list knows."""
    at = skip(low, at)
    found = _MUST.match(low, at, end)
    return found is not None and verb_at(lex, low, at) == -1 and behind_time(low, at, end) == at


def _conditional(low: str, at: int, end: int) -> bool:
    """ "trường hợp … thì …", "nếu … thì …"."""
    return (
        low.startswith(
            (
                "trường hợp ",
                "nếu ",
                "khi ",
                "những em ",
                "những trường hợp ",
                "những nơi ",
                "nơi ",
                "với ",
                "đối với ",
                "đơn vị nào",
                "trường nào",
                "ai ",
            ),
            at,
        )
        and " thì " in low[at:end]
    )


def _percent_subject(lex: Lexicon, low: str, at: int, end: int) -> bool:
    """ "100% học sinh … thuộc", "tỷ lệ … đạt 98%"."""
    if re.match(r"(?:(?:ít nhất|tối thiểu|trên|từ|có|phấn đấu|đạt)\s+){0,2}\d{1,3}(?:,\d+)?\s?%", low[at:end]):
        return True
    return bool(re.match(r"t[ỷỉ] lệ\b.*?\b(?:đạt|trên|dưới|không|từ|tăng|giảm)\b.*\d", low[at:end]))
