import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from khue.accounts import lockout
from khue.core.models import Action
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "hoa-ban-trang-1"
LOGIN = "/tai-khoan/login/"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def user():
    return make_user(role="viewer", username="lan.nguyen", name="Nguyễn Thị Lan", email="lan@truong.example", password=PASSWORD)


def sign(client, login="lan.nguyen", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


def said(answer):
    return " ".join(answer.context["form"].non_field_errors())


class TestPasswords:
    @pytest.mark.parametrize("login", ["lan.nguyen", "LAN.Nguyen", "lan@truong.example"])
    def test_username_and_address_both_open_whatever_their_case(self, client, user, login):
        assert sign(client, login).status_code == 302
        assert client.get(reverse("people:me")).status_code == 200

    def test_a_wrong_name_and_a_wrong_password_are_not_told_apart(self, client, user):
        wrong = said(sign(client, password="sai"))
        assert wrong == said(sign(client, "khong-co-ai", "sai")) == said(sign(client, "khong@co.example", "sai"))
        assert wrong == "Tên đăng nhập hoặc mật khẩu không đúng."

    def test_it_goes_on_to_where_one_wanted_to_go_but_never_elsewhere(self, client, user):
        assert sign(client, next="/nguoi/toi/")["Location"] == "/nguoi/toi/"
        assert sign(Client(), next="https://evil.example/")["Location"] == "/"

    def test_a_locked_account_is_told_so_only_with_the_right_password(self, client, user):
        type(user).objects.update(is_active=False)
        assert sign(client)["Location"] == reverse("account_inactive")
        assert said(sign(client, password="sai")) == "Tên đăng nhập hoặc mật khẩu không đúng."

    def test_the_password_is_changed_with_the_old_one_and_told_by_letter(self, client, user, mailoutbox):
        from khue.accounts.people import keep_email

        keep_email(user)
        sign(client)
        form = {"oldpassword": PASSWORD, "password1": "rung-tho-Bac-Ha", "password2": "rung-tho-Bac-Ha"}
        assert client.post(reverse("account_change_password"), form).status_code == 302
        assert sign(Client(), password="rung-tho-Bac-Ha").status_code == 302
        assert mailoutbox[0].subject == "Mật khẩu Khuê đã đổi"

    @pytest.mark.parametrize("bad", ["ngan", "1234567890123", "password123", "lan.nguyen1"])
    def test_weak_passwords_are_refused_in_vietnamese(self, client, user, bad):
        sign(client)
        answer = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": bad, "password2": bad})
        errors = " ".join(answer.context["form"].errors["password1"])
        assert re.search("quá ngắn|hoàn toàn là số|quá phổ biến|quá giống", errors)

    def test_a_forgotten_password_is_set_anew_by_a_letter(self, client, user, mailoutbox):
        assert client.post(reverse("account_reset_password"), {"email": "lan@truong.example"}).status_code == 302
        link = re.search(r"http://\S+", mailoutbox[0].body).group()
        page = client.get(link, follow=True)
        where = page.redirect_chain[-1][0]
        assert client.post(where, {"password1": "rung-tho-Bac-Ha", "password2": "rung-tho-Bac-Ha"}).status_code == 302
        assert sign(Client(), password="rung-tho-Bac-Ha").status_code == 302
        assert "không còn dùng được" in Client().get(link).content.decode()

    def test_an_unknown_address_gets_the_same_page_and_no_letter(self, client, user, mailoutbox):
        known = client.post(reverse("account_reset_password"), {"email": "lan@truong.example"})
        unknown = client.post(reverse("account_reset_password"), {"email": "ai@dau.example"})
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert len(mailoutbox) == 1


class TestLockOut:
    def test_after_five_wrong_passwords_the_right_one_does_not_open_and_the_time_is_said(self, client, user):
        for _ in range(4):
            assert said(sign(client, password="sai")) == "Tên đăng nhập hoặc mật khẩu không đúng."
        assert re.search(r"Thử lại sau \d\d:\d\d:\d\d", said(sign(client, password="sai")))
        assert re.search(r"Thử lại sau \d\d:\d\d:\d\d", said(sign(client)))
        assert Action.objects.filter(verb="person.locked_out", target_id=user.pk).count() == 1

    def test_name_and_address_count_as_one_account(self, client, user):
        for login in ("lan.nguyen", "lan@truong.example", "LAN.NGUYEN", "lan@truong.example", "lan.nguyen"):
            sign(client, login, "sai")
        assert "tạm khóa" in said(sign(client, "lan@truong.example"))

    def test_a_name_that_nobody_has_locks_in_the_same_way(self, client):
        answers = [said(sign(client, "khong-co-ai", "sai")) for _ in range(6)]
        assert "tạm khóa" in answers[4]
        assert "tạm khóa" in answers[5]

    def test_other_accounts_stay_open(self, client, user):
        make_user(role="viewer", username="khac", password=PASSWORD)
        for _ in range(5):
            sign(client, password="sai")
        assert sign(client, "khac").status_code == 302

    def test_ten_minutes_later_it_opens(self, client, user, monkeypatch):
        for _ in range(5):
            sign(client, password="sai")
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + lockout.SECONDS + 1)
        assert sign(client).status_code == 302

    def test_a_right_password_gives_the_tries_back(self, client, user):
        key = lockout.key_of("lan.nguyen")
        for _ in range(4):
            sign(client, password="sai")
        assert sign(client).status_code == 302
        assert all(lockout.take(key) for _ in range(lockout.TRIES))

    def test_a_new_password_opens_it(self, client, user, rf):
        from khue.accounts.adapter import AccountAdapter

        for _ in range(5):
            sign(client, password="sai")
        AccountAdapter(rf.get("/")).set_password(user, "rung-tho-Bac-Ha")
        assert lockout.locked_until(lockout.key_of("lan.nguyen")) is None

    def test_asking_for_the_password_again_counts_too(self, client, user):
        sign(client)
        for _ in range(5):
            answer = client.post(reverse("account_reauthenticate"), {"password": "sai"})
        assert answer.status_code in (200, 429)
        assert lockout.locked_until(lockout.key_of("lan.nguyen"))


class TestSecondFactor:
    def code(self, secret, steps_ago=0):
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30 - steps_ago))

    @pytest.mark.django_db(transaction=True)
    def test_totp_is_set_up_and_asked_for(self, client, user):
        sign(client)
        page = client.get(reverse("mfa_activate_totp"))
        assert page.status_code == 200
        secret = page.context["form"].secret
        answer = client.post(reverse("mfa_activate_totp"), {"code": self.code(secret)})
        assert answer["Location"] == reverse("mfa_view_recovery_codes")
        assert Action.objects.filter(verb="person.second_factor", by=user).exists()
        again = Client()
        assert sign(again)["Location"] == reverse("mfa_authenticate")
        assert again.get(reverse("people:me")).status_code == 302
        cache.clear()
        assert again.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
        assert again.post(reverse("mfa_authenticate"), {"code": self.code(secret)}).status_code == 302
        assert again.get(reverse("people:me")).status_code == 200

    def test_a_code_that_just_changed_is_taken_and_an_old_one_is_not(self, client, user):
        sign(client)
        for steps_ago, taken in ((3, False), (1, True)):
            secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
            answer = client.post(reverse("mfa_activate_totp"), {"code": self.code(secret, steps_ago)})
            assert (answer.status_code == 302) is taken

    def test_a_recovery_code_opens_once(self, client, user):
        sign(client)
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": self.code(secret)})
        code = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
        download = client.get(reverse("mfa_download_recovery_codes"))
        assert code in download.content.decode()
        for expected in (302, 200):
            browser = Client()
            sign(browser)
            assert browser.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected

    @pytest.mark.parametrize(("required", "next_page"), [(True, "home"), (False, "people:me")])
    def test_after_the_codes_a_new_person_goes_to_work_and_others_back(self, client, user, settings, required, next_page):
        sign(client)
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": self.code(secret)})
        settings.REQUIRE_MFA = required
        page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
        assert f'href="{reverse(next_page)}">Xong' in page

    def test_where_it_is_required_only_its_own_pages_open_before_it_is_set_up(self, client, user, settings):
        settings.REQUIRE_MFA = True
        sign(client)
        assert client.get("/")["Location"] == reverse("mfa_index")
        assert "các trang khác mới mở" in client.get(reverse("mfa_index")).content.decode()
        for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "people:me", "usersessions_list"):
            assert client.get(reverse(name)).status_code == 200, name
        Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
        assert client.get(reverse("people:list")).status_code == 200

    def test_who_signed_in_long_ago_is_asked_for_the_password_first(self, client, user, monkeypatch):
        sign(client)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 400)
        assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))

    @pytest.mark.parametrize(
        ("host", "secure", "there"),
        [
            ("localhost", False, True),
            ("khue.example", True, True),
            ("khue.example", False, False),
            ("127.0.0.1:8000", False, False),
            ("[::1]:8000", True, False),
        ],
    )
    def test_passkeys_are_offered_only_where_browsers_allow_them(self, client, host, secure, there):
        page = client.get(LOGIN, headers={"host": host}, secure=secure).content.decode()
        assert ("Dùng khóa truy cập (passkey)" in page) == there


class TestSessions:
    def test_one_sees_ones_sessions_and_ends_the_others(self, client, user):
        other = Client(headers={"user-agent": "Firefox cơ quan"})
        sign(other)
        other.get(reverse("people:me"))
        sign(client)
        client.get(reverse("people:me"))
        page = client.get(reverse("usersessions_list")).content.decode()
        assert "Firefox" in page
        assert "phiên này" in page
        client.post(reverse("usersessions_list"))
        assert other.get(reverse("people:me")).status_code == 302
        assert client.get(reverse("people:me")).status_code == 200

    def test_a_page_that_is_looked_at_writes_nothing(self, client, user):
        sign(client)
        client.get(reverse("people:me"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("people:me"))
        written = [q["sql"] for q in asked if not q["sql"].startswith("SELECT")]
        assert written == []

    def test_a_session_that_goes_on_or_moves_is_noted(self, client, user):
        sign(client)
        client.get(reverse("people:me"))
        session = UserSession.objects.get(user=user)
        begun = timezone.now() - timedelta(minutes=6)
        UserSession.objects.update(last_seen_at=begun)
        client.get(reverse("people:me"))
        session.refresh_from_db()
        assert session.last_seen_at > begun
        client.get(reverse("people:me"), headers={"user-agent": "Firefox cơ quan"})
        session.refresh_from_db()
        assert session.user_agent == "Firefox cơ quan"
        client.get(reverse("people:me"), REMOTE_ADDR="10.2.3.4")
        session.refresh_from_db()
        assert session.ip == "10.2.3.4"


class TestPages:
    @pytest.mark.parametrize(
        "name",
        [
            "account_login",
            "account_logout",
            "account_reset_password",
            "account_reset_password_done",
            "account_inactive",
            "account_reset_password_from_key_done",
            "socialaccount_login_cancelled",
        ],
    )
    def test_no_english_is_left_on_the_pages_of_sign_in(self, client, name):
        answer = client.get(reverse(name), follow=True)
        assert english(answer.content.decode()) == []

    @pytest.mark.parametrize(
        "name",
        [
            "account_change_password",
            "account_reauthenticate",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_add_webauthn",
            "mfa_list_webauthn",
            "usersessions_list",
            "socialaccount_connections",
            "mfa_generate_recovery_codes",
            "people:me",
            "people:delegations",
        ],
    )
    def test_no_english_is_left_on_the_pages_of_ones_account(self, client, user, name):
        sign(client)
        assert english(client.get(reverse(name)).content.decode()) == []

    def test_the_demo_offers_its_accounts_and_only_the_demo_does(self, client, settings):
        assert "Tài khoản minh họa" not in client.get(LOGIN).content.decode()
        settings.DEMO = True
        make_user(role="viewer", username="xem", name="Đỗ Khánh Linh", email="xem@khue.example")
        page = client.get(LOGIN).content.decode()
        assert "Đỗ Khánh Linh" in page

    def test_single_sign_on_stands_there_where_it_is_set_up(self, client, settings):
        assert "Đăng nhập bằng" not in client.get(LOGIN).content.decode()
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "APPS": [
                    {
                        "provider_id": "oidc",
                        "name": "Cổng tỉnh",
                        "client_id": "x",
                        "secret": "y",
                        "settings": {"server_url": "https://sso.example"},
                    }
                ]
            }
        }
        page = client.get(LOGIN).content.decode()
        assert "Đăng nhập bằng Cổng tỉnh" in page

    def test_nothing_on_the_pages_needs_a_script_or_style_inline(self, client, user):
        sign(client)
        for name in ("mfa_add_webauthn", "mfa_activate_totp", "people:me"):
            page = client.get(reverse(name))
            assert "style-src 'self'" in page["Content-Security-Policy"]
            text = page.content.decode()
            assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
            assert not re.search(r"\sstyle=|\son\w+=", text)


def english(html):
    """English words that the sign-in library says in its own pages."""
    text = re.sub(r"<script.*?</script>|<svg.*?</svg>|<[^>]+>", " ", html, flags=re.S)
    return re.findall(
        r"\b(Sign|Password|password|Email|Username|Code|Key|your|the|Add|Remove|Activate|Current|Session|Passwordless|Enter|Please)\b", text
    )


def test_leaving_says_so(client, user):
    sign_in(client, user)
    assert "Đã đăng xuất." in client.post(reverse("account_logout"), follow=True).content.decode()
    assert Action.objects.filter(verb="person.signed_out", by=user).exists()
