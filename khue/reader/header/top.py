"""Letterhead, number, place and date, kind, subject, addressees."""

import re
from dataclasses import dataclass, field

from khue.core.dates import make_date
from khue.core.text import key, squeeze
from khue.reader.clean.markers import marker
from khue.reader.header.columns import SEPARATOR, Part, parts
from khue.reader.lexicon import Lexicon
from khue.reader.lines import Line
from khue.reader.model import Header, Span

_NUMBER = re.compile(r"(?:Số|SỐ|số)\s*:?\s*(?P<no>.*?\S)\s*$")
_LAW_NUMBER = re.compile(r"(?:Luật|Nghị quyết|Pháp lệnh|Thông tư) số\s*:?\s*(?P<no>\d\S+)\s*$")
_DATE = re.compile(
    r"(?:(?P<place>[^\s,;:/\d|](?:[^\s,;:/\d|]|[ ](?! )){1,40})\s*,\s*)?(?:ngày|Ngày)\s*(?P<d>\d{0,2})[\s.…]*tháng\s*(?P<m>\d{0,2})[\s.…]*năm\s*(?P<y>\d{4})\s*$"
)
_BLANK_AT_SIGN = re.compile(r"\s*([/\-–])\s*")
_SUBJECT = re.compile(r"[Vv]\s*/\s*[Vv]\s*:?")
_BODY = re.compile(
    r"(?:Năm học|Căn cứ|Thực hiện|Để|Nhằm|Ngày|Trong|Kính gửi|Xét|Theo|Tiếp tục|Từ|Sau|Được|Kèm theo|Ban hành kèm|"
    r"Nghị định|Tại|Qua|Trước|Hiện nay|Thời gian|Nhận được|Phát huy|Với|Quán triệt|QUYẾT ĐỊNH\s*:|NGHỊ QUYẾT\s*:|CHỦ TỊCH|BAN CHẤP HÀNH|BAN THƯỜNG VỤ|GIÁM ĐỐC|HIỆU TRƯỞNG|ỦY BAN|UBND|HỘI ĐỒNG|BỘ TRƯỞNG|TRƯỞNG PHÒNG|\()"
)
_NO_SUBJECT = re.compile(r"(?:Căn cứ|Kính gửi|Xét|QUYẾT ĐỊNH|CHỦ TỊCH|ỦY BAN|HỘI ĐỒNG|BỘ TRƯỞNG|GIÁM ĐỐC)")
# the end of the motto where its line was too long
_MOTTO_TAILS = ("nam", "việt nam", "phúc", "hạnh phúc")
_JOINS = re.compile(
    r"(?:,|(?<!\w)(?:và|của|các|tại|trường|cho|về|đối với|trong|theo|năm|học|thành phố|tỉnh|quận|huyện|xã|phường|giai đoạn|-))$"
)
_YEAR = re.compile(r"năm học\s*:?\s*(\d{4})\s*[-–—/]\s*(\d{4})")


@dataclass(slots=True)
class Top:
    """The header so far and the index of the line where the text begins."""

    header: Header
    body: int
    parts: list[Part] = field(default_factory=list)


def read_top(lines: list[Line], lex: Lexicon) -> Top:
    """Reads the lines above the text. Without a letterhead or a kind the text begins at the first line."""
    header = Header()
    body = _walk(lines, lex, header)
    if header.subject:
        year = _YEAR.search(key(header.subject))
        if year and int(year[2]) > int(year[1]):
            header.school_year = f"{year[1]}-{year[2]}"
    return Top(header, body)


def _walk(lines: list[Line], lex: Lexicon, header: Header) -> int:
    left: list[Part] = []
    subject: list[Part] = []
    body = 0
    solid = 0
    first = _letterhead(lines, lex)
    for i, line in enumerate(lines):
        if line.blank or i < first:
            continue
        solid += 1
        if solid > 30:
            break
        if lex["kinds.printed"].full(_kind_words(line.text)) and line.text.strip(" .:*").isupper():
            header.kind = squeeze(line.text).rstrip(".:* ")
            header.spans["kind"] = Span(line.at(0), line.at(len(line.text) - 1) + 1)
            _issuer(header, left, lex)
            return _subject_below(lines, i + 1, lex, header)
        rest = _take_known(line, lines[i + 1].text.strip() if i + 1 < len(lines) else "", lex, header, subject)
        addressed = lex["layout.addressees"].match(key(line.text.strip())) != -1
        if rest and not addressed and _opens_body(line, lex, header):
            break
        if addressed:
            body = i
            break
        left += rest
        body = i + 1
    else:
        body = len(lines)
    if not (header.number or header.day or subject or _looks_like_head(left, lex)):
        return 0
    _issuer(header, left, lex)
    if subject:
        header.subject = squeeze(" ".join(p.text for p in subject))
        header.spans["subject"] = Span(subject[0].span.start, subject[-1].span.end)
    return _addressees(lines, body, lex, header)


def _letterhead(lines: list[Line], lex: Lexicon) -> int:
    """The line with the nation's name near the top; what stands above it (a running header, a stamp) is skipped."""
    solid = [i for i, line in enumerate(lines) if not line.blank][:12]
    for i in solid:
        if any(lex["layout.motto"].match(key(p.text)) != -1 for p in parts(lines[i])):
            return i if len(parts(lines[i])) > 1 else 0
    return 0


def _kind_words(text: str) -> str:
    return squeeze(key(text)).strip(" .:*")


def _looks_like_head(left: list[Part], lex: Lexicon) -> bool:
    return bool(left) and left[0].text.isupper() and lex["layout.agency_heads"].match(key(left[0].text)) != -1


def _opens_body(line: Line, lex: Lexicon, header: Header) -> bool:
    """A line of running text: long, or a numbered heading, when it is no part of the letterhead."""
    text = line.text.strip()
    found = parts(line)
    if len(found) != 1 or text.isupper():
        return False
    if marker(text) and not text.startswith(("-", "*")):
        return True
    if header.number or header.day:
        return bool(_BODY.match(text)) or len(text) > 60
    return len(text) > 60


def _take_known(line: Line, following: str, lex: Lexicon, header: Header, subject: list[Part]) -> list[Part]:
    """Takes number, date and subject from a line; returns the parts that are something else."""
    rest = []
    date_from = _date_column(line, following, header)
    for part in parts(line):
        low = key(part.text)
        if lex["layout.motto"].match(low) != -1 or low in _MOTTO_TAILS or part.column >= date_from:
            continue
        number = _NUMBER.match(part.text) or _LAW_NUMBER.match(part.text)
        if lex["layout.motto"].match(low) != -1 or low in _MOTTO_TAILS:
            continue
        if number and not header.number:
            value = _BLANK_AT_SIGN.sub(r"\1", squeeze(number["no"]))
            if re.match(r"\d", value):
                header.number = value.rstrip(".")
                header.spans["number"] = part.span
        elif _SUBJECT.match(part.text) or (subject and _below(part, subject[-1])):
            subject.append(part)
        else:
            rest.append(part)
    return rest


def _below(part: Part, subject: Part) -> bool:
    """The next line of a subject: under it, in the left half, not opening the text."""
    middle = abs(part.column + len(part.text) / 2 - subject.column - len(subject.text) / 2)
    near = abs(part.column - subject.column) <= 12 or middle <= 8
    return near and part.column < 45 and not _BODY.match(part.text) and len(part.text) < 70


def _date_column(line: Line, following: str, header: Header) -> int:
    """Takes place and date from a line; returns the column where they begin, or a column beyond the line.

    `following` is the next line: it holds the year where the line was too short for it.
    """
    text = line.text.rstrip()
    year = following if re.fullmatch(r"\d{4}", following) and text.endswith("năm") else ""
    for at in [p.column for p in parts(line)] or [0]:
        found = _DATE.match(f"{text} {year}".rstrip(), at)
        if found:
            if not (header.day or header.place):
                header.place = squeeze(found["place"]) if found["place"] else None
                if found["d"] and found["m"]:
                    header.day = make_date(int(found["d"]), int(found["m"]), int(found["y"]))
                header.spans["date"] = Span(line.at(at), line.at(len(text) - 1) + 1)
            return at
    return len(text) + 1


def _issuer(header: Header, left: list[Part], lex: Lexicon) -> None:
    """The last agency of the letterhead issues; one above it is its parent."""
    names: list[list[Part]] = []
    for part in left:
        text = part.text.strip(" *:-–")
        if not text or not any(c.isalpha() for c in text):
            continue
        if not text.isupper() and not names:
            continue
        if names and (not text.isupper() or re.search(r"[\d/:]", text)):
            continue
        starts = lex["layout.agency_heads"].match(key(text)) != -1
        if names and (not starts or _JOINS.search(key(names[-1][-1].text)) or _unfinished(names[-1])):
            names[-1].append(part)
        elif text.isupper():
            names.append([part])
    if names:
        header.issuer = squeeze(" ".join(p.text for p in names[-1])).strip(" *")
        header.spans["issuer"] = Span(names[-1][0].span.start, names[-1][-1].span.end)
    if len(names) > 1:
        header.parent = squeeze(" ".join(p.text for p in names[-2])).strip(" *")


def _unfinished(name: list[Part]) -> bool:
    """ "ỦY BAN NHÂN DÂN" alone waits for the name of its place."""
    return key(" ".join(p.text for p in name)) in ("ủy ban nhân dân", "uỷ ban nhân dân", "hội đồng nhân dân", "ubnd", "hđnd")


def _subject_below(lines: list[Line], start: int, lex: Lexicon, header: Header) -> int:
    taken: list[str] = []
    span: list[int] = []
    gap = 0
    for i in range(start, len(lines)):
        line = lines[i]
        text = line.text.strip()
        if not text:
            gap += 1
            continue
        if SEPARATOR.fullmatch(text):
            if taken:
                return _end_subject(lines, i + 1, taken, span, lex, header)
            continue
        if not _subject_goes_on(taken, text, gap):
            return _end_subject(lines, i, taken, span, lex, header)
        taken.append(text)
        span += [line.at(line.text.index(text)), line.at(line.text.index(text) + len(text) - 1) + 1]
        gap = 0
    return _end_subject(lines, len(lines), taken, span, lex, header)


def _subject_goes_on(taken: list[str], text: str, gap: int) -> bool:
    """Whether `text` is still the subject."""
    if not taken:
        return (
            not _NO_SUBJECT.match(text)
            and not text.endswith((".", ":", ";"))
            and not (marker(text) and not text.startswith('"'))
            and len(text) < 400
        )
    if text.isupper() and text.endswith(":"):
        return False
    joined = bool(_JOINS.search(key(taken[-1]))) or text[0].islower() or text[0].isdigit()
    if _BODY.match(text) and not joined:
        return False
    if marker(text) and not text[0].islower():
        return False
    if taken[-1].isupper() != text.isupper() and not joined and not text.startswith(("(", "“")):
        return False
    return (joined and len(text) < 120) or (gap == 0 and len(text) <= 110 and not text.endswith((".", ":", ";")))


def _end_subject(lines: list[Line], at: int, taken: list[str], span: list[int], lex: Lexicon, header: Header) -> int:
    if taken:
        header.subject = squeeze(" ".join(taken)).strip(" *")
        header.spans["subject"] = Span(span[0], span[-1])
    return _addressees(lines, at, lex, header)


def _addressees(lines: list[Line], start: int, lex: Lexicon, header: Header) -> int:
    """ "Kính gửi:" and the lines under it; returns where the text begins."""
    i = next((k for k in range(start, len(lines)) if not lines[k].blank), len(lines))
    if i == len(lines) or lex["layout.addressees"].match(key(lines[i].text.strip())) == -1:
        return start
    first = lines[i].text.split(":", 1)
    if len(first) > 1 and first[1].strip():
        header.addressees.append(_name(first[1]))
    single = bool(header.addressees)
    i += 1
    while i < len(lines):
        text = lines[i].text.strip()
        if text.startswith(("-", "–", "+", "•")):
            header.addressees.append(_name(text))
        elif text and header.addressees and text[0].islower() and not header.addressees[-1].endswith("."):
            header.addressees[-1] = squeeze(f"{header.addressees[-1]} {_name(text)}")
        elif text and not (single and not _BODY.match(text) and text[0].isupper() and len(text) < 60 and text.endswith((";", "."))):
            return i
        elif text:
            header.addressees.append(_name(text))
        i += 1
    return i


def _name(text: str) -> str:
    return squeeze(text).strip(" -–+•;.")
