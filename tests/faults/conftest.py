import contextlib
import shutil

import pytest

from tests.faults.running import WARM, Site, free_port
from tools import with_postgres


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A home with its first administrator, made once and copied for each test."""
    site = Site(tmp_path_factory.mktemp("prepared") / "home")
    site.set_up()
    return site.home


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Where the site of one test after the other stands, so that one process that has Khuê loaded serves them all."""
    yield tmp_path_factory.mktemp("site"), free_port()
    for warm in WARM.values():
        warm.end()
    WARM.clear()


@pytest.fixture
def site(prepared, place):
    """A site of this test's own, not yet started; whatever is left of it is killed at the end."""
    folder, port = place
    shutil.rmtree(folder)
    made = Site(folder / "home", port=port, warm=True)
    shutil.copytree(prepared, made.home)
    yield made
    if made.server is not None:
        with contextlib.suppress(ProcessLookupError):
            made.kill()


@pytest.fixture
def postgres():
    """A PostgreSQL of this test's own."""
    if with_postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed here")
    pytest.importorskip("psycopg")
    with with_postgres.cluster() as made:
        yield made
