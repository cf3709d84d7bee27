"""One process that starts the others, starts them again when they die, and takes them along when it goes.

It keeps the listening socket, so that nobody is refused while the web part is started again, and it does nothing else:
no database, no requests.
"""

import contextlib
import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

log = logging.getLogger("khue.serve")
LOOK_SECONDS = 0.1
# a process that died younger than this is started again later and later
YOUNG_SECONDS = 10.0
LONGEST_PAUSE = 30.0
# how long the others may take to finish what they have in hand
GRACE_SECONDS = 25.0
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """A process to be kept running. `run` is called in it."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    deaths: int = 0
    due: float = field(default=0.0)


class Supervisor:
    """Keeps children running until SIGTERM or SIGINT; a second signal does not wait for them."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.signals = 0

    def run(self) -> None:
        """Returns when every child has ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._count)
        while not self.signals:
            self._reap()
            for child in self.children:
                if not child.pid and not self.signals and time.monotonic() >= child.due:
                    start(child)
            time.sleep(LOOK_SECONDS)
        self._end()

    def _count(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def _reap(self) -> None:
        for child in self.children:
            if not child.pid or os.waitpid(child.pid, os.WNOHANG)[0] == 0:
                continue
            young = time.monotonic() - child.started < YOUNG_SECONDS
            child.deaths = child.deaths + 1 if young else 0
            child.due = time.monotonic() + (min(LONGEST_PAUSE, 2.0 ** (child.deaths - 1)) if young else 0)
            log.error("process died and is started again", extra={"child": child.name, "died": child.pid})
            child.pid = 0

    def _end(self) -> None:
        log.info("stopping")
        self._signal(signal.SIGTERM)
        limit = time.monotonic() + GRACE_SECONDS
        while any(child.pid for child in self.children) and time.monotonic() < limit and self.signals < 2:
            for child in self.children:
                if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                    child.pid = 0
            time.sleep(LOOK_SECONDS / 2)
        self._signal(signal.SIGKILL)
        log.info("stopped")

    def _signal(self, number: int) -> None:
        for child in self.children:
            if child.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, number)


def start(child: Child) -> None:
    """Forks; everything that was loaded is there at once in the new process."""
    parent = os.getpid()
    child.started = time.monotonic()
    sys.stdout.flush()
    sys.stderr.flush()
    child.pid = os.fork()
    if child.pid:
        return
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        end_with_parent(parent)
        child.run()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        log.exception("process failed", extra={"child": child.name})
    finally:
        os._exit(code)


def end_with_parent(parent: int) -> None:
    """Asks the system for SIGTERM when the parent dies, however it dies; Linux only, elsewhere each looks by itself."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)
