#!/usr/bin/env python3
"""How quick the pages are in a whole province: 1,045 schools, 30,000 users, 40,000 obligations, 2,000,000 shares.

    benchmarks/size.py [--scale 0.01..1] [--requests N] [--home FOLDER]
    tools/with_postgres.py benchmarks/size.py      (PostgreSQL; SQLite without it)

Fills a database (at a tenth of the scale first), counts each page's queries at both sizes, with the smallest and the largest
task and document, and measures the time of the whole request inside the server. A home that was filled before
is measured as it is. The limits are 100 ms for 95 of 100
requests and 5 s for the report of one directive. The load of the machine stands beside the figures; `cpu` is the median
of this process's own processor time, which other work on the machine does not change (on PostgreSQL its part is not in it).
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LIMIT, LIMIT_OF_A_REPORT = 100.0, 5000.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what it is called, who asks, the address with the ids it names, its limit in milliseconds."""

    name: str
    role: str
    address: str
    limit: float = LIMIT


PAGES = (
    Page("home, head of a school", "head", "/"),
    Page("home, specialist of the Sở", "specialist", "/"),
    Page("home, leader of the Sở", "leader", "/"),
    Page("register", "clerk", "/van-ban/"),
    Page("register, words with diacritics", "clerk", "/van-ban/?q=đẩy mạnh chuyển đổi"),
    Page("register, words without", "clerk", "/van-ban/?q=chuyen doi so"),
    Page("document", "specialist", "/van-ban/{document}/"),
    Page("review of a document", "specialist", "/van-ban/{review}/soat/"),
    Page("giving out a plan, preview", "specialist", "/van-ban/{give}/giao/"),
    Page("tasks, mine", "head", "/viec/"),
    Page("tasks, followed", "specialist", "/viec/?view=given"),
    Page("tasks, late primary schools", "specialist", "/viec/?view=all&state=overdue&kind=primary"),
    Page("tasks, one school of many", "specialist", "/viec/?view=all&unit={school}"),
    Page("tasks, words", "specialist", "/viec/?view=all&q=chuyen doi so Tả Phìn"),
    Page("tasks, words, head of a school", "head", "/viec/?q=báo cáo"),
    Page("task", "specialist", "/viec/{task}/"),
    Page("task, head of a school", "head", "/viec/{own}/"),
    Page("operations", "leader", "/dieu-hanh/"),
    Page("operations, one document", "leader", "/dieu-hanh/?document={document}"),
    Page("operations, primary schools", "leader", "/dieu-hanh/?kind=primary"),
    Page("operations, a commune", "chair", "/dieu-hanh/"),
    Page("tasks, mine, as of a day", "head", "/viec/?on={day}"),
    Page("tasks, followed, as of a day", "specialist", "/viec/?view=given&on={day}"),
    Page("tasks, late ones as of a day", "specialist", "/viec/?view=all&state=overdue&on={day}"),
    Page("operations as of a day", "leader", "/dieu-hanh/?on={day}"),
    Page("operations of a commune as of a day", "chair", "/dieu-hanh/?on={day}"),
    Page("programme of the month", "specialist", "/viec/thang/"),
    Page("what changed in a week", "specialist", "/viec/thay-doi/"),
    Page("record of one school", "leader", "/viec/nguoi-dung-dau/?don_vi={school}"),
    Page("programme as of a day", "specialist", "/viec/thang/?tinh_den={day}"),
    Page("record of one school as of a day", "leader", "/viec/nguoi-dung-dau/?don_vi={school}&tinh_den={day}"),
    Page("units", "leader", "/don-vi/"),
    Page("units, words", "leader", "/don-vi/?q=ta phin"),
    Page("people", "admin", "/nguoi/"),
    Page("people, words", "admin", "/nguoi/?q=nguyen thi hoa"),
    Page("search", "specialist", "/tim/?q=chuyển đổi số"),
    Page("search, head of a school", "head", "/tim/?q=bao cao"),
)


@dataclass(slots=True)
class Measured:
    """One page at the large size: queries at both sizes, milliseconds."""

    page: Page
    small: int
    large: int
    times: list[float]
    processor: list[float]
    status: int = 200

    @property
    def p95(self) -> float:
        """95 of 100 requests took no longer."""
        return sorted(self.times)[ceil(len(self.times) * 0.95) - 1]

    def line(self) -> str:
        """A row of the table."""
        grown = "" if self.large <= self.small else "  MORE QUERIES"
        wrong = "" if self.status == 200 else f"  STATUS {self.status}"
        ratio = self.p95 / self.page.limit
        return (
            f"{self.page.name:36}{self.small:>8}{self.large:>8}{statistics.median(self.times):>10.0f}{self.p95:>10.0f}"
            f"{ratio:>9.2f}x{statistics.median(self.processor):>10.0f}{grown}{wrong}"
        )


def clients(province: Any) -> dict[str, Any]:
    """A signed-in client for each kind of person."""
    from django.test import Client

    from khue.accounts.models import RoleName
    from khue.units.kinds import UnitKind

    school, commune = province.units[UnitKind.PRIMARY][0], province.units["commune"][0]
    people = {
        "head": (school, RoleName.LEADER),
        "chair": (commune, RoleName.LEADER),
        **{r.value: (province.department, r) for r in (RoleName.SPECIALIST, RoleName.LEADER, RoleName.CLERK, RoleName.ADMIN)},
    }
    found = {}
    for name, (unit, role) in people.items():
        found[name] = Client(headers={"accept-encoding": "gzip", "host": "localhost"})
        found[name].force_login(province.somebody(unit, role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def count(client: Any, address: str) -> tuple[int, int]:
    """(queries, status) of a page that was asked for before."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from khue.core.worker import Worker

    client.get(address)
    # a worker counts what is too old, as it does beside a server
    while Worker(timetable=False).step():
        pass
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        status = client.get(address).status_code
    return len(captured), status


def measure(province: Any, scale: float, requests: int, pages: tuple[Page, ...] = PAGES) -> list[Measured]:
    """Fills, counts at a tenth, fills up, counts again and times."""
    province.grow(scale / 10)
    people, shown = clients(province), province.shown(large=False)
    before = {p.name: count(people[p.role], p.address.format(**shown))[0] for p in pages}
    started = time.perf_counter()
    province.grow(scale)
    print(f"filled to {province.shares:,} shares, {province.people:,} users in {time.perf_counter() - started:.0f} s more", flush=True)
    return again(province, requests, pages, before)


def again(province: Any, requests: int, pages: tuple[Page, ...], before: dict[str, int]) -> list[Measured]:
    """Counts and times the pages of what is there."""
    from khue.core.memory import settle

    people, shown = clients(province), province.shown(large=True)
    # as a server does once it is loaded; what the filling left is no part of it
    settle()
    found = []
    for page in pages:
        client, address = people[page.role], page.address.format(**shown)
        queries, status = count(client, address)
        found.append(
            Measured(page, before.get(page.name, queries), queries, *_times(lambda c=client, a=address: c.get(a), requests), status)
        )
        print(found[-1].line(), flush=True)
    return found


def report(province: Any, requests: int) -> list[Measured]:
    """The report of the largest directive: composed of its tasks, shown, and as a file."""
    from khue.accounts.models import RoleName
    from khue.documents.models import Document, Report
    from khue.documents.report.service import make_draft

    document = Document.objects.get(pk=province.shown(large=True)["document"])
    by, client = province.somebody(province.department, RoleName.SPECIALIST), clients(province)["specialist"]
    made: list[Report] = []
    drafted = _times(
        lambda: made.append(make_draft(province.department, Report.About.DOCUMENT, by=by, document=document)), min(requests, 5)
    )
    address = f"/van-ban/bao-cao/{made[0].pk}/"
    found = [Measured(Page("report of a directive, composed", "", "", LIMIT_OF_A_REPORT), 0, 0, *drafted)]
    for name, end, limit in (("report of a directive, shown", "", LIMIT), ("report of a directive, .docx", "tep.docx", LIMIT_OF_A_REPORT)):
        queries, status = count(client, address + end)
        times = _times(lambda end=end: client.get(address + end), requests)
        found.append(Measured(Page(name, "specialist", address, limit), queries, queries, *times, status))
    Report.objects.filter(pk__in=[r.pk for r in made]).delete()
    for measured in found:
        print(measured.line(), flush=True)
    return found


def _times(ask: Callable[[], Any], requests: int) -> tuple[list[float], list[float]]:
    """(milliseconds, milliseconds of this process's processor) of each time; what takes many seconds is asked less often."""
    times: list[float] = []
    processor: list[float] = []
    for _ in range(requests):
        began, started = time.process_time(), time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
        processor.append((time.process_time() - began) * 1000)
        if sum(times) > 20_000 and len(times) >= 3:
            break
    return times, processor


def head() -> str:
    """The headings of the table."""
    return f"{'page':36}{'queries':>8}{'larger':>8}{'p50 ms':>10}{'p95 ms':>10}{'of limit':>10}{'cpu ms':>10}"


def exports(home: str) -> None:
    """What one process grows by for an export of 2,000 and of 20,000 rows."""
    sizes = [_memory(home, rows) for rows in (2_000, 20_000)]
    print(f"an export of 2,000 rows takes {sizes[0]:.0f} MB of memory, one of 20,000 rows {sizes[1]:.0f} MB")


def _memory(home: str, rows: int) -> float:
    done = subprocess.run([sys.executable, __file__, "--home", home, "--export", str(rows)], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def export(rows: int) -> None:
    """Makes one export in this process and prints what it grew by, in MB."""
    from khue.accounts.models import Role, RoleName
    from khue.accounts.person import Person
    from khue.tasks.filters import ALL
    from khue.tasks.followed import CHUNK
    from khue.tasks.lists import shares
    from khue.tasks.sheet import shares_xlsx
    from khue.units.kinds import UnitKind
    from khue.units.tree import today

    role = Role.objects.filter(role=RoleName.SPECIALIST, unit__kind=UnitKind.DEPARTMENT).select_related("user")[0]
    found = shares(Person(role.user), {"view": ALL}, today())
    shares_xlsx(found[:10], today())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    shares_xlsx(found[:rows].iterator(CHUNK), today())
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


def set_up(home: str) -> None:
    """Django over a home of its own, its database migrated."""
    os.environ.update(KHUE_HOME=home, KHUE_REQUIRE_MFA="0", KHUE_LOG_LEVEL="ERROR", KHUE_HOSTS="*", DJANGO_SETTINGS_MODULE="khue.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def _filled() -> bool:
    from khue.tasks.models import Task

    return Task.objects.exists()


def main() -> int:
    """Prints the table; 1 where a page takes more queries in the larger province."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--requests", type=int, default=20)
    options.add_argument("--home", default="")
    options.add_argument("--only", default="", help="only pages whose name holds these words (a home that was filled)")
    options.add_argument("--export", type=int, default=0, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        home = chosen.home or spare
        set_up(home)
        if chosen.export:
            export(chosen.export)
            return 0
        from benchmarks.province import Province

        print(f"load {os.getloadavg()[0]:.1f}\n{head()}")
        if _filled():
            found = again(Province.there(), chosen.requests, tuple(p for p in PAGES if chosen.only in p.name), {})
        else:
            found = measure(Province(), chosen.scale, chosen.requests)
        if not chosen.only:
            found += report(Province.there(), chosen.requests)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"at most {grown:.0f} MB of memory in this process")
        print(f"load {os.getloadavg()[0]:.1f}; {sum(m.p95 <= m.page.limit for m in found)} of {len(found)} pages within their limit")
        if not chosen.only:
            exports(home)
    return int(any(m.large > m.small for m in found))


if __name__ == "__main__":
    sys.exit(main())
