"""`khue serve`, `khue migrate`, `khue manage`."""

import contextlib
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from khue.cli import site
from khue.cli.language import tr
from khue.config import value
from khue.core.errors import KhueError
from khue.core.said import said

# how long a server that is just ending may still hold the home
LOCK_SECONDS = 5.0


def tell(message: str) -> None:
    """One line for the person who runs Khuê, at once."""
    print(tr(message), flush=True)


def migrate() -> int:
    """Brings the home and the database to this version."""
    site.make_ready(tell)
    tell(said("Cơ sở dữ liệu đã sẵn sàng."))
    return 0


def manage(arguments: list[str]) -> int:
    """Django's own commands."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
    execute_from_command_line(["khue manage", *arguments])
    return 0


def serve(port: int | None) -> int:
    """The web server and the background workers, until they are told to stop."""
    bind = _bind(port)
    site.make_fonts()
    from khue.cli.supervisor import Child, Supervisor
    from khue.cli.web import Web, listen

    with home_in_use(exclusive=False), contextlib.closing(listen(bind)) as listener:
        site.make_ready(tell)
        import khue.urls

        assert khue.urls
        workers = [Child(f"jobs {n + 1}", lambda: _work(listener)) for n in range(value("KHUE_JOB_WORKERS"))]
        host, actual = listener.getsockname()[:2]
        tell(said("Khuê chạy ở http://{host}:{port}; dừng bằng Ctrl+C.", host="localhost" if host == "127.0.0.1" else host, port=actual))
        Supervisor([Child("web", lambda: Web(listener).run()), *workers]).run()
    return 0


def _work(listener: socket.socket) -> None:
    """Does background work; the address is not its business and must be free when the web part ends."""
    from khue.core.worker import Worker

    listener.close()
    Worker().run()


def _bind(port: int | None) -> str:
    bind: str = value("KHUE_BIND")
    if port is None:
        return bind
    host = bind.rpartition(":")[0] or "127.0.0.1"
    os.environ.setdefault("KHUE_BASE_URL", f"http://{host}:{port}")
    return f"{host}:{port}"


@contextlib.contextmanager
def home_in_use(*, exclusive: bool) -> Iterator[None]:
    """Servers share the home; what replaces the database wants it alone. The system lets go when a process dies."""
    home = Path(value("KHUE_HOME")).resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "serve.lock").open("w") as file:
        if not _locked(file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH):
            raise KhueError(
                "home.in_use",
                said("Khuê đang chạy trên thư mục {home}.", home=home),
                said("Dừng khue serve rồi chạy lại."),
            )
        yield


def _locked(file: IO[str], kind: int) -> bool:
    limit = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > limit:
                return False
            time.sleep(0.1)
