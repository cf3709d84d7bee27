"""What docs/api.md says is so: its requests are sent to a running server, its names are those of the code."""

import json
import re
import shutil
import subprocess

import pytest

from khue.accounts.access import SCOPES
from khue.api.kit import MOST_OFFSET, MOST_ROWS
from khue.tasks.models import Stage
from khue.tasks.webhooks import MOST_FAILURES, PAUSES
from tests.api.world import token
from tests.conftest import ROOT
from tests.tasks.world import World

PAGE = (ROOT / "docs/api.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```", PAGE, re.S)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_three_requests_do_what_they_say(live_server, tmp_path):
    world = World()
    share = world.share(world.give())
    (tmp_path / "bang-chung.txt").write_text("Danh sách trẻ 6 tuổi.", "utf-8")
    settings = {"KHUE": live_server.url, "TOKEN": token(world.head), "SHARE": str(share.pk), "PATH": "/usr/bin:/bin"}
    answers = []
    for example in EXAMPLES:
        done = subprocess.run(["sh", "-c", example], cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{example}\n{done.stdout}{done.stderr}"
        answers.append(json.loads(done.stdout))
    listed, sent, changed = answers
    assert listed["limit"] == 20
    assert sent["stage"] == Stage.SUBMITTED
    assert [f["name"] for f in sent["events"][-1]["files"]] == ["bang-chung.txt"]
    assert "next" in changed


def test_scopes_and_bounds_are_those_of_the_code():
    table = PAGE.split("## What holds")[0]
    assert set(re.findall(r"`(\w+:\w+)`", table)) == set(SCOPES)
    assert f"(1 to {MOST_ROWS})" in PAGE
    assert f"(0 to {MOST_OFFSET:,})" in PAGE
    assert MOST_FAILURES == 20
    assert [p.total_seconds() / 60 for p in PAUSES] == [1, 5, 30, 120, 360, 720, 1440]
