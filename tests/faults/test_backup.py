"""`khue backup` while people write, `khue restore` elsewhere: every row, every file, or nothing."""

import io
import json
import shutil
import subprocess
import sys
import time
import zipfile
from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.faults.running import Site, form_of, fresh_key
from tests.faults.test_kill import Writer


def rows(path):
    """{table: its rows, as JSON} and the hashes of the files of an archive."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        tables = {}
        for name, told in manifest["tables"].items():
            lines = archive.read(f"tables/{name}.jsonl").splitlines()
            tables[name] = Counter(json.dumps(dict(zip(told["columns"], json.loads(line), strict=True)), sort_keys=True) for line in lines)
        return tables, sorted(n for n in archive.namelist() if n.startswith("files/"))


def unit_of(site):
    return site.python("from khue.units.models import Unit; print(Unit.objects.get().pk)").splitlines()[-1]


@pytest.fixture(scope="module")
def archive_of_a_busy_site(prepared, tmp_path_factory):
    """An archive written while three writers were at work; what they had been told before it began."""
    tmp_path = tmp_path_factory.mktemp("busy")
    site = Site(tmp_path / "home")
    shutil.copytree(prepared, site.home)
    site.unit = unit_of(site)
    site.start()
    try:
        return back_up_while_busy(site, tmp_path / "out" / "khue.zip")
    finally:
        if site.server is not None:
            site.kill()


def back_up_while_busy(site, path):
    browser = site.signed_in()
    upload = f"{site.url}/van-ban/tai-len/"
    fields = form_of(browser.get(upload, timeout=30).text) | {"unit": site.unit, "direction": "in", "_once": fresh_key()}
    text = "CHỈ THỊ\nVề nhiệm vụ năm học 2024-2025\n\n1. Các trường báo cáo trước ngày 30/9/2024.\n"
    assert browser.post(upload, fields, files={"files": ("a.txt", text.encode())}, timeout=30, allow_redirects=False).status_code == 302
    writers = [Writer(site, n) for n in range(3)]
    for writer in writers:
        writer.start()
    while min(len(writer.acknowledged) for writer in writers) < 5:
        time.sleep(0.01)
    told = [name for writer in writers for name in list(writer.acknowledged)]
    path.parent.mkdir()
    done = site.khue("backup", str(path))
    after = sum(len(writer.acknowledged) for writer in writers)
    for writer in writers:
        writer.ending.set()
    for writer in writers:
        writer.join(30)
    assert site.stop() == 0
    assert (done.returncode, done.stderr) == (0, "")
    assert after > len(told)
    assert [p.name for p in path.parent.iterdir()] == ["khue.zip"]
    return path, told


def check(path, told, elsewhere, tmp_path):
    """What must hold of a restored site."""
    done = elsewhere.khue("restore", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    again = tmp_path / "again.zip"
    assert elsewhere.khue("backup", str(again)).returncode == 0
    assert rows(again) == rows(path)
    facts = json.loads(
        elsewhere.python(
            "import json; from khue.documents.models import *; from khue.core.models import *; from django.db import connection\n"
            "connection.check_constraints(); from khue.core.search import matching\n"
            "print(json.dumps({'subjects': list(Document.objects.values_list('subject', flat=True)),"
            "'once': Submission.objects.filter(what='document.new').count(), 'files': StoredFile.objects.count(),"
            "'found': matching('van ban').count(), 'entries': SearchEntry.objects.filter(kind='document').count()}))"
        ).splitlines()[-1]
    )
    assert set(told) <= set(facts["subjects"])
    assert len(facts["subjects"]) == facts["once"] + 1
    assert facts["files"] == 1
    assert facts["found"] >= len(told)
    assert facts["entries"] == len(facts["subjects"])
    elsewhere.start()
    browser = elsewhere.signed_in()
    assert browser.get(f"{elsewhere.url}/van-ban/", timeout=30).status_code == 200
    page = f"{elsewhere.url}/van-ban/moi/"
    fields = form_of(browser.get(page, timeout=30).text) | {"unit": unit_of(elsewhere), "direction": "in", "urgency": "normal"}
    answer = browser.post(page, fields | {"subject": "Mới", "_once": fresh_key()}, timeout=30, allow_redirects=False)
    assert answer.status_code == 302
    assert elsewhere.stop() == 0


def test_a_backup_under_load_opens_elsewhere_with_every_row(archive_of_a_busy_site, tmp_path):
    path, told = archive_of_a_busy_site
    elsewhere = Site(tmp_path / "elsewhere")
    try:
        check(path, told, elsewhere, tmp_path)
    finally:
        if elsewhere.server is not None:
            elsewhere.kill()


@pytest.mark.slow
def test_a_backup_of_sqlite_opens_on_postgresql_and_goes_back(archive_of_a_busy_site, postgres, tmp_path):
    path, told = archive_of_a_busy_site
    elsewhere = Site(tmp_path / "elsewhere", DATABASE_URL=postgres.url())
    try:
        check(path, told, elsewhere, tmp_path)
    finally:
        if elsewhere.server is not None:
            elsewhere.kill()
    back = tmp_path / "back.zip"
    assert elsewhere.khue("backup", str(back)).returncode == 0
    home = Site(tmp_path / "back")
    assert home.khue("restore", str(back)).returncode == 0
    assert home.khue("backup", str(tmp_path / "last.zip")).returncode == 0
    assert rows(tmp_path / "last.zip") == rows(back)


@pytest.fixture
def archive(site, tmp_path):
    path = tmp_path / "khue.zip"
    assert site.khue("backup", str(path)).returncode == 0
    return path


def test_a_used_database_is_replaced_only_when_that_is_asked_for(site, archive):
    site.python("from khue.units.models import Unit; Unit.objects.update(name='Đổi tên')")
    done = site.khue("restore", str(archive))
    assert (done.returncode, "--replace" in done.stderr) == (1, True)
    name = "from khue.units.models import Unit; print(Unit.objects.get().name)"
    assert site.python(name).splitlines()[-1] == "Đổi tên"
    assert site.khue("restore", "--replace", str(archive)).returncode == 0
    assert site.python(name).splitlines()[-1] == "Sở Giáo dục và Đào tạo"
    assert (site.home / "khue.sqlite3.before-restore").exists()


def test_a_running_server_is_not_restored_under_its_feet(site, archive):
    site.start()
    done = site.khue("restore", "--replace", str(archive))
    assert (done.returncode, "đang chạy" in done.stderr) == (1, True)
    assert site.wait()["ok"]


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


def test_an_archive_of_an_older_version_is_brought_up_to_this_one(archive, tmp_path):
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
    elsewhere = Site(tmp_path / "elsewhere")
    done = elsewhere.khue("restore", str(older))
    assert (done.returncode, done.stderr) == (0, "")
    code = "from khue.accounts.models import User; from khue.tasks.models import Task; from khue.documents.models import *\n"
    code += "print(User.objects.count(), Task.objects.count(), Document.objects.filter(number_key='').count())"
    assert elsewhere.python(code).splitlines()[-1] == f"{lines['accounts.user']} 0 0"
    assert elsewhere.khue("migrate").returncode == 0
