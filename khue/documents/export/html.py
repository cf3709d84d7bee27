"""The document as a page of its own with what was found highlighted, beside the plan; needs no network."""

import itertools
from bisect import bisect_left
from collections import defaultdict
from html import escape
from importlib.resources import files as resources

from khue.documents.export import ReadFile
from khue.documents.export.words import due_words, heading_line, names, slip_name
from khue.reader.model import Block, Reading, Span

KEY = [
    ("task", "nhiệm vụ"), ("owner", "chủ trì"), ("with", "phối hợp"), ("due", "thời hạn"),
    ("target", "chỉ tiêu"), ("cite", "văn bản được dẫn"), ("ask", "cần hỏi lại"),
]  # fmt: skip
Layer = tuple[Span, str, str]


def make(files: list[ReadFile]) -> bytes:
    """The page's bytes, every document of `files` one after another."""
    style = resources("khue.documents.export").joinpath("page.css").read_text(encoding="utf-8")
    title = escape(heading_line(files[0].reading.header) or files[0].name) if files else "Khuê"
    body = "\n".join(_document(file, n) for n, file in enumerate(files))
    return (
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    ).encode()


def _document(file: ReadFile, n: int) -> str:
    reading, header = file.reading, file.reading.header
    key = "".join(f'<li><mark class="{name}">{label}</mark></li>' for name, label in KEY)
    count = f"{len(reading.tasks)} nhiệm vụ, {len(reading.slips)} chỗ cần hỏi lại"
    return (
        f"<header><h1>{escape(heading_line(header) or file.name)}</h1>"
        f'<p class="quiet">{escape(header.subject or "")}</p><p class="quiet">{count}</p>'
        f'<ul class="key" aria-label="Chú giải">{key}</ul></header>'
        f'{_slips(reading, n)}<div class="both"><article class="doc" aria-label="Văn bản">{_text(reading, n)}{_foot(reading)}</article>'
        f'<aside class="plan" aria-label="Kế hoạch"><h2>Kế hoạch</h2>{_plan(reading, n)}</aside></div>'
    )


def _foot(reading: Reading) -> str:
    """Recipients and signature, as the text had them at its end."""
    header = reading.header
    lines = [f"<p><b>{escape(header.signer_title)}</b><br>{escape(header.signer or '')}</p>"] if header.signer_title else []
    if header.recipients:
        lines.append(f'<p class="quiet">Nơi nhận: {escape("; ".join(header.recipients))}.</p>')
    return "".join(lines)


def _slips(reading: Reading, n: int) -> str:
    if not reading.slips:
        return ""
    rows = []
    for i, slip in enumerate(reading.slips, 1):
        likely = f" Có lẽ: {escape(str(slip.probably))}." if slip.probably else ""
        rows.append(f'<li><b>{slip_name(slip.kind)}</b> <a href="#s{n}-{i}">“{escape(slip.quote)}”</a> {escape(slip.why)}{likely}</li>')
    return f'<section><h2>Cần hỏi lại</h2><ul class="ask-list">{"".join(rows)}</ul></section>'


def _plan(reading: Reading, n: int) -> str:
    rows = []
    for i, task in enumerate(reading.tasks, 1):
        due = due_words(task)
        when = f'<span class="when">{escape(due)}</span>' if due else ""
        who = escape(names(task.owners)) + (f" · cùng {escape(names(task.partners))}" if task.partners else "")
        said = " · ".join(p for p in (escape(task.section), who) if p)
        line = f'<span class="who">{said}</span>' if said else ""
        rows.append(f'<li id="p{n}-{i}"><a class="n" href="#t{n}-{i}">{i}</a>{when}{escape(task.quote)}{line}</li>')
    return f"<ol>{''.join(rows)}</ol>" if rows else '<p class="quiet">Không thấy nhiệm vụ nào trong văn bản này.</p>'


def _layers(reading: Reading, n: int) -> list[Layer]:
    """(where, class, id or title) of everything highlighted, outer things first."""
    layers: list[Layer] = []
    for i, task in enumerate(reading.tasks, 1):
        layers.append((task.span, "task", f"{n}-{i}"))
        layers += [(f.span, "owner", f.rule) for f in task.owners] + [(f.span, "with", f.rule) for f in task.partners]
        if task.due:
            layers.append((task.due.span, "due", task.due.rule))
        if task.suggestion:
            layers.append((task.suggestion.span, "due", task.suggestion.rule))
        layers += [(t.span, "target", t.rule) for t in task.targets]
    layers += [(c.span, "cite", "citation") for c in reading.citations]
    layers += [(s.span, "ask", s.kind) for s in reading.slips]
    return layers


def _text(reading: Reading, n: int) -> str:
    layers = sorted(_layers(reading, n), key=lambda layer: layer[0].start)
    starts = [layer[0].start for layer in layers]
    slip_ids: dict[Span, str] = {s.span: f"s{n}-{i}" for i, s in enumerate(reading.slips, 1)}
    return "\n".join(_block(b, layers, starts, slip_ids) for b in reading.blocks)


def _block(block: Block, layers: list[Layer], starts: list[int], slip_ids: dict[Span, str]) -> str:
    """A paragraph, cut wherever something highlighted begins or ends."""
    if not block.text:
        return ""
    near = layers[bisect_left(starts, block.span.start) : bisect_left(starts, block.span.end)]
    bounds: dict[int, set[str]] = defaultdict(set)
    spans = []
    for span, kind, ref in near:
        a, b = bisect_left(block.origin, span.start), bisect_left(block.origin, span.end)
        if a < b:
            spans.append((a, b, kind, ref, span))
            bounds[a], bounds[b] = bounds[a], bounds[b]
    cuts = sorted({0, len(block.text), *bounds})
    out = []
    for a, b in itertools.pairwise(cuts):
        held = [(kind, ref, span, sa) for sa, sb, kind, ref, span in spans if sa <= a and b <= sb]
        out.append(_piece(escape(block.text[a:b]), held, a, slip_ids))
    kind = ' class="heading"' if block.kind == "heading" else ""
    section = f'<span class="section">{escape(block.section)}</span>' if block.section and block.kind != "heading" else ""
    return f"<p{kind}>{section}{''.join(out)}</p>"


def _piece(text: str, held: list[tuple[str, str, Span, int]], at: int, slip_ids: dict[Span, str]) -> str:
    """A stretch with its classes; the number of a task and the anchor of a question stand at their beginning."""
    if not held:
        return text
    kinds = [kind for kind, *_ in held]
    top = next(k for k in ("ask", "due", "target", "owner", "with", "cite", "task") if k in kinds)
    title = ", ".join(dict.fromkeys(ref for kind, ref, *_ in held if kind != "task"))
    before = "".join(
        f'<a class="n" id="t{ref}" href="#p{ref}">{ref.split("-")[1]}</a>' for kind, ref, _, start in held if kind == "task" and start == at
    )
    anchor = next((f' id="{slip_ids[span]}"' for kind, _, span, start in held if kind == "ask" and start == at and span in slip_ids), "")
    hint = f' title="{escape(title)}"' if title else ""
    return f'{before}<mark class="{top}"{anchor}{hint}>{text}</mark>'
