"""A full disk gives a clear page, loses nothing, and is forgotten when there is room again."""

import contextlib
import os
import shutil
import subprocess

import pytest
from django.db import connection

from tests.factories import make_unit, make_user, sign_in
from tests.faults.running import Site, form_of, fresh_key

TEXT = "CHỈ THỊ\nVề nhiệm vụ năm học 2024-2025\n\n1. Các trường mầm non báo cáo trước ngày 30/9/2024.\n"


@pytest.fixture
def full_sqlite(transactional_db):
    """Calling it leaves the database no further page; afterwards it may grow again."""
    if connection.vendor != "sqlite":
        pytest.skip("the page limit is SQLite's")

    def set_limit(pages):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count={pages}")

    def full():
        with connection.cursor() as cursor:
            # pages that earlier tests left free would be room
            cursor.execute("VACUUM")
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        set_limit(pages)

    yield full, lambda: set_limit(1_000_000)
    set_limit(1_000_000)


def test_a_database_that_cannot_grow_says_so_and_keeps_what_it_has(client, full_sqlite):
    from khue.documents.models import Document

    full, roomy = full_sqlite
    unit = make_unit()
    sign_in(client, make_user(role="clerk", unit=unit))
    key = fresh_key()
    fields = {"unit": unit.pk, "direction": "in", "urgency": "normal", "_once": key, "subject": "chữ " * 20_000}
    full()
    answer = client.post("/van-ban/moi/", fields)
    assert answer.status_code == 503
    assert "Ổ đĩa của máy chủ đã đầy" in answer.content.decode()
    assert Document.objects.count() == 0
    roomy()
    assert client.post("/van-ban/moi/", fields).status_code == 302
    assert Document.objects.count() == 1


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def site_on_small_disk(prepared, small_disk, tmp_path):
    made = Site(small_disk / "home")
    made.log = tmp_path / "log"
    shutil.copytree(prepared, made.home)
    yield made
    if made.server is not None:
        made.kill()


def fill(disk):
    """Takes every free byte."""
    with contextlib.suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass


def test_a_full_disk_refuses_an_upload_whole_and_takes_it_when_there_is_room(site_on_small_disk, small_disk):
    site = site_on_small_disk
    site.start(wait=False)
    site.wait(503)
    browser = site.signed_in()
    page = f"{site.url}/van-ban/tai-len/"
    unit = site.python("from khue.units.models import Unit; print(Unit.objects.get().pk)").splitlines()[-1]
    fields = form_of(browser.get(page, timeout=30).text) | {"unit": unit, "direction": "in"}
    files = {"files": ("chi-thi.txt", TEXT.encode())}
    fill(small_disk)
    answer = browser.post(page, fields, files=files, timeout=30, allow_redirects=False)
    assert answer.status_code == 503
    assert "Ổ đĩa của máy chủ đã đầy" in answer.text
    assert site.wait(503)["disk"]["free_mb"] == 0
    assert [p for p in (site.home / "files").rglob("*") if p.is_file()] == []
    (small_disk / "filler").unlink()
    answer = browser.post(page, fields, files=files, timeout=30, allow_redirects=False)
    assert answer.status_code == 302
    assert browser.get(site.url + answer.headers["Location"], timeout=30).status_code == 200
    count = "from khue.documents.models import *; print(Document.objects.count(), StoredFile.objects.count())"
    assert site.python(count).splitlines()[-1] == "1 1"
    assert len([p for p in (site.home / "files").rglob("*") if p.is_file()]) == 1


def test_a_full_disk_leaves_no_half_backup(site, small_disk):
    fill(small_disk)
    done = site.khue("backup", str(small_disk / "out.zip"))
    assert (done.returncode, "hết chỗ trên ổ đĩa" in done.stderr) == (1, True)
    assert [p.name for p in small_disk.iterdir()] == ["filler"]
