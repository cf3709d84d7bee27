"""The main job in a real browser: a document comes in, is reviewed with the keyboard, settled."""

import re

from playwright.sync_api import expect

from khue.documents.models import Document, Obligation, State, Status
from tests.conftest import ROOT
from tests.documents.makers import make_clerk, make_document, make_office
from tests.documents.test_confirm import settle
from tests.documents.test_slip_answers import TEXT


def saved(page):
    """Waits until every step is with the server."""
    page.wait_for_function("Object.entries(localStorage).every(([k, v]) => !k.startsWith('khue-review-') || JSON.parse(v).length === 0)")


def review(page, document):
    page.goto(f"/van-ban/{document.pk}/soat/")
    expect(page.locator(".it").first).to_be_visible()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def settle_with_the_keyboard(page):
    """Answers every question with "as is meant", accepts section by section, looks at each doubtful one."""
    while page.locator(".sl:not(.sl-done)").count():
        press(page, "q", "1")
    page.keyboard.press("g")
    for _ in range(300):
        if not page.locator(".it[data-state=proposed]").count():
            break
        on_doubt = page.evaluate("document.querySelector('.it.on')?.hasAttribute('data-doubt')")
        page.keyboard.press("Enter" if on_doubt else "Shift+A")
    saved(page)
    page.keyboard.press("c")


def test_a_directive_is_uploaded_reviewed_with_the_keyboard_and_settled(visit, tmp_path, seeds):
    office = make_office()
    page = visit(make_clerk(office), bypass_csp=True)
    page.goto("/van-ban/tai-len/")
    page.set_input_files("input[type=file]", str(seeds["000"]))
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.get_by_role("link", name="Soát văn bản").click()
    expect(page.locator(".it")).to_have_count(133)
    settle_with_the_keyboard(page)
    expect(page.get_by_text("Đã chốt kế hoạch: 133 nhiệm vụ.")).to_be_visible()
    document = Document.objects.get()
    assert document.status == Status.CONFIRMED
    assert [s.answer for s in document.slips.all()] == ["meant", "meant"]
    assert document.slips.first().value == "30/05/2019"
    assert page.errors == []


def test_the_same_document_is_noticed_the_second_time(visit):
    office = make_office()
    page = visit(make_clerk(office))
    for _ in range(2):
        page.goto("/van-ban/tai-len/")
        page.set_input_files("input[type=file]", str(ROOT / "samples/cong-van.txt"))
        page.get_by_role("button", name="Tải lên và đọc").click()
    expect(page.get_by_text("Tệp này đã có trong sổ, số 1")).to_be_visible()
    assert Document.objects.count() == 1


def test_an_answer_sets_the_deadline_and_what_is_left_out_of_a_section_is_told(visit):
    document = make_document(text=TEXT)
    page = visit(document.created_by)
    review(page, document)
    task = page.locator(".it").filter(has_text="khảo sát chất lượng")
    expect(task).to_contain_text("có câu hỏi")
    page.locator(".it").first.click()
    page.keyboard.press("Shift+A")
    expect(page.locator(".toast")).to_contain_text("Để lại xem từng việc: 1 (có câu hỏi: 1).")
    page.locator(".sl").filter(has_text="31/11/2023").get_by_role("button", name="Lấy theo ô này").click()
    expect(task).to_contain_text("30/11/2023")
    expect(task).not_to_contain_text("có câu hỏi")
    page.get_by_role("button", name="Chốt kế hoạch").click()
    expect(page.locator(".toast").last).to_contain_text("câu hỏi chưa trả lời.")
    assert page.errors == []


def test_a_settled_plan_shows_no_buttons_that_would_change_it_until_it_is_opened_again(visit):
    document = make_document()
    settle(document, document.created_by)
    page = visit(document.created_by)
    review(page, document)
    page.locator(".it").first.click()
    for name in ("Chấp nhận", "Loại", "Sửa", "Tách", "Chấp nhận cả mục", "Lùi", "Lấy theo ô này"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("Kế hoạch đã chốt")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Mở lại để soát").click()
    expect(page.get_by_role("button", name="Chốt kế hoạch")).to_be_visible()
    page.locator(".it").first.click()
    expect(page.get_by_role("button", name="Tách").first).to_be_visible()


def test_the_sentence_that_a_task_led_to_is_marked(visit):
    document = make_document()
    page = visit(document.created_by)
    one, two = document.obligations.all()[:2]
    page.goto(f"/van-ban/{document.pk}/#n{two.pk}")
    colours = [page.locator(f"#n{o.pk} td").first.evaluate("cell => getComputedStyle(cell).backgroundColor") for o in (one, two)]
    assert colours[0] != colours[1]


def test_no_letter_is_cut_where_a_mark_ends_within_the_sentence_in_view(visit):
    document = make_document()
    page = visit(document.created_by)
    review(page, document)
    page.locator(".it").first.click()
    shadow = page.locator(".t.on").first.evaluate("piece => getComputedStyle(piece).boxShadow")
    # "colour x y blur spread": what spreads to the sides lies over the letter before it
    assert [part.split("px ")[:1] + part.split("px ")[3:] for part in re.findall(r"\) ([^,]+)", shadow)] == [["0", "0px"], ["0", "0px"]], (
        shadow
    )


def test_two_clerks_review_at_once_and_neither_loses_a_word(visit):
    document = make_document()
    lan, hoa = make_clerk(document.unit, name="Nguyễn Lan"), make_clerk(document.unit, name="Trần Hoa")
    first, second = visit(lan, bypass_csp=True), visit(hoa, bypass_csp=True)
    review(first, document), review(second, document)
    one = document.obligations.first()
    for page, words in ((first, "lời của Lan"), (second, "lời của Hoa")):
        page.locator(f"#i{one.pk}").click()
        page.keyboard.press("e")
        page.locator(f"#i{one.pk} [data-f=note]").fill(words)
    press(first, "Escape")
    saved(first)
    press(second, "Escape")
    expect(second.get_by_role("heading", name="Người khác vừa sửa cùng chỗ này")).to_be_visible()
    expect(second.locator("[data-yours]")).to_have_text("lời của Hoa")
    expect(second.locator("[data-theirs]")).to_have_text("lời của Lan")
    second.get_by_role("button", name="Giữ của bạn").click()
    saved(second)
    one.refresh_from_db()
    assert one.note == "lời của Hoa"
    # the other sees it come, and what each decides on other obligations is there for both
    expect(first.locator(f"#i{one.pk}")).to_contain_text("lời của Hoa", timeout=12_000)
    other = document.obligations.all()[1]
    first.locator(f"#i{other.pk}").click()
    press(first, "x")
    expect(second.locator(f"#i{other.pk}")).to_have_attribute("data-state", "rejected", timeout=12_000)


def test_nothing_typed_is_lost_when_the_line_drops(visit):
    document = make_document()
    page = visit(document.created_by, bypass_csp=True)
    review(page, document)
    one, two = document.obligations.all()[:2]
    page.context.set_offline(True)
    page.locator(f"#i{one.pk}").click()
    press(page, "e")
    page.locator(f"#i{one.pk} [data-f=note]").fill("chữ gõ lúc mất mạng")
    press(page, "Escape")
    page.locator(f"#i{two.pk}").click()
    press(page, "Enter")
    expect(page.locator("[data-line]")).to_contain_text("Mất mạng: 2 thay đổi đang chờ gửi")
    one.refresh_from_db()
    assert one.note == ""
    page.context.set_offline(False)
    saved(page)
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.note, two.state) == ("chữ gõ lúc mất mạng", State.ACCEPTED)


def test_what_waited_is_sent_after_the_browser_was_closed_and_opened(visit):
    document = make_document()
    page = visit(document.created_by, bypass_csp=True)
    review(page, document)
    one = document.obligations.first()
    page.route("**/soat/buoc/", lambda route: route.abort())
    page.locator(f"#i{one.pk}").click()
    press(page, "Enter")
    expect(page.locator("[data-line]")).to_contain_text("Mất mạng")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/soat/buoc/")
    again = page.context.new_page()
    page.close()
    again.goto(f"/van-ban/{document.pk}/soat/")
    saved(again)
    one.refresh_from_db()
    assert one.state == State.ACCEPTED


def test_half_typed_words_are_there_again_after_a_reload(visit):
    document = make_document()
    page = visit(document.created_by, bypass_csp=True)
    review(page, document)
    one = document.obligations.first()
    page.locator(f"#i{one.pk}").click()
    press(page, "e")
    page.locator(f"#i{one.pk} [data-f=note]").type("gõ dở")
    page.reload()
    page.locator(f"#i{one.pk}").click()
    press(page, "e")
    expect(page.locator(f"#i{one.pk} [data-f=note]")).to_have_value("gõ dở")


def test_split_merge_add_and_undo_by_keyboard(visit):
    document = make_document()
    page = visit(document.created_by, bypass_csp=True)
    review(page, document)
    before = page.locator(".it").count()
    found = next(o for o in document.obligations.all() if "98%" in o.quote or "an toàn cổng" in o.quote)
    first = document.obligations.first()
    page.locator(f"#i{first.pk}").click()
    press(page, "s", "1")
    expect(page.locator(".it")).to_have_count(before + 1)
    press(page, "u")
    expect(page.locator(".it")).to_have_count(before)
    page.locator(f"#i{first.pk}").click()
    press(page, "m")
    expect(page.locator(".it")).to_have_count(before - 1)
    press(page, "u")
    expect(page.locator(".it")).to_have_count(before)
    press(page, "n")
    expect(page.locator(".p.adding")).to_have_count(1)
    while "Năm học vừa qua" not in page.locator(".p.adding").inner_text():
        press(page, "n")
    press(page, "Enter")
    expect(page.locator(".it")).to_have_count(before + 1)
    assert Obligation.objects.filter(origin="added", quote__startswith="Năm học vừa qua").exists()
    assert found.quote in page.locator(f"#i{found.pk}").inner_text()
    assert page.errors == []


def test_an_owner_is_chosen_from_suggestions(visit):
    document = make_document()
    page = visit(document.created_by, bypass_csp=True)
    review(page, document)
    one = document.obligations.first()
    page.locator(f"#i{one.pk}").click()
    press(page, "o")
    page.keyboard.type("bong lua")
    option = page.locator(f"#i{one.pk} [data-units=owners] [role=option]").first
    expect(option).to_contain_text("Bông Lúa")
    press(page, "Enter")
    press(page, "Escape")
    saved(page)
    one.refresh_from_db()
    assert any("Bông Lúa" in u["label"] for u in one.owners)


def test_without_javascript_every_obligation_can_be_decided(visit):
    document = make_document()
    page = visit(document.created_by, java_script_enabled=False)
    page.goto(f"/van-ban/{document.pk}/soat/")
    page.get_by_role("link", name="Mở để sửa").first.click()
    page.get_by_label("Ghi chú").fill("không cần script")
    page.get_by_role("button", name="Chấp nhận, sang việc sau").click()
    one = document.obligations.first()
    assert (one.note, one.state) == ("không cần script", State.ACCEPTED)


def test_a_section_of_which_all_is_accepted_is_not_offered_to_be_accepted(visit):
    document = make_document(make_office())
    page = visit(make_clerk(document.unit))
    review(page, document)
    section = page.locator(".sec", has=page.locator(".it[data-state=proposed]")).first
    expect(section.locator("[data-accept-section]")).to_be_visible()
    Obligation.objects.filter(document=document).update(state=State.ACCEPTED)
    review(page, document)
    expect(page.locator("[data-accept-section]:visible")).to_have_count(0)
    assert page.errors == []
