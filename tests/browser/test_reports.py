"""Beginning a report in a real browser."""

from playwright.sync_api import expect

from khue.documents.models import Report
from tests.tasks.world import World


def test_the_unit_of_a_report_on_one_unit_is_offered_while_it_is_typed(visit):
    world = World()
    world.give()
    page = visit(world.official)
    page.goto("/van-ban/bao-cao/moi/")
    page.get_by_label("Một đơn vị").check()
    page.locator("#id_where").press_sequentially("bong lua")
    offered = page.get_by_role("option", name="Trường Tiểu học Bông Lúa")
    expect(offered).to_be_visible()
    offered.click()
    page.get_by_role("button", name="Viết dự thảo").click()
    page.wait_for_url("**/van-ban/bao-cao/*/")
    assert Report.objects.get().about_unit == world.lua
    assert page.errors == []
