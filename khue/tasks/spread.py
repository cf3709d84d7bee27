"""The quartiles of like units and a unit's own value on one line, drawn on the server as SVG; the table beside it has the numbers."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from khue.tasks.likeness import Spread

WIDTH, HEIGHT = 200, 16


def _x(percent: float) -> str:
    return f"{6 + percent * (WIDTH - 12) / 100:.1f}"


def drawn(spread: Spread) -> SafeString:
    """0 to 100 per cent from left to right: the middle half of the units as a bar, the median a stroke, the own value a dot."""
    own = "" if spread.own is None else format_html('<circle cx="{}" cy="8" r="4.5"/>', _x(spread.own))
    return format_html(
        '<svg class="spread" viewBox="0 0 {0} {1}" width="{0}" height="{1}" aria-hidden="true" focusable="false">'
        '<line class="axis" x1="{2}" x2="{3}" y1="8" y2="8"/><rect x="{4}" y="3" width="{5}" height="10"/>'
        '<line class="median" x1="{6}" x2="{6}" y1="1" y2="15"/>{7}</svg>',
        WIDTH,
        HEIGHT,
        _x(0),
        _x(100),
        _x(spread.low),
        f"{max((spread.high - spread.low) * (WIDTH - 12) / 100, 1):.1f}",
        _x(spread.middle),
        own,
    )
