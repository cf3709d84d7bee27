"""A programme's name that disagrees: its year, its period, the number of a congress or a storm."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from khue.core.said import said, template
from khue.core.text import key
from khue.reader.clean.paragraph import Para
from khue.reader.model import Slip
from khue.reader.slips.base import Look, slip

_PERIOD = re.compile(
    r"(?P<kind>chương trình|đề án|dự án|chiến lược|kế hoạch|nghị quyết)\s+[“\"]?(?P<name>(?:(?!chương trình|đề án|dự án|chiến lược|kế hoạch|nghị quyết)[^,;.:“”\"()]){8,120}?)[”\"]?,?\s+"
    r"giai đoạn\s+(?P<a>\d{4})\s*[-–]\s*(?P<b>\d{4})"
)
_ORDINAL = re.compile(r"(?P<name>đại hội (?:đại biểu )?(?:đảng bộ )?[^\s,;.]*(?:\s[^\s,;.]+){0,3}?)\s+lần thứ\s+(?P<n>[ivx]+)(?!\w)")
_NUMBERED = re.compile(r"(?P<name>bão|cơn bão|kì họp|hội nghị)\s+(?:số|lần thứ|thứ)\s+(?P<n>\d+|[ivx]+)(?!\w)")


def programmes(look: Look) -> Iterator[Slip]:
    """Names that the text itself, or the catalog, writes otherwise."""
    yield from _known_years(look)
    yield from _periods(look)
    yield from _ordinals(look)


def _known_years(look: Look) -> Iterator[Slip]:
    for programme in look.lex.data["citations"]["programmes"]:
        names = "|".join(re.escape(key(n)) for n in [programme["name"], *programme["short"]])
        pattern = re.compile(rf"(?<!\w)(?:{names})\s+(?:năm\s+)?(?P<y>(?:19|20)\d\d)(?!\d|\s*[-–]\s*\d)")
        right = programme["years"]
        for para in look.paras():
            for match in pattern.finditer(para.low):
                if int(match["y"]) not in right:
                    why = said(
                        "Không có {name} {year}; có chương trình {right}.",
                        name=programme["name"],
                        year=match["y"],
                        right=", ".join(map(str, right)),
                    )
                    likely = f"{programme['name']} {right[0]}"
                    yield slip("programme_year", para, match.start(), match.end(), why, programme["text"], likely)


def _periods(look: Look) -> Iterator[Slip]:
    """The same name with two periods: the one that comes more seldom, or later, is asked about."""
    groups: dict[str, list[tuple[Para, re.Match[str]]]] = defaultdict(list)
    for para in look.paras():
        for match in _PERIOD.finditer(para.low):
            groups[f"{match['kind']} {' '.join(match['name'].split()[:5])}"].append((para, match))
    for found in groups.values():
        yield from _odd_ones(
            found, lambda m: f"{m['a']}-{m['b']}", "programme_period", template("Giai đoạn không khớp: chỗ khác ghi {usual}.")
        )


def _ordinals(look: Look) -> Iterator[Slip]:
    groups: dict[str, list[tuple[Para, re.Match[str]]]] = defaultdict(list)
    places = [look.subject] if look.subject else []
    duties = [i.para for i in look.items if i.zone not in ("review", "basis", "preamble")]
    for para in [*places, *(i.para for i in look.items)]:
        for match in _NUMBERED.finditer(para.low):
            groups[match["name"].removeprefix("cơn ")].append((para, match))
    subject_names = {n for n, found in groups.items() if any(p is look.subject for p, _ in found)}
    for name in subject_names:
        yield from _odd_ones(groups[name], lambda m: m["n"], "numbered_name", template("Số không khớp: chỗ khác ghi số {usual}."))
    congress: dict[str, list[tuple[Para, re.Match[str]]]] = defaultdict(list)
    for para in duties:
        for match in _ORDINAL.finditer(para.low):
            congress[match["name"]].append((para, match))
    for found in congress.values():
        yield from _odd_ones(
            found, lambda m: m["n"].upper(), "congress", template("Khóa đại hội không khớp: chỗ khác ghi lần thứ {usual}.")
        )


def _odd_ones(found, value, kind: str, why: str) -> Iterator[Slip]:  # type: ignore[no-untyped-def]
    values = [value(match) for _, match in found]
    usual = Counter(values).most_common(1)[0][0]
    clash = next(p.quote(m.start(), m.end()) for (p, m), v in zip(found, values, strict=True) if v == usual)
    for (para, match), own in zip(found, values, strict=True):
        if own != usual:
            yield slip(kind, para, match.start(), match.end(), said(why, usual=usual), clash, usual)
