#!/usr/bin/env python3
"""How fast the reader reads, what memory it needs, and how both grow with the length of a document.

    benchmarks/reader.py

A page is 2,000 characters. Documents of 10 kB to 10 MB are made of the sample documents, one after another; each
size runs in a process of its own on one core. The best of several runs counts, in the process's own time, so that
other work on the machine does not. The limit is 200 pages a second; growth is the time of a page in the longest
document over that in the shortest (1.0 is flat). Memory is what the process grew by, told from 1 MB on (below that the
interpreter's own reserves hide it).
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = 2000
LIMIT = 200
SIZES = [10_000, 100_000, 1_000_000, 10_000_000]


def text_of(size: int) -> str:
    """The bodies of the sample documents over and over, `size` characters: every size is as dense as the others."""
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "samples").glob("*.txt"))]
    bodies = "\n".join(text[text.index("\n1. ") if "\n1. " in text else 0 : text.index("Nơi nhận")] for text in texts)
    return (bodies * (size // len(bodies) + 1))[:size]


def measure(size: int) -> dict[str, float]:
    """Seconds (best of several), memory and what was found, in this process."""
    sys.path.insert(0, str(ROOT))
    from khue.reader import read

    text = text_of(size)
    read(text[:5000])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runs = 7 if size <= 100_000 else 3 if size <= 1_000_000 else 1
    best, tasks = float("inf"), 0
    for _ in range(runs):
        start = time.process_time()
        tasks = len(read(text).tasks)
        best = min(best, time.process_time() - start)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": best, "kilobytes": after - before, "tasks": tasks}


def main() -> None:
    """Prints a row for each size and the two ratios."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
        return
    print(f"{'characters':>12} {'seconds':>9} {'pages/s':>9} {'of limit':>9} {'kB/page':>8} {'tasks':>8}")
    per_page = []
    for size in SIZES:
        done = subprocess.run([sys.executable, __file__, str(size)], capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        pages = size / PAGE
        per_page.append(found["seconds"] / pages)
        speed = pages / found["seconds"]
        memory = f"{found['kilobytes'] / pages:.1f}" if size >= 1_000_000 else "-"
        print(f"{size:>12,} {found['seconds']:>9.3f} {speed:>9.0f} {speed / LIMIT:>8.2f}x {memory:>8} {found['tasks']:>8,}")
    print(f"growth, time a page at {SIZES[-1]:,} over {SIZES[0]:,}: {per_page[-1] / per_page[0]:.2f} (1.00 is flat)")


if __name__ == "__main__":
    main()
