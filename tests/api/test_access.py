"""Every operation of the API, asked by every role about what is its own, below, beside and above it, and without a token."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khue.accounts.access import CAPABILITIES, PAGES, SCOPES
from khue.accounts.models import Role, RoleName, Token, User
from khue.documents.models import Document
from khue.tasks.give import Address, give
from khue.tasks.models import Event
from khue.units.groups import unit_ref
from tests.api.world import token
from tests.factories import make_user, sign_in
from tests.test_access import MAKERS, World, address

pytestmark = pytest.mark.django_db
OPERATIONS = {n: p for n, p in PAGES.items() if p.need == "token"}
WITH_TARGET = [n for n, p in OPERATIONS.items() if p.target]
ROLES = list(RoleName)
FORMS = {"api:report-progress", "api:submit", "api:comment"}
# what an operation cannot do without
BODIES = {"api:extension": {"wanted_on": "2099-01-01", "reason": "Chờ số liệu."}, "api:decide": {"grant": False}}
# carried out, or refused for what the request says or how the thing stands: the door was open
REACHED = {200, 201, 409, 422}


class Caller(World):
    """The world of tests/test_access.py with a token in place of a session."""

    def __init__(self, role, *scopes):
        super().__init__(role)
        self.client = Client()
        self.secret = token(self.person, *scopes) if self.person else ""

    def call(self, name, made):
        where = address(name, made)
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        answer = self.client.get(where, headers=headers)
        if answer.status_code == 405:
            kind = {} if name in FORMS else {"content_type": "application/json"}
            answer = self.client.post(where, BODIES.get(name, {}), headers=headers, **kind)
        if answer.status_code >= 400:
            assert set(answer.json()) >= {"code", "message", "remedy"}
        return answer.status_code

    def about(self, name, unit):
        target = OPERATIONS[name].target
        return self.call(name, MAKERS[target](unit, self.by) if target else {})


def test_every_operation_has_a_scope_and_a_capability_but_the_one_about_oneself():
    assert [n for n, p in OPERATIONS.items() if not (p.scope in SCOPES and p.can in CAPABILITIES)] == ["api:me"]


def test_without_a_token_nothing_opens():
    world = Caller(None)
    assert {n: s for n in OPERATIONS if (s := world.about(n, world.own)) != 401} == {}


def test_a_session_opens_nothing():
    world = Caller(RoleName.ADMIN)
    sign_in(world.client, world.person)
    world.secret = ""
    assert {n: s for n in OPERATIONS if (s := world.about(n, world.own)) != 401} == {}


@pytest.mark.parametrize("ended", ["revoked", "expired", "locked", "mistyped"])
def test_a_token_that_ended_opens_nothing(ended):
    world = Caller(RoleName.ADMIN)
    if ended == "revoked":
        Token.objects.update(revoked_at=timezone.now())
    elif ended == "expired":
        Token.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    elif ended == "locked":
        User.objects.filter(pk=world.person.pk).update(is_active=False)
    else:
        world.secret = world.secret[:-1] + ("A" if world.secret[-1] != "A" else "B")
    assert {n: s for n in OPERATIONS if (s := world.about(n, world.own)) != 401} == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_role_reaches_what_the_table_says(name, role):
    world, need = Caller(role), OPERATIONS[name].can
    for unit in (world.own, world.below):
        status = world.about(name, unit)
        if not need or role in CAPABILITIES[need]:
            assert status in REACHED, f"{name}: {status}"
        else:
            assert status == 403, f"{name}: {status}"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", WITH_TARGET)
def test_what_belongs_to_another_unit_is_not_there(name, role):
    world = Caller(role)
    expected = 404 if role in CAPABILITIES[OPERATIONS[name].can] else 403
    for unit in (world.foreign, world.above):
        assert world.about(name, unit) == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [n for n in WITH_TARGET if OPERATIONS[n].target == "document"])
def test_a_share_of_what_a_document_asks_opens_what_the_table_says_and_no_more(name, role):
    page, world = OPERATIONS[name], Caller(role)
    made = MAKERS["document"](world.foreign, world.by)
    whom = [Address(unit_ref(world.below.pk))]
    give(world.foreign, "Báo cáo sĩ số.", whom, by=world.by, document_id=made["pk"], obligation_id=made["item"])
    expected = 200 if page.share and role in CAPABILITIES[page.share] else 404 if role in CAPABILITIES[page.can] else 403
    assert world.call(name, made) == expected


def test_whoever_only_has_work_from_a_document_is_not_told_how_it_is_reviewed():
    world = Caller(RoleName.SPECIALIST)
    made = MAKERS["document"](world.foreign, world.by)
    Document.objects.filter(pk=made["pk"]).update(note="Chuyển chị Hà xử lý")
    give(world.foreign, "Báo cáo sĩ số.", [Address(unit_ref(world.own.pk))], by=world.by, document_id=made["pk"])
    said = world.client.get(reverse("api:document", args=[made["pk"]]), headers={"Authorization": f"Bearer {world.secret}"}).json()
    assert (said["note"], said["left"], said["open_slips"]) == ("", None, None)
    assert said["id"] == made["pk"]


@pytest.mark.parametrize("name", [n for n in WITH_TARGET if not OPERATIONS[n].can.endswith(".view")])
def test_a_role_below_gives_no_power_above(name):
    world = Caller(RoleName.VIEWER)
    capable = next(role for role in ROLES if role in CAPABILITIES[OPERATIONS[name].can])
    Role.objects.create(user=world.person, unit=world.below, role=capable)
    assert world.about(name, world.own) == 403
    assert world.about(name, world.below) in REACHED


@pytest.mark.parametrize("name", [n for n, p in OPERATIONS.items() if p.scope])
def test_a_token_without_the_scope_opens_nothing(name):
    world = Caller(RoleName.SPECIALIST, *(s for s in SCOPES if s != OPERATIONS[name].scope))
    assert world.about(name, world.own) == 403


@pytest.mark.parametrize("name", WITH_TARGET)
def test_a_role_that_ended_opens_nothing(name):
    world = Caller(RoleName.SPECIALIST)
    Role.objects.filter(user=world.person).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert world.about(name, world.own) == 403


@pytest.mark.parametrize("name", WITH_TARGET)
def test_what_does_not_exist_is_not_there(name):
    world = Caller(RoleName.SPECIALIST)
    assert world.call(name, {"pk": 987654321}) == 404


def test_without_a_second_factor_a_token_opens_nothing(settings):
    settings.REQUIRE_MFA = True
    world = Caller(RoleName.ADMIN)
    assert {n: s for n in OPERATIONS if (s := world.about(n, world.own)) != 403} == {}


def test_a_refused_token_is_asked_for_in_the_way_of_http():
    answer = Client().get(reverse("api:documents"))
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "no-store" in answer["Cache-Control"]


def test_a_write_of_another_unit_changes_nothing():
    world = Caller(RoleName.SPECIALIST)
    share = MAKERS["share"](world.foreign, world.by)
    before = Event.objects.count()
    for name in FORMS | {"api:verify", "api:send-back", "api:receive"}:
        world.call(name, share)
    assert Event.objects.count() == before


def test_a_person_without_roles_sees_nothing():
    world = Caller(None)
    world.secret = token(make_user())
    assert world.about("api:me", world.own) == 200
    assert world.about("api:documents", world.own) == 403
