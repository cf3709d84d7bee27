"""Which tasks may match at all: found by the rare features they share, so that not every pair is looked at."""

from collections import defaultdict

from khue.reader.compare.features import Bag

# a feature in more tasks than this tells nothing and would only cost time
COMMON = 60


class Index:
    """Tasks by feature."""

    def __init__(self, bags: list[Bag], with_headings: bool = False) -> None:
        self.bags = bags
        self._by_feature: dict[str, list[int]] = defaultdict(list)
        for i, bag in enumerate(bags):
            for feature in bag.items.keys() | (bag.around if with_headings else frozenset()):
                self._by_feature[feature].append(i)

    def candidates(self, bag: Bag, most: int = 12) -> list[tuple[int, float]]:
        """(task, shared weight) of the tasks that share most with `bag`, best first."""
        scores: dict[int, float] = defaultdict(float)
        for feature, weight in bag.items.items():
            holders = self._by_feature.get(feature, ())
            if len(holders) <= COMMON:
                for i in holders:
                    scores[i] += weight
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
