"""What the workbench shows: the text with everything found in it coloured, obligations under their headings."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from khue.documents.blocks import Paragraph, Text
from khue.documents.models import CitedDocument, Document, Obligation, Slip, State

_CUT = re.compile(r"[;.:,]\s+|\s+(?=(?:và|đồng thời|phấn đấu|trong đó)\s)")
MOST_CUTS = 9


@dataclass(slots=True)
class Layer:
    """A stretch of the source with what it is: "task", "owner", "with", "due", "target", "cite" or "slip"."""

    start: int
    end: int
    kind: str
    item: int = 0
    state: str = ""


@dataclass(slots=True)
class Piece:
    """A stretch of a paragraph that is drawn alike. `offset` is its place in the paragraph."""

    text: str
    offset: int
    classes: str = ""
    item: int = 0
    begins: bool = False
    slip: int = 0


@dataclass(slots=True)
class Drawn:
    """A paragraph ready to be drawn."""

    number: int
    kind: str
    section: str
    pieces: list[Piece] = field(default_factory=list)


def layers_of(obligations: Iterable[Obligation], slips: Iterable[Slip], cited: Iterable[CitedDocument]) -> list[Layer]:
    """Everything that is coloured, by its beginning."""
    found: list[Layer] = []
    for o in obligations:
        if o.state != State.REJECTED:
            found.append(Layer(o.start, o.end, "task", o.pk, o.state))
            found += _inner(o)
    found += [Layer(s.start, s.end, "slip", s.pk, s.answer) for s in slips]
    found += [Layer(start, end, "cite") for c in cited for start, end in c.mentions]
    return sorted(found, key=lambda layer: (layer.start, -layer.end))


def _inner(o: Obligation) -> list[Layer]:
    parts = [("owner", u["span"]) for u in o.owners] + [("with", u["span"]) for u in o.partners]
    parts += [("target", t["span"]) for t in o.targets] + [("due", o.due_span)]
    if o.suggestion:
        parts.append(("due", o.suggestion["span"]))
    return [Layer(span[0], span[1], kind) for kind, span in parts if span]


def page_text(
    document: Document,
    obligations: list[Obligation],
    slips: list[Slip],
    cited: list[CitedDocument],
    only: list[Obligation] | None = None,
) -> list[Drawn]:
    """The paragraphs with their colours; with `only`, just those that these obligations touch."""
    text = Text(document.reading.text, document.reading.blocks)
    layers = layers_of(obligations, slips, cited)
    starts = [layer.start for layer in layers]
    drawn = []
    for p in text.paragraphs:
        if only is not None and not any(o.start < p.end and p.start < o.end for o in only):
            continue
        drawn.append(_draw(p, _near(layers, starts, p)))
    return drawn


def _near(layers: list[Layer], starts: list[int], p: Paragraph) -> list[Layer]:
    """The layers that touch a paragraph; a few that began before it may reach into it."""
    first, last = bisect_left(starts, p.start), bisect_left(starts, p.end)
    return [layer for layer in layers[max(first - 40, 0) : last] if layer.start < p.end and layer.end > p.start]


def _draw(p: Paragraph, layers: list[Layer]) -> Drawn:
    spans = [(p.inside(max(layer.start, p.start)), p.inside(min(layer.end, p.end)), layer) for layer in layers]
    cuts = sorted({0, len(p.text), *(a for a, _, _ in spans), *(b for _, b, _ in spans)})
    drawn = Drawn(p.number, p.kind, p.section)
    for a, b in pairwise(cuts):
        if a < b:
            drawn.pieces.append(_piece(p.text[a:b], a, [(s, layer) for s, e, layer in spans if s <= a and b <= e]))
    return drawn


def _piece(text: str, offset: int, held: list[tuple[int, Layer]]) -> Piece:
    piece = Piece(text, offset)
    classes = []
    for start, layer in held:
        if layer.kind == "task":
            piece.item, piece.begins = layer.item, start == offset
            classes.append(f"t t-{layer.state}")
        elif layer.kind == "slip":
            piece.slip = layer.item
            classes.append("f f-slip" + (" f-answered" if layer.state else ""))
        else:
            classes.append(f"f f-{layer.kind}")
    piece.classes = " ".join(dict.fromkeys(classes))
    return piece


@dataclass(slots=True)
class Section:
    """Obligations that stand under one heading."""

    number: str
    heading: str
    items: list[Obligation]


def sections(obligations: list[Obligation]) -> list[Section]:
    """Obligations in reading order, grouped by section and heading."""
    groups = groupby(obligations, key=lambda o: (o.section, o.heading))
    return [Section(number, heading, list(items)) for (number, heading), items in groups]


def cuts(quote: str) -> list[int]:
    """Places in a quote where it may be divided, at most nine."""
    return [m.end() for m in _CUT.finditer(quote) if 8 <= m.end() <= len(quote) - 8][:MOST_CUTS]


def item_data(o: Obligation) -> dict[str, Any]:
    """What the form of an obligation needs."""
    return {
        "id": o.pk,
        "state": o.state,
        "quote": o.quote,
        "section": o.section,
        "owners": o.owners,
        "partners": o.partners,
        "due": o.due.isoformat() if o.due else "",
        "recurs": o.recurs,
        "suggestion": o.suggestion,
        "targets": o.targets,
        "note": o.note,
        "product": o.product,
        "doubts": o.doubts,
        "version": o.version,
        "start": o.start,
        "cuts": cuts(o.quote) if o.state != State.REJECTED else [],
    }
