import os
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# files whose tests share what takes seconds to make
SHARING = {
    "tests/faults/test_backup.py",
    "tests/faults/test_serve.py",
    "tests/portal/test_demo.py",
    "tests/tasks/test_a_year.py",
    "tests/test_numbers_agree.py",
    "tests/units/test_real_reorganisations.py",
    "tests/units/test_resolve.py",
}

settings.register_profile("deep", deadline=None, max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("khue", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
# what was tried on one database already is tried on another with fewer examples
settings.register_profile("again", parent=settings.get_profile("khue"), max_examples=12)
settings.load_profile(os.environ.get("KHUE_TEST_PROFILE", "khue"))


def pytest_configure(config):
    config.addinivalue_line("markers", "database: touches the database of the run; put on by itself")
    config.addinivalue_line("markers", "one_database: a long story about days and people, whose queries others ask of every database")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """`-m database` leaves out whatever would say the same on any database: the reader, and tests with a Khuê of their own."""
    for item in items:
        if item.get_closest_marker("one_database"):
            continue
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames):
            item.add_marker(pytest.mark.database)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist loadgroup` the tests of a file that share something dear run in one process, and these files come first."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path = nodeid.partition("::")[0]
            return path if path in SHARING else nodeid

    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


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
