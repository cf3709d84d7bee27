"""The month's programme moved by mouse and by keyboard; a plan with ten kinds of mistakes imported, mended, imported, undone."""

from datetime import date

import pytest
import xlsxwriter
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from khue.tasks.give import Address, give, move_due
from khue.tasks.imports.layout import COLUMNS
from khue.tasks.models import Assignment, Task
from khue.units.groups import unit_ref
from khue.units.kinds import UnitKind
from tests.browser.conftest import settle
from tests.browser.test_every_page import WCAG
from tests.documents.makers import make_office
from tests.factories import make_unit, make_user

MONTH = "/viec/thang/?thang=2098-03"


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def clerk(office):
    return make_user(role="specialist", unit=office, name="Trần Thị Hoa")


@pytest.fixture
def task(office, clerk):
    return give(office, "Báo cáo sĩ số học sinh", [Address(unit_ref(office.pk))], by=clerk, due_on=date(2098, 3, 12))


def cell(page, day):
    return page.locator(f"[data-cell='{day}']")


def due(task):
    task.refresh_from_db()
    return task.due_on


def test_a_task_is_moved_with_the_mouse_and_moved_back(visit, clerk, task):
    page = visit(clerk)
    page.goto(MONTH)
    page.locator(f"[data-task='{task.pk}']").drag_to(cell(page, "2098-03-20"))
    expect(cell(page, "2098-03-20")).to_contain_text("Báo cáo sĩ số")
    expect(cell(page, "2098-03-12")).not_to_contain_text("Báo cáo sĩ số")
    assert due(task) == date(2098, 3, 20)
    page.get_by_role("button", name="Hoàn tác").click()
    expect(cell(page, "2098-03-12")).to_contain_text("Báo cáo sĩ số")
    assert due(task) == date(2098, 3, 12)
    assert page.errors == []


def test_what_was_said_of_a_move_goes_with_its_undo(visit, clerk, task):
    page = visit(clerk)
    page.goto(MONTH)
    page.get_by_text("Dời hạn", exact=True).last.click()
    page.get_by_label("Ngày mới của").fill("2098-03-20")
    page.get_by_role("button", name="Dời", exact=True).click()
    expect(page.get_by_text("Đã dời sang 20/03/2098.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã dời sang 20/03/2098.", exact=True)).to_have_count(0)
    assert "vua_doi" not in page.url
    assert due(task) == date(2098, 3, 12)


def test_a_task_is_moved_with_the_keyboard_alone_and_told(visit, clerk, task):
    page = visit(clerk)
    page.goto(MONTH)
    said = page.locator("[data-say]")
    page.locator(f"[data-task='{task.pk}'] a").focus()
    page.keyboard.press("d")
    expect(said).to_contain_text("Đang dời «Báo cáo sĩ số học sinh»")
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(said).to_contain_text("20/3/2098")
    expect(cell(page, "2098-03-20")).to_have_class("target")
    page.keyboard.press("Enter")
    expect(cell(page, "2098-03-20")).to_contain_text("Báo cáo sĩ số")
    expect(said).to_contain_text("Đã dời sang 20/03/2098")
    assert due(task) == date(2098, 3, 20)
    # the keyboard stands on the task again, and Escape leaves everything as it is
    expect(page.locator(f"[data-task='{task.pk}'] [data-begin]")).to_be_focused()
    for key in ("Enter", "ArrowLeft", "Escape"):
        page.keyboard.press(key)
    expect(said).to_contain_text("Đã thôi dời")
    assert due(task) == date(2098, 3, 20)
    assert page.errors == []


def test_a_move_that_crosses_another_is_told_and_shows_where_it_is_now(visit, clerk, task):
    page = visit(clerk)
    page.goto(MONTH)
    move_due(task.pk, date(2098, 3, 25), by=clerk, base=date(2098, 3, 12))
    page.locator(f"[data-task='{task.pk}']").drag_to(cell(page, "2098-03-20"))
    expect(page.locator(".toast")).to_contain_text("Người khác vừa dời hạn sang 25/03/2098")
    expect(cell(page, "2098-03-25")).to_contain_text("Báo cáo sĩ số")
    assert due(task) == date(2098, 3, 25)


def test_a_move_without_a_line_says_so_and_changes_nothing(visit, clerk, task):
    page = visit(clerk)
    page.goto(MONTH)
    page.context.set_offline(True)
    page.locator(f"[data-task='{task.pk}']").drag_to(cell(page, "2098-03-20"))
    expect(page.locator(".toast")).to_contain_text("mất kết nối")
    expect(cell(page, "2098-03-12")).to_contain_text("Báo cáo sĩ số")
    assert due(task) == date(2098, 3, 12)


def test_without_javascript_a_small_form_moves_it_and_back(visit, clerk, task):
    page = visit(clerk, java_script_enabled=False)
    page.goto(MONTH)
    page.get_by_text("Dời hạn", exact=True).last.click()
    page.get_by_label("Ngày mới của").fill("2098-03-20")
    page.get_by_role("button", name="Dời", exact=True).click()
    expect(cell(page, "2098-03-20")).to_contain_text("Báo cáo sĩ số")
    assert due(task) == date(2098, 3, 20)
    page.get_by_role("button", name="Hoàn tác").click()
    assert due(task) == date(2098, 3, 12)


def test_on_a_phone_the_list_stands_in_place_of_the_grid(visit, clerk, task):
    page = visit(clerk, width=390)
    page.goto(MONTH)
    expect(page.locator("table.month")).to_be_hidden()
    expect(page.locator("table.programme")).to_contain_text("Báo cáo sĩ số")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1


def test_on_paper_it_is_the_official_programme(visit, clerk, task):
    page = visit(clerk)
    page.goto(MONTH)
    page.emulate_media(media="print")
    expect(page.get_by_text("CHƯƠNG TRÌNH CÔNG TÁC THÁNG 3 NĂM 2098", exact=True)).to_be_visible()
    expect(page.get_by_text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")).to_be_visible()
    expect(page.locator("table.month")).to_be_hidden()
    expect(page.locator("table.programme tbody tr")).to_have_count(1)


# --- a plan from a spreadsheet

SCHOOL = "Trường Tiểu học Bông Lúa"


def rows_with_ten_kinds_of_mistakes():
    """(column, what stands there wrongly, what it is mended to); every row has one."""
    return [
        ("Nhiệm vụ", "", "Họp hội đồng"),
        ("Nhiệm vụ", "x" * 4001, "Họp phụ huynh"),
        ("Chủ trì", "", SCHOOL),
        ("Chủ trì", "Công ty Ánh Dương", SCHOOL),
        ("Chủ trì", "Các trường THCS", "Các trường tiểu học"),
        ("Thời hạn", "31/4/2098", "30/4/2098"),
        ("Thời hạn", "sau khi có hướng dẫn", "Quý II/2098"),
        ("Thời hạn", "15/3/1924", "tháng 3/2098"),
        ("Lặp lại", "khi cần", ""),
        ("Phối hợp", "Hội gì đó", ""),
        ("Sản phẩm", "y" * 1001, "Báo cáo"),
    ]


def workbook(path, rows):
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([COLUMNS, *rows]):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
    return path


def plan_row(number, column="", text=""):
    cells = {"Nhiệm vụ": f"Nhiệm vụ {number}", "Chủ trì": SCHOOL, "Thời hạn": f"{number + 1}/3/2098"} | ({column: text} if column else {})
    return [cells.get(name, "") for name in COLUMNS]


def test_a_plan_with_ten_kinds_of_mistakes_is_imported_mended_imported_and_undone(visit, office, clerk, tmp_path):
    wrong = rows_with_ten_kinds_of_mistakes()
    plan = [*(plan_row(n, column, bad) for n, (column, bad, _good) in enumerate(wrong)), *(plan_row(n) for n in range(20, 24))]
    page = visit(clerk)
    page.goto("/viec/nhap/")
    page.set_input_files("input[type=file]", str(workbook(tmp_path / "ke-hoach.xlsx", plan)))
    page.get_by_role("button", name="Xem trước").click()
    figures = page.locator(".figures li")
    expect(figures.nth(0)).to_contain_text("4")
    expect(figures.nth(1)).to_contain_text("11")
    for column, bad, _good in wrong:
        line = page.locator("table").first.locator("tr", has_text=bad[:30] or "để trống").filter(has_text=column)
        expect(line.first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải dòng cần sửa").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Chỉ giao 4 dòng đúng").click()
    expect(page.get_by_text("Đã giao 4 việc từ tệp «ke-hoach.xlsx».")).to_be_visible()

    # the file of errors is mended where it says so, and uploaded as it is
    head, *errors = CalamineWorkbook.from_path(download.value.path()).get_sheet_by_index(0).to_python()
    assert head[-2] == "Lỗi"
    assert len(errors) == 11
    mended = []
    for line, (column, _bad, good) in zip(errors, wrong, strict=True):
        assert line[-2].startswith(f"{column}: ")
        row = [str(value) for value in line[: len(COLUMNS)]]
        row[COLUMNS.index(column)] = good
        mended.append(row)
    page.goto("/viec/nhap/")
    page.set_input_files("input[type=file]", str(workbook(tmp_path / "da-sua.xlsx", [*mended, *plan[-4:]])))
    page.get_by_role("button", name="Xem trước").click()
    expect(figures.nth(1)).to_contain_text("0")
    expect(figures.nth(2)).to_contain_text("4")
    page.get_by_role("button", name="Giao 11 việc").click()
    expect(page.get_by_text("Đã giao 11 việc từ tệp «da-sua.xlsx».")).to_be_visible()
    assert Task.objects.filter(withdrawn_at=None).count() == 15

    page.get_by_role("button", name="Hoàn tác cả lượt da-sua.xlsx").click()
    expect(page.get_by_text("Đã thu hồi 11 việc của tệp «da-sua.xlsx».")).to_be_visible()
    assert Task.objects.filter(withdrawn_at=None).count() == 4
    assert page.errors == []


def test_a_name_that_may_be_several_units_is_chosen_on_the_page(visit, office, clerk, tmp_path):
    other = make_unit(name="Trường Tiểu học Hoa Mai", kind=UnitKind.PRIMARY, parent=office)
    page = visit(clerk)
    page.goto("/viec/nhap/")
    page.set_input_files("input[type=file]", str(workbook(tmp_path / "kh.xlsx", [plan_row(1, "Chủ trì", "Trường Hoa Mai")])))
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_label("Trường Hoa Mai").select_option(label=other.name)
    page.get_by_role("button", name="Xem lại với các lựa chọn này").click()
    page.get_by_role("button", name="Giao 1 việc").click()
    expect(page.get_by_text("Đã giao 1 việc")).to_be_visible()
    assert Assignment.objects.get().unit == other


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_these_pages(visit, office, clerk, task, tmp_path, width, scheme):
    give(office, "Việc trong tháng", [Address(unit_ref(office.pk))], by=clerk, due_on=date(2098, 3, 31), due_quote="tháng 3/2098")
    page = visit(clerk, width=width, color_scheme=scheme, bypass_csp=True)
    plan = [plan_row(1), plan_row(2, "Thời hạn", "31/4/2098"), plan_row(3, "Chủ trì", "Trường Hoa"), plan_row(1)]
    page.goto("/viec/nhap/")
    page.set_input_files("input[type=file]", str(workbook(tmp_path / "kh.xlsx", plan)))
    page.get_by_role("button", name="Xem trước").click()
    faults = []
    for address in (page.url, MONTH, "/viec/nhap/", "/viec/nhap/luot/", "/viec/thay-doi/"):
        page.goto(address)
        settle(page)
        faults += [
            f"{address} {v['id']}: {[n['html'][:140] for n in v['nodes'][:2]]}"
            for v in Axe().run(page, options=WCAG).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") > 1:
            faults.append(f"{address} scrolls sideways")
    assert faults == []
    assert page.errors == []
