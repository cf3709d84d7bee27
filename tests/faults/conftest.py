import contextlib
import shutil

import pytest

from tests.faults.running import Site
from tools import with_postgres


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A home with its first administrator, made once and copied for each test."""
    site = Site(tmp_path_factory.mktemp("prepared") / "home")
    site.set_up()
    return site.home


@pytest.fixture
def site(prepared, tmp_path):
    """A site of this test's own, not yet started; whatever is left of it is killed at the end."""
    made = Site(tmp_path / "home")
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
