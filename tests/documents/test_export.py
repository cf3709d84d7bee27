import io
import re
from html.parser import HTMLParser

import docx
import pytest
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from khue.core.errors import OutputError
from khue.documents.export import ReadFile, export, write_whole
from khue.documents.export import docx as docx_export
from khue.documents.export import html as html_export
from khue.documents.export import ics as ics_export
from khue.documents.export import xlsx as xlsx_export
from khue.reader import load, read
from khue.reader.loading import Loaded
from tests.conftest import ROOT

FILES = ["quyet-dinh", "ke-hoach-so", "cong-van", "thong-bao", "cong-dien"]


@pytest.fixture(scope="module")
def files():
    found = []
    for name in FILES:
        loaded = load(ROOT / "samples" / f"{name}.txt")
        found.append(ReadFile(f"{name}.txt", loaded, read(loaded.text)))
    return found


def test_the_workbook_holds_every_task_with_real_dates(files):
    book = CalamineWorkbook.from_filelike(io.BytesIO(xlsx_export.make(files)))
    assert book.sheet_names == ["Kế hoạch", "Cần hỏi lại", "Văn bản được dẫn"]
    rows = book.get_sheet_by_name("Kế hoạch").to_python()
    tasks = [t for f in files for t in f.reading.tasks]
    assert rows[0][:7] == ["STT", "Văn bản", "Mục", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"]
    assert [r[3] for r in rows[1:]] == [t.quote for t in tasks]
    assert [r[6] or None for r in rows[1:]] == [t.due.day if t.due else None for t in tasks]
    assert len(book.get_sheet_by_name("Cần hỏi lại").to_python()) == 1 + sum(len(f.reading.slips) for f in files)


def test_no_text_of_a_document_becomes_a_formula():
    loaded_text = 'CHỈ THỊ\nVề việc\n\nI. NHIỆM VỤ\n1. Rà soát mạng lưới; tổ chức thực hiện =HYPERLINK("http://x").\n'
    reading = read(loaded_text)
    data = xlsx_export.make([ReadFile("=cmd.txt", Loaded(loaded_text, "=cmd.txt", "txt"), reading)])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Kế hoạch").to_python()
    assert rows[1][1] == "=cmd.txt"


def test_the_appendix_has_the_official_columns_and_layout(files):
    document = docx.Document(io.BytesIO(docx_export.make(files[:2])))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert section.different_first_page_header_footer
    assert document.styles["Normal"].font.name == "Times New Roman"
    table = document.tables[0]
    assert [c.text for c in table.rows[0].cells] == ["STT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn", "Chỉ tiêu", "Căn cứ"]
    numbered = [r for r in table.rows if len(r._tr.tc_lst) == 7][1:]
    assert [r.cells[1].text for r in numbered] == [t.quote for t in files[0].reading.tasks]
    assert len(document.tables) == 2
    assert any(p.text.startswith("(Theo Quyết định số 417/QĐ-UBND ngày 14 tháng 3 năm 2023") for p in document.paragraphs)


def test_the_calendar_has_an_event_for_each_deadline_and_is_the_same_each_time(files):
    first, second = (Calendar.from_ical(ics_export.make(files)) for _ in range(2))
    events = list(first.walk("VEVENT"))
    dated = [t for f in files for t in f.reading.tasks if t.due and (t.due.day or t.due.recurs)]
    assert len(events) == len(dated)
    assert {str(e["UID"]) for e in events} == {str(e["UID"]) for e in second.walk("VEVENT")}
    assert len({str(e["UID"]) for e in events}) == len(events)
    for event, task in zip(events, dated, strict=True):
        if task.due.day:
            assert event["DTSTART"].dt == task.due.day
        else:
            assert "RRULE" in event


@pytest.mark.parametrize(
    ("words", "first", "rule"),
    [
        ("vào ngày 25 hằng tháng", "2023-08-25", "FREQ=MONTHLY;UNTIL=20240825;INTERVAL=1;BYMONTHDAY=25"),
        ("trước ngày 10 hằng tháng", "2023-09-10", "FREQ=MONTHLY;UNTIL=20240910;INTERVAL=1;BYMONTHDAY=10"),
        ("trước ngày 30 hằng tháng", "2023-08-30", "FREQ=MONTHLY;UNTIL=20240830;INTERVAL=1;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("hằng tháng", "2023-08-31", "FREQ=MONTHLY;UNTIL=20240831;INTERVAL=1;BYMONTHDAY=-1"),
        ("vào ngày 20 của tháng cuối quý", "2023-09-20", "FREQ=MONTHLY;UNTIL=20240920;INTERVAL=3;BYMONTHDAY=20"),
        ("vào thứ Hai hằng tuần", "2023-08-21", "FREQ=WEEKLY;UNTIL=20240821"),
        ("trước ngày 10/12 hằng năm", "2023-12-10", "FREQ=MONTHLY;UNTIL=20241210;INTERVAL=12;BYMONTHDAY=10"),
    ],
)
def test_the_calendar_repeats_on_the_day_that_the_words_name(words, first, rule):
    head = "Số: 11/CT-UBND\nHoa Sen, ngày 20 tháng 8 năm 2023\n\nCHỈ THỊ\nVề nhiệm vụ\n\nI. NHIỆM VỤ\n\n"
    loaded = Loaded(f"{head}1. Các trường tiểu học báo cáo số học sinh nghỉ học {words}.\n", "a.txt", "txt")
    calendar = Calendar.from_ical(ics_export.make([ReadFile("a.txt", loaded, read(loaded.text))]))
    (event,) = calendar.walk("VEVENT")
    assert str(event["DTSTART"].dt) == first
    assert event["RRULE"].to_ical().decode() == rule


class Outline(HTMLParser):
    """Collects the text, the marks and whether every element is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.marks, self.outside, self.ids, self.links = [], "", [], [], set(), []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "mark":
            self.marks.append(attributes.get("class"))
        if "id" in attributes:
            assert attributes["id"] not in self.ids
            self.ids.add(attributes["id"])
        self.links += [attributes["href"]] if tag == "a" else []
        self.outside += [v for k, v in attrs if k in ("src", "href") and not v.startswith("#")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_shows_the_text_with_what_was_found_and_needs_no_network(files):
    page = html_export.make(files).decode()
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    assert outline.outside == []
    assert "@import" not in page
    assert "url(" not in page
    assert {"task", "owner", "due", "target", "cite", "ask"} <= set(outline.marks)
    assert all(link[1:] in outline.ids for link in outline.links)
    folded = re.sub(r"\s+", "", outline.text)
    for task in (t for f in files for t in f.reading.tasks):
        assert re.sub(r"\s+", "", task.quote) in folded


def test_a_document_cannot_put_markup_into_the_page():
    text = "CHỈ THỊ\nVề <script>alert(1)</script>\n\nI. NHIỆM VỤ\n1. Rà soát <img src=x onerror=alert(1)> mạng lưới.\n"
    from khue.reader.loading import Loaded

    page = html_export.make([ReadFile("<b>.txt", Loaded(text, "x", "txt"), read(text))]).decode()
    assert "<script" not in page
    assert "<img" not in page


def test_a_file_appears_whole_or_not_at_all(tmp_path, files, monkeypatch):
    path = tmp_path / "ra.html"
    write_whole(path, b"cu")
    monkeypatch.setattr("os.replace", lambda a, b: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OutputError) as error:
        export("html", files, path)
    assert "hết chỗ trên ổ đĩa" in error.value.message
    assert path.read_bytes() == b"cu"
    assert [p.name for p in tmp_path.iterdir()] == ["ra.html"]


def test_an_empty_plan_is_still_a_good_file(tmp_path):
    from khue.reader.loading import Loaded

    nothing = [ReadFile("a.txt", Loaded("x", "a.txt", "txt"), read("Một câu."))]
    for kind in ("xlsx", "docx", "ics", "html"):
        export(kind, nothing, tmp_path / f"a.{kind}")
        assert (tmp_path / f"a.{kind}").stat().st_size > 50
