"""Where a paragraph may be cut: at full stops and semicolons, never inside quotation marks or brackets."""

import re
from dataclasses import dataclass
from functools import lru_cache

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon

_SIGN = re.compile(r"[“”\"„‟«»()\[\];.…:!?]")
_OPEN = {"“": '”"“', '"': '"”', "„": '”"“', "«": "»", "(": ")", "[": "]"}
_TOKEN_BEFORE = re.compile(r"[^\s(,;“\"]+$")
# every part is bounded and starts at a word's edge, so that no text makes it slow
_URL = re.compile(
    r"(?<![\w./])(?:https?://|www\.)\S{0,300}[^\s.,;:!?)”\"]|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,120}\w|"
    r"(?<![\w.-])[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.(?:vn|com|net|org|edu|gov)\b(?:/\S{0,200})?",
    re.I,
)
# "trong học kỳ I. Văn phòng …": a number in letters, not the first letter of a name
_COUNTED = re.compile(r"(?:học k[ỳì]|qu[ýí]|giai đoạn|cấp|hạng|loại|kh[oó]a|tuyến) [IVX]$", re.I)
_DOTTED = re.compile(r"\.\w|@|://")
_TAIL = " \t\n\r\f\v.;,:…/"


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where a sentence (".") or a piece (";") ends: the sign's index."""

    at: int
    sign: str


@lru_cache(maxsize=32)
def protected(text: str) -> tuple[tuple[int, int], ...]:
    """Stretches in quotation marks or brackets that are closed again, and web addresses, left to right."""
    found = [(m.start(), m.end()) for m in _URL.finditer(text)] if _DOTTED.search(text) else []
    stack: list[tuple[str, int]] = []
    for sign in re.finditer(r"[“”\"„«»()\[\]]", text):
        c, i = sign.group(), sign.start()
        opener = next((k for k in range(len(stack) - 1, max(-1, len(stack) - 9), -1) if c in _OPEN[stack[k][0]]), None)
        if opener is not None:
            found.append((stack[opener][1], i + 1))
            del stack[opener:]
        elif c in _OPEN:
            stack.append((c, i))
    return tuple(_merged(found))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for a, b in sorted(spans):
        if merged and a < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def cuts(para: Para, lex: Lexicon, start: int = 0) -> list[Cut]:
    """The places where the text from `start` on may be cut, in order."""
    text, guarded = para.text, protected(para.text)
    found, g = [], 0
    for sign in _SIGN.finditer(text, start):
        i, c = sign.start(), sign.group()
        while g < len(guarded) and guarded[g][1] <= i:
            g += 1
        if g < len(guarded) and guarded[g][0] <= i:
            continue
        if c == ";" or (c in ".…!?" and _ends_sentence(text, i, lex)):
            found.append(Cut(i, ";" if c == ";" else "."))
    return found


def _ends_sentence(text: str, i: int, lex: Lexicon) -> bool:
    """Whether the stop at `i` ends a sentence and not an abbreviation, a number or three dots in mid-sentence."""
    after = text[i + 1 : i + 2]
    rest = text[i + 1 : i + 40].lstrip()
    if text[i] in "!?":
        return True
    if after == "." or after == "…":
        return False
    if text[i] == "…" or text[max(0, i - 1) : i] in (".", "…"):
        return not rest or rest[0].isupper() or rest[0] in '“"-'
    if not rest:
        return True
    before = text[max(0, i - 1) : i]
    if after.strip():
        return after.isupper() and before.islower() and len(_token(text, i)) > 1
    token = _token(text, i)
    if len(token) == 1 and token.isupper():
        return rest[0].isupper() and _COUNTED.search(text[max(0, i - 14) : i]) is not None
    if lex["layout.abbreviations"].full(token.lower()) and not (token.lower() in ("v.v", "vv") and rest[0].isupper()):
        return not (token[:1].isupper() or len(token) <= 2 or "." in token or "/" in token)
    return True


def _token(text: str, i: int) -> str:
    found = _TOKEN_BEFORE.search(text[max(0, i - 30) : i])
    return found.group() if found else ""


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without blanks at its start and without the stops, dots and blanks at its end."""
    while start < end and text[start] in " ,;.:":
        start += 1
    while end > start and text[end - 1] in _TAIL:
        end -= 1
    return start, end
