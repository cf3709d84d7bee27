"""Home and the figures of leaders in a real browser: no accessibility fault, the phone's bar fits, a number opens its list."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from khue.accounts.models import User
from khue.tasks.models import Task
from tests.browser.conftest import settle
from tests.browser.test_every_page import WCAG


@pytest.fixture
def demo(made_demo):
    return {name: User.objects.get(username=name) for name in ("truongphong", "hieutruong", "tp.lanhdao")}


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_the_pages_of_a_leader(visit, demo, width, scheme):
    document = Task.objects.filter(quote__startswith="Kiện toàn").get().document_id
    page = visit(demo["tp.lanhdao"], width=width, color_scheme=scheme, bypass_csp=True)
    faults = []
    for address in ("/", "/dieu-hanh/", f"/dieu-hanh/?document={document}", "/dieu-hanh/?kind=ministry"):
        page.goto(address)
        settle(page)
        faults += [
            (address, v["id"], [n["html"][:140] for n in v["nodes"][:2]]) for v in Axe().run(page, options=WCAG).response["violations"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, f"{address} scrolls sideways by {wide} px"
    assert faults == []
    assert page.errors == []


def test_on_a_phone_the_bar_is_one_line_and_the_rest_stands_behind_one_button(visit, demo):
    page = visit(demo["truongphong"], width=390, java_script_enabled=False)
    page.goto("/dieu-hanh/")
    bar = page.locator("nav.rooms > :visible")
    assert bar.all_inner_texts() == ["Hôm nay", "Công việc", "Văn bản", "Điều hành", "Thêm"]
    boxes = [bar.nth(n).bounding_box() for n in range(5)]
    assert len({round(b["height"]) for b in boxes}) == 1
    assert boxes[-1]["x"] + boxes[-1]["width"] <= 390
    assert page.locator("nav.rooms [aria-current=page]:visible").inner_text() == "Điều hành"
    page.locator(".more-rooms summary").press("Enter")
    page.get_by_role("link", name="Người dùng").click()
    assert page.url.endswith("/nguoi/")


def test_a_number_opens_its_list_a_row_its_task_and_a_task_its_sentence(visit, demo):
    page = visit(demo["truongphong"])
    page.goto("/")
    number = page.locator(".figures li.now b").inner_text()
    page.locator(".figures li.now a").click()
    page.wait_for_url("**/viec/?*state=overdue*")
    assert f"{number} phần việc" in page.locator(".head").inner_text()
    row = page.locator("table.tasks a.main").first
    quote = row.inner_text().removesuffix("…")
    row.click()
    page.wait_for_url("**/viec/*/?*")
    assert quote[:60] in page.content()
    assert page.errors == []
