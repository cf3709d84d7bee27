"""A paragraph of the workbench as HTML. There are thousands of pieces on a page: a template would take longer than all the rest."""

from html import escape

from django.utils.safestring import SafeString, mark_safe

from khue.documents.review.page import Drawn, Piece


def paragraph(p: Drawn) -> SafeString:
    """The paragraph with its section and its coloured pieces; every text is escaped."""
    section = f'<span class="p-sec num">{escape(p.section)}</span>' if p.section and p.kind != "heading" else ""
    inside = "".join(map(_piece, p.pieces))
    return mark_safe(f'<p class="p p-{escape(p.kind)}" data-p="{p.number}">{section}{inside}</p>')


def _piece(x: Piece) -> str:
    marks = f' class="{escape(x.classes)}"' if x.classes else ""
    marks += f' data-o="{x.offset}"'
    if x.item:
        marks += f' data-item="{x.item}"'
    if x.slip:
        marks += f' data-slip="{x.slip}"'
    return f"<span{marks}>{escape(x.text)}</span>"
