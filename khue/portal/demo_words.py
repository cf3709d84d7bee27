"""What the demo's units write, and the pictures they send: made up, and always the same for the same task and unit."""

import io
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from khue.catalog.loader import load_entry
from khue.core.models import StoredFile
from khue.core.text import key
from khue.files.store import keep
from khue.tasks.models import Assignment
from khue.units.kinds import SCHOOLS, UnitKind

# of a target as small as this no part is told
SMALL = 5


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return load_entry("lao-cai/demo/reports.yaml")


def report(share: Assignment, phase: str, chance: Random) -> str:
    """What the unit writes: `phase` is "done" or "doing"."""
    quote = key(share.task.quote)
    family = _family(share.unit.kind)
    topics = _words()["topics"] if family != "office" else []
    topic = next((t for t in topics if any(w in quote for w in t["words"])), None)
    text = chance.choice((topic or _words()[family])[phase])
    return str(text).format(n=chance.randint(6, 38), m=chance.randint(2, 5))


def _family(kind: str) -> str:
    if kind in SCHOOLS:
        return "school"
    return "commune" if kind == UnitKind.COMMUNE else "office"


def sentence(name: str, chance: Random) -> str:
    """A sentence of the giving or the asking side: "returned", "extension", "granted", "verified"."""
    return str(chance.choice(_words()[name]))


def figure(share: Assignment, chance: Random, *, done: bool) -> Decimal | None:
    """A number for the task's first target: reached where it is done, a part of it before; None without a target."""
    target = next((t for t in share.task.targets if isinstance(t.get("value"), int | float)), None)
    if target is None:
        return None
    value = Decimal(str(target["value"]))
    if target.get("unit") == "%":
        part = min(Decimal(100), value + Decimal(chance.randint(0, 8)) / 10) if done else value * chance.randint(40, 90) / 100
        return part.quantize(Decimal("0.1"))
    if done:
        return value + chance.randint(0, 3)
    return (value * chance.randint(30, 90) / 100).quantize(Decimal(1)) if value >= SMALL else None


# (name of the file, colours of sky and ground, what is drawn)
_PHOTOS = (
    ("san-truong.jpg", ("#cfe3ee", "#b9c79a"), "school"),
    ("goc-thu-vien.jpg", ("#efe2c6", "#a9845c"), "books"),
    ("dien-tap.jpg", ("#dfe6e2", "#9aa7a0"), "people"),
)


def photos(by: Any) -> list[StoredFile]:
    """Three small drawings in place of photographs, kept once; none where Pillow is not installed."""
    names = [name for name, _colours, _what in _PHOTOS]
    known = {f.name: f for f in StoredFile.objects.filter(name__in=names, added_by=by)}
    try:
        for name, colours, what in _PHOTOS:
            if name not in known:
                known[name] = keep(io.BytesIO(_draw(colours, what)), name=name, kind="image", by=by)
    except ImportError:
        return []
    return [known[name] for name in names]


def _draw(colours: tuple[str, str], what: str) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (640, 420), colours[0])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 290, 640, 420), fill=colours[1])
    if what == "school":
        pen.rectangle((120, 150, 520, 300), fill="#f6efdf", outline="#7a2114", width=4)
        pen.polygon([(100, 150), (540, 150), (320, 80)], fill="#b3321e")
        for x in range(150, 500, 60):
            pen.rectangle((x, 190, x + 32, 235), fill="#8fb3c7")
    elif what == "books":
        for row in range(3):
            pen.rectangle((90, 60 + row * 110, 550, 160 + row * 110), outline="#5b4327", width=6)
            for n in range(20):
                colour = ("#b3321e", "#1b664d", "#2a5a8a", "#7d5200")[(n * 7 + row) % 4]
                pen.rectangle((104 + n * 22, 76 + row * 110 + n % 3 * 8, 120 + n * 22, 156 + row * 110), fill=colour)
    else:
        for n in range(14):
            x, y = 70 + n * 38, 250 + n % 3 * 34
            pen.ellipse((x, y, x + 22, y + 22), fill="#c99a74")
            pen.rectangle((x - 4, y + 22, x + 26, y + 78), fill=("#f6efdf", "#2a5a8a", "#b3321e")[n % 3])
    pen.text((12, 398), "ANH MINH HOA", fill="#211e19")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()
