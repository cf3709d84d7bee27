import pytest
from django.db import transaction

from khue.units.demo import make_city
from khue.units.history import Reorganisation
from tests.factories import make_user, sign_in
from tests.units.test_reorganise import DAY, world


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


@pytest.fixture
def w():
    return world()


@pytest.fixture
def admin(client, w):
    return sign_in(client, make_user(role="admin", unit=w["city"]))


@pytest.fixture
def draft(w):
    return Reorganisation.objects.create(owner=w["city"], title="Sắp xếp trường", effective_on=DAY)
