"""Words broken by a stray space ("chuyên m ôn", "sin h", "BGDĐ T" is left alone): joined for the rules, not for quotes."""

import re

_VOWELS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
_ONSET = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx]"
_CODA = "ng|nh|ch|[cmnpt]"
_ALONE = r"(?<![\w./&-])"
# both begin with the blank: an expression that begins with what stands before it is slow
_BROKEN_ONSET = re.compile(
    rf" (?=[{_VOWELS}])(?:(?<={_ALONE}([bcdđghklmnprstvx]) )|(?<={_ALONE}(ng|nh|ch|gh|gi|kh|ph|qu|th|tr) )|(?<={_ALONE}(ngh) ))",
    re.I,
)
_BROKEN_CODA = re.compile(rf" (?:(?<=[{_VOWELS}] )(?:ng|nh|[hgnmt])|(?<=[{_VOWELS}]n )[hg]|(?<=[{_VOWELS}]c )h)(?![\w.)/²-])")
_SYLLABLE = re.compile(rf"(?:{_ONSET})?[{_VOWELS}]{{1,3}}(?:{_CODA})?")
_WORD = re.compile(r"[^\W\d_]+")


def stray_spaces(text: str) -> list[int]:
    """Positions of spaces that break a word in two: a part that is no syllable stands beside what completes it."""
    found = []
    for part in _BROKEN_ONSET.finditer(text):
        onset = part.group(part.lastindex or 0)
        after = _WORD.match(text, part.end())
        if after and onset.islower() and _whole(onset + after.group()) and not _whole_before(text, part.start() - len(onset)):
            found.append(part.start())
    for part in _BROKEN_CODA.finditer(text):
        before = re.search(r"[^\W\d_]+$", text[max(0, part.start() - 12) : part.start()])
        if before and _whole(before.group() + part.group()[1:]):
            found.append(part.start())
    return sorted(set(found))


def _whole(word: str) -> bool:
    return bool(_SYLLABLE.fullmatch(word.lower()))


def _whole_before(text: str, at: int) -> bool:
    """A digit before makes a lone letter a unit or a name ("15 m", "khối 6 c")."""
    return text[max(0, at - 2) : at].strip().isdigit()
