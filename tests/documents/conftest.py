"""An office and its clerk, signed in."""

import pytest

from tests.documents.makers import make_clerk, make_office
from tests.factories import sign_in


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def clerk(client, office):
    user = make_clerk(office)
    sign_in(client, user)
    return user
