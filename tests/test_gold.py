"""The reader against annotated documents: the figures that the project promises."""

import json

import pytest

from khue.reader import load, read
from khue.reader.shape import shape
from tests.conftest import ROOT, SHARED
from tools.accuracy import text_of
from tools.scoring import FIELDS, Tally, score

LEAST = {
    "tasks": 0.97, "section": 0.98, "due": 0.98, "recurs": 0.95, "owners": 0.95, "with": 0.95,
    "targets": 0.95, "cites": 0.98, "citations": 0.99, "slips": 0.8, "header": 0.95,
}  # fmt: skip
OWN = sorted((ROOT / "tests/gold").glob("*.json"))
ASIDE = sorted((ROOT / "tests/gold/aside").glob("*.json"))


def figures(golds):
    total = {field: Tally() for field in FIELDS}
    for gold in golds:
        for field, tally in score(json.loads(gold.read_text(encoding="utf-8")), shape(read(load(text_of(gold)).text))).items():
            total[field].hit += tally.hit
            total[field].gold += tally.gold
            total[field].found += tally.found
    return {field: round(tally.f1, 3) for field, tally in total.items()}


def test_the_documents_the_rules_were_made_with():
    found = figures(OWN)
    assert {f: v for f, v in found.items() if v < LEAST[f]} == {}


def test_the_shared_annotations():
    golds = sorted((SHARED / "gold").glob("*.json"))
    if not golds:
        pytest.skip("../shared/gold is not here")
    found = figures(golds)
    assert {f: v for f, v in found.items() if v < LEAST[f]} == {}


@pytest.mark.parametrize("gold", [*OWN, *ASIDE], ids=lambda p: p.stem)
def test_no_document_falls_far_behind(gold):
    found = figures([gold])
    assert found["tasks"] >= 0.9
    assert found["section"] >= 0.9
    assert found["citations"] >= 0.9
