"""A whole province, made up, in bulk: units, people, documents, tasks and what became of them; the same every time.

Everything grows with `scale` except the units (1,045 schools, 99 communes, the Sở), which are always all there. Rows go
past the ORM (COPY on PostgreSQL, executemany on SQLite); the documents are read by the reader, a few of them, and
copied. Calling `grow` again with a larger scale adds what is missing.
"""

import io
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Count, JSONField, Max, Model, Q

from khue.accounts.models import Role, RoleName, User
from khue.core.models import Action, SearchEntry
from khue.core.search import plain_words, words_of
from khue.documents.files.reading import read_document
from khue.documents.models import CitedDocument, Document, Obligation, Reading, Slip, State, Status
from khue.documents.register import register
from khue.files.store import keep
from khue.tasks.models import Addressed, Assignment, Event, Extension, Notice, Stage, Standing, Task
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
CHUNK = 20_000
SAMPLES = Path(__file__).resolve().parent.parent / "samples"
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
_SAID = (
    "Đã rà soát xong",
    "Đã gửi báo cáo",
    "Đang phối hợp với công an xã",
    "Còn thiếu hai lớp",
    "Đã tập huấn cho giáo viên",
    "Chờ kinh phí",
)


class Table:
    """Rows of one model, written in bulk: the columns named at its making, the others the same in every row."""

    def __init__(self, model: type[Model], *columns: str, parents: Sequence["Table"] = (), **same: Any) -> None:
        self.model, self.parents = model, parents
        self.rows: list[tuple[Any, ...]] = []
        fields = {f.attname: f for f in model._meta.concrete_fields}
        rest = [f for name, f in fields.items() if name not in ("id", *columns)]
        self.names = ["id", *columns, *(f.attname for f in rest)]
        self.how = [_json if isinstance(fields[name], JSONField) else _plain for name in columns]
        self.same = tuple((_json if isinstance(f, JSONField) else _plain)(same.get(f.attname, _default(f))) for f in rest)
        self.next_id = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1

    def add(self, *values: Any) -> int:
        """One row; returns its id."""
        pk, self.next_id = self.next_id, self.next_id + 1
        self.rows.append((pk, *[how(v) for how, v in zip(self.how, values, strict=True)], *self.same))
        if len(self.rows) >= CHUNK:
            self.flush()
        return pk

    def flush(self) -> None:
        """Writes what was added, after the rows of other tables that it refers to."""
        for table in self.parents:
            table.flush()
        if not self.rows:
            return
        names = ", ".join(f'"{self.model._meta.get_field(n).column}"' for n in self.names)
        table = self.model._meta.db_table
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
                for statement in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                    cursor.execute(statement)
            else:
                marks = ", ".join("?" * len(self.names))
                connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", self.rows)
        self.rows = []


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return datetime.now()
    if field.has_default():
        return field.get_default()
    return None if field.null else ""


def _json(value: Any) -> Any:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return str(value)
    return str(value) if isinstance(value, str) else value


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
            self._templates = [_Template(self, n) for n in range(max(2, min(20, int(400 * scale))))]
            self.first = Document.objects.order_by("-pk")[0].pk + 1
        self._people(int(USERS * scale))
        wanted = max(8, int(DOCUMENTS * scale)) - self.documents
        made = [self._document(n) for n in range(self.documents, self.documents + wanted)]
        self.documents += wanted
        self._tasks(made)
        self._notices(int(NOTICES * scale))
        with connection.cursor() as cursor:
            # what autovacuum does within minutes
            vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
            cursor.execute("VACUUM ANALYZE" if vacuum else "ANALYZE")

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
        entries = _entries()
        for unit in Unit.objects.all():
            _index(entries, "unit", unit.pk, unit.pk, unit.name, [unit.name, unit.short_name])
        entries.flush()

    def _unit(
        self, name: str, kind: UnitKind, parent: Unit | None, *, short: str = "", guide: Unit | None = None, place: Place | None = None
    ) -> Unit:
        unit = Unit.objects.create(name=name, short_name=short, kind=kind)
        UnitSpell.objects.create(unit=unit, name=name, short_name=short, kind=kind, parent=parent, guide=guide, place=place)
        return unit

    def _people(self, wanted: int) -> None:
        users = Table(User, "username", "full_name", "title", password="!", is_active=True)
        roles = Table(Role, "user_id", "unit_id", "role", "valid_from", "valid_to", parents=[users])
        entries = _entries()

        def person(unit: Unit, role: str, title: str = "", since: date = date(2025, 7, 1), until: date | None = None) -> None:
            name = f"{self.random.choice(_FAMILY)} {self.random.choice(_MIDDLE)} {self.random.choice(_GIVEN)}"
            pk = users.add(f"n{users.next_id}", name, title)
            roles.add(pk, unit.pk, role, since, until)
            _index(entries, "person", pk, unit.pk, name, [name, f"n{pk}", title, unit.name])
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
        # spread over the months, whatever the scale
        day = today() - timedelta(days=500) + timedelta(days=n * 7919 % DOCUMENTS * 490 // DOCUMENTS)
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
        writer = _Writer(self)
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


class _Template:
    """A document that was really read, of which many copies are made."""

    def __init__(self, province: Province, number: int) -> None:
        texts = [p.read_text(encoding="utf-8") for p in sorted(SAMPLES.glob("*.txt"))]
        texts = texts[number % len(texts) :] + texts[: number % len(texts)]
        # every second document is long: 133 obligations and a few more
        bodies = [t[t.index("\n1. ") if "\n1. " in t else 0 : t.index("Nơi nhận")] for t in texts[: 2 + 2 * (number % 2)]]
        whole = texts[0][: texts[0].index("Nơi nhận")] + "\n".join(bodies[1:]) + "\n" + texts[0][texts[0].index("Nơi nhận") :]
        clerk = province.somebody(province.department, RoleName.CLERK)
        stored = keep(io.BytesIO(whole.encode()), name=f"chi-thi-{number}.txt", kind="txt", by=clerk)
        document = register(province.department, by=clerk, file=stored, read=False)
        Document.objects.filter(pk=document.pk).update(status=Status.WAITING)
        read_document.call(document.pk)
        self.document = Document.objects.get(pk=document.pk)
        self.reading = Reading.objects.get(document=document)
        self.obligations = list(Obligation.objects.filter(document=document))
        self.slips = list(Slip.objects.filter(document=document))
        self.cited = list(CitedDocument.objects.filter(document=document))
        self.province = province

    def copy(self, n: int, owner: Unit, day: date) -> tuple[Document, list[tuple[int, str, str]]]:
        """The n-th document of the province; (id, section, sentence) of its obligations, which are given out, or not yet."""
        d = self.document
        status = Status.REVIEW if n % 40 == 1 else Status.CONFIRMED
        place = self.province.units["commune"][n % COMMUNES].name.removeprefix("UBND xã ")
        document = Document.objects.create(
            unit=owner, direction=d.direction, kind=d.kind, number=f"{n + 100}/{d.number.partition('/')[2] or 'SGDĐT'}", signed_on=day,
            issuer=owner.name, subject=f"{d.subject} ({place}, đợt {n})", signer=d.signer, book_year=day.year, book_number=n + 1000,
            arrived_on=day, file=d.file, status=status, created_by=d.created_by, confirmed_at=None, revision=1,
        )  # fmt: skip
        _copies(Reading, [self.reading], document)
        given = status == Status.CONFIRMED and n % 40 != 2
        made = self._obligations(document, n, status)
        _copies(Slip, self.slips, document)
        _copies(CitedDocument, self.cited, document)
        entries = _entries()
        _index(
            entries, "document", document.pk, owner.pk, document.called, [document.number, document.subject, document.issuer, document.kind]
        )
        entries.flush()
        return document, made if given or status == Status.REVIEW else []

    def _obligations(self, document: Document, n: int, status: str) -> list[tuple[int, str, str]]:
        names = [f.attname for f in Obligation._meta.concrete_fields if f.attname != "id"]
        table = Table(Obligation, *names)
        made = []
        for number, o in enumerate(self.obligations):
            ref, label, _units = self.province.addressed(number, document.unit)
            said = {"document_id": document.pk, "state": State.ACCEPTED if status == Status.CONFIRMED or number % 3 else State.PROPOSED}
            if status == Status.CONFIRMED:
                said["owners"] = [
                    {"quote": label, "span": [o.start, o.end], "rule": "person", "ref": ref, "label": label, "why": "", "candidates": []}
                ]
            pk = table.add(*(said.get(name, getattr(o, name)) for name in names))
            made.append((pk, o.section, o.quote))
        table.flush()
        return made


def _copies(model: type[Model], rows: Sequence[Any], document: Document) -> None:
    names = [f.attname for f in model._meta.concrete_fields if f.attname != "id"]
    table = Table(model, *names)
    for row in rows:
        table.add(*(document.pk if name == "document_id" else getattr(row, name) for name in names))
    table.flush()


class _Writer:
    """Tasks, shares, events and wishes for more time, chunk by chunk."""

    def __init__(self, province: Province) -> None:
        self.province, self.random, self.day = province, province.random, today()
        self.by = province.somebody(province.department, RoleName.SPECIALIST).pk
        self.tasks = Table(
            Task,
            "unit_id",
            "quote",
            "document_id",
            "obligation_id",
            "document_name",
            "section",
            "due_on",
            "given_on",
            created_by_id=self.by,
        )
        self.addressed = Table(Addressed, "task_id", "ref", "label", "is_partner", "expanded_on", parents=[self.tasks])
        self.shares = Table(
            Assignment, "task_id", "unit_id", "addressed_id", "is_partner", "due_on", "stage", "started_on", "percent", "latest",
            "submitted_on", "done_on", "times_returned", "times_extended", "person_id", parents=[self.addressed],
        )  # fmt: skip
        self.events = Table(Event, "assignment_id", "kind", "by_id", "at", "text", "percent", "data", parents=[self.shares])
        self.stood = Table(
            Standing, "assignment_id", "since", "until", "task_id", "unit_id", "is_partner", "due_on", "stage", "started_on", "done_on",
            "percent", "latest", parents=[self.shares],
        )  # fmt: skip
        self.wishes = Table(Extension, "assignment_id", "wanted_on", "reason", "state", parents=[self.shares], asked_by_id=self.by)
        self.actions = Table(Action, "at", "by_id", "verb", "target_type", "target_id", "target_name", "unit_id", changes={})
        self.entries = _entries()
        self.first = self.shares.next_id
        self.heads = dict(Role.objects.filter(valid_to__isnull=True, role=RoleName.LEADER).values_list("unit_id", "user_id"))

    def task(self, n: int, document: Document, obligation: int, section: str, quote: str) -> tuple[int, int]:
        """One obligation given out; returns the task's id and how many units it went to."""
        given = document.signed_on or self.day
        due = None if n % 10 == 0 else given + timedelta(days=14 + n * 37 % 280)
        place = self.province.units["commune"][n % COMMUNES].name.removeprefix("UBND ")
        words = f"{quote.rstrip('.;')} (tại {place}, lần {n % 7 + 1})."
        pk = self.tasks.add(document.unit_id, words, document.pk, obligation, document.called, section, due, given)
        _index(self.entries, "task", pk, document.unit_id, words[:200], [words, document.called])
        self.actions.add(datetime.combine(given, datetime.min.time()), self.by, "task.given", "task", pk, words[:120], document.unit_id)
        ref, label, units = self.province.addressed(n, document.unit)
        self._give(pk, ref, label, units, given, due, partner=False)
        if n % 3 == 0:
            helper = self.province.units["commune"][(n * 7) % COMMUNES]
            if helper not in units:
                self._give(pk, unit_ref(helper.pk), helper.name, [helper], given, due, partner=True)
        return pk, len(units)

    def _give(self, task: int, ref: Any, label: str, units: list[Unit], given: date, due: date | None, *, partner: bool) -> None:
        addressed = self.addressed.add(task, ref, label, partner, given)
        for unit in units:
            self._share(task, unit.pk, addressed, given, due, partner)

    def _share(self, task: int, unit: int, addressed: int, given: date, due: date | None, partner: bool) -> None:
        dice = self.random.random()
        passed = due is not None and due < self.day
        returned, extended = int(dice * 1000) % 16 == 0, int(dice * 1000) % 25 == 0 and due is not None
        if extended and due:
            due += timedelta(days=15)
        began = min(given + timedelta(days=int(dice * 60) + 1), self.day)
        stage, submitted, done = Stage.GIVEN, None, None
        if dice < (0.80 if passed else 0.25):
            last = due if due and dice * 100 % 4 > 1 else self.day
            done = max(given, min(self.day, last - timedelta(days=int(dice * 200) % 20)))
            stage, submitted = Stage.VERIFIED, done
        elif dice < (0.81 if passed else 0.27):
            stage, submitted = Stage.SUBMITTED, min(self.day, began + timedelta(days=9))
        elif returned:
            stage = Stage.RETURNED
        elif dice > 0.985:
            stage = Stage.TRANSFERRED if dice > 0.99 else Stage.WITHDRAWN
        elif dice < (0.95 if passed else 0.7):
            stage = Stage.RECEIVED
        begun = (
            began
            if stage in (Stage.VERIFIED, Stage.SUBMITTED, Stage.RETURNED) or (stage == Stage.RECEIVED and dice * 1000 % 2 > 1)
            else None
        )
        percent = 100 if submitted else int(dice * 90) if begun else None
        begun = min(begun, done) if begun and done else begun
        said = _SAID[int(dice * 600) % 6] if begun else ""
        pk = self.shares.add(
            task, unit, addressed, partner, due, stage, begun, percent, said, submitted, done, int(returned), int(extended),
            self.heads.get(unit) if int(dice * 9000) % 3 == 0 else None,
        )  # fmt: skip
        self._standings(pk, (task, unit, partner, due), given, begun, done, stage, said)
        if pk % 10 == 0 or stage == Stage.SUBMITTED:
            self._events(pk, given, began, submitted, done, returned, due if extended else None)
        if pk % 500 == 3 and stage in (Stage.GIVEN, Stage.RECEIVED) and due:
            self.wishes.add(pk, due + timedelta(days=20), "Chờ kinh phí", Extension.State.ASKED)

    def _standings(
        self,
        share: int,
        about: tuple[int, int, bool, date | None],
        given: date,
        begun: date | None,
        done: date | None,
        stage: str,
        said: str,
    ) -> None:
        """What tasks/standing.py would play: given, begun, done or passed on, each from its own day."""
        if stage in (Stage.TRANSFERRED, Stage.WITHDRAWN):
            self.stood.add(share, given, given + timedelta(days=9), *about, Stage.GIVEN, None, None, None, "")
            return
        way: list[tuple[date, Any]] = [(given, Stage.GIVEN)]
        if begun and begun > given:
            way.append((begun, Stage.RECEIVED))
        if done or stage == Stage.SUBMITTED:
            way.append((max(done or self.day, way[-1][0] + timedelta(days=1)), stage))
        for n, (since, then) in enumerate(way):
            until = way[n + 1][0] if n + 1 < len(way) else None
            started = begun if n else None
            self.stood.add(share, since, until, *about, then, started, done if then == Stage.VERIFIED else None, None, said if n else "")

    def _events(
        self, share: int, given: date, began: date, submitted: date | None, done: date | None, returned: bool, due: date | None
    ) -> None:
        way: list[tuple[date | None, str, str, int | None, Any]] = [
            (given, Event.Kind.GIVEN, "", None, {}),
            (began, Event.Kind.REPORT, _SAID[share % 6], share % 90, {}),
            (began if returned else None, Event.Kind.RETURNED, "Thiếu số liệu", None, {}),
            (due and began, Event.Kind.EXTENDED, "Đồng ý", None, {"to": due and due.isoformat()}),
            (submitted, Event.Kind.SUBMITTED, _SAID[share % 5], 100, {}),
            (done, Event.Kind.VERIFIED, "", None, {}),
        ]
        for day, kind, text, percent, data in way:
            if day:
                self.events.add(share, kind, self.by, datetime.combine(day, datetime.min.time()), text, percent, data)

    def close(self) -> int:
        """Writes what is left; how many shares there are now."""
        for table in (self.tasks, self.addressed, self.shares, self.stood, self.events, self.wishes, self.actions, self.entries):
            table.flush()
        return self.shares.next_id - self.first


def _entries() -> Table:
    return Table(SearchEntry, "kind", "object_id", "unit_id", "title", "words", "plain")


def _index(table: Table, kind: str, pk: int, unit_id: int, title: str, texts: Iterable[str]) -> None:
    text = " ".join(t for t in texts if t)
    table.add(kind, pk, unit_id, title[:500], words_of(text), plain_words(text))
