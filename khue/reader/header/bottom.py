"""Recipients and signature: found from the end of the text, also where they stand side by side."""

import re
from dataclasses import dataclass

from khue.core.text import key, squeeze
from khue.reader.header.columns import Part, parts
from khue.reader.lexicon import Lexicon
from khue.reader.lines import Line
from khue.reader.model import Header, Span

_NAME = re.compile(
    r"(?:(?:TS|ThS|PGS|GS|BS|CN|KS|TS\.BS|PGS\.TS|GS\.TS)\.?\s*)?(?:[A-ZĐ]['’])?[A-ZÀ-ỸĐ][a-zà-ỹđ]*(?:\s+(?:[A-ZĐ]['’])?[A-ZÀ-ỸĐ][a-zà-ỹđ]*){1,5}"
)
_WITH = re.compile(r"\(?\s*(?:[Bb]an hành )?(?:[Kk]èm|[Kk]Èm) theo\b")
_AFTER_RECIPIENT = re.compile(r"(?<=[;.:])\s+(?=[A-ZÀ-ỸĐ(])")
_DASH = ("-", "–", "—", "+", "•")


@dataclass(slots=True)
class Bottom:
    """Where the text ends and where an appendix begins (both indexes of lines)."""

    body_end: int
    appendix: int


def read_bottom(lines: list[Line], start: int, lex: Lexicon, header: Header) -> Bottom:
    """Reads recipients and signature into `header`."""
    at = _recipients_line(lines, start, lex)
    appendix = _appendix(lines, at if at is not None else start, lex)
    if at is None:
        body_end = _signature_line(lines, start, appendix, lex)
        right = [p for line in lines[body_end:appendix] for p in parts(line)]
    else:
        body_end = _signature_line(lines, max(start, at - 12), at, lex)
        left, right = _sides(lines, at, appendix, lex)
        header.recipients = _names(left)
        right = [p for line in lines[body_end:at] for p in parts(line)] + right
    _signature(right, lex, header)
    return Bottom(body_end, appendix)


def _recipients_line(lines: list[Line], start: int, lex: Lexicon) -> int | None:
    for i in range(start, len(lines)):
        found = parts(lines[i]) if "ơi" in lines[i].text or "ƠI" in lines[i].text else []
        if any(lex["layout.recipients"].match(key(p.text)) != -1 and ":" in p.text[:12] for p in found):
            return i
    return None


def _appendix(lines: list[Line], start: int, lex: Lexicon) -> int:
    """The line where an appendix begins behind `start`, or the end."""
    motto = None
    for i in range(start, len(lines)):
        text = lines[i].text.strip()
        if text.isupper() and motto is None and any(lex["layout.motto"].match(key(p.text)) != -1 for p in parts(lines[i])):
            motto = i
        if text.isupper() and len(text) < 40 and _attached(lines, i, lex):
            return i if motto is None else motto
        if text and len(text) < 90 and text[0].isupper() and lex["layout.appendix"].match(key(text)) != -1 and _free(lines, i):
            return i
    return len(lines)


def _attached(lines: list[Line], i: int, lex: Lexicon) -> bool:
    """A document of its own behind the signature: its kind in capitals, and soon below "(Ban hành kèm theo …)"."""
    if not lex["kinds.printed"].full(squeeze(key(lines[i].text)).strip(" .:*")):
        return False
    below = [line.text.strip() for line in lines[i + 1 : i + 14] if not line.blank][:6]
    return any(_WITH.match(text) for text in below)


def _free(lines: list[Line], i: int) -> bool:
    """An appendix has its own title line: short, in capitals, or numbered."""
    text = lines[i].text.strip()
    return text.isupper() or len(text) < 25 or bool(re.match(r"Phụ lục\s*(?:số\s*)?[\dIVX]*\s*[:.]?", text))


def _is_title(text: str, lex: Lexicon) -> bool:
    """A line of a signature: "KT. CHỦ TỊCH", "PHÓ GIÁM ĐỐC", "TM. ỦY BAN NHÂN DÂN"."""
    words = re.sub(r"^(?:{})(?:\s*[.]\s*|\s+)".format("|".join(lex.data["layout"]["signing_modes"])), "", text.strip())
    if not words or words != words.upper() or len(words) > 60:
        return False
    low = key(words)
    mode = words != text.strip()
    return mode or lex["layout.signer_titles"].match(low) != -1


def _signature_line(lines: list[Line], start: int, end: int, lex: Lexicon) -> int:
    """The first line of the signature that stands alone at the end of the text, or `end`."""
    for i in range(start, end):
        found = parts(lines[i]) if lines[i].text.isupper() else []
        if found and all(_is_title(p.text, lex) for p in found) and _ends_text(lines, i, start):
            return i
    return end


def _ends_text(lines: list[Line], i: int, start: int) -> bool:
    """What stands before a signature is a finished sentence."""
    for k in range(i - 1, start - 1, -1):
        if not lines[k].blank:
            return lines[k].text.rstrip().endswith((".", "./", ";", "!", "”", '"'))
    return False


def _sides(lines: list[Line], at: int, end: int, lex: Lexicon) -> tuple[list[Part], list[Part]]:
    """Recipients (left) and signature (right)."""
    left: list[Part] = []
    right: list[Part] = []
    started = False
    for line in lines[at:end]:
        for part in (piece for whole in parts(line) for piece in _beside(whole, lex)):
            if lex["layout.recipients"].match(key(part.text)) != -1 and not started:
                started = True
                after = part.text.split(":", 1)[1].strip() if ":" in part.text else ""
                if after:
                    left.append(Part(after, part.column + part.text.index(after), line, part.width))
            elif (part.column >= 32 or part.beside) and not part.text.startswith(_DASH):
                right.append(part)
            elif (part.text.startswith(_DASH) and not right) or part.text.startswith(_DASH) or _goes_left(part, left, right, lex):
                left.append(part)
            else:
                right.append(part)
    return left, right


def _beside(part: Part, lex: Lexicon) -> list[Part]:
    """A recipient with the signature's line a single blank behind it, as some PDF give it, cut in two."""
    named = part.text.startswith(_DASH) or lex["layout.recipients"].match(key(part.text)) != -1
    for cut in _AFTER_RECIPIENT.finditer(part.text) if named else ():
        rest = part.text[cut.end() :]
        if _is_title(rest, lex) or lex["layout.signed_marks"].match(key(rest)) != -1 or _NAME.fullmatch(rest):
            left = Part(part.text[: cut.start()], part.column, part.line, part.width)
            return [left, Part(rest, part.column + cut.end(), part.line, part.width, beside=True)]
    return [part]


def _goes_left(part: Part, left: list[Part], right: list[Part], lex: Lexicon) -> bool:
    """A line without a dash goes on with the recipient above it unless the signature has begun."""
    if _is_title(part.text, lex) or lex["layout.signed_marks"].match(key(part.text)) != -1:
        return False
    if not left or (right and part.column < 32 and not part.text[0].islower()):
        return not left and not right and not _NAME.fullmatch(part.text)
    return part.text[0].islower() or (not left[-1].text.endswith((".", ";")) and not _NAME.fullmatch(part.text))


def _names(left: list[Part]) -> list[str]:
    names: list[str] = []
    for part in left:
        if part.text.startswith(_DASH) or not names:
            names.append(part.text)
        else:
            names[-1] += f" {part.text}"
    return [n for n in (squeeze(name).strip(" -–—+•;.,") for name in names) if n]


def _signature(right: list[Part], lex: Lexicon, header: Header) -> None:
    titles: list[Part] = []
    names: list[Part] = []
    for part in right:
        text = part.text.strip()
        if lex["layout.signed_marks"].match(key(text)) != -1 or text.startswith(("(", "[")):
            continue
        if _is_title(text, lex) or (titles and not names and text.isupper() and len(text) < 60):
            titles.append(part)
        elif titles and _NAME.fullmatch(text):
            names.append(part)
    if titles:
        header.signer_title = squeeze(" ".join(p.text for p in titles)).rstrip(" ,.;")
        header.spans["signer_title"] = Span(titles[0].span.start, titles[-1].span.end)
        if key(titles[0].text).startswith("tm") and header.issuer is None:
            header.issuer = squeeze(titles[0].text.split(".", 1)[-1])
    if names:
        header.signer = squeeze(names[-1].text)
        header.spans["signer"] = names[-1].span
