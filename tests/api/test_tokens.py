"""Tokens: made and revoked by the person, shown once, used within their scopes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from khue.accounts import delegation, tokens
from khue.accounts.models import RoleName, Token
from khue.core.models import Action
from khue.units.tree import today
from tests.api.world import Program, token
from tests.factories import make_unit, make_user, sign_in

pytestmark = pytest.mark.django_db
SOON = timedelta(days=30)


def _form(**said):
    return {"name": "Phần mềm", "scopes": ["tasks:read"], "expires_on": (today() + SOON).isoformat(), "_once": "khóa", **said}


@pytest.fixture
def person():
    return make_user(role=RoleName.SPECIALIST, unit=make_unit())


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(client, person):
    sign_in(client, person)
    page = client.post(reverse("people:tokens"), _form())
    made = Token.objects.get()
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert tokens.found(secret) == made
    assert secret not in str(Token.objects.values().get())
    assert secret not in str(Action.objects.filter(verb="token.made").values().get())
    assert secret not in client.get(reverse("people:tokens")).content.decode()


def test_a_form_that_is_sent_again_makes_no_second_token(client, person):
    sign_in(client, person)
    client.post(reverse("people:tokens"), _form())
    again = client.post(reverse("people:tokens"), _form())
    assert again.status_code == 302
    assert Token.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"scopes": ["mọi thứ"]}, {"expires_on": ""}, {"expires_on": "2000-01-01"}, {"name": " "}]
)
def test_what_is_missing_is_told_and_nothing_is_made(client, person, wrong):
    sign_in(client, person)
    page = client.post(reverse("people:tokens"), _form(**wrong))
    assert page.status_code == 422
    assert set(page.context["form"].errors) == set(wrong)
    assert Token.objects.count() == 0


def test_a_token_lasts_a_year_at_most(person):
    with pytest.raises(ValidationError):
        tokens.make(person, name="x", scopes=["tasks:read"], expires_on=today() + tokens.LONGEST + timedelta(days=1))
    assert tokens.make(person, name="x", scopes=["tasks:read"], expires_on=today() + tokens.LONGEST)


def test_who_acts_for_somebody_makes_no_token_in_their_name(client, person):
    boss = make_user(role=RoleName.LEADER, unit=person.roles.get().unit)
    delegation.give(giver=boss, taker=person, starts_on=today(), ends_on=today())
    sign_in(client, person)
    client.post(reverse("people:act-for"), {"giver": boss.pk})
    assert client.post(reverse("people:tokens"), _form()).status_code == 403
    assert Token.objects.count() == 0


def test_a_person_revokes_their_own_and_nobody_elses(client, person):
    secret, other = token(person), token(make_user())
    sign_in(client, person)
    mine, theirs = tokens.found(secret), tokens.found(other)
    assert client.post(reverse("people:token-revoke", args=[theirs.pk])).status_code == 404
    client.post(reverse("people:token-revoke", args=[mine.pk]))
    assert tokens.found(secret) is None
    assert tokens.found(other) is not None
    assert Action.objects.filter(verb="token.revoked", target_id=mine.pk).count() == 1


def test_the_last_use_is_remembered_once_a_minute(person):
    program = Program(person)
    program.read("people/me")
    first = Token.objects.get().last_used_at
    program.read("people/me")
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    program.read("people/me")
    assert Token.objects.get().last_used_at >= first


def test_a_token_says_who_it_is(person):
    told = Program(person, "units:read", "tasks:read").read("people/me")
    assert told["full_name"] == person.full_name
    assert [r["role"] for r in told["roles"]] == ["specialist"]
    assert told["token"]["scopes"] == ["tasks:read", "units:read"]


def test_single_sign_on_stands_for_a_second_factor(person, settings):
    from allauth.socialaccount.models import SocialAccount

    settings.REQUIRE_MFA = True
    program = Program(person)
    assert program.get("people/me").json()["code"] == "token.second_factor"
    SocialAccount.objects.create(user=person, provider="oidc", uid="1")
    program.read("people/me")


def test_refusals_come_in_the_language_asked_for(client, person):
    vi = client.get("/api/people/me").json()
    en = client.get("/api/people/me", headers={"Accept-Language": "en"}).json()
    assert vi["code"] == en["code"] == "token.unknown"
    assert "Mã" in vi["remedy"] or "mã" in vi["message"]
