"""A database that goes away is told in words and comes back by itself; it is never replaced by an empty one."""

import pytest

from tests.faults.running import Site, form_of, fresh_key

SAID = "Không kết nối được cơ sở dữ liệu"


def move(home, there, ending):
    """Moves the database's files from one name to another."""
    for path in list(home.glob(f"khue.sqlite3{there}*")):
        if not there and ".away" in path.name:
            continue
        name = path.name.replace(f"khue.sqlite3{there}", f"khue.sqlite3{ending}")
        path.rename(home / name)


def test_a_sqlite_file_that_goes_away_is_told_and_not_made_anew(site):
    site.start()
    browser = site.signed_in()
    move(site.home, "", ".away")
    answer = browser.get(f"{site.url}/van-ban/", timeout=30)
    assert (answer.status_code, SAID in answer.text) == (503, True)
    assert browser.get(f"{site.url}/van-ban/", headers={"Accept": "application/json"}, timeout=30).json()["error"] == "database"
    state = site.wait(503)
    assert state["database"]["ok"] is False
    assert not (site.home / "khue.sqlite3").exists()
    move(site.home, ".away", "")
    assert site.wait()["ok"]
    assert browser.get(f"{site.url}/van-ban/", timeout=30).status_code == 200


def test_no_command_makes_an_empty_database_where_one_was_lost(site):
    move(site.home, "", ".away")
    for command in (["serve"], ["migrate"], ["backup", str(site.home / "b.zip")]):
        done = site.khue(*command)
        assert done.returncode == 1
        assert "trước đây vẫn có" in done.stderr
    assert not (site.home / "khue.sqlite3").exists()


@pytest.mark.slow
def test_a_postgresql_that_stops_is_told_and_taken_up_again(postgres, tmp_path):
    site = Site(tmp_path / "home", DATABASE_URL=postgres.url())
    site.set_up()
    site.start()
    try:
        browser = site.signed_in()
        page = f"{site.url}/van-ban/moi/"
        unit = site.python("from khue.units.models import Unit; print(Unit.objects.get().pk)").splitlines()[-1]
        fields = form_of(browser.get(page, timeout=30).text) | {"unit": unit, "direction": "in", "urgency": "normal", "subject": "A"}
        fields["_once"] = fresh_key()
        postgres.stop()
        answer = browser.post(page, fields, timeout=60)
        assert (answer.status_code, SAID in answer.text) == (503, True)
        assert site.wait(503)["database"]["ok"] is False
        postgres.start()
        assert site.wait()["ok"]
        assert browser.post(page, fields, timeout=60, allow_redirects=False).status_code == 302
        assert browser.post(page, fields, timeout=60, allow_redirects=False).status_code == 302
        count = "from khue.documents.models import Document; print(Document.objects.count())"
        assert site.python(count).splitlines()[-1] == "1"
        site.python("from tests.faults.tasks import write_slowly; write_slowly.enqueue('after')")
        assert site.stop() == 0
    finally:
        if site.server is not None:
            site.kill()
