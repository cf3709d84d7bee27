"""Reports of the sample directive and of two real documents of the city, issued from the demo: every figure recounted."""

import io
import re
from collections import Counter
from pathlib import Path

import docx
import pypdfium2
import pytest
from django.utils import timezone

from khue.accounts.demo import make_people
from khue.accounts.models import User
from khue.documents.models import Document
from khue.documents.report import docx as writer
from khue.documents.report import pdf
from khue.documents.report.issuing import issue
from khue.documents.report.letterhead import letter_of
from khue.documents.report.service import make_draft
from khue.portal import demo
from khue.tasks.models import Assignment, Event
from khue.units.demo import make_city
from khue.units.tree import today

pytestmark = pytest.mark.django_db
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
SAMPLE = demo.samples() / "demo" / demo.OF_THE_CITY
WHAT = [pytest.param(None, id="sample"), pytest.param("000_", id="000"), pytest.param("004_", id="004")]


def number(text):
    return int(text.replace(".", ""))


def measure(text):
    return float(re.match(r"[\d.,]+", text)[0].replace(".", "").replace(",", "."))


@pytest.fixture(params=WHAT)
def report(request):
    """The report on one document, made and issued after its plan was given out and played."""
    path = SAMPLE if request.param is None else next(iter(SEEDS.glob(f"{request.param}*.txt")), None)
    if path is None:
        pytest.skip("the city's documents are not beside this checkout")
    city = make_city()
    make_people(city)
    leader, clerk, unit = ("tp.lanhdao", "tp.vanthu", city.city) if request.param is None else ("truongphong", "vanthu", city.office)
    leader, clerk = (User.objects.get(username=name) for name in (leader, clerk))
    document = demo._bring(demo.Demo(), unit, path, clerk)
    demo._give_out([document], city.city)
    document = Document.objects.get(pk=document.pk)
    return issue(make_draft(unit, "document", by=clerk, document=document).pk, by=leader)


class Recount:
    """What became of every share by its list of events alone, by none of Khuê's counting code."""

    def __init__(self, document_id):
        shares = Assignment.objects.filter(task__document_id=document_id).select_related("task", "unit")
        self.by_task, self.events = {}, {}
        for event in Event.objects.filter(assignment__task__document_id=document_id).order_by("at", "pk"):
            self.events.setdefault(event.assignment_id, []).append(event)
        for share in shares:
            if not share.is_partner:
                self.by_task.setdefault(share.task_id, []).append((share, *self._end(share)))

    def _end(self, share):
        """The column it belongs to, and its last state in a word."""
        due, sent, done, word, figure = share.task.due_on, None, None, "waiting", None
        for event in self.events[share.pk]:
            day = timezone.localtime(event.at).date()
            figure = event.figure if event.figure is not None else figure
            if event.kind == "report":
                word = "doing"
            elif event.kind == "submitted":
                sent, word = day, "submitted"
            elif event.kind == "returned":
                sent, word = None, "doing"
            elif event.kind == "verified":
                done, word = sent, "done"
            elif event.kind == "extended":
                due = type(day).fromisoformat(event.data["to"])
        if done:
            column = "late" if due and done > due else "in_time"
        else:
            column = "overdue" if due and due < today() else "open"
        return column, word, due, figure

    def series(self, tasks):
        """{a task as the directive has it: how many of its periods are among these}."""
        first = [self.by_task[pk][0][0].task for pk in tasks]
        return Counter(t.pk if t.series_id is None else t.series_id for t in first)

    def of(self, tasks):
        found = Counter(column for pk in tasks for _share, column, *_rest in self.by_task[pk])
        given = sum(found.values())
        return [given, found["in_time"], found["late"], found["open"], found["overdue"]]


def tables(report):
    return {b["key"]: b for b in report.blocks if b["kind"] == "table"}


def test_every_figure_is_the_one_that_a_count_over_the_events_finds_and_so_it_stands_in_the_files(report):
    counted = Recount(report.document_id)
    every = list(counted.by_task)
    n = counted.of(every)
    found = tables(report)
    assert [number(v) for v in found["numbers"]["rows"][1]] == n
    _check_sections(counted, found["section-numbers"], every)
    _check_overall(counted, report, n)
    told = {pk: b for b in report.blocks for pk in b["tasks"] if b["key"].startswith("t:")}
    _check_sentences(counted, told)
    _check_groups(counted, report, found["tasks"], told)
    _check_appendices(counted, found)
    _check_files(report)


def _check_sections(counted, table, every):
    for row, tasks in zip(table["rows"][1:], table["row_tasks"], strict=True):
        tasks = tasks or every
        assert [number(v) for v in row[1:]] == [len(counted.series(tasks)), *counted.of(tasks)]
    assert sorted(pk for tasks in table["row_tasks"] for pk in tasks) == sorted(every)


def _check_overall(counted, report, n):
    text = next(b["text"] for b in report.blocks if b["key"] == "overall")
    given, in_time, late, open_, overdue = n
    shares = [s for rows in counted.by_task.values() for s in rows]
    undated = sum(1 for _share, column, _word, due, _figure in shares if column == "open" and due is None)
    series = counted.series(counted.by_task)
    periods = [n for n in series.values() if n > 1]
    wanted = [
        len(series),
        *([len(periods), sum(periods)] if periods else []),
        given,
        len({s[0].unit_id for s in shares}),
        in_time + late,
        round(100 * (in_time + late) / given),
    ]
    wanted += [in_time, late] if late else []
    wanted += [open_] + ([undated] if undated not in (0, open_) else []) + ([overdue] if overdue else [])
    assert [number(v) for v in re.findall(r"\d[\d.]*(?<!\.)", text.split(", có ", 1)[1])] == wanted


PATTERNS = {
    r"tất cả (\S+) đơn vị đã hoàn thành": "given",
    r"(\S+)/\S+ đơn vị đã hoàn thành": "done",
    r"\S+/(\S+) đơn vị đã hoàn thành": "given",
    r"trong đó (\S+) đơn vị quá hạn": "late",
    r"(\S+) đơn vị đã trình kết quả, chờ duyệt": "submitted",
    r"(\S+) đơn vị đang thực hiện": "doing",
    r"(\S+) đơn vị chưa có báo cáo": "waiting",
    r"Còn (\S+) đơn vị quá hạn": "overdue",
    r"(\S+)/\S+ đơn vị đạt": "reached",
    r"(\S+) đơn vị chưa có số liệu": "untold",
}
GOALS = {">=": float.__ge__, "<=": float.__le__, "=": float.__ge__, ">": float.__gt__, "<": float.__lt__}


def _check_sentences(counted, told):
    for pk, block in told.items():
        rows = counted.by_task[pk]
        if len(block["tasks"]) > 1:
            continue
        said = block["text"].removeprefix(f"- {rows[0][0].task.quote.rstrip(' .;,:')}")
        if len(rows) == 1:
            _check_one(rows[0], said)
            continue
        wanted = _of_many(rows)
        for pattern, name in PATTERNS.items():
            if (name == "untold" and "Chỉ tiêu" not in said) or (name == "reached" and wanted["untold"] == len(rows)):
                continue
            match = re.search(pattern, said)
            if name in ("given", "done") and match is None:
                continue
            assert (number(match[1]) if match else 0) == wanted[name], (name, said)
        low_high = re.search(r"số liệu báo cáo (?:từ )?([\d.,]+)(?:.*? đến ([\d.,]+))?", said)
        figures = [float(f) for *_rest, f in rows if f is not None]
        if low_high and figures:
            assert {measure(v) for v in low_high.groups() if v} == {round(min(figures), 3), round(max(figures), 3)}


def _of_many(rows):
    found = Counter()
    target = rows[0][0].task.targets[0] if rows[0][0].task.targets else None
    for _share, column, word, _due, figure in rows:
        found["given"] += 1
        found["done"] += column in ("in_time", "late")
        found["late"] += column == "late"
        found["overdue"] += column == "overdue"
        if column == "open":
            found[word] += 1
        if target:
            found["untold"] += figure is None
            found["reached"] += figure is not None and GOALS[target["comparator"]](float(figure), float(target["value"]))
    return found


def _check_one(row, said):
    _share, column, word, _due, figure = row
    words = {"in_time": "đã hoàn thành", "late": "đã hoàn thành, quá hạn"}.get(column) or {
        "waiting": "chưa có báo cáo",
        "doing": "đang thực hiện",
        "submitted": "đã trình kết quả",
    }[word]
    assert words in said, (column, word, said)
    assert ("quá hạn" in said.split(".")[0]) == (column in ("late", "overdue"))
    if figure is not None and (match := re.search(r"Số liệu báo cáo ([\d.,]+)", said)):
        assert measure(match[1]) == float(figure)


def _check_groups(counted, report, table, told):
    """Every task has a sentence of its own or stands by its number in a sentence with others, and nowhere twice."""
    no = {tasks[0]: row[0] for row, tasks in zip(table["rows"][1:], table["row_tasks"], strict=True) if tasks}
    series = counted.series(counted.by_task)
    assert list(dict.fromkeys(v.split(".")[0] for v in no.values())) == [str(n) for n in range(1, len(series) + 1)]
    assert len(set(no.values())) == len(counted.by_task)
    grouped = [b for b in report.blocks if b["key"].split(":")[0] in ("doing", "waiting", "nobody") and "nhiệm vụ" in b["text"]]
    for block in grouped:
        assert int(re.match(r"- (\d+) nhiệm vụ", block["text"])[1]) == len(counted.series(block["tasks"]))
        numbers = dict.fromkeys(no[pk].split(".")[0] for pk in block["tasks"])
        assert re.search(r"\(TT (.+) tại Phụ lục I? ?kèm theo\)", block["text"])[1].split(", ") == list(numbers)
        word = {"doing": "doing", "waiting": "waiting"}[block["key"].split(":")[0]]
        for pk in block["tasks"]:
            columns = {(column, w) for _share, column, w, *_rest in counted.by_task[pk]}
            assert all(c == "open" for c, _w in columns)
            assert (word == "waiting") == (columns == {("open", "waiting")})
    both = [*told, *(pk for b in grouped for pk in b["tasks"])]
    assert sorted(both) == sorted(counted.by_task)


def _check_appendices(counted, found):
    for row, tasks in zip(found["tasks"]["rows"][1:], found["tasks"]["row_tasks"], strict=True):
        if not tasks:
            continue
        given, in_time, late, _open, overdue = counted.of(tasks)
        due = counted.by_task[tasks[0]][0][0].task.due_on
        assert row[3] == (f"{due.day:02d}/{due.month:02d}/{due.year}".replace("/0", "/") if due and due.month > 2 else row[3])
        if given > 1:
            wanted = f"{in_time + late}/{given} đơn vị hoàn thành"
            wanted += f"; {late} hoàn thành quá hạn" if late else ""
            assert row[4] == wanted + (f"; {overdue} quá hạn chưa xong" if overdue else "")
    overdue = {}
    for rows in counted.by_task.values():
        for share, column, _word, due, _figure in rows:
            if column == "overdue":
                overdue.setdefault(share.unit.called, []).append((today() - due).days)
    late = [(row[1], int(row[2]), row[3]) for row in found["late"]["rows"][1:]] if "late" in found else []
    assert sorted(late) == sorted((unit, len(days), f"{max(days)} ngày") for unit, days in overdue.items())


def _check_headings(report, pages):
    """The heading of a part of a table does not stand at the foot of a page, without a row of its own."""
    heads = {_bare(row[0]) for b in report.blocks if b["kind"] == "table" for row in b["rows"] if len(row) == 1}
    assert [text[-40:] for text in pages if any(text.endswith(head) for head in heads)] == []


def _check_files(report):
    """They hold the same, and nothing that an office would not sign."""
    letter = letter_of(report)
    file = docx.Document(io.BytesIO(writer.make(letter)))
    grids = [t for t in file.tables if t.style.name == "Table Grid"]
    wanted = [b["rows"] for b in report.blocks if b["kind"] == "table"]
    assert [[_cells(row) for row in grid.rows] for grid in grids] == wanted
    pages = [_bare(p.get_textpage().get_text_range()) for p in pypdfium2.PdfDocument(pdf.make(letter))]
    assert pages[0].startswith("ỦYBANNHÂNDÂN")
    _check_headings(report, pages)
    whole = "".join(p.removeprefix(str(n)) for n, p in enumerate(pages, 1))
    assert [b["text"] for b in report.blocks if b["kind"] == "text" and _bare(b["text"]) not in whole] == []
    signed = next(n for n, text in enumerate(pages) if "Nơinhận:" in text)
    assert "Trênđâylàbáocáo" in pages[signed]
    assert report.signer.replace(" ", "") in pages[signed]
    for words in ("None", "…", "  ", "[]", "nan", "Đã hoàn thành. Đã hoàn thành", "học kì i,"):
        assert not any(words in b["text"] or any(words in c for row in b["rows"] for c in row) for b in report.blocks)


def _bare(text):
    """Without white space and hyphens, which the reader of the .pdf leaves out at the end of a line."""
    return re.sub(r"[\s\-\u2011\x02\ufffe]", "", text)


def _cells(row):
    texts = [c.text for c in row.cells]
    return texts[:1] if len(row._tr.tc_lst) == 1 else texts
