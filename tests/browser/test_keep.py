"""Words that are typed stay in the browser until the server has taken them, and no longer; units are picked while typing."""

import pytest
from playwright.sync_api import expect

from khue.accounts.models import RoleName
from khue.documents.models import Document
from khue.tasks import work
from tests.browser.conftest import session_of
from tests.documents.makers import make_office
from tests.factories import make_user
from tests.tasks.world import World

PAGE = "/van-ban/moi/"
KEPT = "Đây là chữ bạn gõ dở lần trước, chưa gửi."


@pytest.fixture
def page(visit):
    opened = visit(make_user(role=RoleName.CLERK, unit=make_office()))
    opened.goto(PAGE)
    return opened


def subject(page):
    return page.get_by_label("Trích yếu")


def send(page):
    page.get_by_role("button", name="Vào sổ", exact=True).click()


def test_words_that_were_stored_are_forgotten(page):
    subject(page).fill("Về việc kiểm tra")
    send(page)
    page.wait_for_url("**/van-ban/*/")
    assert Document.objects.get().subject == "Về việc kiểm tra"
    page.goto(PAGE)
    expect(subject(page)).to_have_value("")
    expect(page.get_by_text(KEPT)).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('khue-keep'))") == []


def test_words_that_were_never_sent_are_there_again(page):
    subject(page).fill("Gõ dở")
    page.goto("/van-ban/")
    page.goto(PAGE)
    expect(subject(page)).to_have_value("Gõ dở")
    expect(page.get_by_text(KEPT)).to_be_visible()


def test_words_stay_when_the_line_drops_on_sending(page):
    subject(page).fill("Gửi lúc mất mạng")
    page.context.set_offline(True)
    send(page)
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    # an address that leads on to another must not count as an answer
    page.goto("/van-ban")
    page.goto(PAGE)
    expect(subject(page)).to_have_value("Gửi lúc mất mạng")


def test_words_stay_when_they_were_refused_and_the_page_is_left(page):
    subject(page).fill("Bị trả lại")
    page.get_by_label("Năm học").fill("2023-2029")
    send(page)
    expect(page.get_by_text("năm học gồm hai năm liền nhau")).to_be_visible()
    subject(page).fill("Bị trả lại, đã sửa")
    page.goto("/van-ban/")
    page.goto(PAGE)
    expect(subject(page)).to_have_value("Bị trả lại, đã sửa")


def test_words_stay_when_one_was_signed_out_meanwhile(page):
    subject(page).fill("Hết phiên")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    send(page)
    page.wait_for_url("**/login/?next=%2Fvan-ban%2Fmoi%2F")
    page.context.add_cookies(cookies)
    page.goto(PAGE)
    expect(subject(page)).to_have_value("Hết phiên")


def test_the_words_of_one_person_are_not_shown_to_the_next_at_the_same_machine(page, settings):
    subject(page).fill("Chỉ mình tôi")
    mine = page.context.cookies()
    other = make_user(role=RoleName.CLERK, unit=make_office())
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(other), "url": page.url.split(PAGE)[0]}])
    page.goto(PAGE)
    expect(subject(page)).to_have_value("")
    page.context.add_cookies(mine)
    page.goto(PAGE)
    expect(subject(page)).to_have_value("Chỉ mình tôi")


def test_words_typed_on_a_task_stay_when_something_happens_to_it_meanwhile(visit):
    world = World()
    share = world.share(world.give())
    work.receive(share.pk, by=world.head)
    page = visit(world.head)
    page.goto(f"/viec/{share.task_id}/")
    page.get_by_label("Nội dung báo cáo").fill("Gõ dở trên việc")
    work.comment(share.pk, "Trường làm tới đâu rồi?", by=world.official, from_giver=True)
    page.reload()
    expect(page.get_by_label("Nội dung báo cáo")).to_have_value("Gõ dở trên việc")
    expect(page.get_by_text("Việc này đã có thay đổi từ lúc đó")).to_be_visible()


def test_a_unit_is_picked_while_typing(page):
    field = page.get_by_label("Vào sổ của")
    field.fill("")
    field.type("bong lua")
    page.get_by_role("option", name="Trường Tiểu học Bông Lúa").click()
    subject(page).fill("Việc của trường")
    send(page)
    page.wait_for_url("**/van-ban/*/")
    assert Document.objects.get().unit.short_name == "TH Bông Lúa"
    assert page.errors == []


def test_the_list_of_units_comes_by_itself_when_the_line_is_there_again(page):
    dropped = []
    page.route("**/don-vi/goi-y/**", lambda route: dropped.append(route.abort()) if len(dropped) < 2 else route.continue_())
    field = page.get_by_label("Vào sổ của")
    field.fill("bong lua")
    page.get_by_role("option", name="Trường Tiểu học Bông Lúa").click()
    assert len(dropped) == 2


def test_what_is_typed_over_a_unit_that_stands_in_the_field_replaces_it(visit):
    page = visit(make_user(role=RoleName.ADMIN, unit=make_office()))
    page.goto("/nguoi/loi-moi/moi/")
    field = page.get_by_label("Đơn vị")
    assert field.input_value()
    field.click()
    page.wait_for_function("e => e.selectionEnd - e.selectionStart === e.value.length", arg=field.element_handle())
    page.keyboard.type("Trường Kim Đồng")
    expect(field).to_have_value("Trường Kim Đồng")


def test_the_address_of_ones_calendar_is_copied_by_a_button(visit):
    page = visit(make_user(role=RoleName.CLERK, unit=make_office()))
    page.goto("/viec/thong-bao/cach-nhan/")
    page.get_by_role("button", name="Chép địa chỉ").click()
    expect(page.get_by_text("Đã chép.")).to_be_visible()
    page.get_by_role("searchbox").press("Control+v")
    expect(page.get_by_role("searchbox")).to_have_value(page.get_by_label("Địa chỉ lịch của tôi").input_value())
