"""A task in real browsers: the office gives it, a head teacher reports from a phone on a bad line, the office answers."""

import base64
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from khue.tasks import work
from khue.tasks.models import Event, Extension, Stage, Task
from khue.units.tree import today
from tests.tasks.world import World

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
TARGET = [{"value": 98.5, "unit": "%", "comparator": ">=", "quote": "98,5%"}]
# a photo as a phone makes it, drawn in the page: far larger than what a bad line can carry
DRAW = """async ([w, h]) => {
  const c = Object.assign(document.createElement("canvas"), { width: w, height: h });
  const x = c.getContext("2d");
  for (let i = 0; i < 4000; i++) { x.fillStyle = `hsl(${i * 7},70%,50%)`; x.fillRect((i * 97) % w, (i * 61) % h, 90, 60); }
  return c.toDataURL("image/jpeg", 0.98).split(",")[1];
}"""


@pytest.fixture
def world():
    return World()


def photo(page, width=3000, height=2000):
    return base64.b64decode(page.evaluate(DRAW, [width, height]))


def take_photo(page, data, name="cong-truong.jpg"):
    page.set_input_files("[data-photo]", [{"name": name, "mimeType": "image/jpeg", "buffer": data}])


def waiting(page):
    """How many reports this browser keeps."""
    return page.evaluate(
        """() => new Promise((done) => { const r = indexedDB.open("khue-reports", 1); r.onsuccess = () => {
          const q = r.result.transaction("reports").objectStore("reports").count();
          q.onsuccess = () => { r.result.close(); done(q.result); }; }; })"""
    )


def received(world, page, **fields):
    task = world.give(world.schools, **fields)
    page.goto(f"/viec/{task.pk}/")
    page.get_by_role("button", name="Nhận việc").click()
    expect(page.get_by_text("Đã nhận việc.")).to_be_visible()
    return task


def test_the_office_gives_a_task_to_the_primary_schools(visit, world):
    page = visit(world.official)
    page.goto("/viec/moi/")
    page.get_by_label("Việc cần làm").fill("Lập danh sách trẻ chưa ra lớp.")
    page.get_by_label("Đơn vị hoặc nhóm nhận việc").first.type("các trường tiểu học")
    page.get_by_role("option", name="tiểu học").first.click()
    page.get_by_label("Đơn vị hoặc nhóm phối hợp").first.type("coc leu")
    page.get_by_role("option", name="UBND phường Cốc Lếu").click()
    page.get_by_label("Phần việc của đơn vị phối hợp").first.fill("Rà soát trẻ tạm trú")
    page.get_by_label("Hạn").fill((today() + timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Xem sẽ giao cho ai").click()
    expect(page.get_by_text("Sẽ giao cho 2 đơn vị:")).to_be_visible()
    page.get_by_role("button", name="Giao cho 2 đơn vị").click()
    expect(page.get_by_text("Đã giao cho 3 đơn vị.")).to_be_visible()
    task = Task.objects.get()
    assert sorted(task.assignments.values_list("unit__name", flat=True)) == [world.lua.name, world.sen.name, world.commune.name]
    assert page.errors == []


def test_a_report_with_a_figure_and_a_photo_survives_a_dropped_line(visit, world):
    page = visit(world.head, **PHONE)
    task = received(world, page, targets=TARGET)
    page.get_by_label("Con số đạt được (%)").fill("97,5")
    page.get_by_label("Nội dung báo cáo").fill("Còn hai em theo bố mẹ đi làm xa.")
    data = photo(page)
    assert len(data) > 1_000_000
    take_photo(page, data)
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Chờ gửi: 1 báo cáo.")).to_be_visible()
    assert not Event.objects.filter(kind="report").exists()
    page.context.set_offline(False)
    expect(page.get_by_text("Đã gửi báo cáo.", exact=True)).to_be_visible()
    event = Event.objects.get(kind="report")
    kept = event.files.get()
    assert (event.figure, event.text) == (Decimal("97.500"), "Còn hai em theo bố mẹ đi làm xa.")
    assert kept.size < len(data) / 3
    expect(page.get_by_role("link", name="cong-truong.jpg")).to_be_visible()
    assert waiting(page) == 0
    assert world.share(task).figure == Decimal("97.500")


def test_a_report_kept_by_a_closed_page_goes_out_when_any_task_page_opens(visit, world):
    page = visit(world.head, **PHONE)
    received(world, page)
    page.get_by_label("Nội dung báo cáo").fill("Đã kiểm tra xong.")
    take_photo(page, photo(page, 900, 600))
    page.context.set_offline(True)
    page.get_by_role("button", name="Đã xong, trình duyệt").click()
    expect(page.get_by_text("Chờ gửi: 1 báo cáo.")).to_be_visible()
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/viec/")
    expect(again.get_by_text("Đã gửi báo cáo giữ trong máy.")).to_be_visible()
    event = Event.objects.get(kind="submitted")
    assert (event.text, event.files.count()) == ("Đã kiểm tra xong.", 1)


def test_a_report_whose_answer_was_lost_is_sent_again_and_counts_once(visit, world):
    page = visit(world.head, **PHONE)
    received(world, page)
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch().status)  # the server has it, the phone never hears so
            route.abort()
        else:
            route.continue_()

    page.route("**/report/", lose)
    page.get_by_label("Nội dung báo cáo").fill("Đã kiểm tra.")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo.", exact=True)).to_be_visible(timeout=15_000)
    assert lost == [200]
    assert Event.objects.filter(kind="report").count() == 1


def test_what_the_server_refuses_is_said_and_kept_until_somebody_drops_it(visit, world):
    page = visit(world.head, **PHONE)
    received(world, page)
    page.get_by_label("Đã làm được bao nhiêu phần trăm").evaluate("e => e.removeAttribute('max')")
    page.get_by_label("Đã làm được bao nhiêu phần trăm").fill("140")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("140%: phải từ 0 đến 100.")).to_be_visible()
    assert waiting(page) == 1
    page.get_by_role("button", name="Bỏ báo cáo này").click()
    expect(page.get_by_text("140%")).to_be_hidden()
    assert waiting(page) == 0


def test_without_script_the_report_is_a_plain_form(visit, world):
    page = visit(world.head, **PHONE, java_script_enabled=False)
    task = received(world, page)
    page.get_by_label("Nội dung báo cáo").fill("Đã kiểm tra.")
    page.set_input_files("[data-photo]", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + b"\0" * 50}])
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo.", exact=True)).to_be_visible()
    assert Event.objects.get(kind="report").files.count() == 1
    assert world.share(task).latest == "Đã kiểm tra."


def test_the_office_sends_back_extends_and_verifies(visit, world):
    head = visit(world.head, **PHONE)
    task = received(world, head)
    head.get_by_label("Nội dung báo cáo").fill("Xong.")
    head.get_by_role("button", name="Đã xong, trình duyệt").click()
    expect(head.get_by_text("đang chờ Phòng Giáo dục duyệt")).to_be_visible()

    office = visit(world.official)
    office.goto(f"/viec/{task.pk}/")
    office.locator(".wait").get_by_text("Trả lại để làm tiếp").first.click()
    office.locator(".wait").get_by_label("Lý do").fill("Thiếu danh sách có dấu.")
    office.locator(".wait").get_by_role("button", name="Trả lại để làm tiếp").click()
    expect(office.get_by_text("Đã trả lại.")).to_be_visible()

    head.reload()
    expect(head.locator(".share").get_by_text("Thiếu danh sách có dấu.").first).to_be_visible()
    day = task.due_on + timedelta(days=5)
    head.get_by_text("Xin gia hạn", exact=True).click()
    head.get_by_label("Xin đến ngày").fill(day.isoformat())
    head.locator("form[action$='/extend/']").get_by_label("Lý do").fill("Mưa lũ.")
    head.get_by_role("button", name="Gửi đề nghị").click()
    expect(head.get_by_text("Đã gửi đề nghị gia hạn.")).to_be_visible()

    office.goto(f"/viec/{task.pk}/")
    office.locator(".wait").get_by_text("Gia hạn", exact=True).first.click()
    office.locator(".wait form[action$='/grant/']").get_by_role("button", name="Gia hạn").click()
    expect(office.get_by_text("Đã gia hạn.")).to_be_visible()
    assert Extension.objects.get().granted_on == day
    assert world.share(task).due_on == day

    head.reload()
    head.get_by_label("Nội dung báo cáo").fill("Đủ.")
    head.get_by_role("button", name="Đã xong, trình duyệt").click()
    expect(head.get_by_text("đang chờ Phòng Giáo dục duyệt")).to_be_visible()
    office.goto(f"/viec/{task.pk}/")
    office.locator(".wait").get_by_role("button", name="Duyệt").first.click()
    expect(office.get_by_text("Đã duyệt hoàn thành.")).to_be_visible()
    assert world.share(task).stage == Stage.VERIFIED
    assert office.errors == head.errors == []


def test_a_commune_sees_what_it_owes_on_its_phone(visit, world):
    task = world.give(world.schools, world.helping("Rà soát trẻ tạm trú trên địa bàn"))
    page = visit(world.chair, **PHONE)
    page.goto("/viec/")
    page.get_by_role("link", name=task.quote).click()
    expect(page.locator(".share").get_by_text("Rà soát trẻ tạm trú trên địa bàn")).to_be_visible()
    expect(page.get_by_role("button", name="Nhận việc")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_school_founded_later_is_offered_and_not_added_by_itself(visit, world):
    task = world.give()
    new = world.school("Trường Tiểu học Mới", valid_from=today())
    page = visit(world.official)
    page.goto(f"/viec/{task.pk}/")
    expect(page.get_by_text("Mới có thêm 1 đơn vị thuộc nhóm này: giao thêm?")).to_be_visible()
    assert not task.assignments.filter(unit=new).exists()
    page.locator(".notice").get_by_role("button", name="Giao thêm").click()
    expect(page.get_by_text("Đã giao thêm 1 đơn vị.")).to_be_visible()
    assert task.assignments.filter(unit=new).exists()


def test_many_rows_are_verified_at_once(visit, world):
    from khue.tasks.work import report

    task = world.give()
    for unit in (world.lua, world.sen):
        report(world.share(task, unit).pk, by=world.head, text="Xong.", submit=True)
    page = visit(world.official)
    page.goto(f"/viec/?view=all&task={task.pk}")
    page.get_by_label("Chọn cả trang").check()
    page.get_by_role("button", name="Duyệt hoàn thành").click()
    expect(page.get_by_role("heading", name="Duyệt hoàn thành: 2 dòng")).to_be_visible()
    page.get_by_role("button", name="Duyệt hoàn thành").click()
    expect(page.get_by_text("Đã làm xong 2 dòng.")).to_be_visible()
    assert task.assignments.filter(stage=Stage.VERIFIED).count() == 2


def test_what_was_said_about_a_form_and_the_name_of_the_task_are_in_sight(visit, world):
    page = visit(world.head, **PHONE)
    task = received(world, page)
    # the address points at the unit's part; the name of the task and the answer stand above it
    expect(page.get_by_text("Đã nhận việc.")).to_be_in_viewport()
    page.goto(f"/viec/{task.pk}/?phan={world.share(task).pk}#p{world.share(task).pk}")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.get_by_text("Xin gia hạn", exact=True).click()
    page.get_by_label("Xin đến ngày").fill(task.due_on.isoformat())
    page.locator("form[action$='/extend/']").get_by_label("Lý do").fill("Mưa lũ.")
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.locator("form[action$='/extend/'] [role=alert], form[action$='/extend/'] .error").first).to_be_in_viewport()


def test_the_answer_on_a_later_part_of_a_long_page_stays_in_sight(visit, world):
    task = world.give(world.schools)
    for unit, head in ((world.lua, world.head), (world.sen, world.other_head)):
        work.report(world.share(task, unit).pk, by=head, text="Xong. " * 200, submit=True)
    page = visit(world.official, **PHONE)
    page.goto(f"/viec/{task.pk}/")
    card = page.locator(f"#p{world.share(task, world.sen).pk}")
    card.get_by_text("Trả lại để làm tiếp").first.click()
    card.get_by_label("Lý do").fill("Thiếu danh sách.")
    card.get_by_role("button", name="Trả lại để làm tiếp").click()
    expect(page.get_by_text("Đã trả lại.")).to_be_in_viewport()


def test_a_refused_report_stands_in_its_form_to_be_mended(visit, world):
    page = visit(world.head, **PHONE)
    task = received(world, page)
    page.get_by_label("Đã làm được bao nhiêu phần trăm").evaluate("e => e.removeAttribute('max')")
    page.get_by_label("Đã làm được bao nhiêu phần trăm").fill("140")
    page.get_by_label("Nội dung báo cáo").fill("Còn hai em.")
    take_photo(page, photo(page, 300, 200))
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("140%: phải từ 0 đến 100.")).to_be_in_viewport()
    expect(page.get_by_label("Nội dung báo cáo")).to_have_value("Còn hai em.")
    page.get_by_label("Đã làm được bao nhiêu phần trăm").fill("40")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo.", exact=True)).to_be_visible()
    event = Event.objects.get(kind="report")
    assert (event.percent, event.text, event.files.count()) == (40, "Còn hai em.", 1)
    assert waiting(page) == 0
    assert world.share(task).latest == "Còn hai em."


def test_a_second_tap_without_a_line_sends_nothing_and_keeps_the_number(visit, world):
    page = visit(world.head, **PHONE)
    task = world.give()
    work.report(world.share(task).pk, by=world.head, percent=50)
    page.goto(f"/viec/{task.pk}/")
    percent = page.get_by_label("Đã làm được bao nhiêu phần trăm")
    percent.fill("90")
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Chờ gửi: 1 báo cáo.")).to_be_visible()
    expect(percent).to_have_value("90")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Chưa có gì mới để gửi. Chờ gửi: 1 báo cáo.")).to_be_visible()
    assert waiting(page) == 1
    page.get_by_role("button", name="Đã xong, trình duyệt").click()
    expect(page.get_by_text("Chờ gửi: 2 báo cáo.")).to_be_visible()
    page.get_by_role("button", name="Đã xong, trình duyệt").click()
    expect(page.get_by_text("Chưa có gì mới để gửi. Chờ gửi: 2 báo cáo.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("đang chờ Phòng Giáo dục duyệt")).to_be_visible(timeout=15_000)
    assert list(Event.objects.filter(kind__in=["report", "submitted"]).values_list("kind", "percent")) == [
        ("report", 50),
        ("report", 90),
        ("submitted", None),
    ]
    assert page.errors == []


def test_nothing_changed_is_said_and_not_sent(visit, world):
    page = visit(world.head, **PHONE)
    task = world.give()
    work.report(world.share(task).pk, by=world.head, percent=80)
    page.goto(f"/viec/{task.pk}/")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Chưa có gì mới để gửi.")).to_be_in_viewport()
    assert Event.objects.filter(kind="report").count() == 1
    page.get_by_label("Nội dung báo cáo").fill("Vẫn chờ kinh phí.")
    page.get_by_role("button", name="Gửi báo cáo").click()
    expect(page.get_by_text("Đã gửi báo cáo.", exact=True)).to_be_visible()
    assert Event.objects.filter(kind="report").count() == 2
