"""Numbered documents that a text names: "Quyết định số 2457/QĐ-BGDĐT ngày 23/8/2023 của Bộ …", "KH 309/KH-UBND", "Đề án 03"."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from khue.core.dates import make_date
from khue.core.text import key, squeeze
from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon
from khue.reader.model import Span
from khue.reader.unitname import skip, unit_end

_CODE = r"[A-ZĐÐƯ](?:[A-Za-zĐÐđƯư]|&(?=[A-ZĐÐ]))*\d{0,2}"
_PLAIN_SYMBOL = str.maketrans({"–": "-", "\u2010": "-", "\u2011": "-", "Ð": "Đ"})
_SYMBOL = re.compile(
    rf"(?P<no>\d(?<![\w/.\-].)\d{{0,4}}[a-z]?)\s?(?P<rest>[/\-–\u2010\u2011]\s?(?:(?:19|20)\d\d\s?[/\-]\s?)?{_CODE}(?:\s?[-/–\u2010\u2011]\s?{_CODE})*(?:(?<=QH)\s\d{{2}})?)"
)
_DATE = re.compile(
    r"[\s,(]{0,3}(?:(?:được\s+)?ban hành\s+)?(?:kí\s+)?ngày\s?(?P<d>\d{1,2})(?:\s?[/.\-]\s?(?P<m>\d{1,2})(?:\s?[/.\-]\s?(?P<y>\d{2,6}))?|\s+tháng\s+(?P<m2>\d{1,2})(?:\s+năm\s+(?P<y2>\d{2,6}))?)(?!\d)"
)
_LEVEL = re.compile(r"\s(?:xã|phường|quận|huyện|tỉnh|thành phố)(?=\s+ngày\s)")
_BARE_DATE = re.compile(r"\s?\((?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})\)")
_OF = re.compile(r"[\s,)]{1,3}của\s+")
_END_OF_ISSUER = re.compile(
    r"\s(?:về|ban hành|phê duyệt|quy định|hướng dẫn|v/v|triển khai|thực hiện|trong|nhằm|kèm|và|để|thì|đến|tới|là|sửa đổi|tại|nêu trên|nói trên)(?!\w)|[,;.:()“\"]|$"
)
_DIGIT = re.compile(r"\d")
_NOT_SHORT = re.compile(r"\s?(?:năm|tháng|ngày|học|%|-|–|lớp|trường|tuổi|/|\.\d|,\d|điểm|người|tuần|giờ|nhiệm)")


@dataclass(slots=True)
class Mention:
    """One mention as found in a paragraph: bounds there, parts as printed."""

    start: int
    end: int
    kind: str
    symbol: str
    day: date | None
    issuer: str | None
    date_text: str | None
    short: bool
    span: Span
    quote: str
    date_wrong: bool = False


@lru_cache(maxsize=4)
def _kinds(lex: Lexicon) -> tuple["re.Pattern[str]", "re.Pattern[str]", "re.Pattern[str]", dict[str, str]]:
    """(a kind right before a symbol, a kind with its name before "số", a kind with a bare number, how each is named)."""
    named = {key(k["name"]): k["name"] for k in lex.data["kinds"]["kinds"]}
    short = {key(s): full for s, full in lex.data["kinds"]["short"].items()}
    words = "|".join(re.escape(w) for w in sorted([*named, *short], key=len, reverse=True))
    before = re.compile(rf"(?<!\w)(?P<kind>{words})(?P<name>)\s*(?:số\s*:?\s*)?$")
    apart = re.compile(rf"(?<!\w)(?P<kind>{words})(?P<name>(?:\s(?!số\b)[^\s,;.:()“”\"]+){{1,8}})\s*số\s*:?\s*$")
    longer = "|".join(re.escape(w) for w in sorted(named, key=len, reverse=True))
    bare = re.compile(rf"(?<!\w)(?P<kind>{longer})\s+(?P<so>số\s+)?(?P<no>\d{{1,4}})(?:/(?P<y>(?:19|20)\d\d))?(?![\w/])")
    return before, apart, bare, {**named, **short}


@lru_cache(maxsize=4)
def _codes(lex: Lexicon) -> frozenset[str]:
    kinds = [a for k in lex.data["kinds"]["kinds"] for a in k["abbr"]]
    data = lex.data["citations"]
    return frozenset([*kinds, *data["agencies"], *data["misspelt"], *data["misspelt_kinds"]])


def find_citations(lex: Lexicon, para: Para) -> list[Mention]:
    """Every numbered document a paragraph names, in order."""
    found: list[Mention] = []
    if not _DIGIT.search(para.text):
        return found
    for match in _SYMBOL.finditer(para.text):
        mention = _full(lex, para, match, found[-1] if found else None)
        if mention:
            found.append(mention)
    taken = [(m.start, m.end) for m in found]
    for match in _kinds(lex)[2].finditer(para.low):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            mention = _bare(lex, para, match)
            if mention:
                found.append(mention)
    return sorted(found, key=lambda m: m.start)


def _full(lex: Lexicon, para: Para, match: "re.Match[str]", last: Mention | None) -> Mention | None:
    low, start = para.low, match.start()
    before = low[max(0, start - 90) : start]
    kind_match = _kinds(lex)[0].search(before) or _kinds(lex)[1].search(before)
    name = (kind_match["name"] or "").strip() if kind_match else ""
    if kind_match and name and not _may_stand_between(kind_match["kind"], name):
        kind_match = None
    symbol = re.sub(r"\s+", "", match.group()).translate(_PLAIN_SYMBOL)
    parts = re.split(r"[/\-]", symbol)[1:]
    listed = bool(re.search(r"(?:,|;|\bvà|\(|\bsố|^)\s*(?:số\s*)?$", before))
    known = any(part in _codes(lex) for part in parts)
    if not kind_match and not ((known and listed) or before.rstrip().endswith("số")) and not (known and "/" in symbol):
        return None
    begin = start - len(before) + kind_match.start() if kind_match else start
    kind = _kinds(lex)[3][kind_match["kind"]] if kind_match else _kind_of(lex, parts, last, low, start)
    return _finish(lex, para, begin, match.end(), kind, symbol, short=False)


def _may_stand_between(kind: str, name: str) -> bool:
    """ "Luật Giáo dục số …", "Nghị định của Chính phủ số …"."""
    return kind in ("luật", "pháp lệnh", "bộ luật", "quy chế", "quy định") or name.startswith("của ")


def _kind_of(lex: Lexicon, parts: list[str], last: Mention | None, low: str, start: int) -> str:
    """The kind that a symbol's own code names, or that of the list it stands in."""
    for kind in lex.data["kinds"]["kinds"]:
        if any(part in kind["abbr"] for part in parts):
            return str(kind["name"])
    if last and re.fullmatch(r"[\s,;và]*(?:số\s*)?", low[last.end : start]):
        return last.kind
    return "Công văn"


def _bare(lex: Lexicon, para: Para, match: "re.Match[str]") -> Mention | None:
    number, kind = match["no"], match["kind"]
    a = match.start()
    if _NOT_SHORT.match(para.low, match.end()) or (not match["so"] and not para.text[a].isupper()):
        return None
    if not match["y"] and (1900 <= int(number) <= 2099 or (not match["so"] and len(number) < 2)):
        return None
    if kind in ("luật", "công văn", "báo cáo", "thông báo") and not match["so"]:
        return None
    symbol = number + (f"/{match['y']}" if match["y"] else "")
    return _finish(lex, para, a, match.end(), _kinds(lex)[3][kind], symbol, short=True)


def _finish(lex: Lexicon, para: Para, start: int, end: int, kind: str, symbol: str, short: bool) -> Mention:
    low = para.low
    level = _LEVEL.match(low, end)
    dated = _DATE.match(low, level.end() if level else end) or _BARE_DATE.match(low, end)
    day, wrong, text = None, False, None
    if dated:
        parts = dated.groupdict()
        month, year = parts["m"] or parts.get("m2"), parts["y"] or parts.get("y2")
        day = make_date(int(parts["d"]), int(month or 0), int(year)) if year and len(year) == 4 else None
        wrong = day is None and bool(year)
        end = dated.end()
        text = squeeze(para.text[dated.start() : end]).strip(" ,(")
    close = end + 1 if low[end : end + 1] == ")" and dated and "(" in dated.group() else end
    issuer_end, issuer = _issuer(lex, para, close)
    end = issuer_end or end
    return Mention(start, end, kind, symbol, day, issuer, text, short, para.span(start, end), para.quote(start, end), wrong)


def _issuer(lex: Lexicon, para: Para, at: int) -> tuple[int, str | None]:
    """(end, name) of the "của …" behind a citation; (0, None) without one."""
    low, text = para.low, para.text
    of = _OF.match(low, at)
    if not of:
        return 0, None
    p = of.end()
    end = lex["citations.issuers"].match(low, p)
    if end == -1:
        end = unit_end(lex, text, low, p, len(text), lists=False)
    if end == -1:
        stop = _END_OF_ISSUER.search(low, p)
        end = stop.start() if stop else len(low)
    end = len(low[:end].rstrip(" ,;."))
    return (end, para.quote(p, end)) if end > skip(low, p) else (0, None)
