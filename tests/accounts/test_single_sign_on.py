"""Single sign-on with a small OpenID Connect server of the test's own."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from khue.accounts.models import User
from khue.accounts.people import keep_email
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PERSON = {"sub": "so-17", "email": "lan@truong.example", "email_verified": True, "name": "Nguyễn Thị Lan"}


@pytest.fixture
def provider(settings):
    """A running server; `provider.person` is whom it vouches for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            here = f"http://127.0.0.1:{self.server.server_port}"
            places = {"authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token", "userinfo_endpoint": f"{here}/me"}
            self.say(self.server.person if self.path == "/me" else {"issuer": here, **places})

        def do_POST(self):
            self.say({"access_token": "t", "token_type": "Bearer"})

        def say(self, data):
            body = json.dumps(data).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.person = PERSON
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {"provider_id": "oidc", "name": "Cổng tỉnh", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": f"http://127.0.0.1:{server.server_port}"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def user():
    user = make_user(role="viewer", email="lan@truong.example", name="Nguyễn Thị Lan")
    keep_email(user)
    return user


def come(client):
    """From the button through the other server and back."""
    there = client.get(reverse("openid_connect_login", args=["oidc"]))["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    return client.get(reverse("openid_connect_callback", args=["oidc"]), {"code": "c", "state": state}, follow=True)


def test_the_button_leads_to_the_other_server(client, provider):
    where = client.get(reverse("openid_connect_login", args=["oidc"]))["Location"]
    assert where.startswith(f"http://127.0.0.1:{provider.server_port}/authorize?")


def test_a_verified_address_that_khue_knows_opens_its_account(client, provider, user):
    come(client)
    assert client.get(reverse("people:me")).context["me"] == user
    assert SocialAccount.objects.get().user == user


def test_nobody_new_comes_in(client, provider):
    answer = come(client)
    assert "Khuê chưa biết tài khoản này" in answer.content.decode()
    assert User.objects.count() == 0
    assert client.get(reverse("people:me")).status_code == 302


def test_an_address_that_is_not_verified_opens_nothing(client, provider, user):
    provider.person = {**PERSON, "email_verified": False}
    come(client)
    assert client.get(reverse("people:me")).status_code == 302


def test_a_locked_account_stays_locked(client, provider, user):
    User.objects.update(is_active=False)
    come(client)
    assert client.get(reverse("people:me")).status_code == 302


def test_it_counts_as_a_second_factor_for_its_own_session_only(client, provider, user, settings):
    settings.REQUIRE_MFA = True
    come(client)
    assert client.get(reverse("people:list")).status_code == 200
    user.set_password("hoa-ban-trang-1")
    user.save()
    client.logout()
    client.post(reverse("account_login"), {"login": user.username, "password": "hoa-ban-trang-1"})
    assert client.get(reverse("people:list"))["Location"] == reverse("mfa_index")


def test_a_broken_answer_is_told_in_words(client, provider):
    answer = client.get(reverse("openid_connect_callback", args=["oidc"]), {"error": "server_error", "state": "x"}, follow=True)
    assert "Đăng nhập một lần không thành" in answer.content.decode()
