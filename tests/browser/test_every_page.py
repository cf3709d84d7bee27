"""Every page at phone and desk size: no accessibility fault, no error of a script, light enough for a slow line."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe

from khue.documents.models import Document
from khue.documents.register import register
from khue.documents.report.service import make_draft
from khue.tasks.models import Assignment, Stage
from tests.browser.conftest import settle
from tests.documents.test_received import Sent
from tests.factories import make_user

PAGES = [
    "/",
    "/tim/?q=truong",
    "/gioi-thieu/",
    "/thiet-ke/",
    "/van-ban/",
    "/van-ban/?q=khongcogi",
    "/van-ban/giao-viec/",
    "/van-ban/tai-len/",
    "/van-ban/moi/",
    "/van-ban/{doc}/",
    "/van-ban/{doc}/sua/",
    "/van-ban/{doc}/bo/",
    "/van-ban/{bare}/them-tep/",
    "/van-ban/{doc}/thay-tep/",
    "/van-ban/{doc}/soat/",
    "/van-ban/{doc}/soat/{item}/",
    "/van-ban/{doc}/lich-su/",
    "/van-ban/{doc}/cu-the-hoa/?voi={other}",
    "/van-ban/{doc}/so-nam-truoc/?voi={other}",
    "/van-ban/bao-cao/",
    "/van-ban/bao-cao/moi/",
    "/van-ban/bao-cao/{report}/",
    "/van-ban/bao-cao/{report}/?sua={piece}",
    "/van-ban/bao-cao/{report}/phan-viec/",
    "/van-ban/bao-cao/{report}/?sua=head",
    "/viec/?view=mine",
    "/viec/?view=given",
    "/viec/?view=all&state=overdue",
    "/viec/?q=khongcogi",
    "/viec/moi/",
    "/viec/{task}/?phan={share}",
    "/viec/{mine}/",
    "/viec/thang/",
    "/viec/nhap/",
    "/viec/nhap/luot/",
    "/viec/thay-doi/",
    "/viec/thong-bao/",
    "/viec/thong-bao/cach-nhan/",
    "/don-vi/",
    "/don-vi/sap-xep/",
    "/nguoi/",
    "/nguoi/toi/",
    "/nguoi/ma-truy-cap/",
    "/api/",
    "/khong-co-trang-nay/",
]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
MOST_BYTES = 150_000


@pytest.fixture
def demo(made_demo):
    document = Document.objects.filter(status="review").order_by("pk").first()
    other = Document.objects.exclude(pk=document.pk).first()
    given = Assignment.objects.filter(task__unit=document.unit, stage=Stage.SUBMITTED).exclude(unit=document.unit).first()
    mine = Assignment.objects.filter(unit=document.unit, stage=Stage.RECEIVED).first()
    report = make_draft(document.unit, "brief", by=document.created_by)
    bare = register(document.unit, by=document.created_by, read=False, subject="Về khai giảng")
    tasks = {"task": given.task_id, "share": given.pk, "mine": mine.task_id, "report": report.pk, "piece": report.blocks[2]["id"]}
    tasks["bare"] = bare.pk
    return tasks | {"doc": document.pk, "item": document.obligations.first().pk, "other": other.pk, "by": document.created_by}


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing_on_any_page(visit, demo, width, scheme):
    page = visit(demo["by"], width=width, color_scheme=scheme, bypass_csp=True)
    faults = []
    for address in PAGES:
        page.goto(address.format(**demo))
        settle(page) if "soat" not in address else page.wait_for_timeout(300)
        page.evaluate("document.querySelectorAll('details.act, details.more').forEach((d) => { d.open = true; })")
        for violation in Axe().run(page, options=WCAG).response["violations"]:
            nodes = [n["html"][:140] for n in violation["nodes"][:2]]
            faults.append(f"{address} {violation['id']}: {nodes}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 1:
            faults.append(f"{address} scrolls sideways by {wide} px")
    assert faults == []
    assert page.errors == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_a_document_as_receivers_read_it_has_no_fault(visit, width, scheme):
    sent = Sent()
    page = visit(sent.head, width=width, color_scheme=scheme, bypass_csp=True)
    page.goto(sent.where)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert [v["id"] for v in Axe().run(page, options=WCAG).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
    assert page.errors == []


def test_the_sign_in_page_has_no_fault_either(visit):
    page = visit(bypass_csp=True)
    page.goto("/tai-khoan/login/")
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in Axe().run(page, options=WCAG).response["violations"]] == []


@pytest.mark.parametrize("address", ["/", "/van-ban/", "/van-ban/{doc}/", "/van-ban/{doc}/soat/", "/viec/", "/viec/{mine}/"])
def test_a_first_visit_loads_less_than_150_kilobytes_and_nothing_from_outside(visit, demo, live_server, address):
    page = visit(demo["by"])
    sizes, foreign = [], []

    def count(response):
        if not response.url.startswith((live_server.url, "data:")):
            foreign.append(response.url)
        size = response.request.sizes()["responseBodySize"]
        # the server of the tests sends styles and scripts as they stand, the real one packs them (GZipMiddleware)
        packed = response.url.endswith((".css", ".js", ".svg")) and not response.headers.get("content-encoding")
        sizes.append((len(gzip.compress(response.body())) if packed else size, response.url))

    page.on("requestfinished", lambda request: count(request.response()))
    page.goto(address.format(**demo))
    page.wait_for_timeout(500)
    assert foreign == []
    assert sum(size for size, _ in sizes) < MOST_BYTES, sizes


def test_pages_say_nothing_without_a_role(visit):
    page = visit(make_user())
    page.goto("/")
    assert "Bạn chưa có vai trò nào" in page.content()
