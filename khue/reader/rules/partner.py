"""Who works with the owner: "phối hợp với X", "hợp tác với X", "phối hợp giữa X, Y và Z"."""

import re

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon
from khue.reader.model import Found
from khue.reader.rules.owner import names
from khue.reader.unitname import skip, unit_end, unit_head

_WITH = re.compile(
    r"(?:phối hợp|phối kết hợp|hợp tác)(?:,?\s+(?!với|giữa|trong|để)[^\s,;:.()]+){0,6}?\s+(?P<how>với|cùng với|cùng|giữa)\s+"
)
# "phối hợp Trung tâm Chính trị phường mời …": the unit follows without "với"
_PLAIN = re.compile(r"(?P<how>phối hợp) (?=\w)")
_ALSO = re.compile(r"(?:chủ trì,?\s*(?:và\s+)?)(?P<how>cùng|cùng với)\s+")
_TOGETHER = re.compile(r"(?P<how>cùng với|cùng) ")
_ABOUT = re.compile(
    r"(?:tập huấn|bồi dưỡng|hướng dẫn|tuyên truyền)[^,;]{0,60}(?:cách|kĩ năng|về|và)\s*(?:[^,;]{0,30})$|(?:cách|kĩ năng)[^,;]{0,40}$"
)
_END = re.compile(r"\s(?:trong|để|nhằm|về|theo|khi|từ|bằng|qua|thông qua|đặc biệt|nhất là|tại|cho|trước|vào|đến|góp phần|ở)(?!\w)|[;:.(]")
_WORD = re.compile(r"[\w&]+")
# a slogan that names nobody
_VAGUE = re.compile(r"(?:gia đình,? nhà trường và xã hội|nhà trường,? gia đình và xã hội)")


def find_partners(lex: Lexicon, para: Para, start: int, end: int) -> list[Found]:
    """The units named as those to work with. What a training is about does not count."""
    found: list[Found] = []
    text, low = para.text, para.low
    together = _TOGETHER.match(low, skip(low, start))
    matches = sorted([*_WITH.finditer(low, start, end), *_ALSO.finditer(low, start, end)], key=lambda m: m.start())
    matches = [together, *matches] if together else matches
    matches += [m for m in _PLAIN.finditer(low, start, end) if _names_unit(lex, text, low, m.end(), end)]
    for match in matches:
        if _ABOUT.search(low[start : match.start()]) or low.endswith("thông tin ", start, match.start()):
            continue
        at = match.end()
        if _VAGUE.match(low, at, end):
            continue
        until = _until(lex, text, low, at, end)
        if until > at:
            found += names(lex, para, at, until, "partner.with")
    return found


def _names_unit(lex: Lexicon, text: str, low: str, at: int, end: int) -> bool:
    """Whether a unit's name stands there, written as a name or counted ("các trường")."""
    known = " " in low[at : max(at, lex["units.persons"].match(low, at))]
    named = text[at].isupper() or known or lex["units.quantifiers"].match(low, at) != -1
    return named and unit_end(lex, text, low, at, end) != -1


def _until(lex: Lexicon, text: str, low: str, at: int, end: int) -> int:
    """The end of the list of partners."""
    until = unit_end(lex, text, low, at, end)
    stop = _END.search(low, at, end)
    limit = stop.start() if stop else end
    if until == -1:
        if not (text[at].isupper() or lex["units.quantifiers"].match(low, at) != -1):
            return at
        return _further(lex, text, low, _loose(lex, low, at, limit), limit)
    rest = skip(low, until)
    if rest < limit and low[rest] not in ",;:." and lex["verbs.verbs"].match(low, rest) == -1 and lex["verbs.leads"].match(low, rest) == -1:
        until = _loose(lex, low, at, limit, until)
    return _further(lex, text, low, min(until, end), limit)


def _further(lex: Lexicon, text: str, low: str, at: int, limit: int) -> int:
    """More names behind a comma: units, or words with capitals ("VNPT Hải Lộc, Viettel Hải Lộc phủ mạng …")."""
    while at < limit and low[at] == ",":
        start = skip(low, at + 1)
        head = unit_head(lex, low, start)
        if start >= limit or not (text[start].isupper() or " " in low[start : max(start, head)]):
            return at
        until = max(unit_end(lex, text, low, start, limit), _capitals(text, start, limit))
        if until <= start or lex["nouns.documents"].match(low, start) >= until:
            return at
        at = until
    return at


def _capitals(text: str, start: int, limit: int) -> int:
    """The end of a run of words with capitals; at least two, one alone may open a clause."""
    end, words = -1, 0
    for word in _WORD.finditer(text, start, limit):
        if not word.group()[0].isupper() or (end != -1 and text[end : word.start()] not in (" ", "-", " - ")):
            break
        end, words = word.end(), words + 1
    return end if words >= 2 else -1


def _loose(lex: Lexicon, low: str, at: int, limit: int, known: int = 0) -> int:
    """A name the grammar does not know: up to the verb, preposition or comma behind it."""
    stop = low.find(",", max(at, known), limit)
    stop = limit if stop == -1 else stop
    first = lex["verbs.finite"].first(low, max(at + 1, known), stop)
    while first and first[0] <= at:
        first = lex["verbs.finite"].first(low, first[1], stop)
    end = first[0] if first else stop
    words = low[at:end].split()
    if not words or (len(words) > 14 and not known):
        return known or at
    return at + len(low[at:end].rstrip(" ,"))
