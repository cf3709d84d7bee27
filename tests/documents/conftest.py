"""An office and its clerk, signed in; an office whose tasks have been played, and the draft of a report on them."""

import pytest

from khue.documents.report.service import make_draft
from tests.documents.makers import make_clerk, make_office
from tests.documents.report_world import World
from tests.factories import sign_in


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def clerk(client, office):
    user = make_clerk(office)
    sign_in(client, user)
    return user


@pytest.fixture
def world(monkeypatch):
    made = World(monkeypatch)
    made.play()
    return made


@pytest.fixture
def made(world):
    return make_draft(world.office, "document", by=world.clerk, document=world.document)
