"""Vietnamese text: one way to write it (`nfc`), one way to compare it (`key`, `plain`)."""

import re
import unicodedata

_TONE = dict(
    pair.split("=")
    for pair in [
        "òa=oà",
        "óa=oá",
        "ỏa=oả",
        "õa=oã",
        "ọa=oạ",
        "òe=oè",
        "óe=oé",
        "ỏe=oẻ",
        "õe=oẽ",
        "ọe=oẹ",
        "ùy=uỳ",
        "úy=uý",
        "ủy=uỷ",
        "ũy=uỹ",
        "ụy=uỵ",
    ]
)
# each begins with the letter that is looked for: an expression that begins with what stands before it is slow
_TONE_RE = re.compile(r"[òóỏõọùúủũụ][aey](?!\w)(?<!q..)")
_Y_RE = re.compile(r"[yýỳỷỹỵ](?!\w)(?:(?<=[bcdđghklmnpqrstvx].)|(?<=qu.))")
_Y = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))
# the Icelandic letter that some keyboards give for đ, and hyphens that only look special
_LOOKALIKES = str.maketrans({"ð": "đ", "\u2010": "-", "\u2011": "-", "\u2212": "-"})
_LOOKALIKE = re.compile("[ð\u2010\u2011\u2212]")
_SPACE_RE = re.compile(r"\s+")


def nfc(text: str) -> str:
    """`text` in composed Unicode; returns the same object when it is already composed."""
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def lower(text: str) -> str:
    """Lower case that never changes the length, so that positions stay valid."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def key(text: str) -> str:
    """`text` as it is compared: lower case, one tone placement (oà), i for a final y. Same length as `text`."""
    low = lower(text)
    if _LOOKALIKE.search(low):
        low = low.translate(_LOOKALIKES)
    low = _TONE_RE.sub(lambda m: _TONE.get(m.group(), m.group()), low)
    return _Y_RE.sub(lambda m: _Y[m.group()], low)


def squeeze(text: str) -> str:
    """`text` with every run of white space as one space, none at the ends."""
    return _SPACE_RE.sub(" ", text).strip()


def number_key(number: str) -> str:
    """A document's number as it is compared: folded, without white space, so that "203 /BC-UBND" is "203/bc-ubnd"."""
    return _SPACE_RE.sub("", key(nfc(number)))


def short(text: str, most: int) -> str:
    """At most so many characters, the last a … where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def decimal(value: float) -> str:
    """A number as Vietnamese write it, no more places than it has: 1.350; 98,5."""
    return f"{value:,.15g}".replace(",", " ").replace(".", ",").replace(" ", ".")


def plain(text: str) -> str:
    """`key(text)` without diacritics: how somebody types who has no Vietnamese keyboard."""
    stripped = unicodedata.normalize("NFD", key(text).replace("đ", "d"))
    return "".join(c for c in stripped if not unicodedata.combining(c))
