#!/usr/bin/env python3
"""Count how common words and pairs of words are in official documents, for `catalog/vn/documents/stock.yaml`.

    tools/stock_phrases.py FILE... > catalog/vn/documents/stock.yaml

The counts keep stock phrases ("nâng cao chất lượng", "cán bộ quản lý") from weighing much when two documents are
compared. Run it again over more documents when there are more.
"""

import sys
from collections import Counter

from khue.reader import load, read
from khue.reader.compare.features import features
from khue.reader.lexicon import lexicon

LEAST = 5


def main(paths: list[str]) -> None:
    """Writes the counts of every word and pair that stands in LEAST tasks or more."""
    count: Counter[str] = Counter()
    tasks = 0
    for path in paths:
        for task in read(load(path).text).tasks:
            tasks += 1
            count.update(f for f in features(lexicon(), task) if f[0] in "wb")
    print("# How many of `tasks` obligations hold a word (w:) or a pair of words (b:); made by tools/stock_phrases.py.")
    print(f"tasks: {tasks}\ncounts:")
    for feature, n in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])):
        if n >= LEAST:
            print(f'  "{feature}": {n}')


if __name__ == "__main__":
    main(sys.argv[1:])
