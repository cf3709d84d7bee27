"""Bars drawn on the server as SVG: no script, no style, no picture file. The numbers stand in the table beside them."""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, GAP = 200, 10, 1


def stacked(parts: Sequence[tuple[str, int]], most: int) -> SafeString:
    """One bar of parts side by side, each (class, number); a bar of `most` is as wide as the drawing.

    The class is one of those in figures.css: good, late, open, over. It says nothing to a screen reader.
    """
    total = sum(n for _name, n in parts)
    whole = WIDTH * total / most if most else 0
    pieces, x = [], 0.0
    for name, n in parts:
        if n:
            wide = whole * n / total
            pieces.append((name, f"{x:.1f}", f"{max(wide - GAP, 0.8):.1f}"))
            x += wide
    return format_html(
        '<svg class="stack" viewBox="0 0 {0} {1}" width="{0}" height="{1}" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false">{2}</svg>',
        WIDTH,
        HEIGHT,
        format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="10"/>', pieces),
    )
