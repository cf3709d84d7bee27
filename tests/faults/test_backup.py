"""`khue backup` while people write, `khue restore` elsewhere: every row, every file, or nothing."""

import io
import json
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import requests

from tests.conftest import ROOT
from tests.faults.running import Site, form_of, fresh_key
from tests.faults.test_kill import Writer

# four schools, tasks with and without a day and a document, and a program that may read the numbers
PREPARE = """
import json
from datetime import timedelta
from khue.accounts import tokens
from khue.accounts.models import Role, User
from khue.tasks.give import Address, give
from khue.units.groups import unit_ref
from khue.units.models import Unit
from khue.units.tree import found_unit, today
office, user = Unit.objects.get(), User.objects.get()
Role.objects.create(user=user, unit=office, role="leader")
schools = [found_unit(name=f"Trường Tiểu học số {n}", kind="primary", parent=office, by=None) for n in range(4)]
for n, days in enumerate((-40, -3, 0, 30, None)):
    due_on = None if days is None else today() + timedelta(days=days)
    to = [Address(unit_ref(school.pk), is_partner=school == schools[n % 4]) for school in schools]
    give(office, f"Việc {n}", to, by=user, due_on=due_on, document_id=n % 2 or None)
secret = tokens.make(user, name="Số liệu", scopes=["tasks:read", "tasks:write"], expires_on=today() + timedelta(days=2))[1]
print(json.dumps({"unit": str(office.pk), "secret": secret}))
"""
FOUR = ("done_in_time", "done_late", "open_in_time", "overdue")
NUMBERS = """
import json
from khue.tasks.models import Assignment
from khue.tasks.states import numbers_by
from khue.units.models import Unit
from datetime import date
told = {}
for name, field in (("unit", "unit_id"), ("document", "task__document_id")):
    rows = numbers_by(Assignment.objects.all(), date.fromisoformat("%s"), field)
    told[name] = {str(key[field] or ""): [getattr(n, f) for f in ("done_in_time", "done_late", "open_in_time", "overdue")] for key, n in rows}
print(json.dumps([Unit.objects.order_by("pk").first().name, told]))
"""


def rows(path):
    """{table: its rows, as JSON} and the hashes of the files of an archive."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        tables = {}
        for name, told in manifest["tables"].items():
            lines = archive.read(f"tables/{name}.jsonl").splitlines()
            tables[name] = Counter(json.dumps(dict(zip(told["columns"], json.loads(line), strict=True)), sort_keys=True) for line in lines)
        return tables, sorted(n for n in archive.namelist() if n.startswith("files/"))


def recounted(path, on):
    """The four numbers by unit and by document, counted from the rows of an archive."""
    tables = rows(path)[0]
    documents = {row["id"]: row["document_id"] for row in map(json.loads, tables["tasks.task"])}
    found = {"unit": {}, "document": {}}
    for share in map(json.loads, tables["tasks.assignment"]):
        if share["is_partner"] or share["stage"] in ("transferred", "withdrawn"):
            continue
        done, due_on = share["stage"] == "verified", share["due_on"] or "9999"
        late = (share["done_on"] if done else on) > due_on
        for name, key in (("unit", share["unit_id"]), ("document", documents[share["task_id"]])):
            numbers = found[name].setdefault(str(key or ""), [0, 0, 0, 0])
            numbers[(0 if done else 2) + late] += 1
    return found


def numbers_of(site, secret):
    """The day of the site, and the four numbers by unit and by document as it tells them."""
    told = {}
    for by in ("unit", "document"):
        answer = requests.get(f"{site.url}/api/numbers?by={by}", headers={"Authorization": f"Bearer {secret}"}, timeout=30)
        assert answer.status_code == 200, answer.text
        told[by] = {group["key"]: [group["numbers"][name] for name in FOUR] for group in answer.json()["groups"]}
    return answer.json()["on"], told


class Official(threading.Thread):
    """Gives tasks on the page, then reports, submits and verifies shares of theirs as a program does."""

    def __init__(self, site, secret):
        super().__init__(daemon=True)
        self.site, self.browser, self.program = site, site.signed_in(), requests.Session()
        self.program.headers["Authorization"] = f"Bearer {secret}"
        self.page = f"{site.url}/viec/moi/"
        self.form = form_of(self.browser.get(self.page, timeout=30).text)
        self.acknowledged: list[str] = []
        self.verified: list[int] = []
        self.ending = threading.Event()

    def run(self):
        number = 0
        while not self.ending.is_set():
            number += 1
            quote, due_on = f"Việc được giao {number}", date.today() + timedelta(days=5 if number % 2 else -5)
            shares = self.shares(self.give(quote, due_on))
            self.acknowledged.append(quote)
            self.tell(shares[0], "report", {"text": "đang làm", "percent": 40})
            self.tell(shares[1], "submit", {"text": "xong"})
            answer = self.program.post(f"{self.site.url}/api/shares/{shares[1]}/verify", json={"text": ""}, timeout=30)
            assert answer.status_code == 200, answer.text
            self.verified.append(shares[1])

    def give(self, quote, due_on):
        """Once to see to whom it goes, and once more to give it."""
        fields = self.form | {"quote": quote, "due_on": due_on.isoformat(), "lead": "các trường tiểu học", "_once": fresh_key()}
        seen = form_of(self.browser.post(self.page, fields, timeout=30).text)["seen"]
        answer = self.browser.post(self.page, fields | {"seen": seen}, timeout=30, allow_redirects=False)
        assert answer.status_code == 302, answer.text[:3000]
        return answer.headers["Location"].strip("/").split("/")[-1]

    def shares(self, task):
        return [row["id"] for row in self.program.get(f"{self.site.url}/api/shares?task={task}", timeout=30).json()["items"]]

    def tell(self, share, what, words):
        answer = self.program.post(f"{self.site.url}/api/shares/{share}/{what}", data=words, timeout=30)
        assert answer.status_code == 200, answer.text


@dataclass
class Busy:
    """What came of a site on which people worked: archives, what they had been told before, its numbers when all was quiet."""

    path: object
    told: list
    quiet: object
    on: str
    numbers: dict
    refused: tuple
    unit: str
    secret: str


@pytest.fixture(scope="module")
def small(prepared, tmp_path_factory):
    """The archive of a site with its administrator only."""
    path = tmp_path_factory.mktemp("small") / "khue.zip"
    done = Site(prepared).khue("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def busy(prepared, small, tmp_path_factory):
    """An archive written while people register documents, give tasks, report and verify; another when they had gone."""
    site = Site(tmp_path_factory.mktemp("busy") / "home")
    shutil.copytree(prepared, site.home)
    begun = json.loads(site.python(PREPARE).splitlines()[-1])
    site.unit = begun["unit"]
    site.start()
    try:
        return work_and_back_up(site, small, begun["secret"])
    finally:
        if site.server is not None:
            site.kill()


def work_and_back_up(site, small, secret):
    out = site.home.parent / "out"
    out.mkdir()
    refused = subprocess.Popen(
        [sys.executable, "-m", "khue", "restore", "--replace", str(small)],
        env=site.environment(),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    upload_one(site)
    writers = [Writer(site, 0), Writer(site, 1), Official(site, secret)]
    for writer in writers:
        writer.start()
    limit = time.monotonic() + 60
    while min(len(writer.acknowledged) for writer in writers) < 5:
        assert time.monotonic() < limit
        time.sleep(0.01)
    told = [list(writer.acknowledged) for writer in writers]
    done = site.khue("backup", str(out / "khue.zip"))
    after = [len(writer.acknowledged) for writer in writers]
    for writer in writers:
        writer.ending.set()
    for writer in writers:
        writer.join(30)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(now > len(then) for now, then in zip(after, told, strict=True))
    assert [p.name for p in out.iterdir()] == ["khue.zip"]
    assert site.khue("backup", str(out / "quiet.zip")).returncode == 0
    on, numbers = numbers_of(site, secret)
    said = refused.communicate(timeout=60)[1]
    assert site.wait()["ok"]
    assert site.stop() == 0
    return Busy(out / "khue.zip", told, out / "quiet.zip", on, numbers, (refused.returncode, said), site.unit, secret)


def upload_one(site):
    browser = site.signed_in()
    upload = f"{site.url}/van-ban/tai-len/"
    fields = form_of(browser.get(upload, timeout=30).text) | {"unit": site.unit, "direction": "in", "_once": fresh_key()}
    text = "CHỈ THỊ\nVề nhiệm vụ năm học 2024-2025\n\n1. Các trường báo cáo trước ngày 30/9/2024.\n"
    assert browser.post(upload, fields, files={"files": ("a.txt", text.encode())}, timeout=30, allow_redirects=False).status_code == 302


def check(busy, elsewhere, again):
    """What must hold of a restored site."""
    done = elsewhere.khue("restore", str(busy.path))
    assert (done.returncode, done.stderr) == (0, "")
    assert elsewhere.khue("backup", str(again)).returncode == 0
    assert rows(again) == rows(busy.path)
    facts = json.loads(
        elsewhere.python(
            "import json; from khue.documents.models import *; from khue.core.models import *; from khue.tasks.models import *\n"
            "from django.db import connection\nconnection.check_constraints(); from khue.core.search import matching\n"
            "print(json.dumps({'subjects': list(Document.objects.values_list('subject', flat=True)),"
            "'quotes': list(Task.objects.values_list('quote', flat=True)),"
            "'once': Submission.objects.filter(what='document.new').count(), 'files': StoredFile.objects.count(),"
            "'found': matching('van ban').count(), 'entries': SearchEntry.objects.filter(kind='document').count()}))"
        ).splitlines()[-1]
    )
    *subjects, quotes = busy.told
    subjects = [name for told in subjects for name in told]
    assert set(subjects) <= set(facts["subjects"])
    assert set(quotes) <= set(facts["quotes"])
    assert len(facts["subjects"]) == facts["once"] + 1
    assert facts["files"] == 1
    assert facts["found"] >= len(subjects)
    assert facts["entries"] == len(facts["subjects"])
    elsewhere.start()
    on, numbers = numbers_of(elsewhere, busy.secret)
    assert numbers == recounted(busy.path, on)
    browser = elsewhere.signed_in()
    assert browser.get(f"{elsewhere.url}/van-ban/", timeout=30).status_code == 200
    page = f"{elsewhere.url}/van-ban/moi/"
    fields = form_of(browser.get(page, timeout=30).text) | {"unit": busy.unit, "direction": "in", "urgency": "normal"}
    answer = browser.post(page, fields | {"subject": "Mới", "_once": fresh_key()}, timeout=30, allow_redirects=False)
    assert answer.status_code == 302
    assert elsewhere.stop() == 0


def test_a_backup_under_load_opens_elsewhere_with_every_row_and_the_same_numbers(busy, tmp_path):
    elsewhere = Site(tmp_path / "elsewhere")
    try:
        check(busy, elsewhere, tmp_path / "again.zip")
    finally:
        if elsewhere.server is not None:
            elsewhere.kill()


def test_the_numbers_of_a_site_at_work_are_of_every_kind(busy):
    """Otherwise their being equal would say little."""
    every = [sum(column) for column in zip(*recounted(busy.path, busy.on)["unit"].values(), strict=True)]
    assert min(every) > 0
    assert recounted(busy.path, busy.on) != recounted(busy.quiet, busy.on)


@pytest.mark.slow
def test_a_backup_of_sqlite_opens_on_postgresql_and_goes_back(busy, prepared, postgres, tmp_path):
    elsewhere = Site(tmp_path / "elsewhere", DATABASE_URL=postgres.url())
    again = tmp_path / "again.zip"
    try:
        check(busy, elsewhere, again)
    finally:
        if elsewhere.server is not None:
            elsewhere.kill()
    home = new_site(tmp_path / "back", prepared)
    assert home.khue("restore", str(again)).returncode == 0
    assert home.khue("backup", str(tmp_path / "last.zip")).returncode == 0
    assert rows(tmp_path / "last.zip") == rows(busy.path)


def new_site(home, prepared):
    """A new home in which the fonts lie already."""
    shutil.copytree(prepared / "fonts", home / "fonts")
    return Site(home)


@pytest.fixture
def archive(small, tmp_path):
    return shutil.copy(small, tmp_path / "khue.zip")


def test_a_used_database_is_replaced_only_when_that_is_asked_for_and_then_has_the_numbers_of_the_other(busy, site):
    site.python("from khue.units.models import Unit; Unit.objects.update(name='Đổi tên')")
    done = site.khue("restore", str(busy.quiet))
    assert (done.returncode, "--replace" in done.stderr) == (1, True)
    assert json.loads(site.python(NUMBERS % busy.on).splitlines()[-1]) == ["Đổi tên", {"unit": {}, "document": {}}]
    assert site.khue("restore", "--replace", str(busy.quiet)).returncode == 0
    name, numbers = json.loads(site.python(NUMBERS % busy.on).splitlines()[-1])
    assert name == "Sở Giáo dục và Đào tạo"
    assert numbers == busy.numbers == recounted(busy.quiet, busy.on)
    assert (site.home / "khue.sqlite3.before-restore").exists()


def test_a_running_server_is_not_restored_under_its_feet(busy):
    code, said = busy.refused
    assert (code, "đang chạy" in said) == (1, True)


def _cut(data):
    return data[: len(data) // 2]


def _flip(data):
    # in the middle of the largest part: the archive still opens, and its manifest is whole
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        part = max((p for p in whole.infolist() if p.filename != "manifest.json"), key=lambda p: p.compress_size)
    at = part.header_offset + 30 + len(part.filename.encode()) + part.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("damage", "said"), [(_cut, "không phải bản sao lưu"), (_flip, "hỏng ở phần"), (lambda _: b"PK no", "không phải bản sao lưu")]
)
def test_a_damaged_archive_is_refused_before_anything_is_touched(archive, tmp_path, damage, said):
    archive.write_bytes(damage(archive.read_bytes()))
    elsewhere = Site(tmp_path / "elsewhere")
    done = elsewhere.khue("restore", str(archive))
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (elsewhere.home / "khue.sqlite3").exists()


def test_an_archive_of_a_newer_version_is_refused_by_name(archive, tmp_path):
    changed = tmp_path / "newer.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["migrations"].append(["core", "9999_from_the_future"])
                data = json.dumps(manifest)
            new.writestr(name, data)
    done = Site(tmp_path / "elsewhere").khue("restore", str(changed))
    assert (done.returncode, "mới hơn bản này" in done.stderr) == (1, True)


def test_a_stored_file_that_is_damaged_stops_the_backup_and_is_named(site, tmp_path):
    sha256 = site.python(
        "import io; from khue.files.store import keep, path_of\n"
        "kept = keep(io.BytesIO(b'words'), name='a.txt', kind='txt', by=None); path_of(kept.sha256).write_bytes(b'other')\nprint(kept.sha256)"
    ).splitlines()[-1]
    done = site.khue("backup", str(tmp_path / "out.zip"))
    assert done.returncode == 1
    assert sha256 in done.stderr
    assert not (tmp_path / "out.zip").exists()


def test_a_job_that_was_running_waits_in_the_archive_and_done_ones_stay_out(site, tmp_path):
    site.python(
        "from tests.faults.tasks import write_slowly\nfrom django_tasks_db.models import DBTaskResult as R\n"
        "for state in ('RUNNING', 'SUCCESSFUL', 'READY'):\n"
        "    R.objects.filter(pk=write_slowly.enqueue(state).id).update(status=state, worker_ids=['a:1:1'])"
    )
    path = tmp_path / "khue.zip"
    assert site.khue("backup", str(path)).returncode == 0
    found = [json.loads(row) for row in rows(path)[0]["django_tasks_database.dbtaskresult"]]
    assert sorted((row["args_kwargs"]["args"][0], row["status"]) for row in found) == [("READY", "READY"), ("RUNNING", "READY")]


def test_a_backup_does_not_wait_for_a_writer_and_leaves_out_what_is_not_committed(site, tmp_path):
    """A writer holds its transaction open from before the backup until after it."""
    holding = (
        "from django.db import transaction; from khue.core.models import Action; import sys\n"
        "with transaction.atomic():\n    Action.objects.create(verb='held'); print('open', flush=True); sys.stdin.readline()\n"
    )
    environment = site.environment() | {"DJANGO_SETTINGS_MODULE": "khue.settings"}
    command = [sys.executable, "-c", "import django; django.setup()\n" + holding]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "open\n"
        done = site.khue("backup", str(tmp_path / "khue.zip"))
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert (done.returncode, writer.returncode) == (0, 0)
    assert not any("held" in row for row in rows(tmp_path / "khue.zip")[0]["core.action"])


def test_a_write_goes_through_while_a_snapshot_is_open(site, tmp_path):
    code = (
        "import threading\nfrom khue.core.backup.save import snapshot\nfrom khue.core.models import Action\n"
        "def write():\n    Action.objects.create(verb='beside')\n"
        "with snapshot():\n    before = Action.objects.count()\n    t = threading.Thread(target=write); t.start(); t.join()\n"
        "    print(Action.objects.count() == before)\nprint(Action.objects.filter(verb='beside').count())"
    )
    assert site.python(code).splitlines()[-2:] == ["True", "1"]


def test_an_archive_of_an_older_version_is_brought_up_to_this_one(archive, prepared, tmp_path):
    """Before there were tasks, and before numbers were kept folded: tables and columns did not exist then."""
    older = tmp_path / "older.zip"
    lines = {"accounts.user": 0}
    with zipfile.ZipFile(archive) as now, zipfile.ZipFile(older, "w") as then:
        manifest = json.loads(now.read("manifest.json"))
        lines["accounts.user"] = manifest["tables"]["accounts.user"]["rows"]
        later = lambda m: m[0] == "tasks" or (m[0] == "documents" and m[1] > "0003")  # noqa: E731
        manifest["migrations"] = [m for m in manifest["migrations"] if not later(m)]
        gone = [name for name in manifest["tables"] if name.startswith(("tasks.", "documents.report"))]
        assert gone
        for name in gone:
            del manifest["tables"][name]
        for name in ("documents.document", "documents.citeddocument"):
            told = manifest["tables"][name]
            assert told["rows"] == 0
            told["columns"] = [c for c in told["columns"] if c not in ("number_key", "symbol_key")]
        for name in now.namelist():
            if name.removeprefix("tables/").removesuffix(".jsonl") not in gone:
                then.writestr(name, json.dumps(manifest) if name == "manifest.json" else now.read(name))
    elsewhere = new_site(tmp_path / "elsewhere", prepared)
    done = elsewhere.khue("restore", str(older))
    assert (done.returncode, done.stderr) == (0, "")
    code = "from khue.accounts.models import User; from khue.tasks.models import Task; from khue.documents.models import *\n"
    code += "from khue.cli.site import pending\nprint(User.objects.count(), Task.objects.count(), Document.objects.count(), pending())"
    assert elsewhere.python(code).splitlines()[-1] == f"{lines['accounts.user']} 0 0 []"
