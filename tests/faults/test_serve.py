"""`khue serve`: one command, all its processes."""

import os
import signal
import socket
import threading
import time

import pytest

from khue.core import logs
from tests.faults.running import ADMIN, PASSWORD, Site, free_port, group


def until(true):
    limit = time.monotonic() + 30
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_it_ends_cleanly_when_asked_and_leaves_nobody(site):
    site.warm = False
    site.start()
    leader = site.server.pid
    assert len(group(leader)) == 4
    assert site.stop() == 0
    assert group(leader) == set()


def test_killing_the_parent_alone_leaves_no_orphans(site):
    site.start()
    leader = site.server.pid
    os.kill(leader, signal.SIGKILL)
    site.server.wait()
    until(lambda: group(leader) == set())
    site.server = None


def test_whatever_child_is_killed_is_started_again(site):
    site.start()
    leader = site.server.pid
    children = group(leader) - {leader}
    for child in children:
        os.kill(child, signal.SIGKILL)
    until(lambda: len(group(leader)) == 4 and not group(leader) & children)
    assert site.wait()["ok"]
    assert site.stop() == 0


def test_background_work_is_done(site):
    site.start()
    site.python("from tests.faults.tasks import write_slowly; write_slowly.enqueue('served')")
    count = "from khue.core.models import Action; print(Action.objects.filter(verb='job').count())"
    until(lambda: site.python(count).endswith("1"))


def test_a_taken_port_is_said_in_words(site):
    site.port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        done = site.khue("serve", "--port", str(site.port))
    assert done.returncode == 1
    assert f"Không lắng nghe được ở 127.0.0.1:{site.port}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_wrong_setting_is_said_in_words(site):
    site.settings["KHUE_WEB_WORKERS"] = "two"
    done = site.khue("serve")
    assert done.returncode == 1
    assert "KHUE_WEB_WORKERS='two'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_log_is_one_event_a_line_with_the_number_of_its_request_and_no_secrets(site):
    site.warm = False
    site.start()
    browser = site.signed_in()
    answer = browser.get(f"{site.url}/khong-co/", timeout=30)
    browser.get(f"{site.url}/tai-khoan/password/reset/key/abc-very-secret/", timeout=30)
    browser.get(f"{site.url}/nguoi/tham-gia/very-secret/", timeout=30)
    site.stop()
    events = site.events()
    assert {"request", "worker started", "stopped"} <= {event["event"] for event in events}
    assert all({"level", "logger", "timestamp"} <= set(event) for event in events)
    (missing,) = [event for event in events if event.get("path") == "/khong-co/"]
    assert missing["request"] == answer.headers["X-Request-Id"]
    assert all("request" in event for event in events if event["event"] == "request")
    written = site.log.read_text()
    for secret in (PASSWORD, "very-secret", ADMIN, "Vũ Thị Lan"):
        assert secret not in written


@pytest.fixture
def formatter():
    import logging

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure({"level": "INFO", "format": "json"})
    yield root.handlers[0].formatter
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)


def test_an_error_is_one_line_without_the_row_it_is_about(formatter):
    import json
    import logging
    import sys

    said = "duplicate key value\nDETAIL:  Key (email)=(lan@truong.vn) already exists."
    try:
        raise ValueError(said)
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, "x.py", 1, "failed", (), sys.exc_info())
    record.request = "the whole request with its form: mật khẩu"
    line = formatter.format(record)
    assert "\n" not in line
    event = json.loads(line)
    assert "duplicate key value" in event["exception"]
    assert "lan@truong.vn" not in line
    assert "mật khẩu" not in line


def test_check_names_what_must_be_mended(site):
    site.settings["KHUE_BINDING"] = "x"
    done = site.khue("check")
    assert done.returncode == 1
    assert "KHUE_BINDING" in done.stdout


@pytest.fixture(scope="module")
def begun_together(tmp_path_factory):
    """A new home that others may look into, made ready by three commands at once; and what these said."""
    home = tmp_path_factory.mktemp("fresh") / "home"
    home.mkdir(mode=0o755)
    fresh = Site(home)
    done = []
    threads = [threading.Thread(target=lambda: done.append(fresh.khue("migrate"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fresh, done


def test_servers_that_start_together_update_the_database_once(begun_together):
    _fresh, done = begun_together
    assert [d.returncode for d in done] == [0, 0, 0], [d.stderr for d in done]
    assert sum("Cập nhật cơ sở dữ liệu" in d.stdout for d in done) == 1


def test_what_is_written_is_for_the_account_of_khue_only(begun_together):
    fresh, _done = begun_together
    assert (fresh.home / "khue.sqlite3").exists()
    assert [p.name for p in fresh.home.rglob("*") if p.stat().st_mode & 0o077] == []


def test_setup_makes_nothing_of_a_wrong_value_and_names_it(begun_together):
    fresh, _done = begun_together
    first = ["--unit", "Sở", "--kind", "no-kind", "--username", ADMIN, "--full-name", "A", "--email", "", "--password-file", "-"]
    done = fresh.khue("setup", *first, given=PASSWORD + "\n")
    assert done.returncode == 1
    assert "Loại đơn vị phải là một trong" in done.stderr
    first[3] = "department"
    assert fresh.khue("setup", *first, given=PASSWORD + "\n").returncode == 0
    again = fresh.khue("setup", *first, given=PASSWORD + "\n")
    assert (again.returncode, "Hệ thống đã có người dùng" in again.stderr) == (1, True)


def test_a_demo_is_not_made_among_real_data(site):
    done = site.khue("demo")
    assert (done.returncode, "đang có dữ liệu thật" in done.stderr) == (1, True)
    assert not (site.home / "demo").exists()
