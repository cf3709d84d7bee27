#!/usr/bin/env python3
"""Score the reader: on the project's own annotated documents, and on ../shared/gold where that is at hand.

    tools/accuracy.py [--each]

Documents in tests/gold/aside were kept aside while the rules were made; they tell how the rules carry over.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from khue.reader import load, read  # noqa: E402
from khue.reader.shape import shape  # noqa: E402
from tools.scoring import FIELDS, Tally, score  # noqa: E402

SHARED = ROOT.parent / "shared"


def text_of(gold: Path) -> Path:
    """The document that an annotation belongs to."""
    places = [gold.with_suffix(".txt"), ROOT / "samples" / f"{gold.stem}.txt", *SHARED.glob(f"seeds/{gold.stem}_*.txt")]
    return next(p for p in places if p.is_file())


def table(title: str, golds: list[Path], each: bool) -> None:
    """Prints F1 of every field over some annotations."""
    total = {field: Tally() for field in FIELDS}
    print(f"{title}: {len(golds)} documents")
    for gold in golds:
        tallies = score(json.loads(gold.read_text(encoding="utf-8")), shape(read(load(text_of(gold)).text)))
        for field in FIELDS:
            total[field].hit += tallies[field].hit
            total[field].gold += tallies[field].gold
            total[field].found += tallies[field].found
        if each:
            print(f"  {gold.stem:24} " + "  ".join(f"{f} {tallies[f].f1:.3f}" for f in FIELDS))
    print("  " + "  ".join(f"{f} {total[f].f1:.3f}" for f in FIELDS))


def official(golds: list[Path]) -> int:
    """Runs the shared scorer on the shared annotations."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = []
        for gold in golds:
            found = Path(folder) / gold.name
            found.write_text(json.dumps(shape(read(load(text_of(gold)).text)), ensure_ascii=False), encoding="utf-8")
            arguments += [str(gold), str(found)]
        return subprocess.run([sys.executable, str(SHARED / "tools" / "score_reader.py"), *arguments], check=False).returncode


def main() -> int:
    """Exit code of the shared scorer, 0 where it is not at hand."""
    each = "--each" in sys.argv
    table("Own documents the rules were made with", sorted((ROOT / "tests/gold").glob("*.json")), each)
    aside = sorted((ROOT / "tests/gold/aside").glob("*.json"))
    if aside:
        table("Own documents kept aside", aside, each)
    golds = sorted((SHARED / "gold").glob("*.json"))
    if not golds or not (SHARED / "tools/score_reader.py").is_file():
        print("skipped: ../shared/gold is not here")
        return 0
    return official(golds)


if __name__ == "__main__":
    sys.exit(main())
