"""Sign-in in a real browser under the site's own security policy: a passkey, a TOTP code, the words when it fails."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.factories import make_user

PASSWORD = "hoa-ban-trang-1"


@pytest.fixture
def user():
    cache.clear()
    return make_user(role="viewer", username="lan.nguyen", name="Nguyễn Thị Lan", email="lan@truong.example", password=PASSWORD)


@pytest.fixture
def page(visit):
    """A signed-out page that fails the test where the security policy or a script is broken."""
    page = visit()
    yield page
    assert [text for text in page.errors if "Security Policy" in text or "is not defined" in text] == []


@pytest.fixture
def device(page: Page):
    """A platform authenticator that always knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def sign_in(page: Page) -> None:
    page.goto("/tai-khoan/login/")
    page.get_by_label("Tên đăng nhập hoặc thư điện tử").fill("lan.nguyen")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/tai-khoan/login/**")


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_passkey_is_added_and_opens_the_account_without_a_password(page: Page, user, device):
    sign_in(page)
    page.goto("/nguoi/toi/")
    page.get_by_role("link", name="Thiết lập").click()
    page.get_by_role("link", name="Thêm khóa").click()
    page.get_by_label("Tên khóa").fill("Máy cơ quan")
    page.get_by_label("Đăng nhập chỉ bằng khóa này").check()
    page.get_by_role("button", name="Thêm khóa").click()
    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    page.wait_for_url(lambda url: "login" not in url)
    page.goto("/nguoi/toi/")
    expect(page.get_by_text("đang bật")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Máy cơ quan"


def test_a_passkey_is_the_second_factor_after_a_password(page: Page, user, device):
    sign_in(page)
    page.goto("/tai-khoan/2fa/webauthn/add/")
    page.get_by_role("button", name="Thêm khóa").click()
    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    sign_out(page)
    sign_in(page)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url(lambda url: "2fa" not in url)
    page.goto("/nguoi/toi/")
    expect(page.get_by_role("heading", name="Tài khoản của tôi")).to_be_visible()


def test_a_totp_code_is_the_second_factor(page: Page, user):
    sign_in(page)
    page.goto("/tai-khoan/2fa/totp/activate/")
    secret = page.locator("code").inner_text()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Mã trong ứng dụng").fill(code(secret))
    page.get_by_role("button", name="Bật ứng dụng xác thực").click()
    expect(page.get_by_role("heading", name="Mã dự phòng")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()
    sign_out(page)
    sign_in(page)
    page.get_by_label("Mã").fill(recovery)
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_url(lambda url: "2fa" not in url)


def test_a_device_that_refuses_is_told_in_words(page: Page, user):
    page.goto("/tai-khoan/login/")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": False}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("button", name="Dùng khóa truy cập (passkey)").click()
    expect(page.locator(".toast")).to_contain_text("Chưa dùng được khóa truy cập")
