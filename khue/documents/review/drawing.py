"""A paragraph of the workbench as HTML. There are thousands of pieces on a page: a template would take longer than all the rest."""

import json
from html import escape
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
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


def data_script(name: str, data: dict[str, Any]) -> SafeString:
    """What the workbench's script works on, as an element of that id: Vietnamese letters as they are, nothing that ends it early."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04X}")
    return mark_safe(f'<script id="{escape(name)}" type="application/json">{text}</script>')
