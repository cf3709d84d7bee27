"""Pages of the register and of a document, as people of several units meet them."""

import io
import json
import re
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khue.accounts.models import RoleName
from khue.core.models import Action, SavedFilter
from khue.core.search import index
from khue.documents.giving import plan_of
from khue.documents.models import Document
from khue.documents.register import change, register
from khue.documents.review import apply
from khue.documents.templatetags.review import target_words
from tests.documents.makers import DIRECTIVE, make_clerk, make_document
from tests.documents.test_confirm import settle
from tests.factories import make_unit, sign_in
from tests.tasks.clock import ZONE

pytestmark = pytest.mark.django_db


def page(client, address):
    answer = client.get(address, headers={"accept-language": "vi"})
    assert answer.status_code == 200, address
    return answer.content.decode()


def entered(unit, **fields):
    return register(unit, by=None, read=False, **{"arrived_on": date(2023, 9, 5), **fields})


def test_it_hides_other_units_documents(client, office, clerk):
    entered(make_unit(name="Phòng khác"), subject="Việc của phòng khác")
    entered(office, subject="Việc của mình")
    text = page(client, "/van-ban/")
    assert "Việc của mình" in text
    assert "Việc của phòng khác" not in text


def test_the_register_tells_when_a_document_arrived(client, office, clerk):
    entered(office, subject="Việc mới đến", arrived_on=date(2023, 9, 7))
    assert "07/09/2023" in page(client, "/van-ban/")


def test_printed_capitals_of_an_issuer_are_shown_in_ordinary_case_and_kept_as_they_are(client, office, clerk):
    document = entered(office, issuer="ỦY BAN NHÂN DÂN TỈNH LÀO CAI", kind="Chỉ thị", number="01/CT-UBND")
    for address in ("/van-ban/", f"/van-ban/{document.pk}/"):
        text = page(client, address)
        assert "Ủy ban nhân dân tỉnh Lào Cai" in text
        assert "ỦY BAN NHÂN DÂN TỈNH LÀO CAI" not in text
    document.refresh_from_db()
    assert document.issuer == "ỦY BAN NHÂN DÂN TỈNH LÀO CAI"


def test_the_office_above_sees_what_its_subtree_registered(client, office):
    school = office.child_spells.first().unit
    entered(school, subject="Việc của trường")
    sign_in(client, make_clerk(office, RoleName.LEADER))
    assert "Việc của trường" in page(client, "/van-ban/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("đường", ["Đường lên trường"]),
        ("duong", ["Đường lên trường", "Dương xỉ trong vườn"]),
        ("dương", ["Dương xỉ trong vườn"]),
        ("dưỡng", []),
    ],
)
def test_search_with_and_without_marks(client, office, clerk, query, found):
    for subject in ("Đường lên trường", "Dương xỉ trong vườn"):
        entered(office, subject=subject)
    text = page(client, f"/van-ban/?q={query}")
    assert [s for s in ("Đường lên trường", "Dương xỉ trong vườn") if s in text] == found


def test_search_finds_words_of_the_text_and_old_tone_marks(client, office, clerk):
    make_document(office, by=clerk, text=DIRECTIVE.replace("ghi nhận", "hoà giải"))
    assert "11/CT-UBND" in page(client, "/van-ban/?q=hòa giải")
    assert "11/CT-UBND" in page(client, "/tim/?q=kiem tra an toan cong truong")


@pytest.mark.parametrize("query", ["kiểm tra cuối kỳ", "kiem tra cuoi ky"])
def test_search_puts_titles_that_say_it_first_and_the_newest_before_older_ones(client, office, clerk, query):
    words = [
        "Kiểm tra an toàn, báo cáo cuối kỳ",  # every word, not together
        "Kiểm tra cuối kỳ I",
        "Kiểm tra cuối kỳ II",
        "Báo cáo của cơ quan",
    ]
    scattered, old, new, text_only = (entered(office, subject=w) for w in words)
    index("document", text_only.pk, unit_id=office.pk, title=words[3], texts=["Tổ chức kiểm tra cuối kỳ."])
    shown = re.findall(r'href="/van-ban/(\d+)/"', page(client, f"/tim/?q={query}"))
    assert [int(pk) for pk in shown] == [new.pk, old.pk, scattered.pk, text_only.pk]


def test_filters_are_parameters_of_the_address(client, office, clerk):
    entered(office, kind="Kế hoạch", number="01/KH", signed_on=date(2023, 9, 1))
    entered(office, kind="Công văn", number="02/CV", signed_on=date(2024, 2, 1), direction="out", arrived_on=None)
    assert "01/KH" not in page(client, "/van-ban/?kind=công")
    assert "02/CV" not in page(client, "/van-ban/?until=2023-12-31")
    assert "01/KH" not in page(client, "/van-ban/?direction=out")


def test_it_shows_what_was_registered_between_two_days_in_either_register(client, office, clerk):
    entered(office, subject="Đến đầu tháng", arrived_on=date(2023, 9, 5))
    entered(office, subject="Đến giữa tháng", arrived_on=date(2023, 9, 15))
    sent = register(office, by=None, read=False, direction="out", subject="Gửi đi giữa tháng", signed_on=date(2023, 8, 1))
    Document.objects.filter(pk=sent.pk).update(created_at=datetime(2023, 9, 15, 23, 30, tzinfo=ZONE))
    found = {
        "booked_since=2023-09-06": (False, True, True),
        "booked_until=2023-09-14": (True, False, False),
        "booked_since=2023-09-15&booked_until=2023-09-15": (False, True, True),
        "booked_since=2023-09-16": (False, False, False),
    }
    for query, there in found.items():
        text = page(client, f"/van-ban/?{query}")
        assert tuple(words in text for words in ("Đến đầu tháng", "Đến giữa tháng", "Gửi đi giữa tháng")) == there, query


def test_filters_are_saved_under_a_name_and_shared(client, office, clerk):
    client.post("/van-ban/bo-loc/", {"name": "Đang soát", "query": "status=review", "shared": "on"})
    colleague = make_clerk(office)
    sign_in(client, colleague)
    assert "Đang soát" in page(client, "/van-ban/")
    client.post("/van-ban/bo-loc/", {"drop": SavedFilter.objects.get().pk})
    assert SavedFilter.objects.count() == 1, "only one's own filter is dropped"


def test_the_export_holds_exactly_the_list_on_screen(client, office, clerk):
    for n in range(60):
        entered(office, number=f"{n:02}/KH", subject="=HYPERLINK(1)" if n == 3 else f"Việc {n}", kind="Kế hoạch")
    entered(office, number="99/CV", kind="Công văn")
    answer = client.get("/van-ban/xuat.xlsx?kind=Kế", headers={"accept-language": "vi"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 61
    numbers = [r[4] for r in rows[1:]]
    assert numbers[0] == "59/KH"
    assert "99/CV" not in numbers
    assert rows[1 + numbers.index("03/KH")][7] == "=HYPERLINK(1)"


def test_queries_of_a_list_do_not_grow_with_it(client, office, clerk):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, "/van-ban/")
        return len(queries)

    make_document(office, by=clerk)
    page(client, "/van-ban/")
    few = count()
    for n in range(5):
        make_document(office, by=clerk, text=DIRECTIVE + f"\n{n}")
    assert count() == few


@pytest.mark.parametrize("where", ["", "giao/", "soat/", "lich-su/", "cu-the-hoa/", "so-nam-truoc/"])
def test_queries_of_a_document_do_not_grow_with_its_plan(client, office, clerk, where):
    short = make_document(office, by=clerk)
    lines = "\n\n".join(f"Các trường mầm non rà soát cơ sở vật chất lần {n} trước ngày {n}/9/2023." for n in range(1, 29))
    long = make_document(office, by=clerk, text=DIRECTIVE.replace("2. Bảo đảm", lines + "\n\n2. Bảo đảm"))
    assert long.obligations.count() > short.obligations.count() + 20
    if where == "giao/":
        settle(short, clerk), settle(long, clerk)

    def count(document):
        address = f"/van-ban/{document.pk}/{where}?voi={short.pk if document == long else long.pk}"
        page(client, address)
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        return len(queries)

    assert count(long) <= count(short) + 1


def test_every_export_of_a_plan_holds_what_people_decided(client, office, clerk):
    document = make_document(office, by=clerk)
    one, two = document.obligations.all()[:2]
    apply(document.pk, "field", {"items": [one.pk], "field": "due", "value": "2024-01-31"}, by=clerk)
    apply(document.pk, "state", {"items": [two.pk], "state": "rejected"}, by=clerk)
    for kind in ("xlsx", "docx", "ics", "html"):
        answer = client.get(f"/van-ban/{document.pk}/ke-hoach.{kind}")
        assert answer.status_code == 200
        assert "11-CT-UBND" in answer["Content-Disposition"]
    text = client.get(f"/van-ban/{document.pk}/ke-hoach.html").content.decode()
    assert "31/01/2024" in text
    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"/van-ban/{document.pk}/ke-hoach.xlsx").content))
    cells = [str(c) for name in rows.sheet_names for r in rows.get_sheet_by_name(name).to_python() for c in r]
    assert any(one.quote in c for c in cells)
    assert not any(two.quote in c for c in cells)


def test_editing_keeps_both_when_two_people_change_the_same_field(client, office, clerk):
    document = entered(office, subject="Cũ", number="1/KH")
    form = {"direction": "in", "book_number": document.book_number, "urgency": "normal", "number": "1/KH", "arrived_on": "2023-09-05"}
    base = json.dumps({"subject": "Cũ", "number": "1/KH"})
    client.post(f"/van-ban/{document.pk}/sua/", {**form, "subject": "Của Lan", "_base": base})
    answer = client.post(f"/van-ban/{document.pk}/sua/", {**form, "subject": "Của Hoa", "_base": base}, headers={"accept-language": "vi"})
    document.refresh_from_db()
    assert (answer.status_code, document.subject) == (409, "Của Lan")
    text = answer.content.decode()
    assert "<dt>Trích yếu</dt><dd>Của Lan" in text
    assert "Của Hoa" in text


def test_a_removed_document_can_be_put_back_and_keeps_its_number(client, office, clerk):
    document = entered(office, subject="Bỏ nhầm")
    client.post(f"/van-ban/{document.pk}/bo/", {"why": "Vào sổ hai lần"})
    client.get("/")  # the message is said once
    assert "Bỏ nhầm" not in page(client, "/van-ban/")
    assert entered(office, subject="Mới").book_number == document.book_number + 1
    client.post(f"/van-ban/{document.pk}/dua-lai/")
    assert "Bỏ nhầm" in page(client, "/van-ban/")
    assert list(Action.objects.filter(target_id=document.pk, target_type="document").order_by("id").values_list("verb", flat=True)) == [
        "document.registered",
        "document.removed",
        "document.restored",
    ]


def test_numbers_of_a_register_are_its_own_year_and_direction(office):
    one = entered(office, subject="a")
    two = entered(office, subject="b")
    out = entered(office, subject="c", direction="out")
    later = entered(office, subject="d", arrived_on=date(2024, 1, 3))
    assert [d.book_number for d in (one, two, out, later)] == [1, 2, 1, 1]


def test_cited_documents_are_linked_to_the_register(client, office, clerk):
    cited = entered(office, kind="Quyết định", number="2457/QĐ-BGDĐT")
    document = make_document(office, by=clerk)
    assert document.cited.get(symbol="2457/QĐ-BGDĐT").linked == cited
    assert document.called in page(client, f"/van-ban/{cited.pk}/")


def test_a_document_that_comes_later_is_linked_to_what_cited_it(client, office, clerk):
    document = make_document(office, by=clerk)
    text = DIRECTIVE.replace("11/CT-UBND", "2457/QĐ-BGDĐT").replace("CHỈ THỊ", "QUYẾT ĐỊNH")
    later = make_document(office, by=clerk, text=text, name="qd.txt")
    assert document.cited.get(symbol="2457/QĐ-BGDĐT").linked == later


def test_history_calls_a_field_of_the_register_as_its_form_does(client, office, clerk):
    document = entered(office, subject="Về khai giảng")
    change(document.pk, by=clerk, base={"place": ""}, said_now={"place": "Sa Pa"})
    text = page(client, f"/van-ban/{document.pk}/lich-su/")
    assert '<span class="quiet">địa danh</span> — → Sa Pa' in text
    assert "địa bàn" not in text


def test_history_tells_each_field_before_and_after(client, office, clerk):
    document = make_document(office, by=clerk)
    one = document.obligations.first()
    apply(document.pk, "field", {"items": [one.pk], "field": "note", "value": "đã gọi điện", "base": ""}, by=clerk)
    text = page(client, f"/van-ban/{document.pk}/lich-su/")
    assert "đã gọi điện" in text
    assert clerk.full_name in text
    assert "số câu hỏi" in text
    assert "QuerySet" not in text


def test_the_comparison_pages_tell_coverage_and_what_is_new(client, office, clerk):
    last = make_document(office, by=clerk)
    new_line = "Các trường tiểu học tổ chức ngày hội đọc sách vào tháng 4/2024.\n\n2. Bảo đảm"
    this = make_document(office, by=clerk, text=DIRECTIVE.replace("2. Bảo đảm", new_line).replace("98%", "99%"))
    text = page(client, f"/van-ban/{this.pk}/so-nam-truoc/?voi={last.pk}")
    assert "ngày hội đọc sách" in text
    assert "98" in text
    client.post(f"/van-ban/{this.pk}/quan-he/", {"kind": "upper", "other": last.pk})
    assert Document.objects.get(pk=this.pk).upper == last
    assert "100%" in page(client, f"/van-ban/{this.pk}/cu-the-hoa/")


def test_what_is_probably_meant_is_offered_first_for_comparing(client, office, clerk):
    this = make_document(office, by=clerk)
    Document.objects.filter(pk=this.pk).update(number="12/CT-UBND", kind="Chỉ thị", school_year="2023-2024")
    last = make_document(office, by=clerk)
    Document.objects.filter(pk=last.pk).update(number="9/CT-UBND", kind="Chỉ thị", school_year="2021-2022", signed_on=date(2021, 9, 1))
    plan = make_document(office, by=clerk)
    Document.objects.filter(pk=plan.pk).update(number="30/KH-UBND", kind="Kế hoạch", school_year="2021-2022", signed_on=date(2023, 1, 1))
    this.cited.create(entry=99, symbol="30/KH-UBND", kind="Kế hoạch", linked=plan)

    def offered(where):
        groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page(client, f"/van-ban/{this.pk}/{where}/"), re.S)
        return [(name, [int(pk) for pk in re.findall(r'value="(\d+)"', options)]) for name, options in groups]

    assert offered("so-nam-truoc") == [("Cùng loại, năm học trước", [last.pk]), ("Văn bản khác", [plan.pk])]
    assert offered("cu-the-hoa") == [("Văn bản này có viện dẫn", [plan.pk]), ("Văn bản khác", [last.pk])]


def test_a_school_may_not_compare_with_another_units_document(client, office):
    document = make_document(office)
    school = office.child_spells.first().unit
    own = make_document(school)
    sign_in(client, make_clerk(school))
    assert client.get(f"/van-ban/{own.pk}/cu-the-hoa/?voi={document.pk}").status_code == 404


def test_the_pages_are_whole_in_english(client, office, clerk):
    document = make_document(office, by=clerk)
    for where in ("", "soat/", "lich-su/", "sua/"):
        answer = client.get(f"/van-ban/{document.pk}/{where}", headers={"accept-language": "en"})
        assert 'lang="en"' in answer.content.decode()


def test_a_value_is_taken_back_from_the_history(client, office, clerk):
    document = entered(office, subject="Cũ", number="1/KH", signed_on=date(2023, 9, 1))
    form = {"direction": "in", "book_number": document.book_number, "urgency": "normal", "number": "1/KH", "arrived_on": "2023-09-05"}
    client.post(f"/van-ban/{document.pk}/sua/", {**form, "subject": "Mới", "signed_on": "2023-09-02", "_base": "{}"})
    action = Action.objects.get(verb="document.changed")
    assert "Lấy lại giá trị cũ" in page(client, f"/van-ban/{document.pk}/lich-su/")
    for field in ("subject", "signed_on"):
        client.post(f"/van-ban/{document.pk}/lich-su/{action.pk}/", {"field": field})
    document.refresh_from_db()
    assert (document.subject, document.signed_on) == ("Cũ", date(2023, 9, 1))


def test_a_cited_document_is_linked_by_its_number_and_let_go(client, office, clerk):
    document = make_document(office, by=clerk)
    other = entered(office, number="99/QĐ-UBND")
    cited = document.cited.get(symbol="2457/QĐ-BGDĐT")
    for asked, linked in (("99/qđ-ubnd", other), ("không có", other), ("", None)):
        client.post(f"/van-ban/{document.pk}/vien-dan/{cited.pk}/", {"target": asked})
        cited.refresh_from_db()
        assert (cited.linked, cited.link_by) == (linked, "person")


def test_history_names_the_sentence_of_a_step_and_writes_days_as_people_do(client, office, clerk):
    document = make_document(office, by=clerk)
    one = document.obligations.first()
    apply(document.pk, "state", {"items": [one.pk], "state": "accepted"}, by=clerk)
    text = page(client, f"/van-ban/{document.pk}/lich-su/")
    assert f"nhiệm vụ “{one.quote[:60]}" in text
    assert f"#{one.pk}" not in text
    assert "28/08/2023" in text
    assert "2023-08-28" not in text


def test_saving_an_untouched_form_changes_nothing(client, office, clerk):
    """Browsers send lines with CR LF."""
    document = entered(office, subject="Cũ", number="1/KH", recipients="Như trên\nLưu: VT", note="a\nb")
    form = {"direction": "in", "book_number": document.book_number, "urgency": "normal", "number": "1/KH", "subject": "Cũ"}
    form |= {"arrived_on": "2023-09-05", "recipients": "Như trên\r\nLưu: VT", "note": "a\r\nb", "_base": "{}"}
    client.post(f"/van-ban/{document.pk}/sua/", form)
    changed = Action.objects.filter(verb="document.changed").values_list("changes", flat=True)
    assert not any({"recipients", "note"} & set(c) for c in changed)


def test_settling_a_plan_says_how_many_tasks_nobody_has(client, office, clerk):
    document = make_document(office, by=clerk)
    ids = list(document.obligations.values_list("pk", flat=True))
    apply(document.pk, "state", {"items": ids, "state": "accepted"}, by=clerk)
    document.obligations.filter(pk=ids[0]).update(owners=[])
    for slip in document.slips.all():
        apply(document.pk, "answer", {"slip": slip.pk, "answer": "ask"}, by=clerk)
    answer = client.post(f"/van-ban/{document.pk}/chot/", follow=True, headers={"accept-language": "vi"})
    blocked = [planned for planned in plan_of(document) if planned.why_not]
    assert f"{len(blocked)} nhiệm vụ chưa rõ đơn vị nào làm" in answer.content.decode()
    assert len(client.get(f"/van-ban/{document.pk}/giao/").context["blocked"]) == len(blocked) > 1


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "said"),
    [(">=", 1350, "người", "≥ 1.350 người"), ("=", 98.5, "%", "= 98,5%"), ("<=", 3.0, None, "≤ 3"), (">=", 0.125, "", "≥ 0,125")],
)
def test_a_target_is_written_as_vietnamese_write_numbers(comparator, value, unit, said):
    assert target_words({"comparator": comparator, "value": value, "unit": unit}) == said


def test_a_document_in_which_no_task_was_found_is_not_counted_as_none_of_none(client, office, clerk):
    make_document(office, by=clerk, text="Thư chúc mừng ngày Nhà giáo Việt Nam.")
    listed = page(client, "/van-ban/")
    assert "không thấy nhiệm vụ" in listed
    assert "còn 0/0" not in listed
