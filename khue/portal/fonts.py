"""Be Vietnam Pro as small web fonts: cut from the package that ships it to the letters of Vietnamese and English."""

import os
from importlib.resources import files
from pathlib import Path

WEIGHTS = {"400": "Regular", "600": "SemiBold"}
# Latin, Vietnamese letters composed and combining, the signs that documents use
UNICODES = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x300, 0x301, 0x303, 0x309, 0x323, *range(0x1EA0, 0x1EFA)]
SIGNS = [0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x20AB, 0x2212, 0x2264, 0x2265]


def make_fonts(folder: Path) -> list[Path]:
    """Writes the web fonts that are missing in `folder` and returns them all. Takes about two seconds the first time."""
    made = []
    for weight, name in WEIGHTS.items():
        target = folder / f"be-vietnam-pro-{weight}.woff2"
        if not target.exists():
            _cut(name, target)
        made.append(target)
    return made


def _source(name: str) -> Path:
    root = Path(str(files("fontpkg_be_vietnam_pro")))
    return next(p for p in sorted(root.rglob("*.ttf")) if p.stem.replace("-", "").endswith(f"BeVietnamPro{name}"))


def _cut(name: str, target: Path) -> None:
    from fontTools import subset

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "liga", "locl", "mark", "mkmk", "ccmp", "tnum", "lnum"]
    font = subset.load_font(str(_source(name)), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=UNICODES + SIGNS)
    cutter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    # of this process alone: servers that start together cut the same font at the same time
    temporary = target.with_suffix(f".{os.getpid()}.part")
    subset.save_font(font, str(temporary), options)
    temporary.replace(target)
