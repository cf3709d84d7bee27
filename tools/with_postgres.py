"""Runs a command with DATABASE_URL set to a PostgreSQL cluster of its own, which is thrown away afterwards.

python tools/with_postgres.py make test
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

NOT_HERE = "skipped: PostgreSQL is not installed here"
# a cluster for tests need not survive a power cut
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": "''", "max_connections": "60"}


@dataclass(slots=True)
class Cluster:
    """A running PostgreSQL that listens on a socket in its own folder."""

    programs: Path
    folder: Path

    def url(self, name: str = "khue") -> str:
        """The address of a database, as DATABASE_URL takes it."""
        return f"postgres://khue@/{name}?host={quote(str(self.folder), safe='')}"

    def create(self, name: str) -> str:
        """A new empty database; returns its address."""
        _as_postgres([self.programs / "createdb", "-h", self.folder, "-U", "khue", name])
        return self.url(name)

    def start(self) -> None:
        """Starts, and waits until it answers."""
        options = " ".join(f"-c {name}={value}" for name, value in _QUICK.items()) + f" -k {self.folder}"
        log = self.folder / "log"
        _as_postgres([self.programs / "pg_ctl", "-D", self.folder / "data", "-l", log, "-o", options, "-w", "start"])

    def stop(self) -> None:
        """Stops at once."""
        _as_postgres([self.programs / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop"])


def programs() -> Path | None:
    """The folder of the newest PostgreSQL server programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A new cluster; its folder is removed at the end. The server refuses to run as root and runs as `postgres` then."""
    where = programs()
    if where is None:
        raise FileNotFoundError(NOT_HERE)
    folder = Path(tempfile.mkdtemp(prefix="khue-pg-"))
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    made = Cluster(where, folder)
    try:
        _as_postgres([where / "initdb", "-D", folder / "data", "-U", "khue", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        made.start()
        try:
            made.create("khue")
            yield made
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(command: list[object]) -> None:
    account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd="/", **account)  # type: ignore[call-overload]
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, str(command[0]), done.stdout, done.stderr)


def main(command: list[str]) -> int:
    """Runs the command; 0 with a word where there is no PostgreSQL."""
    if programs() is None:
        print(NOT_HERE)
        return 0
    with cluster() as made:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": made.url()}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
