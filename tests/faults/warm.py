"""A process in which Khuê is loaded already; forks of it begin at once.

For tests that start Khuê again and again. What they prove is what happens to data when processes die; how a process
loads is proven by those that start `python -m khue` itself.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

from tests.conftest import ROOT

POLL_SECONDS = 0.01


class Warm:
    """The process, as the tests see it. Its environment is fixed; what is run in it gets new connections."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.faults.warm"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=environment | {"DJANGO_SETTINGS_MODULE": "khue.settings"}, cwd=ROOT, **pipes)
        self.lock = threading.Lock()

    def ask(self, **asked: object) -> int | None:
        with self.lock:
            self.process.stdin.write(json.dumps(asked) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def start(self, code: str, out: Path, err: Path, *, serve: bool = False) -> "Fork":
        """Runs code in a fork, in a process group of its own; what it prints is added to the files."""
        return Fork(self, self.ask(do="start", code=code, out=str(out), err=str(err), serve=serve))

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


class Fork:
    """A started process; the few things of `subprocess.Popen` that tests use."""

    def __init__(self, warm: Warm, pid: int) -> None:
        self.warm, self.pid = warm, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.warm.ask(do="poll", pid=self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        limit = time.monotonic() + (600 if timeout is None else timeout)
        while (code := self.poll()) is None:
            if time.monotonic() > limit:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 600)
            time.sleep(POLL_SECONDS)
        return code

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _fork(asked: dict) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        exec(asked["code"], {"__name__": "__main__"})
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _poll(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _load_server() -> None:
    for name in ("gunicorn.workers.gthread", "khue.cli.commands", "khue.cli.web", "khue.core.worker", "khue.urls", "khue.wsgi"):
        importlib.import_module(name)


def main() -> None:
    """Answers each line with a line until there are no more."""
    import django
    from django.db import connections

    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        if asked.get("serve"):
            _load_server()
        connections.close_all()
        print(json.dumps(_poll(asked["pid"]) if asked["do"] == "poll" else _fork(asked)), flush=True)


if __name__ == "__main__":
    main()
