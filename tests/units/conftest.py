import pytest
from django.db import transaction

from khue.units.demo import make_city


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker):
    """The demo city, made once for the tests of a file and taken back after them."""
    with django_db_blocker.unblock():
        work = transaction.atomic()
        work.__enter__()
        try:
            yield make_city()
        finally:
            transaction.set_rollback(True)
            work.__exit__(None, None, None)
