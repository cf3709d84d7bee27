"""The pages with which other systems are let in and told: phone and desk, no fault that axe finds, nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from khue.accounts.models import RoleName
from khue.tasks.models import Delivery, Webhook
from tests.api.world import token
from tests.browser.conftest import settle
from tests.browser.test_every_page import WCAG
from tests.factories import make_user
from tests.tasks.world import World


@pytest.fixture
def admin():
    world = World()
    user = make_user(role=RoleName.ADMIN, unit=world.office, name="Lê Quản Trị")
    token(user)
    hook = Webhook.objects.create(unit=world.office, name="Phần mềm trường", address="https://truong.example/tin", secret="x", failures=2)
    why = {"say": "Không gửi được: {reason}.", "parts": {"reason": "TimeoutError"}}
    Delivery.objects.create(webhook=hook, body={"events": [{}, {}]}, state=Delivery.State.SENT, status=200, answer="OK")
    Delivery.objects.create(webhook=hook, body={"events": [{}]}, attempts=2, answer=why)
    Delivery.objects.create(webhook=hook, body={"events": [{}]}, state=Delivery.State.FAILED, attempts=8, status=500, answer="Lỗi")
    return user, hook


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing(visit, admin, width, scheme):
    user, hook = admin
    page = visit(user, width=width, color_scheme=scheme, bypass_csp=True)
    faults = []
    for address in ("/api/", "/nguoi/ma-truy-cap/", "/viec/noi-nhan-tin/", f"/viec/noi-nhan-tin/{hook.pk}/"):
        page.goto(address)
        settle(page)
        for summary in page.locator("main details.sheet > summary").all()[:3]:
            summary.click()
        faults += [(address, v["id"], v["nodes"][0]["html"][:140]) for v in Axe().run(page, options=WCAG).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 1:
            faults.append((address, "scrolls sideways"))
    assert faults == []
    assert page.errors == []
