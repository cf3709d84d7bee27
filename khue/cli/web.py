"""The web part of `khue serve`: gunicorn inside this process, its messages in Khuê's own log."""

import errno
import socket
import time
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from khue.cli.supervisor import end_with_parent
from khue.config import value
from khue.core.errors import KhueError, why
from khue.core.said import said

TIMEOUT_SECONDS = 120
GRACE_SECONDS = 20
# how long a server that is just ending may still hold the address
WAIT_SECONDS = 3.0


class PlainLogger(Logger):  # type: ignore[misc]
    """Gunicorn's messages go the way of all others: one line an event, in the format that was asked for."""

    def setup(self, cfg: Any) -> None:
        """No handlers of its own."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


class Web(BaseApplication):  # type: ignore[misc]
    """Gunicorn on a socket that is open already."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Settings of Khuê, and what is safe for a server behind which no line of the request log is written twice."""
        options = {
            "bind": f"fd://{self.listener.fileno()}",
            "workers": value("KHUE_WEB_WORKERS"),
            "threads": value("KHUE_WEB_THREADS"),
            "worker_class": "gthread",
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "preload_app": True,
            "accesslog": None,
            "logger_class": PlainLogger,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_fork": _after_fork,
        }
        if Path("/dev/shm").is_dir():
            # the sign of life of its workers must not need the disk, which may be full
            options["worker_tmp_dir"] = "/dev/shm"
        for name, option in options.items():
            self.cfg.set(name, option)

    def load(self) -> Any:
        """The application, loaded before the workers are forked."""
        from khue.wsgi import application

        return application


def _after_fork(arbiter: Any, worker: Any) -> None:
    end_with_parent(worker.ppid)


def listen(bind: str) -> socket.socket:
    """Opens the address; one that is just being left is waited for. Raises KhueError where it is wrong or taken."""
    limit = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return _listen(bind)
        except (OSError, ValueError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno == errno.EADDRINUSE and time.monotonic() < limit:
                time.sleep(0.1)
                continue
            reason = why(error) if isinstance(error, OSError) else str(error)
            raise KhueError(
                "serve.bind",
                said("Không lắng nghe được ở {bind} ({reason}).", bind=bind, reason=reason),
                said("Cổng có thể đang được chương trình khác dùng; chọn cổng khác bằng --port hoặc KHUE_BIND."),
            ) from error


def _listen(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host.strip("[]") or "127.0.0.1", int(port)))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener
