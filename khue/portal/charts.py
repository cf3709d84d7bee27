"""Bars drawn on the server as SVG: no script, no style, no picture file. The numbers stand in the table beside them."""

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

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
            pieces.append(f'<rect class="{name}" x="{x:.1f}" y="0" width="{max(wide - GAP, 0.8):.1f}" height="10"/>')
            x += wide
    # nothing but numbers and names of our own
    return mark_safe(
        f'<svg class="stack" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{"".join(pieces)}</svg>'
    )
