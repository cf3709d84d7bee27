import os
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile("deep", deadline=None, max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("khue", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("KHUE_TEST_PROFILE", "khue"))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    """No test depends on the language or the catalog of whoever runs it."""
    for name in ("KHUE_LANG", "KHUE_CATALOG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", os.environ.get("COLUMNS", "110"))
    translation.deactivate()  # the language of a page asked for by an earlier test


@pytest.fixture
def seeds():
    """The real documents, by number; skips where they are not at hand."""
    found = {p.name[:3]: p for p in sorted((SHARED / "seeds").glob("*.txt"))}
    if not found:
        pytest.skip("../shared/seeds is not here")
    return found
