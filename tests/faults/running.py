"""A whole Khuê in processes of its own, to be killed and starved by tests."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.conftest import ROOT
from tests.faults.warm import Fork, Warm

PASSWORD = "mua-xuan-tren-song-hong-7"
ADMIN = "quantri"
# a busy machine starts slowly; no test waits this long where things are well
LIMIT_SECONDS = 60
WARM: dict[tuple[tuple[str, str], ...], Warm] = {}


class Site:
    """A home, and the server that runs on it."""

    def __init__(self, home: Path, *, port: int = 0, warm: bool = False, **settings: str) -> None:
        self.home = home
        self.port = port or free_port()
        self.settings = {"DATABASE_URL": "", **settings}
        self.server: subprocess.Popen[bytes] | Fork | None = None
        self.log = home.parent / f"{home.name}.log"
        # whether code and servers run in forks of a process that has Khuê loaded
        self.warm = warm
        self.cookies: requests.cookies.RequestsCookieJar | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        own = {
            "KHUE_HOME": str(self.home),
            "KHUE_REQUIRE_MFA": "0",
            "KHUE_WEB_WORKERS": "1",
            "KHUE_HOSTS": "127.0.0.1",
            "KHUE_LANG": "vi",
            "PYTHONPATH": str(ROOT),
        }
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("KHUE_", "DJANGO_"))}
        return plain | own | self.settings

    def khue(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command of Khuê to its end."""
        command = [sys.executable, "-m", "khue", *arguments]
        return subprocess.run(command, input=given, capture_output=True, text=True, env=self.environment(), timeout=180, cwd=ROOT)

    def loaded(self) -> Warm:
        """The process that has Khuê loaded for this site; one for all sites at the same home with the same settings."""
        environment = self.environment() | {"KHUE_BASE_URL": self.url}
        key = tuple(sorted(environment.items()))
        if key not in WARM:
            WARM[key] = Warm(environment)
        return WARM[key]

    def run(self, code: str, name: str) -> tuple[Fork, Path]:
        """Starts code inside the application, in a fork; what it prints stands in the file."""
        told = self.home.parent / f"{self.home.name}.{name}.{uuid.uuid4().hex}"
        told.touch()
        return self.loaded().start(code, told, told), told

    def worker(self, code: str) -> Fork:
        """Starts a worker of background jobs and waits until it works."""
        fork, told = self.run(code, "worker")
        limit = time.monotonic() + LIMIT_SECONDS
        while "worker started" not in told.read_text():
            assert fork.poll() is None, told.read_text()
            assert time.monotonic() < limit, told.read_text()
            time.sleep(0.005)
        return fork

    def python(self, code: str) -> str:
        """Runs code inside the application; returns what it prints."""
        if self.warm:
            fork, told = self.run(code, "python")
            assert fork.wait(180) == 0, told.read_text()
            return told.read_text().strip()
        head = "import django; django.setup()\n"
        command = [sys.executable, "-c", head + code]
        environment = self.environment() | {"DJANGO_SETTINGS_MODULE": "khue.settings"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=180, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def set_up(self) -> None:
        """The first unit and its administrator, who is also a clerk."""
        first = ["--unit", "Sở Giáo dục và Đào tạo", "--kind", "department", "--username", ADMIN, "--full-name", "Vũ Thị Lan"]
        done = self.khue("setup", *first, "--email", "", "--password-file", "-", given=PASSWORD + "\n")
        assert done.returncode == 0, done.stderr
        self.python(
            "from khue.accounts.models import *\nuser = User.objects.get()\nrole = user.roles.get()\n"
            "Role.objects.create(user=user, unit=role.unit, role='clerk')"
        )

    def start(self, *, wait: bool = True) -> None:
        """Starts the server in a process group of its own."""
        command = ["serve", "--port", str(self.port)]
        if self.warm:
            code = f"import sys\nfrom khue.cli import main\nsys.argv = ['khue', *{command!r}]\nmain()"
            self.server = self.loaded().start(code, self.log, self.log, serve=True)
        else:
            with self.log.open("ab") as log:
                whole = [sys.executable, "-m", "khue", *command]
                self.server = subprocess.Popen(whole, env=self.environment(), stdout=log, stderr=log, start_new_session=True, cwd=ROOT)
        if wait:
            self.wait()

    def wait(self, status: int = 200) -> dict:
        """Waits until the health page answers so."""
        limit = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < limit:
            with contextlib.suppress(requests.RequestException):
                answer = requests.get(f"{self.url}/health/", timeout=10)
                if answer.status_code == status:
                    return answer.json()
            assert self.server is None or self.server.poll() is None, self.log.read_text()
            time.sleep(0.02)
        raise AssertionError(f"no {status} from the health page\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """kill -9 for every process of the server at once."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.server = None

    def stop(self) -> int:
        """Asks the server to end; returns its exit code."""
        assert self.server is not None
        self.server.terminate()
        code = self.server.wait(LIMIT_SECONDS)
        self.server = None
        return code

    def events(self) -> list[dict]:
        """The log, one event a line; what is no JSON is an error of the test."""
        lines = [line for line in self.log.read_text().splitlines() if not line.startswith("Khuê chạy ở")]
        return [json.loads(line) for line in lines]

    def processes(self) -> set[int]:
        """Every living process of the server's group."""
        assert self.server is not None
        return group(self.server.pid)

    def signed_in(self) -> requests.Session:
        """A browser in which the administrator has signed in; once, since a password is checked slowly."""
        browser = requests.Session()
        if self.cookies is not None:
            browser.cookies.update(self.cookies)
            return browser
        page = f"{self.url}/tai-khoan/login/"
        fields = form_of(browser.get(page, timeout=30).text) | {"login": ADMIN, "password": PASSWORD}
        answer = browser.post(page, fields, timeout=30, allow_redirects=False)
        assert answer.status_code == 302, answer.text[:500]
        self.cookies = browser.cookies.copy()
        return browser


@contextlib.contextmanager
def running_site(home: Path, **settings: str) -> Iterator[Site]:
    """A site with its first administrator, running; whatever is left of it is killed at the end."""
    site = Site(home, **settings)
    site.set_up()
    site.start()
    try:
        yield site
    finally:
        if site.server is not None:
            with contextlib.suppress(ProcessLookupError):
                site.kill()


def group(leader: int) -> set[int]:
    """The living processes of a process group."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            after_name = stat.read_text().rpartition(")")[2].split()
            if int(after_name[2]) == leader and after_name[0] not in "ZX":
                found.add(int(stat.parent.name))
    return found


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form: its token, and the key that lets it be sent twice."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def fresh_key() -> str:
    """A key as the page makes one for each form."""
    return str(uuid.uuid4())
