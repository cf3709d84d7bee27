"""A whole province, made up, in bulk: units, people, documents, tasks and what became of them; the same every time.

Everything grows with `scale` except the units (1,045 schools, 99 communes, the Sở), which are always all there. Rows go
past the ORM (COPY on PostgreSQL, executemany on SQLite); the documents are read by the reader, a few of them, and
copied. Calling `grow` again with a larger scale adds what is missing.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from benchmarks.bulk import Table, index_in, search_entries
from benchmarks.province_documents import Template
from benchmarks.province_tasks import Writer
from khue.accounts.models import Role, RoleName, User
from khue.core.statistics import refresh
from khue.core.text import plain
from khue.documents.models import Document, Status
from khue.tasks.models import Assignment, Notice, Stage, Task
from khue.units.groups import rule_ref, unit_ref
from khue.units.kinds import SCHOOLS, PlaceLevel, Scheme, UnitKind
from khue.units.models import Place, Unit, UnitSpell
from khue.units.tree import today

USERS, DOCUMENTS, TASKS_OF_A_DOCUMENT, NOTICES = 30_000, 400, 100, 200_000
KINDS = (
    (UnitKind.KINDERGARTEN, "Trường Mầm non", 330),
    (UnitKind.PRIMARY, "Trường Tiểu học", 340),
    (UnitKind.LOWER_SECONDARY, "Trường THCS", 200),
    (UnitKind.PRIMARY_LOWER, "Trường Tiểu học và THCS", 120),
    (UnitKind.UPPER_SECONDARY, "Trường THPT", 40),
    (UnitKind.CONTINUING, "Trung tâm GDNN-GDTX", 15),
)
COMMUNES = 99
_GOLDEN = (5**0.5 - 1) / 2
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Lý", "Giàng", "Vàng", "Lù", "Sùng", "Tẩn", "Chảo", "Hà")
_MIDDLE = ("Thị", "Văn", "Ngọc", "Minh", "Thanh", "Đức", "Hồng", "Quốc", "A", "Seo", "Thu", "Hữu")
_GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dung",
    "Giang",
    "Hà",
    "Hòa",
    "Hương",
    "Khánh",
    "Lan",
    "Mai",
    "Nga",
    "Phúc",
    "Sơn",
    "Tâm",
    "Thủy",
    "Yến",
    "Đạt",
)
_PLACES = ("Bản Hồ", "Tả Phìn", "Mường Hum", "Cốc San", "Võ Lao", "Bảo Nhai", "Si Ma Cai", "Nậm Chày", "Hợp Thành", "Xuân Quang", "Gia Phú")
_SIDES = ("Đông", "Tây", "Nam", "Bắc", "Thượng", "Hạ", "Trung", "Tân", "Phú")


@dataclass
class Province:
    """What there is, and what of it the pages are asked about."""

    seed: int = 20261
    # so many sentences of a document are given out; all without it
    most: int | None = None
    units: dict[str, list[Unit]] = field(default_factory=dict)
    committee: Unit = None  # type: ignore[assignment]
    department: Unit = None  # type: ignore[assignment]
    schools: dict[int, list[Unit]] = field(default_factory=dict)  # by commune
    people: int = 0
    documents: int = 0
    shares: int = 0
    # the first document that is one of the copies
    first: int = 0
    # (units, id, giver) of every task
    given: list[tuple[int, int, int]] = field(default_factory=list)

    def grow(self, scale: float) -> None:
        """Adds what a province of that scale has more."""
        self.random = random.Random(self.seed + self.documents)
        if not self.units:
            self._units()
            self._people(0)
            self._templates = [Template(self, n) for n in range(max(2, min(20, int(400 * scale))))]
            self.first = Document.objects.order_by("-pk")[0].pk + 1
        self._people(int(USERS * scale))
        wanted = max(8, int(DOCUMENTS * scale)) - self.documents
        made = [self._document(n) for n in range(self.documents, self.documents + wanted)]
        self.documents += wanted
        self._tasks(made)
        self._notices(int(NOTICES * scale))
        refresh()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # what autovacuum does within minutes
                cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")

    @classmethod
    def there(cls) -> "Province":
        """The province that an earlier run left in this database."""
        made = cls()
        every = list(Unit.objects.order_by("pk"))
        made.department = next(u for u in every if u.kind == UnitKind.DEPARTMENT)
        made.units = {k: [u for u in every if u.kind == k] for k in UnitKind.values}
        made.units["commune"] = made.units[UnitKind.COMMUNE]
        made.people, made.documents, made.shares = User.objects.count(), Document.objects.count(), Assignment.objects.count()
        made.first = Document.objects.filter(number__startswith="100/").order_by("pk")[0].pk
        leading = Count("assignments", filter=Q(assignments__is_partner=False))
        made.given = list(Task.objects.order_by().annotate(n=leading).values_list("n", "pk", "unit_id"))
        return made

    # --- units and people

    def _units(self) -> None:
        top = Place.objects.create(name="Kim Hà", kind="Tỉnh", level=PlaceLevel.PROVINCE, scheme=Scheme.GSO_NEW, code="k0")
        committee = self.committee = self._unit("UBND tỉnh Kim Hà", UnitKind.PROVINCE, None)
        self.department = self._unit("Sở Giáo dục và Đào tạo tỉnh Kim Hà", UnitKind.DEPARTMENT, committee, short="Sở GD&ĐT")
        self.units["division"] = [
            self._unit(f"Phòng {w} Sở", UnitKind.DIVISION, self.department)
            for w in ("Giáo dục Mầm non", "Tiểu học", "Trung học", "Kế hoạch", "Công nghệ thông tin")
        ]
        communes, places = [], []
        for n in range(COMMUNES):
            name = f"{_PLACES[n % 11]} {_SIDES[n // 11]}"
            places.append(
                Place.objects.create(name=name, kind="Xã", level=PlaceLevel.COMMUNE, parent=top, scheme=Scheme.GSO_NEW, code=f"k{n + 1}")
            )
            communes.append(self._unit(f"UBND xã {name}", UnitKind.COMMUNE, committee, guide=self.department, place=places[-1]))
        self.units["commune"] = communes
        number = 0
        for kind, word, count in KINDS:
            self.units[kind] = []
            for _ in range(count):
                home, number = number % COMMUNES, number + 1
                name = f"{word} {self.random.choice(_GIVEN)} {places[home].name} số {number}"
                own = kind in (UnitKind.UPPER_SECONDARY, UnitKind.CONTINUING)
                parent = self.department if own else communes[home]
                unit = self._unit(
                    name, kind, parent, guide=None if own else self.department, place=places[home], short=name.removeprefix("Trường ")
                )
                self.units[kind].append(unit)
                self.schools.setdefault(communes[home].pk, []).append(unit)
        self.units["schools"] = [u for kind, _w, _n in KINDS for u in self.units[kind]]
        entries = search_entries()
        for unit in Unit.objects.all():
            index_in(entries, "unit", unit.pk, unit.pk, unit.name, [unit.name, unit.short_name])
        entries.flush()

    def _unit(
        self, name: str, kind: UnitKind, parent: Unit | None, *, short: str = "", guide: Unit | None = None, place: Place | None = None
    ) -> Unit:
        unit = Unit.objects.create(name=name, short_name=short, kind=kind)
        UnitSpell.objects.create(unit=unit, name=name, short_name=short, kind=kind, parent=parent, guide=guide, place=place)
        return unit

    def _people(self, wanted: int) -> None:
        users = Table(User, "username", "full_name", "sort_name", "title", password="!", is_active=True)
        roles = Table(Role, "user_id", "unit_id", "role", "valid_from", "valid_to", parents=[users])
        entries = search_entries()

        def person(unit: Unit, role: str, title: str = "", since: date = date(2025, 7, 1), until: date | None = None) -> None:
            name = f"{self.random.choice(_FAMILY)} {self.random.choice(_MIDDLE)} {self.random.choice(_GIVEN)}"
            pk = users.add(f"n{users.next_id}", name, plain(name), title)
            roles.add(pk, unit.pk, role, since, until)
            index_in(entries, "person", pk, unit.pk, name, [name, f"n{pk}", title, unit.name])
            self.people += 1

        if not self.people:
            for role, count in ((RoleName.LEADER, 6), (RoleName.SPECIALIST, 60), (RoleName.CLERK, 8), (RoleName.ADMIN, 2)):
                for _ in range(count):
                    person(self.department, role)
            for unit in self.units["commune"]:
                for role in (RoleName.LEADER, RoleName.SPECIALIST, RoleName.CLERK):
                    person(unit, role)
            changed = today() - timedelta(days=140)
            for n, unit in enumerate(self.units["schools"]):
                if n % 5 == 0:
                    person(unit, RoleName.LEADER, "Hiệu trưởng", until=changed)
                person(unit, RoleName.LEADER, "Hiệu trưởng", since=changed + timedelta(days=1) if n % 5 == 0 else date(2025, 7, 1))
        every = cycle(self.units["schools"])
        for unit in islice(every, max(0, wanted - self.people)):
            person(unit, RoleName.ENTRY if self.people % 3 else RoleName.CLERK, "Giáo viên")
        for table in (users, roles, entries):
            table.flush()

    def somebody(self, unit: Unit, role: str) -> User:
        """Who has that role there now."""
        return Role.objects.filter(unit=unit, role=role, valid_to__isnull=True).select_related("user").order_by("id")[0].user

    # --- documents

    def _document(self, n: int) -> tuple[Document, list[tuple[int, str, str]]]:
        template = self._templates[n % len(self._templates)]
        owner = self.department if n % 4 else self.committee if n % 20 == 4 else self.units["commune"][n // 4 % COMMUNES]
        # spread over the months whatever the scale, also those of one unit: steps of the golden ratio leave no gap in any part
        day = today() - timedelta(days=500) + timedelta(days=int(n * _GOLDEN % 1 * 490))
        return template.copy(n, owner, day)

    # --- tasks

    def addressed(self, n: int, owner: Unit) -> tuple[dict[str, Any], str, list[Unit]]:
        """To whom the n-th sentence goes: few to every school, most to one or two units."""
        if owner == self.committee:
            if n % 3 == 0:
                return rule_ref([UnitKind.COMMUNE], label="UBND các xã", within=owner.pk), "UBND các xã", self.units["commune"]
            return unit_ref(self.department.pk), self.department.name, [self.department]
        if owner != self.department:
            own = self.schools[owner.pk]
            if n % 2:
                return rule_ref(SCHOOLS, label="Các trường trên địa bàn", within=owner.pk), "Các trường trên địa bàn", own
            return unit_ref(own[n % len(own)].pk), own[n % len(own)].name, [own[n % len(own)]]
        step = n % 100
        if step % 33 == 5:
            return rule_ref(SCHOOLS, label="Các trường học", within=owner.pk), "Các trường học", self.units["schools"]
        if step % 14 == 3:
            kind, word, _n = KINDS[n % 3]
            return rule_ref([kind], label=word, within=owner.pk), word, self.units[kind]
        if step % 12 == 1:
            return rule_ref([UnitKind.COMMUNE], label="UBND các xã", within=owner.pk), "UBND các xã", self.units["commune"]
        pool = self.units["division"] if step % 2 else self.units["schools"]
        return unit_ref(pool[n % len(pool)].pk), pool[n % len(pool)].name, [pool[n % len(pool)]]

    def _tasks(self, made: list[tuple[Document, list[tuple[int, str, str]]]]) -> None:
        writer = Writer(self)
        n = Task.objects.count()
        for document, sentences in made:
            if document.status == Status.CONFIRMED:
                for obligation, section, quote in sentences[: self.most]:
                    pk, units = writer.task(n, document, obligation, section, quote)
                    self.given.append((units, pk, document.unit_id))
                    n += 1
        self.shares += writer.close()

    def shown(self, *, large: bool) -> dict[str, Any]:
        """Ids that the pages name, of the Sở: its largest document and task, or its smallest."""
        choose = max if large else min
        own = Document.objects.filter(unit=self.department, pk__gte=self.first)
        counted = own.annotate(n=Count("obligations")).filter(n__gt=0).order_by("-n" if large else "n", "pk")
        given = Task.objects.filter(unit=self.department).values("document_id")
        school = self.units[UnitKind.PRIMARY][0]
        has = set(school.assignments.exclude(stage__in=("transferred", "withdrawn")).values_list("task_id", flat=True))
        # something waits for a word in both, so that the pages have the same parts
        waiting = set(Assignment.objects.filter(stage=Stage.SUBMITTED).values_list("task_id", flat=True))
        return {
            "task": choose(g for g in self.given if g[2] == self.department.pk and g[1] in waiting)[1],
            "own": choose(g for g in self.given if g[2] == self.department.pk and g[1] in has)[1],
            "document": counted.filter(pk__in=given)[0].pk,
            "give": counted.filter(status=Status.CONFIRMED).exclude(pk__in=given)[0].pk,
            "review": counted.filter(status=Status.REVIEW)[0].pk,
            "day": today() - timedelta(days=60),
            "school": school.pk,
        }

    def _notices(self, wanted: int) -> None:
        table = Table(Notice, "user_id", "kind", "key", "text", "day", "read_at")
        there = Notice.objects.count()
        people = cycle(User.objects.order_by("pk").values_list("pk", flat=True))
        for n, pk in zip(range(there, wanted), people, strict=False):
            table.add(
                pk,
                "given",
                f"given-{n}",
                "Việc mới",
                today() - timedelta(days=n % 300),
                None if n % 9 == 0 else datetime(2026, 1, 1),
            )
        table.flush()
