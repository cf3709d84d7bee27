"""The paragraphs that close a document: the last orders, which stand under no heading."""

import re

from khue.reader.clean.paragraph import Para
from khue.reader.lexicon import Lexicon
from khue.reader.outline import Item

ITSELF = re.compile(
    r"(?:chỉ thị|kế hoạch|công văn|công điện|hướng dẫn|thông báo|nghị quyết|chương trình|quyết định|đề án|báo cáo|tờ trình|phương án|kết luận|văn bản)\s+này\b"
)
_SURE = (
    "trên đây là",
    "trong quá trình",
    "quá trình thực hiện",
    "quá trình triển khai",
    "nhận được",
    "yêu cầu",
    "đề nghị",
    "giao ",
    "nếu có ",
    "rất mong",
    "kính trình",
    "kính đề nghị",
    "trân trọng",
    "mọi ",
)


def mark_closing(lex: Lexicon, items: list[Item]) -> None:
    """Turns the last unnumbered paragraphs of the body, and of an attached document, into closing ones."""
    _close(lex, [i for i in items if not i.para.appendix])
    attached = [i for i in items if i.para.appendix]
    if attached and attached[-1].para.text.rstrip().endswith("./."):
        _close(lex, attached)


def _close(lex: Lexicon, body: list[Item]) -> None:
    end = next((n for n in range(len(body), max(0, len(body) - 7), -1) if body[n - 1].para.text.rstrip().endswith("./.")), len(body))
    if not any(i.mark or i.kind == "row" for i in body[end:]):
        body = body[:end]  # names and titles of two who sign stand below
    last = next((i.mark for i in reversed(body) if i.mark and not i.mark.bullet), None)
    if last and last.style == "article":
        return
    for place in range(len(body) - 1, -1, -1):
        item = body[place]
        if item.mark or item.kind in ("heading", "row", "label") or not _closes(lex, item.para):
            break
        under_heading = place > 0 and body[place - 1].kind == "heading"
        if under_heading and not ITSELF.search(item.para.low):
            break
        item.kind, item.section, item.owners, item.due, item.heading = "closing", "", [], None, ""
        item.zone = "plan"


def _closes(lex: Lexicon, para: Para) -> bool:
    low = para.low
    if low.startswith(_SURE) or para.text.rstrip().endswith("./."):
        return True
    return bool(ITSELF.search(low)) and (lex["sentences.closings"].match(low) != -1 or para.text.rstrip().endswith("/."))
