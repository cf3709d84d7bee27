"""Verbs and subjects: somebody (or something) who is to act, and where his verb begins."""

import re
from dataclasses import dataclass
from functools import lru_cache

from khue.reader.lexicon import Lexicon
from khue.reader.phrases import WORD
from khue.reader.unitname import ORGANISATION_AFTER, quantified, skip, unit_end, unit_head

_RELATIVE = re.compile(r"(?:có|còn|chưa|đang|đã|thuộc|ở|nào|nơi|chậm|thiếu|được|bị|mới|không có)\s")
_MODAL = re.compile(r"\b(?:phải|(?<!chuyên )cần|có trách nhiệm|chịu trách nhiệm|nghiêm túc|khẩn trương|chủ động|tiếp tục|không được)\b")
# "những trường dạy hai ca cần bố trí …": "những" asks which ones; what they must do stands behind
_TEACHING = re.compile(r"(?:dạy|chủ nhiệm) (?:các )?(?:lớp|môn|đội tuyển|khối|câu lạc bộ)\b")
_MUST_BEHIND = re.compile(r"(?<!^)(?<!chuyên )(?<!nhu )(?<!học )\b(?:phải|cần)\s")
_DO = re.compile(r"\bdo\s+(?!đó)")
_BRACKET = re.compile(r"\s*\([^()]{1,80}\)")
# "Công an tỉnh, theo chức năng, nhiệm vụ được giao, xây dựng …": said between the name and its verb
_WITHIN_POWERS = re.compile(
    r"\s*,?\s*(?:theo|căn cứ(?: vào)?|trong phạm vi|trên cơ sở|với)\s(?:các )?(?:chức năng|nhiệm vụ|quyền hạn|thẩm quyền|phạm vi)"
    r"(?:\s*,?\s(?:và |của )?(?:nhiệm vụ|quyền hạn|thẩm quyền|phạm vi|được giao|được phân công|mình|đơn vị mình|quản lí))*\s*,?\s*"
)
# "mỗi huyện có thêm ít nhất 01 trường": what there is to be, not which one is meant
_TO_HAVE = re.compile(r"có (?:thêm|ít nhất|tối thiểu|đủ|không quá|\d)")


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody (or something) told to act: the bounds of the name and where the verb begins."""

    start: int
    end: int
    verb: int
    kind: str  # "unit", "person", "thing", "beneficiary"


@lru_cache(maxsize=16)
def verb_at(lex: Lexicon, low: str, at: int) -> int:
    """The end of the verb (adverbs before it included) that begins at `at`, or -1."""
    p, strong = at, False
    while True:
        verb = lex["verbs.verbs"].match(low, p)
        lead = lex["verbs.leads"].match(low, p)
        if verb >= lead and verb != -1:
            return -1 if _noun_instead(lex, low, p, verb) else verb
        if lead == -1:
            return p if strong and p > at else -1
        strong = strong or lex["verbs.strong_leads"].match(low, p) != -1
        p = skip(low, lead)
        if p < len(low) and low[p] == ",":
            p = skip(low, p + 1)


def _noun_instead(lex: Lexicon, low: str, at: int, verb_end: int) -> bool:
    """ "phòng" of "phòng GD&ĐT", "tổ chức" of "tổ chức chính trị", "hướng dẫn số", "thanh tra Sở" are no verbs."""
    if ORGANISATION_AFTER.match(low, at):
        return True
    noun = lex["nouns.heads"].match(low, at)
    return noun > verb_end or unit_head(lex, low, at) > verb_end


def subject_at(lex: Lexicon, text: str, low: str, at: int, end: int) -> Subject | None:
    """The one who is to act, where the clause begins with him and a verb follows."""
    p = quantified(lex, low, at)
    thing = lex["nouns.things"].match(low, at)
    name = unit_end(lex, text, low, at, end)
    if name == -1 or thing > unit_head(lex, low, p):
        return _thing(lex, low, at, end) or _beneficiary(lex, low, at, p, end)
    verb = _finite_after(lex, low, name, end)
    if verb == -1:
        return None
    if low.startswith("nào ", skip(low, name)):
        return Subject(at, name, verb, "unit")
    if low.startswith("những ", at) and verb == skip(low, name) and (duty := _MUST_BEHIND.search(low, verb, _stop(low, verb, end))):
        verb = duty.start()
    if (
        verb == skip(low, name)
        and (which := _TEACHING.match(low, verb, end))
        and (duties := _behind_class(lex, low, which.end(), end)) != -1
    ):
        verb = duties
    until = _trim_name(low, at, verb if verb > name + 2 and not _gap_only(low, name, verb) else name)
    if _WITHIN_POWERS.fullmatch(low, name, verb):
        until = name
    kind = "person" if lex["units.persons"].match(low, p) >= lex["units.heads"].match(low, p) else "unit"
    return Subject(at, until, verb, kind)


def _behind_class(lex: Lexicon, low: str, at: int, end: int) -> int:
    """ "Giáo viên dạy đội tuyển soạn đề cương": the verb behind the class or subject that he teaches; -1 without one."""
    for n, word in enumerate(WORD.finditer(low, at, _stop(low, at, end))):
        if n > 4 or word.group() == "và":
            break
        if verb_at(lex, low, word.start()) != -1:
            return -1 if _attributive_before(lex, low, at, word.start()) else word.start()
    return -1


def _gap_only(low: str, a: int, b: int) -> bool:
    """Only blanks, a comma or a bracket between the name and its verb."""
    return bool(re.fullmatch(r"[\s,]*(?:\([^()]*\))?[\s,]*", low[a:b]))


def _trim_name(low: str, start: int, end: int) -> int:
    while end > start and low[end - 1] in " ,;":
        end -= 1
    return end


def _finite_after(lex: Lexicon, low: str, at: int, end: int) -> int:
    """Where the verb of a name begins: right behind it, or behind a few words that describe it; -1 without one."""
    bracket = _BRACKET.match(low, at)
    p = skip(low, bracket.end() if bracket else at)
    powers = _WITHIN_POWERS.match(low, p, end)
    if powers and (verb_at(lex, low, powers.end()) != -1 or lex["verbs.finite"].match(low, powers.end()) != -1):
        return powers.end()
    if _TO_HAVE.match(low, p, end) and low[at - 1 : at].strip():
        return p
    if p < end and low[p] == "," and lex["verbs.finite"].match(low, skip(low, p + 1)) != -1:
        return skip(low, p + 1)
    described = having(lex, low, p, end)
    if described != -1 and lex["verbs.finite"].match(low, skip(low, described)) != -1:
        return skip(low, described)
    if low.startswith("nào ", p):
        modal = re.compile(r"\b(?:phải|chịu trách nhiệm|thì)\b").search(low, p, end)
        return modal.start() if modal else -1
    if low[max(0, at - 14) : at].endswith(("được phân công", "được giao")) and (modal := _MODAL.search(low, p, _stop(low, p, end))):
        return modal.start()
    finite = lex["verbs.finite"].match(low, p)
    if _RELATIVE.match(low, p) and (finite == -1 or " " not in low[p:finite]) and (further := _finite_within(lex, low, p, end)) != -1:
        return further
    if p < end and (verb_at(lex, low, p) != -1 or lex["verbs.finite"].match(low, p) != -1):
        return p
    return _finite_within(lex, low, p, end)


def having(lex: Lexicon, low: str, at: int, end: int) -> int:
    """ "các trường có tổ chức bán trú ký hợp đồng": which schools is told before their verb; its end, or -1."""
    if not low.startswith("có ", at) or lex["verbs.verbs"].match(low, at) != at + 2:
        return -1
    stop = min([end, *(i for i in (low.find(c, at, end) for c in ",;:(") if i != -1)])
    described = WORD.search(low, at + 3)
    verbs = lex["verbs.verbs"].find(low, described.end(), stop) if described else ()
    first = next((a for a, _ in verbs if len(low[at:a].split()) >= 4), -1)
    return len(low[:first].rstrip()) if first != -1 and len(low[at:first].split()) <= 9 else -1


def _finite_within(lex: Lexicon, low: str, p: int, end: int) -> int:
    """The next word of duty within a dozen words, before any comma; -1 without one."""
    stop = _stop(low, p, end)
    modal = _MODAL.search(low, p, stop) if _RELATIVE.match(low, p) else None
    if modal:
        return modal.start()
    inside = p
    for words, word in enumerate(WORD.finditer(low, p, stop), 1):
        if words > 12:
            break
        if word.start() < inside:
            continue
        inside = lex["verbs.verbs"].match(low, word.start())
        if word.start() > p and lex["verbs.finite"].match(low, word.start()) != -1 and not _attributive_before(lex, low, p, word.start()):
            return word.start()
    return -1


def _stop(low: str, p: int, end: int) -> int:
    """The next comma, semicolon or colon, or the end."""
    return min([end, *(i for i in (low.find(c, p, end) for c in ",;:") if i != -1)])


def _attributive_before(lex: Lexicon, low: str, start: int, at: int) -> bool:
    # "dưới 05 năm công tác" tells how long, it is no work that a verb could belong to
    known = (e for _, e in lex["nouns.attributive"].find(low, start, at) if not low.endswith("năm công tác", start, e))
    return any(skip(low, e) == at for e in known) or low[max(0, at - 6) : at].endswith(("để ", "trong ", "được ", "của ", "về ", "cho "))


def _thing(lex: Lexicon, low: str, at: int, end: int) -> Subject | None:
    """ "các hoạt động tài chính phải đảm bảo …": a thing with a marker of duty behind it."""
    thing = lex["nouns.things"].match(low, at)
    if thing == -1 and low.startswith("việc ", at):
        thing = at + 4
    if thing == -1:
        return None
    for a, _ in lex["nouns.thing_markers"].find(low, thing, min(end, at + 220)):
        inner = low[thing:a]
        if inner.endswith("chuyên "):
            continue
        if len(inner.split()) >= 1 and ";" not in inner and not re.search(r"\b(?:để|nhằm|mà)\b", inner):
            return Subject(at, a, a, "thing")
    return None


def _beneficiary(lex: Lexicon, low: str, at: int, p: int, end: int) -> Subject | None:
    who = lex["units.beneficiaries"].match(low, p)
    if who == -1:
        return None
    for word in WORD.finditer(low, who, min(end, who + 120)):
        if lex["verbs.finite"].match(low, word.start()) != -1 or low.startswith("được ", word.start()):
            return Subject(at, word.start(), word.start(), "beneficiary")
    return None


def done_by(lex: Lexicon, text: str, low: str, at: int, end: int) -> tuple[int, int] | None:
    """The one by whom a thing is to be done: "Số liệu … do các trường cập nhật"."""
    for match in _DO.finditer(low, at, end):
        until = unit_end(lex, text, low, match.end(), end)
        if until != -1 and lex["verbs.finite"].match(low, skip(low, until)) != -1:
            return match.end(), until
    return None
