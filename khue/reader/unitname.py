"""The names of units and persons in running text: where they begin, what belongs to them, where they end."""

import re

from khue.reader.lexicon import Lexicon
from khue.reader.phrases import WORD

ORGANISATION_AFTER = re.compile(
    r"tổ chức\s+(?:chính trị|hội(?=\s*[,;.]|\s+đoàn|\s+quần|\s+nghề|$)|đoàn thể|cá nhân|liên quan|có liên quan|xã hội|tôn giáo|kinh tế|quốc tế|nước ngoài|đảng|trong|và|thành viên|tín dụng|công đoàn|khác|đoàn|giáo dục)"
)
_SHORT_WORD = re.compile(r"(?<!\w)(?:tp|tx|tt|p|q|h|x)$")
_SYLLABLES = re.compile(r"[^\W\d_]+ ([^\W\d_]+)(?=\s*[-–]|\s(?:quận|huyện|tỉnh|xã|phường|thành phố|thị xã|đặc khu)\b)")
# an abbreviation told inside a name: "Ủy ban nhân dân (UBND) tỉnh"
_ABBREVIATED = re.compile(r"\([a-zđ&]{2,8}\)\s+")
_GROUP = re.compile(r"các (?:sở|ban|ngành|phòng|trường|xã|phường|quận|huyện|sở, ngành)$")


def skip(low: str, at: int) -> int:
    """The next place that is not white space."""
    end = len(low)
    while at < end and low[at].isspace():
        at += 1
    return min(at, end)


def unit_end(lex: Lexicon, text: str, low: str, at: int, end: int, lists: bool = True) -> int:
    """The end of the unit's or person's name (or list of names) that begins at `at`, or -1."""
    p = quantified(lex, low, at)
    head = unit_head(lex, low, p)
    if head == -1 or head > end or (p == at and _is_verb_here(lex, text, low, p, head)):
        return -1
    if p > at and lex["verbs.verbs"].match(low, p) > head:
        return -1
    p = last = head
    while p < end:
        p = skip(low, p)
        if p >= end:
            break
        named = lex["units.fixed"].match(low, p)
        if p < named <= end:
            p = last = named
            continue
        if low[p] in ",;" or low.startswith("và ", p):
            nxt = _next_name(lex, text, low, p, end, lists)
            if nxt == -1:
                break
            p = last = nxt
            continue
        step = _inside(lex, text, low, p, end)
        if step == -1:
            break
        p = last = step
    return last


def unit_head(lex: Lexicon, low: str, at: int) -> int:
    """The end of the head of a unit's or person's name at `at`, or -1 ("trường", but not of "trường hợp")."""
    head = lex["units.all"].match(low, at)
    return -1 if head == -1 or lex["units.not_units"].match(low, at) > head else head


def quantified(lex: Lexicon, low: str, at: int) -> int:
    """Past the words that count ("các", "mỗi", "toàn thể"), where a name's head stands."""
    p = at
    while (q := lex["units.quantifiers"].match(low, p)) != -1 and lex["units.all"].match(low, p) <= q:
        p = skip(low, q)
    return p


def _is_verb_here(lex: Lexicon, text: str, low: str, at: int, head: int) -> bool:
    """A head that is also a verb is a verb unless it is written as a name."""
    verb = lex["verbs.verbs"].match(low, at)
    if verb == -1 or verb < head or ORGANISATION_AFTER.match(low, at):
        return False
    if verb > head:
        return True
    if low.startswith("tổ chức", at):
        return True
    return not (text[at].isupper() and text[skip(low, head) : skip(low, head) + 1].isupper())


def _inside(lex: Lexicon, text: str, low: str, p: int, end: int) -> int:
    """The end of one more word of a name, or -1 where the name is over."""
    word = WORD.match(low, p)
    if word is None:
        if (more := lex["units.modifiers"].match(low, p)) != -1:
            return more
        if low[p] == ":" and _GROUP.search(low[max(0, p - 16) : p]) and text[skip(low, p + 1) : skip(low, p + 1) + 1].isupper():
            return skip(low, p + 1)
        if low[p] in "-–&/" and p + 1 < end:
            after = skip(low, p + 1)
            return after if after < end and (text[after].isupper() or low[p] in "&/") else -1
        if (short := _ABBREVIATED.match(low, p)) and text[p + 1 : p + 3].isupper():
            return lex["units.modifiers"].match(low, short.end())
        return skip(low, p + 1) if low[p] == "." and _SHORT_WORD.search(low[max(0, p - 4) : p]) else -1
    verb = max(lex["verbs.verbs"].match(low, p), lex["verbs.finite"].match(low, p))
    more = max(lex["units.modifiers"].match(low, p), unit_head(lex, low, p), lex["units.quantifiers"].match(low, p))
    if text[p].isupper():
        return max(word.end(), more if more <= end else -1, _two_syllables(lex, low, p, end))
    if ORGANISATION_AFTER.match(low, p) and more != -1:
        return more
    if more > verb and more <= end:
        return more
    only_modifier = more == lex["units.modifiers"].match(low, p) and unit_head(lex, low, p) == -1
    if more == verb != -1 and more <= end and only_modifier and not low.startswith("tổ chức", p) and _goes_on(lex, text, low, more, end):
        return more
    if low[p].isdigit() and re.search(r"(?:số|lớp|khối|quận|phường|tổ|cấp)\s*$", low[max(0, p - 12) : p]):
        return word.end()
    return -1


def _two_syllables(lex: Lexicon, low: str, p: int, end: int) -> int:
    """ "Truyền thanh" of "Văn hóa - Truyền thanh - Truyền hình huyện": a small second syllable, before a hyphen or a level."""
    found = _SYLLABLES.match(low, p, end)
    if found is None or max(lex["verbs.verbs"].match(low, found.start(1)), lex["verbs.finite"].match(low, found.start(1))) != -1:
        return -1
    return found.end(1)


def _goes_on(lex: Lexicon, text: str, low: str, at: int, end: int) -> bool:
    """A word that could be the verb is still part of the name where a verb, or one more such word, follows."""
    p = skip(low, at)
    if p >= end or text[p].isupper():
        return lex["nouns.documents"].match(low, p) == -1
    if low[p] == ",":
        q = skip(low, p + 1)
        modifier = lex["units.modifiers"].match(low, q)
        return modifier != -1 and modifier > lex["verbs.verbs"].match(low, q)
    verb = max(lex["verbs.finite"].match(low, p), lex["verbs.verbs"].match(low, p))
    return verb > max(lex["units.beneficiaries"].match(low, p), lex["units.all"].match(low, p))


def _next_name(lex: Lexicon, text: str, low: str, p: int, end: int, lists: bool) -> int:
    """After a comma or "và": the end of the next word of the list of names, or -1."""
    if not lists:
        return -1
    q = skip(low, p + (1 if low[p] in ",;" else 2))
    if low.startswith("và ", q):
        q = skip(low, q + 2)
    order = lex["units.orders"].match(low, q)
    if order != -1 and low[p] != ",":
        q = skip(low, order)
    if q >= end:
        return -1
    start = quantified(lex, low, q)
    if text[start].isupper() and lex["verbs.leads"].match(low, start) == -1:
        word = WORD.match(low, start)
        return max(word.end() if word else -1, unit_head(lex, low, start), lex["units.modifiers"].match(low, start))
    head = max(unit_head(lex, low, start), lex["units.modifiers"].match(low, start))
    if lex["units.not_units"].match(low, start) > head:
        return -1
    if head != -1 and head <= end and (start > q or not _is_verb_here(lex, text, low, start, head)):
        if lex["verbs.finite"].match(low, start) >= head and start == q and not ORGANISATION_AFTER.match(low, start):
            return -1
        return head
    return -1
