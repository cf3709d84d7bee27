"""Bytes of a plain text file into Vietnamese Unicode: UTF-8, UTF-16, CP1258, TCVN3 (ABC), VNI-Windows."""

import codecs
import re

import viparse

from khue.core.text import lower, nfc

_BOMS = [(codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")]
_COMMON = re.compile(
    r"\b(?:và|của|các|giáo|dục|thực|hiện|trường|học|sinh|năm|đào|tạo|nhiệm|vụ|số|ngày|tháng|về|cho|trong|với|tổ|chức|"
    r"xã|hội|công|tác|kế|hoạch|quyết|định|nhân|dân|được|theo|độc|lập|phòng|sở|thành|phố|tỉnh|huyện|chất|lượng|đảm|bảo)\b"
)
# a word with two plain capitals, or a small letter before a capital, and no plain small letter: "GIáM", "ủY"
_CAPS_WORD = re.compile(r"(?<!\w)(?=[^\W\d_]{0,6}(?:[A-Z][^\W\d_]{0,3}[A-Z]|[^\W\d_A-Z][A-Z]))(?:(?![a-z])[^\W\d_]){2,8}(?!\w)")
# one plain capital and small vowels, beside such a word: "Vũ" of "VŨ KHÍ"
_BESIDE_CAPS = re.compile(r"(?<=[^\W\d_a-z][^\W\d_a-z] )[A-ZĐ][^\x00-\x7f](?= ?$| [^\W\d_a-z]{2})", re.M)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes) -> tuple[str, str]:
    """(text in composed Unicode, name of the encoding). Never raises; see `is_text` for what is no text."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, errors="replace"), name.replace("-sig", "")
    wide = _wide(data)
    if wide:
        return data.decode(wide, errors="replace"), wide
    try:
        text = data.decode("utf-8")
        return _fixed(text)
    except UnicodeDecodeError:
        return _eight_bit(data)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of Vietnamese text is small."""
    head = data[:4000]
    even, odd = head[0::2], head[1::2]
    if len(head) < 8 or not odd:
        return None
    if sum(b in (0, 1, 0x1E) for b in odd) > 0.9 * len(odd) and sum(b == 0 for b in odd) > 0.3 * len(odd):
        return "utf-16-le"
    if sum(b in (0, 1, 0x1E) for b in even) > 0.9 * len(even) and sum(b == 0 for b in even) > 0.3 * len(even):
        return "utf-16-be"
    return None


def _fixed(text: str) -> tuple[str, str]:
    """Text that is UTF-8 but was typed in an old font stays old letters inside: mended where it is sure."""
    if score(text) >= 3:
        return text, "utf-8"
    old = viparse.detect_text_encoding(text)
    if old in ("tcvn3", "vni"):
        mended = _capitals(viparse.fix(text, encoding=old))
        if score(mended) > score(text) + 2:
            return mended, old
    return text, "utf-8"


def _eight_bit(data: bytes) -> tuple[str, str]:
    latin = data.decode("latin-1")
    if len(_CONTROL.findall(latin[:20000])) > 0.05 * len(latin[:20000]):
        # the old fonts use a few of these places for letters, a program's file uses them all
        return latin, "binary"
    choices = [(nfc(_cp1258(data)), "cp1258"), (data.decode("cp1252", errors="replace"), "cp1252")]
    for old in ("tcvn3", "vni"):
        choices.append((_capitals(nfc(viparse.fix(latin, encoding=old))), old))
    return max(choices, key=lambda c: score(c[0]))


def _capitals(text: str) -> str:
    """TCVN3 has small letters only for vowels with tones, a font of capitals showed them: "PHã GI¸M §èC" was all capitals."""
    text = _CAPS_WORD.sub(lambda m: m.group().upper(), text)
    return _BESIDE_CAPS.sub(lambda m: m.group().upper(), text)


def _cp1258(data: bytes) -> str:
    return data.decode("cp1258", errors="replace")


def score(text: str) -> int:
    """How Vietnamese a text looks: how many of its first words are common ones."""
    return len(_COMMON.findall(lower(text[:20000])))


def is_text(text: str) -> bool:
    """Whether there are words in it and not the bytes of some program's file."""
    sample = text[:20000]
    bad = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    return bool(re.search(r"[^\W\d_]", sample)) and bad <= 0.02 * len(sample)
