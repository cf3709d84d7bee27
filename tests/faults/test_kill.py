"""kill -9 of the whole server under a stream of writes: what was acknowledged is there, once.

KHUE_KILL_ROUNDS says how often (6 in the suite, 100 by hand or in CI).
"""

import json
import os
import random
import threading
import time
from collections import Counter

import pytest
import requests

from tests.faults.running import Site, form_of, fresh_key

ROUNDS = int(os.environ.get("KHUE_KILL_ROUNDS", "6"))
WRITERS = 3


class Writer(threading.Thread):
    """Registers documents one after the other; sends each again, with its key, until the server says that it has it."""

    def __init__(self, site, number):
        super().__init__(daemon=True)
        self.site, self.number = site, number
        self.browser = site.signed_in()
        self.page = f"{site.url}/van-ban/moi/"
        form = self.browser.get(self.page, timeout=30).text
        self.fields = form_of(form) | {"unit": site.unit, "direction": "in", "urgency": "normal"}
        self.acknowledged: list[str] = []
        self.sent_again = 0
        self.refused: list[str] = []
        self.ending = threading.Event()

    def run(self):
        number = 0
        while not self.ending.is_set():
            number += 1
            name = f"Văn bản {self.number}.{number}"
            self.write(name, self.fields | {"subject": name, "_once": fresh_key()})

    def write(self, name, fields):
        while True:
            try:
                answer = self.browser.post(self.page, fields, timeout=30, allow_redirects=False)
            except requests.RequestException:
                self.sent_again += 1
                time.sleep(0.02)
                continue
            if answer.status_code == 302 and "/van-ban/" in answer.headers["Location"]:
                self.acknowledged.append(name)
            else:
                self.refused.append(f"{answer.status_code} {answer.headers.get('Location', '')} {answer.text[:2000]}")
            return


def test_every_acknowledged_write_is_there_and_none_twice(site):
    kill_again_and_again(site, ROUNDS)
    whole = "from django.db import connection as c; cursor = c.cursor(); print(cursor.execute('PRAGMA integrity_check').fetchone()[0],"
    whole += " cursor.execute('PRAGMA foreign_key_check').fetchall())"
    assert site.python(whole).splitlines()[-1] == "ok []"


@pytest.mark.slow
def test_the_same_on_postgresql(postgres, tmp_path):
    site = Site(tmp_path / "home", warm=True, DATABASE_URL=postgres.url())
    site.set_up()
    try:
        kill_again_and_again(site, max(2, ROUNDS // 3))
    finally:
        if site.server is not None:
            site.kill()


def kill_again_and_again(site, rounds):
    site.unit = site.python("from khue.units.models import Unit; print(Unit.objects.get().pk)").splitlines()[-1]
    site.start()
    writers = [Writer(site, n) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    moments = random.Random(2024)
    for _ in range(rounds):
        before = sum(len(writer.acknowledged) for writer in writers)
        limit = time.monotonic() + 60
        while sum(len(writer.acknowledged) for writer in writers) < before + 3:
            assert time.monotonic() < limit, site.log.read_text()[-3000:]
            assert not any(writer.refused for writer in writers), [w.refused for w in writers]
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.3))
        site.kill()
        site.start(wait=False)
    for writer in writers:
        writer.ending.set()
    for writer in writers:
        writer.join(60)
    site.stop()
    assert [writer.refused for writer in writers] == [[]] * WRITERS
    print_subjects = "import json; from khue.documents.models import Document\n"
    print_subjects += "print(json.dumps([list(d) for d in Document.objects.values_list('subject', 'book_number')]))"
    there = json.loads(site.python(print_subjects).splitlines()[-1])
    acknowledged = [name for writer in writers for name in writer.acknowledged]
    print(f"{rounds} kills, {len(acknowledged)} acknowledged, {sum(w.sent_again for w in writers)} sent again, {len(there)} there")
    assert Counter(subject for subject, _ in there) == Counter(acknowledged)
    assert sorted(number for _, number in there) == list(range(1, len(there) + 1))
